"""`nlp-coder batch`: an export of notes in, coded notes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from nlp_coder.cli.choices import ModelFolder, NoText, PayersFolder

if TYPE_CHECKING:
    from nlp_coder.note import CodedNote

ENDINGS = (".jsonl", ".csv")


def batch(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Notes: .jsonl or .csv with `id` and `text`.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="Coded notes: .jsonl (records) or .csv (claim lines).")],
    no_text: NoText = False,
    model: ModelFolder = None,
    payers: PayersFolder = None,
) -> None:
    """Code the notes of an export, in order.

    Beside `id` and `text`, a row may say what is known of the visit: discipline, unit_rule, payer, setting,
    date_of_service and the other context fields. A row that cannot be coded goes to OUT.errors.csv with what to do
    about it; the others are coded all the same, and the exit status is then 1.

    Examples:

    - `nlp-coder batch visits.csv claims.csv`
    - `nlp-coder batch visits.jsonl coded.jsonl --no-text`
    """
    from nlp_coder.cli.files import check_input, check_output, finish, progress

    check_input(source, ENDINGS)
    check_output(output, ENDINGS, source)
    from nlp_coder.batch.error_rows import ErrorRows
    from nlp_coder.batch.note_stream import run
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.exports.csv_rows import csv_notes
    from nlp_coder.exports.jsonl_rows import jsonl_notes
    from nlp_coder.exports.result_file import result_file
    from nlp_coder.exports.tracking import Tracker

    read = csv_notes if source.suffix.lower() == ".csv" else jsonl_notes
    coder = load_coder(model)
    track = Tracker(source)
    with result_file(output) as handle, ErrorRows(output) as errors, progress(track, source.name) as step:
        write = _writer(output, handle, with_text=not no_text)
        number = run(read(source, track), coder, write, errors.add, step)
    finish(number, errors, output, "note")


def _writer(output: Path, handle: TextIO, *, with_text: bool) -> Callable[[CodedNote], None]:
    """What writes one note in the format of the output's ending."""
    if output.suffix.lower() == ".csv":
        from nlp_coder.exports.claim_csv import ClaimRows

        return ClaimRows(handle, with_text=with_text).write
    from nlp_coder.exports.json_record import json_line

    def write(note: CodedNote) -> None:
        handle.write(json_line(note.to_dict(with_text=with_text)))

    return write
