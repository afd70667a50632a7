"""What stands around each candidate phrase, as numbers: how sure the first opinion is of it and of its neighbours.

One exercise among exercises is an exercise: in a list whose other items are activities an unknown item is one too, and
a word that names an exercise amid measurements is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.reading import Reading

NOTHING = -9.0
"""Stands for "there is no neighbour"; below every log odds and every distance."""

SOURCES = ("tagger", "item", "term", "faint")
COLUMNS = (
    "own", "likely", "least", "source", "length", "words", "before", "after", "gap before", "gap after", "line mean",
    "line most", "note mean", "line others", "line length", "note length", "dosed", "timed", "known", "capitals",
    "place in line", "place in note",
)  # fmt: skip


def surroundings(
    reading: Reading, every: Sequence[Candidate], odds: Sequence[float], marks: Sequence[tuple[bool, bool, bool]]
) -> NDArray[np.float64]:
    """One row of COLUMNS for each candidate.

    odds: the first opinion's log odds that each is an activity. marks: whether each has a dosage, a time on its line,
    and a word the lexicon knows.
    """
    text, n = reading.text, len(every)
    lines = [reading.layout.line_at(c.start) for c in every]
    total = sum(odds)
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
        )  # fmt: skip
    return out
