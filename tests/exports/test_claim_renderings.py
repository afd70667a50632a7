"""The table, the page, the CSV and the JSON of one note built by hand: what they show, and what they must not."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser

import pytest

from nlp_coder.bill import split_units
from nlp_coder.exports.claim_csv import COLUMNS, ClaimRows
from nlp_coder.exports.claim_page import claim_page, marked_text
from nlp_coder.exports.claim_table import write_table
from nlp_coder.exports.claim_view import claim_view, plain
from nlp_coder.exports.json_record import json_line, note_json
from nlp_coder.note import Activity, CodedNote, ServiceLine

NOTE_WORDS = ("quad sets", "heel", "walked", "Cold", "foam", "week", "SPC")


def table(note: CodedNote, **options: bool) -> str:
    handle = io.StringIO()
    write_table(note, handle, width=100, **options)
    return handle.getvalue()


def rows(note: CodedNote, **options: bool) -> list[dict[str, str]]:
    handle = io.StringIO(newline="")
    ClaimRows(handle, **options).write(note)
    handle.seek(0)
    return list(csv.DictReader(handle))


class Tags(HTMLParser):
    """The page's text and the marks in it; fails on a tag that is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.marks: list[tuple[str, str]] = []
        self.feed(page)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name.startswith("on") or name == "src" for name, _ in attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "mark":
            self.marks.append((dict(attrs)["class"] or "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marks[-1] = (self.marks[-1][0], self.marks[-1][1] + data)


def test_the_table_says_claim_then_reasons_then_left_out_then_alerts_then_units(hand_note: CodedNote) -> None:
    shown = table(hand_note)
    order = ["Code   Service", "Activities", "Left out", "Alerts", "Units"]
    places = [shown.index(f"\n{words}") for words in order]
    assert places == sorted(places)
    claim = shown[: places[1]]
    assert re.search(r"97110 +therapeutic exercise, one parameter +23 +2 +GP +91%", claim)
    assert re.search(r"97010 +hot or cold pack +10 +not billed +99%", claim)
    assert "because “heel strike”: the gait pattern is the purpose" in shown
    assert "declined or held" in shown[places[2] : places[3]] and "home program" in shown[places[2] : places[3]]
    alerts = shown[places[3] : places[4]]
    assert alerts.index("ERROR") < alerts.index("WARNING") < alerts.index("INFO")
    assert not any(row.endswith(" ") for row in shown.splitlines())


def test_explain_gives_every_reason_and_alternative(hand_note: CodedNote) -> None:
    shown = table(hand_note, explain=True)
    assert "97116 0.90 model default: trained on labelled notes: weighs “walked” [1]" in shown
    assert "other codes: 97530 6%" in shown
    assert "2 units from 23 minutes." in shown


def test_the_remainders_stand_side_by_side(hand_note: CodedNote) -> None:
    split = split_units([("97110", 23), ("97116", 6)], "cms")
    lines = tuple(replace(line, basis="rules abc of 2026-06-15") for line in hand_note.lines)
    note = replace(hand_note, lines=lines, unit_table=tuple(asdict(row) for row in split.table))
    shown = [line.split() for line in table(note, explain=True).splitlines()]
    assert ["97110", "23", "1", "8", "yes", "2", "2"] in shown and ["97116", "6", "0", "6", "no", "0", "0"] in shown
    page = claim_page(note)
    assert "Remainders: both rules side by side" in page and '<td class="number">23</td>' in page
    assert "rules abc of 2026-06-15" in page and "rules abc of 2026-06-15" in table(note, explain=True)
    assert "Remainders" not in claim_page(hand_note)
    assert CodedNote.from_dict(note.to_dict()).unit_table == note.unit_table


def test_unknown_minutes_are_open_and_nothing_done_is_said(hand_note: CodedNote) -> None:
    open_line = replace(hand_note, lines=(ServiceLine("97110", None, None, (), (0, 1)),))
    assert re.search(r"97110 .* \? +\? ", table(open_line))
    assert "not stated" in claim_page(open_line)
    assert rows(open_line)[0]["units"] == ""
    nothing = replace(hand_note, lines=(), activities=hand_note.activities[4:])
    assert "Nothing billable" in table(nothing)
    assert "Nothing billable" in claim_page(nothing)
    assert [(r["id"], r["code"], r["label"]) for r in rows(nothing)] == [("visit-7", "", "nothing billable")]


def test_csv_has_a_row_a_line_with_its_own_alerts(hand_note: CodedNote) -> None:
    got = rows(hand_note)
    assert tuple(got[0]) == COLUMNS
    assert [(r["code"], r["minutes"], r["units"], r["billable"]) for r in got] == [
        ("97110", "23", "2", "yes"),
        ("97116", "6", "0", "yes"),
        ("97010", "10", "1", "no"),
    ]
    assert got[0]["activities"] == "quad sets; heel slides"
    assert "not_payable" in got[2]["alerts"] and "not_payable" not in got[0]["alerts"]


def test_without_text_no_rendering_holds_a_word_of_the_note(hand_note: CodedNote) -> None:
    for shown in (
        table(hand_note, with_text=False, explain=False),
        claim_page(hand_note, with_text=False),
        str(rows(hand_note, with_text=False)),
    ):
        shown = shown.replace("quad sets train strength", "")  # the rule's own words, not the note's
        assert not [w for w in NOTE_WORDS if w in shown]


def test_the_page_marks_the_note_and_escapes_it(hand_note: CodedNote) -> None:
    page = claim_page(hand_note, explain=True)
    tags = Tags(page)
    assert [text for _, text in tags.marks] == [a.quote for a in sorted(hand_note.activities, key=lambda a: a.start)]
    assert [c.split()[1] for c, _ in tags.marks] == [
        a.status for a in sorted(hand_note.activities, key=lambda a: a.start)
    ]
    assert "<week 4>" not in page and html.escape("<week 4> &") in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    # the status stands in words beside its colour
    assert "97112 declined or held" in tags.text and "97110 home program" in tags.text


def test_the_pieces_of_the_note_are_the_note(hand_note: CodedNote) -> None:
    assert "".join(p.text for p in marked_text(claim_view(hand_note))) == hand_note.text
    within = Activity("sets", 45, 49, "performed", "97110", 0.5)
    both = replace(hand_note, activities=(*hand_note.activities, within))
    assert "".join(p.text for p in marked_text(claim_view(both))) == hand_note.text
    Tags(claim_page(both))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</style></div>", "{{ 7*7 }}", "& \" ' >"])
def test_hostile_notes_stay_text(text: str) -> None:
    activity = Activity(text, 0, len(text), "performed", "97110", 0.9)
    note = CodedNote(text, text, None, "cms", (activity,), (ServiceLine("97110", 1, 15, (), (0,)),), 15, 15, ())
    tags = Tags(claim_page(note))
    assert tags.text.count(text) >= 3
    assert "49" not in tags.text.replace(text, "")


def test_a_note_cannot_steer_the_terminal(hand_note: CodedNote) -> None:
    assert plain("a\x1b[2Jb\x07\u202ec\r\nd") == "a�[2Jb��c d"
    hostile = replace(hand_note.activities[0], quote="\x1b]0;x\x07[red]sets[/red] :smile:")
    shown = table(replace(hand_note, activities=(hostile, *hand_note.activities[1:])))
    assert "\x1b" not in shown and "[red]sets[/red] :smile:" in shown


def test_json_is_the_record_and_one_line_is_one_line(hand_note: CodedNote) -> None:
    assert json.loads(note_json(hand_note)) == hand_note.to_dict()
    strange = replace(hand_note, text="a\u2028b\x85c\ud800d\ne")
    for note in (hand_note, strange):
        line = json_line(note.to_dict())
        assert line.count("\n") == 1 and len(line.splitlines()) == 1
        line.encode("utf-8")
        assert json.loads(line) == note.to_dict()
