"""A note under review: its activities as they stand, what was decided, and the record that the label store keeps of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from nlp_coder.coder import Coder
from nlp_coder.note import Activity, CodedNote, Status, VisitContext
from nlp_coder.recoding import Corrected, recode


@dataclass(frozen=True, slots=True)
class Label:
    """One activity of a draft. settled: what a reviewer set about it (`span`, `code`, `status`, `minutes`)."""

    start: int
    end: int
    status: Status
    code: str
    acceptable: tuple[str, ...] = ()
    minutes: int | None = None
    settled: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Its place as `start-end`, which names it on the page and in changes."""
        return f"{self.start}-{self.end}"

    def defensible(self) -> list[str]:
        """Its code, then the other codes a careful coder could defend."""
        return list(dict.fromkeys([self.code, *self.acceptable]))


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's words about a note (they may speak of the patient: health information like the note)."""

    by: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as it stands. decision: `open`, `accepted`, `rejected` or `skipped`. line_minutes: minutes set for codes."""

    labels: tuple[Label, ...]
    decision: str = "open"
    line_minutes: Mapping[str, int | None] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()


def note_key(id: str, text: str) -> str:
    """A short name of a note for addresses and logs: says nothing of the note, same for the same id and text."""
    return hashlib.sha256(f"{id}\0{text}".encode()).hexdigest()[:20]


def first_draft(note: CodedNote) -> Draft:
    """The draft that a coded note begins with."""
    return Draft(tuple(_label(a) for a in note.activities))


def _label(a: Activity) -> Label:
    return Label(a.start, a.end, a.status, a.code, (a.code,), a.minutes if a.minutes_from == "activity" else None)


def recoded(coder: Coder, id: str, text: str, context: VisitContext, draft: Draft) -> CodedNote:
    """Lines, units and alerts as they follow from a draft. Raises CorrectionError where it cannot stand."""
    activities = [
        Corrected(
            x.start, x.end, x.status, x.code, sure="code" in x.settled, minutes=x.minutes, minutes_set="minutes" in x.settled
        )
        for x in draft.labels
    ]  # fmt: skip
    return recode(coder, text, activities, id=id, context=context, line_minutes=draft.line_minutes)


def guide_record(note: CodedNote, draft: Draft, setting: str | None) -> dict[str, Any]:
    """The annotation guide's record of a draft; note: what the coder makes of it."""
    return {
        "id": note.id,
        "discipline": note.discipline,
        "setting": setting,
        "unit_rule": note.unit_rule,
        "text": note.text,
        "activities": [
            {
                "quote": note.text[x.start : x.end], "start": x.start, "end": x.end, "status": x.status, "code": x.code,
                "acceptable": x.defensible(), "minutes": x.minutes, "settled": sorted(x.settled),
            }
            for x in sorted(draft.labels, key=lambda x: x.start)
        ],
        "lines": [{"code": x.code, "minutes": x.minutes, "units": x.units} for x in note.lines],
        "timed_minutes": note.timed_minutes,
        "total_minutes": note.total_minutes,
        "alerts": sorted({a.kind for a in note.alerts}),
        "source": "review",
    }  # fmt: skip


def draft_of(record: Mapping[str, Any]) -> Draft:
    """The draft that a record of the store holds (also any labelled record without `review`)."""
    review: Mapping[str, Any] = record.get("review") or {}
    labels = (
        Label(
            int(a["start"]), int(a["end"]), cast(Status, a["status"]), str(a["code"]),
            tuple(map(str, a.get("acceptable") or [a["code"]])), a.get("minutes"), frozenset(a.get("settled") or ()),
        )
        for a in record["activities"]
    )  # fmt: skip
    return Draft(
        tuple(sorted(labels, key=lambda x: x.start)),
        str(review.get("decision", "open")),
        dict(review.get("line_minutes") or {}),
        tuple(Comment(str(c["by"]), str(c["at"]), str(c["words"])) for c in review.get("comments") or ()),
    )


def with_labels(draft: Draft, labels: Sequence[Label]) -> Draft:
    """The draft with other activities; what was decided of the old ones is open again."""
    return replace(draft, labels=tuple(sorted(labels, key=lambda x: x.start)), decision="open")
