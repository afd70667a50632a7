"""Which minutes of a note belong to which code, its activities being given: one row a way therapists write time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill.minutes import ServiceMinutes, StatedTime, service_minutes
from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.extract.times.roles import time_uses
from nlp_coder.extract.times.use import Placed
from nlp_coder.learn.teach_tagger import Reader

TIMED = frozenset(c for c, r in load_rulebook().codes.items() if r.timed)
MARK = re.compile(r"\{([^{}|]+)\|(\w{5})\}")
READER = Reader()


def service(marked: str) -> ServiceMinutes:
    """The minutes of a note whose activities are marked {words|code}."""
    text, placed, last = "", [], 0
    for m in MARK.finditer(marked):
        text += marked[last : m.start()]
        placed.append(Placed(len(text), len(text) + len(m[1]), True, m[2], m[2] not in TIMED))
        text += m[1]
        last = m.end()
    text += marked[last:]
    reading = READER.read(text)
    uses = time_uses(reading, placed)
    for use in uses:
        assert 0 <= use.start < use.end <= len(text)
    times = [StatedTime(u.minutes, u.role, u.activities, u.code, u.clock) for u in uses]
    lines = [reading.layout.line_at(p.start).start for p in placed]
    return service_minutes([p.code for p in placed], times, TIMED, [None] * len(placed), lines)


CASES = [
    # each item its own
    ("{quad sets|97110} 6 min, {heel-toe walking on a line|97112} 9 min", {"97110": 6, "97112": 9}),
    ("{wall slides|97110} x7m, {sway on foam|97112} x 8m", {"97110": 7, "97112": 8}),
    ("Rx: {calf kneading|97140} 9/60\n{calf raises|97110} 3x12", {"97140": 9, "97110": None}),
    # a list and its one time
    ("{band rows|97110}, {upright bike|97110}, {stretching|97110} 22 min", {"97110": 22}),
    ("{pulleys|97110} 4 min, {wand flexion|97110}, {rows|97110} = 19 min TE", {"97110": 19}),
    ("{wrapping|97140}; {elbow pumps|97110}, {fist open/close|97110} - 11 min", {"97140": None, "97110": 11}),
    ("{pool marching|97113}; {noodle push-downs|97113}; {wall squats|97113} = 31 minutes", {"97113": 31}),
    # a heading and its block
    ("TE 18': {leg press|97110} 70#, {step-ups|97110} x10\nMT 9': {patellar glides|97140}", {"97110": 18, "97140": 9}),
    ("Strength 16 min\n  - {dips|97110} 3x8\n  - {band rows|97110}", {"97110": 16}),
    ("hot pack (11)\n{wrist circles|97110} (12)\n{scar rub|97140} (8)", {"97110": 12, "97140": 8}),
    # modalities side by side keep the minutes each
    ("{IFC|G0283} 15 min w/ {ice|97010}", {"G0283": 15, "97010": 15}),
    ("{TENS|G0283} w/ {moist heat|97010} 12 min together", {"G0283": 12, "97010": 12}),
    # a total is no part, and parts that make it up are theirs
    ("Worked 41 min: {tray carry|97530} 16 min; {hops|97112}, {beam|97112} 13 min; {rower|97110} 12 min",
     {"97530": 16, "97112": 13, "97110": 12}),
    ("40 min: {standing frame|97530} 21, {calf stretch|97110} 11, {head lifts on wedge|97112} 8",
     {"97530": 21, "97110": 11, "97112": 8}),
    ("Tot 33 min\n{ankle pumps|97110}\n{glut sets|97110}", {"97110": 33}),
    ("Medicare. 25 min. Feels fine.\n{bands|97110}; {steppers|97110}", {"97110": 25}),
    # in words
    ("After that we spent twenty-two minutes on {picking up pegs|97112} and {turning cards|97112}.", {"97112": 22}),
    ("She did {stool walking|97116}, which took twelve minutes. Then {cupboard reaches|97530} for fifteen.",
     {"97116": 12, "97530": 15}),
    ("{Seated kicks|97110} and {hip hikes|97110}. That was fourteen minutes.", {"97110": 14}),
    ("Eight more minutes were {wall clock with tactile cue|97112}.", {"97112": 8}),
    ("He rode alone for twenty minutes, which I don't count. {Side planks|97110} and {bridges|97110}. Sixteen minutes.",
     {"97110": 16}),
    # behind its code
    ("97530, sixteen minutes: {car transfer|97530}. This was followed by 97116, fourteen minutes, {hall walking|97116}.",
     {"97530": 16, "97116": 14}),
    ("97110 / 14 — {heel slides|97110}, {short arc quads|97110}\n97035 / 8 — {ultrasound|97035} heel",
     {"97110": 14, "97035": 8}),
    ("97110 | 13 | {bridges|97110}, {clams|97110}\n97140 | 9 | {hip glides|97140}", {"97110": 13, "97140": 9}),
    ("land 12: {hip turns|97110}, {rocking|97110}\npool 30 min: {jogging with belt|97113}", {"97110": 12, "97113": 30}),
    # flowsheets: one day's minutes
    ("Exercise\t5/2\t5/6\tmin 5/6\n{UBE|97110}\t6\t8\t8\n{wall slides|97110}\tx10\tx12\tincl\n{GH glides|97140}\t5\t9\t9",
     {"97110": 8, "97140": 9}),
    # no minutes of treatment
    ("{tandem walking|97112} with 4 min rest between laps", {"97112": None}),
    ("{gait with walker|97116} 40' with min A", {"97116": None}),
    ("{bed mobility|97530} x4 min A, cues", {"97530": None}),
    ("{arm bike|97110}, sits 20 min at most at home", {"97110": None}),
    ("{pillow squeezes|97110} every half hour at home was shown", {"97110": None}),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "minutes"), CASES, ids=[m[:48] for m, _ in CASES])
def test_minutes_go_where_the_note_puts_them(marked: str, minutes: dict[str, int | None]) -> None:
    assert dict(service(marked).by_code) == minutes


WORDS = st.sampled_from([
    "{squats|97110}", "{sway on foam|97112}", "{hall walking|97116}", "{ice|97010}", "12 min", "8'", "TE 15:", "97110",
    "total 40 min", "fifteen minutes", "; ", ", ", "\n", " - ", "x10", "(9)", "| 7 |", "0905-0920", "w/", "=", "for",
])  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_no_minute_is_invented(words: list[str]) -> None:
    found = service(" ".join(words))
    told = 8 * 60 if "0905-0920" in words else 0
    numbers = [int(n) for n in re.findall(r"\d+", MARK.sub(" ", " ".join(words)))]
    for code, minutes in found.by_code.items():
        assert code in {"97110", "97112", "97116", "97010"}
        assert minutes is None or minutes <= sum(n for n in numbers if n < 100) + told + 15 * words.count(
            "fifteen minutes"
        )


def test_a_doubtful_phrase_takes_no_part_in_a_shared_time() -> None:
    times = [StatedTime(14, "shared", (0, 1))]
    codes = ["97140", "97110"]
    assert service_minutes(codes, times, TIMED, [None, None]).by_code == {"97140": None, "97110": None}
    sure = service_minutes(codes, times, TIMED, [None, None], doubtful=frozenset({1}))
    assert sure.by_code == {"97140": 14, "97110": None}
