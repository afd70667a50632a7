"""CSV in, with any separator: the note, its id and the visit's context by the names of their columns, as a stream.

The separator is the one that the header row uses most. Unknown columns are passed over. Line ends inside a cell are
kept as they are.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from nlp_coder.exports.columns import Columns, find_columns
from nlp_coder.exports.compressed import DAMAGED
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import LARGEST_NOTE, open_text
from nlp_coder.exports.tracking import Tracker
from nlp_coder.problem import Problem

SEPARATORS = ",;\t|^~"


def csv_notes(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a CSV file; rows are numbered as a spreadsheet shows them, the header being row 1. Raises Problem."""
    csv.field_size_limit(LARGEST_NOTE)
    with open_text(path, newline="", encoding=options.encoding) as handle:
        # strict: a quote that is not closed is said, where it would otherwise swallow the rows after it
        reader = csv.reader(handle, delimiter=_separator(handle, path), strict=True)
        number, columns = 0, None  # type: tuple[int, Columns | None]
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
            except DAMAGED:
                what = "the file is damaged or cut off from here on"
                yield BadRow(number, f"row-{number}", what, "export it again, or name its --encoding")
                return
            if track is not None:
                track.at(handle)
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = find_columns(row, str(path), options)
                options.say(f"{path.name}: {columns.described()}")
            else:
                yield cells_row(number, columns, row, options)
        if columns is None:
            raise Problem(str(path), "is empty", "give a header row with id and text, then one note a row")


def _separator(handle: TextIO, path: Path) -> str:
    """The separator that the first row with words uses most."""
    try:
        first = next((line for line in handle if line.strip()), "")
        handle.seek(0)
    except DAMAGED:
        raise Problem(str(path), "is damaged", "export it again, or name its --encoding") from None
    return max(SEPARATORS, key=first.count)


def cells_row(number: int, columns: Columns, cells: Sequence[str], options: ReadOptions) -> NoteRow | BadRow:
    """The row of a table's cells; more cells than the header has are an error of the row."""
    record = columns.record(cells)
    if any(c.strip() for c in cells[len(columns.names) :]):
        todo = "put quotes around cells that hold the separator"
        return BadRow(number, str(record.get("id") or f"row-{number}"), "has more cells than the header", todo)
    return options.row(number, record)
