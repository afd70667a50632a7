"""`nlp-coder codes`: the codes and the coding rules that the program knows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from nlp_coder.problem import Problem


def codes(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="One code, with its rules.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the codes, or show one code with its rules, their reasons and their sources.

    Labels are our own words; CPT is the AMA's, and its descriptors are not in this program.

    Examples:

    - `nlp-coder codes`
    - `nlp-coder codes 97112`
    """
    from nlp_coder.bill import load_rulebook
    from nlp_coder.exports.code_sheet import code_facts, code_sheet

    book, today = load_rulebook(), date.today()
    if code is None:
        facts = [code_facts(book, c, today) for c in sorted(book.codes)]
        print(json.dumps(facts, ensure_ascii=False, indent=2)) if as_json else _print_list(facts)
        return
    word = code.strip().upper()
    if word not in book.codes:
        near = _near(word, book.codes)
        todo = f"did you mean {', '.join(near)}?" if near else "`nlp-coder codes` lists those that it knows"
        raise Problem(word[:20], "is no code that this program knows", todo)
    sheet = code_sheet(book, word, today)
    print(json.dumps(sheet, ensure_ascii=False, indent=2)) if as_json else _print_sheet(sheet)


def _near(word: str, known: Iterable[str]) -> list[str]:
    """The codes that differ from a word in one place (a slip of the hand), nearest first; at most three."""
    alike = [c for c in known if len(c) == len(word) and sum(a != b for a, b in zip(c, word, strict=True)) == 1]
    return sorted(alike, key=lambda c: ([abs(ord(a) - ord(b)) for a, b in zip(c, word, strict=True)], c))[:3]


def _print_list(every: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    from nlp_coder.exports.terminal import drawing

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for name in ("Code", "Label (our words)", "Timed", "Units a day (MUE)", "Discipline", "Status"):
        table.add_column(name, no_wrap=name in ("Code", "Timed"))
    for f in every:
        status = f["status"]
        if status == "deleted":
            status = f"deleted {f['deleted']}" + (f", use {' or '.join(f['replaced_by'])}" if f["replaced_by"] else "")
        timed = "15 min" if f["timed"] else f"{f['unit_minutes']} min" if f["unit_minutes"] else "no"
        mue = "" if f["mue"] is None else str(f["mue"])
        table.add_row(f["code"], f["label"], timed, mue, "/".join(f["disciplines"]), status)
    with drawing(sys.stdout) as console:
        console.print(table)


def _print_sheet(sheet: Mapping[str, Any]) -> None:
    from rich.text import Text

    from nlp_coder.exports.terminal import drawing

    with drawing(sys.stdout) as console:
        console.print(Text.assemble((sheet["code"], "bold"), f"  {sheet['label']}"))
        for name, value in _facts_in_words(sheet):
            console.print(Text.assemble((f"{name}: ", "dim"), value))
        if sheet["documentation"]:
            console.print(Text("\nThe note should say", style="bold"))
        for d in sheet["documentation"]:
            console.print(Text(f"- {d['element']}: {d['look_for']} [{d['source']}]"))
        if sheet["pairs"]:
            console.print(Text(f"\nNCCI pairs in force (practitioner table of {sheet['ncci']})", style="bold"))
        for p in sheet["pairs"]:
            what = "together only where separate, with a modifier" if p["indicator"] else "never together"
            console.print(Text(f"- {p['column2']} beside {p['column1']}: {what}"))
        if sheet["rules"]:
            console.print(Text(f"\nCoding rules ({len(sheet['rules'])}), with their strength", style="bold"))
        for r in sheet["rules"]:
            also = "" if r["code"] == sheet["code"] else f", first choice {r['code']}"
            words = f" ({r['strength']}{also}): {r['reason']} [{r['source']}]"
            console.print(Text.assemble("- ", (r["id"], "bold"), words))


def _facts_in_words(sheet: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if sheet["timed"]:
        yield "timed", "15-minute units, one on one"
    elif sheet["unit_minutes"]:
        yield "timed", f"units of {sheet['unit_minutes']} minutes, outside the 15-minute pool"
    else:
        yield "timed", "no, one a day"
    yield "discipline", "/".join(sheet["disciplines"])
    yield "status", sheet["status"]
    if sheet["mue"] is not None:
        hospital = "" if sheet["mue_hospital"] is None else f", outpatient hospital {sheet['mue_hospital']}"
        yield "most units a day (MUE)", f"{sheet['mue']}{hospital}"
    for name, value in (("valid from", sheet["from"]), ("deleted", sheet["deleted"])):
        if value:
            yield name, value
    if sheet["replaced_by"]:
        yield "replaced by", " or ".join(sheet["replaced_by"])
    if sheet["notes"]:
        yield "notes", sheet["notes"]
    yield "sources", "; ".join(f"{s} {where}".strip() for s, where in sheet["sources"].items())
