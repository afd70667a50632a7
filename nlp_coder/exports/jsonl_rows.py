"""JSON Lines in: one object a line, read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp_coder.exports.note_rows import BadRow, Rows, note_row
from nlp_coder.exports.text_file import open_text
from nlp_coder.exports.tracking import Tracker


def jsonl_records(path: Path, track: Tracker | None = None) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """(line number, object) of each line, or what is wrong with it; blank lines are passed over. Raises Problem."""
    with open_text(path, newline="\n") as handle:
        number = 0
        while True:
            number += 1
            try:
                line = handle.readline()
            except UnicodeDecodeError:
                yield BadRow(number, f"row-{number}", "the file is damaged from here on", "export it again as UTF-8")
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
                what = f"is not valid JSON (at character {column})"
                yield BadRow(number, f"row-{number}", what, "write one JSON object on each line")
                continue
            except RecursionError:
                yield BadRow(number, f"row-{number}", "is nested too deeply", "write one JSON object on each line")
                continue
            if isinstance(record, dict):
                yield number, record
            else:
                yield BadRow(number, f"row-{number}", "is no JSON object", "write one JSON object on each line")


def jsonl_notes(path: Path, track: Tracker | None = None) -> Rows:
    """The notes of a JSON Lines file. Raises Problem where the file as a whole cannot be read."""
    for item in jsonl_records(path, track):
        yield item if isinstance(item, BadRow) else note_row(*item)
