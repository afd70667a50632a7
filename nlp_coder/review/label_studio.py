"""Label Studio: its JSON export in, its tasks out, and the labelling interface that fits both.

Its offsets count UTF-16 units, as browsers do; ours count Unicode characters. Format: https://labelstud.io/guide/export
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp_coder.exports.note_rows import BadRow
from nlp_coder.exports.text_file import open_text
from nlp_coder.note import STATUSES
from nlp_coder.problem import Problem
from nlp_coder.review.label_rows import NOTE_FIELDS, Record, Unfit, activity_row


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


def studio_tasks(path: Path) -> Iterator[tuple[int, Any] | BadRow]:
    """The tasks of an export by number. Raises Problem."""
    with open_text(path) as handle:
        try:
            tasks = json.load(handle)
        except (ValueError, RecursionError):
            raise Problem(str(path), "is not valid JSON", "export the project from Label Studio as JSON") from None
    if not isinstance(tasks, list):
        raise Problem(str(path), "holds no list of tasks", "export the project from Label Studio as JSON")
    yield from enumerate(tasks, 1)


def from_studio(task: Any) -> Record:
    """Our record of a task. Raises Unfit."""
    data = task["data"]
    text = data["text"]
    done = [a for a in task.get("annotations") or () if not a.get("was_cancelled")]
    if not done:
        raise Unfit("has no finished annotation", "finish it in Label Studio, or leave it out")
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
        activities.append(activity_row(start, end, r["code"], r.get("status"), r.get("acceptable"), r.get("minutes")))
    id = data.get("id") or task.get("id")
    return {"id": id, **{n: data.get(n) for n in NOTE_FIELDS}, "text": text, "activities": activities}


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
        raise Unfit(f"activity at {start}-{end}: its text is not the note's there", "export the task again")
    return browser


def to_studio(record: Mapping[str, Any]) -> Record:
    """A task with one finished annotation."""
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
    data = {"id": record["id"], "text": text, **{n: record.get(n) for n in NOTE_FIELDS}}
    return {"data": data, "annotations": [{"result": result, "was_cancelled": False}]}
