"""No cell becomes a formula; every cell comes back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.exports.spreadsheet import SafeRows, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n-2"])
def test_formulas_become_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["quad sets 3x10", "97110", "", -5, 0.5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == value


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_rows_come_back_and_none_begins_a_formula(cells: list[str]) -> None:
    handle = io.StringIO(newline="")
    SafeRows(handle, ["column"] * len(cells)).write(cells)
    handle.seek(0)
    read = list(csv.reader(handle))[1] if cells != [""] else [""]
    assert [c.removeprefix("'") for c in read] == [c.removeprefix("'") for c in cells]
    assert not any(c.lstrip().startswith(("=", "+", "-", "@")) for c in read)
