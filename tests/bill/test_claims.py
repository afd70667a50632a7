"""Claims: the published cases, our own table of situations, and what a claim keeps whatever it bills."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill import Service, bill_record, bill_services, load_rulebook
from nlp_coder.note import VisitContext

HERE = Path(__file__).parent
TODAY = date(2026, 11, 1)
CASES = [json.loads(line) for line in (HERE.parent / "data/claim_cases.jsonl").read_text("utf-8").splitlines()]
with open(HERE / "situations.csv", encoding="utf-8", newline="") as handle:
    SITUATIONS = [row for row in csv.DictReader(handle) if not row["id"].startswith("#")]


def outcome(record):
    """(modifiers of the billable lines, kinds of alerts), as the contract's cases compare them."""
    billed = bill_record(record, load_rulebook(), today=TODAY)
    lines = {x["code"]: sorted(x["modifiers"]) for x in billed["lines"] if x["billable"]}
    return lines, {a["kind"] for a in billed["alerts"]}


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_published_case(case):
    expected = {code: sorted(m) for code, m in case["expected_modifiers"].items()}
    assert outcome(case) == (expected, set(case["expected_alerts"])), case["note"]


@pytest.mark.parametrize("row", SITUATIONS, ids=[r["id"] for r in SITUATIONS])
def test_situation(row):
    context = {k: row[k] for k in ("discipline", "payer", "setting")} | {"date_of_service": row["date"]}
    context["separate_time_documented"] = row["separate"] == "yes"
    context |= json.loads(row["more"] or "{}")
    services = [s.split(":") for s in row["services"].split()]
    record = {
        "services": [{"code": c, "minutes": None if m == "?" else int(m)} for c, m in services],
        "context": context,
    }
    expected = {c: sorted(filter(None, m.split("+"))) for c, m in (x.split(":") for x in row["expected"].split())}
    assert outcome(record) == (expected, set(row["alerts"].split())), row["why"]


def test_there_are_enough_situations():
    assert len(CASES) == 10 and len(SITUATIONS) >= 40


def bill(services, rulebook=None, *, from_note=False, **context):
    items = [Service(code, minutes) for code, minutes in services]
    return bill_services(items, VisitContext(**context), rulebook or load_rulebook(), from_note=from_note, today=TODAY)


def kinds(claim):
    return {a.kind for a in claim.alerts}


def test_no_date_uses_today_and_says_so():
    claim = bill([("97110", 15)], discipline="PT")
    assert claim.rules_date == TODAY
    assert "today: no date of service given" in claim.explanation[-1]
    assert "today" not in bill([("97110", 15)], date_of_service="2024-08-15").explanation[-1]


def test_payer_chooses_the_rule_and_the_context_wins():
    services = [("97110", 10), ("97116", 10)]
    assert [x.units for x in bill(services, payer="commercial_ama").lines] == [1, 1]
    assert [x.units for x in bill(services, payer="BCBS").lines] == [1, 1]
    assert [x.units for x in bill(services, payer="commercial_ama", unit_rule="cms").lines] == [1, 0]
    assert [x.units for x in bill(services).lines] == [1, 0]


def test_an_unearned_unit_keeps_its_line():
    line = bill([("97110", 6)], discipline="PT").lines[0]
    assert (line.units, line.minutes, line.billable, line.modifiers) == (0, 6, False, ())


def test_same_code_twice_is_one_line_with_its_activities():
    services = [Service("97110", 10, (0,)), Service("97140", 15, (1,)), Service("97110", 5, (2, 0))]
    claim = bill_services(services, VisitContext(), load_rulebook(), today=TODAY)
    assert [(x.code, x.minutes, x.activities) for x in claim.lines] == [("97110", 15, (0, 2)), ("97140", 15, (1,))]


def test_totals():
    claim = bill([("97110", 20), ("97010", 10)])
    assert (claim.timed_minutes, claim.total_minutes) == (20, 30)
    claim = bill([("97110", None), ("97010", 10)])
    assert (claim.timed_minutes, claim.total_minutes) == (None, None)


def test_group_minutes_are_no_timed_minutes():
    """32 minutes in the group and 7 alone: the 7 earn nothing, although 39 together would allow 3 units."""
    group = {"patients": 2, "same_minutes_as": ["97110"]}
    claim = bill([("97150", 32), ("97110", 32), ("97112", 7)], group=group, payer="medicare")
    assert {x.code: x.units for x in claim.lines} == {"97150": 1, "97110": 0, "97112": 0}
    assert claim.timed_minutes == 7


def test_a_note_with_group_and_individual_work_is_a_warning():
    claim = bill([("97150", 30), ("97113", 24)], from_note=True)
    assert kinds(claim) == {"group_with_individual", "ncci_pair"}
    assert {x.code: x.units for x in claim.lines} == {"97150": 1, "97113": 2}
    assert kinds(bill([("97150", 30), ("97161", 24)], from_note=True)) == set()
    assert kinds(bill([("97150", 30), ("97113", 24)])) == {"ncci_pair"}


def test_assistant_and_therapist_units_are_two_lines():
    """CMS's example: assistant 23 and therapist 13 minutes of 97110, assistant 30 of 97140."""
    given_minutes = {"97110": {"therapist": 13, "assistant": 23}, "97140": {"assistant": 30}}
    claim = bill(
        [("97110", 36), ("97140", 30)],
        discipline="PT",
        payer="medicare",
        date_of_service="2024-08-15",
        furnished_minutes=given_minutes,
    )
    assert [(x.code, x.units, x.minutes, x.modifiers) for x in claim.lines] == [
        ("97110", 1, 13, ("GP",)),
        ("97110", 1, 23, ("GP", "CQ")),
        ("97140", 2, 30, ("GP", "CQ")),
    ]


@pytest.mark.parametrize(
    ("code", "day", "words"),
    [
        ("97762", "2023-03-14", "use 97763"),
        ("97532", "2018-07-01", "97127 for most payers and G0515 for Medicare"),
        ("97532", "2021-07-01", "97129 or 97130"),
        ("97001", "2018-07-01", "97161, 97162 or 97163"),
        ("97703", "2010-07-01", "use 97762"),
        ("64550", "2024-07-01", "97032"),
        ("95831", "2024-07-01", "no code took its place"),
    ],
)
def test_a_deleted_code_names_its_successor(code, day, words):
    assert words in bill([(code, 15)], date_of_service=day).alerts[0].message


def test_severity_says_whether_the_claim_stands():
    def severity(separate):
        return bill([("97012", 15), ("97140", 15)], separate_time_documented=separate).alerts[0].severity

    assert severity(True) == "info"
    assert severity(False) == severity(None) == "error"


def test_every_billable_line_says_why():
    claim = bill([("97110", 30), ("97010", 10)], discipline="PT", payer="medicare")
    assert all(line.explanation for line in claim.lines)
    assert "GP: given under a physical therapy plan of care" in claim.lines[0].explanation


def test_a_payer_may_want_59_beyond_ncci(tmp_path):
    import shutil

    from nlp_coder import tables

    folder = tmp_path / "rules"
    shutil.copytree(tables.data_folder() / "rules", folder)
    path = folder / "payers/commercial_ama.toml"
    extra = '\n[[extra_pairs]]\ncolumn1 = "97140"\ncolumn2 = "97530"\nsource = "N6"\n'
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    rules = load_rulebook(folder)
    services = [("97140", 15), ("97530", 15)]
    claim = bill(services, rules, payer="aetna", discipline="PT", separate_time_documented=True)
    assert [x.modifiers for x in claim.lines] == [("GP",), ("GP", "59")]
    assert kinds(bill(services, rules, payer="aetna", discipline="PT")) == {"payer_pair"}


ALL_CODES = sorted(load_rulebook().codes)
SERVICES = st.lists(st.tuples(st.sampled_from(ALL_CODES), st.none() | st.integers(0, 120)), max_size=8)


@given(
    SERVICES,
    st.sampled_from([None, "medicare", "commercial_ama", "workers_comp"]),
    st.sampled_from(["2016-05-02", "2019-06-03", "2021-03-01", "2024-08-15", "2026-05-04"]),
    st.booleans(),
    st.randoms(),
)
def test_any_claim(services, payer, day, separate, random):
    context = {"payer": payer, "date_of_service": day, "separate_time_documented": separate, "discipline": "PT"}
    claim = bill(services, **context)
    assert {x.code for x in claim.lines} == {code for code, _ in services}, "documented codes stay"
    for line in claim.lines:
        assert line.billable or not line.modifiers
        assert not (line.billable and line.units == 0)
        assert len({"GP", "GO", "GN"} & set(line.modifiers)) <= 1
        assert "59" not in line.modifiers or separate
    for alert in claim.alerts:
        assert alert.code and alert.message.endswith((".", "!")) and alert.severity in ("error", "warning", "info")
    shuffled = bill(random.sample(services, len(services)), **context)
    assert {(x.code, x.units, x.modifiers, x.billable) for x in claim.lines} == {
        (x.code, x.units, x.modifiers, x.billable) for x in shuffled.lines
    }
    assert kinds(claim) == kinds(shuffled)


def test_the_record_is_plain_json():
    record = {
        "id": "x",
        "services": [{"code": "97110", "minutes": 20}],
        "context": {"payer": "medicare"},
        "rule": "ama",
    }
    billed = bill_record(record, load_rulebook(), today=TODAY)
    assert json.loads(json.dumps(billed)) == billed
    assert billed["unit_rule"] == "ama" and billed["rules_date"] == "2026-11-01" and billed["rules_digest"]
    record["context"]["unit_rule"] = "cms"
    assert bill_record(record, load_rulebook(), today=TODAY)["unit_rule"] == "cms"
