"""One quarter's NCCI set: CMS's rows over the set in use, what changed, and the tables the program then reads.

A file replaces the rows of its own kind (practitioner or hospital); the other's rows stay from the set in use. Where only
some parts of a pair file are given, pairs whose column 1 they do not cover stay as well.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from nlp_coder.bill.ncci_sets import ABOUT, MUE, PAIRS, about, quarter_start
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.rules import NcciFile
from nlp_coder.ncci.cms_rows import CmsContent, MueValue, PtpRow, covers, missing_parts
from nlp_coder.problem import Problem

FILES: tuple[NcciFile, ...] = ("practitioner", "hospital")
_PAIR_COLUMNS = (
    "column1", "column2", "modifier_indicator", "effective_from", "deleted_on", "source", "confidence",
    "oph_modifier_indicator", "rationale", "note",
)  # fmt: skip

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A pair's row of one file; effective_from None: CMS's start is not known (the shipped tables)."""

    effective_from: date | None
    effective_to: date | None
    indicator: int
    rationale: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a quarter changes for a therapist's claims: a pair or an MUE, before and after, on its first day."""

    file: NcciFile
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """A set ready to be written. kept: in words, what was not in the files and stays from the set in use."""

    quarter: str
    pairs: Mapping[NcciFile, Mapping[Pair, tuple[KeptRow, ...]]]
    mues: Mapping[NcciFile, Mapping[str, MueValue]]
    changes: tuple[Change, ...]
    kept: tuple[str, ...]


def one_quarter(contents: Sequence[CmsContent]) -> str:
    """The quarter of all files. Raises Problem where they are of several."""
    found = sorted({c.quarter for c in contents})
    if len(found) > 1:
        raise Problem("the files", f"are of {' and '.join(found)}", "import one quarter at a time")
    return found[0]


def quarter_of(contents: Sequence[CmsContent], book: Rulebook) -> Quarter:
    """The set that these files make over the set in use. Raises Problem."""
    quarter = one_quarter(contents)
    source = f"ncci-{quarter}"
    day = quarter_start(quarter)
    pairs: dict[NcciFile, dict[Pair, tuple[KeptRow, ...]]] = {}
    mues: dict[NcciFile, dict[str, MueValue]] = {}
    kept: list[str] = []
    for file in FILES:
        before = _rows_in_use(book, file)
        mine = [c for c in contents if c.file == file and c.kind == "ptp"]
        pairs[file] = before
        if not mine:
            kept.append(f"no {file} pair file was given: its pairs stay those of {book.ncci.quarter}")
        else:
            new: dict[Pair, list[KeptRow]] = {}
            for row in dict.fromkeys(r for c in mine for r in c.pairs):
                new.setdefault((row.column1, row.column2), []).append(_kept(row, source))
            pairs[file] = {p: _without_overlap(entries) for p, entries in new.items()}
            if missing := missing_parts(mine, file):
                spans = list(covers(mine, file))
                stay = {p: e for p, e in before.items() if not any(a <= p[0] <= b for a, b in spans)}
                pairs[file] = {**stay, **pairs[file]}
                numbers = ", ".join(f"f{n}" for n in missing)
                kept.append(
                    f"part {numbers} of the {file} pair file was not given: {len(stay)} pairs that the other parts do "
                    f"not cover stay those of {book.ncci.quarter}"
                )
        tables = [c for c in contents if c.file == file and c.kind == "mue"]
        in_use = _mues_in_use(book, file, day)
        mues[file] = {m.code: m for c in tables for m in c.mues} if tables else in_use
        if not tables:
            kept.append(f"no {file} MUE file was given: its numbers stay as they are")
    changes = tuple(_changes(book, pairs, mues, day))
    return Quarter(quarter, pairs, mues, changes, tuple(kept))


def _rows_in_use(book: Rulebook, file: NcciFile) -> dict[Pair, tuple[KeptRow, ...]]:
    found: dict[Pair, tuple[KeptRow, ...]] = {}
    for columns, entries in book.pairs.items():
        mine = tuple(
            KeptRow(e.effective_from, e.effective_to, indicator, e.rationale, e.source)
            for e in entries
            if (indicator := e.hospital_indicator if file == "hospital" else e.indicator) is not None
        )
        if mine:
            found[columns] = mine
    return found


def _mues_in_use(book: Rulebook, file: NcciFile, day: date) -> dict[str, MueValue]:
    rows = {code: book.mue(code, day) for code in book.mues}
    return {
        c: MueValue(c, most, r.kind) for c, r in rows.items() if r is not None and (most := r.most(file)) is not None
    }


def _kept(row: PtpRow, source: str) -> KeptRow:
    return KeptRow(row.effective_from, row.effective_to, row.indicator, row.rationale, source)


def _without_overlap(entries: Iterable[KeptRow]) -> tuple[KeptRow, ...]:
    """The rows of a pair with no day twice: the later row ends the earlier, and a row in force beats an indicator 9."""
    never = [e for e in entries if e.indicator == 9]
    ordered = sorted((e for e in entries if e.indicator != 9), key=lambda e: e.effective_from or date.min)
    found: list[KeptRow] = []
    for entry in ordered:
        start = entry.effective_from or date.min
        while found and (found[-1].effective_to or date.max) >= start:
            last = found.pop()
            if (last.effective_from or date.min) < start:
                found.append(replace(last, effective_to=start - timedelta(days=1)))
                break
        found.append(entry)
    return (*never, *found)


def _changes(
    book: Rulebook,
    pairs: Mapping[NcciFile, Mapping[Pair, tuple[KeptRow, ...]]],
    mues: Mapping[NcciFile, Mapping[str, MueValue]],
    day: date,
) -> Iterator[Change]:
    for file in FILES:
        before, after = _active(_rows_in_use(book, file), day), _active(pairs[file], day)
        for one, two in sorted({*before, *after}):
            old, new = before.get((one, two)), after.get((one, two))
            if old != new:
                yield Change(file, f"{one} / {two}", _indicator(old), _indicator(new))
        counted = _mues_in_use(book, file, day)
        for code in sorted({*counted, *mues[file]}):
            was, now = counted.get(code), mues[file].get(code)
            if was != now:
                yield Change(file, f"MUE {code}", _units(was), _units(now))


def _active(rows: Mapping[Pair, tuple[KeptRow, ...]], day: date) -> dict[Pair, int]:
    return {
        pair: entry.indicator
        for pair, entries in rows.items()
        for entry in entries
        if entry.indicator != 9
        and (entry.effective_from or date.min) <= day <= (entry.effective_to or date.max)
    }  # fmt: skip


def _indicator(value: int | None) -> str:
    return "no edit" if value is None else f"indicator {value}"


def _units(value: MueValue | None) -> str:
    return "not listed" if value is None else f"{value.units} (kind {value.kind or 'not stated'})"


def write_quarter(root: Path, quarter: Quarter, files: Sequence[Mapping[str, str]]) -> Path:
    """Writes ROOT/2026q3, whole or not at all, in place of an older import of that quarter. Raises Problem."""
    place = root / quarter.quarter
    try:
        root.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{quarter.quarter}.", dir=root))
    except OSError as error:
        raise Problem(str(root), f"cannot be written ({error.strerror})", "name a folder of yours with --out") from None
    try:
        _write(part / PAIRS, _PAIR_COLUMNS, _pair_rows(quarter))
        _write(part / MUE, ("code", "mue", "mue_oph", "mue_mai"), _mue_rows(quarter))
        (part / ABOUT).write_text(json.dumps(about(quarter.quarter, files), indent=2) + "\n", "utf-8")
        part.chmod(0o755)
        if place.exists():
            shutil.rmtree(place)
        part.rename(place)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return place


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _pair_rows(quarter: Quarter) -> Iterator[tuple[object, ...]]:
    """Rows as data/rules/ncci_pairs.csv has them: one for both files where they agree on the days, else one each."""
    practitioner, hospital = quarter.pairs["practitioner"], quarter.pairs["hospital"]
    for one, two in sorted({*practitioner, *hospital}):
        theirs = list(hospital.get((one, two), ()))
        for row in practitioner.get((one, two), ()):
            same = next(
                (h for h in theirs if (h.effective_from, h.effective_to) == (row.effective_from, row.effective_to)),
                None,
            )
            if same:
                theirs.remove(same)
            yield _pair_row(one, two, row, row.indicator, same.indicator if same else "")
        for row in theirs:
            # 9: never in force in the practitioner's file
            yield _pair_row(one, two, row, 9, row.indicator)


def _pair_row(one: str, two: str, row: KeptRow, indicator: int, hospital: object) -> tuple[object, ...]:
    days = (row.effective_from or "", row.effective_to or "")
    return (one, two, indicator, *days, row.source, "high", hospital, row.rationale, "")


def _mue_rows(quarter: Quarter) -> Iterator[tuple[object, ...]]:
    practitioner, hospital = quarter.mues["practitioner"], quarter.mues["hospital"]
    for code in sorted({*practitioner, *hospital}):
        mine, theirs = practitioner.get(code), hospital.get(code)
        kind = (mine or theirs or MueValue(code, 0, "")).kind
        yield code, mine.units if mine else "", theirs.units if theirs else "", kind


def codes_of(book: Rulebook) -> Collection[str]:
    """The codes whose rows are kept: those of codes.csv."""
    return book.codes.keys()
