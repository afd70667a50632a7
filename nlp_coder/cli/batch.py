"""`nlp-coder batch`: an export of notes in, coded notes out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp_coder.cli.choices import ModelFolder, NoText
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.exports.note_rows import Rows
    from nlp_coder.exports.tracking import Tracker
    from nlp_coder.note import CodedNote


def batch(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Notes: .jsonl or .csv with `id` and `text`.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="Coded notes: .jsonl (records) or .csv (claim lines).")],
    no_text: NoText = False,
    model: ModelFolder = None,
) -> None:
    """Code the notes of an export, in order.

    Beside `id` and `text`, each row may give what is known of the visit: discipline, unit_rule, payer, setting,
    date_of_service and the other fields of the output contract. Rows that cannot be coded go to OUT.errors.csv with
    what to do about them; the others are coded all the same, and the exit status is then 1.

    Examples:

        nlp-coder batch visits.csv claims.csv

        nlp-coder batch visits.jsonl coded.jsonl --no-text
    """
    read = _reader(source)
    check_output(output, (".jsonl", ".csv"), source)
    from nlp_coder.batch.error_rows import ErrorRows
    from nlp_coder.batch.note_stream import run
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.exports.result_file import result_file
    from nlp_coder.exports.tracking import Tracker

    coder = load_coder(model)
    track = Tracker(source)
    with result_file(output) as handle, ErrorRows(output) as errors, progress(track, source.name) as step:
        number = run(read(source, track), coder, _writer(output, handle.write, handle, no_text), errors.add, step)
    finish(number, errors, output, "note")


def _reader(source: Path) -> Callable[[Path, Tracker | None], Rows]:
    from nlp_coder.exports.csv_rows import csv_notes
    from nlp_coder.exports.jsonl_rows import jsonl_notes

    check_input(source, (".jsonl", ".csv"))
    return csv_notes if source.suffix.lower() == ".csv" else jsonl_notes
