"""Titles name what the prose under them tells; a sheet for home tells nothing that was done."""

from __future__ import annotations

import pytest

from nlp_coder.coder import Coder

PROSE = "Patient stood at the raised table and picked cones off the lowest shelf and set them on the top shelf."


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


@pytest.mark.parametrize("title", ["Cone reaching in standing", "Dynamic standing balance", "Therapeutic Exercise"])
def test_a_title_is_no_activity_of_its_own(coder: Coder, title: str) -> None:
    for gap in ("\n", "\n\n"):
        found = coder.code(title + gap + PROSE).activities
        assert found
        assert all(a.start > len(title) for a in found)


def test_items_in_a_list_are_no_titles(coder: Coder) -> None:
    quotes = [a.quote for a in coder.code("Quad sets\nHeel slides\nSLR 3x10").activities]
    assert quotes[:2] == ["Quad sets", "Heel slides"]


@pytest.mark.parametrize(
    "title", ["HOME PROGRAM FOR MRS. T - right thumb", "Your home exercise program", "HEP handout"]
)
def test_a_sheet_for_home_is_all_for_home(coder: Coder, title: str) -> None:
    note = coder.code(
        f"{title}\nDo these twice a day.\n1. Thumb web stretch: hold 30 seconds\n2. Putty pinch: 10 times"
    )
    assert {a.status for a in note.activities} == {"home_program"}
    assert not note.lines
