"""CSV in: columns `id` and `text` (or `note`, `note_text`) and the visit's context, read as a stream.

Columns are found whatever their case and order; unknown ones are passed over. The separator is the one that the
header row uses: comma, semicolon or tab. Line ends inside a cell are kept as they are.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TextIO

from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows, note_row
from nlp_coder.exports.text_file import LARGEST_NOTE, open_text
from nlp_coder.exports.tracking import Tracker
from nlp_coder.note import VisitContext
from nlp_coder.problem import Problem

OTHER_NAMES = {
    "note": "text", "note_text": "text", "notetext": "text", "note_id": "id", "noteid": "id", "rule": "unit_rule",
}  # fmt: skip
_KNOWN = {"id", "text", *(f.name for f in fields(VisitContext))}


def csv_notes(path: Path, track: Tracker | None = None) -> Rows:
    """The notes of a CSV file; rows are numbered as a spreadsheet shows them, the header being row 1. Raises Problem."""
    csv.field_size_limit(LARGEST_NOTE)
    with open_text(path, newline="") as handle:
        # strict: a quote that is not closed is said, where it would otherwise swallow the rows after it
        reader = csv.reader(handle, delimiter=_separator(handle, path), strict=True)
        number, columns = 0, None  # type: tuple[int, list[str] | None]
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if columns is None:
                    raise Problem(str(path), f"its header row cannot be read ({error})", "export it again") from None
                todo = "close the quotes of the cell, and write a quote inside a cell twice"
                yield BadRow(number, f"row-{number}", f"is not valid CSV ({error})", todo)
                continue
            except UnicodeDecodeError:
                yield BadRow(number, f"row-{number}", "the file is damaged from here on", "export it again as UTF-8")
                return
            if track is not None:
                track.at(handle)
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row, path)
            else:
                yield _row(number, columns, row)
        if columns is None:
            raise Problem(str(path), "is empty", "give a header row with id and text, then one note a row")


def _separator(handle: TextIO, path: Path) -> str:
    """The separator that the first row with words uses most."""
    try:
        first = next((line for line in handle if line.strip()), "")
        handle.seek(0)
    except UnicodeDecodeError:
        raise Problem(str(path), "is damaged", "export it again as UTF-8") from None
    return max(",;\t", key=first.count)


def _columns(header: Sequence[str], path: Path) -> list[str]:
    """Our name of each column, "" for those that say nothing to us; `text` wins over its other names."""
    plain = [h.strip().lower().replace(" ", "_").replace("-", "_") for h in header]
    names: list[str] = []
    for name in plain:
        other = OTHER_NAMES.get(name)
        if other and other not in plain:
            name = other
        names.append(name if name in _KNOWN and name not in names else "")
    if "text" not in names:
        # what the first row holds is not said: in a file without a header it is a note
        raise Problem(
            str(path), f"has no column `text` among the {len(header)} of its first row",
            "give a header row that names the column of the notes `text` or `note`",
        )  # fmt: skip
    return names


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> NoteRow | BadRow:
    record = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    if any(c.strip() for c in cells[len(columns) :]):
        todo = "put quotes around cells that hold the separator"
        return BadRow(number, record.get("id") or f"row-{number}", "has more cells than the header", todo)
    return note_row(number, record)
