"""Notes and claim lines joined by visit, each visit coded and compared; what has no other side is said.

All claim lines and notes of the input are held in memory: an export may list them in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace

from nlp_coder.audit import AuditLine, BilledLine, compare
from nlp_coder.batch.note_stream import CodesNotes, one_note
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.exports.billed_rows import BilledRow
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.note import VisitContext


@dataclass
class Visit:
    """A visit on its way through the audit. claim: None where no claim was given at all."""

    id: str
    note: NoteRow | None = None
    claim: list[BilledLine] | None = None
    first: BilledRow | None = None
    weights: dict[int, float] = field(default_factory=dict)
    spoiled: bool = False

    @property
    def context(self) -> VisitContext:
        """What note and claim rows say of the visit; the note's word comes first."""
        known = [row.context for row in (self.note, self.first) if row is not None]
        if not known:
            return VisitContext()
        gaps = {
            f.name: getattr(known[-1], f.name) for f in fields(VisitContext) if not getattr(known[0], f.name)
        }  # fmt: skip
        return replace(known[0], **{**gaps, "billed": ()})


@dataclass(frozen=True, slots=True)
class VisitAudit:
    """The findings of one visit. id: the note's. therapist: as the input names him or her. whole: False where some of
    its claim lines could not be read.
    """

    id: str
    visit: str
    therapist: str | None
    date_of_service: str | None
    lines: tuple[AuditLine, ...]
    whole: bool = True


def joined(
    rows: Iterable[NoteRow | BadRow], claims: Iterable[NoteRow | BadRow], refuse: Callable[[BadRow], None]
) -> list[Visit]:
    """The visits that have both sides or a note, in the order of their notes; all else goes to `refuse`.

    A note whose visit no claim names is told to `refuse` too, and stays: its lines are documented and not billed. So
    is a visit some of whose claim lines could not be read, since what is missing there was perhaps billed.
    """
    visits: dict[str, Visit] = {}
    by_note: dict[str, str] = {}
    for row in rows:
        if isinstance(row, BadRow):
            refuse(row)
            continue
        key = row.visit if isinstance(row, BilledRow) else row.context.visit_id or row.id
        visit = visits.setdefault(key, Visit(key))
        by_note.setdefault(row.id, key)
        if row.text and visit.note is not None and row.text != visit.note.text:
            refuse(BadRow(row.number, row.id, f"its visit has another note in row {visit.note.number}", "give each note a visit_id of its own"))  # fmt: skip
        elif row.text and visit.note is None:
            visit.note = row
        _add(visit, row, refuse)
    for row in claims:
        if isinstance(row, BadRow):
            refuse(row)
            continue
        key = row.visit if isinstance(row, BilledRow) else row.id
        key = key if key in visits else by_note.get(key, by_note.get(row.id, key))
        _add(visits.setdefault(key, Visit(key)), row, refuse)
    return list(_both_sides(visits.values(), refuse))


def _add(visit: Visit, row: NoteRow, refuse: Callable[[BadRow], None]) -> None:
    if not isinstance(row, BilledRow):
        return
    for problem in row.problems:
        refuse(problem)
        visit.spoiled = visit.spoiled or problem.what.startswith("billed")
    if row.claim:
        visit.claim = [*(visit.claim or []), *row.billed]
        visit.first = visit.first or row


def _both_sides(visits: Iterable[Visit], refuse: Callable[[BadRow], None]) -> Iterator[Visit]:
    for visit in visits:
        if visit.note is None:
            first = visit.first
            if first is not None and (visit.claim or not visit.spoiled):
                rows = ", ".join(dict.fromkeys(str(x.row) for x in visit.claim or ())) or str(first.number)
                what = f"visit_id {visit.id[:40]}: a claim without its note (claim lines in row {rows})"
                refuse(BadRow(first.number, visit.id, what, "add the note with this visit_id, or correct the visit_id"))
            continue
        if visit.claim is None:
            what = "visit_id: a note without its claim; what it documents is listed as not billed"
            refuse(BadRow(visit.note.number, visit.note.id, what, "add the claim lines of this visit, or bill it"))
        yield visit


def audited(
    visits: Iterable[Visit], coder: CodesNotes, rulebook: Rulebook, readable: frozenset[str]
) -> Iterator[VisitAudit | BadRow]:
    """The findings of each visit in order, or what is wrong with it. In a sample only the chosen claim lines are kept."""
    for visit in visits:
        assert visit.note is not None
        context = visit.context
        coded = one_note(replace(visit.note, context=context), coder)
        if isinstance(coded, BadRow):
            yield coded
            continue
        claim = visit.claim or []
        found = compare(coded, claim, rulebook, readable)
        if visit.weights:
            chosen = [
                replace(x, weight=visit.weights[n]) for n, x in enumerate(found[: len(claim)]) if n in visit.weights
            ]
            found = (*chosen, *found[len(claim) :])
        if visit.spoiled:
            # a line that could not be read may be the one that seems to be missing
            found = tuple(x for x in found if x.results != ("not_billed",))
        yield VisitAudit(coded.id, visit.id, context.therapist_id, context.date_of_service, found, not visit.spoiled)
