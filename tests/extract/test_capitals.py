"""Notes in capitals are read as if they were not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.coder import Coder
from nlp_coder.extract.capitals import in_small_letters

NOTE = "O: Gait training with FWW 12 min, cues for step length. Bridges 3x10, heel slides x15 - 10 min.\nP: add stairs next visit."


def test_small_letters_but_where_a_line_or_a_sentence_begins() -> None:
    assert in_small_letters(NOTE.upper()) == (
        "O: Gait training with fww 12 min, cues for step length. Bridges 3x10, heel slides x15 - 10 min.\nP: Add stairs next visit."
    )


@pytest.mark.parametrize("text", [NOTE, "STM TO R UT 8 MIN", "", "TE 20': " + "bike, rows, pulldowns, " * 3, "ß" * 60])
def test_other_texts_stay(text: str) -> None:
    assert in_small_letters(text) == text


@given(st.text(alphabet=st.sampled_from("ABÉİß .:\n-5"), max_size=200))
def test_places_never_move(text: str) -> None:
    assert len(in_small_letters(text)) == len(text)


def test_a_note_in_capitals_is_coded_like_the_same_in_small_letters() -> None:
    coder = Coder.load()
    plain, loud = coder.code(NOTE), coder.code(NOTE.upper())
    told, shouted = (
        [(a.start, a.end, a.code, a.minutes) for a in note.activities if a.status == "performed"]
        for note in (plain, loud)
    )
    assert told == shouted and len(told) == 3
    assert [(x.code, x.minutes) for x in plain.lines] == [(x.code, x.minutes) for x in loud.lines]
    assert all(a.quote == NOTE.upper()[a.start : a.end] for a in loud.activities)
