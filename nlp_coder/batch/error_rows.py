"""The rows that could not be coded, in a file of their own beside the output: OUT.errors.csv."""

from __future__ import annotations

import contextlib
from pathlib import Path

from nlp_coder.exports.note_rows import BadRow
from nlp_coder.exports.result_file import result_file
from nlp_coder.exports.spreadsheet import SafeRows

COLUMNS = ("row", "id", "what", "what_to_do")


def errors_path(output: Path) -> Path:
    """Where the bad rows of an output are listed."""
    return output.with_name(output.name + ".errors.csv")


class ErrorRows:
    """Collects bad rows and writes them when the block ends; without any, an older list of the same name is removed.

    The list is kept on disk as it grows, so that a file with a million bad rows needs no more memory than one.
    """

    def __init__(self, output: Path) -> None:
        self.path = errors_path(output)
        self.count = 0
        self._stack = contextlib.ExitStack()
        self._rows: SafeRows | None = None

    def add(self, row: BadRow) -> None:
        """One more bad row."""
        if self._rows is None:
            self._rows = SafeRows(self._stack.enter_context(result_file(self.path)), COLUMNS)
        self._rows.write((row.number, row.id, row.what, row.todo))
        self.count += 1

    def __enter__(self) -> ErrorRows:
        return self

    def __exit__(self, *error: object) -> bool | None:
        if self._rows is None and error[0] is None:
            self.path.unlink(missing_ok=True)
        return self._stack.__exit__(*error)  # type: ignore[arg-type]
