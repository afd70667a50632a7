"""Labelled notes with known errors put into their claims: the audit finds them and leaves correct lines alone.

Notes are those whose coding by the program equals the label. The claim comes from the label (codes and units) and the
discipline (GP or GO), not from the program.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from nlp_coder.audit import AuditLine, BilledLine, compare
from nlp_coder.bill import load_rulebook
from nlp_coder.coder import Coder
from nlp_coder.note import CodedNote, VisitContext

EVERY = 20
SIBLING = {
    "97110": "97530", "97530": "97110", "97112": "97116", "97116": "97530", "97140": "97124", "97535": "97530",
    "97161": "97163", "97165": "97167", "97162": "97161", "97166": "97165", "97164": "97161", "97168": "97165",
    "G0283": "97032", "97032": "G0283", "97035": "97033", "97124": "97140", "97760": "97763", "97763": "97760",
}  # fmt: skip
Visit = tuple[CodedNote, list[BilledLine]]


@pytest.fixture(scope="module")
def visits(root: Path) -> list[Visit]:
    """(coded note, its correct claim) of every twentieth labelled note that the program codes as labelled."""
    coder, book, found = Coder.load(), load_rulebook(), []
    rows = (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()[::EVERY]
    for row in map(json.loads, rows):
        context = VisitContext(
            discipline=row["discipline"], unit_rule=row["unit_rule"], payer="medicare", date_of_service="2024-08-15"
        )
        note = coder.code(row["text"], id=row["id"], context=context)
        same = {(x["code"], x["units"], x["minutes"]) for x in row["lines"]} == {
            (x.code, x.units, x.minutes) for x in note.lines
        }
        mark = {"PT": "GP", "OT": "GO"}.get(row["discipline"])
        if not same or mark is None or not row["lines"]:
            continue
        off = {x.code for x in note.lines if not x.billable} | {c for c, r in book.codes.items() if r.mue == 0}
        claim = [
            BilledLine(x["code"], x["units"], (book.codes[x["code"]].only_modifier or mark,))
            for x in row["lines"]
            if x["units"] and x["code"] not in off
        ]
        if claim:
            found.append((note, claim))
    assert len(found) >= 80
    return found


def audited(note: CodedNote, claim: list[BilledLine]) -> list[AuditLine]:
    return [x for x in compare(note, claim, load_rulebook()) if x.billed]


def test_correct_lines_are_left_alone(visits: list[Visit]) -> None:
    lines = [x for note, claim in visits for x in audited(note, claim)]
    flagged = Counter(r for x in lines if x.flagged for r in x.results)
    print(
        f"\n{len(visits)} visits, {len(lines)} correct lines, {sum(x.flagged for x in lines)} flagged {dict(flagged)}"
    )
    assert len(lines) >= 120
    assert sum(x.flagged for x in lines) <= 0.05 * len(lines)


def unit_error(line: BilledLine, pick: random.Random) -> BilledLine:
    more = [u for u in (line.units - 1, line.units + 1, line.units + 2) if u > 0]
    return replace(line, units=pick.choice(more))


def code_error(line: BilledLine, pick: random.Random) -> BilledLine:
    return replace(line, code=SIBLING.get(line.code, "97036"))


def modifier_error(line: BilledLine, pick: random.Random) -> BilledLine:
    other = {"GP": "GO", "GO": "GP"}[line.modifiers[0]]
    assistant = {"GP": "CO", "GO": "CQ"}[line.modifiers[0]]
    sets = [(), (other,), (*line.modifiers, "59"), (*line.modifiers, "76"), (*line.modifiers, assistant)]
    return replace(line, modifiers=pick.choice(sets))


FOUND_AS = {
    "units": (unit_error, {"units_differ"}),
    "code": (code_error, {"code_disagrees", "not_supported"}),
    "modifier": (modifier_error, {"modifier_differs"}),
}


@pytest.mark.parametrize("kind", FOUND_AS)
def test_injected_errors_are_found_and_nothing_else(visits: list[Visit], kind: str) -> None:
    spoil, results = FOUND_AS[kind]
    pick = random.Random(20240815)
    injected = found = others = flagged = 0
    for note, claim in visits:
        place = pick.randrange(len(claim))
        wrong = spoil(claim[place], pick)
        if any(x.code == wrong.code for x in note.lines) and kind == "code":
            continue  # the other code is documented too: then it is a matter of units
        lines = audited(note, [*claim[:place], wrong, *claim[place + 1 :]])
        injected += 1
        found += bool(results & set(lines[place].results))
        rest = [x for n, x in enumerate(lines) if n != place]
        others += len(rest)
        flagged += sum(x.flagged for x in rest)
    print(
        f"\n{kind}: {found} of {injected} injected errors found, {flagged} of {others} correct lines beside them flagged"
    )
    assert injected >= 50
    assert found >= 0.95 * injected
    assert flagged <= 0.05 * others


def test_a_service_left_off_the_claim_is_said(visits: list[Visit]) -> None:
    pick = random.Random(7)
    several = [(n, c) for n, c in visits if len(c) > 1]
    found = 0
    for note, claim in several:
        gone = claim[pick.randrange(len(claim))]
        rest = [x for x in claim if x is not gone]
        said = {x.documented_code for x in compare(note, rest, load_rulebook()) if x.results == ("not_billed",)}
        # where codes tie for a unit, leaving one of them out can be the other accepted split
        found += gone.code in said
    print(f"\nleft off: {found} of {len(several)} said")
    assert found >= 0.95 * len(several)
