"""Whether work was done with two or more patients at once (97150)."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp_coder.extract.group_words import GROUP_NAMED, OTHERS
from nlp_coder.extract.reading import Reading, part
from nlp_coder.note import GROUP

_INDIVIDUAL = re.compile(
    r"\b(?:individual(?:ly)?|indiv|individ|1:1|1 on 1|one[- ]on[- ]one|one[- ]to[- ]one|alone|separately|private)\b|"
    r"\bby (?:him|her)self\b|\bon (?:(?:his|her|their) )?own (?:w/|with)|\b(?:after|before|following|prior to) (?:the )?(?:class|group|grp)\b",
    re.IGNORECASE,
)


_COMPANY = re.compile(rf"group|grp|class|circle|club|other|attendees|(?:with\s+|w/\s*)\d|{OTHERS}")
"""A word of these stands in whatever `GROUP_NAMED` finds."""


@lru_cache(maxsize=4)
def _names_company(text: str) -> bool:
    """Whether a note names others beside the patient at all; asked for every activity of a note in turn."""
    return _COMPANY.search(text.lower()) is not None


_OF_OTHER_DAYS = re.compile(
    r"\b(?:took|takes|(?<!i )(?<!-)led(?! by\b)|leads|teach(?:es)?|taught|attends|goes|wants|plays|sings|lives|liv(?:es|ing)|cancell?ed|used to|leaves|misses|enjoys|belongs|"
    r"PLOF|prior level|church|senior (?:center|centre|ctr|apt)|at school|teacher|coach|her back|him back|on (?:mon|tue|wed|thu|fri|sat|sun)\w*|"
    r"\d ?x ?(?:/|a |per )?w(?:ee)?k|completed by|filled (?:in|out) by|already (?:had|did|done|tried)|at the (?:hospital|gym|studio|ymca|community|church|club))\b",
    re.IGNORECASE,
)
""" "Knitting group wants her back", "led a balance class at the senior ctr": what the patient does on other days."""
_TOLD_BY_OTHERS = re.compile(
    r"\b(?:roommate|wife|husband|spouse|mom|mum|mother|dad|father|son|daughter|teacher|boss|coworkers?|friends?|he|she|pt|patient|client)\b[^.;\n]{0,20}"
    r"\b(?:says|reports|states|mentions|notes|told|feels|thinks)\b",
    re.IGNORECASE,
)
""" "Roommate says he loses the thread after half an hour of group work": what is told of other days, times and all."""
_APART_FROM = re.compile(
    r"\b(?:after|before|following|prior to|outside|apart from|besides)[ \t]+(?:(?:the|this|that)[ \t]+)?\Z",
    re.IGNORECASE,
)
""" "Individual treatment after group": not in it."""
_TITLE = re.compile(
    r"\s*[#*_\[]*(?:[A-Za-z/-]+[ \t]+){0,3}?group\b(?![^\n]*\b(?:individual|indiv|1:1)\b)", re.IGNORECASE
)
""" "GROUP THERAPY DOCUMENTATION - sample", "OT group note": the note's first line heads all of it."""
_NO_PEOPLE = re.compile(r"\bgroup[ \t]+[1-5][ \t]+(?:power|chair|base|support|cushion)", re.IGNORECASE)
""" "Group 3 power base": equipment."""


_CUT = re.compile(r"[:;\n]")
"""No group named behind one of these is that of the words before it."""


def _groups_named(reading: Reading, begin: int, end: int) -> list[int]:
    """Where a group is named between two offsets; asked of a block or a line by each of its activities."""
    known: dict[tuple[int, int], list[int]] = reading.kept.setdefault("groups named", {})
    if (begin, end) not in known:
        named = (m.start() for m in GROUP_NAMED.finditer(reading.text, begin, end))
        known[begin, end] = [at for at in named if not _elsewhere(reading, at)]
    return known[begin, end]


def _elsewhere(reading: Reading, at: int) -> bool:
    """Whether the sentence that names a group tells of other days than the visit's, and no time in its clause."""
    if _NO_PEOPLE.match(reading.text, at) or _APART_FROM.search(reading.text, max(0, at - 24), at):
        return True
    start, end = part(reading.cuts.sentences, at, len(reading.text))
    line = reading.layout.line_at(at)
    start, end = max(start, line.start), min(end, line.end)
    clause = part(reading.cuts.clauses, at, len(reading.text))
    if _TOLD_BY_OTHERS.search(reading.text, start, at):
        return True
    timed = any(clause[0] <= t.start < clause[1] for t in reading.times)
    return not timed and _OF_OTHER_DAYS.search(reading.text, start, end) is not None


def in_group(reading: Reading, start: int, stop: int) -> bool:
    """Whether the note says that the activity at start:stop was done with two or more patients at once.

    The nearest statement before it in its block or paragraph decides; "individually", "1:1" or "alone" ends a group, in
    the activity's own words too.
    """
    text = reading.text
    section = reading.layout.section_at(start)
    block = reading.layout.block_at(start)
    begin = block.start if block else section.start if section else 0
    line = reading.layout.line_at(start)
    end = max(line.end if not block else min(block.end, line.end), start)
    if not _names_company(text):
        return False
    if _TITLE.match(text):
        begin = 0
    verdict = block is not None and block.code == GROUP  # the therapist's own code heads its items
    best = -1
    for named in _groups_named(reading, begin, end):
        near = named <= start or (named - start < 60 and _CUT.search(text, stop, named) is None)
        if near and named > best:
            verdict, best = True, min(named, start)
    for m in _INDIVIDUAL.finditer(text, begin, stop):
        if m.start() >= best:
            verdict, best = False, m.start()
    return verdict
