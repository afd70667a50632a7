"""Labels in the formats of other tools, in and out: Label Studio (JSON), Prodigy (JSON Lines), CSV (one activity a row).

Offsets of our records count Unicode characters. Label Studio counts UTF-16 units, as browsers do; both are read.
A row that cannot be read is told and does not stop the others. Formats: https://labelstud.io/guide/export and
https://prodi.gy/docs/api-interfaces.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from nlp_coder.exports.jsonl_rows import jsonl_records
from nlp_coder.exports.note_rows import BadRow
from nlp_coder.exports.text_file import LARGEST_NOTE, open_text
from nlp_coder.problem import Problem
from nlp_coder.review.label_rows import NOTE_FIELDS, Record, Unfit, activity_row, checked
from nlp_coder.review.label_studio import from_studio, studio_tasks, to_studio

Rows = Iterator[Record | BadRow]
COLUMNS = (
    "id", "discipline", "setting", "unit_rule", "start", "end", "quote", "status", "code", "acceptable", "minutes", "text",
)  # fmt: skip


def read_label_file(path: Path, format: str, codes: frozenset[str]) -> Rows:
    """Labelled notes of a file: guide records, checked. format: `label-studio`, `prodigy` or `csv`. Raises Problem."""
    readers: dict[str, Callable[[Path], Iterator[tuple[int, Any] | BadRow]]] = {
        "label-studio": studio_tasks, "prodigy": jsonl_records, "csv": _csv_notes,
    }  # fmt: skip
    makers: dict[str, Callable[[Any], Record]] = {
        "label-studio": from_studio,
        "prodigy": _from_prodigy,
        "csv": _from_csv,
    }
    for item in readers[format](path):
        if isinstance(item, BadRow):
            yield item
            continue
        number, row = item
        id = f"row-{number}"
        try:
            record = makers[format](row)
            id = record["id"] = str(record["id"] or id)
            yield checked(record, codes)
        except Unfit as error:
            yield BadRow(number, id, *map(str, error.args))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield BadRow(number, id, f"is not as {format} writes it ({type(error).__name__})", "export it again")


def write_label_file(handle: TextIO, records: Iterable[Mapping[str, Any]], format: str) -> int:
    """Write labelled notes; the number written. format: as for reading."""
    records = list(records)
    if format == "label-studio":
        json.dump([to_studio(r) for r in records], handle, ensure_ascii=False, indent=1)
        handle.write("\n")
    elif format == "prodigy":
        for record in records:
            handle.write(json.dumps(_to_prodigy(record), ensure_ascii=False) + "\n")
    else:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        for record in records:
            writer.writerows(_to_csv(record))
    return len(records)


# --- Prodigy ----------------------------------------------------------------------------------------------------------


def _from_prodigy(row: Any) -> Record:
    if row.get("answer", "accept") != "accept":
        raise Unfit("was not accepted in Prodigy", "accept it there, or leave it out")
    meta = row.get("meta") or {}
    activities = []
    for s in row.get("spans") or ():
        code, _, status = str(s["label"]).partition(":")
        activities.append(activity_row(s["start"], s["end"], code, s.get("status") or status, s.get("acceptable"), s.get("minutes"), s.get("text")))  # fmt: skip
    return {
        "id": meta.get("id"),
        **{n: meta.get(n) for n in NOTE_FIELDS},
        "text": row["text"],
        "activities": activities,
    }


def _to_prodigy(record: Mapping[str, Any]) -> Record:
    spans = [
        {
            "start": a["start"], "end": a["end"], "text": record["text"][a["start"] : a["end"]],
            "label": a["code"] if a["status"] == "performed" else f"{a['code']}:{a['status']}",
            "status": a["status"], "minutes": a.get("minutes"), "acceptable": list(a.get("acceptable") or [a["code"]]),
        }
        for a in record["activities"]
    ]  # fmt: skip
    meta = {"id": record["id"], **{n: record.get(n) for n in NOTE_FIELDS}}
    return {"text": record["text"], "spans": spans, "meta": meta, "answer": "accept"}


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv_notes(path: Path) -> Iterator[tuple[int, Any] | BadRow]:
    """(row of its first line, rows) of each note; the text stands in the first row of a note at least."""
    csv.field_size_limit(LARGEST_NOTE)
    notes: dict[str, tuple[int, list[dict[str, str]]]] = {}
    with open_text(path, newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        try:
            missing = {"id", "text", "start", "end", "code"} - set(reader.fieldnames or ())
            if missing:
                raise Problem(
                    str(path), f"has no column {', '.join(sorted(missing))}", f"its header is {','.join(COLUMNS)}"
                )
            for number, row in enumerate(reader, 2):
                notes.setdefault(row["id"] or f"row-{number}", (number, []))[1].append(row)
        except csv.Error as error:
            raise Problem(str(path), f"is not valid CSV ({error})", "save it as CSV again") from None
    yield from notes.values()


def _from_csv(rows: Any) -> Record:
    first = rows[0]
    text = next((r["text"] for r in rows if r.get("text")), "")
    activities = [
        activity_row(r["start"], r["end"], r["code"], r.get("status"), (r.get("acceptable") or "").replace("/", " ").split(), r.get("minutes"), r.get("quote") or None)
        for r in rows if r.get("start")
    ]  # fmt: skip
    return {
        "id": first["id"],
        **{n: first.get(n) or None for n in NOTE_FIELDS},
        "text": text,
        "activities": activities,
    }


def _to_csv(record: Mapping[str, Any]) -> Iterator[Record]:
    note = {"id": record["id"], **{n: record.get(n) for n in NOTE_FIELDS}}
    for number, a in enumerate(record["activities"] or [{}]):
        row = {**note, "text": "" if number else record["text"]}
        if a:
            row.update({n: a.get(n) for n in ("start", "end", "quote", "status", "code", "minutes")})
            row["acceptable"] = "/".join(a.get("acceptable") or [a["code"]])
        yield row
