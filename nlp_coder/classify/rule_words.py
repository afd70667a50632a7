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
from collections.abc import Iterable
from itertools import permutations

from nlp_coder.tables import listed

_PIECE = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[\w*]+")
_LONGEST_STEM = 8
_SHORTEST_STEM = 1
_NEAR = r"(?:[^.;]|\.(?=\d)){0,60}?"


class Words:
    """One cell: its alternatives, by the word (anchor) that each needs, compiled when a text first holds that word.

    A text that shares no anchor with `anchors_of(text)` cannot match and costs nothing.
    """

    __slots__ = ("_compiled", "_patterns", "anchors")

    def __init__(self, patterns: dict[str, list[str]]) -> None:
        self.anchors = frozenset(patterns)
        self._patterns = patterns
        self._compiled: dict[str, re.Pattern[str]] = {}

    @property
    def pattern(self) -> str:
        """The whole cell as one regular expression."""
        return "|".join(p for patterns in self._patterns.values() for p in patterns)

    def find(self, text: str, keys: set[str]) -> tuple[int, int] | None:
        """Where the first deciding words stand in a text already `folded`, keys being its `anchors_of`; or None."""
        return min(self.spans(text, keys), default=None)

    def spans(self, text: str, keys: set[str]) -> list[tuple[int, int]]:
        """Every place in a folded text, keys being its `anchors_of`."""
        return [hit.span() for anchor in self.anchors & keys for hit in self._regex(anchor).finditer(text)]

    def _regex(self, anchor: str) -> re.Pattern[str]:
        regex = self._compiled.get(anchor)
        if regex is None:
            regex = self._compiled[anchor] = re.compile("|".join(self._patterns[anchor]))
        return regex


def folded(text: str) -> str:
    """The text in lower case, character by character, so that offsets stay the same."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def anchors_of(text: str) -> set[str]:
    """Every whole word of a folded text, and every beginning of one (1-8 letters, marked `*`)."""
    keys: set[str] = set()
    for piece in _PIECE.findall(text):
        keys.add(piece)
        keys.update(piece[:n] + "*" for n in range(_SHORTEST_STEM, min(len(piece), _LONGEST_STEM) + 1))
    return keys


def compile_words(cell: str) -> Words:
    """Compile a cell. Raises ValueError, in words for the table's editor, where it cannot be read."""
    alternatives = listed(cell)
    if not alternatives:
        raise ValueError("holds no word")
    by_anchor: dict[str, list[str]] = {}
    for alternative in alternatives:
        parts = [part.strip().lower() for part in alternative.split(" + ")]
        if len(parts) > 3 or any(not part or part.startswith("+ ") for part in parts):
            raise ValueError(f"{alternative!r}: write one to three parts joined by ' + '")
        patterns = [_part(part) for part in parts]
        whole = "|".join(r"[\s\S]*?".join(order) for order in permutations(patterns))
        by_anchor.setdefault(_anchor(alternative.lower()), []).append(whole)
    return Words(by_anchor)


def index_of(cells: Iterable[Words | None]) -> dict[str, list[int]]:
    """anchor -> positions of the cells that it may lead to."""
    index: dict[str, list[int]] = {}
    for position, words in enumerate(cells):
        for anchor in words.anchors if words else ():
            index.setdefault(anchor, []).append(position)
    return index


def _part(part: str) -> str:
    return _NEAR.join(_run(run.strip()) for run in part.split("..."))


def _run(run: str) -> str:
    if not run:
        raise ValueError("'...' needs a word on both sides")
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
