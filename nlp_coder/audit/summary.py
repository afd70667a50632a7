"""The audit in figures: how many claim lines agree, by code and by therapist, with the interval that the number allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt

from nlp_coder.audit.findings import AuditLine, Result

Z95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


def wilson(rate: float, number: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a proportion. number: observations, or their effective number in a weighted sample.

    >>> low, high = wilson(0.9, 10)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    >>> wilson(0.0, 0)
    (0.0, 1.0)
    """
    if number <= 0:
        return 0.0, 1.0
    square = z * z
    middle = (rate + square / (2 * number)) / (1 + square / number)
    half = z / (1 + square / number) * sqrt(rate * (1 - rate) / number + square / (4 * number * number))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class Tally:
    """Figures of one group of lines. lines: claim lines that were judged. results: lines with each result."""

    lines: int = 0
    agree: int = 0
    not_billed: int = 0
    not_judged: int = 0
    units_over: int = 0
    units_under: int = 0
    results: Counter[Result] = field(default_factory=Counter)
    _weight: float = 0.0
    _agreeing: float = 0.0
    _squares: float = 0.0

    def add(self, line: AuditLine) -> None:
        """Count one line."""
        self.results.update(line.results)
        if not line.billed:
            self.not_billed += "not_billed" in line.results
            return
        if "not_judged" in line.results:
            self.not_judged += 1
            return
        agrees = line.results == ("agrees",)
        self.lines += 1
        self.agree += agrees
        self._weight += line.weight
        self._squares += line.weight**2
        self._agreeing += line.weight * agrees
        if "units_differ" in line.results and line.units is not None and line.documented_units is not None:
            self.units_over += max(0, line.units - line.documented_units)
            self.units_under += max(0, line.documented_units - line.units)

    @property
    def rate(self) -> float | None:
        """Share of the claim lines that agree, weighted where they are a sample; None without any."""
        return self._agreeing / self._weight if self._weight else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the rate; over the effective number where lines have weights (Kish)."""
        if self.rate is None:
            return 0.0, 1.0
        return wilson(self.rate, self._weight**2 / self._squares)


@dataclass
class Summary:
    """All visits of an audit, added one by one."""

    visits: int = 0
    visits_agreeing: int = 0
    total: Tally = field(default_factory=Tally)
    by_code: dict[str, Tally] = field(default_factory=dict)
    by_therapist: dict[str, Tally] = field(default_factory=dict)

    def add(self, lines: Iterable[AuditLine], therapist: str | None, *, whole: bool = True) -> None:
        """Count the findings of one visit. whole: False where some of its claim lines could not be read."""
        self.visits += 1
        agrees = whole
        for line in lines:
            agrees = agrees and not line.flagged
            groups = (
                self.total,
                self.by_code.setdefault(line.subject, Tally()),
                self.by_therapist.setdefault(therapist or "not stated", Tally()),
            )
            for tally in groups:
                tally.add(line)
        self.visits_agreeing += agrees

    @property
    def codes(self) -> list[tuple[str, Tally]]:
        """By code, those with most claim lines first."""
        return sorted(self.by_code.items(), key=lambda t: (-t[1].lines, -t[1].not_billed, t[0]))

    @property
    def therapists(self) -> list[tuple[str, Tally]]:
        """By therapist, the lowest rate of agreement first."""
        return sorted(self.by_therapist.items(), key=lambda t: (1.0 if t[1].rate is None else t[1].rate, t[0]))
