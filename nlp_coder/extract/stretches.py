"""Stretches of a text, asked again and again whether one of them holds a place: by bisection, however many there are."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable


class Stretches:
    """(start, end) of each, in any order; they may overlap."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(stretches)
        self._starts = [a for a, _ in ordered]
        self._ends = list(itertools.accumulate((b for _, b in ordered), max))  # the farthest end of those begun so far

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them holds all of start:end."""
        begun = bisect_right(self._starts, start)
        return begun > 0 and end <= self._ends[begun - 1]
