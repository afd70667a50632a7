"""Cells and rows for spreadsheet programs: comma-separated, and never a formula by accident."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol, TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class RowWriter(Protocol):
    """What writes one row of cells."""

    def writerow(self, row: Iterable[object], /) -> object: ...


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

    def __init__(self, handle: TextIO, columns: Sequence[str]) -> None:
        self._writer: RowWriter = csv.writer(handle, lineterminator="\n")
        self._writer.writerow(columns)

    def write(self, cells: Iterable[object]) -> None:
        """One row; None becomes an empty cell."""
        self._writer.writerow(["" if c is None else safe_cell(c) for c in cells])
