"""The notes to review, from a file of notes, of coded results or of labels; a row that cannot be read stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp_coder.batch.note_stream import coded
from nlp_coder.coder import Coder
from nlp_coder.exports.csv_rows import csv_notes
from nlp_coder.exports.jsonl_rows import jsonl_records
from nlp_coder.exports.note_rows import BadRow, NoteRow, note_row
from nlp_coder.exports.text_file import read_note
from nlp_coder.note import CodedNote, VisitContext
from nlp_coder.problem import Problem
from nlp_coder.recoding import CorrectionError
from nlp_coder.review.draft import draft_of, note_key, recoded
from nlp_coder.review.queue import Item

ENDINGS = (".jsonl", ".ndjson", ".csv", ".txt")


def review_items(path: Path, coder: Coder) -> Iterator[Item | BadRow]:
    """Each note with its coding: as the file has it (coded results, labels), else coded now. Raises Problem."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Problem(str(path), "its ending is unknown", f"give {', '.join(ENDINGS)}")
    if ending == ".txt":
        yield _item(NoteRow(1, path.stem, read_note(path), VisitContext()), {}, coder)
        return
    if ending == ".csv":
        for row in csv_notes(path):
            yield row if isinstance(row, BadRow) else _item(row, {}, coder)
        return
    for item in jsonl_records(path):
        if isinstance(item, BadRow):
            yield item
            continue
        number, record = item
        row = note_row(number, record)
        yield row if isinstance(row, BadRow) else _item(row, record, coder)


def _item(row: NoteRow, record: Mapping[str, Any], coder: Coder) -> Item | BadRow:
    note: CodedNote | BadRow
    if record.get("activities") is None:
        (note,) = coded([row], coder)
    else:
        note = _as_given(row, record, coder)
    return note if isinstance(note, BadRow) else Item(note_key(row.id, row.text), row.id, row.text, row.context, note)


def _as_given(row: NoteRow, record: Mapping[str, Any], coder: Coder) -> CodedNote | BadRow:
    """The record's own activities: with their confidence where it is a coded result, checked in any case."""
    todo = "code the note again, or leave its activities out"
    try:
        draft = draft_of(record)
        checked = recoded(coder, row.id, row.text, row.context, draft)
        if any(a.get("quote", q) != q for a, q in _quotes(record, row.text)):
            return BadRow(row.number, row.id, "an activity's quote is not the text at its place", todo)
        return CodedNote.from_dict({**record, "id": row.id}) if record.get("model") else checked
    except CorrectionError as error:
        return BadRow(row.number, row.id, str(error), todo)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return BadRow(row.number, row.id, f"its activities are not as a record has them ({type(error).__name__})", todo)


def _quotes(record: Mapping[str, Any], text: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for a in record["activities"]:
        yield a, text[int(a["start"]) : int(a["end"])]
