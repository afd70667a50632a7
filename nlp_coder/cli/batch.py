"""`nlp-coder batch`: an export of notes in, coded notes out."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from nlp_coder.cli.batch_choices import ClaimFormat, Engine, Partition, PerRow, check, settings_of, shape_of
from nlp_coder.cli.choices import LogFile, ModelFolder, NoText, PayersFolder, TablesFolder
from nlp_coder.problem import Problem


def batch(
    given_source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="Notes: .csv, .tsv, .xlsx, .parquet, .jsonl (also .gz, .zst), FHIR .ndjson, C-CDA .xml, HL7 .hl7, .pdf, .txt, a folder or .zip of these.",
        ),
    ],
    given_output: Annotated[
        str,
        typer.Argument(metavar="OUT", help="Coded notes: .jsonl and .parquet (records), .csv, .tsv and .xlsx (claim lines)."),
    ],
    no_text: NoText = False,
    per: Annotated[PerRow | None, typer.Option(help="What a row of the output is, instead of what its ending stands for.")] = None,
    format: Annotated[ClaimFormat | None, typer.Option("--format", "-f", help="A claim-ready skeleton: cms1500 (.csv), x12 (.x12, .837, .edi) or fhir (.ndjson).")] = None,
    partition: Annotated[Partition | None, typer.Option("--partition-by", metavar="COLUMN", help="Make OUT a folder with a file for each discipline, unit_rule, payer, setting, date_of_service, month or therapist_id.")] = None,
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
    ask: Annotated[Path | None, typer.Option("--queries", metavar="FILE.txt", help="Questions to the therapists about what their notes leave open.")] = None,
    log: LogFile = None,
    engine: Annotated[Engine, typer.Option(help="local: this machine. spark: a Spark cluster; IN and OUT may then lie on any store that it reads, OUT becomes a folder.")] = Engine.local,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    model: ModelFolder = None,
    payers: PayersFolder = None,
    tables: TablesFolder = None,
) -> None:  # fmt: skip
    """Code the notes of an export, in order.

    Columns are found by their names and shown before the run. A row that cannot be coded goes to OUT.errors.csv with
    what to do about it; the others are coded all the same, and the exit status is then 1. A run that was cut off goes
    on with --resume.

    Examples:

    - `nlp-coder batch visits.csv claims.csv`
    - `nlp-coder batch export.xlsx coded.parquet --map text=NOTE_BODY,id=ENC_ID --jobs 4`
    - `nlp-coder batch visits.csv lines.x12` (or .ndjson for FHIR, `--format cms1500` for .csv: claim-ready skeletons)
    - `nlp-coder batch year.parquet coded.parquet --partition-by month --log runs.log --queries questions.txt`
    - `nlp-coder batch month.jsonl.gz claims.xlsx --auto-at 0.95 --review-file review.xlsx --no-text`
    - `nlp-coder batch s3a://office/notes s3a://office/coded.parquet --engine spark`
    """
    if engine is Engine.spark:
        from nlp_coder.cli.batch_spark import batch_on_spark

        other = {
            "--format": format, "--sheet": sheet, "--resume": resume, "--restart": restart, "--review-file": review_file,
            "--report": report, "--queries": ask, "--log": log,
        }  # fmt: skip
        batch_on_spark(
            given_source, given_output, no_text=no_text, per=per, partition=partition, columns=columns, preset=preset,
            encoding=encoding, jobs=jobs, time_limit=time_limit, auto_at=auto_at, quiet=quiet, model=model, other=other,
        )  # fmt: skip
        return
    source, output = Path(given_source), Path(given_output)
    from nlp_coder.exports.claim_formats import format_of_ending
    from nlp_coder.exports.columns import parse_map
    from nlp_coder.exports.open_export import export_rows
    from nlp_coder.exports.read_options import ReadOptions

    claim = format.value if format else format_of_ending(output.suffix)
    check(source, output, auto_at, review_file, report, ask, log, claim, partition)
    if claim is not None and (per is not None or auto_at is not None):
        name = "--per" if per is not None else "--auto-at"
        raise Problem(name, f"does not go with the format {claim}", "leave one of them out")
    from nlp_coder.batch.audit_log import audit_log
    from nlp_coder.batch.journal import Journal
    from nlp_coder.batch.rendering import Rendering
    from nlp_coder.batch.repeats import Repeats
    from nlp_coder.batch.run_export import code_rows, write_output
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.cli.files import files_of
    from nlp_coder.cli.progress import Reporter
    from nlp_coder.exports.tracking import Tracker

    reporter = Reporter(source, Tracker(source), quiet=quiet)
    options = ReadOptions(
        encoding, sheet, parse_map(columns) if columns else {}, preset, output.resolve().parent, reporter.say_once
    )
    shape = None if claim else shape_of(output, per, auto_at)
    rendering = Rendering(
        output.suffix.lower(),
        shape,
        not no_text,
        auto_at,
        time_limit,
        claim,
        date.today(),
        ask is not None,
        partition and partition.value,
    )
    with audit_log(log, "batch", not_over=[source]) as entries:

        def logged(result: dict[str, Any]) -> None:
            if "error" in result:
                entries.refused(result["error"][1])
            else:
                entries.done(
                    result["id"], ({"kind": kind, "severity": severity} for kind, severity in result["alerts"])
                )

        coder = load_coder(model)
        entries.begin(files_of(source), coder.versions)
        settings = settings_of(source, options, rendering, coder.versions)
        journal = Journal(output, settings, resume=resume, restart=restart)
        if journal.done:
            reporter.say(f"going on after {journal.done:,} rows")
        repeats = Repeats()
        finished = False
        try:
            rows = repeats.checked(export_rows(source, reporter.track, options))
            with reporter.running():
                tally = code_rows(
                    rows,
                    journal,
                    rendering,
                    load=lambda: coder,
                    model=model,
                    jobs=jobs,
                    after=reporter.step,
                    each=logged,
                )
            errors = write_output(journal, output, rendering, review_file)
            if claim is not None:
                from nlp_coder.batch.run_export import left_out_path, write_left_out
                from nlp_coder.exports.service_lines import TO_ADD

                if left_out := write_left_out(journal, output):
                    reporter.say(f"lines left out: {left_out:,}, listed with the reason in {left_out_path(output)}")
                reporter.say(
                    f"{output} is a skeleton: add {TO_ADD}, and the date of service where the export gives none"
                )
            if ask is not None:
                from nlp_coder.batch.run_export import write_all_queries

                reporter.say(
                    f"{write_all_queries(journal, ask):,} notes have questions to their therapists, listed in {ask}"
                )
            if report is not None:
                from nlp_coder.exports.batch_report import write_report

                write_report(report, journal.results(), source.name)
            finished = True
        except KeyboardInterrupt:
            sys.stderr.write(
                f"stopped after {journal.done:,} rows; the same command with --resume goes on from there\n"
            )
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
