"""Times whose label says that they are the visit's, the timed ones', a heading's or a list's total."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.layout import Line
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.items import same_code_run
from nlp_coder.extract.times.lines import paragraph_start
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import PART, term_after, term_before

_TOTAL = r"(?:total|session|visit|tx time|treatment time|time in|in/out(?! of\b)|duration|overall|entire|whole|encounter|appointment|appt)"
TIMED_TOTAL = re.compile(
    r"\b(?:total\s+(?:direct\s+)?(?:timed|1:1|one[- ]on[- ]one|skilled)|timed|direct\s+(?=time|tx|treatment|1:1|min|[:=\d]))"
    r"(?:[\s:=/-]*(?:code|tx|treatment|total|minutes?|mins?|codes|services?|time|therapy|units|1:1|was|is|of|today))*[\s:=(-]*$",
    re.IGNORECASE,
)
_TOTAL_BEFORE = re.compile(
    rf"(?:\b{_TOTAL}\b(?![ \t]+(?:gym|knee|hip|shoulder|ankle|body|arc|contact)\b)[^.;|\n:]{{0,32}}(?::[ \t]*(?:[A-Za-z~.]{{1,8}}[ \t]+)?[^A-Za-z.;|\n:]{{0,8}})?|\bseen\b(?:[^.;\n]{{0,25}}\b(?:for|from|x|one|1:1)\b[^.;\n]{{0,14}}|\s*)|\btreated\b (?:for|from)[^.;\n]{{0,12}}|\bthen\b[^.;\n]{{0,3}}seen|\b1:1\b[^.;\n]{{0,12}}(?:from|for|x)?\s*)$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(
    r"^[ \t,(]{0,3}(?:individual[ \t]+(?:in[ \t]+)?total\b|in (?:all\b|total\b(?![ \t]*:))|all (?:up|told)\b|altogether\b(?= *[.,;\n])|tot\b|total\b|ttl\b|session\b|visit\b|tx\b(?! of)|treatment (?:session|time|today)|in (?:the |pt'?s? )?(?:home|room|gym|clinic)\b|of (?:skilled )?(?:therapy|treatment|ot|pt)\b|(?:skilled[ \t]+)?(?:(?-i:PT|OT|SLP|ST)|therapy|treatment|tx|individual)[ \t]+(?:session|visit|treatment|tx)\b|therapy session|appointment|one[- ]on[- ]one\b(?! (?:gait|bal))|face[- ]to[- ]face\b|(?-i:PT|OT|SLP)(?=[ \t]*(?:\.|$))|total\b|1:1\s*$)",
    re.IGNORECASE,
)
_TOTAL_FOR = re.compile(
    r"total[ \t]+(?:time[ \t]+|minutes[ \t]+)?for[ \t]+(?!(?:(?:the|this|today'?s?|all|entire|whole|skilled|timed|direct)\b|visit|session|tx|treatment|therapy|day|date|pt\b|ot\b|services|encounter|room|clinic|home))[a-z]",
    re.IGNORECASE,
)
""" "Total for caregiver training 33 minutes": that service's."""
_OTHER_VISIT = re.compile(
    r"\b(?:next|last|prior|previous|per|each|every|first|second)\s+(?:visit|session|tx|appointment|appt)"
    r"|\b(?:end|start|beginning|close|middle|half|rest|remainder)\s+of\s+(?:the\s+|this\s+|today'?s\s+|her\s+|his\s+)?"
    r"(?:visit|session|tx|treatment|appointment|appt)\b",
    re.IGNORECASE,
)
""" "Last session 40 min", "heat at the end of the session 10 min": no time of the whole visit."""
_OF_OUR_TIME = re.compile(r"[ \t]*of[ \t]+(?-i:PT|OT|SLP|ST)(?:'s)?[ \t]+(?:time|minutes)\b", re.IGNORECASE)
""" "Face washing and hair combing, 16 minutes of OT time": the items', in a visit of two disciplines."""
_OPENS_WITH = re.compile(
    r"\b(?:open|beg[aiu]n|start|clos|finish|end)\w*\s+(?:the|our|today's)\s+(?:session|visit|treatment)\s+(?:with|by|on)\b|\b(?:session|visit|treatment|appointment)\s+(?:was\s+)?(?:open|beg[aiu]n|start|clos|finish|end|continu|follow)\w*(?:\s+\w+)?\s+(?:with|by|on)\b",
    re.IGNORECASE,
)
""" "The session opened with eight minutes of hip distraction": not the session's."""
_OF_A_BLOCK = re.compile(
    r"^\W{0,3}(?:total\s+)?(?:TE|NMR|NMRE|TA|MT|gait|manual|ther|ex|neuro|functional|adl)\b", re.IGNORECASE
)
TIMED_AFTER = re.compile(r"^(?![ \t]*:)\W{0,3}(?:total\s+)?(?:timed|direct|of timed)\b", re.IGNORECASE)
NUMBERED_TOTAL = re.compile(
    r"\b(?P<what>total\s+timed(?:\s+code)?|timed\s+total|total\s+untimed|timed\s+codes?|timed|untimed|total\s+(?:treatment|tx|session)|treatment\s+total|total\s+(?:one[- ]on[- ]one|1:1|skilled|individual)|total(?:\s+(?:on\s+(?:the\s+)?clock|in\s+(?:the\s+)?room))?|tot|(?:tx|treatment|visit|session|therapist|therapy|contact)\s+time|ttl|tt)\b[ \t]*(?:code\s+)?(?:treatment|tx|time|min(?:utes|s)?)?[ \t]*(?:time|min(?:utes|s)?)?[ \t]*(?:\((?:min(?:utes|s)?)\))?[ \t]*[:=]?[ \t]*(?P<n>\d{1,3})(?![\d:/]|\.\d|\s*(?:units?|un?\b|visits?|ft|feet|%|x|of|degrees|lbs?))",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(
    r"\bsub-?[ \t]?total\b[ \t]*[:=]?[ \t]*(?P<n>\d{1,3})(?![\d:/])[ \t]*(?:minutes|mins?\.?|m\b|['’′])?", re.IGNORECASE
)


def total_of_a_list(
    reading: Reading, activities: Sequence[Placed], start: int, end: int, minutes: int
) -> tuple[int, ...]:
    """The items that a "total" behind them sums up, where it cannot be the visit's; else none.

    It is not the visit's where the note's other times come to more, or where it states a longer total or a longer time in
    and out. The items are those of one code that stand before it in its sentence.
    """
    line = reading.layout.line_at(start)
    since = max(line.start, part(reading.cuts.sentences, start, len(reading.text))[0])
    mine = same_code_run(activities, performed_in(activities, since, start))
    if not mine:
        return ()
    others = [t for t in reading.times if t.end <= start or t.start >= end]
    longer = any(t.clock and t.minutes > minutes for t in others) or any(
        int(m["n"]) > minutes for m in NUMBERED_TOTAL.finditer(reading.text) if m.start("n") >= end or m.end() <= start
    )
    told = [t for t in others if not t.clock and t.minutes > SHORTEST]
    if sum(t.minutes for t in told if t.end <= start) == minutes:
        return ()  # all that was told before it, whatever times follow ("total 39. Drives 40 min to get here")
    # a time behind items of another service, in another sentence: then this one is told for its own list
    own = activities[mine[-1]].code
    elsewhere = len(mine) > 1 and any(
        activities[i].code != own
        for t in told
        for i in performed_in(activities, max(reading.layout.line_at(t.start).start, end if t.start >= end else 0), t.start)
        if t.end <= since or t.start >= end
    )  # fmt: skip
    return tuple(mine) if longer or elsewhere or sum(t.minutes for t in told) > minutes else ()


_TOTAL_OF_SEVERAL = re.compile(
    r"\d[ \t]*(?:minutes|mins?\.?|['’′])[ \t]*(?:total|tot|ttl)\b.*?\d[ \t]*(?:minutes|mins?\.?|['’′])[ \t]*(?:total|tot|ttl)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Where a note says "25 min total" twice, each is the total of its own list."""


def _items_above(reading: Reading, activities: Sequence[Placed], line: Line, t: TimeMention) -> bool:
    """Whether a time alone on its line stands under items."""
    alone = not re.search(r"[A-Za-z]{2}", reading.text[line.start : t.start])
    return alone and bool(performed_in(activities, paragraph_start(reading, line.start), line.start))


_OF_THE_ONE_BEFORE = re.compile(
    r"\A[ \t]{0,3}(?:total|tot|ttl|in all|in total|altogether)\b(?=[ \t]*[,;)])", re.IGNORECASE
)
_BILLS = re.compile(r"\b(?:bill(?:s|ed|ing)|charg(?:es|ed|ing))[ \t]*(?:for[ \t]*)?\Z", re.IGNORECASE)
_TOTAL_OF_A_HEADING = re.compile(r"[ \t,(]*(?:total|tot|in all|one[- ]on[- ]one|1:1)[ \t)]*:", re.IGNORECASE)
_TREATED = re.compile(r"(?:^|[.;\n][ \t]*)(?:tx|treatment|treated)[ \t]*[:=x]?[ \t]*\Z", re.IGNORECASE)
""" "... Tx 30 min."."""
_SINCE = re.compile(r"[ \t]+(?:after|before|post|pre|prior|following|ago|later|late)\b", re.IGNORECASE)
""" "Seen one hour after levodopa": when, not how long."""


def says_total(
    reading: Reading,
    activities: Sequence[Placed],
    t: TimeMention,
    line: Line,
    sentence: tuple[int, int],
    around: tuple[str, str],
    told_with_items: bool,
) -> bool:
    """Whether the words around a time say that it is the visit's ("seen for 45 min", "38 min total").

    around: the text of its line before and behind it. told_with_items: activities stand in its sentence.
    """
    before, after = around
    if PART.search(reading.text, t.start, t.end):
        return False
    nearest = max((o.end for o in reading.times if line.start <= o.start and o.end <= t.start), default=0)
    before = before[
        max(0, nearest - (t.start - len(before))) :
    ]  # "a total of 14 minutes, then 16 minutes of": the first one's
    if nearest:  # "8 min total, 1 min each": the first one's, too
        before = _OF_THE_ONE_BEFORE.sub("", before)
    if reading.text[t.end - 1] == "." and re.match(r"[ \t]+[A-Z]", after):
        after = ""  # "... x 8 min. Session ended with": the next sentence
    whose = _TOTAL_BEFORE.search(_OTHER_VISIT.sub(lambda m: " " * len(m[0]), before))
    if whose and any(
        t.start - len(before) + whose.start() < a.start and a.end <= t.start for a in activities if a.performed
    ):
        whose = None  # "Visit 12 (today): fluidotherapy 10'": the item's
    if whose and _TOTAL_FOR.match(whose[0]):
        whose = None
    said = (whose and not _OPENS_WITH.search(before)) or _TOTAL_AFTER.match(after)
    if _BILLS.search(before) and not told_with_items:
        return True
    if not whose and _TOTAL_OF_A_HEADING.match(after) and re.search(r"[A-Za-z]{4}", reading.text[line.start : t.start]):
        return False  # "Facial retraining, 30 min one on one:", "Cognition ... 15 min total:" are headings
    if _TREATED.search(before) and not after.strip(" \t.)") and not told_with_items:
        return True
    if not said or _OF_A_BLOCK.match(after) or _SINCE.match(after):
        return False
    if told_with_items and _OF_OUR_TIME.match(after):
        return False
    if re.search(r"(?:morning|care|ADL|gait)\s*session", before + after[:20], re.IGNORECASE):
        return False
    if told_with_items and (
        re.search(r"\btotal of\s*$|\btogether\b", before)
        or re.match(r"\W{0,3}(?:in (?:the|pt)|one[- ]on[- ]one)", after, re.IGNORECASE)
    ):
        return False
    closes = re.match(r"\W{0,3}(?:total|tot|ttl|in all|in total|all up|all told|altogether)\b", after, re.IGNORECASE)
    if closes and _TOTAL_OF_SEVERAL.search(reading.text) and _items_above(reading, activities, line, t):
        return False
    behind_items = any(max(line.start, sentence[0]) <= a.start < t.start for a in activities)
    if (
        closes
        and behind_items
        and (len(reading.times) > 2 or total_of_a_list(reading, activities, t.start, t.end, t.minutes))
    ):
        return False
    led = re.search(r"\b1:1\b[^.;\n]{0,12}$", before) and (
        performed_in(activities, t.end, line.end) or _heads_the_lines_below(reading, activities, t, line)
    )
    return not led


_TITLED = re.compile(r"[ \t]*(?:\w{1,2}[.):][ \t]*)?[A-Za-z]{4}")


def _heads_the_lines_below(reading: Reading, activities: Sequence[Placed], t: TimeMention, line: Line) -> bool:
    """Whether a time ends a line that opens with words and has its items on the lines below: "A) Balance, 1:1, 19 min"."""
    number = reading.layout.line_number(line.start) + 1
    if number >= len(reading.layout.lines) or reading.text[t.end : line.end].strip(" \t.:)"):
        return False
    below = reading.layout.lines[number]
    titled = _TITLED.match(reading.text, line.start, t.start) is not None
    return (
        titled
        and not performed_in(activities, line.start, line.end)
        and bool(performed_in(activities, below.start, below.end))
    )


_OF_A_DISCIPLINE = re.compile(
    r"\b(?P<who>PT|OT|SLP|ST)(?:'s)?[ \t]+(?:minutes|mins?|time|bills?(?:[ \t]own)?)[ \t:=]*(?P<n>\d{1,3})(?![\d:/])(?:[ \t]*(?:minutes|mins?\b\.?|['’′]))?"
)


def disciplines_minutes(reading: Reading) -> tuple[list[TimeUse], list[tuple[int, int]]]:
    """ "PT minutes: 23. OT minutes: 22": where a note of work done together tells each discipline's minutes, its own stand
    first. Given are the visit's total and the places of the others' minutes, which are nothing here. Rule: the minutes are
    split between the two (billing rules, 7)."""
    found = list(_OF_A_DISCIPLINE.finditer(reading.text))
    if len({m["who"] for m in found}) < 2:
        return [], []
    own, others = found[0], [m.span() for m in found if m["who"] != found[0]["who"]]
    return [TimeUse(own.start("n"), own.end(), int(own["n"]), "total")], others


_TOTAL_BEHIND = re.compile(
    r"(?m)^[ \t]*(?P<n>\d{2,3})[ \t]+(?:total|tot)\b[ \t]*(?:minutes|mins?\.?)?[ \t]*$", re.IGNORECASE
)
""" "60   TOTAL" under a column of minutes."""


def totals_stated(reading: Reading) -> set[int]:
    """Every number that a note labels as a total, and every length of time it states."""
    labelled = (int(m["n"]) for form in (NUMBERED_TOTAL, _TOTAL_BEHIND) for m in form.finditer(reading.text))
    return {*labelled, *(t.minutes for t in reading.times)}


_LABEL_AFTER = 40
"""So many characters before a label of a total are looked at."""


def written_totals(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "Timed: 38  Total: 45", "Total treatment time 45": numbers whose label says what they are."""
    out = []
    for m in _SUBTOTAL.finditer(reading.text):
        block = reading.layout.block_at(m.start())
        line = reading.layout.line_at(m.start())
        mine = performed_in(activities, block.start if block else paragraph_start(reading, line.start), m.start())
        if mine:
            out.append(TimeUse(m.start("n"), m.end(), int(m["n"]), "block", mine, block.code if block else None))
    out += [TimeUse(m.start("n"), m.end(), int(m["n"]), "total") for m in _TOTAL_BEHIND.finditer(reading.text)]
    for m in NUMBERED_TOTAL.finditer(reading.text):
        what = re.sub(r"\s+", " ", m["what"].lower())
        if what in ("untimed", "total untimed"):
            continue
        end = m.end("n")
        unit = re.match(r"\s*(?:minutes|mins?|m\b|')\.?", reading.text[end:])
        stop = end + (unit.end() if unit else 0)
        line = reading.layout.line_at(m.start())
        if "timed" not in what and (
            termed := term_before(reading.text[line.start : m.start()]) or term_after(reading.text[stop : line.end])
        ):
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), "code", (), termed))  # "NMR total 17", "tot 17 NMR"
            continue
        plain = re.match(r"\s*(?:[.,;()|\r\n]|$)", reading.text[end:]) and re.search(
            r"(?:^|[.;,\n|(][\s•*–-]*|[ ]{2,}|timed[ \t:=]*\d{1,3}[ \t/]+)$",
            reading.text[max(0, m.start() - _LABEL_AFTER) : m.start()],
            re.IGNORECASE,
        )
        if (
            not unit
            and what in ("total", "tot", "timed", "tt", "ttl")
            and not plain
            and not re.search(r"[:=]|time|min", m[0], re.IGNORECASE)
        ):
            continue
        timed = re.search(r"(?<!un)timed", m[0], re.IGNORECASE) is not None
        untold = ("goals", "plan", "subjective", "history", *(() if timed else ("objective",)))
        if not unit and reading.layout.stands_in(m.start(), untold):
            continue
        role = "timed_total" if timed else "total"
        mine = () if role == "timed_total" else total_of_a_list(reading, activities, m.start(), stop, int(m["n"]))
        if mine:
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), "block", mine))
        else:
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), role))
    return out
