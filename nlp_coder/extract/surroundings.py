"""What stands around each candidate phrase, as numbers: how sure the first opinion is of it and of its neighbours.

One exercise among exercises is an exercise: in a list whose other items are activities an unknown item is one too, and
a word that names an exercise amid measurements is none.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.reading import Reading, part
from nlp_coder.note import STATUSES

NOTHING = -9.0
"""Stands for "there is no neighbour"; below every log odds and every distance."""

SOURCES = ("tagger", "item", "term", "faint")
COLUMNS = (
    "own", "likely", "least", "source", "length", "words", "before", "after", "gap before", "gap after", "line mean",
    "line most", "note mean", "line others", "line length", "note length", "dosed", "timed", "known", "capitals",
    "place in line", "place in note",
    *STATUSES, "last", "next", "last but one", "next but one", "sentence mean", "section mean", "section others",
    "line covered", "line capitals", "note likely", "heard", "heard performed",
)  # fmt: skip
"""Models of an earlier release know the first two rows of these only: new columns go to the end."""


def surroundings(
    reading: Reading,
    every: Sequence[Candidate],
    odds: Sequence[float],
    marks: Sequence[tuple[bool, bool, bool]],
    statuses: Sequence[Mapping[str, float]],
) -> NDArray[np.float64]:
    """One row of COLUMNS for each candidate.

    odds: the first opinion's log odds that each is an activity. marks: whether each has a dosage, a time on its line,
    and a word the lexicon knows. statuses: the probabilities of its statuses, as the status model alone gives them.
    """
    text, n = reading.text, len(every)
    lines = [reading.layout.line_at(c.start) for c in every]
    sections = [reading.layout.section_at(c.start) for c in every]
    sentences = [part(reading.cuts.sentences, c.start, len(text))[0] for c in every]
    of_sentence = _others(sentences, odds)
    of_section = _others([s and s.start for s in sections], odds)
    covered, capitals = _lines_covered(every, odds, [line.start for line in lines]), {}
    for line in lines:
        if line.start not in capitals:
            capitals[line.start] = sum(map(str.isupper, text[line.start : line.end])) / (line.end - line.start + 1)
    total, likely = sum(odds), sum(o > 0 for o in odds) / max(n, 1)
    padded = [NOTHING, NOTHING, *odds, NOTHING, NOTHING]
    out = np.empty((n, len(COLUMNS)))
    for k, (c, line) in enumerate(zip(every, lines, strict=True)):
        first, last = k, k
        while first and lines[first - 1].start == line.start:
            first -= 1
        while last + 1 < n and lines[last + 1].start == line.start:
            last += 1
        others = [odds[j] for j in range(first, last + 1) if j != k]
        length = line.end - line.start
        dosed, timed, known = marks[k]
        out[k] = (
            odds[k], c.likely, c.least, SOURCES.index(c.source), c.end - c.start, text.count(" ", c.start, c.end) + 1,
            odds[k - 1] if k > first else NOTHING, odds[k + 1] if k < last else NOTHING,
            c.start - every[k - 1].end if k > first else NOTHING, every[k + 1].start - c.end if k < last else NOTHING,
            sum(others) / len(others) if others else NOTHING, max(others, default=NOTHING),
            (total - odds[k]) / (n - 1) if n > 1 else NOTHING, len(others), length, len(text), dosed, timed, known,
            text[c.start : c.end].isupper(), (c.start - line.start) / (length + 1), c.start / len(text),
            *(statuses[k].get(name, 0.0) for name in STATUSES), padded[k + 1], padded[k + 3], padded[k], padded[k + 4],
            of_sentence[k][0], *of_section[k], covered[line.start] / (length + 1), capitals[line.start], likely,
            sum(c.heard), c.heard[0] if c.heard else 0.0,
        )  # fmt: skip
    return out


def _others(groups: Sequence[Hashable], odds: Sequence[float]) -> list[tuple[float, int]]:
    """(mean log odds, number) of the other candidates in each one's group."""
    sums: dict[Hashable, tuple[float, int]] = {}
    for group, o in zip(groups, odds, strict=True):
        total, number = sums.get(group, (0.0, 0))
        sums[group] = (total + o, number + 1)
    out = []
    for group, o in zip(groups, odds, strict=True):
        total, number = sums[group]
        out.append(((total - o) / (number - 1) if number > 1 else NOTHING, number - 1))
    return out


def _lines_covered(every: Sequence[Candidate], odds: Sequence[float], lines: Sequence[int]) -> dict[int, int]:
    """Line start -> how many of its characters are candidates that are rather an activity than none."""
    out: dict[int, int] = {}
    for c, o, line in zip(every, odds, lines, strict=True):
        out[line] = out.get(line, 0) + (c.end - c.start if o > 0 else 0)
    return out
