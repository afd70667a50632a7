"""Boxes stand before what they tick, or behind it where the line's names come first."""

from __future__ import annotations

import pytest

from nlp_coder.extract.status import boxed_behind, ticked
from nlp_coder.learn.teach_tagger import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("text", "item", "behind", "done"),
    [
        ("Modalities: US [ ]  IFC [x] w/ CP [x] 15 min", "US", "[ ]", False),
        ("Modalities: US [ ]  IFC [x] w/ CP [x] 15 min", "IFC", "[x]", True),
        ("Modalities: US [ ]  IFC [x] w/ CP [x] 15 min", "CP", "[x]", True),
        ("US [ ]  STM to neck, taping [x]", "STM", "", False),
        ("Modalities: [ ] US  [x] IFC", "IFC", None, True),
        ("[x] bike  [ ] stairs", "stairs", None, False),
        ("bike 6 min", "bike", None, False),
    ],
)
def test_the_box_of_an_item(reader: Reader, text: str, item: str, behind: str | None, done: bool) -> None:
    start = text.index(item)
    reading = reader.read(text)
    found = boxed_behind(reading, start, start + len(item))
    assert found == behind
    assert ticked(reading, start, found) is done
