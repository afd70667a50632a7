"""Phrases of a list are found as one regular expression of all of them would find them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.extract.phrases import Phrases

LIST = [
    "hep",
    "home exercise program",
    "home",
    "w/",
    "w/ cues",
    "cues",
    "min a",
    "min",
    "↑ rom",
    "1:1",
    "pt's",
    "no. 2",
]
BEFORE, AFTER = r"(?<![\w/-])", r"(?![\w-])"
SPACED = [re.escape(p).replace("\\ ", r"\s+") for p in sorted(LIST, key=len, reverse=True)]
WHOLE = re.compile(f"{BEFORE}(?:{'|'.join(SPACED)}){AFTER}", re.IGNORECASE)


@given(
    st.lists(st.sampled_from([*LIST, "HEP", "Home  exercise\nprogram", "x", "-", "/", ".", "s", " ", " ", "\n", "2"]))
)
def test_the_same_places_as_one_expression(parts):
    text = "".join(parts)
    assert [m.span() for m in Phrases(LIST, BEFORE, AFTER).finditer(text)] == [m.span() for m in WHOLE.finditer(text)]
