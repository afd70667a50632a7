"""Whole notes through the coder: the seed cases, minutes, alerts, groups, and what the context decides."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nlp_coder import Coder
from nlp_coder.note import VisitContext

SEEDS = list(csv.DictReader((Path(__file__).parents[1] / "data/seed_cases.csv").open(encoding="utf-8")))


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder.load()


@pytest.mark.parametrize("case", SEEDS, ids=lambda c: c["id"])
def test_seed_case_as_a_one_line_note(coder: Coder, case: dict[str, str]) -> None:
    found = coder.code(case["phrase"]).activities
    good = {case["code"], *case["acceptable"].replace("|", " ").split()}
    assert found and {a.code for a in found} <= good
    assert all(a.status == "performed" for a in found)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("TE 23 min: quad sets 3x10, heel slides x15\nMT 15 min: STM to R UT", {"97110": 23, "97140": 15}),
        ("Therapeutic exercise 0915-0938: quad sets 3x10", {"97110": 23}),
        ("TE: recumbent bike 8 min\nMT 10 min: patellar mobs gr III\nTotal timed minutes: 18", {"97110": 8, "97140": 10}),
        ("Quad sets 3x10 today.", {"97110": None}),
        ("Pantry search (16 min, TA)\nReading with a ruler and margin tape (14 min, self care)", {"97530": 16, "97535": 14}),
        ("Data for the report. 97750 22 min: Berg 41/56 and 30s chair stand 7, scored + report to PT. 97112 11 min stance on foam",
         {"97750": 22, "97112": 11}),
        ("Swimmer, age grp 14 y/o, visit 3\nTE (20'): band ER at side 3x15, push-up plus 3x8", {"97110": 20}),
    ],
)  # fmt: skip
def test_minutes_are_counted_once_and_never_invented(coder: Coder, text: str, lines: dict[str, int | None]) -> None:
    assert {x.code: x.minutes for x in coder.code(text).lines} == lines


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Quad sets 3x10 today.", "missing_minutes"),
        ("TE 15 min: quad sets 3x10\nMT 6 min: STM to R UT", "below_eight_minutes"),
        ("Plan: begin squats next visit. HEP: quad sets daily.", "plan_only"),
        ("TE 15 min: quad sets 3x10\nTotal timed minutes: 40", "minutes_mismatch"),
    ],
)
def test_alerts(coder: Coder, text: str, kind: str) -> None:
    assert kind in {a.kind for a in coder.code(text).alerts}


@pytest.mark.parametrize(("payer", "code"), [("medicare", "G0283"), ("commercial_ama", "97014")])
def test_unattended_stimulation_by_payer_and_context_over_text(coder: Coder, payer: str, code: str) -> None:
    text = "Payer: Medicare. IFC unattended to low back 15 min for pain."
    assert {x.code for x in coder.code(text, context=VisitContext(payer=payer)).lines} == {code}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Did kitchen tasks in standing, including filling the kettle, buttering toast, and wiping the table.",
         {"filling the kettle", "buttering toast", "wiping the table"}),
        ("Therapeutic exercises consisting of clamshells 3x10, monster walks x15.", {"clamshells", "monster walks"}),
    ],
)  # fmt: skip
def test_a_name_for_several_activities_is_none_beside_them(coder: Coder, text: str, names: set[str]) -> None:
    assert {a.quote for a in coder.code(text).activities} == names


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Plan: 1x/week. Give a home program of calf stretch and towel scrunches.", {"home_program"}),
        ("Quad sets 3x10, heel slides x15. Bridges 2x10 - held, back pain.", {"performed", "declined"}),
        ("STM to R UT 8 min. Progressed programme to dead bugs and band rows.", {"performed"}),
        ("Laundry folding for home management 15 min", {"performed"}),
        ("97116 8 min: gait training with a cane. She was handed a sheet with heel raises.", {"performed", "home_program"}),
    ],
)  # fmt: skip
def test_heads_of_lists_and_words_behind_decide_the_status(coder: Coder, text: str, status: set[str]) -> None:
    assert {a.status for a in coder.code(text).activities} == status


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[x] TE 15 min: quad sets, SLR\n[ ] 97116 Gait Training  Min: ___\n[ ] Leg press", {("Gait Training", "declined"), ("Leg press", "declined")}),
        ("Ther act 15 min\n - floor transfers\nHEP: bridges daily", {("floor transfers", "performed"), ("bridges", "home_program")}),
        ("PT evaluation, low complexity (97161) 30 min\nManual 10 min: STM to R UT", {("STM to R UT", "performed")}),
        ("HP and e-stim to L shoulder x 15 min", {("HP", "performed")}),
        ("97014: IFC to low back 15 min with ice", {("IFC to low back", "performed"), ("ice", "performed")}),
    ],
)  # fmt: skip
def test_boxes_headings_with_minutes_and_modalities_together(
    coder: Coder, text: str, told: set[tuple[str, str]]
) -> None:
    assert told <= {(a.quote, a.status) for a in coder.code(text).activities}


def test_places_hold_for_any_line_ends_and_signs(coder: Coder) -> None:
    text = "🦵 cafe\u0301\r\nTE 15 min: quad sets 3x10\r\nHEP: heel slides\r\n"
    found = coder.code(text).activities
    assert found and all(text[a.start : a.end] == a.quote for a in found)


def test_half_a_character_stops_nothing(coder: Coder) -> None:
    note = coder.code("Quad sets 3x10 \ud83d then heel slides x10")  # as an export leaves it that cut an emoji in two
    assert [a.quote for a in note.activities if a.status == "performed"] == ["Quad sets", "heel slides"]
    assert all(note.text[a.start : a.end] == a.quote for a in note.activities)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("97110 15m / 97140 15m / 97035 8m / ttl 38m - L elbow", {"97110": 15, "97140": 15, "97035": 8}),
        ("97530 x2 | 23 min || 97116 x1 | 15 min || total 38", {"97530": 23, "97116": 15}),
        ("97762 20 min, 97110 10 min", {"97763": 20, "97110": 10}),
        ("Plan: 97110 15 min next visit.", {}),
        ("No show today. 97110 15 min was planned.", {}),
        ("97110 15 min: declined.", {}),
    ],
)
def test_a_note_of_codes_and_minutes_alone_is_billed_as_written(coder, text, lines):
    note = coder.code(text)
    assert {line.code: line.minutes for line in note.lines} == lines
    assert all(a.confidence < 0.8 for a in note.activities)  # nothing described bears them out: never unread


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- bike for ROM 6 min\n- patellar mobs gr III 6 min\n- ice 10 min\nHEP unchanged. Next: lateral step downs if no swelling.",
         {"97110": 6, "97140": 6, "97010": 10}),
        ("TE 10 min: rows\nIce at home 10 min prn", {"97110": 10}),
        ("ther ex 20 min: clams, bridges\ngait 15 min w/ cane in hallway, cued for heel strike\nbal 10 min: tandem on foam",
         {"97110": 20, "97116": 15, "97112": 10}),
        ("TE 17: heel raises, towel stretch\nMT 9: talar mobs\nIFC + CP together 15 post",
         {"97110": 17, "97140": 9, "G0283": 15, "97010": 15}),
    ],
)  # fmt: skip
def test_services_that_a_line_of_their_own_tells(coder: Coder, text: str, lines: dict[str, int | None]) -> None:
    found = {x.code: x.minutes for x in coder.code(text, context=VisitContext(payer="medicare")).lines}
    assert {c: m for c, m in found.items() if c in lines} == lines and found.keys() <= lines.keys()
