"""Sentences that only sum up minutes by service name no activity; their minutes go to what was told before."""

from __future__ import annotations

import time

import pytest

from nlp_coder.coder import Coder
from nlp_coder.extract.summaries import closed_by, label_code, summaries
from nlp_coder.learn.teach_tagger import Reader

READER = Reader()


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Self-care 25 min, functional transfers/mobility 14 min.", [("97535", 25), ("97530", 14)]),
        ("Sock aid x2. ADL 22 min; ther ex 9 min. Left in chair.", [("97535", 22), ("97110", 9)]),
        ("Cog 18 min.", [("97129", 18)]),
        ("ADL twenty-two minutes, bed mobility fifteen, ROM eight.", [("97535", 22), ("97530", 15), ("97110", 8)]),
        ("ADL 22 min, lunch 15.", []),
        ("Prosthetic training, 45 minutes, all one on one.", [("97761", 45)]),
        ("TE: 20 min / MT: 12 min", [("97110", 20), ("97140", 12)]),
        ("Worked on balance 10 min with cues.", []),
        ("IFC 15 min, ice 10 min", []),  # modalities are given, not summed up
        ("Rested 5 min, waited 4 min.", []),
        ("Goals: gait 20 min without rest", []),
    ],
)
def test_which_sentences_sum_up(text: str, pairs: list[tuple[str, int]]) -> None:
    assert [(p.code, p.minutes) for s in summaries(READER.read(text)) for p in s.pairs] == pairs


@pytest.mark.parametrize(
    ("label", "code"),
    [("functional transfers/mobility", "97530"), ("W/c mgmt", "97542"), ("self care", "97535"), ("lunch", None)],
)
def test_the_code_of_a_label(label: str, code: str | None) -> None:
    assert label_code(label) == code


@pytest.mark.parametrize("text", ["a 1m/" * 31 + "!", "ab 10 min /" * 14 + "x", "x/" * 80, "a-" * 79 + " 5 min"])
def test_no_sentence_takes_long(text: str) -> None:
    before = time.perf_counter()
    summaries(READER.read(text))
    assert time.perf_counter() - before < 1


def test_the_minutes_of_a_summary_go_to_what_was_told(coder: Coder) -> None:
    note = coder.code(
        "Tub bench transfer min A. Donned sweater one-handed, mod cues.\nYellow band rows x12, biceps curls x10 seated.\n"
        "ADL 28 min, ther ex 10 min."
    )
    assert {line.code: line.minutes for line in note.lines}["97110"] == 10
    assert not any("ther ex" in a.quote for a in note.activities)


def test_a_service_that_is_not_told_before_is_the_activity_itself(coder: Coder) -> None:
    note = coder.code("LAQ 3x10, SLR 3x10, bridges x15. Gait 10 min.")
    assert {line.code: line.minutes for line in note.lines} == {"97110": None, "97116": 10}


@pytest.mark.parametrize(
    ("text", "item", "code"),
    [
        ("Donned the liner. Stepped over the sound limb x10. 45 min prosthetic training.", "Donned", "97761"),
        ("Popped wheelies over a threshold. W/c training 25 min. Slide board transfer.", "Popped", "97542"),
        ("Popped wheelies over a threshold. W/c training 25 min. Slide board transfer.", "Slide", None),
        ("Bridges x10.\n\nW/c training 25 min.", "Bridges", None),  # another paragraph
        ("Bridges x10, clams x10. Ther ex 15 min.", "Bridges", None),  # summed up by the models' codes
    ],
)
def test_sentences_that_close_a_paragraph_with_their_service(text: str, item: str, code: str | None) -> None:
    closing = closed_by(READER.read(text), text.index(item))
    assert (closing and closing[2]) == code
