"""The audit's findings as a spreadsheet (one row a line) or as JSON Lines (one object a line). No words of the note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from nlp_coder.audit.findings import RESULT_WORDS, AuditLine
from nlp_coder.exports.code_labels import label_of
from nlp_coder.exports.json_record import json_line
from nlp_coder.exports.spreadsheet import SafeRows

COLUMNS: tuple[str, ...] = (
    "id", "visit_id", "date_of_service", "therapist_id", "row", "result", "flagged", "billed_code", "billed_units",
    "billed_modifiers", "documented_code", "documented_label", "documented_units", "documented_minutes",
    "documented_modifiers", "units_cms", "units_ama", "missing_modifiers", "extra_modifiers", "confidence", "weight", "why",
)  # fmt: skip


def finding_record(
    line: AuditLine, id: str, visit: str, day: str | None, therapist: str | None
) -> dict[str, Any]:  # fmt: skip
    """One finding with the fields of COLUMNS; results as their names, modifiers as lists."""
    return {
        "id": id,
        "visit_id": visit,
        "date_of_service": day,
        "therapist_id": therapist,
        "row": line.row,
        "result": list(line.results),
        "flagged": line.flagged,
        "billed_code": line.code,
        "billed_units": line.units,
        "billed_modifiers": list(line.modifiers),
        "documented_code": line.documented_code,
        "documented_label": label_of(line.documented_code) if line.documented_code else None,
        "documented_units": line.documented_units,
        "documented_minutes": line.documented_minutes,
        "documented_modifiers": list(line.documented_modifiers),
        "units_cms": line.units_cms,
        "units_ama": line.units_ama,
        "missing_modifiers": list(line.missing),
        "extra_modifiers": list(line.extra),
        "confidence": None if line.confidence is None else round(line.confidence, 4),
        "weight": round(line.weight, 4),
        "why": line.why,
    }


class FindingRows:
    """Writes findings to a text file opened with newline="": "," or a tab between cells, or JSON Lines."""

    def __init__(self, handle: TextIO, ending: str) -> None:
        self._handle = handle
        self._rows = None
        if ending != ".jsonl":
            self._rows = SafeRows(handle, COLUMNS, "\t" if ending == ".tsv" else ",")

    def write(
        self, lines: Sequence[AuditLine], id: str, visit: str, day: str | None, therapist: str | None
    ) -> None:  # fmt: skip
        """The findings of one visit."""
        for line in lines:
            record = finding_record(line, id, visit, day, therapist)
            if self._rows is None:
                self._handle.write(json_line(record))
                continue
            record["result"] = "; ".join(RESULT_WORDS[r] for r in line.results)
            record["flagged"] = "yes" if line.flagged else "no"
            cells = (" ".join(v) if isinstance(v, list) else v for v in record.values())
            self._rows.write(cells)
