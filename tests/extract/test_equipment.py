"""What an activity is done with is no activity; an item of a list that happens to be a thing is one."""

from __future__ import annotations

import pytest

from nlp_coder.extract.equipment import is_equipment_used


@pytest.mark.parametrize(
    ("before", "words", "used"),
    [
        ("LB dressing with ", "sock aid", True),
        ("LB dressing with reacher, sock aid, and ", "long-handled shoe horn", True),
        ("rows using ", "red theraband", True),
        ("amb 100 ft w/ ", "rolling walker", True),
        ("curls with ", "2 lb dumbbells", True),
        ("TE: bike, ", "weights", False),
        ("with mirror, ", "sit to stand", False),
        ("with cues for posture, ", "putty", False),
        ("", "putty", False),
    ],
)
def test_what_is_only_used(before: str, words: str, used: bool) -> None:
    assert is_equipment_used(before + words, len(before), len(before + words)) is used
