"""Reliability, calibration error, coverage at a precision, intervals, and the curve that joins three confidences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.classify.certainty import Certainty, Step, measured
from nlp_coder.learn.intervals import interval_of, intervals
from nlp_coder.learn.reliability import calibration_error, coverage_at, precision_by_coverage, reliability
from nlp_coder.learn.weights import fit_certainty, fit_ruled_out


def test_the_gap_is_that_of_the_bins_by_their_numbers() -> None:
    said = np.array([0.95] * 10 + [0.55] * 10)
    right = np.array([True] * 9 + [False] + [True] * 8 + [False] * 2)
    assert [(b.number, round(b.said, 2), round(b.right, 2)) for b in reliability(said, right)] == [
        (10, 0.55, 0.8), (10, 0.95, 0.9)
    ]  # fmt: skip
    assert calibration_error(said, right) == pytest.approx((0.25 + 0.05) / 2)
    assert calibration_error(np.zeros(0), np.zeros(0, bool)) == 0


def test_what_passes_at_a_precision_is_the_largest_share() -> None:
    said = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    assert coverage_at(said, right, 0.75) == (0.8, 0.6)  # 3 of the first 4; the dip at 2 of 3 is passed over
    assert coverage_at(said, right, 1.0) == (0.4, 0.8)
    assert coverage_at(said, ~right, 0.99) == (0.0, 1.0)


def test_answers_said_equally_sure_pass_together() -> None:
    coverage, precision = precision_by_coverage(np.array([0.9, 0.9, 0.5]), np.array([True, False, True]))
    assert coverage.tolist() == pytest.approx([2 / 3, 1.0]) and precision.tolist() == pytest.approx([0.5, 2 / 3])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_gap_and_coverage_stay_within_0_and_1(rows: list[tuple[float, bool]]) -> None:
    said, right = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    assert 0 <= calibration_error(said, right) <= 1
    share, least = coverage_at(said, right)
    assert 0 <= share <= 1
    assert not share or right[said >= least].mean() >= 0.95


def test_intervals_hold_the_figure_narrow_with_notes_and_repeat() -> None:
    notes = [{"hit": 3, "gold": 4, "given": 5}, {"hit": 1, "gold": 2, "given": 1}, {"hit": 0, "gold": 1, "given": 0}]
    figures = {"share": ("hit", "gold"), "f1": ("hit", "given", "gold"), "none": ("hit", "nothing")}
    few, many = intervals(notes, figures), intervals(notes * 40, figures)
    assert few == intervals(notes, figures)
    for name, value in (("share", 4 / 7), ("f1", 8 / 13)):
        low, high = few[name] or (0, 0)
        assert low <= value <= high
        near, far = many[name] or (0, 0)
        assert low < near <= value <= far < high
    assert few["none"] is None and intervals(notes[:1], figures)["share"] is None


def test_the_interval_of_any_figure_is_drawn_by_note() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    together = interval_of([range(50), range(50, 100)], lambda rows: float(right[rows].mean()))
    alone = interval_of([[i] for i in range(100)], lambda rows: float(right[rows].mean()))
    assert together == (0.0, 1.0) and 0.3 < alone[0] < 0.5 < alone[1] < 0.7


def test_the_joint_confidence_is_right_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    steps = [Step(*(float(x) for x in rng.uniform(0.5, 0.999, 3))) for _ in range(4000)]
    right = [bool(rng.random() < (a * s * c) ** 2) for a, s, c in steps]  # surer than true: the product must be lowered
    rows = [measured([step], ["performed"], ["97110"], 400)[0] for step in steps]
    certainty = fit_certainty(rows, right)
    assert certainty is not None
    said = np.array([certainty.joint(row) for row in rows])
    assert calibration_error(said, np.array(right)) < 0.03
    assert calibration_error(np.array([float(np.prod(s)) for s in steps]), np.array(right)) > 0.1


def test_what_is_wrong_in_long_notes_and_in_groups_is_less_sure() -> None:
    rng = np.random.default_rng(7)
    rows, right = [], []
    for _ in range(4000):
        length, code, likely = int(rng.integers(100, 3000)), str(rng.choice(["97110", "97150"])), rng.uniform(0.6, 0.99)
        rows.append(measured([Step(likely, 0.95, 0.9)], ["performed"], [code], length)[0])
        right.append(bool(rng.random() < likely - 0.1 * (length > 1500) - 0.2 * (code == "97150")))
    certainty = fit_certainty(rows, right)
    assert certainty is not None
    say = {
        (code, n): certainty.joint(measured([Step(0.9, 0.95, 0.9)], ["performed"], [code], n)[0])
        for code in ("97110", "97150") for n in (200, 2500)
    }  # fmt: skip
    assert say["97110", 200] > say["97110", 2500] > say["97150", 2500]
    assert say["97110", 200] > say["97150", 200]


@pytest.mark.parametrize("seed", range(4))
def test_the_codes_not_ruled_out_hold_the_right_one_as_often_as_promised(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def activities(n: int) -> tuple[list[list[tuple[str, float]]], list[tuple[str, ...]]]:
        rows = [
            sorted(zip("abc", map(float, rng.dirichlet((4, 1, 0.5))), strict=True), key=lambda r: -r[1])
            for _ in range(n)
        ]
        return rows, [(str(rng.choice([c for c, _ in r], p=[p for _, p in r])),) for r in rows]

    ranked, right = activities(2000)
    below = fit_ruled_out(ranked, right)
    assert below is not None
    fresh, truth = activities(2000)
    held = np.mean([t in {c for c, p in r if p >= below} for r, (t,) in zip(fresh, truth, strict=True)])
    assert 0.93 < held < 0.97
    assert fit_ruled_out(ranked[:10], right[:10]) is None, "ten activities cannot promise 95 %"


def test_where_nothing_can_be_told_there_is_no_curve() -> None:
    steps = [Step(0.9, 0.9, 0.9), Step(0.5, 0.6, 0.7)] * 20
    rows = measured(steps, ["performed"] * 40, ["97110"] * 40, 500)
    assert fit_certainty(rows, [True] * 40) is None
    assert fit_certainty(rows, [False, True] * 20) is None  # the surer ones were wrong


@given(
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(1, 9), st.integers(1, 50_000),
    st.sampled_from(["97110", "97150"]),
)  # fmt: skip
def test_a_joint_confidence_is_a_probability_that_grows_with_each_step(
    a: float, s: float, c: float, number: int, length: int, code: str
) -> None:
    curve = Certainty(2.1, (0.7, 0.1, 0.1, 0.2, 0.3, -0.5, -2.2))

    def joint(*step: float) -> float:
        return curve.joint(measured([Step(*step)] * number, ["performed"] * number, [code] * number, length)[0])

    assert 0 < joint(a, s, c) < 1
    assert joint(min(1.0, a + 0.1), s, c) >= joint(a, s, c)
    assert joint(a, min(1.0, s + 0.1), c) >= joint(a, s, c)
    assert joint(a, s, min(1.0, c + 0.1)) >= joint(a, s, c)
    assert Certainty.from_dict(curve.to_dict()) == curve
