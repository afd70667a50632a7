"""The note's text cut for the page: where activities, reasons and alerts begin and end, so that links find their words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp_coder.note import Activity, CodedNote, Evidence

_QUOTED = re.compile("“([^”]+)”")
_NEAR = 120
"""Characters around an activity in which a word that the model weighed is looked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. places: `start-end` of everything that begins here and has a link. activity: the number (from 1)
    of the activity that it belongs to, 0 for none; first/last: whether that begins or ends here."""

    start: int
    text: str
    places: tuple[str, ...]
    activity: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its links: (words, "start-end") for each word of it that stands in the note."""

    evidence: Evidence
    links: tuple[tuple[str, str], ...]


def reasons(activity: Activity, text: str) -> list[Reason]:
    """Everything for and against an activity's code, with the words of the note behind it."""
    return [Reason(e, tuple(_links(e, activity, text))) for e in activity.evidence]


def _links(evidence: Evidence, activity: Activity, text: str) -> Iterator[tuple[str, str]]:
    if evidence.start is not None and evidence.end is not None:
        yield text[evidence.start : evidence.end], f"{evidence.start}-{evidence.end}"
        return
    if evidence.kind != "model":
        return
    for words in _QUOTED.findall(evidence.reason):
        pattern = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words.split())) + r"(?!\w)", re.IGNORECASE)
        begin = max(0, activity.start - _NEAR)
        found = [m for m in pattern.finditer(text, begin, min(len(text), activity.end + _NEAR)) if m.end() > m.start()]
        if found:
            near = min(found, key=lambda m: (abs(m.start() - activity.start), m.start()))
            yield near[0], f"{near.start()}-{near.end()}"


def pieces(note: CodedNote) -> list[Piece]:
    """The whole text in pieces, in order; joined they are the text."""
    text = note.text
    linked = {(a.start, a.end) for a in note.alerts if a.start is not None and a.end is not None and a.end <= len(text)}
    for activity in note.activities:
        for reason in reasons(activity, text):
            linked |= {_place(key) for _, key in reason.links}
    return list(_cut(text, note.activities, sorted((s, e) for s, e in linked if s is not None and e is not None)))


def _place(key: str) -> tuple[int, int]:
    start, _, end = key.partition("-")
    return int(start), int(end)


def _cut(text: str, activities: Sequence[Activity], linked: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    edges = {0, len(text)} | {x for a in activities for x in (a.start, a.end)} | {x for place in linked for x in place}
    begins: dict[int, list[str]] = {}
    for start, end in linked:
        begins.setdefault(start, []).append(f"{start}-{end}")
    waiting = iter(enumerate(activities, 1))
    number, current = next(waiting, (0, None))
    for start, end in itertools.pairwise(sorted(edges)):
        while current is not None and current.end <= start:
            number, current = next(waiting, (0, None))
        inside = current is not None and current.start <= start
        yield Piece(
            start, text[start:end], tuple(begins.get(start, ())), number if inside else 0,
            inside and current is not None and current.start == start,
            inside and current is not None and current.end == end,
        )  # fmt: skip
