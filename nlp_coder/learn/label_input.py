"""What can be learned from, read and checked: labelled notes, label stores, phrase tables, and notes with billed codes.

| file | a row is |
|---|---|
| JSON Lines with `text` and `activities` | a labelled note, or (without `lines`) a labelled phrase |
| a store of `nlp-coder review` | one thing a reviewer did; the last accepted state of a note counts |
| CSV or TSV with columns `phrase`, `code`, `acceptable` (may be empty; several codes with `|`) | a phrase that is an activity |
| JSON Lines with `text` and `billed`, without `activities` | a note of the clinic's history: weak labels of the whole note |

Every fault is told with file and line, up to a number, before anything is learned.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_coder import tables
from nlp_coder.exports.jsonl_rows import jsonl_records
from nlp_coder.exports.note_rows import BadRow
from nlp_coder.exports.text_file import open_text
from nlp_coder.learn.reviewed import settled
from nlp_coder.note import STATUSES
from nlp_coder.problem import Problem

SHOWN = 20
"""Faults told at once."""

Record = dict[str, Any]


class LabelError(ValueError):
    """Labels cannot be used; the message names file, line and what to do."""


class _Fault(ValueError):
    """What is wrong with one record, and what to do."""


@dataclass(frozen=True)
class LabelSet:
    """records: labelled notes and phrases. history: notes with `billed`, whose activities nobody marked."""

    records: list[Record]
    history: list[Record]


def read_label_set(paths: Sequence[Path], known_codes: frozenset[str]) -> LabelSet:
    """The labels of all files, checked. Raises LabelError that tells every fault by file and line (at most SHOWN)."""
    records: list[Record] = []
    history: list[Record] = []
    places: list[str] = []
    faults: list[str] = []
    for path in paths:
        if not path.is_file():
            raise LabelError(f"{path}: no such file; give labelled notes or phrases (see data/labels/README.md)")
        try:
            found = list(_phrases(path) if path.suffix.lower() in (".csv", ".tsv") else _lines(path))
        except (Problem, tables.TableError) as error:
            raise LabelError(str(error)) from None
        if not found:
            raise LabelError(f"{path.name}: the file holds no records; give labelled notes or phrases, or leave it out")
        for number, record in found:
            where = f"{path.name} line {number}"
            try:
                if isinstance(record, BadRow):
                    raise _Fault(f"no record: {record.what}; {record.todo}")
                if "activities" not in record and "billed" in record:
                    history.append(_billed(record, known_codes))
                else:
                    records.append(_labelled(record, known_codes))
                    places.append(where)
            except _Fault as fault:
                faults.append(f"{where}: {fault}")
    faults += _contradictory(records, places)
    if faults:
        more = f"\n... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise LabelError("\n".join(faults[:SHOWN]) + more)
    return LabelSet(_settled(records) if records else [], history)


def _settled(records: list[Record]) -> list[Record]:
    kept = settled(records)
    if not kept:
        raise LabelError("the label store holds no accepted note; accept notes in `nlp-coder review` first")
    return kept


def _lines(path: Path) -> Iterator[tuple[int, Record | BadRow]]:
    for item in jsonl_records(path):
        yield (item.number, item) if isinstance(item, BadRow) else item


def _phrases(path: Path) -> Iterator[tuple[int, Record | BadRow]]:
    """The phrases of a table as labelled records; a row without phrase or code is a BadRow."""
    with open_text(path) as handle:
        reader = csv.DictReader(handle, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        names = [n.strip().lower() for n in reader.fieldnames or ()]
        reader.fieldnames = names
        if missing := [c for c in ("phrase", "code") if c not in names]:
            raise LabelError(
                f"{path.name} line 1: column {' and '.join(missing)} is missing; a phrase table has phrase, code, acceptable"
            )
        for row in reader:
            number = reader.line_num
            cells = {k: (v or "").strip() for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)}
            if not any(cells.values()):
                continue
            phrase, code = cells["phrase"], cells["code"]
            if None in row:
                yield number, BadRow(number, "", "it has more cells than columns", "quote cells that hold a comma")
            elif not phrase or not code:
                yield number, BadRow(number, "", f"its {'code' if phrase else 'phrase'} is empty", "fill it in")
            else:
                acceptable = list(dict.fromkeys([code, *tables.listed(cells.get("acceptable", ""))]))
                activity = {"quote": phrase, "start": 0, "end": len(phrase), "status": "performed", "code": code,
                            "acceptable": acceptable, "minutes": None}  # fmt: skip
                yield number, {"id": f"{path.stem}-{number}", "text": phrase, "activities": [activity]}


def _labelled(record: Record, known: frozenset[str]) -> Record:
    text, activities = record.get("text"), record.get("activities")
    if not isinstance(text, str) or not isinstance(activities, list):
        raise _Fault("no record with text and activities; see data/labels/README.md")
    for a in activities:
        if not isinstance(a, dict) or not {"quote", "start", "end", "status", "code"} <= a.keys():
            raise _Fault("an activity lacks quote, start, end, status or code; see data/labels/README.md")
        if type(a["start"]) is not int or type(a["end"]) is not int or not 0 <= a["start"] < a["end"] <= len(text):
            raise _Fault("the offsets of an activity are no places in its text; correct them")
    last = 0
    for a in sorted(activities, key=lambda a: a["start"]):
        if text[a["start"] : a["end"]] != a["quote"]:
            raise _Fault(
                f"activity at {a['start']}-{a['end']}: the quote is not the text there; correct the offsets (they count "
                "characters of the text with its line ends as they are)"
            )
        if a["start"] < last:
            raise _Fault(f"activity at {a['start']}: overlaps the one before it; shorten one of them")
        last = a["end"]
        if a["status"] not in STATUSES:
            raise _Fault(f"activity at {a['start']}: its status is unknown; one of {', '.join(STATUSES)}")
        _known([a["code"], *(a.get("acceptable") or ())], known)
    return {**record, "activities": sorted(activities, key=lambda a: a["start"])}


def _billed(record: Record, known: frozenset[str]) -> Record:
    if not isinstance(record.get("text"), str) or not record["text"].strip():
        raise _Fault("no record: it has billed codes but no text; give the note's text")
    billed = record["billed"]
    if not isinstance(billed, list) or not all(isinstance(b, dict) and "code" in b for b in billed):
        raise _Fault('billed is no list of {"code": ..., "units": ...}; see the README')
    _known([b["code"] for b in billed], known)
    return record


def _known(codes: Sequence[Any], known: frozenset[str]) -> None:
    for code in codes:
        if code not in known:
            raise _Fault(f"code {str(code)[:10]!r} is not a valid code of data/rules/codes.csv; correct it")


def _contradictory(records: Sequence[Record], places: Sequence[str]) -> Iterator[str]:
    """Phrases that stand twice with codes of which none defends the other, told at the later one."""
    seen: dict[str, tuple[frozenset[str], str, str]] = {}
    for record, where in zip(records, places, strict=True):
        if "lines" in record or "review" in record or len(record["activities"]) != 1:
            continue  # within a note the words around a phrase may decide otherwise
        (a,) = record["activities"]
        codes = frozenset([a["code"], *(a.get("acceptable") or ())])
        key = " ".join(record["text"].lower().split()) + "\0" + str(a["start"])
        others, before, code = seen.setdefault(key, (codes, where, a["code"]))
        if not others & codes:
            yield (
                f"{where}: the same phrase has code {a['code']} here and {code} in {before}; keep the right one, or name "
                "both as acceptable"
            )
