"""`nlp-coder explain`: the reasoning of a stored result, and whether today's rules and model would differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp_coder.cli.choices import ModelFolder
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.note import CodedNote, ServiceLine, VisitContext


def explain(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="Coded notes: .jsonl, as `batch` writes them.")],
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of the note.")],
    model: ModelFolder = None,
) -> None:
    """Show how a stored result came about, and what today's rules and model would say.

    The stored services are billed again. Where the record holds its text, the note is coded again, too; where it does
    not (--no-text), places are told as offsets.

    Example:

    - `nlp-coder explain coded.jsonl visit-7`
    """
    record = _record(result, id)
    from nlp_coder.exports.claim_table import write_table
    from nlp_coder.note import CodedNote

    try:
        full = {**record, "activities": [{"quote": "", **a} for a in record.get("activities") or ()]}
        note = CodedNote.from_dict(full)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem(
            f"{result}, note {id}", f"is no coded note ({type(error).__name__})", "give a file that `batch` wrote"
        ) from None
    write_table(note, sys.stdout, with_text=bool(note.text), explain=True)
    print("\nToday")
    for sentence in _today(note, model):
        print(f"  - {sentence}")


def _record(path: Path, id: str) -> Mapping[str, Any]:
    from nlp_coder.exports.jsonl_rows import jsonl_records
    from nlp_coder.exports.note_rows import BadRow

    for item in jsonl_records(path):
        if not isinstance(item, BadRow) and str(item[1].get("id")) == id:
            return item[1]
    raise Problem(str(path), "holds no note of that id", "check the id, or give another file")


def _today(note: CodedNote, model: Path | None) -> Iterator[str]:
    from nlp_coder.bill import ServiceError, load_rulebook
    from nlp_coder.bill.claim import bill_services
    from nlp_coder.bill.services import Service
    from nlp_coder.note import VisitContext
    from nlp_coder.version import __version__

    rulebook = load_rulebook()
    now = {"program": __version__, "rules": rulebook.digest}
    for name, value in now.items():
        yield _compared(name, note.model.get(name), value)
    context = VisitContext.from_dict({"discipline": note.discipline, "unit_rule": note.unit_rule, **note.context})
    day = note.context.get("rules_date")
    services = [Service(x.code, x.minutes) for x in note.lines]
    try:
        claim = bill_services(
            services, context, rulebook, today=date.fromisoformat(day) if day else None, from_note=True
        )
    except ServiceError as error:
        yield f"the stored services cannot be billed under today's rules: {error}"
    else:
        yield from _differences("billed again", note.lines, claim.lines)
    if note.text:
        yield from _coded_again(note, context, model)
    else:
        yield "the record holds no text, so the note cannot be coded again"


def _coded_again(note: CodedNote, context: VisitContext, model: Path | None) -> Iterator[str]:
    from nlp_coder.cli.coders import load_coder

    coder = load_coder(model)
    yield _compared("model", note.model.get("digest"), coder.versions["digest"])
    again = coder.code(note.text, id=note.id, context=context)
    yield from _differences("coded again", note.lines, again.lines)
    before = {(a.start, a.end): (a.code, a.status) for a in note.activities}
    after = {(a.start, a.end): (a.code, a.status) for a in again.activities}
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            was, now = (" ".join(x[place]) if place in x else "no activity" for x in (before, after))
            yield f"characters {place[0]}-{place[1]}: {was} then, {now} now"


def _compared(name: str, stored: str | None, now: str) -> str:
    if stored is None:
        return f"{name}: the record does not say; now {now}"
    return f"{name}: the same, {now}" if stored == now else f"{name}: {stored} then, {now} now"


def _differences(how: str, stored: tuple[ServiceLine, ...], now: tuple[ServiceLine, ...]) -> Iterator[str]:
    """What differs by line, or that nothing does."""
    before, after = _facts(stored), _facts(now)
    different = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    if not different:
        yield f"{how}: no line differs"
    for code in different:
        yield f"{how}: {code} {before.get(code, 'no line')} then, {after.get(code, 'no line')} now"


def _facts(lines: tuple[ServiceLine, ...]) -> dict[str, str]:
    facts: dict[str, list[str]] = {}
    for x in lines:
        units = "units open" if x.units is None else f"{x.units} units"
        minutes = "minutes open" if x.minutes is None else f"{x.minutes} min"
        words = [units, minutes, *sorted(x.modifiers), *([] if x.billable else ["not billed"])]
        facts.setdefault(x.code, []).append(" ".join(words))
    return {code: "; ".join(parts) for code, parts in facts.items()}
