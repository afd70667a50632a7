"""What is known of one activity when its code is chosen: plain values, no spaCy, so that rules can be tried by hand."""

from __future__ import annotations

from dataclasses import dataclass

CLASSES: tuple[str, ...] = (
    "exercise", "stretch", "rom", "aerobic", "balance", "vestibular", "coordination", "posture", "neuro", "gait",
    "stairs", "transfer", "bed_mobility", "functional", "fine_motor", "lifting", "adl", "iadl", "cognition", "sensory",
    "manual", "massage", "taping", "modality", "needling", "repositioning", "prosthetic", "orthotic", "wheelchair",
    "aquatic", "group", "test", "evaluation", "community", "work", "caregiver", "wound", "speech", "biofeedback",
    "compression",
)  # fmt: skip
"""The activity classes of the lexicon."""

PURPOSES: tuple[str, ...] = (
    "strength", "endurance", "rom", "flexibility", "balance", "coordination", "posture", "proprioception",
    "motor_control", "vestibular", "gait_pattern", "function", "self_care", "home_management", "cognition", "sensory",
    "tissue", "joint", "pain", "edema", "work", "community", "safety",
)  # fmt: skip
"""The purposes that a note can state for an activity."""


@dataclass(frozen=True, slots=True)
class Described:
    """One activity as the coding rules see it.

    phrase: the activity's own words. item: the clause it stands in, with what follows (purpose, cues, dosage); it
    contains the phrase. heading: the heading of its block, or "". section: the note's section, or "".
    classes, trains: lexicon classes found in the phrase, and what these train by default. lexicon_code, lexicon_also:
    the lexicon's code when nothing else is said; lexicon_source: where its row comes from. purposes: what the item states (`rule_purposes.purposes_in`).
    body_parts: our names. group: done with two or more patients. discipline: PT, OT, SLP or None.
    encounter: initial, subsequent or None.
    """

    phrase: str
    item: str = ""
    heading: str = ""
    section: str = ""
    classes: tuple[str, ...] = ()
    trains: tuple[str, ...] = ()
    lexicon_code: str | None = None
    lexicon_also: tuple[str, ...] = ()
    lexicon_source: str = ""
    purposes: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    group: bool = False
    discipline: str | None = None
    encounter: str | None = None
