"""A coded note on the terminal: claim lines first, then the activities under their line with what decided, then what
was left out and why, then the alerts, then how the units came about.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nlp_coder.exports.claim_view import (
    LEFT_OUT_WHY,
    STATUS_WORDS,
    ActivityView,
    ClaimView,
    LineView,
    claim_view,
)
from nlp_coder.exports.terminal import drawing
from nlp_coder.note import CodedNote

_SEVERITY = {"error": ("ERROR", "bold red"), "warning": ("WARNING", "yellow"), "info": ("INFO", "cyan")}


def write_table(
    note: CodedNote, handle: TextIO, *, with_text: bool = True, explain: bool = False, width: int | None = None
) -> None:
    """Write the note's table. explain: every reason for and against each activity's code. width: columns."""
    with drawing(handle, width) as console:
        _write(console, claim_view(note, with_text=with_text), explain)


def _write(console: Console, view: ClaimView, explain: bool) -> None:
    note = view.note
    console.print(Text.assemble((note.id, "bold"), f"  {view.visit}"))
    _claim(console, view)
    if view.lines or view.loose:
        _heading(console, "Activities")
        for line in view.lines:
            _line_activities(console, line, explain)
        if view.loose:
            console.print(Padding(Text("done, on no line", style="bold"), (0, 0, 0, 2), expand=False))
            _activities(console, view.loose, explain, with_code=True)
    if view.left_out:
        _heading(console, "Left out")
        for status, activities in view.left_out:
            why = Text.assemble((STATUS_WORDS[status], "bold"), f" ({LEFT_OUT_WHY[status]})")
            console.print(Padding(why, (0, 0, 0, 2), expand=False))
            _activities(console, activities, explain, with_code=True)
    if explain and view.checklist:
        _checklist(console, view)
    _alerts(console, view)
    if note.unit_explanation and note.lines:
        _heading(console, "Units")
        for sentence in note.unit_explanation:
            _item(console, Text(sentence))
        if explain and note.unit_table:
            _remainders(console, note)


def _remainders(console: Console, note: CodedNote) -> None:
    """The remainder table, both rules side by side, and what the lines rest on."""
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim", pad_edge=False)
    table.add_column("  Code", no_wrap=True)
    for name in ("Min", "Whole 15s", "Left", "Left-over unit", "Total time", "Midpoint"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in note.unit_table:
        counts = (row["minutes"], row["whole"], row["remainder"], "yes" if row["left_over_unit"] else "no")
        table.add_row(f"  {row['code']}", *map(str, (*counts, row["cms"], row["ama"])))
    console.print(table)
    if note.lines[0].basis:
        _item(console, Text(note.lines[0].basis, style="dim"))


def _claim(console: Console, view: ClaimView) -> None:
    console.print()
    if not view.lines:
        console.print(Text("Nothing billable: the note names nothing that was done in this visit.", style="bold"))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Code", no_wrap=True)
    table.add_column("Service")
    for name in ("Min", "Units"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Modifiers", no_wrap=True)
    table.add_column("Confidence", justify="right", no_wrap=True)
    for shown in view.lines:
        line = shown.line
        units = _number(line.units) if line.billable else "not billed"
        confidence = "" if shown.confidence is None else f"{shown.confidence:.0%}"
        cells = (line.code, shown.label, _number(line.minutes), units, " ".join(line.modifiers), confidence)
        table.add_row(*cells, style=None if line.billable else "dim")
    console.print(table)


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)


def _line_activities(console: Console, shown: LineView, explain: bool) -> None:
    if not shown.activities:
        return
    console.print(Padding(Text.assemble((shown.line.code, "bold"), f" {shown.label}"), (0, 0, 0, 2), expand=False))
    if explain and shown.line.explanation:
        _item(console, Text(shown.line.explanation), indent=4)
    _activities(console, shown.activities, explain)


def _activities(
    console: Console, activities: Iterable[ActivityView], explain: bool, *, with_code: bool = False
) -> None:
    for shown in activities:
        words = Text(shown.words)
        if with_code:
            words.append(f"  {shown.activity.code}", style="dim")
        if shown.details:
            words.append(f"  {shown.details}", style="dim")
        done = shown.activity.status == "performed"
        if done:
            words.append(f"  {shown.activity.confidence:.0%}")
        _item(console, words, indent=4)
        if not explain:
            if done and (reason := _because(shown)):
                _item(console, Text(reason, style="dim"), mark="because", indent=6)
            if done and (also := _not_ruled_out(shown)):
                _item(console, Text(also, style="dim"), mark="·", indent=6)
            continue
        for vote in shown.votes:
            _item(console, Text(vote, style="dim"), mark="·", indent=6)
        if shown.activity.alternatives:
            others = ", ".join(f"{a.code} {a.confidence:.0%}" for a in shown.activity.alternatives)
            _item(console, Text(f"other codes: {others}", style="dim"), mark="·", indent=6)
        if also := _not_ruled_out(shown):
            _item(console, Text(also, style="dim"), mark="·", indent=6)


def _not_ruled_out(shown: ActivityView) -> str:
    codes = shown.activity.not_ruled_out
    return f"{', '.join(codes)} cannot be ruled out" if codes else ""


def _because(shown: ActivityView) -> str:
    if shown.deciding and shown.reason:
        return f"“{shown.deciding}”: {shown.reason}"
    return shown.reason


def _checklist(console: Console, view: ClaimView) -> None:
    _heading(console, "Documentation")
    code = ""
    for row in view.checklist:
        if row.code != code:
            console.print(Padding(Text(row.code, style="bold"), (0, 0, 0, 2), expand=False))
            code = row.code
        _item(console, Text(f"{row.element} {row.state}: {row.words}"), mark=row.mark, indent=4)


def _alerts(console: Console, view: ClaimView) -> None:
    if not view.alerts:
        return
    _heading(console, "Alerts")
    for alert in view.alerts:
        word, style = _SEVERITY.get(alert.severity, (alert.severity.upper(), ""))
        _item(console, Text.assemble((word, style), f" {alert.kind}: {alert.message}"))


def _heading(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, style="bold underline"))


def _item(console: Console, words: Text, *, mark: str = "-", indent: int = 2) -> None:
    """A row that hangs under its mark where it is longer than the terminal is wide."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, style="dim"), words)
    console.print(Padding(grid, (0, 0, 0, indent), expand=False))
