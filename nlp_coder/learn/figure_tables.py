"""The tables of `nlp-coder evaluate`: figures taken apart, and simpler ways of coding beside the program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from nlp_coder.exports.terminal import drawing

if TYPE_CHECKING:
    from nlp_coder.learn.baselines import Row
    from nlp_coder.learn.breakdown import Breakdown
    from nlp_coder.learn.cross_validation import CrossValidation
    from nlp_coder.learn.intervals import Interval

TITLES = {
    "code": "By code",
    "section": "By section",
    "status": "By status",
    "wording": "By wording",
    "taught": "By what was taught",
}


def show_figures(parts: Breakdown | None, rows: Sequence[Row]) -> None:
    """Print the tables to standard output."""
    with drawing(sys.stdout) as console:
        for kind, title in TITLES.items() if parts else ():
            if parts and not any(g.kind == kind for g in parts.groups):
                continue
            table = _table(title, kind, "Labels", "Found F1", "Found and right F1", "95 %")
            for g in (g for g in parts.groups if g.kind == kind) if parts else ():
                table.add_row(g.name, str(g.labels), f"{g.found.f1:.3f}", f"{g.right.f1:.3f}", ends(g.interval))
            console.print(table)
        if parts and parts.confidence:
            t = parts.confidence
            console.print(
                f"Confidence: {t.activities} activities found as performed, {t.right:.3f} right, {t.said:.3f} said; calibration "
                f"error {t.gap:.3f} ({ends(t.gap_interval)}); {t.passes:.1%} may pass at 95 % precision"
                + (f", from {t.passes_from:.3f} on" if t.passes else ""),
                soft_wrap=True,
            )
            if t.covered is not None and t.several is not None:
                console.print(
                    f"Codes not ruled out: a defensible one is among them for {t.covered:.1%}; {t.several:.1%} have more than one",
                    soft_wrap=True,
                )
        if rows:
            table = _table("Ways of coding", "way", "Strict", "Defensible", "95 %", "End to end F1", "95 %")
            for r in rows:
                table.add_row(
                    r.name, f"{r.strict:.3f}", f"{r.lenient:.3f}", ends(r.lenient_interval), f"{r.end_to_end.f1:.3f}",
                    ends(r.end_to_end_interval),
                )  # fmt: skip
            console.print(table)


def show_spreads(result: CrossValidation) -> None:
    """Print the figures of a cross-validation to standard output."""
    with drawing(sys.stdout) as console:
        console.print(
            f"{result.notes} notes, {result.folds} folds dealt {result.repeats} times; each fold by a model taught on others"
        )
        table = _table("Cross-validation", "figure", "All notes", "95 %", "Mean of folds", "SD", "Lowest", "Highest")
        for name, s in result.figures.items():
            table.add_row(
                name, "-" if s.value is None else f"{s.value:.3f}", ends(s.interval), f"{s.mean:.3f}", f"{s.deviation:.3f}",
                f"{s.lowest:.3f}", f"{s.highest:.3f}",
            )  # fmt: skip
        console.print(table)


def ends(interval: Interval | None) -> str:
    """An interval as it is shown."""
    return "-" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(
        box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False, title=title, title_justify="left"
    )
    table.add_column(first.capitalize(), no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table
