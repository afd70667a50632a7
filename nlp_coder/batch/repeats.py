"""Rows that come twice: the same id with the same note is an error, the same id with another note is worth a word."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator

from nlp_coder.exports.note_rows import BadRow, NoteRow


class Repeats:
    """Finds repeated rows in a stream. same_id: ids seen with more than one note; first: the first few of their rows.

    Only hashes are kept, in a temporary database that goes to the disk when it grows, so that memory stays bounded.
    """

    def __init__(self) -> None:
        self.same_id = 0
        self.first: list[int] = []
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("pragma journal_mode = off")
        self._seen.execute("create table seen (id integer primary key, note integer, row integer)")

    def checked(self, rows: Iterable[NoteRow | BadRow]) -> Iterator[NoteRow | BadRow]:
        """The rows; one that repeats an earlier one becomes a bad row."""
        for row in rows:
            yield self._checked(row) if isinstance(row, NoteRow) else row

    def _checked(self, row: NoteRow) -> NoteRow | BadRow:
        id, note = _hash(row.id), _hash(f"{row.text}\0{row.context!r}")
        before = self._seen.execute("select note, row from seen where id = ?", (id,)).fetchone()
        if before is None:
            self._seen.execute("insert into seen values (?, ?, ?)", (id, note, row.number))
        elif before[0] == note:
            what = f"repeats row {before[1]}: the same id and the same note"
            return BadRow(
                row.number, row.id, what, "remove the row, or give it its own id if the visit took place twice"
            )
        else:
            self.same_id += 1
            if len(self.first) < 5:
                self.first.append(row.number)
        return row


def _hash(words: str) -> int:
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
