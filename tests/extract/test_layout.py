"""Sections, blocks, codes, lines, clauses and flowsheet rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.extract.clauses import cuts_in
from nlp_coder.extract.cues import cues_in, said_after, said_before, said_by_head, said_by_list
from nlp_coder.extract.heading_words import block_table, section_table, timed_term
from nlp_coder.extract.layout import SIGN_AND_BLANK, read_layout
from nlp_coder.extract.phrases import matches_at
from nlp_coder.extract.table import said_today, table_rows


def section(text: str, words: str) -> str | None:
    found = read_layout(text).section_at(text.index(words))
    return found.name if found else None


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_soap_sections_whatever_the_line_ends(end: str) -> None:
    text = end.join(["S: sore today", "O: flexion 110", "Treatment: quad sets", "A: improving", "P: add squats"])
    names = [section(text, w) for w in ("sore", "flexion", "quad", "improving", "squats")]
    assert names == ["subjective", "objective", "interventions", "assessment", "plan"]
    lines = read_layout(text).lines
    assert [text[x.start : x.end] for x in lines] == text.split(end)


@pytest.mark.parametrize(
    ("text", "code", "written"),
    [
        ("THERAPEUTIC EXERCISE (97110): 23 min\nquad sets 3x10", "97110", True),
        ("TE 24': quad sets 3x10", "97110", False),
        ("MT 15 min: STM to R UT", "97140", False),
        ("NMR 12 min - tandem stance", "97112", False),
    ],
)
def test_block_headings(text: str, code: str, written: bool) -> None:
    blocks = read_layout(text).blocks
    assert [(b.code, b.written) for b in blocks] == [(code, written)]


def test_no_headings_at_all() -> None:
    layout = read_layout("walked 150 ft with walker and did some leg raises")
    assert layout.blocks == () and layout.codes == ()


def test_a_new_sentence_or_clause_cuts_and_an_abbreviation_does_not() -> None:
    text = "Amb. 50 ft w/ RW. Tolerated well; no pain"
    cuts = cuts_in(text, read_layout(text).lines)
    assert cuts.sentences == (0, text.index(" Tolerated"))
    assert text.index(" no pain") in cuts.clauses


@pytest.mark.parametrize(
    ("text", "status"),
    [("HEP: quad sets", "home_program"), ("next visit: squats", "planned"), ("refused stairs", "declined"),
     ("was doing pool work", "historical"), ("completed stairs", "performed")],
)  # fmt: skip
def test_cue_words(text: str, status: str) -> None:
    assert status in {c.status for c in cues_in(text)}


@pytest.mark.parametrize(
    ("before", "status"),
    [
        ("HEP: ", "home_program"), ("Pt declined ", "declined"), ("no  ", "declined"), ("Next  visit - ", "planned"),
        ("Last visit: ", "historical"), ("Performed ", None), ("cno ", None), ("Tolerated ", "performed"),
        ("Pain 2/10. Pt tolerated ", "performed"), ("Yesterday tolerated ", None), ("declined. Did ", None), ("", None),
    ],
)  # fmt: skip
def test_words_right_before_an_activity(before: str, status: str | None) -> None:
    assert said_before(before + "quad sets", len(before)) == status


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (" - held", "declined"), (" 3x10 (declined)", "declined"), (" 2x10 - sore, skip", "declined"), (" – not today", "declined"),
        (" - held: 3 s", None), ("      -     held   x10", None), (" held 5 s", None), (" - holding", None), ("", None),
        (" 3x10 next visit", "planned"), (" 2 x 10 added to home list", "home_program"), (" were deferred", "declined"),
        (" yesterday", "historical"), (" left out, not keen", "declined"),
        (" held ten seconds", None), (" held x10", None), (". Declined stairs", None), (" 3x10. Next visit: steps", None),
    ],
)  # fmt: skip
def test_words_right_after_an_activity(after: str, status: str | None) -> None:
    assert said_after("squats" + after, 0, 6) == status


def test_such_words_in_the_activity_itself() -> None:
    assert said_after("thumb isometrics added to home list", 0, 35) == "home_program"
    assert said_after("shower with hand held spray", 0, 27) is None
    assert said_after("tub transfer at home visit", 0, 12) is None
    assert said_after("laundry for home management", 0, 7) is None
    assert said_after("kitchen tasks in preparation for home", 0, 37) is None
    assert said_after("sit to stand for home setup", 0, 21) is None
    assert said_after("bridges for home", 0, 7) == "home_program"
    assert said_after("PROM held for 9 minutes", 0, 4) is None
    assert said_by_head("He was handed a sheet with ") == "home_program"
    assert said_before("Room prog: heel raises", 11) == "home_program"
    assert said_before("Plan: lunges; HEP upd: wall sits", 23) == "home_program"
    assert not [
        c
        for c in cues_in("tub transfer for home discharge, bed mobility in prep for home")
        if c.status == "home_program"
    ]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("Give a home program of ", ("home_program", None)), ("Home program twice a day: rows, ", ("home_program", None)),
        ("HEP: added bridges, dropped ", ("home_program", "historical")), ("Stop ", None), ("Sheph: ", None), ("", None),
        ("Progressed programme to dead bugs, ", ("performed", None)), ("Began her upper body gym program: ", ("performed", None)),
        ("Exercise program upgraded to ", ("performed", None)), ("Started a home program with ", ("home_program", None)),
        ("Will start a gym program: ", None),
    ],
)  # fmt: skip
def test_the_head_of_a_list(before: str, said: tuple[str, str | None] | None) -> None:
    assert said_by_list(before) == said


@pytest.mark.parametrize(
    ("before", "status"),
    [
        ("Plan 3x/wk x 4: MLD, ", "planned"), ("POC: ", "planned"), ("Next: ", "planned"), ("Plan was kept, ", None),
        ("During the episode of care she received ", "historical"), ("Was to have ", "planned"), ("Fridge list: ", "home_program"),
        ("Hx ESI and ", "historical"), ("Prior OT in 2019 for ", "historical"), ("Did ", None), ("", None),
    ],
)  # fmt: skip
def test_the_head_of_a_sentence_and_the_past(before: str, status: str | None) -> None:
    assert said_by_head(before) == status


def test_headings_within_a_line_and_the_water_s_edge() -> None:
    text = "therex 25min - leg press / neuro 15min - bosu, tandem. In the pool 20 min: squats. On land 10 min: bridges"
    blocks = read_layout(text).blocks
    assert [(b.code, text[b.content : b.end].strip(" ./")) for b in blocks] == [
        ("97110", "leg press"), ("97112", "bosu, tandem"), ("97113", "squats"),
    ]  # fmt: skip


@pytest.mark.parametrize("gap", ["|", "\t"], ids=["pipes", "tabs"])
def test_flowsheet_rows(gap: str) -> None:
    rows = [
        ("Exercise", "6/1", "6/8"),
        ("quad sets", "3x10", "3x12"),
        ("heel slides", "x15", "-"),
        ("squats", "-", "held"),
    ]
    text = "\n".join((f"|{gap.join(r)}|" if gap == "|" else gap.join(r)) for r in rows)
    found = table_rows(text, read_layout(text).lines)
    assert [said_today(r) for r in found] == ["performed", "historical", "declined"]
    assert all(text[c.start : c.end] == c.text for r in found for c in r.cells)


def test_a_date_that_is_told_to_be_today_s_in_brackets_beside_it() -> None:
    text = "VESTIBULAR\n                        5/2    5/9   (today)\nVOR seated              x      --\nVOR on foam                    9'"
    assert [said_today(r) for r in table_rows(text, read_layout(text).lines)] == ["historical", "performed"]


def test_of_several_columns_of_minutes_today_s_counts() -> None:
    text = "task | 11/3 min | 11/5 min (today)\npegs | 12 | 10\nrows | 4 | held, sore\ncold pack | - | 10"
    found = table_rows(text, read_layout(text).lines)
    assert [r.minutes.text if r.minutes else None for r in found] == ["10", "held, sore", "10"]
    assert [said_today(r) for r in found] == ["performed", "declined", "performed"]


def test_what_a_row_says_was_left_out_was_not_done() -> None:
    text = "Activity | Level | Min\nfeeding | set-up | 10\nstim tool | deferred, done by RN | -"
    assert [said_today(r) for r in table_rows(text, read_layout(text).lines)][1] == "declined"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Next Session Plan:\n- putty", "plan"),
        ("Home Program Modifications:\n- putty", "hep"),
        ("**Plan for Upcoming Visits**\n- putty", "plan"),
        ("Interventions & response:\n- putty", "interventions"),
        ("Treatment plan carried out as follows:\n- putty", "interventions"),
        ("Functional Goals for this period:\n- putty", "goals"),
        ("Next session focus: putty", "plan"),
        ("Home exercise update: putty", "hep"),
        ("Reviewed treatment: putty", None),  # a sentence, whose words head nothing
        ("She likes her home program: putty", "hep"),
        ("Fine motor games:\n- putty", None),
    ],
)
def test_headings_that_only_their_words_tell(text: str, name: str | None) -> None:
    assert section(text, "putty") == name


def test_such_a_heading_with_text_behind_it_is_its_line_s() -> None:
    text = "Next session focus: stairs\n- putty"
    assert section(text, "stairs") == "plan"
    assert section(text, "putty") is None


def test_the_title_of_a_sheet_for_home_heads_it() -> None:
    assert section("Your home exercise program - low back\nDo these daily.\n1. Bridges", "Bridges") == "hep"
    assert section("Reviewed the old home program with her\nBridges 3x10", "Bridges") is None


PIECES = st.sampled_from([
    "Subjective", "HEP", "Plan:", "O:", "Gait training", "TE 15 min", "97110", "97140 - ", "(97112)", "Manual therapy", ": ", ". ",
    "; ", ", ", " / ", " - ", ") ", "\n", "\r\n", "\r", "\t", "  ", "- ", "[x] ", "12 min", "bridges", "Home Program Changes:", "then ",
])  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_headings_are_sought_only_where_one_can_begin_and_all_are_found(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = [line.start for line in read_layout(text).lines]
    signs = [m.start() + 1 for m in SIGN_AND_BLANK.finditer(text)]
    _, at_line, alone, _ = section_table()
    _, block_line, _, inline, _ = block_table()
    for pattern, starts in (
        (at_line, lines),
        (alone, lines),
        (block_line, lines),
        (inline, signs),
        (timed_term(), signs),
    ):
        sought = [m.span() for m in matches_at(pattern, text, starts)]
        assert sought == [m.span() for m in pattern.finditer(text)]
