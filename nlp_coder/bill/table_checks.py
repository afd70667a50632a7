"""Checks of table cells: known codes and sources, dates, whole numbers, words, periods. Errors name file and row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from nlp_coder.tables import TableError

Row = dict[str, str]
Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Checker:
    """The known codes and sources, and how cells are checked against them."""

    codes: frozenset[str]
    sources: frozenset[str]

    def code(self, where: str, code: str) -> str:
        """The code, if codes.csv has it."""
        if code not in self.codes:
            raise TableError(f"{where}: code {code!r} is not in codes.csv; add it there or correct it here")
        return code

    def source(self, where: str, cell: str) -> str:
        """The cell, if every source it names is in sources.csv."""
        for source in cell.split(";"):
            if source.strip() not in self.sources:
                raise TableError(f"{where}: source {source.strip()!r} is not in sources.csv; say there where it is")
        return cell


def day(where: str, column: str, cell: str) -> date | None:
    """A date cell, None where empty."""
    if not cell:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            raise ValueError
        return date.fromisoformat(cell)
    except ValueError:
        raise TableError(f"{where}: {column} {cell!r} is no date; write it as YYYY-MM-DD") from None


def whole(where: str, column: str, cell: str) -> int | None:
    """A cell that holds a whole number, None where empty."""
    if not cell:
        return None
    if not cell.isdecimal():
        raise TableError(f"{where}: {column} {cell!r} is no whole number")
    return int(cell)


def one_of(where: str, column: str, cell: str, allowed: Sequence[str]) -> str:
    """A cell that holds one of a few words."""
    if cell not in allowed:
        raise TableError(f"{where}: {column} {cell!r} must be one of {', '.join(a or 'empty' for a in allowed)}")
    return cell


def period(where: str, row: Row) -> Period:
    """effective_from and effective_to of a row, in order."""
    start = day(where, "effective_from", row.get("effective_from", ""))
    end = day(where, "effective_to", row.get("effective_to", ""))
    if start and end and end < start:
        raise TableError(f"{where}: effective_to {end} lies before effective_from {start}")
    return start, end


def no_overlap(entries: Iterable[tuple[str, object, Period]]) -> None:
    """Raises TableError where two of (where, subject, period) have the same subject and share a day."""
    seen: dict[object, list[tuple[str, Period]]] = {}
    for where, subject, (start, end) in entries:
        for other, (first, last) in seen.get(subject, []):
            if (start or date.min) <= (last or date.max) and (first or date.min) <= (end or date.max):
                raise TableError(f"{where}: its period overlaps that of {other}; end the older row before this begins")
        seen.setdefault(subject, []).append((where, (start, end)))
