"""Coded notes as a spreadsheet: one row a claim line. A note without any line has one row that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from nlp_coder.exports.claim_view import claim_view
from nlp_coder.exports.spreadsheet import SafeRows
from nlp_coder.note import Alert, CodedNote

COLUMNS: tuple[str, ...] = (
    "id", "code", "label", "minutes", "units", "modifiers", "timed", "billable", "confidence", "activities",
    "alerts", "note_alerts", "explanation", "discipline", "unit_rule", "timed_minutes", "total_minutes",
)  # fmt: skip


class ClaimRows:
    """Writes notes to a text file opened with newline=""; the header first."""

    def __init__(self, handle: TextIO, *, with_text: bool = True) -> None:
        self._rows = SafeRows(handle, COLUMNS)
        self._with_text = with_text

    def write(self, note: CodedNote) -> None:
        """The rows of one note."""
        for cells in claim_rows(note, with_text=self._with_text):
            self._rows.write(cells)


def claim_rows(note: CodedNote, *, with_text: bool = True) -> Iterable[Sequence[object]]:
    """One row a line, cells in the order of COLUMNS. Alerts of another code or of none stand under `note_alerts`."""
    view = claim_view(note, with_text=with_text)
    visit = (note.discipline, note.unit_rule, note.timed_minutes, note.total_minutes)
    if not view.lines:
        yield (note.id, None, "nothing billable", *[None] * 7, None, _alerts(view.alerts), None, *visit)
        return
    on_claim = {v.line.code for v in view.lines}
    rest = [a for a in view.alerts if a.code not in on_claim]
    for shown in view.lines:
        line = shown.line
        mine = [a for a in view.alerts if a.code == line.code]
        numbers = [i for i in line.activities if i < len(note.activities)]
        words = [_words(note, i, with_text) for i in numbers]
        yield (
            note.id, line.code, shown.label, line.minutes, line.units, " ".join(line.modifiers), _yes(line.timed),
            _yes(line.billable), None if shown.confidence is None else round(shown.confidence, 4), "; ".join(words),
            _alerts(mine), _alerts(rest), line.explanation, *visit,
        )  # fmt: skip


def _words(note: CodedNote, index: int, with_text: bool) -> str:
    activity = note.activities[index]
    return " ".join(activity.quote.split()) if with_text else f"characters {activity.start}-{activity.end}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _alerts(alerts: Iterable[Alert]) -> str:
    return " | ".join(f"{a.severity} {a.kind}: {a.message}" for a in alerts)
