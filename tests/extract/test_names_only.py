"""Phrases that only name: the kind of work before its items, what was measured, what was explained in passing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.names_only import (
    collective,
    education,
    findings,
    in_fields,
    introduced,
    item_start,
    of_the_other,
)
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.teach_tagger import Reader

READER = Reader()
Question = Callable[[Reading, Sequence[Candidate], Sequence[bool]], list[int]]


def named(marked: str, question: Question) -> list[str]:
    """Of the {candidates} of a text, those that a question takes for names only."""
    text, every, last = "", [], 0
    for m in re.finditer(r"\{([^{}]+)\}", marked):
        text += marked[last : m.start()]
        every.append(Candidate(len(text), len(text) + len(m[1]), "tagger"))
        text += m[1]
        last = m.end()
    reading = READER.read(text + marked[last:])
    return [reading.text[every[k].start : every[k].end] for k in question(reading, every, [True] * len(every))]


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("{Arm strengthening with 3 lb dumbbells} 2x12 for {shoulder flexion}, {elbow flexion}", ["Arm strengthening with 3 lb dumbbells"]),
        ("{Leg exercises}: {bridges}, {clams}", ["Leg exercises"]),
        ("{Hip strengthening with red band} for {getting off the low sofa}", []),  # one item: what it is for
        ("{Bridges} 2x12 for {hip strength}, {clams}", []),
        ("{Arm strengthening with 3 lb} 2x12. {Rows}, {curls}", []),
    ],
)  # fmt: skip
def test_the_kind_of_work_before_its_items(marked: str, names: list[str]) -> None:
    assert named(marked, collective) == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Functional testing: {sit to stand} x12 in 30 s, {tandem} 20 s.", ["sit to stand", "tandem"]),
        ("Re-tests: {single leg stance} 12 s.\n{Squats} x10", ["single leg stance"]),
        ("Functional testing: {isokinetic strength test} both knees", []),
        ("Tests: {grip series}, 18 min", []),
        ("Protested: {stairs}", []),
    ],
)
def test_what_was_measured(marked: str, names: list[str]) -> None:
    assert named(marked, findings) == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Education provided on {tub transfers} and {joint protection}. {Dressing} min A", ["tub transfers", "joint protection"]),
        ("Patient was educated in {log rolling}.", ["log rolling"]),
        ("Pt educated in {log rolling} and returned it correctly x3.", []),
        ("Education provided on {tub transfers}, 12 min.", []),
        ("Continued education of the deaf: {stairs}", []),
    ],
)  # fmt: skip
def test_what_was_explained_in_passing(marked: str, names: list[str]) -> None:
    assert named(marked, education) == names


@pytest.mark.parametrize(
    ("words", "item"),
    [("“Task practice", "Task practice"), ("in safe tub transfers", "safe tub transfers"), ("including rows", "rows"), ("inversion", "inversion")],
)  # fmt: skip
def test_where_the_words_of_an_item_begin(words: str, item: str) -> None:
    reading = READER.read(words)
    assert reading.text[item_start(reading, Candidate(0, len(words), "tagger")) :] == item


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Type: {Gait Training}  CPT 97116  Min: 9\nDesc: {hall walk with cues for push off}", ["Gait Training"]),
        ("Type: {Gait Training}  CPT 97116  Min: 9\nDesc: cues for push off", []),
        ("Type: {hall walk with cues}\nDesc: {step taps}", []),
        ("[x] {Gait training}  [ ] Manual therapy\nGait (14 min): {thresholds with walker}", ["Gait training"]),
        ("[x] {Gait training}  [ ] Manual therapy\nTherEx (14 min): {clams}", []),
        ("[ ] {Gait training}\nGait (14 min): {thresholds with walker}", []),
        ("nothing here", []),
    ],
)
def test_what_a_template_s_fields_name(marked: str, names: list[str]) -> None:
    assert named(marked, in_fields) == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Seen for {adaptive training} and {gentle motion}, forty minutes in all. {Jar opening} 15 min.", ["adaptive training", "gentle motion"]),
        ("Seen for {gait training} 15 min, {rows} 20 min. {Jar opening} 15 min.", []),
        ("Seen for {gait training}, 40 minutes in all.", []),
    ],
)  # fmt: skip
def test_what_a_visit_was_for(marked: str, names: list[str]) -> None:
    assert named(marked, introduced) == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Co-tx w/ PT, lines. {Face washing} 8 min. PT addressed {leg exercises}.", ["leg exercises"]),
        ("Co-treatment with OT.\nOT did {grooming at sink}.\nPT: {sit to stand} 14 min", ["grooming at sink"]),
        ("Co-tx w/ OT. PT addressed {leg exercises}.", []),
        ("PT addressed {leg exercises}.", []),
    ],
)
def test_what_the_other_discipline_did(marked: str, names: list[str]) -> None:
    assert named(marked, of_the_other) == names
