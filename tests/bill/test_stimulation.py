"""Unattended stimulation takes the code of the payer's profile, whatever name the payer goes by."""

from __future__ import annotations

import pytest

from nlp_coder.bill import load_rulebook
from nlp_coder.classify.coding import Decision
from nlp_coder.coder import _stimulation
from nlp_coder.note import VisitContext


@pytest.mark.parametrize(
    ("payer", "rule", "code"),
    [
        (None, None, "G0283"),
        ("Medicare Part B", None, "G0283"),
        ("ma", None, "G0283"),
        ("medicare", "ama", "97014"),
        (None, "ama", "97014"),
        ("BCBS", None, "97014"),
        ("workers_comp", None, "97014"),
    ],
)
@pytest.mark.parametrize("before", ["97014", "G0283"])
def test_the_profile_decides(payer: str | None, rule: str | None, code: str, before: str) -> None:
    context = VisitContext(payer=payer, unit_rule=rule)  # type: ignore[arg-type]
    decision = Decision(before, 0.9, (), (), {})
    assert _stimulation(decision, context, load_rulebook()).code == code
