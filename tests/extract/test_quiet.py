"""A note in which nothing was performed stays quiet, whatever exercises it names."""

from __future__ import annotations

import pytest

from nlp_coder.coder import Coder
from nlp_coder.extract.quiet import Weighed, quiet_features, says_no_visit

SURE = Weighed(0.97, 0.99, True, True, True, True, True)
DOUBTFUL = Weighed(0.6, 0.4, True, False, False, False, True)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def test_an_empty_note_has_no_evidence() -> None:
    assert quiet_features("", []) == []


def test_surer_phrases_only_add_evidence() -> None:
    doubtful = quiet_features("Pt seen.", [DOUBTFUL])
    surer = quiet_features("Pt seen.", [DOUBTFUL, SURE])
    assert set(doubtful) < set(surer)
    assert "top1>=0.95" in surer and "done>=1" in surer and "done>=1" not in doubtful


def test_words_count_by_what_they_are_and_digits_do_not() -> None:
    features = quiet_features("Pt CANCELLED visit 04/12", [])
    assert {"w=cancelled", "w=pt cancelled", "w=cancelled visit"} <= set(features)
    assert not any(c.isdigit() for f in features if f.startswith("w=") for c in f)


@pytest.mark.parametrize(
    "text",
    [
        "Pt called to cancel today's visit, flat tyre. Said heel slides and quad sets are going fine at home.\n"
        "Rescheduled to Thursday; will start step ups and the bike then.",
        "Dear Dr Osei,\nThank you for referring this gentleman after his rotator cuff repair. I plan to see him twice weekly "
        "for pendulums, table slides and later rotator cuff strengthening.\nYours sincerely",
        "Screen only, no treatment given. Would benefit from gait training and balance exercises; orders requested.",
    ],
)
def test_a_note_with_nothing_performed_is_quiet(coder: Coder, text: str) -> None:
    note = coder.code(text)
    assert note.lines == () and not any(a.status == "performed" for a in note.activities)


def test_a_short_visit_is_not_silenced(coder: Coder) -> None:
    note = coder.code("Pt seen bedside.\nSupine ankle pumps x20, quad sets x10, heel slides x10 R.\nTolerated well.")
    assert sum(a.status == "performed" for a in note.activities) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Telephone check-in, no visit today. Reviewed wall slides x10 and clamshells 2x15 over the phone.",
        "Portal message in lieu of a visit. Pt reports doing sit to stand x10 and tandem stance 3x30s, no pain.",
        "Arrived with fever 101.2, no treatment given. Had planned NuStep 10 min, bridges 2x10.",
        "No show, second in a row. Was set down for leg press 3x10 and lunges.",
        "Missed tx, pt at dialysis. Yesterday: bed mobility x4, sit to stand x6 with min A.",
        "Phone consult with the daughter about quad sets and heel slides 3x10 on the sheet.",
    ],
)
def test_a_note_that_says_nobody_was_treated_is_quiet(coder: Coder, text: str) -> None:
    """Even one that lists exercises with their dosage, as a treated visit would."""
    note = coder.code(text)
    assert says_no_visit(text)
    assert note.lines == () and not any(a.status == "performed" for a in note.activities)


@pytest.mark.parametrize(
    "text",
    [
        "PT evaluation, moderate complexity, 40 min. No treatment rendered beyond the exam.",
        "AM and PM session; no visit today was cut short. Sit to stand x10, 8 min.",
        "No treatment-related soreness after last visit. Heel slides 3x10, 12 min.",
        "No show x1 last wk. Came today for pulleys 8 min.",
        "Wants no visitors. Heel slides 3x10, 12 min.",
    ],
)
def test_words_that_undo_the_cue_keep_the_visit(text: str) -> None:
    assert not says_no_visit(text)
