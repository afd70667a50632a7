"""Codes that a note cannot mean: it holds none of the words that such work is never told without."""

from __future__ import annotations

import pytest

from nlp_coder.classify.needed import impossible_codes
from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import valid_codes

WATER, PROSTHESIS = "97113", "97761"


@pytest.mark.parametrize(
    ("note", "impossible"),
    [
        ("Mini squats at the rail x10\nRested once", {WATER, PROSTHESIS}),
        ("Pool, chest deep\nMini squats at the rail x10", {PROSTHESIS}),
        ("R TTA, first socket\nWeight shifts in bars", {WATER}),
        ("97761 40 min\nstepping in the bars", {WATER}),
        ("squats in chest-deep turbulence", set()),  # a single line may leave the rest unsaid
    ],
)
def test_a_code_needs_a_word_of_its_work(note: str, impossible: set[str]) -> None:
    assert impossible_codes(note) == impossible
    assert impossible <= valid_codes()


def test_no_activity_gets_a_code_that_its_note_cannot_mean() -> None:
    coder = Coder.load()
    for note in (
        "Sidestepping at the rail x10\nMini squats at the rail x10",
        "Stepping in bars\nSteps over a hurdle in bars",
    ):
        for activity in coder.code(note).activities:
            told = {activity.code, *(a.code for a in activity.alternatives), *activity.not_ruled_out}
            assert not told & impossible_codes(note)
