"""The activity lexicon: terms of data/lexicon/activities*.csv found in a tokenized note, whatever hyphens or plurals.

A term matches by its normal form: lower case, hyphens and slashes passed over, plural and -ing endings taken off
("sit-to-stands" = "sit to stand", "hamstring stretching" = "hamstring stretch"). A word no table knows is tried once
against the lexicon's own words for a typing error (rapidfuzz). The longest term at each place wins.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nlp_coder import tables

CLASSES = frozenset(
    [
        "exercise",
        "stretch",
        "rom",
        "aerobic",
        "balance",
        "vestibular",
        "coordination",
        "posture",
        "neuro",
        "gait",
        "stairs",
        "transfer",
        "bed_mobility",
        "functional",
        "fine_motor",
        "lifting",
        "adl",
        "iadl",
        "cognition",
        "sensory",
        "manual",
        "massage",
        "taping",
        "modality",
        "needling",
        "repositioning",
        "prosthetic",
        "orthotic",
        "wheelchair",
        "aquatic",
        "group",
        "test",
        "evaluation",
        "community",
        "work",
        "caregiver",
        "wound",
        "speech",
        "biofeedback",
        "compression",
    ]
)
_SKIPPED = frozenset("-–/.'’&+")
_KEPT_S = ("ss", "us", "is", "ps", "as")


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the lexicon."""

    term: str
    cls: str
    trains: tuple[str, ...]
    code: str
    also: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term found at tokens start:end (token indices, end exclusive)."""

    start: int
    end: int
    term: Term


@lru_cache(maxsize=100_000)
def normal_form(word: str) -> str:
    """A word without case, plural and -ing: "Stretches" -> "stretch", "reaching" -> "reach", "SLRs" -> "slr"."""
    word = word.lower()
    if word == "tens":
        return word  # no plural of the number
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
        if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
            word = word[:-1]
        return word
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 2 and word.endswith("s") and not word.endswith(_KEPT_S):
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):  # "pace"/"pacing", "mobilise"/"mobilising" meet without their e
        word = word[:-1]
    return word


def term_words(text: str) -> tuple[str, ...]:
    """The normal forms of a term's words, as the tokenizer would split them."""
    return tuple(normal_form(w) for w in re.findall(r"[^\W\d_]+|\d+(?:\.\d+)?|[^\s]", text) if w not in _SKIPPED)


def _word_classes(trie: dict[str, Any]) -> dict[str, str]:
    counts: dict[str, Counter[str]] = {}
    stack: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), trie)]
    while stack:
        words, node = stack.pop()
        for word, below in node.items():
            if word == "":
                for w in set(words):
                    counts.setdefault(w, Counter())[below.cls] += 1
            else:
                stack.append(((*words, word), below))
    out = {}
    for word, classes in counts.items():
        cls, n = min(classes.items(), key=lambda x: (-x[1], x[0]))
        if n * 2 >= sum(classes.values()) and len(word) > 2:
            out[word] = cls
    return out


class Lexicon:
    """All terms in a trie of normal forms.

    fuzzy: also try words no term has against the lexicon's words (one typing error in a word of five letters or more).
    """

    def __init__(self, terms: Iterable[tuple[tuple[str, ...], Term]], *, fuzzy: bool = True) -> None:
        self._trie: dict[str, Any] = {}
        self.words: set[str] = set()
        self.last_words: set[str] = set()
        for words, term in terms:
            node = self._trie
            for word in words:
                node = node.setdefault(word, {})
            node.setdefault("", term)
            self.words.update(words)
            self.last_words.add(words[-1])
        self._word_classes = _word_classes(self._trie)
        self._long_words = sorted(w for w in self.words if len(w) >= 5)
        self._long_by_initial = {
            initial: list(words) for initial, words in itertools.groupby(self._long_words, key=lambda w: w[0])
        }
        self._fuzzy = fuzzy
        self._corrections: dict[str, str] = {}

    def word_class(self, form: str) -> str:
        """The class most terms with this word have ("sweater" -> adl), "" where the word has no leaning."""
        return self._word_classes.get(form, "")

    def corrected(self, word: str) -> str:
        """The lexicon's word a normal form stands for: itself, or the one it is a typing error of."""
        if not self._fuzzy or len(word) < 5 or word in self.words or not word.isalpha():
            return word
        known = self._corrections.get(word)
        if known is None:
            known = self._nearest(word, 1 if len(word) < 8 else 2)
            if len(self._corrections) < 200_000:
                self._corrections[word] = known
        return known

    def _nearest(self, word: str, most: int) -> str:
        """The word at most so many typing errors away, the first of the nearest; itself where that begins otherwise."""
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        # only a word with the same first letter is taken, so these few are asked before all
        near = None
        for words in (self._long_by_initial.get(word[0], []), self._long_words):
            near = process.extractOne(word, words, scorer=DamerauLevenshtein.distance, score_cutoff=most)
            if not near or near[0][0] != word[0]:
                return word
        return str(near[0]) if near else word

    def find(self, tokens: Sequence[str]) -> list[TermMatch]:
        """The longest terms in a sequence of token texts, left to right, none overlapping."""
        forms = [("" if t.isspace() or t in _SKIPPED else self.corrected(normal_form(t))) for t in tokens]
        out: list[TermMatch] = []
        i, n = 0, len(tokens)
        while i < n:
            node = self._trie.get(forms[i]) if forms[i] else None
            if node is None:
                i += 1
                continue
            best, best_end = node.get(""), i + 1
            j = i + 1
            while j < n and j - i < 16:
                if not forms[j]:
                    if "\n" in tokens[j] or "\r" in tokens[j] or "\t" in tokens[j]:
                        break
                    j += 1
                    continue
                node = node.get(forms[j])
                if node is None:
                    break
                j += 1
                if "" in node:
                    best, best_end = node[""], j
            if best is None:
                i += 1
            else:
                out.append(TermMatch(i, best_end, best))
                i = best_end
        return out


def valid_codes() -> frozenset[str]:
    """The codes of rules/codes.csv that are not deleted."""
    path = tables.data_folder() / "rules" / "codes.csv"
    return frozenset(r["code"] for _, r in tables.rows(path, ["code", "status"]) if r["status"] != "deleted")


def read_terms(
    folder: Path, known_codes: frozenset[str] | None = None, mark: str = ""
) -> list[tuple[tuple[str, ...], Term]]:
    """(words, term) of every term and variant of the tables activities*.csv in a folder.

    mark: what the source of each row is headed with, so that the evidence tells the user's own rows from shipped ones.

    Raises TableError where a row has an unknown class or code, or a variant stands in two rows with other codes.
    """
    out: list[tuple[tuple[str, ...], Term]] = []
    seen: dict[tuple[str, ...], tuple[str, str]] = {}
    for path in sorted(folder.glob("activities*.csv")):
        for number, row in tables.rows(path, ["term", "variants?", "class", "trains?", "code", "also?", "source"]):
            where = f"{path.name} row {number}"
            if row["class"] not in CLASSES:
                raise tables.TableError(
                    f"{where}: class {row['class']!r} is unknown; one of {', '.join(sorted(CLASSES))}"
                )
            also = tables.listed(row["also"])
            for code in (row["code"], *also):
                if known_codes is not None and code not in known_codes:
                    raise tables.TableError(f"{where}: code {code!r} is not a valid code of rules/codes.csv")
            term = Term(
                row["term"], row["class"], tables.listed(row["trains"]), row["code"], also, mark + row["source"]
            )
            for variant in (row["term"], *tables.listed(row["variants"])):
                words = term_words(variant)
                if not words:
                    raise tables.TableError(f"{where}: variant {variant!r} has no words")
                if words in seen:
                    code, before = seen[words]
                    if code != term.code:
                        raise tables.TableError(f"{where}: {variant!r} also stands in {before} with code {code}")
                    continue
                seen[words] = (term.code, where)
                out.append((words, term))
    return out


def shipped_lexicon() -> Lexicon:
    """The lexicon of data/lexicon, read once, under the user's own terms where there are some (`tables.own_tables`)."""
    return _lexicon(tables.own_tables())


@cache
def _lexicon(own: Path | None) -> Lexicon:
    terms = read_terms(tables.data_folder() / "lexicon")
    if own is not None:  # of the same words the first term counts
        terms = [*read_terms(own / "lexicon", valid_codes(), "own: "), *terms]
    return Lexicon(terms)
