"""Tests given as a service of their own, and tests that are findings."""

from __future__ import annotations

import pytest

from nlp_coder.coder import Coder

TESTED = "97750"


@pytest.fixture(scope="module")
def coder() -> Coder:
    """The shipped coder."""
    return Coder.load()


@pytest.mark.parametrize(
    ("note", "minutes", "tests"),
    [
        (
            "Functional capacity evaluation, written report to follow.\nStart 9:00, end 11:00.\n"
            "Tests administered: crate lift floor to waist, sled push, ladder climb, sustained crouch.",
            120,
            4,
        ),
        (
            "97750: 45 minutes with written report to adjuster.\nwaist to shoulder lift series 30 lb; carry 40 ft; sled push 60 lbf.",
            45,
            3,
        ),
        (
            "FUNCTIONAL CAPACITY EVALUATION (97750) - face-to-face 120 minutes\n"
            "B. Material handling, 45 min: floor-to-waist lift 40 lb, sled push 70 lb.\nC. Positional, 40 min: overhead wiring task.",
            120,
            2,
        ),
        ("AMPPRO done and scored, report sent to the prosthetist, 24 minutes. Score 39/47.", 24, 1),
        ("0900-0920 isokinetic test battery of both knees with written report: deficit 18%.", 20, 1),
    ],
)
def test_a_test_with_a_time_and_a_report_is_a_service(coder: Coder, note: str, minutes: int, tests: int) -> None:
    coded = coder.code(note)
    assert {line.code: line.minutes for line in coded.lines} == {TESTED: minutes}
    assert sum(a.status == "performed" and a.code == TESTED for a in coded.activities) >= tests


@pytest.mark.parametrize(
    "note",
    [
        "Tests: TUG 14 s, Berg 44, 5xSTS 17 s.\nTE 15 min: leg press, bike",
        "An FCE of 2/14 was ended after forty minutes.\nTE 15 min: leg press, bike",
        "Recommend FCE, 120 min, next month.\nTE 15 min: leg press, bike",
        "TUG 13 s, 6MWT 310 m.\nTE 15 min: leg press, bike",
    ],
)
def test_findings_plans_and_records_are_none(coder: Coder, note: str) -> None:
    assert [line.code for line in coder.code(note).lines] == ["97110"]
