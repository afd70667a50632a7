"""A coded note as a person reads it: what to bill, why, what was left out and why. The table, the page and the CSV
show this one reading, so that they never say different things.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from nlp_coder.exports.code_labels import label_of
from nlp_coder.note import MODEL_REASON, Activity, Alert, CodedNote, DocumentationItem, Evidence, ServiceLine, Status

STATUS_WORDS: dict[Status, str] = {
    "performed": "done",
    "home_program": "home program",
    "planned": "planned",
    "declined": "declined or held",
    "historical": "in the past",
}
LEFT_OUT_WHY: dict[Status, str] = {
    "home_program": "for the patient to do at home, not done in this visit",
    "planned": "for a later visit",
    "declined": "refused, held or not done",
    "historical": "done before this visit",
}
_TELLING = {"company": 0, "rule": 0, "lexicon": 1, "heading": 2, "model": 3}
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One activity. number: its place in the note, from 1. words: its own words, or its offsets where the text is
    left out. reason: the strongest reason for its code. deciding: the note's words behind it, "" where they are the
    activity's own or left out. as_written: False where no word of the note may be shown.
    """

    number: int
    activity: Activity
    words: str
    reason: str
    deciding: str
    votes: tuple[str, ...]
    as_written: bool

    @property
    def details(self) -> str:
        """Minutes, quantity, body part and assistance as far as the note states them."""
        return ", ".join(_details(self.activity, self.as_written))


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One element of a code's documentation as shown: ✓ present, ✗ missing, ? neither; words: what shows or is missing."""

    code: str
    mark: str
    state: str
    element: str
    words: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One claim line with its activities. confidence: the lowest of theirs, None for a line without any."""

    line: ServiceLine
    label: str
    confidence: float | None
    activities: tuple[ActivityView, ...]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """The whole reading of one note. loose: performed activities that stand on no line."""

    note: CodedNote
    lines: tuple[LineView, ...]
    loose: tuple[ActivityView, ...]
    left_out: tuple[tuple[Status, tuple[ActivityView, ...]], ...]
    with_text: bool

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Errors first, then warnings, then the rest, each in the order they were found."""
        rank = {"error": 0, "warning": 1, "info": 2}
        return tuple(sorted(self.note.alerts, key=lambda a: rank.get(a.severity, 3)))

    @property
    def checklist(self) -> tuple[ChecklistRow, ...]:
        """The documentation of each code, in the order of the record."""
        return tuple(_checklist_row(d, self.note.text, self.with_text) for d in self.note.documentation)

    @property
    def billable(self) -> bool:
        """True where a line stands on the claim."""
        return any(v.line.billable for v in self.lines)

    @property
    def visit(self) -> str:
        """Discipline, unit rule and minutes of the visit in one row."""
        note = self.note
        parts = [note.discipline or "discipline not stated", f"unit rule {note.unit_rule}"]
        if note.timed_minutes is not None and note.lines:
            parts.append(f"{note.timed_minutes} timed minutes")
        if note.total_minutes is not None and note.lines:
            parts.append(f"{note.total_minutes} in all")
        return ", ".join(parts)


def claim_view(note: CodedNote, *, with_text: bool = True) -> ClaimView:
    """The reading of a coded note. with_text=False: no word of the note appears in it."""
    views = [_activity(i, a, note.text, with_text) for i, a in enumerate(note.activities)]
    seen: set[int] = set()
    lines = []
    for line in note.lines:
        own = tuple(views[i] for i in line.activities if i < len(views))
        # a line that stands twice (therapist's and assistant's units) names its activities once
        fresh = tuple(v for v in own if v.number not in seen)
        seen.update(v.number for v in fresh)
        confidence = min((v.activity.confidence for v in own), default=None)
        lines.append(LineView(line, label_of(line.code), confidence, fresh))
    loose = tuple(v for v in views if v.activity.status == "performed" and v.number not in seen)
    left = {s: tuple(v for v in views if v.activity.status == s) for s in LEFT_OUT_WHY}
    return ClaimView(note, tuple(lines), loose, tuple((s, v) for s, v in left.items() if v), with_text)


def _checklist_row(item: DocumentationItem, text: str, with_text: bool) -> ChecklistRow:
    if with_text and text:
        shown = ", ".join(f"“{plain(text[a:b])}”" for a, b in item.places)
    else:
        shown = ", ".join(f"characters {a}-{b}" for a, b in item.places)
    mark, state = {True: ("✓", "present"), False: ("✗", "missing"), None: ("?", "not contradicted")}[item.present]
    return ChecklistRow(
        item.code, mark, state, item.element.replace("_", " "), shown if item.present else item.look_for
    )


def plain(text: str) -> str:
    """Words of a note on one line, without control characters (a note must not steer the terminal or the page).

    >>> plain("quad sets\\r\\n  3x10 \\x1b[31m")
    'quad sets 3x10 �[31m'
    """
    words = " ".join(text.split())
    return "".join("\ufffd" if c in _BIDI or unicodedata.category(c) in ("Cc", "Cs") else c for c in words)


def _activity(index: int, activity: Activity, text: str, with_text: bool) -> ActivityView:
    place = f"characters {activity.start}-{activity.end}"
    words = plain(activity.quote) if with_text else place
    best = _best(activity)
    deciding = _deciding(best, activity, text) if best and with_text else ""
    reason = _reason(best, with_text) if best else ""
    votes = tuple(_vote(e, text, with_text) for e in activity.evidence)
    return ActivityView(index + 1, activity, words, reason, deciding, votes, with_text)


def _best(activity: Activity) -> Evidence | None:
    """The reason that tells a coder most: a rule before the lexicon, the therapist's own code, and the model."""
    mine = [e for e in activity.evidence if e.code == activity.code]
    return min(mine, key=lambda e: (_TELLING.get(e.kind, len(_TELLING)), -e.weight), default=None)


def _deciding(evidence: Evidence, activity: Activity, text: str) -> str:
    if evidence.start is None or evidence.end is None:
        return ""
    if (
        activity.start <= evidence.start
        and evidence.end <= activity.end
        and evidence.end - evidence.start > len(activity.quote) // 2
    ):
        return ""
    return plain(text[evidence.start : evidence.end])


def _reason(evidence: Evidence, with_text: bool) -> str:
    # what the model weighs are words of the note
    if evidence.kind == "model" and not with_text:
        return MODEL_REASON
    return plain(evidence.reason)


def _vote(evidence: Evidence, text: str, with_text: bool) -> str:
    """One reason in full: the code it speaks for, how strongly, why, from where."""
    parts = [f"{evidence.code} {evidence.weight:.2f}", f"{evidence.kind} {evidence.id}:", _reason(evidence, with_text)]
    if evidence.start is not None and evidence.end is not None:
        if with_text:
            parts.append(f"(words: “{plain(text[evidence.start : evidence.end])}”)")
        else:
            parts.append(f"(characters {evidence.start}-{evidence.end})")
    if evidence.source:
        parts.append(f"[{evidence.source}]")
    return " ".join(parts)


def _details(activity: Activity, as_written: bool) -> Iterator[str]:
    if activity.minutes is not None:
        yield f"{activity.minutes} min"
    dosage = activity.dosage
    if dosage is not None:
        if dosage.sets is not None and dosage.reps is not None:
            yield f"{dosage.sets} x {dosage.reps}"
        elif dosage.reps is not None:
            yield f"{dosage.reps} reps"
        elif dosage.sets is not None:
            yield f"{dosage.sets} sets"
        if dosage.hold_seconds is not None:
            yield f"hold {dosage.hold_seconds} s"
        for value in (dosage.load, dosage.resistance, dosage.level, dosage.distance):
            if value and as_written:
                yield plain(value)
    for part in activity.body_parts:
        yield f"{part.side} {part.name}" if part.side else part.name
    if activity.assistance and as_written:
        yield plain(activity.assistance)
