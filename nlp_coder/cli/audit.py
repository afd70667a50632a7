"""`nlp-coder audit`: what was billed against what the notes document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nlp_coder.cli.choices import LogFile, ModelFolder, PayersFolder, TablesFolder
from nlp_coder.problem import Problem

ENDINGS = (".csv", ".tsv", ".jsonl")


def audit(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Notes, with what was billed or without (then --claims): .csv, .tsv, .xlsx, .jsonl and all that `batch` reads.")],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The findings, a row each: .csv, .tsv or .jsonl.")],
    claims: Annotated[Path | None, typer.Option("--claims", metavar="FILE", help="The claim lines in a file of their own: visit_id, cpt, units, cpt_modifier.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE.html", help="A page with figures, plots and flagged lines; no note text.")] = None,
    sample: Annotated[int | None, typer.Option("--sample", min=1, metavar="N", help="Audit N claim lines only, chosen by chance, each code in its share.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed chooses the same lines.")] = 1,
    columns: Annotated[str, typer.Option("--map", metavar="FIELD=COLUMN,…", help="Which column of INPUT is which field, such as text=NOTE_BODY,billed=PROC.")] = "",
    preset: Annotated[str | None, typer.Option(help="Columns of a known system: omop, i2b2, mimic3.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook; the first if left out.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files, such as cp1252; found out if left out.")] = None,
    log: LogFile = None,
    model: ModelFolder = None,
    payers: PayersFolder = None,
    tables: TablesFolder = None,
) -> None:  # fmt: skip
    """Hold claims against their notes, line by line and in both directions.

    What was billed stands in `billed` (code, units, modifiers), in columns cpt, units and cpt_modifier of a row for each
    claim line, or in --claims (INPUT then gives the notes only); notes and lines are joined by visit_id, else by id. Each line agrees, or its units,
    modifiers or code do not, or the note does not support it; what is documented and not billed is listed as well. A
    claim without its note and a note without its claim are listed in OUTPUT.errors.csv; the exit status is then 1.

    Examples:

    - `nlp-coder audit visits.csv findings.csv`
    - `nlp-coder audit notes.jsonl findings.csv --claims billed.csv --report audit.html`
    - `nlp-coder audit year.csv findings.jsonl --sample 200 --seed 7`
    """
    _check(source, output, claims, report)
    from nlp_coder.audit.sample import stratified
    from nlp_coder.audit.summary import Summary
    from nlp_coder.batch.audit_log import audit_log
    from nlp_coder.batch.audit_visits import VisitAudit, audited, joined
    from nlp_coder.batch.error_rows import ErrorRows
    from nlp_coder.bill import load_rulebook
    from nlp_coder.classify.rules import rule_book
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.cli.files import files_of, progress
    from nlp_coder.exports.audit_rows import FindingRows, finding_record
    from nlp_coder.exports.audit_table import write_audit
    from nlp_coder.exports.billed_rows import notes_alone, reading_claims
    from nlp_coder.exports.columns import parse_map
    from nlp_coder.exports.note_rows import BadRow
    from nlp_coder.exports.open_export import export_rows
    from nlp_coder.exports.read_options import ReadOptions
    from nlp_coder.exports.result_file import result_file
    from nlp_coder.exports.tracking import Tracker

    book = load_rulebook()
    options = ReadOptions(
        encoding, sheet, parse_map(columns) if columns else {}, preset, output.resolve().parent, _say
    )  # fmt: skip
    readable = frozenset(r.code for r in rule_book().rules.values())
    summary = Summary()
    flagged: list[dict[str, Any]] = []
    words = ""
    coder = load_coder(model)
    with audit_log(log, "audit", not_over=[source, output, claims, report]) as entries:
        inputs = [*files_of(source), *(files_of(claims) if claims is not None else ())]
        entries.begin(inputs, coder.versions)
        with result_file(output) as handle, ErrorRows(output) as errors:

            def refuse(row: BadRow) -> None:
                errors.add(row)
                entries.refused(row.id)

            rows_in = export_rows(source, None, reading_claims(options, book))
            if claims is None:
                visits = joined(rows_in, (), refuse)
            else:
                lines_in = export_rows(claims, None, reading_claims(options, book, alone=True))
                visits = joined(notes_alone(rows_in), lines_in, refuse)
            if sample is not None:
                lines = [((v, n), x.code) for v, visit in enumerate(visits) for n, x in enumerate(visit.claim or ())]
                for (v, n), weight in stratified(lines, sample, seed).items():
                    visits[v].weights[n] = weight
                visits = [v for v in visits if v.weights]
                words = f"{sum(len(v.weights) for v in visits)} of {len(lines)} lines by chance within each code, seed {seed}"
            rows = FindingRows(handle, output.suffix.lower())
            track = Tracker(source)
            track.size = len(visits)
            with progress(track, source.name) as step:
                for result in audited(visits, coder, book, readable):
                    if isinstance(result, VisitAudit):
                        place = (result.id, result.visit, result.date_of_service, result.therapist)
                        rows.write(result.lines, *place)
                        found = [{"kind": r, "severity": "line"} for x in result.lines for r in x.results]
                        entries.done(result.id, found)
                        summary.add(result.lines, result.therapist, whole=result.whole)
                        if report is not None:
                            flagged += [finding_record(x, *place) for x in result.lines if x.flagged]
                    else:
                        refuse(result)
                    track.done += 1
                    step()
        if report is not None:
            from nlp_coder.exports.audit_page import audit_page

            with result_file(report) as handle:
                handle.write(audit_page(summary, flagged, name=source.name, basis=coder.versions, sample=words))
        if words:
            _say(f"sampled {words}")
        write_audit(summary, sys.stdout)
        _say(f"{summary.visits} visits audited, findings written to {output}")
        if errors.count:
            what = "1 row is" if errors.count == 1 else f"{errors.count} rows are"
            _say(f"{what} listed in {errors.path}, each with what is wrong and what to do")
            raise typer.Exit(1)


def _check(source: Path, output: Path, claims: Path | None, report: Path | None) -> None:
    """Raises Problem for what can be known to be wrong before the work."""
    from nlp_coder.cli.files import check_output
    from nlp_coder.exports.compressed import plain_suffix
    from nlp_coder.exports.open_export import TABLES, readable
    from nlp_coder.exports.text_file import open_binary

    for path in (source, claims):
        if path is None or (path is source and path.is_dir()):
            continue
        open_binary(path).close()
        if not readable(path):
            raise Problem(
                str(path), f"its ending {path.suffix or '(none)'} is unknown", "give .csv, .tsv, .xlsx or .jsonl"
            )
    if claims is not None and plain_suffix(claims) not in TABLES:
        raise Problem(str(claims), "is no table of claim lines", "give .csv, .tsv, .xlsx, .parquet or .jsonl")
    check_output(output, ENDINGS, source)
    if report is not None:
        check_output(report, (".html",), source)
        if report.resolve() == output.resolve():
            raise Problem("--report", "is the output itself", "name another file")
    if claims is not None and claims.resolve() in (output.resolve(), report.resolve() if report else None):
        raise Problem(str(claims), "is read and cannot be written", "name another file for the output")


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
