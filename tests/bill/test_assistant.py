"""CQ and CO: the test per 15-minute unit (billing-rules §6), by situation and for any minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill.assistant import shares

NOW, THEN = "therapist_eight", "over_tenth"


@pytest.mark.parametrize(
    ("units", "minutes", "therapist", "assistant", "test", "assistant_units"),
    [
        (1, 15, 13, 2, NOW, 0),
        (1, 15, 13, 2, THEN, 1),
        (1, 15, 14, 1, THEN, 0),
        (1, 15, 7, 8, NOW, 1),
        (1, 10, 5, 5, NOW, 1),
        (1, 20, 8, 12, NOW, 0),
        (2, 30, 15, 15, NOW, 1),
        (2, 24, 12, 12, NOW, 1),
        (2, 28, 14, 14, NOW, 1),
        (2, 23, 9, 14, NOW, 1),
        (3, 45, 30, 15, NOW, 1),
        (3, 40, 22, 18, NOW, 2),
        (3, 40, 25, 15, NOW, 1),
        (2, 36, 13, 23, NOW, 1),
        (2, 30, 30, 0, NOW, 0),
        (2, 30, 0, 30, NOW, 2),
        # given together: the therapist's
        (1, 15, 15, 15, NOW, 0),
        # time that neither is named for counts as the therapist's
        (2, 30, 0, 15, NOW, 1),
        (0, 6, 0, 6, NOW, 0),
    ],
)
def test_timed(units, minutes, therapist, assistant, test, assistant_units):
    found = shares("97110", True, units, minutes, {"therapist": therapist, "assistant": assistant}, test)
    assert (found.therapist_units, found.assistant_units) == (units - assistant_units, assistant_units)
    assert found.therapist_minutes + found.assistant_minutes == minutes


def test_untimed_without_minutes():
    assert shares("97150", False, 1, None, {"therapist": 20, "assistant": 10}, NOW).assistant_units == 1


def test_why_has_the_numbers():
    why = shares("97535", True, 1, 15, {"therapist": 13, "assistant": 2}, NOW).why
    assert (
        why
        == "97535: therapist 13 min, assistant 2 min; the therapist's own 13 min make the last unit the therapist's."
    )


@given(st.integers(0, 120), st.integers(0, 120), st.booleans(), st.sampled_from([NOW, THEN]))
def test_units_are_kept(therapist, assistant, extra, test):
    minutes = therapist + assistant
    units = minutes // 15 + (extra and minutes % 15 > 0)
    found = shares("97110", True, units, minutes, {"therapist": therapist, "assistant": assistant}, test)
    assert found.therapist_units >= 0 and found.assistant_units >= 0
    assert found.therapist_units + found.assistant_units == units
    assert found.assistant_units >= min(assistant // 15, units - therapist // 15)
    assert assistant or not found.assistant_units
