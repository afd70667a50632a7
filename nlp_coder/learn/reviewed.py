"""What a label store says in the end: of every note's history, the record that counts as its label.

A store (see `nlp_coder.review.store`) holds one record for each thing a reviewer did, each a whole labelled note with
`review`: who, when, from which version to what. Training and evaluation want one label a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]

DECISIONS = ("open", "accepted", "rejected", "skipped")
ROUNDS = ("single", "blind", "adjudication")
"""Who saw what: one shared history a note; each reviewer for themselves; the settling of blind differences."""


class ReviewError(ValueError):
    """A record of a label store is not as it must be; the message names the note and what to do."""


def settled(records: Iterable[Record]) -> list[dict[str, Any]]:
    """One record for each note: its last word where that was accepted; records without `review` pass unchanged.

    An adjudicated note counts as adjudicated. One that was only coded blind counts where all its reviewers agree in
    spans, status and code; where they differ it is left out until it is adjudicated. Drafts, rejected and skipped notes
    are left out. Raises ReviewError for a `review` that says neither decision nor round.
    """
    out: dict[tuple[object, ...], dict[str, Any] | None] = {}
    last: dict[tuple[object, ...], dict[tuple[str, str], Record]] = {}
    for number, record in enumerate(records):
        if "review" not in record:
            out["plain", number] = dict(record)
            continue
        round, by = _round(record)
        key: tuple[object, ...] = ("note", record.get("id"), record.get("text"))
        out.setdefault(key, None)
        last.setdefault(key, {})[round, by if round == "blind" else ""] = record
    for key, states in last.items():
        out[key] = _label(states)
    return [record for record in out.values() if record is not None]


def _round(record: Record) -> tuple[str, str]:
    review = record["review"]
    if (
        not isinstance(review, Mapping)
        or review.get("decision") not in DECISIONS
        or review.get("round") not in ROUNDS
        or not isinstance(review.get("by"), str)
    ):
        raise ReviewError(
            f"note {record.get('id')}: its `review` lacks a known decision, round or reviewer; restore the store from a copy"
        )
    return review["round"], review["by"]


def _label(states: Mapping[tuple[str, str], Record]) -> dict[str, Any] | None:
    for round in ("adjudication", "single"):
        if (record := states.get((round, ""))) is not None:
            return _plain(record) if record["review"]["decision"] == "accepted" else None
    accepted = [r for r in states.values() if r["review"]["decision"] == "accepted"]
    if not accepted or any(not same(accepted[0]["activities"], r["activities"]) for r in accepted[1:]):
        return None
    return _plain(accepted[0])


def same(ours: Sequence[Record], theirs: Sequence[Record]) -> bool:
    """Whether two reviewers marked the same spans with the same status and code."""

    def marks(activities: Sequence[Record]) -> list[tuple[Any, ...]]:
        return sorted((a["start"], a["end"], a["status"], a["code"]) for a in activities)

    return marks(ours) == marks(theirs)


def _plain(record: Record) -> dict[str, Any]:
    """The guide's record without the review's own fields."""
    kept = {k: v for k, v in record.items() if k not in ("review", "context")}
    kept["activities"] = [{k: v for k, v in a.items() if k != "settled"} for a in record["activities"]]
    return kept
