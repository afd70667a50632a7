"""A stated time and what it belongs to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeUse:
    """A stated time and what it belongs to.

    role: `activity` (one activity), `shared` (several activities together), `block` (a heading's block), `code` (a
    written code, e.g. in a charge line), `total`, `timed_total`. activities: indices into the note's activities.
    code: the code written with it, or the block's. clock: (start, end) in minutes after midnight where it is a range.
    """

    start: int
    end: int
    minutes: int
    role: str
    activities: tuple[int, ...] = ()
    code: str | None = None
    clock: tuple[int, int] | None = None


SHORTEST = 3
"""Shorter times are those of a set or a bout, not of a part of the visit."""


def of_items(start: int, end: int, minutes: int, mine: Sequence[int], code: str | None = None) -> TimeUse:
    """A time at start:end as that of one item or of several together."""
    return TimeUse(start, end, minutes, "activity" if len(mine) == 1 else "shared", tuple(mine), code)


def told_together(uses: Sequence[TimeUse]) -> list[tuple[int, ...]]:
    """The activities that share a time, for each such time."""
    return [u.activities for u in uses if u.role in ("shared", "block") and len(u.activities) > 1]


@dataclass(frozen=True, slots=True)
class Placed:
    """An activity as the times of a note see it: its span, whether it was performed, its code where that is known, and
    whether that code counts in minutes at all (a heat pack's does not)."""

    start: int
    end: int
    performed: bool
    code: str | None = None
    untimed: bool = False


def performed_in(activities: Sequence[Placed], start: int, end: int) -> tuple[int, ...]:
    """The indices of the performed activities (given in order of start) that begin between two offsets."""
    first, last = bisect_left(activities, start, key=_start), bisect_left(activities, end, key=_start)
    return tuple(i for i in range(first, last) if activities[i].performed)


def _start(activity: Placed) -> int:
    return activity.start
