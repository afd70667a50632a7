"""Lines that only charge are told from headings and from rows of activities."""

from __future__ import annotations

import pytest

from nlp_coder.extract.charge_lines import charge_lines
from nlp_coder.learn.teach_tagger import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("text", "charged"),
    [
        ("Code | Description | Minutes | Units\n97110 | Therapeutic exercise | 23 | 2", [("97110", 23)]),
        ("97110   Therapeutic exercise   23   2\n97140   Manual therapy   15   1", [("97110", 23), ("97140", 15)]),
        ("CPT 97110 Therapeutic exercise 23 min 2 units\nCPT 97140 Manual therapy 15 min 1 unit", [("97110", 23), ("97140", 15)]),
        ("Therapeutic Exercise (97110): 23 min, 2 units\nManual Therapy (97140): 15 min, 1 unit", [("97110", 23), ("97140", 15)]),
        ("97110 - 23 min\n97010 - Cold pack - 10 (bundled)", [("97110", 23), ("97010", 10)]),
        ("97110 Therapeutic exercise 23 min\n bike, SLR, heel slides\n97140 Manual therapy 15 min\n patellar mobs", []),
        ("Animal walks on crash mat   97533   6   8   8\nTrampoline to bean bags   97112   x10   x10   7", []),
        ("97110 Therapeutic exercise 23 min", []),
        ("97110   Therapeutic exercise   23   2\nG0283   Stim unatt   15   1", [("97110", 23), ("G0283", 15)]),
        ("97110   Therapeutic exercise   23   2\n97140   Manual therapy   15   1\n97530   crate lifts   10   3", [("97110", 23), ("97140", 15)]),
        ("Billed: 97110 Ther ex (23 min), 97140 Manual therapy (15 min). Bridges and clams.", [("97110", 23), ("97140", 15)]),
        ("Billed today: 97110 therapeutic exercise 23 min and 97140 manual therapy 15 min", [("97110", 23), ("97140", 15)]),
        ("SLR and clams, 97110 x2, 97140 x1", []),  # units, no minutes
        ("97530 16 lifting a crate\n97110 8 rows with a band", []),
    ],
)  # fmt: skip
def test_what_each_line_charges(reader: Reader, text: str, charged: list[tuple[str, int]]) -> None:
    found = charge_lines(reader.read(text))
    assert [(c.code, c.minutes) for c in found] == charged
    assert all(text[c.at :].startswith(str(c.minutes)) for c in found)
