"""`nlp-coder code`: one note from a file, standard input or a paste."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from nlp_coder.cli.choices import Discipline, Format, LogFile, ModelFolder, NoText, PayersFolder, Rule, TablesFolder
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.note import CodedNote, VisitContext

_MANY = {".jsonl", ".ndjson", ".csv", ".tsv"}


def code(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A text file; `-` or nothing: standard input.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to show it.")] = Format.table,
    rule: Annotated[Rule | None, typer.Option(help="Unit rule: cms (total time) or ama (midpoint).")] = None,
    discipline: Annotated[Discipline | None, typer.Option(case_sensitive=False, help="Whose plan of care.")] = None,
    payer: Annotated[str | None, typer.Option(help="A payer profile, such as medicare.")] = None,
    setting: Annotated[str | None, typer.Option(help="Such as private_practice, hospital_outpatient or snf.")] = None,
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Date of service: the rules of that day.")
    ] = None,
    no_text: NoText = False,
    explain: Annotated[bool, typer.Option("--explain", help="Every reason for and against each code.")] = False,
    ask: Annotated[
        bool, typer.Option("--queries", help="Questions to the therapist about what is open (as --format queries).")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of the screen.")
    ] = None,
    log: LogFile = None,
    model: ModelFolder = None,
    payers: PayersFolder = None,
    tables: TablesFolder = None,
) -> None:
    """Code one note: claim lines, units, reasons and alerts.

    What an option says wins over what the note says.

    Examples:

    - `nlp-coder code visit.txt`
    - `nlp-coder code` (paste the note, end with Ctrl-D or a single dot)
    - `nlp-coder code visit.txt --queries`
    - `nlp-coder code visit.txt --date 2026-06-15 --format x12` (or cms1500, fhir: claim-ready skeletons)
    - `nlp-coder code visit.txt --rule ama --format html --output visit.html`
    """
    from nlp_coder.exports.result_file import result_file, result_path

    if output is not None:
        # before the work, so that no note is coded for a place that cannot be written
        result_path(output, not_over=file)
    text, name = _note(file)
    context = _context(
        unit_rule=rule.value if rule else None, discipline=discipline.value if discipline else None, payer=payer,
        setting=setting, date_of_service=date,
    )  # fmt: skip
    from nlp_coder.cli.coders import load_coder

    if ask:
        format = Format.queries
    from nlp_coder.batch.audit_log import audit_log

    with audit_log(log, "code", not_over=[file, output]) as entries:
        coder = load_coder(model)
        entries.begin([text.encode()], coder.versions)
        note = coder.code(text, id=name, context=context)
        entries.done(name, note.to_dict(with_text=False)["alerts"])
        if output is None:
            write(note, sys.stdout, format, with_text=not no_text, explain=explain)
        else:
            with result_file(output) as handle:
                write(note, handle, format, with_text=not no_text, explain=explain)


def write(note: CodedNote, handle: TextIO, format: Format, *, with_text: bool, explain: bool) -> None:
    """The note in the chosen format. The table's colours are for terminals only."""
    if format is Format.json:
        from nlp_coder.exports.json_record import note_json

        handle.write(note_json(note, with_text=with_text))
    elif format is Format.csv:
        from nlp_coder.exports.claim_csv import ClaimRows

        ClaimRows(handle, with_text=with_text).write(note)
    elif format is Format.html:
        from nlp_coder.exports.claim_page import claim_page

        handle.write(claim_page(note, with_text=with_text, explain=explain))
    elif format is Format.queries:
        from nlp_coder.exports.query_sheet import write_queries

        write_queries(note, handle, with_text=with_text)
    elif format in (Format.cms1500, Format.x12, Format.fhir):
        _write_claim(note, handle, format, with_text=with_text)
    else:
        from nlp_coder.exports.claim_table import write_table

        write_table(note, handle, with_text=with_text, explain=explain)


def _write_claim(note: CodedNote, handle: TextIO, format: Format, *, with_text: bool) -> None:
    """A claim-ready skeleton; what it leaves out and what it lacks is said on standard error."""
    from datetime import date

    from nlp_coder.exports.claim_formats import claim_header, claim_text
    from nlp_coder.exports.fhir_claim import fhir_bundle
    from nlp_coder.exports.service_lines import TO_ADD, service_lines

    if format is Format.fhir:
        handle.write(fhir_bundle(note, with_text=with_text, created=date.today()))
    else:
        handle.write(claim_header(format.value))
        handle.write(claim_text(note, format.value, with_text=with_text, created=date.today()))
    found = service_lines(note)
    for code, why in found.left_out:
        sys.stderr.write(f"{code} is left out: {why}\n")
    day = "" if found.day else "the date of service (--date), "
    sys.stderr.write(f"a skeleton of {len(found.lines)} service lines: add {day}{TO_ADD}\n")


def _note(file: Path | None) -> tuple[str, str]:
    """(text, id) of the note that is to be coded."""
    from nlp_coder.exports.text_file import LARGEST_NOTE, decode_note, read_note

    if file is not None and str(file) != "-":
        if file.suffix.lower() in _MANY:
            raise Problem(str(file), "is an export of many notes", "code it with `nlp-coder batch IN OUT`")
        return read_note(file), file.stem
    if sys.stdin is None or sys.stdin.closed:
        raise Problem("standard input", "is closed", "name a file, or pipe the note in")
    if sys.stdin.isatty():
        from nlp_coder.cli.pasting import pasted_note

        return decode_note(pasted_note(), "the pasted note"), "note"
    return decode_note(sys.stdin.buffer.read(LARGEST_NOTE + 1), "standard input"), "note"


def _context(**given: str | None) -> VisitContext:
    """The visit's context from the options, checked before the work begins. Raises Problem naming the option."""
    from datetime import date

    from nlp_coder.bill import ServiceError, load_rulebook
    from nlp_coder.bill.rulebook import plain_name
    from nlp_coder.bill.services import check_context, service_day
    from nlp_coder.note import VisitContext

    context = VisitContext.from_dict({k: v.strip() for k, v in given.items() if v is not None})
    rulebook = load_rulebook()
    try:
        check_context(context, rulebook)
        service_day(context, date.today())
    except ServiceError as error:
        name = error.field.removeprefix("context.")
        option = {"date_of_service": "date", "unit_rule": "rule"}.get(name, name)
        what, _, todo = str(error).removeprefix(f"{error.field}: ").rpartition("; ")
        raise Problem(f"--{option}", what or todo, todo if what else "correct it") from None
    if context.setting and plain_name(context.setting) not in rulebook.settings:
        known = ", ".join(rulebook.settings)
        raise Problem("--setting", f"{context.setting[:40]!r} is unknown", f"give one of {known}")
    return context
