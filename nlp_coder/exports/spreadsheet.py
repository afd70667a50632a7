"""Cells and rows for spreadsheet programs: comma-separated, and never a formula by accident."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell(-5), safe_cell("gait")
    ("'=1+1", "'-5", -5, 'gait')
    """
    if not isinstance(value, str):
        return value
    value = value.replace("\0", "")
    return "'" + value if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value


class SafeRows:
    """Writes rows of safe cells to a text file opened with newline=""."""

    def __init__(self, handle: TextIO, columns: Sequence[str] | None, separator: str = ",") -> None:
        """columns: the header, None to write none."""
        self._handle = handle
        self._row = io.StringIO(newline="")
        # the csv module quotes a cell with a line end only where the row ends in the same: \r\n covers both
        self._writer = csv.writer(self._row, delimiter=separator, lineterminator="\r\n")
        if columns is not None:
            self.write(columns)

    def write(self, cells: Iterable[object]) -> None:
        """One row; None becomes an empty cell."""
        self._writer.writerow(["" if c is None else safe_cell(c) for c in cells])
        self._handle.write(self._row.getvalue().removesuffix("\r\n") + "\n")
        self._row.seek(0)
        self._row.truncate()
