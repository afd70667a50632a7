"""The words that show an element of documentation: `data/rules/documentation_cues.csv`, one row a group of wordings.

Columns: element; codes it counts for (`|` between them, `*` for all); how; cue (syntax: `classify.rule_words`); source.
    how=words     the cue alone ("so that he can", "grade III")
    how=measured  the cue with a number at most 25 characters after it on its line ("TUG 14 s", "knee flexion: 118")
    how=counted   the cue with a number right before or after it ("4 patients", "class of seven")
    how=against   what must be said for the element to be missing: what contradicts it ("in a group of three" against
                  one-on-one contact) or names what it is a part of ("group", whose size is asked for)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.bill.table_checks import Checker, one_of
from nlp_coder.classify.rule_words import Index, Keys, Words, anchors_of, compile_words, folded
from nlp_coder.tables import TableError, data_folder, listed, rows

Place = tuple[int, int]

HOW = ("words", "measured", "counted", "against")
_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_AFTER = re.compile(rf"[^\n\r;]{{0,25}}?(?<![\w.]){_NUMBER}(?!\w*:\d)[°%'\"]?")
_BESIDE_BEFORE = re.compile(rf"(?<!\w){_NUMBER}(?:\s+\w+)?\W{{1,2}}\Z")
_BESIDE_AFTER = re.compile(rf"\W{{0,3}}(?:of|size|w/|with|total|included|x|n)?\W{{0,3}}{_NUMBER}(?!\w)")


@dataclass(frozen=True, slots=True, eq=False)
class _Cue:
    element: str
    codes: frozenset[str]
    how: str
    words: Words


class DocumentationWords:
    """The compiled table. Raises TableError, with file and row, where a row cannot be used."""

    def __init__(self, path: Path, check: Checker, elements: frozenset[str]) -> None:
        cues: list[_Cue] = []
        for number, row in rows(path, ["element", "codes", "how", "cue", "source"]):
            where = f"{path.name} row {number}"
            one_of(where, "element", row["element"], sorted(elements))
            one_of(where, "how", row["how"], HOW)
            check.source(where, row["source"])
            codes = (
                frozenset() if row["codes"] == "*" else frozenset(check.code(where, c) for c in listed(row["codes"]))
            )
            try:
                words = compile_words(row["cue"])
            except ValueError as error:
                raise TableError(f"{where}: cue {error}") from error
            cues.append(_Cue(row["element"], codes, row["how"], words))
        self._cues: Sequence[_Cue] = cues
        self._index = Index(cue.words for cue in cues)

    def places(self, element: str, code: str, text: str) -> list[Place]:
        """(start, end) of the words that state an element for a code, numbers included, in order."""
        return self._found(element, code, text, ("words", "measured", "counted"))

    def against(self, element: str, code: str, text: str) -> list[Place]:
        """(start, end) of the words that contradict an element for a code, in order."""
        return self._found(element, code, text, ("against",))

    def _found(self, element: str, code: str, text: str, ways: Sequence[str]) -> list[Place]:
        places: set[Place] = set()
        for cue, found in _cues_in(self, text).get(element, {}).items():
            if cue.how in ways and (not cue.codes or code in cue.codes):
                places.update(found)
        return sorted(places)

    def near(self, keys: Keys) -> list[_Cue]:
        """The cues that share a word with a text."""
        return [self._cues[position] for position in self._index.near(keys)]


@lru_cache(maxsize=1)
def _cues_in(words: DocumentationWords, text: str) -> dict[str, dict[_Cue, list[Place]]]:
    """element -> each of its cues that the text holds -> its places; one note is asked for many elements in a row."""
    low = folded(text)
    keys = anchors_of(low)
    out: dict[str, dict[_Cue, list[Place]]] = {}
    for cue in words.near(keys):
        places = [p for start, end in cue.words.spans(low, keys) if (p := _whole(cue.how, low, start, end))]
        if places:
            out.setdefault(cue.element, {})[cue] = places
    return out


@cache
def documentation_words() -> DocumentationWords:
    """The shipped table, read once."""
    rulebook = load_rulebook()
    check = Checker(frozenset(rulebook.codes), frozenset(rulebook.sources))
    elements = frozenset(d.element for d in rulebook.documentation)
    return DocumentationWords(data_folder() / "rules" / "documentation_cues.csv", check, elements)


def _whole(how: str, low: str, start: int, end: int) -> Place | None:
    """The cue's place with the number that it needs, None where there is none."""
    if how == "measured":
        after = _AFTER.match(low, end)
        return (start, after.end()) if after else None
    if how == "counted":
        line = low.rfind("\n", 0, start) + 1
        before = _BESIDE_BEFORE.search(low[max(line, start - 25) : start])
        if before:
            return (max(line, start - 25) + before.start(), end)
        after = _BESIDE_AFTER.match(low, end)
        return (start, after.end()) if after else None
    return (start, end)
