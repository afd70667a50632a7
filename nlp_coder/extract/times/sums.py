"""Bare numbers that are minutes because the note adds them up: to a stated time of the visit, or in a sum it writes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in

_AFTER_ITEM = re.compile(
    r"(?<=[ \t(\[=:–-])(\d{1,2})(?=[ \t]*(?:[,;.|)\]\r\n]|$|-{1,2}[ \t]|->|→|(?:and|then)\b|\(\d{5}\)))"
)
_SUM_LINE = re.compile(r"(?m)^[ \t]*(?:=|->|→|=>)[ \t]*(\d{2,3})[ \t]*$")
_BEFORE_A_WORD = re.compile(
    rf"{_AFTER_ITEM.pattern}|(?<=[ \t=(])(\d{{1,2}})"
    r"(?=[ \t]+(?:[a-z]{2,}(?:[ \t][a-z]+){0,4}[ \t]*(?:[,;.|)\r\n]|$)|\([a-z])|:[ \t])"
)
""" "ice 15 post, unattended": also before a word or two."""

_FOR_ALL = re.compile(r"[ \t]+(?:for[ \t]+(?:both|all|the[ \t]+lot)|in[ \t]+all|total)\b", re.IGNORECASE)
_EQUATION = re.compile(
    r"(?<![\d.:/+])(?P<parts>\d{1,3}(?:[ \t]*(?:min|m|['’′])?[ \t]*[+/][ \t]*\d{1,3})+)[ \t]*(?:min|m|['’′])?[ \t]*=[ \t]*(?P<sum>\d{1,3})(?!\d|\.\d|[:/%])",
    re.IGNORECASE,
)


def sums_alone(text: str) -> set[int]:
    """The sums that stand on lines of their own ("= 53")."""
    return {int(m[1]) for m in _SUM_LINE.finditer(text)}


def sum_written(text: str) -> tuple[list[int], tuple[int, int]] | None:
    """(parts, (start, end)) of the last sum that a note writes out ("12 + 28 = 40 min"); None where it has none, or
    where the parts do not make it."""
    for m in reversed(list(_EQUATION.finditer(text))):
        parts = [int(n) for n in re.findall(r"\d+", m["parts"])]
        if sum(parts) == int(m["sum"]) and min(parts) >= 2:
            return parts, m.span()
    return None


def summed_uses(
    reading: Reading,
    activities: Sequence[Placed],
    used: Sequence[tuple[int, int]],
    totals: Sequence[int] = (),
    parts: Sequence[int] = (),
    known: Sequence[int] = (),
) -> list[TimeUse]:
    """Bare numbers after items that add up to a stated time of the visit, with that time as the total.

    What other items have in minutes counts with them ("bike 6 min; rows x15; STM 8; total 14 min").
    used: places (start, end) of times that have been understood already; totals: visit totals among them; parts: those
    of a sum that the note writes out (see `sum_written`); known: the minutes of items and services among them.
    """
    totals = [
        *totals,
        *(t.minutes for t in reading.times if t.in_out),
        *sums_alone(reading.text),
    ]
    longest = max((t.minutes for t in reading.times), default=0)
    clocks = sum(t.clock is not None for t in reading.times)
    for found in _numbers_in_several_ways(reading, activities, used):
        bare = sum(f.minutes for f in found)
        first, last = activities[found[0].activities[0]].start, found[-1].end
        told = [
            t for t in reading.times if not t.clock and t.minutes > SHORTEST and beside_items(reading, activities, t)
        ]
        for total in totals:
            others = [t.minutes for t in told if not any(a <= t.start < b for a, b in used)]
            if (len(found) >= 2 and bare == total) or (others and bare + sum(others) == total):
                return found
        if parts:  # "Hands on 22: ... breathing 8, child's pose 4 ... 22+8+4 = 34": each number is one of its parts
            left, mine = list(parts), []
            for f in found:
                if f.minutes in left:
                    left.remove(f.minutes)
                    mine.append(f)
            if mine:
                return mine
        for at, end, minutes in () if totals else _lone_numbers(reading):
            if bare + sum(known) == minutes and len(found) + len(known) >= 2 and end > last:
                return [TimeUse(at, end, minutes, "total"), *found]
        for whole in reading.times:
            if whole.clock and clocks > 1:
                continue  # a part of the visit
            leads = reading.layout.line_at(first).start <= whole.start < first
            if totals or (whole.minutes < longest and not leads) or first <= whole.start < last:
                continue
            others = [t.minutes for t in told if t is not whole]
            if (len(found) >= 2 and bare == whole.minutes) or (others and bare + sum(others) == whole.minutes):
                return [TimeUse(whole.start, whole.end, whole.minutes, "total", clock=whole.clock), *found]
    return []


def _numbers_in_several_ways(
    reading: Reading, activities: Sequence[Placed], used: Sequence[tuple[int, int]]
) -> Iterator[list[TimeUse]]:
    """The bare numbers after items as they may be told, the plainest way first; of each way also those alone that are no few
    ("hand helper 2 bands, ball dribble 15")."""
    for form, numbers in ((_AFTER_ITEM, False), (_BEFORE_A_WORD, False), (_AFTER_ITEM, True)):
        found = _numbers_after_items(reading, activities, used, form, numbers=numbers)
        longer = [f for f in found if f.minutes > SHORTEST]
        if found:
            yield found
        if longer and len(longer) < len(found):
            yield longer


_LONE = re.compile(
    r"(?m)^[ \t•*–-]*(?:(?:sum|all|tx|treatment)[ \t]*[:=]?[ \t]*)?(?P<n>\d{2,3})[ \t]*(?:minutes|mins?\.?|['’′])?(?:[ \t]+in all)?[ \t]*(?:$|\.(?!\d))",
    re.IGNORECASE,
)


def _lone_numbers(reading: Reading) -> list[tuple[int, int, int]]:
    """(start, end, number) of numbers that open a line and end its first sentence: "47", "40 min.", "Sum: 40."."""
    return [(m.start("n"), m.end(), int(m["n"])) for m in _LONE.finditer(reading.text)]


def completing_uses(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> list[TimeUse]:
    """Bare numbers after items without a time that, with all times that a note states in other ways, make up the visit's time:
    "TE (17): rows, sliders / CP: neck 8 / in 1115 out 1202"."""
    totals = {u.minutes for u in uses if u.role == "total"}
    parts = [u for u in uses if u.role in ("activity", "shared", "block", "code")]
    if len(totals) != 1 or not parts:
        return []
    left = totals.pop() - sum(u.minutes for u in parts)
    if left <= SHORTEST:
        return []
    told = {i for u in parts for i in u.activities} | {
        i for i, a in enumerate(activities) if a.code and any(u.role == "code" and u.code == a.code for u in parts)
    }
    places = [(u.start, u.end) for u in uses]
    for numbers in (False, True):
        found = [
            f for f in _numbers_after_items(reading, activities, places, _AFTER_ITEM, numbers=numbers)
            if f.minutes > SHORTEST and not told & {*f.activities}
        ]  # fmt: skip
        if sum(f.minutes for f in found) == left:
            return found
    return []


def numbers_that_make(
    reading: Reading, activities: Sequence[Placed], used: Sequence[tuple[int, int]], minutes: int
) -> list[TimeUse]:
    """The bare numbers after items that add up to some minutes; none where they do not."""
    for numbers in (False, True):
        found = _numbers_after_items(reading, activities, used, _AFTER_ITEM, numbers=numbers)
        if sum(f.minutes for f in found) == minutes:
            return found
    return []


def beside_items(reading: Reading, activities: Sequence[Placed], t: TimeMention) -> bool:
    line = reading.layout.line_at(t.start)
    return bool(performed_in(activities, line.start, line.end))


def _numbers_after_items(
    reading: Reading, activities: Sequence[Placed], used: Sequence[tuple[int, int]], form: re.Pattern[str],
    *, numbers: bool = False,
) -> list[TimeUse]:  # fmt: skip
    """The bare numbers of one form that stand right behind performed items and are no dosage. numbers: other numbers may
    stand between ("bike 1/2 revs -> full 9")."""
    parted = r"[.;\n]" if numbers else r"\d|[.;\n]"
    text = reading.text
    timed = [(t.start, t.end) for t in reading.times]
    dosage = [(q.start, q.end) for q in reading.measures]
    taken = [*used, *timed, *dosage]
    found: list[TimeUse] = []
    for m in form.finditer(text):
        if int(m[0]) < 2 or any(a < m.end() and m.start() < b for a, b in taken):
            continue
        line = reading.layout.line_at(m.start())
        together = _FOR_ALL.match(text, m.end()) is not None  # what one of them has alone is part of it
        before = [b for _, b in [*used, *timed, *((f.start, f.end) for f in found)] if b <= m.start()]
        since = line.start if together else max([line.start, *before])
        mine = tuple(i for i, a in enumerate(activities) if a.performed and since <= a.start and a.end <= m.start())
        if mine and not re.search(parted, _without(text, activities[mine[-1]].end, m.start(), dosage)):
            use = of_items(m.start(), m.end(), int(m[0]), mine)
            found.append(replace(use, role="block") if together and len(mine) > 1 else use)
    return found


def _without(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """The text between two offsets, without what lies in some spans."""
    for a, b in sorted(spans):
        if start <= a and b <= end:
            return text[start:a] + _without(text, b, end, spans)
    return text[start:end]
