"""Lengths of time as therapists write them, and what only looks like one."""

from __future__ import annotations

import pytest

from nlp_coder.extract.numbers import clock_span, spelled, times_in


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("bike 10'", [10]),
        ("bike x 8 min", [8]),
        ("TE 23 mins, MT 12 minutes", [23, 12]),
        ("twelve minutes of gait", [12]),
        ("twenty-five min in all", [25]),
        ("half an hour in the pool", [30]),
        ("0915–0938", [23]),
        ("9:05a-9:20a", [15]),
        ("9:05-20", [15]),
        ("12:50-1:20", [30]),
        ("in 1300 out 1345", [45]),
        ("min: 14", [14]),
        ("Visit 5 - 45 min", [45]),
        ("SLR x10 - 22 min", [22]),
        ("gait 8+7 min, four minutes plus five", [15, 9]),
        ("0.5 h, .25 hr", [30, 15]),
        ("in the home at two fifteen and out at two fifty", [35]),
        ("time in oh nine hundred, time out nine forty", [40]),
        ("10:05 rolling until 10:20, then rested", [15]),
        ("7 of the planned 15 min", [7]),
        ("tested 2 hr 15 min", [135]),
        ("Thursday, 10.00 to 11.00", [60]),
        ("__25__ min, 12   min", [12]),
        (">> 15' hands-on", [15]),
        ("SNAG C1-2 - 11'", [11]),
        ("9:30-9:40 A-skips, 9:40a-9:55a", [10, 15]),
        ("0900\t0914\tmat\n0914\t0926\twalk", [14, 12]),
        ("915-930 putty\n930-948 ladder climb", [15, 18]),
        ("In 915, out 1010", [55]),
        ("PM from 2:10 until 2:40, AM earlier 930-950", [30, 20]),
        ("saw her at 7:05 and stayed with her until 7:50", [45]),
        ("RW, cues for weight acceptance 35' 13 min", [13]),
        ("845 in, 930 out", [45]),
        ("Session 905-950", [45]),
        ("eight fifty in, nine forty out", [50]),
        ("two o'clock to two twenty was mat work, two twenty to two forty walking", [20, 20]),
        ("stepper nine minutes correction eleven minutes", [11]),
        ("25 of 40 min completed", [25]),
        ("1015 stacking cones → 1028, dropped two", [13]),
    ],
)
def test_lengths_of_time(text: str, minutes: list[int]) -> None:
    assert [t.minutes for t in times_in(text)] == minutes


@pytest.mark.parametrize(
    "text",
    [
        "gait speed 0.41 to 0.52",
        "DASH 10.20-14.10",
        "3 min x2",
        "hold 30 s",
        "10x10s",
        "walked 150' with RW",
        "3x10",
        "BP 120/80",
        "10-12 min",
        "seen 3/14/2026",
        "",
        "redness clears < 10 min",
        "fed an hour before",
        "HR 110-125, then 130-145",
        "150-200 ft",
        "blanched within 5 min",
        "can't sit > 20 min",
        "6-minute walk 310 m",
        "sore at 3 km or 15 min",
        "four miles an hour",
        "0.5 h ago",
        "cane gait, 4 laps of 50'",
        "weak, MRC 34/60",
    ],
)
def test_what_is_no_stated_time(text: str) -> None:
    assert list(times_in(text)) == []


def test_places_are_offsets_of_the_text() -> None:
    text = "🦵 TE 23 min\r\ncafe\u0301: 9:05a-9:20a"
    assert [text[t.start : t.end] for t in times_in(text)] == ["23 min", "9:05a-9:20a"]


@pytest.mark.parametrize(("first", "second"), [("0900", "1400"), ("9:00", "9:00")])
def test_a_range_that_is_no_visit(first: str, second: str) -> None:
    assert clock_span(first, second) is None


def test_number_words() -> None:
    assert (spelled("twenty-five"), spelled("nine"), spelled("often")) == (25, 9, None)
