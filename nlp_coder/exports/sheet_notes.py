"""Excel workbooks (.xlsx) in: one sheet, its first row with words as the header."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from nlp_coder.exports.columns import Columns, find_columns
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows, plain_value
from nlp_coder.exports.optional import optional
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import open_binary
from nlp_coder.exports.zip_guard import check_archive
from nlp_coder.problem import Problem


def sheet_notes(path: Path, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a sheet, rows numbered as Excel shows them. Raises Problem."""
    openpyxl = optional("openpyxl", path)
    unescape = optional("openpyxl.utils.escape", path).unescape
    with open_binary(path) as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                check_archive(archive, path)
            book = openpyxl.load_workbook(handle, read_only=True, data_only=True)
        except Problem:
            raise
        except Exception as error:  # zip, XML and key errors alike mean that it is no sound workbook
            kind = type(error).__name__
            raise Problem(str(path), f"is no readable .xlsx workbook ({kind})", "save it again as .xlsx") from None
        if options.sheet is not None and options.sheet not in book.sheetnames:
            raise Problem(str(path), f"has no sheet {options.sheet!r}", f"name one of {', '.join(book.sheetnames)}")
        sheet = book[options.sheet] if options.sheet is not None else book.worksheets[0]
        more = len(book.sheetnames) - 1
        columns: Columns | None = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            values = [_cell(c, unescape) for c in cells]
            if all(v is None or (isinstance(v, str) and not v.strip()) for v in values):
                continue
            if columns is None:
                columns = find_columns(["" if v is None else str(v) for v in values], str(path), options)
                rest = f" ({more} other sheet{'' if more == 1 else 's'} not read)" if more else ""
                options.say(f"{path.name}, sheet {sheet.title}{rest}: {columns.described()}")
            else:
                yield _row(number, columns, values, options)
        if columns is None:
            raise Problem(str(path), f"its sheet {sheet.title!r} is empty", "name another with --sheet")


def _row(number: int, columns: Columns, values: list[Any], options: ReadOptions) -> NoteRow | BadRow:
    return options.row(number, columns.record(values))


def _cell(value: Any, unescape: Any) -> Any:
    # Excel writes control characters of a cell as _x000D_
    return unescape(value) if isinstance(value, str) and "_x" in value else plain_value(value)
