"""Quantities and body parts in shorthand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nlp_coder.extract.dosage import body_parts, measures, together
from nlp_coder.note import BodyPart, Dosage


@pytest.mark.parametrize(
    ("text", "dosage"),
    [
        ("quad sets 3x10", Dosage(sets=3, reps=10)),
        ("rows 2 sets of 15", Dosage(sets=2, reps=15)),
        ("heel slides x15", Dosage(reps=15)),
        ("plank 3x30s", Dosage(sets=3, hold_seconds=30)),
        ("curls 5#", Dosage(load="5#")),
        ("rows red TB", Dosage(resistance="red TB")),
        ("NuStep lvl 4", Dosage(level="lvl 4")),
        ("PA glides gr III", Dosage(level="gr III")),
        ("walked 150 ft", Dosage(distance="150 ft")),
        ("calf stretch 3x10, 20 sec hold", Dosage(sets=3, reps=10, hold_seconds=20)),
        ("gait with cues", None),
        ('step downs 4" 3x8', Dosage(sets=3, reps=8)),  # inches
        ('lateral step ups on 6" box x10', Dosage(reps=10)),
        ('hamstring stretch 30" x3', Dosage(reps=3, hold_seconds=30)),  # seconds
    ],
)
def test_quantities(text: str, dosage: Dosage | None) -> None:
    assert together(m.value for m in measures(text)) == dosage


def test_measures_do_not_overlap() -> None:
    found = measures("3x10 5# 30s hold, x15 red TB, lvl 4, 150 ft")
    assert len(found) >= 6
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("left knee", (BodyPart("knee", "left"),)),
        ("R shoulder", (BodyPart("shoulder", "right"),)),
        ("bilateral hips", (BodyPart("hip", "bilateral"),)),
        ("balance", ()),
    ],
)
def test_body_parts(text: str, parts: tuple[BodyPart, ...]) -> None:
    assert body_parts(text) == parts
