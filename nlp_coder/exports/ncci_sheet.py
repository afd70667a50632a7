"""The NCCI set in use in plain fields: where it comes from, how much is in force, and the edits of one code."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from nlp_coder.bill import Rulebook
from nlp_coder.bill.rules import NcciFile

_FILES: tuple[NcciFile, ...] = ("practitioner", "hospital")


def ncci_sheet(book: Rulebook, day: date, code: str | None, home: Path | None) -> dict[str, Any]:
    """Quarter, digest, files and counts of the set in use on a day; with a code, its pairs and MUE.

    home: the folder of imported sets, None where only the shipped set is used.
    """
    in_use = book.ncci
    starts = {row.effective_from for rows in book.mues.values() for row in rows}
    sheet: dict[str, Any] = {
        "quarter": in_use.quarter, "effective_from": in_use.effective_from.isoformat(), "digest": in_use.digest,
        "folder": str(in_use.folder) if in_use.folder else f"the program's own tables (imported sets lie in {home})",
        "files": [dict(f) for f in in_use.files], "date": day.isoformat(),
        "pairs_in_force": {f: sum(_in_force(book, day, f).values()) for f in _FILES},
        "mue_quarters": [f"{d.year}q{(d.month + 2) // 3}" for d in sorted(starts)],
    }  # fmt: skip
    if code is not None:
        sheet["code"] = code
        sheet["pairs"] = [
            {"column1": one, "column2": two, "file": file, "indicator": indicator}
            for file in _FILES
            for (one, two), rows in sorted(book.pairs.items())
            if code in (one, two)
            for indicator in {r.indicator_on(day, file) for r in rows} - {None}
        ]
        mue = book.mue(code, day)
        sheet["mue"] = {f: mue.most(f) if mue else None for f in _FILES}
    return sheet


def _in_force(book: Rulebook, day: date, file: NcciFile) -> dict[tuple[str, str], bool]:
    return {pair: any(r.indicator_on(day, file) is not None for r in rows) for pair, rows in book.pairs.items()}
