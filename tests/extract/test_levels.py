"""Rows that compare levels of a progress report are findings, rows of a flowsheet are not."""

from __future__ import annotations

import pytest

from nlp_coder.extract.levels import compared_levels
from nlp_coder.learn.teach_tagger import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "MOBILITY     last wk    now\nsupine>sit   Mod A      Min A\namb          15 ft      60 ft RW CGA\n\nsit>stand x6",
            2,
        ),
        ("Task | Eval | Current\nToilet transfer | Max A | Mod A\nDressing | Mod A | SBA", 2),
        ("Exercise   Last visit   Today\nLAQ        2x10         3x10\nBridges    x15          x20", 0),
        ("Transfers: CGA, was Min A last week.\nGait 60 ft RW CGA", 0),
    ],
)
def test_rows_that_compare(reader: Reader, text: str, rows: int) -> None:
    found = compared_levels(reader.read(text))
    assert len(found) == rows
    assert all("A" in text[a:b] for a, b in found)
