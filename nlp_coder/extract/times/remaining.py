"""What a note's other times leave of a whole: the minutes it names as no treatment, and those it gives to "the rest of the 45"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp_coder.extract.heading_words import block_code, block_words
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in

_THE_REST = re.compile(
    r"\b(?:the[ \t]+)?(?:rest|remainder|balance)[ \t]+of[ \t]+(?:the[ \t]+|our[ \t]+|his[ \t]+|her[ \t]+|tx[ \t]+|treatment[ \t]+)?"
    r"(?P<whole>\d{2})?(?:(?<=\d)[ \t]*(?:minutes|mins?\b\.?|['’′])?|(?<=[ \t])(?:time|session|visit|treatment|tx|hour|minutes)\b)"
    r"|\b(?:the[ \t]+)?remaining[ \t]+(?:treatment[ \t]+|session[ \t]+|tx[ \t]+)?(?:time|minutes)\b(?![ \t]*[:=]?[ \t]*\d)"
    r"|\b(?:whatever|what)(?:[ \t]+time)?[ \t]+(?:was|is)[ \t]+left\b|\btime[ \t]+(?:left|remaining)[ \t]+(?:was|went)\b",
    re.IGNORECASE,
)
""" "The rest of the 45", "Remaining time", "Whatever was left": what the others leave of a whole."""
_ITS_OWN = re.compile(r"[^.;\n]{0,12}\d{1,2}[ \t]*(?:minutes|mins?\b|['’′])", re.IGNORECASE)


_UNBILLED = re.compile(
    r"\brest(?:s|ed|ing)?\b|\bbreaks?\b|not (?:counted|billed|in my)|unbilled|non-?bill|excluded|no charge"
    r"|documentation[ \t]+time|(?:\b(?:time|minutes?|mins?|incl\w*|plus|and|for|on)|['’′])[ \t]+(?:\w+[ \t]+)?documentation|note writing|minus|set-?up"
    r"|\bco-?(?:t(?:x|reat)|trt)|\bjoint (?:session|visit|treatment)|\bjointly\b|split (?:evenly|between)",
    re.IGNORECASE,
)


_SO_LONG = re.compile(r"(?:(\d)[ \t]*[x×][ \t]*)?(?<![\w.:/])(\d{1,2})[ \t-]*(?:minutes?|mins?\b|['’′])", re.IGNORECASE)
_BESIDE = 18
"""So many characters around words of unbilled time its length may stand."""


_COUNTED = re.compile(
    r"\b(?:\d|one|two|three|an?|brief|short|with|w/)[ \t]+(?:(?!min)\w+[ \t]+)?(?:rests?|breaks?)\Z", re.IGNORECASE
)
_TIME = re.compile(r"(?<![\w.:/])\d{1,2}[ \t]*(?:minutes?|mins?\b|['’′])", re.IGNORECASE)


def _timed_before(text: str, said: re.Match[str]) -> bool:
    """Whether the line that tells of rests states its minutes before them ("TA 20 min: making bed - 2 seated rests"): they are
    within these."""
    return _TIME.search(text, text.rfind("\n", 0, said.start()) + 1, said.start()) is not None


def unbilled_minutes(text: str) -> int | None:
    """The minutes of rest and other time of which a note says that it is no treatment, but for rests within minutes told: so
    much larger than its parts its total may be without contradicting them; None where it names such time and not how long it
    was."""
    whole = 0
    for said in _UNBILLED.finditer(_THE_REST.sub(_blank, text)):
        behind = _SO_LONG.search(text, said.end(), said.end() + _BESIDE)
        counted = _COUNTED.search(text, max(0, said.start() - _BESIDE), said.end())
        if behind is None and counted and _timed_before(text, said):
            continue
        before = list(_SO_LONG.finditer(text, max(0, said.start() - _BESIDE), said.start()))
        long = behind or (before[-1] if before else None)
        if long is None or not said[0].lower().startswith("rest"):
            return None
        whole += int(long[1] or 1) * int(long[2])
    return whole


def remaining_uses(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> list[TimeUse]:
    """The rest of a stated whole, as the time of the items that the note gives it to, where all other items have their
    times, each told once; else nothing.

    With minutes that the note names as no treatment (`unbilled_minutes`) the rest is unsure: nothing.
    The whole is the number in the words ("the rest of the 45"), else the visit's only total or its one unused time. The sum is
    the note's own: nothing is estimated.
    """
    if named := _rest_of_a_service(reading, activities, uses):
        return [named]
    found = [m for m in _THE_REST.finditer(reading.text) if not _ITS_OWN.match(reading.text, m.end())]
    if len(found) != 1 or unbilled_minutes(reading.text) != 0:
        return []
    rest = found[0]
    line = reading.layout.line_at(rest.start())
    sentence = part(reading.cuts.sentences, rest.start(), len(reading.text))
    told = {i for u in uses for i in u.activities}
    mine = [i for i in performed_in(activities, rest.end(), min(line.end, sentence[1])) if i not in told]
    open_ones = {i for i, a in enumerate(activities) if a.performed and i not in told} - {*mine}
    if not mine or open_ones:
        return []
    parts = [u for u in uses if u.role in ("activity", "shared", "block")]
    apart = sum(len(u.activities) for u in parts) == len(told) and not any(u.role == "code" for u in uses)
    if not apart:
        return []  # a block's time with those of its items, or charges: the times are no plain parts of the whole
    whole = _whole(reading, uses, rest, [(u.start, u.end) for u in parts])
    left = (whole or 0) - sum(u.minutes for u in parts)
    return [of_items(rest.start(), rest.end(), left, mine)] if left > SHORTEST else []


@cache
def _rest_named() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[,;:+&][ \t]*|\b(?:and|the)[ \t]+)rest[ \t]+(?:(?:was|is|of it|all|on|for|=|-)[ \t]+)?(?P<term>{block_words()})(?![A-Za-z])"
        r"(?![ \t]*[:=]?[ \t]*\d)",
        re.IGNORECASE,
    )


def _rest_of_a_service(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> TimeUse | None:
    """ "30 min ther ex, rest manual of a 45 min visit": what the charges of the other services leave of the visit's total, where
    no performed activity is of any further service; else None."""
    found = list(_rest_named().finditer(reading.text))
    totals = {u.minutes for u in uses if u.role in ("total", "timed_total")}
    if len(found) != 1 or len(totals) != 1 or unbilled_minutes(_rest_named().sub(_blank, reading.text)) != 0:
        return None
    code = block_code(found[0]["term"])
    parts = [u for u in uses if u.role not in ("total", "timed_total")]
    codes = [u.code for u in parts]
    known = {a.code for a in activities if a.performed} <= {code, *codes}
    left = totals.pop() - sum(u.minutes for u in parts)
    if not parts or not known or code in codes or len(set(codes)) < len(codes) or left <= SHORTEST:
        return None
    return TimeUse(found[0].start("term"), found[0].end("term"), left, "code", (), code)


def _blank(m: re.Match[str]) -> str:
    return " " * len(m[0])


def _whole(
    reading: Reading, uses: Sequence[TimeUse], rest: re.Match[str], parts: Sequence[tuple[int, int]]
) -> int | None:
    """The minutes that the rest is the rest of, or None."""
    if rest["whole"]:
        return int(rest["whole"])
    totals = {u.minutes for u in uses if u.role in ("total", "timed_total")}
    if not totals:
        totals = {
            t.minutes for t in reading.times
            if t.end <= rest.start() and all(t.end <= a or b <= t.start for a, b in parts)
        }  # fmt: skip
    return totals.pop() if len(totals) == 1 else None
