"""Reading data/rules: each CSV table to frozen rows, with checks that name file and row.

Checked everywhere: columns exist and are filled, codes exist in codes.csv, dates are YYYY-MM-DD, every row has a source
that sources.csv explains, no row twice and no two periods of one subject on the same day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, cast

from nlp_coder.bill.rules import (
    AddOn,
    CodeRule,
    DocumentationRule,
    EncounterRule,
    ModifierRule,
    NcciFile,
    PairRule,
    Successor,
    Threshold,
)
from nlp_coder.bill.table_checks import Checker, Period, day, no_overlap, one_of, period, whole
from nlp_coder.tables import TableError, listed, rows


def sources(folder: Path) -> dict[str, str]:
    """sources.csv: id -> where to find it."""
    found: dict[str, str] = {}
    for number, row in rows(folder / "sources.csv", ["id", "where"]):
        if row["id"] in found:
            raise TableError(f"sources.csv row {number}: {row['id']} is there twice")
        found[row["id"]] = row["where"]
    return found


def codes(folder: Path, known_sources: Iterable[str]) -> dict[str, CodeRule]:
    """codes.csv: code -> its rule. `effective`: first valid day of an active code, first invalid of a deleted."""
    columns = (
        "code label_own_words timed discipline status source mue? mue_oph? mue_mai? replaced_by? effective? notes?"
    )
    columns += " unit_minutes? first_unit_minutes? therapy_class? only_modifier?"
    table = list(rows(folder / "codes.csv", columns.split()))
    check = Checker(frozenset(r["code"] for _, r in table), frozenset(known_sources))
    found: dict[str, CodeRule] = {}
    for number, row in table:
        where, code = f"codes.csv row {number}", row["code"]
        if not re.fullmatch(r"[A-Z0-9]\d{4}", code):
            raise TableError(f"{where}: {code!r} is no procedure code (five characters, like 97110 or G0283)")
        if code in found:
            raise TableError(f"{where}: code {code} is there twice; keep one row per code")
        deleted = one_of(where, "status", row["status"], ("active", "deleted")) == "deleted"
        effective = day(where, "effective", row["effective"])
        if deleted and effective is None:
            raise TableError(f"{where}: code {code} is deleted but `effective` does not say since when")
        timed = one_of(where, "timed", row["timed"], ("0", "1")) == "1"
        unit = whole(where, "unit_minutes", row["unit_minutes"])
        first = whole(where, "first_unit_minutes", row["first_unit_minutes"])
        if (unit is None) != (first is None) or (timed and (unit, first) != (15, 8)):
            raise TableError(f"{where}: unit_minutes and first_unit_minutes go together; a timed code has 15 and 8")
        found[code] = CodeRule(
            code=code,
            label=row["label_own_words"],
            timed=timed,
            unit_minutes=unit,
            first_unit_minutes=first,
            disciplines=tuple(row["discipline"].split("/")),
            therapy_class=row["therapy_class"],
            only_modifier=one_of(where, "only_modifier", row["only_modifier"], ("", "GP", "GO", "GN")) or None,
            mue=whole(where, "mue", row["mue"]),
            mue_hospital=whole(where, "mue_oph", row["mue_oph"]),
            mue_kind=row["mue_mai"],
            valid_from=None if deleted else effective,
            deleted_from=effective if deleted else None,
            replaced_by=tuple(check.code(where, c) for c in row["replaced_by"].split(";") if c),
            notes=row["notes"],
            source=check.source(where, row["source"]),
        )
    return found


def pairs(folder: Path, check: Checker) -> dict[tuple[str, str], tuple[PairRule, ...]]:
    """ncci_pairs.csv by columns, oldest row first. `deleted_on` is the last day in force; empty: still in force.

    Our copy of CMS's file has no start dates: where a pair has an older row, the next one starts the day after it.
    """
    columns = "column1 column2 modifier_indicator source effective_from? deleted_on? oph_modifier_indicator? rationale?"
    grouped: dict[tuple[str, str], list[tuple[str, PairRule]]] = {}
    for number, row in rows(folder / "ncci_pairs.csv", columns.split()):
        where = f"ncci_pairs.csv row {number}"
        one_of(where, "modifier_indicator", row["modifier_indicator"], ("0", "1", "9"))
        one_of(where, "oph_modifier_indicator", row["oph_modifier_indicator"], ("", "0", "1", "9"))
        start, end = day(where, "effective_from", row["effective_from"]), day(where, "deleted_on", row["deleted_on"])
        if start and end and end < start:
            raise TableError(f"{where}: deleted_on {end} lies before effective_from {start}")
        pair = PairRule(
            column1=check.code(where, row["column1"]),
            column2=check.code(where, row["column2"]),
            indicator=int(row["modifier_indicator"]),
            hospital_indicator=whole(where, "oph_modifier_indicator", row["oph_modifier_indicator"]),
            effective_from=start,
            effective_to=end,
            rationale=row["rationale"],
            source=check.source(where, row["source"]),
        )
        if pair.column1 == pair.column2:
            raise TableError(f"{where}: column1 and column2 are the same code {pair.column1}")
        grouped.setdefault((pair.column1, pair.column2), []).append((where, pair))
    return {columns: _in_order(entries) for columns, entries in grouped.items()}


def _in_order(entries: list[tuple[str, PairRule]]) -> tuple[PairRule, ...]:
    """The rows of one pair, oldest first, missing starts filled in. Rows with indicator 9 were never in force."""
    ordered = sorted(entries, key=lambda e: (e[1].effective_to or date.max, e[1].effective_from or date.min))
    found: list[PairRule] = []
    last: date | None = None
    periods: list[tuple[str, object, Period]] = []
    for where, pair in ordered:
        start = pair.effective_from
        if pair.indicator != 9:
            if start is None and last is not None and (pair.effective_to or date.max) > last:
                start = last + timedelta(days=1)
            periods.append((where, (pair.column1, pair.column2), (start, pair.effective_to)))
            last = pair.effective_to
        found.append(
            PairRule(
                column1=pair.column1,
                column2=pair.column2,
                indicator=pair.indicator,
                hospital_indicator=pair.hospital_indicator,
                effective_from=start,
                effective_to=pair.effective_to,
                rationale=pair.rationale,
                source=pair.source,
            )
        )
    no_overlap(periods)
    return tuple(found)


def thresholds(folder: Path, check: Checker) -> tuple[Threshold, ...]:
    """kx_thresholds.csv: dollars by year and group of disciplines."""
    found: list[Threshold] = []
    for number, row in rows(folder / "kx_thresholds.csv", ["year", "disciplines", "amount", "source"]):
        where = f"kx_thresholds.csv row {number}"
        year, amount = whole(where, "year", row["year"]) or 0, whole(where, "amount", row["amount"]) or 0
        if not 1990 < year < 2100:
            raise TableError(f"{where}: year {row['year']} is no year of service")
        entry = Threshold(year, listed(row["disciplines"]), float(amount), check.source(where, row["source"]))
        if any(t.year == year and set(t.disciplines) & set(entry.disciplines) for t in found):
            raise TableError(f"{where}: {year} already has a threshold for {row['disciplines']}; keep one row")
        found.append(entry)
    return tuple(found)


def modifiers(folder: Path, check: Checker) -> tuple[ModifierRule, ...]:
    """modifiers.csv: what each modifier is for, with its days."""
    found, periods = [], []
    columns = "modifier kind discipline? test? effective_from? effective_to? meaning source"
    kinds = ("therapy", "assistant", "threshold", "separate", "reduced", "repeated")
    for number, row in rows(folder / "modifiers.csv", columns.split()):
        where = f"modifiers.csv row {number}"
        kind = one_of(where, "kind", row["kind"], kinds)
        allowed = ("over_tenth", "therapist_eight") if kind == "assistant" else ("",)
        start, end = period(where, row)
        found.append(
            ModifierRule(
                modifier=row["modifier"],
                kind=kind,
                discipline=row["discipline"],
                test=one_of(where, "test", row["test"], allowed),
                effective_from=start,
                effective_to=end,
                meaning=row["meaning"],
                source=check.source(where, row["source"]),
            )
        )
        periods.append((where, row["modifier"], (start, end)))
    no_overlap(periods)
    return tuple(found)


def addons(folder: Path, check: Checker) -> tuple[AddOn, ...]:
    """addons.csv: add-on codes with their primaries."""
    found: list[AddOn] = []
    for number, row in rows(folder / "addons.csv", ["addon", "primary", "effective_from?", "source"]):
        where = f"addons.csv row {number}"
        addon, primary = check.code(where, row["addon"]), check.code(where, row["primary"])
        if any(a.addon == addon for a in found):
            raise TableError(f"{where}: add-on {addon} is there twice; keep one row")
        found.append(AddOn(addon, primary, period(where, row)[0], check.source(where, row["source"])))
    return tuple(found)


def encounters(folder: Path, check: Checker) -> tuple[EncounterRule, ...]:
    """encounters.csv: codes of the initial encounter only."""
    found, periods = [], []
    columns = "code only use effective_from? effective_to? source"
    for number, row in rows(folder / "encounters.csv", columns.split()):
        where = f"encounters.csv row {number}"
        code, use = check.code(where, row["code"]), check.code(where, row["use"])
        only = one_of(where, "only", row["only"], ("initial", "subsequent"))
        start, end = period(where, row)
        found.append(EncounterRule(code, only, use, start, end, check.source(where, row["source"])))
        periods.append((where, code, (start, end)))
    no_overlap(periods)
    return tuple(found)


def successors(folder: Path, check: Checker) -> tuple[Successor, ...]:
    """successors.csv: what took a deleted code's place, where it changed over the years or needs a word of advice."""
    found, periods = [], []
    columns = "code effective_from? effective_to? use? advice source"
    for number, row in rows(folder / "successors.csv", columns.split()):
        where = f"successors.csv row {number}"
        code, use = check.code(where, row["code"]), tuple(check.code(where, c) for c in listed(row["use"]))
        start, end = period(where, row)
        found.append(Successor(code, start, end, use, row["advice"], check.source(where, row["source"])))
        periods.append((where, code, (start, end)))
    no_overlap(periods)
    return tuple(found)


def documentation(folder: Path, check: Checker) -> tuple[DocumentationRule, ...]:
    """documentation.csv: what a note should state, by code."""
    found: list[DocumentationRule] = []
    for number, row in rows(folder / "documentation.csv", ["code", "element", "named", "reach", "look_for", "source"]):
        where = f"documentation.csv row {number}"
        named = one_of(where, "named", row["named"], ("0", "1")) == "1"
        code, element = check.code(where, row["code"]), row["element"]
        if any((d.code, d.element) == (code, element) for d in found):
            raise TableError(f"{where}: {element} of {code} is there twice; keep one row")
        reach = cast(Literal["activity", "note"], one_of(where, "reach", row["reach"], ("activity", "note")))
        source = check.source(where, row["source"])
        found.append(DocumentationRule(code, element, named, row["look_for"], source, reach))
    return tuple(found)


def settings(folder: Path, check: Checker) -> dict[str, NcciFile]:
    """settings.csv: which NCCI file holds in a setting."""
    found: dict[str, NcciFile] = {}
    for number, row in rows(folder / "settings.csv", ["setting", "ncci_file", "source"]):
        where = f"settings.csv row {number}"
        if row["setting"] in found:
            raise TableError(f"{where}: setting {row['setting']} is there twice; keep one row")
        check.source(where, row["source"])
        file = one_of(where, "ncci_file", row["ncci_file"], ("practitioner", "hospital"))
        found[row["setting"]] = cast(NcciFile, file)
    return found


def digest(folder: Path) -> str:
    """SHA-256 over all tables, names and contents, first 16 digits."""
    total = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("payers/*.toml")]):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
