"""How far reviewers who did not see each other agree: F1 of the spans and Cohen's kappa per code.

Units are the activities that either of two reviewers marked; two marks are one unit where the scorer's definition
matches them (they share at least half of the shorter one). A unit that one of them did not mark has the code `none`.

- span F1: 2 x matched / (marks of one + marks of the other); whose label is called gold makes no difference to it.
- kappa of a code: of "this code or not" over all units; kappa of all codes: over the codes themselves, `none` included.
  None where chance alone already gives full agreement, so that kappa says nothing.
Source of kappa: J. Cohen, A coefficient of agreement for nominal scales, 1960.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from nlp_coder.learn.score import match

NONE = "none"
Marks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One place of a note with every reviewer's mark there (None: not marked)."""

    marks: Mapping[str, Mapping[str, Any] | None]

    @property
    def agreed(self) -> bool:
        """Whether all marked the same span, status and code."""
        values = {(m["start"], m["end"], m["status"], m["code"]) if m else None for m in self.marks.values()}
        return len(values) == 1

    @property
    def start(self) -> int:
        """Where its first mark begins."""
        return min(int(m["start"]) for m in self.marks.values() if m)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The reviewers of a note and their units in order of the note."""

    reviewers: tuple[str, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of two reviewers. notes: finished by both. by_code: kappa and the units in which either gave the code."""

    reviewers: tuple[str, str]
    notes: int
    units: int
    span_f1: float | None
    status: float | None
    kappa: float | None
    by_code: Mapping[str, tuple[float | None, int]]


def compare(marks: Mapping[str, Marks]) -> Comparison:
    """Bring the marks of reviewers on one note together."""
    units: list[dict[str, Mapping[str, Any] | None]] = []
    reviewers = tuple(marks)
    for reviewer, theirs in marks.items():
        heads = [next(m for m in u.values() if m) for u in units]
        pairs = {j: i for i, j in match(heads, theirs)}
        for j, mark in enumerate(theirs):
            if j in pairs:
                units[pairs[j]][reviewer] = mark
            else:
                units.append({**dict.fromkeys(reviewers), reviewer: mark})
    return Comparison(reviewers, tuple(sorted((Unit(u) for u in units), key=lambda u: u.start)))


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two raters' values; None where it is not defined (nothing rated, or chance gives all).

    >>> kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
    0.5
    """
    if not pairs:
        return None
    n = len(pairs)
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / n
    chance = sum(ours[v] * theirs[v] for v in ours) / n**2
    return None if chance >= 1.0 else round((observed - chance) / (1.0 - chance), 4)


def agreements(notes: Iterable[Mapping[str, Marks]]) -> list[Agreement]:
    """The figures of every two reviewers over the notes that both finished; notes: the marks by reviewer."""
    shared: dict[tuple[str, str], list[Comparison]] = {}
    for marks in notes:
        for a, b in combinations(sorted(marks), 2):
            shared.setdefault((a, b), []).append(compare({a: marks[a], b: marks[b]}))
    return [_figures(pair, found) for pair, found in sorted(shared.items())]


def _figures(pair: tuple[str, str], notes: Sequence[Comparison]) -> Agreement:
    a, b = pair
    units = [u for note in notes for u in note.units]
    codes = [(_code(u.marks[a]), _code(u.marks[b])) for u in units]
    both = [(x, y) for u in units if (x := u.marks[a]) is not None and (y := u.marks[b]) is not None]
    marked = sum(m is not None for u in units for m in u.marks.values())
    known = sorted({c for codes_of in codes for c in codes_of} - {NONE})
    return Agreement(
        pair,
        len(notes),
        len(units),
        round(2 * len(both) / marked, 4) if marked else None,
        round(sum(x["status"] == y["status"] for x, y in both) / len(both), 4) if both else None,
        kappa(codes),
        {
            c: (kappa([(str(x == c), str(y == c)) for x, y in codes]), sum(c in both_codes for both_codes in codes))
            for c in known
        },
    )


def _code(mark: Mapping[str, Any] | None) -> str:
    return NONE if mark is None else str(mark["code"])
