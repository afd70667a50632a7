"""Bare numbers that are minutes because they stand in one same place of a note's lines, before or behind their items."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.sums import beside_items, sum_written
from nlp_coder.extract.times.totals import totals_stated
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in

IN_BRACKETS = r"\((\d{1,2})(?:[ \t]+(?:for[ \t]+(?:the[ \t]+lot|all|both|these|the[ \t]+(?:set|group|two|three))|in[ \t]+all|total))?\)"
_SQUARE = re.compile(r"\[(?:[A-Za-z][\w \t/&.–-]{0,30},)?[ \t]*(\d{1,2})[ \t]*(?:min|m|['’′])?[ \t]*\]")


def square_uses(reading: Reading, activities: Sequence[Placed], totals: Sequence[int] = ()) -> list[TimeUse]:
    """ "[18] step taps" and "Gait block [18] - step taps, doorways": numbers in square brackets before what they are for,
    or behind it where each ends what it stands in ("sit on ball [9]; treadmill [7]"), where a note has at least two, or where
    one makes up a stated total with the other times."""
    found: list[TimeUse] = []
    marks = [m for m in _SQUARE.finditer(reading.text) if SHORTEST <= int(m[1]) <= 90]
    behind = all(re.match(r"[ \t]*(?:[.;,|/]|\r?\n|$)", reading.text[m.end() : m.end() + 8]) for m in marks)
    for before, m, following in zip([None, *marks], marks, [*marks[1:], None], strict=False):
        line = reading.layout.line_at(m.start())
        stop = min(line.end, following.start() if following else line.end)
        since = max(line.start, before.end() if before else line.start)
        mine = performed_in(activities, since, m.start()) if behind else performed_in(activities, m.end(), stop)
        if mine and not any(a.start <= m.start() < a.end for a in activities):
            found.append(of_items(m.start(), m.end(), int(m[1]), mine))
    others = [t.minutes for t in reading.times if beside_items(reading, activities, t) and t.minutes not in totals]
    whole = sum(f.minutes for f in found) + sum(others)
    return found if len(found) >= 2 or whole in totals else []


_COLUMN = re.compile(r"[ \t]*(?P<n>\d{1,2})(?:[ ]{2,}|\t)[ \t]*")
""" "38   MLD L arm": minutes only where a stated total is their sum, else they may as well be repetitions ("20  SAQ")."""
_FIRST = re.compile(r"[ \t]*(?P<n>\d{1,2})[ ](?:[A-Z]{2,5}[ ])?")
""" "25 TE bike, SLR": minutes only where the note writes out their sum."""
_SLOTS = (
    re.compile(r"[ \t•*–-]*\([ \t]*(?P<n>\d{1,2})[ \t]*\)[ \t]*"),
    re.compile(r"[ \t|•*–-]*(?P<n>\d{1,2})[ \t]*\|[ \t]*"),
    re.compile(r"[ \t•*]*(?P<n>\d{1,2})[ \t]+[–—-][ \t]+"),
    _COLUMN,
    _FIRST,
    re.compile(r"[ \t•*–-]*[A-Za-z][A-Za-z&.'-]*(?:[ \t][A-Za-z&.'-]+){0,3}[ \t]*/[ \t]*(?P<n>\d{1,2})[ \t]*/[ \t]*"),
    re.compile(
        r"[ \t•*–-]*(?!(?:wk|week|day|phase|visit|session|set|level|lvl|stage|age|room|goal|step|station|circuit|round|reps?|item|ex|no|"
        r"grade|gr|line|seat|speed|mode|channel|rpe|pain|hr|bp|spo2)\b)[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'+-]+){0,3}[ \t]+@?[ \t]?(?P<n>\d{1,2})"
        r"(?:[ \t]*\([^()\n]{0,24}\))?(?:[ \t]*(?:>|:|=>|→)[ \t]*|[ \t]+[-–—]{1,2}[ \t]+|[ \t]{2,})",
        re.IGNORECASE,
    ),
)
"""Where a line has its minutes before its items: "(14) sock aid", "TE / 14 / SL bridge", "BALANCE 20 > foam, beam",
"Strength @14: press, row"."""
_NAMED_GAP = re.compile(
    r"(?m)^[ \t]*[A-Za-z][A-Za-z/&.+-]*(?:[ \t][A-Za-z/&.+-]+){0,3}(?:[ ]{2,}|\t+)(?P<n>\d{1,2})(?=[ \t]{2,}\S|[ \t]*$)"
)


def gap_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "COLD . . . . 10  game-ready sleeve" (leaders are read as a gap): a heading's minutes in a column before its items, in a
    note that has more such headings."""
    found = list(_NAMED_GAP.finditer(reading.text))
    out = []
    for m in found if len(found) >= 2 else ():
        line = reading.layout.line_at(m.start("n"))
        alone = not reading.text[m.end() : line.end].strip()
        mine = performed_in(activities, m.end(), _end_of_items(reading, line.end) if alone else line.end)
        if mine and int(m["n"]) > SHORTEST and not performed_in(activities, line.start, m.start("n")):
            out.append(of_items(m.start("n"), m.end("n"), int(m["n"]), mine))
    return out


_DOTTED = re.compile(r"[^\d\n]{0,40}?\.{2,}[ \t]?(?P<n>\d{1,2})[ \t]*")


def slot_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Bare numbers that stand in one same place of at least two lines, before all or behind all of a line's items, where
    none of these lines states another time."""
    found: dict[int, list[TimeUse]] = {}
    for line in reading.layout.lines:
        mine = performed_in(activities, line.start, line.end)
        if not mine or any(line.start <= t.start < line.end and t.minutes > SHORTEST for t in reading.times):
            continue
        first, last = activities[mine[0]].start, activities[mine[-1]].end
        places = [
            *(form.fullmatch(reading.text, line.start, first) for form in _SLOTS),
            _DOTTED.fullmatch(reading.text, last, line.end),
        ]
        for slot, m in enumerate(places):
            if m and 4 < int(m["n"]) <= 75:
                found.setdefault(slot, []).append(of_items(m.start("n"), m.end("n"), int(m["n"]), mine))
    column, lead = _SLOTS.index(_COLUMN), _SLOTS.index(_FIRST)
    if column in found and sum(u.minutes for u in found[column]) not in totals_stated(reading):
        del found[column]
    if lead in found:
        written = sum_written(reading.text)
        if not written or Counter(u.minutes for u in found[lead]) - Counter(written[0]):
            del found[lead]
    best = max(found.values(), key=len, default=[])
    counted = all(b.minutes - a.minutes == 1 for a, b in itertools.pairwise(best))
    return best if len(best) >= 2 and not counted else []


_BRACED = re.compile(r"\}[ \t]*(?P<n>\d{1,2})?[ \t|]*(?:min(?:utes|s)?\.?)?[ \t|]*\Z", re.IGNORECASE)


def braced_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "glides  97140  }" over "subscap release  97140  } 17": lines that a brace joins share the number behind it."""
    out: list[TimeUse] = []
    run: list[int] = []
    number: tuple[int, int, int] | None = None
    for line in [*reading.layout.lines, None]:
        m = _BRACED.search(reading.text[line.start : line.end]) if line else None
        if line and m and not (m["n"] and number):
            run += performed_in(activities, line.start, line.end)
            if m["n"]:
                number = (line.start + m.start("n"), line.start + m.end("n"), int(m["n"]))
            continue
        if number and len(run) > 1:
            out.append(of_items(*number, run))
        run, number = [], None
    return out


_HEADED_ALONE = re.compile(r"(?m)^[ \t]*[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'-]+){0,3}[ \t]*\((\d{1,2})\)[ \t]*$")
""" "TENODESIS / NMRE (15)" over its items."""
_HEADED = re.compile(
    r"(?m)^[ \t•*–-]*[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'-]+){0,3}[ \t]*\((\d{1,2})\)[ \t]*(?::|--|–|—)(?=[ \t]*\S)"
)


def bracketed_headings(reading: Reading, activities: Sequence[Placed], headed: int) -> list[TimeUse]:
    """ "Scar work (15): skin rolling, massage": headings of any words with a bare number in brackets, where at least two
    headings of the note have a number; headed: how many of those that stand for a code do."""
    text, out = reading.text, []
    for form, alone in ((_HEADED, False), (_HEADED_ALONE, True)):
        for m in form.finditer(text):
            line = reading.layout.line_at(m.start(1))
            first, last = (line.end, _end_of_items(reading, line.end)) if alone else (m.end(), line.end)
            mine = performed_in(activities, first, last)
            named = performed_in(activities, line.start, line.end if alone else m.start(1))
            if mine and not named and 4 < int(m[1]) <= 75:
                out.append(of_items(m.start(1), m.end(1), int(m[1]), mine))
    if not out or len(out) + headed < 2:
        return []
    starts = {u.start for u in out}
    return out + [u for u in _in_brackets_behind(reading, activities) if u.start not in starts]


_BULLETED = re.compile(r"[ \t]*(?:[-–—*•·>+]|\d{1,2}[.)])[ \t]|[ \t]{2,}\S|\t")


def _end_of_items(reading: Reading, start: int) -> int:
    """The end of the lines behind an offset that are bulleted or stand in."""
    end = start
    for line in reading.layout.lines[reading.layout.line_number(start) :]:
        if line.start >= start:
            if not _BULLETED.match(reading.text, line.start, line.end):
                break
            end = line.end
    return end


def _in_brackets_behind(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "spacer adjusted and edges re-flanged (8)": a bare number in brackets that ends a line behind its items."""
    out = []
    for m in re.finditer(rf"(?m){IN_BRACKETS}[ \t.]*$", reading.text):
        line = reading.layout.line_at(m.start())
        mine = performed_in(activities, line.start, m.start())
        timed = any(line.start <= t.start < line.end for t in reading.times)
        if mine and 4 < int(m[1]) <= 75 and not timed:
            out.append(of_items(m.start(1), m.end(1), int(m[1]), mine))
    return out
