"""NCCI sets: the shipped tables and those that `nlp-coder ncci import` wrote, each of one quarter of CMS's files.

A folder of sets has one folder a quarter (`2026q3/`) with `ncci_pairs.csv` (the form of data/rules), `mue.csv` and
`set.json`. CMS's pair file holds its whole history with dates, so the newest quarter's pairs serve every day of service;
an MUE file holds only its own quarter's numbers, so the rows of all quarters are kept and the day chooses.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nlp_coder.bill.rules import CodeRule, NcciFile
from nlp_coder.bill.table_checks import Checker, day, whole
from nlp_coder.tables import TableError, rows

PAIRS, MUE, ABOUT = "ncci_pairs.csv", "mue.csv", "set.json"
_QUARTER = re.compile(r"(\d{4})q([1-4])")


@dataclass(frozen=True, slots=True)
class NcciSet:
    """Where the pairs in use come from. digest: of the set's tables, first 16 digits of SHA-256. folder: None: shipped."""

    quarter: str
    effective_from: date
    digest: str
    folder: Path | None = None
    files: tuple[Mapping[str, str], ...] = ()

    @property
    def source(self) -> str:
        """The id under which the rows of an imported set name it as their source."""
        return f"ncci-{self.quarter}"


@dataclass(frozen=True, slots=True)
class MueRow:
    """The MUE of a code from a day on. kind: 1 line, 2 absolute by day, 3 by day with appeal. None: not in that file."""

    code: str
    effective_from: date
    practitioner: int | None
    hospital: int | None
    kind: str

    def most(self, ncci_file: NcciFile) -> int | None:
        """The number of the file that applies."""
        return self.hospital if ncci_file == "hospital" else self.practitioner


def quarter_start(quarter: str) -> date:
    """The first day of a quarter written as 2026q3. Raises ValueError."""
    match = _QUARTER.fullmatch(quarter)
    if match is None:
        raise ValueError(f"{quarter!r} is no quarter; write it as 2026q3")
    return date(int(match[1]), 3 * int(match[2]) - 2, 1)


def shipped_set(folder: Path, check: Checker) -> NcciSet:
    """The quarter of the tables in data/rules (ncci_set.csv). Raises TableError."""
    found = list(rows(folder / "ncci_set.csv", ["quarter", "effective_from", "source"]))
    if len(found) != 1:
        raise TableError(f"ncci_set.csv: has {len(found)} rows; it says of one quarter whose tables are here")
    number, row = found[0]
    where = f"ncci_set.csv row {number}"
    check.source(where, row["source"])
    start = _start(where, row["quarter"])
    if start != day(where, "effective_from", row["effective_from"]):
        raise TableError(f"{where}: {row['quarter']} begins on {start}, not on {row['effective_from']}")
    return NcciSet(row["quarter"], start, _digest([folder / PAIRS, folder / "codes.csv"]))


def imported_sets(root: Path) -> list[NcciSet]:
    """The sets of a folder, oldest first; none where the folder does not exist. Raises TableError naming the file."""
    if not root.is_dir():
        return []
    places = [p for p in root.iterdir() if p.is_dir() and _QUARTER.fullmatch(p.name)]
    return sorted((read_set(p) for p in places), key=lambda s: s.effective_from)


def read_set(folder: Path) -> NcciSet:
    """What set.json says of one imported set. Raises TableError."""
    where = f"{folder.name}/{ABOUT}"
    try:
        record = json.loads((folder / ABOUT).read_text("utf-8"))
    except OSError as error:
        raise TableError(f"{where}: cannot be read ({error.strerror}); import the quarter again") from None
    except ValueError:
        raise TableError(f"{where}: is no JSON; import the quarter again") from None
    if not isinstance(record, dict) or not isinstance(record.get("files"), list):
        raise TableError(f"{where}: does not say which files it was made from; import the quarter again")
    quarter = str(record.get("quarter"))
    files = tuple(record["files"])
    return NcciSet(quarter, _start(where, quarter), _digest([folder / PAIRS, folder / MUE]), folder, files)


def mue_rows(codes: Mapping[str, CodeRule], shipped: NcciSet, sets: Sequence[NcciSet]) -> dict[str, tuple[MueRow, ...]]:
    """The MUE rows of every code, oldest first: the shipped ones, then each imported quarter's. Raises TableError."""
    found = {
        c: [MueRow(c, shipped.effective_from, r.mue, r.mue_hospital, r.mue_kind)]
        for c, r in codes.items()
        if r.mue is not None or r.mue_hospital is not None
    }
    for each in sets:
        assert each.folder is not None, "imported sets lie in a folder"
        for number, row in rows(each.folder / MUE, ["code", "mue?", "mue_oph?", "mue_mai?"]):
            where = f"{each.quarter}/{MUE} row {number}"
            if row["code"] not in codes:
                raise TableError(f"{where}: code {row['code']!r} is not in codes.csv; import the quarter again")
            numbers = whole(where, "mue", row["mue"]), whole(where, "mue_oph", row["mue_oph"])
            entry = MueRow(row["code"], each.effective_from, *numbers, row["mue_mai"])
            found.setdefault(entry.code, []).append(entry)
    return {c: tuple(sorted(entries, key=lambda e: e.effective_from)) for c, entries in found.items()}


def about(quarter: str, files: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The content of set.json."""
    return {"quarter": quarter, "effective_from": quarter_start(quarter).isoformat(), "files": list(files)}


def _start(where: str, quarter: str) -> date:
    try:
        return quarter_start(quarter)
    except ValueError as error:
        raise TableError(f"{where}: {error}") from None


def _digest(paths: Sequence[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        if path.is_file():
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
