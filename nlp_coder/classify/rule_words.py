"""The word patterns of the rule tables: what a coder writes in a cell, compiled to regular expressions.

    squat*                  a word; `*` stands for any letters, so "squat", "squats", "squatting"; alone for one word
    sit to stand            words one after the other; a space also matches a hyphen or a line end ("sit-to-stand")
    re-education            a hyphen also matches a space or nothing ("re education", "reeducation")
    reach* ... shelf        the first, then the second, at most 60 characters later in the same sentence
    ankle weight* + seated  both, in either order
    a | b                   either

Case does not matter, and a word without `*` matches only as a whole word. Every alternative needs one word that does
not begin with `*`: by it the rule is found fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from nlp_coder.extract.phrases import lowered as folded
from nlp_coder.extract.phrases import matches_at
from nlp_coder.tables import listed

__all__ = ["Index", "Keys", "Words", "anchors_of", "compile_words", "folded"]

_PIECE = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[\w*]+")
_LONGEST_STEM = 8
_SHORTEST_STEM = 1
_NEAR = r"(?:[^.;]|\.(?=\d)){0,60}?"


class Keys(set[str]):
    """What a folded text may call up: its words, and every beginning of one (1-8 letters, marked `*`).

    text: the text. places: where each of its words and signs stands.
    """

    __slots__ = ("_stems", "places", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, list[int]] = {}
        for piece in _PIECE.finditer(text):
            self.places.setdefault(piece[0], []).append(piece.start())
        super().__init__(self.places)
        self.update(*map(_beginnings, self.places))
        self._stems: dict[str, list[int]] = {}

    def starts(self, heads: frozenset[str]) -> list[int]:
        """Where words and signs, or words with some beginnings (marked `*`), stand, in order."""
        found: set[int] = set()
        for head in heads & self:
            found.update(self.places[head] if head in self.places else self._beginning(head))
        return sorted(found)

    def _beginning(self, head: str) -> list[int]:
        places = self._stems.get(head)
        if places is None:
            stem = head[:-1]
            places = self._stems[head] = [
                at for word in self.places if word.startswith(stem) for at in self.places[word]
            ]
        return places


@lru_cache(maxsize=20_000)
def _beginnings(piece: str) -> tuple[str, ...]:
    return tuple(piece[:n] + "*" for n in range(_SHORTEST_STEM, min(len(piece), _LONGEST_STEM) + 1))


class _Anchored(NamedTuple):
    """The alternatives that one anchor leads to, made when a text first holds it.

    patterns: of each. needs: the words each asks for. heads: what a match can begin with; nothing where one leaves that open.
    """

    patterns: list[str]
    needs: list[frozenset[str]]
    heads: frozenset[str]

    @classmethod
    def of(cls, alternatives: Iterable[str]) -> _Anchored:
        patterns, needs = [], []
        heads: list[str | None] = []
        for alternative in alternatives:
            parts = [part.strip() for part in alternative.split(" + ")]
            patterns.append("|".join(r"[\s\S]*?".join(order) for order in permutations(map(_part, parts))))
            needs.append(_needed(alternative))
            heads += map(_head, parts)
        return cls(patterns, needs, frozenset(h for h in heads if h) if all(heads) else frozenset())


class Words:
    """One cell: its alternatives, by the word (anchor) that each needs, compiled when a text first holds that word.

    A text that shares no anchor with `anchors_of(text)` cannot match and costs nothing.
    """

    __slots__ = ("_alternatives", "_compiled", "_made", "anchors")

    def __init__(self, alternatives: Mapping[str, Sequence[str]]) -> None:
        """alternatives: by the word that each needs, as written in the cell and in lower case."""
        self.anchors = frozenset(alternatives)
        self._alternatives = alternatives
        self._made: dict[str, _Anchored] = {}
        self._compiled: dict[str, re.Pattern[str] | None] = {}

    @property
    def pattern(self) -> str:
        """The whole cell as one regular expression."""
        return "|".join(p for anchor in self._alternatives for p in self._anchored(anchor).patterns)

    def _anchored(self, anchor: str) -> _Anchored:
        made = self._made.get(anchor)
        if made is None:
            made = self._made[anchor] = _Anchored.of(self._alternatives[anchor])
        return made

    def find(self, text: str, keys: set[str], own: Keys | None = None) -> tuple[int, int] | None:
        """Where the first deciding words stand in a text already `folded`, keys being its `anchors_of`; or None.

        own: the keys of the text itself, where keys are those of a larger one that it is part of.
        """
        return min(self.spans(text, keys, own), default=None)

    def spans(self, text: str, keys: set[str], own: Keys | None = None) -> list[tuple[int, int]]:
        """Every place in a folded text, keys being its `anchors_of`; own: see `find`."""
        if own is None and isinstance(keys, Keys) and keys.text == text:
            own = keys
        found: list[tuple[int, int]] = []
        for anchor in self.anchors & keys:
            made = self._anchored(anchor)
            if own is not None and not any(need <= own for need in made.needs):
                continue  # a word that every alternative asks for is not there
            regex = self._regex(anchor)
            heads = made.heads
            if regex is not None:
                if own is not None and heads:
                    found += [hit.span() for hit in matches_at(regex, text, own.starts(heads))]
                else:
                    found += _everywhere(regex, text)
            elif own is not None:
                found += [(at, at + len(anchor)) for at in own.places.get(anchor, ())]
            else:
                found += _everywhere(re.compile(made.patterns[0]), text)
        return found

    def _regex(self, anchor: str) -> re.Pattern[str] | None:
        """The alternatives of an anchor as one expression; None where that is the anchor itself as a whole word."""
        try:
            return self._compiled[anchor]
        except KeyError:
            patterns = self._anchored(anchor).patterns
            whole = patterns == [_run(anchor)] and anchor.isalnum()
            regex = self._compiled[anchor] = None if whole else re.compile("|".join(patterns))
            return regex


def _everywhere(regex: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [hit.span() for hit in regex.finditer(text)]


@lru_cache(maxsize=256)
def anchors_of(text: str) -> Keys:
    """Every whole word of a folded text, and every beginning of one; the same object for the same text: copy to change it."""
    return Keys(text)


def compile_words(cell: str) -> Words:
    """Compile a cell. Raises ValueError, in words for the table's editor, where it cannot be read."""
    alternatives = listed(cell)
    if not alternatives:
        raise ValueError("holds no word")
    by_anchor: dict[str, list[str]] = {}
    for alternative in alternatives:
        lowered = alternative.lower()
        parts = [part.strip() for part in lowered.split(" + ")]
        if len(parts) > 3 or any(not part or part.startswith("+ ") for part in parts):
            raise ValueError(f"{alternative!r}: write one to three parts joined by ' + '")
        if "..." in lowered and not all(run.strip() for part in parts for run in part.split("...")):
            raise ValueError("'...' needs a word on both sides")
        by_anchor.setdefault(_anchor(lowered), []).append(lowered)
    return Words(by_anchor)


class Index:
    """Which cells the words of a text may lead to."""

    def __init__(self, cells: Iterable[Words | None]) -> None:
        self._cells: dict[str, list[int]] = {}
        for position, words in enumerate(cells):
            for anchor in words.anchors if words else ():
                self._cells.setdefault(anchor, []).append(position)
        self._of_word = lru_cache(maxsize=20_000)(self._led_to)

    def near(self, keys: Keys) -> set[int]:
        """The positions of the cells that share an anchor with a text."""
        return set().union(*map(self._of_word, keys.places))

    def _led_to(self, piece: str) -> frozenset[int]:
        cells = self._cells
        return frozenset(p for key in (piece, *_beginnings(piece)) if key in cells for p in cells[key])


def _part(part: str) -> str:
    return _NEAR.join(_run(run.strip()) for run in part.split("..."))


def _run(run: str) -> str:
    body = "".join(_character(c) for c in re.sub(r"\s+", " ", run))
    first, last = run[0], run[-1]
    left = r"(?<!\w)" if first.isalnum() or first == "*" else ""
    right = r"(?!\w)" if last.isalnum() or last == "*" else ""
    return f"{left}{body}{right}"


def _character(c: str) -> str:
    match c:
        case " ":
            return r"[\s\-\u2010-\u2014]+"
        case "-":
            return r"[\s\-\u2010-\u2014]?"
        case "*":
            return r"\w*"
        case "'":
            return "['\u2019]"
        case _:
            return re.escape(c)


def _anchor(alternative: str) -> str:
    """The longest word that every match must hold: whole, or a stem marked `*`."""
    best = ""
    for token in alternative.replace("...", " ").replace(" + ", " ").split():
        if "-" in token.strip("-"):  # "re-education" may be written in one word: only its beginning is sure
            token = re.split("-", token)[0] + "*"
        for word in _WORD.findall(token):
            stem, star, _ = word.partition("*")
            if len(stem) <= len(best.strip("*")) or (star and len(stem) < _SHORTEST_STEM):
                continue
            best = stem[:_LONGEST_STEM] + "*" if star else stem
    if not best:
        symbols = [c for c in alternative if not c.isalnum() and c not in " *-+."]
        if not symbols:
            raise ValueError(f"{alternative!r}: needs one word of two letters or more that does not begin with '*'")
        best = symbols[0]
    return best


def _needed(alternative: str) -> frozenset[str]:
    """The words and beginnings that a text must hold for an alternative to match: those that stand by themselves in it."""
    needed = set()
    for token in alternative.replace("...", " ").replace(" + ", " ").split():
        for word in _WORD.findall(token) if "-" not in token else ():
            stem, star, _ = word.partition("*")
            if stem:
                needed.add(stem[:_LONGEST_STEM] + "*" if star else stem)
    return frozenset(needed)


def _head(part: str) -> str | None:
    """The word, beginning (marked `*`) or sign that a match of a part begins with; None where that is open."""
    token = part.replace("...", " ").split(maxsplit=1)[0]
    piece = _PIECE.match(token)
    if piece is None or token[0] in "*-'":
        return None
    word, rest = piece[0], token[piece.end() :]
    if not word[0].isalnum():
        return word if not re.match(r"\w", word) else None
    return word[:_LONGEST_STEM] + "*" if rest[:1] in ("*", "-") else word
