"""Whole notes: kinds of alerts, codes that a description contradicts, groups, declined work, and any text at all."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_coder import Coder
from nlp_coder.note import VisitContext


@cache
def shared() -> Coder:
    """The coder, loaded once; hypothesis wants no fixture."""
    return Coder.load()


@pytest.fixture(scope="module")
def coder() -> Coder:
    return shared()


ALERTS: list[tuple[str, str, dict[str, Any]]] = [
    ("code_disagrees", "Ther ex (97110) 15 min: grade III patellar mobilization, STM to quad", {}),
    ("code_disagrees", "97140 x 15 min: quad sets 3x10, heel slides x15, SLR 2x10", {}),
    ("code_disagrees", "97110 - 24 min: quad sets, heel slides, SLR\n97110 - 10 min: STM to quad, patellar glides", {}),
    (
        "code_disagrees",
        "Under 97116 for eleven minutes we did quad sets, heel slides and straight leg raises in bed.",
        {},
    ),
    (
        "code_disagrees",
        "She had 14 minutes billed as 97140, in which she performed bridges, clamshells and side planks for strength.",
        {},
    ),
    ("overlapping_times", "TE 0900-0920: quad sets 3x10\nMT 0910-0925: STM to R UT", {}),
    ("deleted_code", "DOS 6/5/2024. Prosthetic checkout 97762 15 min: socket check", {}),
    ("mue_exceeded", "TE 240 min: quad sets 3x10, heel slides", {"payer": "medicare", "discipline": "PT"}),
    ("reduced_service_modifier", "TE 15 min: quad sets 3x10", {"requested_modifiers": {"97110": ("52",)}}),
    ("group_with_individual", "97150 Group therapy 30 min: seated marching 2x10\nTE 15 min: quad sets 3x10", {}),
    ("ncci_pair", "97150 Group therapy 30 min: seated marching 2x10\nTE 15 min: quad sets 3x10", {}),
    ("missing_documentation", "Manual therapy 10 min.", {}),
]


@pytest.mark.parametrize(("kind", "text", "context"), ALERTS, ids=[f"{k}-{n}" for n, (k, _, _) in enumerate(ALERTS)])
def test_the_note_raises_the_alert(coder: Coder, kind: str, text: str, context: dict[str, Any]) -> None:
    assert kind in {a.kind for a in coder.code(text, context=VisitContext(**context)).alerts}


def test_where_the_description_bears_the_code_out_nothing_is_said(coder: Coder) -> None:
    note = coder.code("Ther ex (97110) 15 min: quad sets 3x10, heel slides x15 for knee ROM")
    assert "code_disagrees" not in {a.kind for a in note.alerts}


def test_a_code_heads_what_stands_behind_it_alone(coder: Coder) -> None:
    note = coder.code(
        "Treatment was 97110 10 min, bridges and clamshells, and 97116 8 min gait training with a straight cane."
    )
    assert "code_disagrees" not in {a.kind for a in note.alerts}
    assert {x.code: x.minutes for x in note.lines} == {"97110": 10, "97116": 8}


def test_the_minutes_move_with_a_contradicted_code(coder: Coder) -> None:
    note = coder.code("MT (97140) 15 min: treadmill walking for endurance")
    assert [(x.code, x.minutes) for x in note.lines] == [("97110", 15)]


def test_work_inside_a_group_is_group_therapy_and_untimed(coder: Coder) -> None:
    note = coder.code("Balance group with 4 patients 30 min: tandem stance, marching, ball toss")
    assert {a.code for a in note.activities} == {"97150"}
    assert [(x.code, x.units, x.timed) for x in note.lines] == [("97150", 1, False)]


@pytest.mark.parametrize(
    "text", ["Declined stairs today due to pain.", "Pt declined stair training.", "Stair training declined"]
)
def test_what_was_declined_is_on_no_line(coder: Coder, text: str) -> None:
    note = coder.code("TE 15 min: quad sets 3x10\n" + text)
    assert [a.status for a in note.activities if a.code == "97116"] in ([], ["declined"])
    assert [x.code for x in note.lines] == ["97110"]


PIECES = st.sampled_from(
    ["quad sets 3x10", "TE 15 min:", "HEP:", "97110", "0915–0938", "declined", "\r\n", "\n", "\t", "|", "🦵", "e\u0301", "\u202e", "\x00", "½"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=150), st.lists(PIECES, max_size=25).map(" ".join)))
@settings(max_examples=60, deadline=None)
def test_any_text_is_coded_and_every_place_is_in_it(text: str) -> None:
    note = shared().code(text)
    assert note.text == text
    assert all(text[a.start : a.end] == a.quote and a.quote for a in note.activities)
    starts = [a.start for a in note.activities]
    assert starts == sorted(starts)
    places = [(e.start, e.end) for a in note.activities for e in a.evidence] + [(a.start, a.end) for a in note.alerts]
    assert all(0 <= a < b <= len(text) for a, b in places if a is not None and b is not None)
    assert all(0 <= i < len(note.activities) for x in note.lines for i in x.activities)
