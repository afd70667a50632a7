"""`nlp-coder batch --engine spark`: the same choices, carried out by Spark."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from nlp_coder.cli.batch_choices import Partition, PerRow, shape_of
from nlp_coder.problem import Problem


def batch_on_spark(
    source: str,
    output: str,
    *,
    no_text: bool,
    per: PerRow | None,
    partition: Partition | None,
    columns: str,
    preset: str | None,
    encoding: str | None,
    jobs: int | None,
    time_limit: float,
    auto_at: float | None,
    quiet: bool,
    model: Path | None,
    other: Mapping[str, object],
) -> None:
    """Run the export and say what it came to. other: options that only one machine has. Exits with 1 where rows are bad."""
    from nlp_coder.batch.rendering import Rendering
    from nlp_coder.exports.columns import parse_map
    from nlp_coder.exports.read_options import ReadOptions
    from nlp_coder.spark.run import ENDINGS, run_export, session

    if given := [name for name, value in other.items() if value]:
        raise Problem(given[0], "does not go with --engine spark", "leave one of them out")
    output = output.rstrip("/")
    ending = Path(output).suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise Problem(
            output, f"its ending {ending or '(none)'} is none that Spark writes", f"name OUT with one of {known}"
        )
    if model is not None and not (model / "manifest.json").is_file():
        raise Problem(str(model), "is no model folder", "give a model folder written by `nlp-coder train`")

    def say(message: str) -> None:
        if not quiet:
            sys.stderr.write(f"{message}\n")

    # .xlsx: rows of cells that are harmless in a spreadsheet, which Spark then writes as a table
    rendering = Rendering(
        ".xlsx" if ending == ".csv" else ending, shape_of(Path(output), per, auto_at), not no_text, auto_at, time_limit,
        partition=partition and partition.value,
    )  # fmt: skip
    options = ReadOptions(encoding, None, parse_map(columns) if columns else {}, preset, None, say)
    with session(jobs) as spark:
        outcome = run_export(spark, source, output, rendering, options, model)
    if auto_at is not None:
        say(f"{outcome.review:,} of {outcome.coded:,} notes are to review")
    rows = outcome.coded + outcome.errors
    done = f"{rows:,} rows read = {outcome.coded:,} coded, written to {output}, + {outcome.errors:,} in errors"
    if outcome.errors:
        sys.stderr.write(f"{done}: see {outcome.errors_at}\n")
        raise typer.Exit(1)
    say(done)
