"""Which labels are learned from and which are held out to compare models on, and whether there are enough of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder.extract.reading import Reading
from nlp_coder.learn.label_input import LabelError
from nlp_coder.learn.near_copies import held_out, near_copies
from nlp_coder.learn.teach_tagger import both_kinds, split_examples

LOCKED_WRITERS = frozenset({
    "w4", "w21", "w23", "w44", "w45", "w68", "w69", "w79", "w80", "w88", "w112",
    "w115", "w124", "w128", "w129", "w134", "w137",
})  # fmt: skip
"""Writers whose notes and phrases are the locked test split of the project's own labels: never trained on."""
FEWEST = 20
"""Labelled notes below which no model is trained (our own choice)."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """taught: records to learn from. held: notes to compare on. locked: records of locked writers, notes among them.

    copies: records left out because they nearly repeat a held-out note.
    """

    taught: list[Record]
    held: list[Record]
    locked: int
    copies: int


def is_note(record: Mapping[str, Any]) -> bool:
    """Whether a record is a note and not a single phrase."""
    return "lines" in record or len(record["activities"]) != 1


def held_flags(records: Sequence[Record]) -> list[bool]:
    """Whether each record is held out: notes of locked writers, and of a user's notes (no writer) one in five.

    A user's note is chosen by its words, so that it stays held out in every later run and no model is compared on what
    it was taught.
    """
    return [
        is_note(r) and (r.get("writer") in LOCKED_WRITERS or (not r.get("writer") and held_out(r["text"])))
        for r in records
    ]


def note_copies(records: Sequence[Record]) -> list[tuple[int, int, float]]:
    """(record, later record, share) of notes that are near copies; single phrases are not compared."""
    notes = [i for i, r in enumerate(records) if is_note(r)]
    return [(notes[a], notes[b], share) for a, b, share in near_copies([records[i]["text"] for i in notes])]


def leaks(copies: Sequence[tuple[int, int, float]], held: Sequence[bool]) -> set[int]:
    """Records that would be taught although they nearly repeat a held-out note."""
    return {j if held[i] else i for i, j, _ in copies if held[i] != held[j]}


def split_off(records: Sequence[Record]) -> Parts:
    """The records in parts; see `held_flags` and `leaks`."""
    held = held_flags(records)
    locked = [r.get("writer") in LOCKED_WRITERS for r in records]
    copies = leaks(note_copies(records), held) - {i for i, lock in enumerate(locked) if lock}
    taught = [r for i, r in enumerate(records) if not locked[i] and not held[i] and i not in copies]
    return Parts(taught, [r for r, h in zip(records, held, strict=True) if h], sum(locked), len(copies))


def check_enough(records: Sequence[Record]) -> None:
    """Raises LabelError where too little is there to learn from."""
    notes = sum(map(is_note, records))
    if notes < FEWEST:
        raise LabelError(
            f"{notes} labelled notes are left to learn from (one in five is held out), at least {FEWEST} are needed: label "
            "more, or give the project's own labels (data/labels) beside yours"
        )
    for what in ("code", "status"):
        kinds = {a[what] for r in records for a in r["activities"]}
        if len(kinds) < 2:
            raise LabelError(
                f"every activity has the same {what} ({', '.join(map(str, kinds)) or 'there are none'}), so that nothing can "
                "be told apart: label notes with others as well, or give the project's own labels beside yours"
            )


def check_joints(records: Sequence[Record], readings: Sequence[Reading]) -> None:
    """Raises LabelError where the labels show one kind of joint only (see `both_kinds`)."""
    kinds = {label for r, reading in zip(records, readings, strict=True) for _, label in split_examples(r, reading)}
    both_kinds(kinds)
