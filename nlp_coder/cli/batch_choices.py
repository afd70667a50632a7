"""What a run of `nlp-coder batch` was asked for: its choices, what is wrong with them, and what decides its output."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


class Engine(StrEnum):
    """What codes the rows."""

    local = "local"
    spark = "spark"


class Partition(StrEnum):
    """What an output may be divided by. Never the patient: more people see a file's name than the file."""

    discipline = "discipline"
    unit_rule = "unit_rule"
    payer = "payer"
    setting = "setting"
    date_of_service = "date_of_service"
    month = "month"
    therapist_id = "therapist_id"


def check(
    source: Path,
    output: Path,
    auto_at: float | None,
    review_file: Path | None,
    report: Path | None,
    ask: Path | None,
    log: Path | None,
    claim: str | None,
    partition: Partition | None,
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
    if partition is not None:
        from nlp_coder.exports.partitions import ENDINGS

        if claim is not None or output.suffix.lower() not in ENDINGS:
            raise Problem(
                "--partition-by",
                "goes with a folder of records or rows only",
                f"name OUT with one of {', '.join(ENDINGS)}",
            )
        if output.exists():
            raise Problem(str(output), "is there already", "name a folder that is not there yet")
    check_output(output, CLAIM_FORMATS[claim] if claim else whole_output.ENDINGS, source)
    whole_output.check_library(output)
    given = [p for p in (output, review_file, report, ask, log) if p is not None]
    for place in given:
        if source.is_dir() and place.resolve().is_relative_to(source.resolve()):
            raise Problem(str(place), "lies in the folder that is read", "name a place outside it")
        if sum(p.resolve() == place.resolve() for p in given) > 1:
            raise Problem(str(place), "is named twice", "name a file of its own for each output")
    if review_file is not None:
        if auto_at is None:
            raise Problem(
                "--review-file", "needs to know when a note is sure", "give --auto-at, such as --auto-at 0.95"
            )
        check_output(review_file, (output.suffix.lower(),), source)
    if report is not None:
        check_output(report, (".html",), source)
    if ask is not None:
        check_output(ask, (".txt",), source)


def shape_of(output: Path, per: PerRow | None, auto_at: float | None) -> Shape | None:
    """The rows of the output; None for whole records, which .jsonl and .parquet hold where nobody asked for rows."""
    from nlp_coder.exports.flat_rows import Shape

    if per is None and output.suffix.lower() in (".jsonl", ".parquet"):
        return None
    return Shape((per or PerRow.line).value, auto_at is not None)


def settings_of(source: Path, options: ReadOptions, rendering: Any, versions: Mapping[str, str]) -> dict[str, Any]:
    """What decides the output: a run that was cut off can only go on with the same."""
    from nlp_coder.cli.files import files_of

    digest = hashlib.sha256()
    for file in files_of(source):
        state = file.stat()
        digest.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    shape = rendering.shape
    return {
        "input": digest.hexdigest(),
        "reading options": [options.encoding, options.sheet, dict(options.columns), options.preset],
        "output options": [
            rendering.ending, shape and [shape.per, shape.review], rendering.with_text, rendering.auto_at, rendering.limit, rendering.claim,
            rendering.queries, rendering.partition,
        ],
        "versions": dict(versions),
    }  # fmt: skip
