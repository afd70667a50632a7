"""Copy-forward: a visit whose interventions repeat those of another visit of the same patient, minutes and measures too.

A step over visits in the order of their rows, wherever they are coded: the coder's side makes a `Visit` of hashes, never
of text; the step compares them. At most SHINGLES of the last VISITS visits of the last PATIENTS patients are kept (8
bytes each, 82 MB at the very most). A visit is compared with all kept ones of other days; of a pair that comes in the
wrong order the later row carries the alert.
"""

from __future__ import annotations

import base64
import hashlib
import re
from array import array
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nlp_coder.note import Alert, CodedNote

PATIENTS, VISITS, SHINGLES = 10_000, 4, 256
WORDS = 4
"""Words in a row that are one shingle."""

SHORTEST = 12
"""Interventions of fewer words say too little to be called copied."""

REPEATED = 0.8
"""The share of shingles from which a text with the same numbers counts as repeated."""

_NUMBERS = 8
"""Bytes of the hash of a visit's numbers."""

_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}:\d\d\b")
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Visit:
    """What is kept of a visit. id: its note's. day: its date of service. shingles and numbers: hashes of its work."""

    patient: str
    id: str
    day: date
    shingles: array[int]
    numbers: bytes

    def packed(self) -> list[str]:
        """The visit as a row of text, for a journal."""
        hashes = base64.b64encode(self.numbers + self.shingles.tobytes()).decode()
        return [self.patient, self.id, self.day.isoformat(), hashes]

    @classmethod
    def unpacked(cls, row: Sequence[str]) -> Visit:
        """The visit that `packed` gave."""
        patient, id, day, hashes = row
        data = base64.b64decode(hashes)
        return cls(patient, id, date.fromisoformat(day), array("Q", data[_NUMBERS:]), data[:_NUMBERS])


class CopyForward:
    """What is kept of the visits that have come by."""

    def __init__(self) -> None:
        self._patients: OrderedDict[str, deque[Visit]] = OrderedDict()

    def check(self, visit: Visit) -> Alert | None:
        """A `copied_forward` alert where the visit repeats a kept one of another day. The visit is kept."""
        kept = self._patients.setdefault(visit.patient, deque(maxlen=VISITS))
        self._patients.move_to_end(visit.patient)
        if len(self._patients) > PATIENTS:
            self._patients.popitem(last=False)
        same = [(_share(visit, old), old) for old in kept if old.day != visit.day and old.numbers == visit.numbers]
        kept.append(visit)
        share, old = max(same, key=lambda s: (s[0], s[1].day), default=(0.0, visit))
        if share < REPEATED:
            return None
        which = "earlier" if old.day < visit.day else "later"
        message = (
            f"{share:.0%} of the interventions' words stand unchanged in the {which} visit {old.id} of {old.day}, all minutes "
            "and measures too. Confirm what was done in each visit, or correct the note."
        )
        return Alert("copied_forward", "warning", message)


def visit_of(note: CodedNote, patient: str | None, day: str | None) -> Visit | None:
    """What is kept of a visit: the lines that name something performed, without dates and clock times.

    None without a patient or a date of service (ISO), or with too little text: nothing is compared then.
    """
    try:
        when = date.fromisoformat(day or "")
    except ValueError:
        return None
    if not patient:
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
    numbers = hashlib.blake2b(" ".join(w for w in words if w[0].isdigit()).encode(), digest_size=_NUMBERS).digest()
    return Visit(patient, note.id, when, array("Q", list(rows)[:SHINGLES]), numbers)


def _hash(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big")


def _share(visit: Visit, old: Visit) -> float:
    """The part of a visit's shingles that the other one has."""
    return len(set(visit.shingles) & set(old.shingles)) / len(visit.shingles)
