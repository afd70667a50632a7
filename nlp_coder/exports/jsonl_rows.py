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
            if (item := parsed_line(number, line)) is not None:
                yield item


def parsed_line(number: int, line: str) -> tuple[int, dict[str, Any]] | BadRow | None:
    """(number, object) of a line, what is wrong with it, or None for a blank one."""
    if not line.strip():
        return None
    try:
        record = json.loads(line.rstrip("\r\n"))
    except ValueError as error:
        column = getattr(error, "colno", 1)
        return BadRow(number, f"row-{number}", f"is not valid JSON (at character {column})", _TODO)
    except RecursionError:
        return BadRow(number, f"row-{number}", "is nested too deeply", _TODO)
    if isinstance(record, dict):
        return number, record
    return BadRow(number, f"row-{number}", "is no JSON object", _TODO)


def jsonl_notes(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a JSON Lines file. Raises Problem where the file as a whole cannot be read."""
    shapes = RecordShapes(options)
    said = False
    for item in jsonl_records(path, track, encoding=options.encoding):
        if isinstance(item, BadRow):
            yield item
            continue
        number, record = item
        if not said and not is_fhir(record):
            said = True
            options.say(f"{path.name}: {shapes.columns(record).described()}")
        yield shapes.row(number, record)


def is_fhir(record: dict[str, Any]) -> bool:
    """True for a FHIR resource, whose fields are not looked for by name."""
    return isinstance(record.get("resourceType"), str)


class RecordShapes:
    """Rows of objects under our names: which key is which field is found once for each shape of object."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._known: dict[tuple[str, ...], Columns] = {}

    def columns(self, record: dict[str, Any]) -> Columns:
        """Which key of the object is which field."""
        keys = tuple(record)
        columns = self._known.get(keys) or find_keys(keys, self._options)
        if len(self._known) < 100:  # exports have few shapes; a file where each object differs must not fill the memory
            self._known[keys] = columns
        return columns

    def row(self, number: int, record: dict[str, Any]) -> NoteRow | BadRow:
        """The row of an object."""
        if is_fhir(record):
            return fhir_row(number, record)
        return self._options.row(number, self.columns(record).record(record.values()))
