"""What something is for is no activity; the same words as an item are one."""

from __future__ import annotations

import pytest

from nlp_coder.extract.abilities import is_purpose


@pytest.mark.parametrize(
    ("before", "words", "purpose"),
    [
        ("Reached for cones in order to improve core stability, ", "dexterity", True),
        ("Session focused on improving his ", "fine motor skills", True),
        ("Stood at the sink to increase standing ", "tolerance for ADLs", True),
        ("Today: ", "core strengthening", False),
        ("To increase speed he did ", "ladder drills", False),
        ("To improve gait. Then ", "balance", False),
        ("", "strengthening", False),
    ],
)
def test_what_is_only_a_purpose(before: str, words: str, purpose: bool) -> None:
    text = before + words
    sentence = before.rfind(". ") + 2 if ". " in before else 0
    assert is_purpose(text, sentence, len(before), len(text)) is purpose
