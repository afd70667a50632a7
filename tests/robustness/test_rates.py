"""A note written otherwise is coded the same; a word that says that something was not done is heard.

Each is a rate over forty labelled notes with a floor a little under what was measured. `make benchmark` prints the rates.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import Lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.held_out import LOCKED_WRITERS
from nlp_coder.learn.perturbations import OTHER, SAME, insertable
from nlp_coder.learn.robustness import Robustness, sample

FLOORS = {
    "headings in capitals": 0.97,
    "headings in small letters": 0.95,
    "headings by other names": 0.93,
    "sections in another order": 0.96,
    "bullets -": 0.84,
    "bullets •": 0.84,
    "Windows line ends": 0.97,
    "blank lines between": 0.97,
    "lines indented by tabs": 0.97,
    "tabs after colons": 0.95,
    "spaces at line ends": 0.97,
    "dashes of Unicode": 0.95,
    "quotes of Unicode": 0.96,
    "broken at 78 characters": 0.9,
    "all on one line": 0.7,
    "all in capitals": 0.88,
    "Declined": 0.9,
    "No ... today": 0.63,
    "HEP:": 0.9,
    "Next visit:": 0.93,
    "Last visit:": 0.8,
}  # fmt: skip


@pytest.fixture(scope="module")
def records(root: Path) -> list[dict[str, object]]:
    """The labelled notes."""
    return [json.loads(line) for line in (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def notes(records: list[dict[str, object]]) -> Robustness:
    """The sample, coded as it was written."""
    return Robustness(sample(records), Coder.load())


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_the_rate_is_not_below_its_floor(notes: Robustness, name: str) -> None:
    rate = notes.same(name) if name in SAME else notes.other(name)
    assert rate.of >= 30, "the sample has hardly a place for it"
    assert rate.share >= FLOORS[name], f"{name}: {rate.hits} of {rate.of}"


def test_the_sample_is_of_many_hands_and_none_of_the_locked(records: list[dict[str, object]]) -> None:
    chosen = sample(records)
    assert len(chosen) == 40
    writers = {r["writer"] for r in chosen}
    assert len(writers) >= 12 and not writers & LOCKED_WRITERS


TEXT = 'S: sore today\nTreatment: quad sets 3x10 - slow\n- "heel" slides\nPlan: stairs'
AFTER = {
    "headings in capitals": TEXT.replace("Treatment", "TREATMENT").replace("Plan", "PLAN"),
    "bullets •": "S: sore today\nTreatment: quad sets 3x10 - slow\n• \"heel\" slides\nPlan: stairs",
    "sections in another order": "Plan: stairs\nTreatment: quad sets 3x10 - slow\n- \"heel\" slides\nS: sore today",
    "Windows line ends": TEXT.replace("\n", "\r\n"),
    "dashes of Unicode": TEXT.replace("10 - slow", "10 – slow"),
    "quotes of Unicode": TEXT.replace('"heel"', "“heel”"),
    "tabs after colons": TEXT.replace(": ", ":\t"),
    "all on one line": TEXT.replace("\n", " "),
}  # fmt: skip


def _reading(text: str) -> Reading:
    return Reading.of(text, Lexicon([]))


@pytest.mark.parametrize("name", AFTER)
def test_a_change_is_what_its_name_says(name: str) -> None:
    assert SAME[name](_reading(TEXT)) == AFTER[name]


def test_headings_get_other_names_of_the_same_section() -> None:
    changed = SAME["headings by other names"](_reading(TEXT))
    assert changed and changed != TEXT
    before, after = (_reading(t).layout.sections for t in (TEXT, changed))
    assert [s.name for s in before] == [s.name for s in after]


def test_cues_are_put_where_a_sentence_a_line_or_a_list_begins() -> None:
    text = "TE: squats, lunges. Steps\n- bike"
    spans = [(text.index(w), text.index(w) + len(w)) for w in ("squats", "lunges", "Steps", "bike")]
    assert [text[a:b] for a, b in insertable(_reading(text), spans)] == ["squats", "Steps", "bike"]
