"""What activities told together say about each other's codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.classify.coding import Decision
from nlp_coder.classify.company import as_accounted, as_charged, as_one_service, in_company
from nlp_coder.coder import Coder


def decision(**ranked: float) -> Decision:
    """A decision with these probabilities (`c97110=0.7`), the likeliest first."""
    order = sorted(((c[1:], p) for c, p in ranked.items()), key=lambda pair: -pair[1])
    return Decision(order[0][0], order[0][1], (), (), (), dict(order), tuple(order))


@pytest.fixture(scope="module")
def coder() -> Coder:
    """The shipped coder."""
    return Coder.load()


SURE = decision(c97110=0.97, c97530=0.02, c97112=0.01)
OPEN = decision(c97530=0.5, c97110=0.44, c97112=0.06)
OTHER = decision(c97116=0.99, c97110=0.008, c97530=0.002)


def test_an_open_item_goes_along_with_those_of_its_time() -> None:
    out = in_company([SURE, SURE, OPEN], [(0, 1, 2)], [0, 0, 0], None)
    assert [d.code for d in out] == ["97110"] * 3
    assert out[2].evidence[0].kind == "company" and out[2].evidence[0].code == "97110"
    assert out[2].alternatives[0].code == "97530"


def test_a_sure_item_stays_whatever_its_company() -> None:
    out = in_company([SURE, SURE, OTHER], [(0, 1, 2)], [0, 0, 0], None)
    assert out[2].code == "97116" and not out[2].evidence


def test_company_of_one_time_weighs_more_than_that_of_a_line() -> None:
    together = in_company([SURE, OPEN], [(0, 1)], [0, 0], None)[1]
    on_a_line = in_company([SURE, OPEN], [], [0, 0], None)[1]
    beside = in_company([SURE, OPEN], [], [0, 9], None)[1]
    chances = [dict(d.ranked)["97110"] for d in (together, on_a_line, beside, OPEN)]
    assert chances == sorted(chances, reverse=True) and len(set(chances)) == 4


def test_what_a_person_settled_stays_and_counts_as_sure() -> None:
    settled = decision(c97112=0.4, c97530=0.3, c97110=0.3)
    out = in_company([settled, OPEN], [(0, 1)], [0, 0], None, settled={0: "97112"})
    assert out[0] is settled
    assert dict(out[1].ranked)["97112"] > dict(OPEN.ranked)["97112"]


def test_an_item_alone_is_left_as_it_is() -> None:
    assert in_company([OPEN], [], [0], None) == [OPEN]
    assert in_company([], [], [], None) == []


def test_codes_that_company_makes_likely_are_not_ruled_out() -> None:
    assert in_company([SURE, OPEN], [(0, 1)], [0, 0], 0.02)[1].not_ruled_out == ("97530",)


CHANCE = st.floats(0.001, 1)


@given(st.lists(st.tuples(CHANCE, CHANCE, CHANCE), min_size=1, max_size=6), st.data())
def test_probabilities_stay_probabilities(rows: list[tuple[float, float, float]], data: st.DataObject) -> None:
    decisions = [decision(c97110=a / (a + b + c), c97112=b / (a + b + c), c97530=c / (a + b + c)) for a, b, c in rows]
    lines = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    group = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True, max_size=len(rows)))
    for d in in_company(decisions, [group], lines, 0.1):
        assert sum(p for _, p in d.ranked) == pytest.approx(1)
        assert d.code == d.ranked[0][0] and d.confidence == pytest.approx(max(p for _, p in d.ranked))


def test_a_note_says_why_an_item_went_along() -> None:
    """Marching in place may train strength or balance; in a list of balance work with one time it is balance work."""
    coder = Coder.load()
    assert coder.code("Marching in place x20.").activities[0].code == "97110"
    note = coder.code("SLS on foam, tandem walk eyes closed, marching in place - 15 min")
    assert [a.code for a in note.activities] == ["97112"] * 3
    assert note.activities[2].evidence[0].kind == "company"
    assert [(line.code, line.minutes) for line in note.lines] == [("97112", 15)]


BREATHING = decision(c97112=0.7, c97110=0.28, c97535=0.02)
FOAM = decision(c97112=0.95, c97110=0.03, c97530=0.02)
CHARGES = ["97110", "97112"]


@pytest.mark.parametrize(
    ("decisions", "headed", "charged", "codes"),
    [
        pytest.param([FOAM, BREATHING], [None, None], CHARGES, ["97112", "97110"], id="to the one that may best be it"),
        pytest.param([FOAM, FOAM], [None, None], CHARGES, ["97112", "97112"], id="to none that can hardly be it"),
        pytest.param([BREATHING], [None], CHARGES, ["97112"], id="not where the other charge would be left alone"),
        pytest.param(
            [FOAM, BREATHING], [None, "97112"], CHARGES, ["97112", "97112"], id="not from under its own heading"
        ),
        pytest.param([SURE, BREATHING], [None, None], CHARGES, ["97110", "97112"], id="each charge has its work"),
        pytest.param([BREATHING, BREATHING, SURE], [None] * 3, ["97110"], ["97112", "97112", "97110"], id="borne out"),
        pytest.param(
            [BREATHING, BREATHING], [None] * 2, ["97110"], ["97110", "97110"], id="all of a code nobody charged"
        ),
    ],
)
def test_a_charge_that_nothing_bears_out_goes_to_what_may_be_it(
    decisions: list[Decision], headed: list[str | None], charged: list[str], codes: list[str]
) -> None:
    out = as_charged(decisions, [True] * len(decisions), charged, headed, None)
    assert [d.code for d in out] == codes
    for before, after in zip(decisions, out, strict=True):
        assert (after.code != before.code) == any(e.id == "charged" for e in after.evidence)


def test_what_was_not_performed_and_what_a_person_settled_take_no_charge() -> None:
    assert as_charged([FOAM, BREATHING], [True, False], CHARGES, [None] * 2, None)[1].code == "97112"
    assert as_charged([FOAM, BREATHING], [True, True], CHARGES, [None] * 2, None, {1: "97112"})[1].code == "97112"


def test_items_of_one_time_are_one_service_unless_they_speak_clearly_against_it() -> None:
    timed = frozenset({"97110", "97112", "97116", "97530"})
    out = as_one_service([SURE, OPEN], [(0, 1)], timed, None)
    assert [d.code for d in out] == ["97110", "97110"] and out[1].evidence[0].kind == "company"
    assert [d.code for d in as_one_service([SURE, OTHER], [(0, 1)], timed, None)] == ["97110", "97116"]
    assert [d.code for d in as_one_service([SURE, OPEN], [(0, 1)], timed, None, {1: "97530"})] == ["97110", "97530"]
    untimed = as_one_service([SURE, decision(c97010=0.9, c97110=0.1)], [(0, 1)], timed, None)
    assert untimed[1].code == "97010"


def test_what_shares_its_time_with_work_in_water_is_work_in_water() -> None:
    timed = frozenset({"97110", "97113", "97116"})
    out = as_one_service([OTHER, decision(c97113=0.6, c97110=0.4)], [(0, 1)], timed, None)
    assert [d.code for d in out] == ["97113", "97113"]


def test_where_the_total_is_told_a_code_without_minutes_is_the_one_it_stands_with() -> None:
    done = [True, True, True]
    out = as_accounted([SURE, SURE, OTHER], done, [((0, 1, 2), None)], {"97110"}, {"97116"}, None)
    assert [d.code for d in out] == ["97110"] * 3
    apart = as_accounted([SURE, SURE, OTHER], done, [((0, 1), None)], {"97110"}, {"97116"}, None)
    assert apart[2].code == "97116"
    settled = as_accounted([SURE, SURE, OTHER], done, [((0, 1, 2), None)], {"97110"}, {"97116"}, None, {2: "97116"})
    assert settled[2].code == "97116"


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        # the told minutes make up the total: what stands among them is no further service
        (
            "97763 x 14: socket check, liner adjustment\n97116 x 18: ramp walking with cues for step length\nTotal 32",
            {"97763": 14, "97116": 18},
        ),
        ("TE 0: held band rows\nNMR 15: foam stance, tandem walking", {"97112": 15}),
        ("Gait training: Minutes: 0\nTherapeutic exercise: leg press, bike. Minutes: 14", {"97110": 14}),
    ],
)
def test_codes_and_minutes_of_whole_notes(coder: Coder, note: str, codes: dict[str, int]) -> None:
    assert {line.code: line.minutes for line in coder.code(note).lines} == codes
