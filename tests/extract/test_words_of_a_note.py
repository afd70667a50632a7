"""Tokens, lexicon, candidates, visit words and flowsheets: what is read of a note before any model has a say."""

from __future__ import annotations

import itertools
import re

import pytest

from nlp_coder import tables
from nlp_coder.coder import Coder
from nlp_coder.extract.candidates import Candidate, candidates
from nlp_coder.extract.layout import read_layout
from nlp_coder.extract.lexicon import Lexicon, Term, normal_form, read_terms, shipped_lexicon
from nlp_coder.extract.services_told import walked_with_help
from nlp_coder.extract.shorthand import split_text
from nlp_coder.extract.spans import Tagged
from nlp_coder.extract.status import left_blank
from nlp_coder.extract.table import said_today, table_rows
from nlp_coder.extract.visit import visit_words
from nlp_coder.learn.teach_tagger import Reader

READER = Reader()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("rows3x10", ["rows", "3", "x", "10"]),
        ("STM/MFR", ["STM", "/", "MFR"]),
        ("SLS on foam,30s", ["SLS", "on", "foam", ",", "30", "s"]),
        ("5# ×8", ["5", "#", "×", "8"]),
        ("", []),
    ],
)
def test_shorthand_comes_apart(text: str, tokens: list[str]) -> None:
    found, offsets = split_text(text)
    assert found == tokens
    assert [text[o : o + len(t)] for o, t in zip(offsets, found, strict=True)] == tokens


def known(text: str) -> list[str]:
    """The parts of a text that the shipped lexicon knows."""
    reading = READER.read(text)
    ends = [o + len(t) for o, t in zip(reading.offsets, reading.tokens, strict=True)]
    return [text[reading.offsets[m.start] : ends[m.end - 1]] for m in reading.terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Did quad sets and heel slides.", ["quad sets", "heel slides"]),
        ("SLR 2x10", ["SLR"]),
        ("heel  slides", ["heel  slides"]),  # however many spaces
        ("HEEL SLIDES", ["HEEL SLIDES"]),
        ("balence training", ["balence training"]),  # a typing error
        ("The weather was fine.", []),
    ],
)
def test_the_lexicon_finds_what_it_knows(text: str, terms: list[str]) -> None:
    assert known(text) == terms


def test_plurals_and_case_are_one_form() -> None:
    assert normal_form("Squats") == normal_form("squat") and normal_form("CURLS") == normal_form("curl")


def shipped_terms() -> list[tuple[tuple[str, ...], Term]]:
    return list(read_terms(tables.data_folder() / "lexicon"))


def test_shipped_terms_are_found_in_themselves() -> None:
    lexicon = shipped_lexicon()
    names = sorted({term.term for _, term in shipped_terms()})[::40]
    assert len(names) > 20
    for name in names:
        tokens, _ = split_text(name)
        assert any((m.start, m.end) == (0, len(tokens)) for m in lexicon.find(tokens)), name


def test_longer_terms_win() -> None:
    known = shipped_terms()[0][1]
    words = [tuple(map(normal_form, w.split())) for w in ("wall", "wall slide")]
    found = Lexicon([(w, known) for w in words], fuzzy=False).find(["wall", "slide"])
    assert [(m.start, m.end) for m in found] == [(0, 2)]


def test_unknown_items_are_candidates_by_place_and_each_place_is_taken_once() -> None:
    text = "Interventions:\n- glimwort hops x10\n- quad sets 3x10\nPlan: call"
    reading = READER.read(text)
    found = candidates(reading, [], Tagged([], [], [0.0] * len(reading.tokens)), lambda _: False)
    spans = [(c.start, c.end) for c in found]
    assert any("glimwort" in text[s:e] for s, e in spans) and any(text[s:e] == "quad sets" for s, e in spans)
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("text", "payer", "discipline", "date"),
    [
        ("Medicare Part B. DOS: 3/4/2026. PT daily note", "medicare", "PT", "2026-03-04"),
        ("OT note, date of service 2025-11-02", None, "OT", "2025-11-02"),
        ("DOS 13/45/2026", None, None, None),
        ("no word of the visit", None, None, None),
    ],
)
def test_what_the_note_says_of_the_visit(
    text: str, payer: str | None, discipline: str | None, date: str | None
) -> None:
    said = visit_words(text)
    assert (said.payer, said.discipline, said.date_of_service) == (payer, discipline, date)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("wall slides\tx10\tx12\t8", "performed"),
        ("pulleys\t3'\t\"\tincl", "performed"),
        ("hops\tx5\theld, sore\t", "declined"),
        ("planks\t20 s\t-\t", "historical"),
        ("stairs\t-\t-\t", "declined"),
        ("traction\t8\td/c'd\t", "declined"),
    ],
)
def test_todays_column(row: str, status: str) -> None:
    text = f"Exercise\t6/1\t6/8\tmin 6/8\n{row}"
    rows = table_rows(text, read_layout(text).lines)
    assert [said_today(r) for r in rows] == [status]


def test_dots_that_lead_to_a_value_are_read_as_blanks_and_kept_in_the_record() -> None:
    """A typed flowsheet: the eye follows the dots to the dosage. Dots with nothing behind them are a blank to fill in."""
    text = (
        "Therapeutic exercise\n  Heel slides ........ 2 x 10\n  Quad sets with towel ...... 2 x 10\n  Lunges ........\n"
    )
    note = Coder.load().code(text)
    assert note.text == text
    assert all(text[a.start : a.end] == a.quote for a in note.activities)
    said = {a.quote: a.status for a in note.activities}
    assert said["Heel slides"] == "performed" and "performed" in [
        s for q, s in said.items() if q.startswith("Quad sets")
    ]
    assert said.get("Lunges") != "performed"


@pytest.mark.parametrize(
    ("behind", "blank"),
    [
        (" ........", True),
        (": ____ min", True),
        (" (97035): ______", True),
        (" ____ x ____ reps", True),
        (" ........ 2 x 10", False),
        (" ...", False),
        (" x10", False),
    ],
)
def test_a_line_with_nothing_but_a_blank_was_not_used(behind: str, blank: bool) -> None:
    text = f"Lunges{behind}\nSquats x10"
    assert left_blank(text, len("Lunges")) is blank


@pytest.mark.parametrize(
    ("sentence", "done"),
    [
        ("Patient walked 100 feet with contact guard assist.", True),
        ("Mrs. Olsen ambulated 40 ft with rolling walker.", True),
        ("- Walked 2 x 30 m.", False),  # neither help nor device
        ("Plan: she walked 80 ft with a cane, add stairs.", False),
        ("Last visit walked 60 feet with min A.", False),
        ("On the ward she walked 30 m with a quad stick.", False),
    ],
)
def test_a_sentence_that_opens_with_walking_so_far_with_help_was_done(sentence: str, done: bool) -> None:
    text = f"{sentence}\nKnee pain 3/10."
    reading = READER.read(text)
    at = re.search(r"walked|ambulated", text, re.IGNORECASE)
    assert at is not None
    assert bool(walked_with_help(reading, [Candidate(at.start(), at.end(), "tagger")])) is done


def test_a_note_that_is_all_one_activity_was_done() -> None:
    [found] = Coder.load().code("training in the use of a walker at home").activities
    assert found.status == "performed"
