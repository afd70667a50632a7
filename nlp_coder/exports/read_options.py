"""What a user may say about an export before it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp_coder.exports.note_rows import BadRow, NoteRow, note_row


def _silent(message: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """encoding: of text files, None to find it out. sheet: of a workbook, None for the first. columns: our field ->
    the export's column, where the names do not tell. preset: a name of data/exports/columns.csv. scratch: folder for
    unpacked files, None for the system's. say: told which columns were found (names only, no content). needed: the field
    without which a table is of no use. row: makes the row of a table's record (number, record under our names).
    """

    encoding: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    preset: str | None = None
    scratch: Path | None = None
    say: Callable[[str], None] = _silent
    needed: str = "text"
    row: Callable[[int, Mapping[str, Any]], NoteRow | BadRow] = note_row


DEFAULT = ReadOptions()
