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
from nlp_coder.note import STATUSES
from nlp_coder.problem import Problem

Record = dict[str, Any]
Rows = Iterator[Record | BadRow]
COLUMNS = (
    "id", "discipline", "setting", "unit_rule", "start", "end", "quote", "status", "code", "acceptable", "minutes", "text",
)  # fmt: skip
_NOTE_FIELDS = ("discipline", "setting", "unit_rule")


class _Unfit(ValueError):
    """Why a record is left out: its words, then what to do."""


def read_label_file(path: Path, format: str, codes: frozenset[str]) -> Rows:
    """Labelled notes of a file: guide records, checked. format: `label-studio`, `prodigy` or `csv`. Raises Problem."""
    readers: dict[str, Callable[[Path], Iterator[tuple[int, Any] | BadRow]]] = {
        "label-studio": _studio_tasks, "prodigy": jsonl_records, "csv": _csv_notes,
    }  # fmt: skip
    makers: dict[str, Callable[[Any], Record]] = {
        "label-studio": _from_studio,
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
            yield _checked(record, codes)
        except _Unfit as error:
            yield BadRow(number, id, *map(str, error.args))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield BadRow(number, id, f"is not as {format} writes it ({type(error).__name__})", "export it again")


def write_label_file(handle: TextIO, records: Iterable[Mapping[str, Any]], format: str) -> int:
    """Write labelled notes; the number written. format: as for reading."""
    records = list(records)
    if format == "label-studio":
        json.dump([_to_studio(r) for r in records], handle, ensure_ascii=False, indent=1)
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


def studio_config(codes: Iterable[str]) -> str:
    """The labelling interface for Label Studio that reads and writes these files (its project settings, as XML)."""
    labels = "\n".join(f'    <Label value="{c}"/>' for c in sorted(codes))
    status = "\n".join(f'    <Choice value="{s}"/>' for s in STATUSES)
    return (
        f'<View>\n  <Labels name="code" toName="text">\n{labels}\n  </Labels>\n  <Text name="text" value="$text"/>\n'
        f'  <Choices name="status" toName="text" perRegion="true" choice="single">\n{status}\n  </Choices>\n'
        '  <Number name="minutes" toName="text" perRegion="true"/>\n'
        '  <TextArea name="acceptable" toName="text" perRegion="true"/>\n</View>\n'
    )


def _checked(record: Record, codes: frozenset[str]) -> Record:
    text = record["text"]
    if not isinstance(text, str) or not text.strip():
        raise _Unfit("has no text", "give the note's text")
    last = 0
    record["activities"].sort(key=lambda a: a["start"])
    for a in record["activities"]:
        where = f"activity at {a['start']}-{a['end']}"
        if not 0 <= a["start"] < a["end"] <= len(text):
            raise _Unfit(f"{where}: lies outside the note", "correct its offsets")
        if a.get("quote") not in (None, text[a["start"] : a["end"]]):
            raise _Unfit(f"{where}: its quote is not the text there", "correct its offsets")
        if a["start"] < last:
            raise _Unfit(f"{where}: overlaps the one before it", "shorten one of them")
        a["quote"], last = text[a["start"] : a["end"]], a["end"]
        if a["status"] not in STATUSES:
            raise _Unfit(f"{where}: its status is unknown", f"give one of {', '.join(STATUSES)}")
        a["acceptable"] = list(dict.fromkeys([a["code"], *a["acceptable"]]))
        if unknown := [c for c in a["acceptable"] if c not in codes]:
            raise _Unfit(f"{where}: code {str(unknown[0])[:10]!r} is unknown", "`nlp-coder codes` lists the codes")
        if a["minutes"] is not None and not 0 <= a["minutes"] <= 1440:
            raise _Unfit(f"{where}: its minutes are not between 0 and 1440", "correct them")
    return {**{"source": "imported"}, **record}


def _activity(start: Any, end: Any, code: Any, status: Any, acceptable: Any, minutes: Any, quote: Any = None) -> Record:
    return {
        "quote": quote, "start": int(start), "end": int(end), "status": status or "performed", "code": str(code),
        "acceptable": [str(c) for c in acceptable or ()], "minutes": None if minutes in (None, "") else int(minutes),
    }  # fmt: skip


# --- Label Studio -----------------------------------------------------------------------------------------------------


def _studio_tasks(path: Path) -> Iterator[tuple[int, Any] | BadRow]:
    with open_text(path) as handle:
        try:
            tasks = json.load(handle)
        except (ValueError, RecursionError):
            raise Problem(str(path), "is not valid JSON", "export the project from Label Studio as JSON") from None
    if not isinstance(tasks, list):
        raise Problem(str(path), "holds no list of tasks", "export the project from Label Studio as JSON")
    yield from enumerate(tasks, 1)


def _from_studio(task: Any) -> Record:
    data = task["data"]
    text = data["text"]
    done = [a for a in task.get("annotations") or () if not a.get("was_cancelled")]
    if not done:
        raise _Unfit("has no finished annotation", "finish it in Label Studio, or leave it out")
    regions: dict[str, dict[str, Any]] = {}
    for item in done[-1]["result"]:
        region = regions.setdefault(item["id"], {})
        value = item["value"]
        if item["type"] == "labels":
            region.update(start=value["start"], end=value["end"], code=value["labels"][0], quote=value.get("text"))
        elif item["from_name"] == "status":
            region["status"] = value["choices"][0]
        elif item["from_name"] == "minutes":
            region["minutes"] = value["number"]
        elif item["from_name"] == "acceptable":
            region["acceptable"] = " ".join(value["text"]).replace("/", " ").split()
    activities = []
    for r in regions.values():
        start, end = _characters(text, r["start"], r["end"], r.get("quote"))
        activities.append(_activity(start, end, r["code"], r.get("status"), r.get("acceptable"), r.get("minutes")))
    id = data.get("id") or task.get("id")
    return {"id": id, **{n: data.get(n) for n in _NOTE_FIELDS}, "text": text, "activities": activities}


def _characters(text: str, start: int, end: int, quote: str | None) -> tuple[int, int]:
    """UTF-16 offsets as characters; offsets that are characters already, where the quote says so."""
    units = text.encode("utf-16-le", "surrogatepass")

    def characters(offset: int) -> int:
        return len(units[: 2 * offset].decode("utf-16-le", "ignore"))

    browser = characters(start), characters(end)
    if quote is not None:
        shown = quote.replace("\\n", "\n")
        for a, b in (browser, (start, end)):
            if text[a:b] in (quote, shown):
                return a, b
        raise _Unfit(f"activity at {start}-{end}: its text is not the note's there", "export the task again")
    return browser


def _to_studio(record: Mapping[str, Any]) -> Record:
    text = record["text"]

    def units(offset: int) -> int:
        return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2

    result: list[Record] = []
    for number, a in enumerate(record["activities"]):
        place = {"start": units(a["start"]), "end": units(a["end"]), "text": text[a["start"] : a["end"]]}
        kinds: list[tuple[str, str, Record]] = [
            ("code", "labels", {"labels": [a["code"]]}), ("status", "choices", {"choices": [a["status"]]}),
        ]  # fmt: skip
        if a.get("minutes") is not None:
            kinds.append(("minutes", "number", {"number": a["minutes"]}))
        if len(a.get("acceptable") or ()) > 1:
            kinds.append(("acceptable", "textarea", {"text": [" ".join(a["acceptable"])]}))
        result += [
            {"id": f"a{number}", "from_name": name, "to_name": "text", "type": kind, "value": {**place, **value}}
            for name, kind, value in kinds
        ]
    data = {"id": record["id"], "text": text, **{n: record.get(n) for n in _NOTE_FIELDS}}
    return {"data": data, "annotations": [{"result": result, "was_cancelled": False}]}


# --- Prodigy ----------------------------------------------------------------------------------------------------------


def _from_prodigy(row: Any) -> Record:
    if row.get("answer", "accept") != "accept":
        raise _Unfit("was not accepted in Prodigy", "accept it there, or leave it out")
    meta = row.get("meta") or {}
    activities = []
    for s in row.get("spans") or ():
        code, _, status = str(s["label"]).partition(":")
        activities.append(_activity(s["start"], s["end"], code, s.get("status") or status, s.get("acceptable"), s.get("minutes"), s.get("text")))  # fmt: skip
    return {
        "id": meta.get("id"),
        **{n: meta.get(n) for n in _NOTE_FIELDS},
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
    meta = {"id": record["id"], **{n: record.get(n) for n in _NOTE_FIELDS}}
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
        _activity(r["start"], r["end"], r["code"], r.get("status"), (r.get("acceptable") or "").replace("/", " ").split(), r.get("minutes"), r.get("quote") or None)
        for r in rows if r.get("start")
    ]  # fmt: skip
    return {
        "id": first["id"],
        **{n: first.get(n) or None for n in _NOTE_FIELDS},
        "text": text,
        "activities": activities,
    }


def _to_csv(record: Mapping[str, Any]) -> Iterator[Record]:
    note = {"id": record["id"], **{n: record.get(n) for n in _NOTE_FIELDS}}
    for number, a in enumerate(record["activities"] or [{}]):
        row = {**note, "text": "" if number else record["text"]}
        if a:
            row.update({n: a.get(n) for n in ("start", "end", "quote", "status", "code", "minutes")})
            row["acceptable"] = "/".join(a.get("acceptable") or [a["code"]])
        yield row
