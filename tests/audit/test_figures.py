"""Intervals, tallies and samples."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.audit.findings import AuditLine
from nlp_coder.audit.sample import shares, stratified
from nlp_coder.audit.summary import Summary, wilson


@pytest.mark.parametrize(
    ("good", "number", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)  # fmt: skip
def test_wilson_is_the_published_interval(good: int, number: int, low: float, high: float) -> None:
    # 81/263, 15/148 and 0/20: Newcombe 1998, Statistics in Medicine 17:857, method 3
    assert wilson(good / number, number) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_rate(good: int, number: int) -> None:
    rate = min(good, number) / number
    low, high = wilson(rate, number)
    assert 0 <= low <= rate + 1e-12 and rate - 1e-12 <= high <= 1


def test_a_tally_counts_lines_and_units_by_code_and_therapist() -> None:
    summary = Summary()
    summary.add(
        [
            AuditLine(("agrees",), "x", "97110", 2, documented_code="97110", documented_units=2),
            AuditLine(
                ("units_differ", "modifier_differs"), "x", "97140", 3, documented_code="97140", documented_units=1
            ),
            AuditLine(("not_judged",), "x", "98975", 1),
            AuditLine(("not_billed",), "x", documented_code="97035", documented_units=1),
        ],
        "T1",
    )
    summary.add([AuditLine(("agrees",), "x", "97110", 1)], None)
    total = summary.total
    assert (total.lines, total.agree, total.not_billed, total.not_judged, total.units_over) == (3, 2, 1, 1, 2)
    assert total.rate == pytest.approx(2 / 3) and (summary.visits, summary.visits_agreeing) == (2, 1)
    assert next((c, t.lines) for c, t in summary.codes) == ("97110", 2)
    assert [c for c, _ in summary.therapists] == ["T1", "not stated"]


def test_weights_undo_the_sampling() -> None:
    summary = Summary()
    lines = [
        AuditLine(("agrees",), "x", "97110", 1, weight=9.0),
        AuditLine(("not_supported",), "x", "97035", 1, weight=1.0),
    ]
    summary.add(lines, None)
    assert summary.total.rate == pytest.approx(0.9)
    assert summary.total.interval == pytest.approx(wilson(0.9, 100 / 82))


@given(
    st.dictionaries(st.sampled_from(["97110", "97140", "97530", "97035", "97116"]), st.integers(1, 60), min_size=1),
    st.integers(1, 200),
    st.integers(0, 99),
)
def test_a_sample_has_its_size_its_strata_and_its_seed(sizes: dict[str, int], number: int, seed: int) -> None:
    lines = [((c, n), c) for c, size in sizes.items() for n in range(size)]
    taken = shares(sizes, number)
    assert sum(taken.values()) == min(number, len(lines))
    assert all(0 <= taken[c] <= sizes[c] for c in sizes)
    assert number < len(sizes) or all(taken.values())
    chosen = stratified(lines, number, seed)
    assert Counter(c for c, _ in chosen) == Counter({c: n for c, n in taken.items() if n})
    for code in {c for c, _ in chosen}:
        assert sum(w for (c, _), w in chosen.items() if c == code) == pytest.approx(sizes[code])
    assert chosen == stratified(lines, number, seed)


def test_no_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1"):
        stratified([(1, "97110")], 0, 1)
