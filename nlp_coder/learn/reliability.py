"""Whether a confidence means what it says: reliability curve, expected calibration error, precision by coverage.

All take two arrays of the same length: confidences (0-1), and whether each was right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
PRECISION = 0.95
"""The precision at which activities may be coded without a look."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence in one tenth: how many, the mean confidence said, the share that was right."""

    number: int
    said: float
    right: float


def reliability(said: Floats, right: Bools, bins: int = BINS) -> list[Bin]:
    """The reliability curve: bins of equal width, empty ones left out."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    return [
        Bin(int(mine.sum()), float(said[mine].mean()), float(right[mine].mean()))
        for mine in (place == k for k in range(bins))
        if mine.any()
    ]


def calibration_error(said: Floats, right: Bools, bins: int = BINS) -> float:
    """The expected calibration error: the mean gap between said and right over the bins, by their numbers."""
    return sum(b.number * abs(b.said - b.right) for b in reliability(said, right, bins)) / max(len(said), 1)


def precision_by_coverage(said: Floats, right: Bools) -> tuple[Floats, Floats]:
    """(coverage, precision) where only the surest answers pass, from one to all. Answers said equally sure pass together."""
    if not len(said):
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-said, kind="stable")
    passed = np.arange(1, len(said) + 1)
    last = np.append(np.diff(said[order]) != 0, True)
    return (passed / len(said))[last], (right[order].cumsum() / passed)[last]


def coverage_at(said: Floats, right: Bools, precision: float = PRECISION) -> tuple[float, float]:
    """(the largest share of answers that passes at this precision, the confidence from which on they pass); (0, 1) for none."""
    coverage, reached = precision_by_coverage(said, right)
    enough = np.flatnonzero(reached >= precision)
    if not len(enough):
        return 0.0, 1.0
    share = float(coverage[enough[-1]])
    return share, float(np.sort(said)[::-1][round(share * len(said)) - 1])
