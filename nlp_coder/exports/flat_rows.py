"""Coded notes as rows of a table: one a claim line, a note or an activity, with the type of each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlp_coder.exports.claim_csv import COLUMNS as LINE_COLUMNS
from nlp_coder.exports.claim_csv import claim_rows
from nlp_coder.note import CodedNote

Per = Literal["line", "note", "activity"]
PER: tuple[Per, ...] = ("line", "note", "activity")
_WHOLE = frozenset(
    {"minutes", "units", "timed_minutes", "total_minutes", "number", "start", "end", "sets", "reps", "hold_seconds"}
)

NOTE_COLUMNS = (
    "id", "codes", "units", "timed_minutes", "total_minutes", "confidence", "errors", "warnings", "alerts",
    "discipline", "unit_rule",
)  # fmt: skip
ACTIVITY_COLUMNS = (
    "id", "number", "quote", "start", "end", "status", "code", "confidence", "minutes", "minutes_from", "sets", "reps",
    "hold_seconds", "body_parts", "purposes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What a row is. review: with a last column that says whether a person should look."""

    per: Per
    review: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The header."""
        known = {"line": LINE_COLUMNS, "note": NOTE_COLUMNS, "activity": ACTIVITY_COLUMNS}[self.per]
        return (*known, "review") if self.review else known

    def kind(self, column: str) -> Literal["whole", "fraction", "text"]:
        """The type of a column."""
        return "whole" if column in _WHOLE else "fraction" if column == "confidence" else "text"

    def rows(self, note: CodedNote, *, with_text: bool, review: str = "") -> list[list[object]]:
        """The rows of one note; one without lines or activities has one row all the same."""
        found: Iterable[Sequence[object]]
        if self.per == "line":
            found = claim_rows(note, with_text=with_text)
        elif self.per == "note":
            found = [_note(note)]
        else:
            found = _activities(note, with_text)
        return [[*cells, review] if self.review else list(cells) for cells in found]


def lowest_confidence(note: CodedNote) -> float | None:
    """The lowest confidence of the activities that were done, None where nothing was."""
    return min((a.confidence for a in note.activities if a.status == "performed"), default=None)


def _note(note: CodedNote) -> Sequence[object]:
    billed = [x for x in note.lines if x.billable]
    units = [x.units for x in billed]
    lowest = lowest_confidence(note)
    levels = [a.severity for a in note.alerts]
    return (
        note.id, " ".join(f"{x.code}x{'?' if x.units is None else x.units}" for x in billed),
        None if None in units else sum(u or 0 for u in units), note.timed_minutes, note.total_minutes,
        None if lowest is None else round(lowest, 4), str(levels.count("error")), str(levels.count("warning")),
        " | ".join(f"{a.severity} {a.kind}: {a.message}" for a in note.alerts), note.discipline, note.unit_rule,
    )  # fmt: skip


def _activities(note: CodedNote, with_text: bool) -> Iterable[Sequence[object]]:
    if not note.activities:
        yield (note.id, *[None] * (len(ACTIVITY_COLUMNS) - 1))
    for number, a in enumerate(note.activities, start=1):
        dose = a.dosage
        yield (
            note.id, number, " ".join(a.quote.split()) if with_text else None, a.start, a.end, a.status, a.code,
            round(a.confidence, 4), a.minutes, a.minutes_from, dose and dose.sets, dose and dose.reps,
            dose and dose.hold_seconds,
            ", ".join(f"{b.side} {b.name}" if b.side else b.name for b in a.body_parts), ", ".join(a.purposes),
        )  # fmt: skip
