"""The time of a visit with one service, where no label says that it is the visit's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp_coder.extract.numbers import SPELLED, spelled
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.said import said_not_to_count
from nlp_coder.extract.times.use import Placed, TimeUse
from nlp_coder.extract.times.words import EVERY, NO_TREATMENT, rest_follows
from nlp_coder.note import FIRST_UNIT

_HOURS = re.compile(
    rf"(?<![\w.:/-])(?P<n>[1-4](?:\.5)?|{SPELLED})[ \t-]?(?:hours?|hrs?|h)\b(?![ \t]*(?:ago|later|before|after|prior|post|per|a day|daily|/|rule|minutes|mins?))",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(("goals", "plan", "hep", "history", "subjective", "assessment", "education"))
_LASTED = re.compile(r"last(?:ed|ing)", re.IGNORECASE)
""" "The session lasted 40 minutes" is treatment, though a symptom may last as well."""
_AT = re.compile(r"(?<!\w)(?:at|@)(?:[ \t]+(?:about|around|roughly|approx\.?))?[ \t]*\Z")
_TOLD_BY = re.compile(
    r"\b(?:she|he|(?<!one )(?<!with )(?<!by )(?<!\d )pt(?! alone with)|patient|client|wife|husband|mother|reports?|states|says|said|could|can(?:not|'t)?|able|tolerat\w+|every|each|per|goal|"
    r"make up|scheduled|instead of|missed|next|tomorrow|normally|usually|breaks?|late|watch(?:es|ed|ing)?|reads?|slee(?:ps?|ping)|slept|dr[io]ves?|dtr|daughter|son|spouse|aide|caregiver)\b[^.;\n]*\Z",
    re.IGNORECASE,
)


_IN_THE_WATER = re.compile(
    r"\b(?:in|of) the (?:pool|water|gym|kitchen|treatment room)\b[ \t]*(?:for|,)?[ \t]*\Z", re.IGNORECASE
)
""" "She was in the pool for 35 minutes": how long the visit was, though told of the patient."""


def _trailing(before: str, after: str) -> bool:
    """Whether a time is all that follows the last comma of its sentence ("... with one cue to keep upright, 16 min.")."""
    return re.search(r",[ \t]*\Z", before) is not None and not after.strip(" \t.)")


def only_service_uses(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> list[TimeUse]:
    """The one time that is told of no item and no other thing, as the visit's total, where all that was performed is one
    service and the note states no other time for it; else nothing. "Warm pool 34 min, chest depth: walking, noodle bicycle"."""
    performed = [a for a in activities if a.performed]
    if len({a.code for a in performed}) != 1 or any(u.role not in ("activity", "shared") for u in uses):
        return []
    own = sum(u.minutes for u in uses)
    if {i for u in uses for i in u.activities} == {i for i, a in enumerate(activities) if a.performed}:
        return []  # each item has its time
    used = [(u.start, u.end) for u in uses]
    told = [
        (start, end, minutes)
        for start, end, minutes in _lengths(reading, in_hours=own < FIRST_UNIT)
        if minutes >= max(FIRST_UNIT, own) and all(end <= a or start >= b for a, b in used)
        and _may_be_the_visits(reading, activities, start, end)
    ]  # fmt: skip
    if len({minutes for _, _, minutes in told}) != 1:
        return []
    start, end, minutes = told[0]
    return [TimeUse(start, end, minutes, "total")]


def _lengths(reading: Reading, *, in_hours: bool) -> Iterator[tuple[int, int, int]]:
    """(start, end, minutes) of every length of time. in_hours: those told in hours, too."""
    for t in reading.times:
        yield t.start, t.end, t.minutes
    for m in _HOURS.finditer(reading.text) if in_hours else ():
        if not any(t.start < m.end() and m.start() < t.end for t in reading.times):
            number = float(m["n"]) if m["n"][0].isdigit() else spelled(m["n"])
            if number is not None and number <= 4:
                yield m.start(), m.end(), round(60 * number)


def _may_be_the_visits(reading: Reading, activities: Sequence[Placed], start: int, end: int) -> bool:
    """Whether nothing around a time says that it is of something else."""
    text = reading.text
    if reading.layout.stands_in(start, _ELSEWHERE):
        return False
    line = reading.layout.line_at(start)
    first, last = part(reading.cuts.sentences, start, len(text))
    first, last = max(first, line.start), min(last, line.end)
    before = text[first:start]
    others = [a for a in activities if first <= a.start < last]
    if others and not any(a.performed for a in others):
        return False
    refused = [m for m in NO_TREATMENT.finditer(before[-32:]) if not _LASTED.fullmatch(m[0])]
    told_by = _TOLD_BY.search(before) and not _IN_THE_WATER.search(before) and not _trailing(before, text[end:last])
    if refused or told_by or any(said.search(before) for said in (_AT, EVERY)):
        return False
    return not rest_follows(text, end, last) and not said_not_to_count(reading, start, end, (first, last))
