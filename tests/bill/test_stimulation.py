"""Unattended stimulation takes the code of the payer's profile, whatever name the payer goes by."""

from __future__ import annotations

import pytest

from nlp_coder.bill import load_rulebook
from nlp_coder.classify.coding import Decision
from nlp_coder.coder import _stimulation
from nlp_coder.note import VisitContext


@pytest.mark.parametrize(
    ("payer", "rule", "written", "code"),
    [
        (None, None, None, "G0283"),
        (None, None, "97014", "97014"),  # what the therapist wrote stands where nothing says who pays
        (None, None, "G0283", "G0283"),
        ("Medicare Part B", None, None, "G0283"),
        ("Medicare Part B", None, "97014", "G0283"),
        ("ma", None, None, "G0283"),
        ("medicare", "ama", None, "97014"),
        (None, "ama", None, "97014"),
        ("BCBS", None, None, "97014"),
        ("BCBS", None, "G0283", "97014"),
        ("workers_comp", None, None, "97014"),
    ],
)
@pytest.mark.parametrize("before", ["97014", "G0283"])
def test_the_profile_decides(payer: str | None, rule: str | None, written: str | None, code: str, before: str) -> None:
    context = VisitContext(payer=payer, unit_rule=rule)  # type: ignore[arg-type]
    decision = Decision(before, 0.9, (), (), (), {})
    assert _stimulation(decision, context, load_rulebook(), written).code == code
