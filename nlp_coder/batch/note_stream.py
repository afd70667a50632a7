"""Streams of notes through a coder: one row in, one result out, in order; a row that cannot be coded stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from nlp_coder.bill.services import ServiceError
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.note import CodedNote, VisitContext
from nlp_coder.problem import debugging

REPORT = "report it without the note's text; code this note by hand"


class CodesNotes(Protocol):
    """What a stream needs of a coder."""

    def code(self, text: str, *, id: str = "note", context: VisitContext | None = None) -> CodedNote: ...


def coded(rows: Iterable[NoteRow | BadRow], coder: CodesNotes) -> Iterator[CodedNote | BadRow]:
    """Each row's coded note or what is wrong with it, in the order of the rows, one at a time."""
    for row in rows:
        yield row if isinstance(row, BadRow) else one_note(row, coder)


def one_note(row: NoteRow, coder: CodesNotes) -> CodedNote | BadRow:
    """A row's coded note, or what is wrong with it. With NLP_CODER_DEBUG faults of the program stop it."""
    try:
        return coder.code(row.text, id=row.id, context=row.context)
    except ServiceError as error:
        return BadRow(row.number, row.id, str(error), "correct the field, or leave it empty")
    except Exception as error:
        if debugging():
            raise
        # one note that the program fails on must not stop the export; the error may hold its words, so only its kind is told
        return BadRow(row.number, row.id, f"the program failed on this note ({type(error).__name__})", REPORT)


def run(
    rows: Iterable[NoteRow | BadRow],
    coder: CodesNotes,
    write: Callable[[CodedNote], None],
    refuse: Callable[[BadRow], None],
    after: Callable[[], None] = lambda: None,
) -> int:
    """Code all rows: notes go to `write`, bad rows to `refuse`; `after` is called for each row. The notes coded."""
    number = 0
    for result in coded(rows, coder):
        if isinstance(result, BadRow):
            refuse(result)
        else:
            write(result)
            number += 1
        after()
    return number
