"""Copy-forward: a visit whose interventions repeat those of another visit of the same patient, minutes and measures too.

A step over results in their order, whoever coded them. Of each visit only hashes are kept, never text: at most SHINGLES
of the last VISITS visits of the last PATIENTS patients (8 bytes each, 82 MB at the very most). A visit is compared with
all kept ones of other days; of a pair that comes in the wrong order the later row carries the alert.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.note import Alert, CodedNote

PATIENTS, VISITS, SHINGLES = 10_000, 4, 256
WORDS = 4
"""Words in a row that are one shingle."""

SHORTEST = 12
"""Interventions of fewer words say too little to be called copied."""

REPEATED = 0.8
"""The share of shingles from which a text with the same numbers counts as repeated."""

_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}:\d\d\b")
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Visit:
    id: str
    day: date
    shingles: array[int]
    numbers: bytes


class CopyForward:
    """What is kept of the visits that have come by."""

    def __init__(self) -> None:
        self._patients: OrderedDict[str, deque[_Visit]] = OrderedDict()

    def check(self, note: CodedNote, patient: str | None, day: str | None) -> CodedNote:
        """The note, with a `copied_forward` alert where it repeats a kept visit of another day.

        Without a patient or a date of service (ISO), or with too little text, nothing is compared and nothing kept.
        """
        visit = _visit(note, day)
        if not patient or visit is None:
            return note
        kept = self._patients.setdefault(patient, deque(maxlen=VISITS))
        self._patients.move_to_end(patient)
        if len(self._patients) > PATIENTS:
            self._patients.popitem(last=False)
        same = [(_share(visit, old), old) for old in kept if old.day != visit.day and old.numbers == visit.numbers]
        kept.append(visit)
        share, old = max(same, key=lambda s: (s[0], s[1].day), default=(0.0, visit))
        if share < REPEATED:
            return note
        which = "earlier" if old.day < visit.day else "later"
        message = (
            f"{share:.0%} of the interventions' words stand unchanged in the {which} visit {old.id} of {old.day}, all minutes "
            "and measures too. Confirm what was done in each visit, or correct the note."
        )
        return note.with_alerts(Alert("copied_forward", "warning", message))


def with_copy_forward(
    rows: Iterable[NoteRow | BadRow], coded: Callable[[Iterator[NoteRow | BadRow]], Iterable[CodedNote | BadRow]]
) -> Iterator[CodedNote | BadRow]:
    """The results of `coded(rows)`, one for each row in the rows' order, with their alerts of copied text."""
    seen: deque[tuple[str | None, str | None]] = deque()
    memory = CopyForward()

    def passing() -> Iterator[NoteRow | BadRow]:
        for row in rows:
            context = None if isinstance(row, BadRow) else row.context
            seen.append((context.patient_id, context.date_of_service) if context else (None, None))
            yield row

    for result in coded(passing()):
        patient, day = seen.popleft()
        yield result if isinstance(result, BadRow) else memory.check(result, patient, day)


def _visit(note: CodedNote, day: str | None) -> _Visit | None:
    """What is kept of a visit: the lines that name something performed, without dates and clock times."""
    try:
        when = date.fromisoformat(day or "")
    except ValueError:
        return None
    lines = {}
    for activity in note.activities:
        if activity.status == "performed":
            start = note.text.rfind("\n", 0, activity.start) + 1
            end = note.text.find("\n", activity.end)
            lines[start] = note.text[start : end if end >= 0 else None]
    words = _WORD.findall(_DATE.sub(" ", "\n".join(lines[s] for s in sorted(lines))).lower())
    if len(words) < SHORTEST:
        return None
    rows = dict.fromkeys(_hash(" ".join(words[i : i + WORDS])) for i in range(len(words) - WORDS + 1))
    numbers = hashlib.blake2b(" ".join(w for w in words if w[0].isdigit()).encode(), digest_size=8).digest()
    return _Visit(note.id, when, array("Q", list(rows)[:SHINGLES]), numbers)


def _hash(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big")


def _share(visit: _Visit, old: _Visit) -> float:
    """The part of a visit's shingles that the other one has."""
    return len(set(visit.shingles) & set(old.shingles)) / len(visit.shingles)
