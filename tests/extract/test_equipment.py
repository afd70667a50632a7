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
        ("until then she had only worn the ", "thumb spica orthosis", True),
        ("cast off, ", "thumb spica orthosis", False),
    ],
)
def test_what_is_only_used(before: str, words: str, used: bool) -> None:
    assert is_equipment_used(before + words, len(before), len(before + words)) is used


@pytest.mark.parametrize(
    ("words", "behind", "worn"),
    [
        ("PIP spring splint", " worn 4x30 min/day", True),
        ("resting splint", " is worn at night", True),
        ("PIP spring splint", " fitted, 12 min", False),
        ("PIP spring splint", ", wear reviewed", False),
    ],
)
def test_what_the_patient_wears(words: str, behind: str, worn: bool) -> None:
    assert is_equipment_used(words + behind, 0, len(words)) is worn
