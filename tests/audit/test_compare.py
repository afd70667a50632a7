"""One visit against its claim, case by case: what each kind of difference is called and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from nlp_coder.audit import BilledLine, compare, read_billed
from nlp_coder.bill import Service, bill_services, load_rulebook
from nlp_coder.note import Activity, CodedNote, VisitContext

BOOK = load_rulebook()


def note(services: dict[str, int | None], activities: tuple[Activity, ...] = (), **context: Any) -> CodedNote:
    """A coded note with these minutes by code; its claim is what billing makes of them."""
    given = VisitContext(**{"payer": "medicare", "discipline": "PT", "date_of_service": "2024-08-15", **context})
    claim = bill_services([Service(c, m) for c, m in services.items()], given, BOOK, from_note=True)
    return CodedNote(
        "v", "", given.discipline, claim.unit_rule, activities, claim.lines, claim.timed_minutes, claim.total_minutes, (),
        context={**given.for_billing(), "rules_date": claim.rules_date.isoformat()},
    )  # fmt: skip


def billed(*lines: str) -> list[BilledLine]:
    """Lines such as "97110 2 GP 59"."""
    words = (line.split() for line in lines)
    return [BilledLine(w[0], int(w[1]), tuple(w[2:])) for w in words]


CASES = [
    ("agrees", {"97110": 33, "97140": 7}, ["97110 2 GP", "97140 1 GP"], {}, ["97110 agrees", "97140 agrees"]),
    ("over", {"97110": 22}, ["97110 2 GP"], {}, ["97110 units_differ"]),
    ("under", {"97110": 38}, ["97110 2 GP"], {}, ["97110 units_differ"]),
    ("no unit earned", {"97110": 30, "97140": 5}, ["97110 2 GP", "97140 1 GP"], {}, ["97110 agrees", "97140 units_differ"]),
    ("a tie is the biller's choice", {"97110": 20, "97140": 20}, ["97110 1 GP", "97140 2 GP"], {}, ["97110 agrees", "97140 agrees"]),
    ("a tie that moves the only unit", {"97116": 10, "97530": 10, "97110": 10}, ["97116 1 GP", "97110 1 GP"], {}, ["97116 agrees", "97110 agrees", "97530 left_off"]),
    ("midpoint payer", {"97110": 33, "97140": 7}, ["97110 2 GP"], {"payer": "commercial_ama"}, ["97110 agrees", "97140 left_off"]),
    ("one service on two lines", {"97110": 30}, ["97110 1 GP", "97110 1 GP"], {}, ["97110 agrees", "97110 agrees"]),
    ("listed twice", {"97110": 15}, ["97110 1 GP", "97110 1 GP"], {}, ["97110 agrees", "97110 units_differ"]),
    ("minutes not stated", {"97110": None}, ["97110 2 GP"], {}, ["97110 units_unconfirmed"]),
    ("not billed", {"97110": 15, "97035": 8}, ["97110 1 GP"], {}, ["97110 agrees", "97035 not_billed"]),
    ("not done", {"97110": 15}, ["97110 1 GP", "97035 1 GP"], {}, ["97110 agrees", "97035 not_supported"]),
    ("sibling code", {"97530": 15}, ["97110 1 GP"], {}, ["97110 code_disagrees"]),
    ("sibling code, other units", {"97530": 15}, ["97110 2 GP"], {}, ["97110 code_disagrees+units_differ"]),
    ("evaluation level", {"97162": 30}, ["97163 1 GP"], {}, ["97163 code_disagrees"]),
    ("deleted code", {"97763": 15}, ["97762 1 GP"], {}, ["97762 code_disagrees"]),
    ("unrelated codes stay apart", {"97535": 15}, ["97012 1 GP"], {}, ["97012 not_supported", "97535 not_billed"]),
    ("never paid", {"97010": 10}, ["97010 1 GP"], {}, ["97010 not_billable"]),
    ("rightly left off", {"97110": 15, "97010": 10}, ["97110 1 GP"], {}, ["97110 agrees", "97010 left_off"]),
    ("missing GP", {"97110": 15}, ["97110 1"], {}, ["97110 modifier_differs"]),
    ("GO for PT", {"97110": 15}, ["97110 1 GO"], {}, ["97110 modifier_differs"]),
    ("discipline unknown", {"97110": 15}, ["97110 1 GO"], {"discipline": None}, ["97110 agrees"]),
    ("the code's own discipline", {"97161": 30}, ["97161 1 GO"], {"discipline": None}, ["97161 modifier_differs"]),
    ("the biller's own", {"97110": 15}, ["97110 1 GP LT 95"], {}, ["97110 agrees"]),
    ("59 without a pair", {"97110": 15}, ["97110 1 GP 59"], {}, ["97110 modifier_differs"]),
    ("52 on a timed code", {"97110": 15}, ["97110 1 GP 52"], {}, ["97110 modifier_differs"]),
    ("59 wanted", {"97530": 15, "97750": 15}, ["97530 1 GP", "97750 1 GP"], {"separate_time_documented": True}, ["97530 agrees", "97750 modifier_differs"]),
    ("XE stands for 59", {"97530": 15, "97750": 15}, ["97530 1 GP", "97750 1 GP XE"], {"separate_time_documented": True}, ["97530 agrees", "97750 agrees"]),
    ("bundled", {"97530": 15, "97750": 15}, ["97530 1 GP", "97750 1 GP 59"], {}, ["97530 agrees", "97750 not_billable"]),
    ("KX reached", {"97110": 15}, ["97110 1 GP"], {"prior_allowed_ytd": 2500}, ["97110 modifier_differs"]),
    ("KX not reached", {"97110": 15}, ["97110 1 GP KX"], {"prior_allowed_ytd": 100}, ["97110 modifier_differs"]),
    ("KX cannot be judged", {"97110": 15}, ["97110 1 GP KX"], {}, ["97110 agrees"]),
    ("CQ cannot be judged", {"97110": 15}, ["97110 1 GP CQ"], {}, ["97110 agrees"]),
    ("CO for PT", {"97110": 15}, ["97110 1 GP CO"], {}, ["97110 modifier_differs"]),
    ("CQ missing", {"97110": 15}, ["97110 1 GP"], {"furnished_minutes": {"97110": {"therapist": 0, "assistant": 15}}}, ["97110 modifier_differs"]),
    ("CQ on all, where one unit is the therapist's", {"97110": 30}, ["97110 2 GP CQ"],
     {"furnished_minutes": {"97110": {"therapist": 15, "assistant": 15}}}, ["97110 modifier_differs"]),
    ("therapist and assistant", {"97110": 30}, ["97110 1 GP CQ", "97110 1 GP"],
     {"furnished_minutes": {"97110": {"therapist": 15, "assistant": 15}}}, ["97110 agrees", "97110 agrees"]),
    ("units and modifier", {"97110": 15}, ["97110 2"], {}, ["97110 units_differ+modifier_differs"]),
    ("nothing on the claim", {"97110": 15}, [], {}, ["97110 not_billed"]),
    ("nothing in the note", {}, ["97110 1 GP"], {}, ["97110 not_supported"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("services", "claim", "context", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_found(
    services: dict[str, int | None], claim: list[str], context: dict[str, Any], expected: list[str]
) -> None:
    found = compare(note(services, **context), billed(*claim), BOOK)
    assert [f"{x.subject} {'+'.join(x.results)}" for x in found] == expected
    assert all(x.why for x in found)
    assert [x.code for x in found if x.billed] == [line.split()[0] for line in claim]


def test_units_are_explained_by_both_rules() -> None:
    (line, _) = compare(note({"97110": 33, "97140": 7}), billed("97110 3 GP", "97140 1 GP"), BOOK)
    assert (line.units, line.documented_units, line.units_cms, line.units_ama) == (3, 2, 2, 2)
    assert "Billed 3 units of 97110, documented 2: 1 over-billed." in line.why and "33 min" in line.why
    (line,) = [
        x for x in compare(note({"97110": 10, "97140": 10}), billed("97110 1 GP", "97140 1 GP"), BOOK) if x.flagged
    ]
    assert "The AMA's midpoint rule would give what was billed" in line.why


@pytest.mark.parametrize(
    ("status", "said"), [("planned", "later visit"), ("home_program", "home program"), ("declined", "held")]
)
def test_what_is_only_named_is_no_support(status: Any, said: str) -> None:
    named = Activity("", 5, 9, status, "97116")
    (line,) = compare(note({}, (named,)), billed("97116 1 GP"), BOOK)
    assert line.results == ("not_supported",) and said in line.why and "5-9" in line.why


def test_a_code_that_notes_are_not_read_for_is_not_judged() -> None:
    (line,) = compare(note({}), billed("98975 1"), BOOK, frozenset({"97110"}))
    assert line.results == ("not_judged",) and not line.flagged


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "97110", "units": -1}, "units"),
        ({"code": "97110", "units": 1.5}, "units"),
        ({"code": "97110", "units": True}, "units"),
        ({"code": "97110", "units": 1000}, "units"),
        ({"code": "97110", "units": "inf"}, "units"),
        ({"code": "97110"}, "units"),
        ({"code": "99999", "units": 1}, "code"),
        ({"units": 1}, "code"),
        ({"code": "97110", "units": 1, "modifiers": ["GPX"]}, "modifiers"),
        ("97110", "billed[0]"),
    ],
)
def test_a_wrong_claim_line_is_said_and_loses_no_other(given: object, field: str) -> None:
    lines, problems = read_billed([given, {"code": "97140", "units": "2.0", "modifiers": "gp, 59"}], BOOK, 7)
    assert lines == [BilledLine("97140", 2, ("GP", "59"), 7)]
    (problem,) = problems
    assert field in problem.where and problem.todo


@pytest.mark.parametrize("code", ["97110-GP", "97110 gp", "97110:GP"])
def test_modifiers_behind_a_code_count(code: str) -> None:
    assert read_billed({"code": code, "units": 1}, BOOK)[0] == [BilledLine("97110", 1, ("GP",))]
