"""Texts broken at one width are read as if they were not; lists stay lists."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.coder import Coder
from nlp_coder.extract.wrapped import unwrapped
from nlp_coder.learn.perturbations import broken

PROSE = (
    "Patient transferred from supine to the edge of the bed with standby assist and one verbal cue, then stood at the sink "
    "for eight minutes while washing his face and brushing his teeth. He doffed the old socks and donned clean ones with "
    "a sock aid, and picked the towel up from the floor without losing his balance. Gait training followed with a rolling "
    "walker for 120 feet with cues for step length on the left."
)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


@pytest.mark.parametrize("width", [60, 72, 78, 100])
@pytest.mark.parametrize("lead", ["", "S: Slept well, no new pain.\n\nO: "])
def test_a_wrapped_text_reads_as_before(width: int, lead: str) -> None:
    assert unwrapped(broken(lead + PROSE, width)) == lead + PROSE


@pytest.mark.parametrize(
    "text",
    [
        "R knee OA, Medicare\nTE 21': bike rocking for ROM 8', quad sets 10x10s, heel slides w/ strap x15\n"
        "MT 9': patellar mobs all dir, tib-fem ext mobs III\nGait 10': SPC training 150', vc heel strike + knee ext",
        "bridges on the mat with a green band around knees 3x10\nclamshells in left side lying with a green band 3x15\n"
        "lateral band walks along the counter, blue loop 4 laps\nsit to stand from low chair holding a 10 lb ball 2x8",
        "Date        Exercise                 Min\n4/11        treadmill                 13\n4/11        foam stance               10",
        "- scar massage, dorsal web spaces, with lotion and mirror\n- composite flexion stretch and MP joint PROM, each digit\n"
        "- retrograde massage to the dorsum of the hand and wrist",
        "Pt seen for 45 min.\nWalked 200 ft.",
        "",
    ],
)
def test_lists_tables_and_short_notes_keep_their_lines(text: str) -> None:
    assert unwrapped(text) == text


@given(st.text(alphabet=st.sampled_from("ab ,.\n\r\t-:|1xé"), max_size=400))
def test_places_never_move_and_only_line_ends_change(text: str) -> None:
    read = unwrapped(text)
    assert len(read) == len(text)
    assert all(a == b or (a in "\r\n" and b == " ") for a, b in zip(text, read, strict=True))


def test_an_activity_across_a_line_end_is_found_whole(coder: Coder) -> None:
    plain, wrapped = PROSE, broken(PROSE, 72)
    told = [(a.start, a.end, a.status, a.code) for a in coder.code(plain).activities]
    note = coder.code(wrapped)
    assert [(a.start, a.end, a.status, a.code) for a in note.activities] == told
    assert all(a.quote == wrapped[a.start : a.end] for a in note.activities)
    assert len(told) >= 4 and any(re.search(r"\n", a.quote) for a in note.activities)
