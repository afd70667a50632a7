"""Units: the published cases, the table of the rule, and what must hold for any minutes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill import bill_record, load_rulebook, split_units, units_for

CASES = [
    json.loads(x) for x in (Path(__file__).parent.parent / "data/unit_cases.jsonl").read_text("utf-8").splitlines()
]
CODES = ["97035", "97110", "97112", "97116", "97140", "97530"]
SERVICES = st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 120)), max_size=9)


def as_set(splits):
    return {frozenset(split.items()) for split in splits}


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_published_case(case):
    billed = bill_record(case, load_rulebook())
    assert {x["code"]: x["units"] for x in billed["lines"]} == case["expected"], case["note"]
    assert as_set(billed["unit_alternatives"]) == as_set(case["alternatives"])


def test_all_cases_are_there():
    assert len(CASES) == 31


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        (0, 0),
        (7, 0),
        (8, 1),
        (22, 1),
        (23, 2),
        (37, 2),
        (38, 3),
        (52, 3),
        (53, 4),
        (67, 4),
        (68, 5),
        (82, 5),
        (83, 6),
        (97, 6),
        (98, 7),
        (112, 7),
        (113, 8),
        (127, 8),
    ],
)
def test_table_of_the_rule(minutes, units):
    assert units_for(minutes) == units


@pytest.mark.parametrize(
    ("code", "minutes", "units"),
    [
        ("97550", 15, 0),
        ("97550", 16, 1),
        ("97545", 60, 0),
        ("97545", 61, 1),
        ("97546", 31, 1),
        ("97546", 91, 2),
        ("96125", 30, 0),
        ("96125", 31, 1),
        ("98980", 19, 0),
        ("98980", 20, 1),
        ("97150", 45, 1),
        ("97010", 3, 1),
        ("97551", 7, 0),
        ("97551", 8, 1),
        ("97551", 23, 2),
        ("97550", None, 1),
    ],
)
def test_codes_outside_the_pool_have_their_own_unit(code, minutes, units):
    billed = bill_record({"services": [{"code": code, "minutes": minutes}]}, load_rulebook())
    assert billed["lines"][0]["units"] == units
    assert billed["timed_minutes"] == 0


@given(SERVICES)
def test_total_time_rule(services):
    split = split_units(services, "cms")
    minutes = {code: sum(m for c, m in services if c == code) for code, _ in services}
    assert split.timed_minutes == sum(minutes.values())
    assert sum(split.units.values()) == split.allowed == (split.timed_minutes + 7) // 15
    for code, units in split.units.items():
        assert minutes[code] // 15 <= units <= minutes[code] // 15 + 1
    left = split.allowed - sum(m // 15 for m in minutes.values())
    assert 0 <= left <= sum(m % 15 > 0 for m in minutes.values())
    for other in split.alternatives:
        assert sum(other.values()) == split.allowed and other != split.units


@given(SERVICES)
def test_midpoint_rule(services):
    split = split_units(services, "ama")
    assert split.units == {c: (sum(m for d, m in services if d == c) + 7) // 15 for c, _ in services}
    assert split.alternatives == ()


@given(SERVICES, st.randoms(), st.sampled_from(["cms", "ama"]))
def test_order_of_the_services_does_not_matter(services, random, rule):
    shuffled = random.sample(services, len(services))
    one, two = split_units(services, rule), split_units(shuffled, rule)
    assert one.units == two.units
    assert as_set(one.alternatives) == as_set(two.alternatives)


@given(SERVICES, st.sampled_from(CODES), st.sampled_from(["cms", "ama"]))
def test_unknown_minutes_leave_the_others_as_they_are(services, code, rule):
    with_unknown = split_units([*services, (code, None)], rule)
    without = split_units([s for s in services if s[0] != code], rule)
    assert with_unknown.units == {**without.units, code: None}


def test_explanation_has_the_numbers_of_the_visit():
    words = split_units([("97110", 33), ("97112", 13), ("97140", 7)], "cms").explanation
    assert words[0].startswith("53 timed minutes allow 4 units")
    assert "97110 33 min = 2 whole, 3 left" in words[0]
    assert words[1] == "The left-over units go to 97112 (13 min), 97140 (7 min): largest remainder first."
    assert words[2] == (
        "The AMA's midpoint rule would give 97110 2, 97112 1, 97140 0: 3 in all, not 4. "
        "Counted so for this payer, 1 unit that the minutes earn would go unbilled."
    )


def test_explanation_of_a_tie_and_of_no_unit():
    words = " ".join(split_units([("97112", 7), ("97110", 7), ("97140", 7)], "cms").explanation)
    assert "97110, 97112, 97140 tie at 7 minutes left" in words
    assert "97140 earns no unit; its 7 minutes stay in the sum" in words
    assert "fewer than 8 allow no unit" in split_units([("97110", 6)], "cms").explanation[0]
