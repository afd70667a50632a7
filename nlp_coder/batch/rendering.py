"""One row through the coder into what the output will hold of it: done where the note is coded, in a worker or not."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import dataclass
from datetime import date
from typing import Any

from nlp_coder.batch.copy_forward import visit_of
from nlp_coder.batch.note_stream import CodesNotes, one_note
from nlp_coder.batch.time_limit import OutOfTime, time_limit
from nlp_coder.exports.claim_formats import claim_header, claim_text
from nlp_coder.exports.flat_rows import Shape, lowest_confidence
from nlp_coder.exports.json_record import json_line
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.exports.partitions import partition_value
from nlp_coder.exports.query_sheet import query_text
from nlp_coder.exports.service_lines import service_lines
from nlp_coder.exports.spreadsheet import SafeRows, safe_cell
from nlp_coder.note import Alert, CodedNote

TOO_LONG = "look for text that is no note (a whole chart, a damaged file); code it by hand or raise --time-limit"


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a note is written. ending: of the output. shape: of its rows, None for whole records. auto_at: the lowest
    confidence (0-1) that needs no person, None where nobody asked. limit: seconds that one note may take. claim: a
    claim-ready format (see claim_formats), None for records and rows. created: the day of its run. queries: whether the
    questions to the therapist are wanted too. partition: the field that divides the output (see partition_value).
    """

    ending: str
    shape: Shape | None
    with_text: bool = True
    auto_at: float | None = None
    limit: float = 60.0
    claim: str | None = None
    created: date = date.min
    queries: bool = False
    partition: str | None = None

    @property
    def header(self) -> str:
        """What stands before all notes of a claim-ready file."""
        return claim_header(self.claim) if self.claim else ""

    def result(self, row: NoteRow | BadRow, coder: CodesNotes) -> dict[str, Any]:
        """What the journal keeps of a row: `error`, or `out` (its part of the output) and figures for the summary."""
        if isinstance(row, BadRow):
            return error_result(row)
        try:
            with time_limit(self.limit):
                coded = one_note(row, coder)
        except OutOfTime:
            coded = too_long(row, self.limit)
        if isinstance(coded, BadRow):
            return error_result(coded)
        note = coded.with_alerts(*row.alerts) if row.alerts else coded
        result = self.rendered(note)
        result["therapist"] = row.context.therapist_id
        if self.partition is not None:
            result["partition"] = partition_value(note, row.context, self.partition)
        visit = visit_of(note, row.context.patient_id, row.context.date_of_service)
        if visit is not None:
            result["visit"] = visit.packed()
            # only the process that sees all rows in order knows what is copied: it may have to render the note again
            result["note"] = pickle.dumps(note)
        return result

    def rendered(self, note: CodedNote) -> dict[str, Any]:
        """What the journal keeps of a coded note: its part of each file, and figures."""
        review = self.review(note)
        lowest = lowest_confidence(note)
        left_out = {"left_out": [[note.id, *x] for x in service_lines(note).left_out]} if self.claim else {}
        return {
            **left_out,
            **({"queries": query_text(note, with_text=self.with_text)} if self.queries else {}),
            "id": note.id,
            "out": self._rendered(note, review),
            "review": review,
            "confidence": None if lowest is None else round(lowest, 4),
            "alerts": [[a.kind, a.severity] for a in note.alerts],
            "lines": [[x.code, x.units, x.minutes] for x in note.lines if x.billable],
        }

    def with_alert(self, result: dict[str, Any], alert: Alert) -> dict[str, Any]:
        """A result of `result` that still holds its note, with one more alert."""
        note: CodedNote = pickle.loads(result["note"])
        return {**result, **self.rendered(note.with_alerts(alert))}

    def review(self, note: CodedNote) -> str:
        """`auto` where each code is sure enough, no error stands and something was done; else `review`; "" if not asked."""
        if self.auto_at is None:
            return ""
        lowest = lowest_confidence(note)
        sure = lowest is not None and lowest >= self.auto_at
        return "auto" if sure and not any(a.severity == "error" for a in note.alerts) else "review"

    def _rendered(self, note: CodedNote, review: str) -> str:
        if self.claim is not None:
            return claim_text(note, self.claim, with_text=self.with_text, created=self.created)
        if self.shape is None:
            record = note.to_dict(with_text=self.with_text)
            if review:
                record["review"] = review
            return json_line(record)
        rows = self.shape.rows(note, with_text=self.with_text, review=review)
        if self.ending in (".csv", ".tsv"):
            return table_text(rows, self.ending)
        if self.ending == ".jsonl":
            return "".join(json_line(dict(zip(self.shape.columns, row, strict=True))) for row in rows)
        if self.ending == ".xlsx":
            rows = [[safe_cell(c) for c in row] for row in rows]
        return json.dumps(rows)


def table_text(rows: list[list[object]], ending: str) -> str:
    """Rows of safe cells as the text of a .csv or .tsv file."""
    out = io.StringIO(newline="")
    writer = SafeRows(out, None, "\t" if ending == ".tsv" else ",")
    for row in rows:
        writer.write(row)
    return out.getvalue()


def error_result(row: BadRow) -> dict[str, Any]:
    """A bad row as the journal keeps it."""
    return {"error": [row.number, row.id, row.what, row.todo]}


def too_long(row: NoteRow, limit: float) -> BadRow:
    """A note that took too long."""
    return BadRow(row.number, row.id, f"took longer than {limit:g} seconds", TOO_LONG)
