"""The purposes that a note states for an activity ("for endurance", "so she can carry laundry", "↑ ROM").

The wordings are `data/lexicon/purposes.csv`, one row each, in the syntax of `rule_words`:
    how=alone   counts wherever it stands ("heel strike", "strengthening")
    how=aim     counts only after an aim word, at most 70 characters before it in the same sentence: "strength" in "for
                quad strength" is a purpose, in "strength 4/5" a finding
    how=lead    an aim word ("for", "to improve", "w/ focus on")
    how=nolead  what looks like an aim word and is none ("due to", "CGA for")
    how=finding what after a cue makes it a finding ("4/5", "limited")
A cue that is followed by a number of a scale ("4/5", "4-/5", "90°") or by a colon or equals sign is a finding, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nlp_coder.classify.described import PURPOSES
from nlp_coder.classify.rule_words import Index, Words, anchors_of, compile_words, folded
from nlp_coder.extract.stretches import Stretches
from nlp_coder.tables import TableError, data_folder, rows

_COLUMNS = ("cue", "purpose?", "how", "source")
_HOW = ("alone", "aim", "lead", "nolead", "finding")
_REACH = 70
_STOP = re.compile(r"[;\n]|[.:](?!\d)")
_SCALE = r"\s*(?:[:=]|\(?\d\s*[+-]?\s*/\s*(?:5|10)(?!\d)|\d+\s*(?:\u00b0|deg))"


@dataclass(frozen=True, slots=True)
class _Cue:
    words: Words
    purpose: str
    how: str


class PurposeCues:
    """The compiled table. Raises TableError, with file and row, where a row cannot be used."""

    def __init__(self, path: Path) -> None:
        cues: list[_Cue] = []
        findings: list[str] = [_SCALE]
        seen: dict[str, int] = {}
        for number, row in rows(path, _COLUMNS):
            at = f"{path.name} row {number}"
            cue, how, purpose = row["cue"], row["how"], row["purpose"]
            if cue.lower() in seen:
                raise TableError(f"{at}: {cue!r} stands in row {seen[cue.lower()]} already; remove one")
            seen[cue.lower()] = number
            if how not in _HOW:
                raise TableError(f"{at}: how is {how!r}; it must be one of {', '.join(_HOW)}")
            if how in ("alone", "aim") and purpose not in PURPOSES:
                raise TableError(f"{at}: purpose {purpose!r} is unknown; known are {', '.join(PURPOSES)}")
            try:
                words = compile_words(cue)
            except ValueError as error:
                raise TableError(f"{at}: cue {error}") from error
            if how == "finding":
                findings.append(rf"[\s,(-]*(?:{words.pattern})")
            else:
                cues.append(_Cue(words, purpose, how))
        self.cues: Sequence[_Cue] = cues
        self._index = Index(cue.words for cue in cues)
        self._finding = re.compile("|".join(findings))

    def spans(self, text: str) -> list[tuple[str, int, int]]:
        """(purpose, start, end) of every stated purpose, in order of start."""
        low = folded(text)
        keys = anchors_of(low)
        near: dict[str, list[_Cue]] = {how: [] for how in _HOW}
        for position in self._index.near(keys):
            cue = self.cues[position]
            near[cue.how].append(cue)

        def hits(how: str) -> list[tuple[str, int, int]]:
            return [(cue.purpose, *span) for cue in near[how] for span in cue.words.spans(low, keys)]

        found = hits("alone")
        leads = hits("lead") if near["aim"] else []
        if leads:
            excepted = Stretches((start, end) for _, start, end in hits("nolead"))
            windows = Stretches(_window(low, end) for _, start, end in leads if not excepted.hold(start, end))
            found += [hit for hit in hits("aim") if windows.hold(hit[1], hit[1] + 1)]
        return sorted((f for f in found if not self._finding.match(low, f[2])), key=lambda f: (f[1], -f[2], f[0]))


def _window(low: str, start: int) -> tuple[int, int]:
    stop = _STOP.search(low, start, start + _REACH)
    return start, stop.start() if stop else start + _REACH


@cache
def purpose_cues(path: Path | None = None) -> PurposeCues:
    """The table as shipped, or another one, read once."""
    return PurposeCues(path or data_folder() / "lexicon" / "purposes.csv")


@lru_cache(maxsize=64)  # an item is asked for its purposes by several in a row
def purpose_spans(text: str) -> tuple[tuple[str, int, int], ...]:
    """(purpose, start, end) of every purpose stated in the text of one item, in order."""
    return tuple(purpose_cues().spans(text))


def purposes_in(text: str) -> tuple[str, ...]:
    """The purposes stated in the text of one item, in the order in which they are first named.

    >>> purposes_in("treadmill 10 min for endurance")
    ('endurance',)
    >>> purposes_in("quad strength 4/5")
    ()
    """
    return tuple(dict.fromkeys(purpose for purpose, _, _ in purpose_spans(text)))
