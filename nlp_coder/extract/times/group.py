"""The time of a group: told beside the words that name it, its work may stand anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp_coder.extract.group_words import GROUP_NAMED
from nlp_coder.extract.heading_words import CODE
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.sums import numbers_that_make
from nlp_coder.extract.times.use import Placed, TimeUse
from nlp_coder.note import FIRST_UNIT, GROUP

_ELSEWHERE = frozenset(("goals", "plan", "hep", "history", "subjective", "assessment"))


def group_uses(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> list[TimeUse]:
    """ "GROUP, dining room, 4 residents, 30 min." before or behind its items: the time whose sentence or line names a group,
    as that of all group work, where none of it has another time and the note tells no second such time of another length."""
    mine = tuple(i for i, a in enumerate(activities) if a.performed and a.code == GROUP)
    if not mine or any(u.code == GROUP or set(u.activities) & set(mine) for u in uses):
        return []
    spent = [(u.start, u.end) for u in uses if u.role != "total"]
    told = [
        t for t in reading.times
        if t.minutes >= FIRST_UNIT and all(t.end <= a or t.start >= b for a, b in spent) and names_a_group(reading, t)
    ]  # fmt: skip
    told = [t for t in told if names_a_group(reading, t, in_its_sentence=True)] or told
    if not told or len({t.minutes for t in told}) > 1:
        return []
    return [TimeUse(told[0].start, told[0].end, told[0].minutes, "block", mine, GROUP, told[0].clock)]


_INDIVIDUAL_AND_GROUP = re.compile(
    r"\bindiv(?:idual)?\.?[ \t:=]*(?P<own>[1-9]\d{0,2})[ \t]*(?:min\w*\.?|m\b|['’′])?(?:[ \t]*[,;/&+|]|[ \t]{2,})[^\n.]{0,24}?"
    r"\b(?:group|grp|conc(?:urrent)?)\.?[ \t:=]*(?P<group>[1-9]\d{0,2})(?!\d)",
    re.IGNORECASE,
)


def split_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "Individual 26, group 20": the group's time, and that of what was done alone, where it is one service or bare numbers
    behind its items add up to it."""
    m = _INDIVIDUAL_AND_GROUP.search(reading.text)
    grouped = tuple(i for i, a in enumerate(activities) if a.performed and a.code == GROUP)
    alone = tuple(i for i, a in enumerate(activities) if a.performed and a.code != GROUP)
    if m is None or not grouped or not alone:
        return []
    block = reading.layout.block_at(activities[grouped[0]].start)
    if block and re.search(r"\d\d", re.sub(CODE, "", reading.text[block.start : block.content])):
        return []  # "97150 15  group with 2 others ...": its heading says how long
    out = [TimeUse(m.start("group"), m.end("group"), int(m["group"]), "block", grouped, GROUP)]
    if len({activities[i].code for i in alone}) == 1:
        return [*out, TimeUse(m.start("own"), m.end("own"), int(m["own"]), "block", alone, activities[alone[0]].code)]
    own = [replace(a, performed=a.performed and a.code != GROUP) for a in activities]
    return out + numbers_that_make(reading, own, [m.span()], int(m["own"]))


_APART_FROM_IT = re.compile(
    r"\b(?:before|after|prior to|following|individual(?:ly)?|alone|1:1|one[- ]on[- ]one)\b", re.IGNORECASE
)
""" "Before group, individually: paraffin 1020-1030"."""


def names_a_group(reading: Reading, t: TimeMention, *, in_its_sentence: bool = False) -> bool:
    """Whether the sentence of a time names a group before it, or its line opens with one; in_its_sentence: only the first."""
    if reading.layout.stands_in(t.start, _ELSEWHERE):
        return False
    line = reading.layout.line_at(t.start)
    start = max(line.start, part(reading.cuts.sentences, t.start, len(reading.text))[0])
    stop = min(line.end, t.end + 40)
    if _APART_FROM_IT.search(reading.text, start, t.start):
        return False
    places = ((start, stop),) if in_its_sentence else ((start, stop), (line.start, t.start))
    return any(GROUP_NAMED.search(reading.text, a, b) for a, b in places)
