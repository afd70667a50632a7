"""JSON Lines in: one object a line, read as a stream; a FHIR resource a line counts as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp_coder.exports.columns import Columns, find_keys
from nlp_coder.exports.compressed import DAMAGED
from nlp_coder.exports.fhir_notes import fhir_row
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import open_text
from nlp_coder.exports.tracking import Tracker

_TODO = "write one JSON object on each line"


def jsonl_records(
    path: Path, track: Tracker | None = None, *, encoding: str | None = None
) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """(line number, object) of each line, or what is wrong with it; blank lines are passed over. Raises Problem."""
    with open_text(path, newline="\n", encoding=encoding) as handle:
        number = 0
        while True:
            number += 1
            try:
                line = handle.readline()
            except DAMAGED:
                what = "the file is damaged or cut off from here on"
                yield BadRow(number, f"row-{number}", what, "export it again, or name its --encoding")
                return
            if not line:
                return
            if track is not None:
                track.at(handle)
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                column = getattr(error, "colno", 1)
                yield BadRow(number, f"row-{number}", f"is not valid JSON (at character {column})", _TODO)
                continue
            except RecursionError:
                yield BadRow(number, f"row-{number}", "is nested too deeply", _TODO)
                continue
            if isinstance(record, dict):
                yield number, record
            else:
                yield BadRow(number, f"row-{number}", "is no JSON object", _TODO)


def jsonl_notes(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a JSON Lines file. Raises Problem where the file as a whole cannot be read."""
    known: dict[tuple[str, ...], Columns] = {}
    said = False
    for item in jsonl_records(path, track, encoding=options.encoding):
        if isinstance(item, BadRow):
            yield item
            continue
        number, record = item
        if isinstance(record.get("resourceType"), str):
            yield fhir_row(number, record)
            continue
        keys = tuple(record)
        columns = known.get(keys) or find_keys(keys, options)
        if len(known) < 100:  # exports have few shapes of records; a file where each differs must not fill the memory
            known[keys] = columns
        if not said:
            said = True
            options.say(f"{path.name}: {columns.described()}")
        yield _row(number, columns, record, options)


def _row(number: int, columns: Columns, record: dict[str, Any], options: ReadOptions) -> NoteRow | BadRow:
    return options.row(number, columns.record(record.values()))
