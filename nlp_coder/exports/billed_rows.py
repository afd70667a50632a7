"""The rows of an audit's input: a note, lines that were billed for its visit, or both in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from nlp_coder.audit.billed import BilledLine, read_billed
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows, billed_of, context_of, plain_value
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.exports.text_file import checked_note
from nlp_coder.problem import Problem


@dataclass(frozen=True, slots=True)
class BilledRow(NoteRow):
    """A row of an audit. text: "" where it holds no note. claim: True where it says what was billed, be it nothing.

    problems: lines of its claim that cannot be used; the others stand in `billed`.
    """

    claim: bool = False
    billed: tuple[BilledLine, ...] = ()
    problems: tuple[BadRow, ...] = ()

    @property
    def visit(self) -> str:
        """What notes and claim lines are joined by: the visit's id, else the row's."""
        return self.context.visit_id or self.id


def reading_claims(options: ReadOptions, rulebook: Rulebook, *, alone: bool = False) -> ReadOptions:
    """The options for reading such rows. alone: from a file of claim lines only, whose `code` is the billed one."""
    row = partial(billed_row, rulebook=rulebook, with_text=not alone)
    if not alone:
        return replace(options, row=row)
    return replace(options, row=row, needed="billed", preset="claims", columns={})


def notes_alone(rows: Rows) -> Rows:
    """The rows as notes only, where what was billed comes from another file: counted from both it would stand twice."""
    for row in rows:
        if isinstance(row, BilledRow):
            problems = tuple(p for p in row.problems if not p.what.startswith("billed"))
            row = replace(row, claim=False, billed=(), problems=problems)
        yield row


def billed_row(
    number: int, record: Mapping[str, Any], rulebook: Rulebook, *, with_text: bool = True
) -> NoteRow | BadRow:
    """A row from the fields of a record. Raises nothing: what cannot be used is a BadRow, of the row or of a line."""
    given = (name for key in ("id", "visit_id") if (name := plain_value(record.get(key))) not in (None, ""))
    id = str(next(given, f"row-{number}"))
    try:
        context = context_of({k: v for k, v in record.items() if k != "billed"})
    except Problem as problem:
        return _bad(number, id, problem)
    problems: list[Problem] = []
    text = (record.get("text") or "") if with_text else ""
    try:
        if text:
            checked_note(text if isinstance(text, str) else "", "text")
    except Problem as problem:
        problems.append(problem)
        text = ""
    inner = record.get("context") if isinstance(record.get("context"), Mapping) else {}
    claimed = {**record, **(inner or {})}
    lines: list[BilledLine] = []
    try:
        lines, wrong = read_billed(billed_of(claimed), rulebook, number)
        problems += wrong
    except Problem as problem:
        problems.append(problem)
    has_claim = claimed.get("billed") not in (None, "")
    if not text and not has_claim and not problems:
        return BadRow(
            number, id, "has neither a note nor a billed code", "fill in the text or the code, or remove the row"
        )
    bad = tuple(_bad(number, id, p) for p in problems)
    return BilledRow(number, id, text, context, claim=has_claim, billed=tuple(lines), problems=bad)


def _bad(number: int, id: str, problem: Problem) -> BadRow:
    return BadRow(number, id, f"{problem.where}: {problem.what}", problem.todo)
