"""`nlp-coder batch`: an export of notes in, coded notes out."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp_coder.cli.choices import ModelFolder, NoText, PayersFolder
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.exports.flat_rows import Shape
    from nlp_coder.exports.read_options import ReadOptions


class ClaimFormat(StrEnum):
    """Claim-ready skeletons (exports.claim_formats)."""

    cms1500 = "cms1500"
    x12 = "x12"
    fhir = "fhir"


class PerRow(StrEnum):
    """What a row of a table is."""

    line = "line"
    note = "note"
    activity = "activity"


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="Notes: .csv, .tsv, .xlsx, .parquet, .jsonl (also .gz, .zst), FHIR .ndjson, C-CDA .xml, HL7 .hl7, .pdf, .txt, a folder or .zip of these.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Coded notes: .jsonl and .parquet (records), .csv, .tsv and .xlsx (claim lines)."),
    ],
    no_text: NoText = False,
    per: Annotated[PerRow | None, typer.Option(help="What a row of the output is, instead of what its ending stands for.")] = None,
    format: Annotated[ClaimFormat | None, typer.Option("--format", "-f", help="A claim-ready skeleton: cms1500 (.csv), x12 (.x12, .837, .edi) or fhir (.ndjson).")] = None,
    columns: Annotated[str, typer.Option("--map", metavar="FIELD=COLUMN,…", help="Which column is which field, such as text=NOTE_BODY,id=ENC_ID.")] = "",
    preset: Annotated[str | None, typer.Option(help="Columns of a known system: omop, i2b2, mimic3.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook; the first if left out.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files, such as cp1252; found out if left out.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; as many as pay if left out. Results do not depend on it.")] = None,
    time_limit: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="For one note; a note that takes longer goes to the errors.")] = 60.0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was cut off.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew where a run was cut off.")] = False,
    auto_at: Annotated[float | None, typer.Option(min=0.0, max=1.0, metavar="P", help="Mark each note `auto` or `review`: sure from P on, without errors.")] = None,
    review_file: Annotated[Path | None, typer.Option(metavar="FILE", help="The notes to review once more in a file of their own, worst first.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="A page of figures: codes, units, alerts, confidence; no note text.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    model: ModelFolder = None,
    payers: PayersFolder = None,
) -> None:  # fmt: skip
    """Code the notes of an export, in order.

    Columns are found by their names and shown before the run. A row that cannot be coded goes to OUT.errors.csv with
    what to do about it; the others are coded all the same, and the exit status is then 1. A run that was cut off goes
    on with --resume.

    Examples:

    - `nlp-coder batch visits.csv claims.csv`
    - `nlp-coder batch export.xlsx coded.parquet --map text=NOTE_BODY,id=ENC_ID --jobs 4`
    - `nlp-coder batch visits.csv lines.x12` (or .ndjson for FHIR, `--format cms1500` for .csv: claim-ready skeletons)
    - `nlp-coder batch month.jsonl.gz claims.xlsx --auto-at 0.95 --review-file review.xlsx --no-text`
    """
    from nlp_coder.exports.claim_formats import format_of_ending
    from nlp_coder.exports.columns import parse_map
    from nlp_coder.exports.open_export import export_rows
    from nlp_coder.exports.read_options import ReadOptions

    claim = format.value if format else format_of_ending(output.suffix)
    _check(source, output, auto_at, review_file, report, claim)
    if claim is not None and (per is not None or auto_at is not None):
        name = "--per" if per is not None else "--auto-at"
        raise Problem(name, f"does not go with the format {claim}", "leave one of them out")
    from nlp_coder.batch.journal import Journal
    from nlp_coder.batch.rendering import Rendering
    from nlp_coder.batch.repeats import Repeats
    from nlp_coder.batch.run_export import code_rows, write_output
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.cli.progress import Reporter
    from nlp_coder.exports.tracking import Tracker

    reporter = Reporter(source, Tracker(source), quiet=quiet)
    options = ReadOptions(
        encoding, sheet, parse_map(columns) if columns else {}, preset, output.resolve().parent, reporter.say_once
    )
    shape = None if claim else _shape(output, per, auto_at)
    rendering = Rendering(output.suffix.lower(), shape, not no_text, auto_at, time_limit, claim, date.today())
    coder = load_coder(model)
    settings = _settings(source, options, rendering, coder.versions)
    journal = Journal(output, settings, resume=resume, restart=restart)
    if journal.done:
        reporter.say(f"going on after {journal.done:,} rows")
    repeats = Repeats()
    finished = False
    try:
        rows = repeats.checked(export_rows(source, reporter.track, options))
        with reporter.running():
            tally = code_rows(rows, journal, rendering, load=lambda: coder, model=model, jobs=jobs, after=reporter.step)
        errors = write_output(journal, output, rendering, review_file)
        if claim is not None:
            from nlp_coder.batch.run_export import left_out_path, write_left_out
            from nlp_coder.exports.service_lines import TO_ADD

            if left_out := write_left_out(journal, output):
                reporter.say(f"lines left out: {left_out:,}, listed with the reason in {left_out_path(output)}")
            reporter.say(f"{output} is a skeleton: add {TO_ADD}, and the date of service where the export gives none")
        if report is not None:
            from nlp_coder.exports.batch_report import write_report

            write_report(report, journal.results(), source.name)
        finished = True
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped after {journal.done:,} rows; the same command with --resume goes on from there\n")
        raise typer.Exit(130) from None
    except OSError as error:
        what = error.strerror or type(error).__name__
        kept = f"{journal.done:,} rows are kept"
        raise Problem(
            str(output), f"writing stopped ({what}); {kept}", "make room, then give the same command with --resume"
        ) from None
    finally:
        # a run that coded nothing yet (unreadable input) leaves nothing behind
        journal.close(remove=finished or not journal.done)
    if repeats.same_id:
        first = ", ".join(map(str, repeats.first))
        reporter.say(
            f"{repeats.same_id:,} rows have an id that an earlier row has with another note (first: rows {first})"
        )
    if auto_at is not None:
        reporter.say(f"{tally.review:,} of {tally.coded:,} notes are to review")
    done = f"{tally.rows:,} rows read = {tally.coded:,} coded, written to {output}, + {tally.errors:,} in errors"
    reporter.say(f"{done}: see {errors}" if tally.errors else done, urgent=bool(tally.errors))
    if tally.errors:
        raise typer.Exit(1)


def _check(
    source: Path, output: Path, auto_at: float | None, review_file: Path | None, report: Path | None, claim: str | None
) -> None:
    """Raises Problem for what can be known to be wrong before the work."""
    from nlp_coder.cli.files import check_output
    from nlp_coder.exports import open_export, whole_output
    from nlp_coder.exports.claim_formats import CLAIM_FORMATS
    from nlp_coder.exports.text_file import open_binary

    if not source.is_dir():
        open_binary(source).close()
        if not source.is_file():
            raise Problem(str(source), "is no ordinary file", "name a file on the disk")
        if not open_export.readable(source):
            known = ", ".join(open_export.ENDINGS)
            raise Problem(
                str(source), f"its ending {source.suffix or '(none)'} is unknown", f"this command reads {known}"
            )
    check_output(output, CLAIM_FORMATS[claim] if claim else whole_output.ENDINGS, source)
    whole_output.check_library(output)
    if source.is_dir() and output.resolve().is_relative_to(source.resolve()):
        raise Problem(str(output), "lies in the folder that is read", "name a place outside it")
    if review_file is not None:
        if auto_at is None:
            raise Problem(
                "--review-file", "needs to know when a note is sure", "give --auto-at, such as --auto-at 0.95"
            )
        check_output(review_file, (output.suffix.lower(),), source)
        if review_file.resolve() == output.resolve():
            raise Problem("--review-file", "is the output itself", "name another file")
    if report is not None:
        check_output(report, (".html",), source)


def _shape(output: Path, per: PerRow | None, auto_at: float | None) -> Shape | None:
    """The rows of the output; None for whole records, which .jsonl and .parquet hold where nobody asked for rows."""
    from nlp_coder.exports.flat_rows import Shape

    if per is None and output.suffix.lower() in (".jsonl", ".parquet"):
        return None
    return Shape((per or PerRow.line).value, auto_at is not None)


def _settings(source: Path, options: ReadOptions, rendering: Any, versions: Mapping[str, str]) -> dict[str, Any]:
    """What decides the output: a run that was cut off can only go on with the same."""
    files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    digest = hashlib.sha256()
    for file in files:
        state = file.stat()
        digest.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    shape = rendering.shape
    return {
        "input": digest.hexdigest(),
        "reading options": [options.encoding, options.sheet, dict(options.columns), options.preset],
        "output options": [
            rendering.ending, shape and [shape.per, shape.review], rendering.with_text, rendering.auto_at, rendering.limit, rendering.claim,
        ],
        "versions": dict(versions),
    }  # fmt: skip
