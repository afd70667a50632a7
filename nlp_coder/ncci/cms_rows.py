"""What the rows of CMS's files say: pairs (PTP) and most units (MUE), whose file it is and of which quarter.

PTP: column 1, column 2, `*` if before 1996, effective date, deletion date (`*`: none), modifier indicator, rationale.
MUE: code, value, adjudication indicator ("3 Date of Service Edit: Clinical"), rationale. Everything above the first row
that begins with a code is licence text and header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from nlp_coder.bill.rules import NcciFile
from nlp_coder.ncci.cms_files import CmsTable
from nlp_coder.problem import Problem

_CODE = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")
_PTP_VERSION = re.compile(r"cci(?:pra|oph)[-_ ]?v?(\d\d)(\d)r\d", re.I)
_QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.I)
_MUE_DATE = re.compile(r"eff[-_ ]*(\d\d)[-_](\d\d)[-_](\d{4})", re.I)
_PART = re.compile(r"[-_ ]f(\d)(?=\.|$|[-_ ])", re.I)
PARTS = 4
"""CMS publishes each PTP file in four parts, divided by column 1."""


@dataclass(frozen=True, slots=True)
class PtpRow:
    """One row of a pair. effective_to: the last day in force, None where it still is."""

    column1: str
    column2: str
    effective_from: date
    effective_to: date | None
    indicator: int
    rationale: str


@dataclass(frozen=True, slots=True)
class MueValue:
    """The most units of a code; kind: the first character of the adjudication indicator."""

    code: str
    units: int
    kind: str


@dataclass(slots=True)
class CmsContent:
    """What one table holds of the codes asked for. bad: row number and what is wrong with it; those rows are left out.

    first, last: the smallest and largest column 1 of all its rows, whosever codes they are: what a part covers.
    """

    where: str
    kind: Literal["ptp", "mue"]
    file: NcciFile
    quarter: str
    part: int | None
    pairs: list[PtpRow] = field(default_factory=list)
    mues: list[MueValue] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    total: int = 0
    first: str = ""
    last: str = ""


def content_of(table: CmsTable, codes: Collection[str], file: NcciFile | None, quarter: str | None) -> CmsContent:
    """What a table says of these codes. file, quarter: where its name does not say them. Raises Problem."""
    names = " ".join(table.names)
    found: CmsContent | None = None
    for number, cells in table.rows():
        if not cells or not _CODE.fullmatch(cells[0].upper()):
            continue
        if found is None:
            kind = _kind(cells)
            if kind is None:
                continue
            found = CmsContent(
                table.where, kind, file or _file(table.where, names), quarter or _quarter(table.where, names),
                _part(names) if kind == "ptp" else None,
            )  # fmt: skip
        (_add_pair if found.kind == "ptp" else _add_mue)(found, number, cells, codes)
    if found is None:
        raise Problem(
            table.where, "holds neither PTP nor MUE rows", "give CMS's PTP edit files or MUE tables as downloaded"
        )
    return found


def _kind(cells: list[str]) -> Literal["ptp", "mue"] | None:
    if len(cells) >= 6 and _CODE.fullmatch(cells[1].upper()):
        return "ptp"
    return "mue" if len(cells) >= 3 and cells[1].isdecimal() else None


def _add_pair(found: CmsContent, number: int, cells: list[str], codes: Collection[str]) -> None:
    one = cells[0].upper()
    found.total += 1
    found.first, found.last = min(found.first or one, one), max(found.last, one)
    if len(cells) < 6:
        found.bad.append((number, f"has {len(cells)} columns of 7"))
        return
    two = cells[1].upper()
    if one not in codes or two not in codes:
        return
    try:
        start, end = _day("effective date", cells[3]), _day("deletion date", cells[4])
        if start is None:
            raise ValueError("effective date is empty")
        if cells[5] not in ("0", "1", "9"):
            raise ValueError(f"modifier indicator {cells[5][:8]!r} is none of 0, 1, 9")
        if one == two:
            raise ValueError("both columns hold the same code")
    except ValueError as error:
        found.bad.append((number, f"{one}/{two}: {error}"))
        return
    # a row deleted before it began was never in force, as indicator 9 says elsewhere
    never = end is not None and end < start
    found.pairs.append(
        PtpRow(one, two, start, start if never else end, 9 if never else int(cells[5]), cells[6] if cells[6:] else "")
    )


def _add_mue(found: CmsContent, number: int, cells: list[str], codes: Collection[str]) -> None:
    code = cells[0].upper()
    found.total += 1
    if code not in codes:
        return
    value, kind = cells[1], cells[2][:1] if cells[2:] else ""
    if not value.isdecimal() or kind not in ("1", "2", "3"):
        found.bad.append((number, f"{code}: needs a whole number of units and an indicator that begins with 1, 2 or 3"))
        return
    found.mues.append(MueValue(code, int(value), kind))


def _day(what: str, cell: str) -> date | None:
    if cell in ("", "*"):
        return None
    if not re.fullmatch(r"\d{8}", cell):
        raise ValueError(f"{what} {cell[:12]!r} is not written as YYYYMMDD")
    try:
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    except ValueError:
        raise ValueError(f"{what} {cell!r} is no day of the calendar") from None


def _file(where: str, names: str) -> NcciFile:
    name = names.lower()
    if "dme" in name:
        raise Problem(where, "is the file for equipment suppliers", "give the practitioner's or the hospital's file")
    if "ccipra" in name or "practitioner" in name:
        return "practitioner"
    if "ccioph" in name or "hospital" in name:
        return "hospital"
    raise Problem(where, "its name does not say whose file it is", "add --file practitioner or --file hospital")


def _quarter(where: str, names: str) -> str:
    """The quarter as 2026q3; version 322 is that of 2026 Q3 (years since 1994, then 0 to 3)."""
    said = [f"{m[1]}q{m[2]}" for m in _QUARTER.finditer(names)]
    said += [f"{1994 + int(m[1])}q{int(m[2]) + 1}" for m in _PTP_VERSION.finditer(names) if int(m[2]) < 4]
    said += [f"{m[3]}q{(int(m[1]) + 2) // 3}" for m in _MUE_DATE.finditer(names) if 1 <= int(m[1]) <= 12]
    if len(set(said)) != 1:
        what = f"its names speak of {' and '.join(sorted(set(said)))}" if said else "its name does not say the quarter"
        raise Problem(where, what, "add --quarter, written as 2026q3")
    return said[0]


def _part(names: str) -> int | None:
    match = _PART.search(names)
    return int(match[1]) if match else None


def missing_parts(contents: Collection[CmsContent], file: NcciFile) -> list[int]:
    """The parts of a PTP file that were not given, where the names tell parts at all."""
    given = {c.part for c in contents if c.kind == "ptp" and c.file == file}
    return [] if None in given or not given else sorted(set(range(1, PARTS + 1)) - given)


def covers(contents: Collection[CmsContent], file: NcciFile) -> Iterator[tuple[str, str]]:
    """(first, last) column 1 of each PTP part of a file."""
    for content in contents:
        if content.kind == "ptp" and content.file == file:
            yield content.first, content.last
