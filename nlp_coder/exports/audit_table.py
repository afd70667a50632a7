"""The audit's figures on the terminal: by result, by code and by therapist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nlp_coder.audit.findings import RESULT_WORDS
from nlp_coder.audit.summary import Summary, Tally
from nlp_coder.exports.code_labels import label_of
from nlp_coder.exports.terminal import drawing

MOST_ROWS = 25
"""Rows of one table; the report and the findings hold all."""


def write_audit(summary: Summary, handle: TextIO) -> None:
    """Write the figures of an audit."""
    with drawing(handle) as console:
        total = summary.total
        words = (
            f"{summary.visits} visits, {summary.visits_agreeing} without a finding; {total.lines} claim lines judged, "
        )
        console.print(Text(f"{words}{agreement(total)} agree", style="bold"))
        console.print()
        table = _table("Result", "Lines")
        for result, said in RESULT_WORDS.items():
            if number := total.results[result]:
                table.add_row(said, str(number))
        console.print(table)
        console.print()
        _groups(console, "Code", ((f"{c}  {label_of(c)}", t) for c, t in summary.codes))
        console.print()
        _groups(console, "Therapist", summary.therapists)


def agreement(tally: Tally) -> str:
    """The rate with its interval, such as `92 % (88-95 %)`; `-` without judged lines."""
    if tally.rate is None:
        return "-"
    low, high = tally.interval
    return f"{tally.rate:.0%} ({100 * low:.0f}-{high:.0%})"


def _groups(console: Console, name: str, groups: Iterable[tuple[str, Tally]]) -> None:
    table = _table(name, "Lines", "Agree (95 %)", "Units over/under", "Modifier", "Code", "Unsupported", "Not billed")
    rows = list(groups)
    for label, tally in rows[:MOST_ROWS]:
        found = tally.results
        table.add_row(
            Text(label), str(tally.lines), agreement(tally), f"{tally.units_over}/{tally.units_under}",
            str(found["modifier_differs"]), str(found["code_disagrees"]), str(found["not_supported"] + found["not_billable"]),
            str(tally.not_billed),
        )  # fmt: skip
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"and {len(rows) - MOST_ROWS} more")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table
