"""What each length of time in a note belongs to: an activity, a block, a written code, the visit, or nothing billable.

The guide's decisions: minutes of a heading belong to the block, a trailing "14 min" after a list to the whole list,
minutes glued to one item to that item; rest, wear, holds, tests and tolerances told by the patient are no treatment
minutes. Nothing is divided and nothing is guessed: a time that belongs nowhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nlp_coder.extract.bare_minutes import SHORTEST, bare_uses, summed_uses
from nlp_coder.extract.layout import CODE, Block, Line, alternatives, block_code, block_terms
from nlp_coder.extract.numbers import CLOCK, TimeMention, clock_span
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.table import Row, table_rows
from nlp_coder.extract.time_use import Placed, TimeUse, performed_in

_TOTAL = r"(?:total|session|visit|tx time|treatment time|time in|in/out|duration|overall|entire|whole|encounter|appointment|appt)"
_TIMED_TOTAL = re.compile(
    r"\b(?:total\s+(?:direct\s+)?(?:timed|1:1|one[- ]on[- ]one|skilled)|timed|direct\s+(?=time|tx|treatment|1:1|min|[:=\d]))"
    r"(?:[\s:=/-]*(?:code|tx|treatment|total|minutes?|mins?|codes|services?|time|therapy|units|1:1|was|is|of|today))*[\s:=(-]*$",
    re.IGNORECASE,
)
_TOTAL_BEFORE = re.compile(
    rf"(?:\b{_TOTAL}\b[^.;|\n]{{0,32}}|\bseen\b(?:[^.;\n]{{0,25}}\b(?:for|from|x|one|1:1)\b[^.;\n]{{0,14}}|\s*)|\btreated\b (?:for|from)[^.;\n]{{0,12}}|\bthen\b[^.;\n]{{0,3}}seen|\b1:1\b[^.;\n]{{0,12}}(?:from|for|x)?\s*)$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(
    r"^[ \t,(]{0,3}(?:in all\b|altogether\b(?= *[.\n])|tot\b|total\b|ttl\b|session\b|visit\b|tx\b(?! of)|treatment (?:session|time|today)|in (?:the |pt'?s? )?(?:home|room|gym|clinic)\b|of (?:skilled )?(?:therapy|treatment|ot|pt)\b|therapy session|appointment|one[- ]on[- ]one\b(?! (?:gait|bal))|total\b|1:1\s*$)",
    re.IGNORECASE,
)
_OTHER_VISIT = re.compile(
    r"\b(?:next|last|prior|previous|per|each|every|first|second)\s+(?:visit|session|tx|appointment|appt)", re.IGNORECASE
)
_OPENS_WITH = re.compile(
    r"\b(?:session|visit|treatment|appointment)\s+(?:was\s+)?(?:open|beg[aiu]n|start|clos|finish|end|continu|follow)\w*(?:\s+\w+)?\s+(?:with|by|on)\b",
    re.IGNORECASE,
)
""" "The session opened with eight minutes of hip distraction": not the session's."""
_SUMS_UP = re.compile(
    r"\s*(?:(?:we|i|(?:s)?he|they|pt|all|we both)\s+(?:did|kept at|worked on|spent on)\s+(?:this|these|that|it|both)\b|"
    r"(?:that|this|(?:these|those|all|the)(?: two| three| four| five)?|all of (?:that|this)|it|which|together these|both(?: of (?:these|them))?)(?: together)?\s+(?:was|were|took|came to|lasted|ran|made)\b(?!\s+(?:followed|done|given|by)\b))",
    re.IGNORECASE,
)
_OF_A_BLOCK = re.compile(
    r"^\W{0,3}(?:total\s+)?(?:TE|NMR|NMRE|TA|MT|gait|manual|ther|ex|neuro|functional|adl)\b", re.IGNORECASE
)
_TIMED_AFTER = re.compile(r"^\W{0,3}(?:total\s+)?(?:timed|direct|of timed)\b", re.IGNORECASE)
_NUMBERED_TOTAL = re.compile(
    r"\b(?P<what>total\s+timed(?:\s+code)?|timed\s+total|total\s+untimed|timed\s+codes?|timed|untimed|total\s+(?:treatment|tx|session)|treatment\s+total|total\s+(?:one[- ]on[- ]one|1:1|skilled|individual)|total|tot|tx\s+time|ttl|tt)\b[ \t]*(?:code\s+)?(?:treatment|tx|time|min(?:utes|s)?)?[ \t]*(?:time|min(?:utes|s)?)?[ \t]*(?:\((?:min(?:utes|s)?)\))?[ \t]*[:=]?[ \t]*(?P<n>\d{1,3})(?![\d:/]|\.\d|\s*(?:units?|un?\b|visits?|ft|feet|%|x|of|degrees|lbs?))",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(
    r"\bsub-?[ \t]?total\b[ \t]*[:=]?[ \t]*(?P<n>\d{1,3})(?![\d:/])[ \t]*(?:minutes|mins?\.?|m\b|['’′])?", re.IGNORECASE
)
_NO_TREATMENT = re.compile(
    r"\b(?:rest(?:ed|s|ing)?|breaks?|recover(?:y|ed)?|settled|wear(?:ing|s)?|wore|worn|every|q|each hour|ago|within|in under|per day|daily|drove|drive|driving|waited|late|sleep|slept|"
    r"tolerat(?:es?|ed|ing)|could|can|able to (?:sit|stand|walk)|sits?|sat|stands?|stood|walks?|set ?up|setup|documentation|charting|until|after(?! (?:that|this|which)\b)|for up to|up to|limit(?:ed)? to|(?<!together )(?<!these )(?<!these two )(?<!both )(?<!all )(?<!which )(?:lasted|lasting)|"
    r"undress\w*|donn\w* gown|phone|travel|timer|MWT|min(?:ute)? walk|walk test|x/day|times a day|times daily|attention span|tolerance (?:now|is|was|up|of|to)|goal)\b",
    re.IGNORECASE,
)
_REST_AFTER = re.compile(
    r"^\s{0,2}(?:of )?(?:(?:(?!with|incl|plus|and)\w+ ){0,2}(?:breaks?|rests?)\b|break|recovery|pause|walk test|mwt|late\b|ago\b|later\b|before\b|after\b(?! that\b)|wear|on/|off\b|each hour|per day|/day|x/|a day|daily|weekly|monthly|every|timer|q\b|"
    r"setup|set-up|set up|to (?:settle|recover|rest)|warm[- ]?up period|unsupported|\d+x|bouts?\b|intervals?\b|between|apart|prior|postprandial|post[- ]meds?)",
    re.IGNORECASE,
)
_COUNTED = frozenset({"sets", "reps", "hold", "distance", "load"})
"""Dosage that shows that each item of a list has its own; "yellow" or "gr II" names the item."""
_EVERY = re.compile(r"\b(?:every|each|per|q)\s*$", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"(?<!travel )(?<!rest )(?<!rests )(?<!breaks )(?<!setup )(?<!set-up )(?<!documentation )"
    r"\b(?:(?:don't|do not|didn't|did not|not|never|isn't|wasn't) (?:count(?:ed)?|bill(?:ed|able)?|charged?|part of|included?)|not timed|untimed time|unbilled|non-?bill\w*|no charge)\b",
    re.IGNORECASE,
)
"""Time of which its sentence says that it is not charged."""
_GOALS = re.compile(r"\bgoals?\b|\b[ls]tgs?\b", re.IGNORECASE)
_LIST_TOTAL = re.compile(r"(?:=|->|→|=>)[ \t]*(?:~[ \t]*)?$")
_FOR_ALL = re.compile(
    r"[ \t,]*\(?(?:total|tot|ttl|in all|altogether|all together|for all)\b(?! (?:of|assist))", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:^|(?<=[ \t]))\(?\d{1,2}[.)][ \t]+(?=\D)")
_THEN_OTHER = re.compile(r"\b(?:before|prior to|after which|afterwards?)\b", re.IGNORECASE)
""" "Eight minutes of stretching before the splint went on": the time is the stretching's."""
_BULLET_ONLY = re.compile(
    r"[\s•●▪◦·*>+–—(\[\])|:@~≈-]*(?:\d{1,2}[.)])?[\s•●*–—(\[\]-]*(?:x|for|approx\.?|about|~|the|a|an|first|next|last|then|from|another|spent|remaining|final|we|also|and|pt|min|of|in|finally|with|over|took|used)?(?:\s+(?:the|a|an|first|next|last|another|remaining|final|following|another|other|of|full|spent|about|approximately))*\s*",
    re.IGNORECASE,
)


def time_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Every stated time of a note that belongs to something, in order of start."""
    out: list[TimeUse] = []
    used: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in used)

    rows = [
        r
        for r in table_rows(reading.text, reading.layout.lines)
        if _pairs_on(reading, r.start, r.end) < 2 or performed_in(activities, r.start, r.end)
    ]
    used += [(c.start, c.end) for r in rows for c in r.earlier if c.end > c.start]  # they say nothing of today
    for use in [
        *_table_uses(reading, activities, rows),
        *_charge_uses(reading, activities),
        *_short_charge_uses(reading, activities),
        *_term_uses(reading, activities),
        *_reversed_uses(reading, activities),
        *_written_totals(reading, activities),
    ]:
        if free(use.start, use.end):
            used.append((use.start, use.end))
            out.append(use)
    # what today's column of a row says ("80'" walked) and numbers beside its minutes ("cues | 4") are nobody else's
    used += [(r.today.start, r.today.end) for r in rows if r.today and _TODAYS.fullmatch(r.today.text)]
    used += [(c.start, c.end) for r in rows if r.minutes for c in r.cells[1:] if c.text.isdigit()]
    for use in summed_uses(reading, activities, used, [u.minutes for u in out if u.role == "total"]):
        if free(use.start, use.end):
            used.append((use.start, use.end))
            out.append(use)
    for use in _heading_uses(reading, activities):
        if free(use.start, use.end):
            used.append((use.start, use.end))
            out.append(use)
    for use in bare_uses(reading, activities):
        if free(use.start, use.end) and not any(
            u.role == "block" and set(u.activities) & set(use.activities) for u in out
        ):
            used.append((use.start, use.end))
            out.append(use)
    rest = [t for t in reading.times if free(t.start, t.end)]
    known = any(u.role == "total" for u in out)
    given = {u.start for u in out if u.role in ("activity", "shared")}
    parts = [t for t in reading.times if t in rest or t.start in given]
    whole = (None if known else _sum_of_others(reading, activities, parts)) or _sum_of_next(reading, parts)
    if whole and whole in rest:
        out.append(TimeUse(whole.start, whole.end, whole.minutes, "total", clock=whole.clock))
        used.append((whole.start, whole.end))
        rest.remove(whole)
    rest = [t for t in rest if not _parted(t, parts)]
    stops = sorted(
        {t.start for t in rest if not _EVERY.search(reading.text, max(0, t.start - 8), t.start)} | {a for a, _ in used}
    )
    claimed: set[int] = set()  # activities that an earlier time of the running text already leads
    for mention in rest:
        found = _mention_use(reading, activities, mention, stops, claimed)
        if found:
            out += _for_each(reading, found)
            if found.activities and activities[found.activities[0]].start > found.start:
                claimed.update(found.activities)
    return _with_overall(sorted(out, key=lambda u: u.start))


_EACH_AFTER = re.compile(
    r"[ \t.]*(?:each|ea|apiece)\b\.?(?![ \t]*(?:way|side|leg|arm|foot|hand|direction|position|set|rep|lap|trial|bout|x))",
    re.IGNORECASE,
)


def _for_each(reading: Reading, use: TimeUse) -> list[TimeUse]:
    """ "Bike and UBE, 5 min each": the time once for each of the items, else the use as it is."""
    if use.role != "shared" or use.clock or not _EACH_AFTER.match(reading.text, use.end):
        return [use]
    return [replace(use, role="activity", activities=(i,)) for i in use.activities]


def _sum_of_others(reading: Reading, activities: Sequence[Placed], times: Sequence[TimeMention]) -> TimeMention | None:
    """The first time of a note, where it is just the sum of all the others ("today (38 min): ... 18 min; ... 20 min")."""
    longer = [t for t in times if t.minutes > SHORTEST and not t.clock]
    if len(longer) < 3 or longer[0].minutes != sum(t.minutes for t in longer[1:]):
        return None
    if performed_in(activities, 0, longer[0].start):
        return None  # it has items of its own: that it is as long as the others together is chance
    return longer[0]


def _sum_of_next(reading: Reading, times: Sequence[TimeMention]) -> TimeMention | None:
    """A time that is just the sum of those that follow on its line ("Worked 55 min: a 15 min; b, c 20 min; d 20 min")."""
    for place, first in enumerate(times):
        line = reading.layout.line_at(first.start)
        rest = [t.minutes for t in times[place + 1 :] if t.start < line.end and t.minutes > SHORTEST and not t.clock]
        sums = [sum(rest[:n]) for n in range(2, len(rest) + 1)]
        if first.minutes in sums and re.match(r"[^.;\n]{0,30}:", reading.text[first.end : line.end]):
            return first
    return None


def _parted(span: TimeMention, times: Sequence[TimeMention]) -> bool:
    """Whether a span of the clock is only the frame of the times told after it ("AM 0900-0945: a 20 min, b 25 min")."""
    if not span.clock:
        return False
    end = min((t.start for t in times if t.clock and t.start > span.start), default=None)
    inside = [t for t in times if t.start > span.start and not t.clock and (end is None or t.start < end)]
    return len(inside) >= 2 and sum(t.minutes for t in inside) == span.minutes


def _with_overall(uses: list[TimeUse]) -> list[TimeUse]:
    """A first or last time that is just the sum of all the others is the visit's ("Worked 55 min: a 15 min; b 40 min")."""
    parts = [u for u in uses if u.role in ("activity", "shared", "block")]
    if len(parts) < 3 or any(u.role == "total" for u in uses):
        return uses
    for whole in (parts[0], parts[-1]):
        others = [u for u in parts if u is not whole]
        spoken_for = {i for u in others for i in u.activities}
        if whole.role == "block" or not set(whole.activities) <= spoken_for:
            continue  # it has items of its own: that it is as long as the others together is chance
        if whole.minutes == sum(u.minutes for u in others):
            return [replace(u, role="total", activities=(), code=None) if u is whole else u for u in uses]
    return uses


def _table_uses(reading: Reading, activities: Sequence[Placed], rows: Sequence[Row]) -> list[TimeUse]:
    """Minutes of table rows with a minutes column, or else in today's; "incl" and ditto marks share the row before."""
    out: list[TimeUse] = []
    told = [r.today.text for r in rows if r.today is not None]
    only_minutes = any(_TODAYS.fullmatch(t) for t in told) and all(_MINUTES_CELL.fullmatch(t) for t in told)
    for row in rows:
        if row.minutes is None:
            mine = performed_in(activities, row.start, row.end)
            bare = only_minutes or (mine and all(activities[i].untimed for i in mine))
            if row.today is not None and (m := (_MINUTES_CELL if bare else _TODAYS).fullmatch(row.today.text)):
                out += _today_use(reading, activities, row, m[1])
            continue
        mine = performed_in(activities, row.start, row.end)
        number = re.fullmatch(r"[~(]?(\d{1,3})\s*(?:min(?:utes|s)?|'|m)?\)?", row.minutes.text, re.IGNORECASE)
        if number and mine:
            code = next((c.code for c in reading.layout.codes if row.start <= c.start < row.end), None)
            role = "activity" if len(mine) == 1 else "shared"
            out.append(TimeUse(row.minutes.start, row.minutes.end, int(number[1]), role, mine, code))
        elif (
            out
            and mine
            and re.fullmatch(
                r"incl(?:\.|uded)?(?: .{1,12})?|['’]{2}|[\"”″〃]|↑|\^|w/ above|with above|same|ditto|above|-\"-",
                row.minutes.text,
                re.IGNORECASE,
            )
        ):
            last = out[-1]
            out[-1] = TimeUse(last.start, last.end, last.minutes, "shared", (*last.activities, *mine), last.code)
    return out


_TODAYS = re.compile(r"(\d{1,3})[ \t]*(?:minutes|mins?|['’′])\.?", re.IGNORECASE)
_MINUTES_CELL = re.compile(
    r"(?:(\d{1,2})[ \t]*(?:minutes|mins?|['’′])?\.?|[\s–—-]*|held|stop|d/?c(?:'?d)?)", re.IGNORECASE
)


def _today_use(reading: Reading, activities: Sequence[Placed], row: Row, number: str | None) -> list[TimeUse]:
    """The minutes in today's column of a flowsheet: the row's items', or a heading's ("TE total | 12' | 15'")."""
    if number is None or row.today is None or not 2 <= int(number) <= 60:
        return []
    cell, value = row.today, int(number)
    if mine := performed_in(activities, row.start, row.end):
        return [TimeUse(cell.start, cell.end, value, "activity" if len(mine) == 1 else "shared", mine)]
    label = re.sub(r"(?i)\b(?:total|tot|time|min(?:utes|s)?)\b", "", row.cells[0].text).strip(" .:")
    code = label.upper() if re.fullmatch(CODE, label, re.IGNORECASE) else block_code(label)
    return [TimeUse(cell.start, cell.end, value, "code", (), code)] if code else []


_CHARGE = re.compile(
    rf"(?P<code>{CODE})\)?[ \t]*(?:x[ \t]*\d[ \t]*(?:(?:units?|u\b)?[ \t]*[=(,:-]|(?<=[ \t]))[ \t]*(?=\d{{1,3}}[ \t]*(?:m|'|′|’)))?(?:\([^()\n]{{0,30}}?\)[ \t]*|[A-Za-z][A-Za-z /-]{{1,26}}[ \t]*)?(?:[:=@–—-]|x|\(|,|\||\.{{2,}}|…)?[ \t]*(?:(?P<u>\d)\s*(?:units?|u\b|un\b)[ \t]*[,/(:=–-]*[ \t]*)?(?:x[ \t]*)?\(?(?P<m>\d{{1,3}})[ \t]*(?P<unit>minutes|minute|mins|min|m\b|'|′|’)?(?![\d:/-])(?!\s*(?:units?|u\b|ft|reps|sets))",
    re.IGNORECASE,
)


def _pairs_on(reading: Reading, start: int, end: int) -> int:
    """How many "code number" or "heading number" pairs a line holds."""
    body = reading.text[start:end]
    return len(_CHARGE.findall(body)) + len(_term_pattern().findall(body))


def _charge_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Minutes written beside codes in a billing section or a charge line ("97110 x17, 97530 x14", "97110: 25 min")."""
    out = []
    layout = reading.layout
    for m in _CHARGE.finditer(reading.text):
        section = layout.section_at(m.start())
        line = layout.line_at(m.start())
        body = reading.text[line.start : line.end]
        in_billing = section is not None and section.name == "billing"
        several = len(re.findall(CODE, body)) >= 2
        block = layout.block_at(m.start())
        heading = block is not None and block.start <= m.start() < block.content and block.end > block.content + 3
        bare = not performed_in(activities, line.start, line.end) and _pairs_on(reading, line.start, line.end) >= 2
        stacked = _only(body, m.start() - line.start, m.end() - line.start) and _charge_beside(reading, line)
        if not in_billing and not bare and not stacked and (heading or not several):
            continue
        if not in_billing and not m["unit"] and int(m["m"]) < 8:
            continue
        if not m["unit"] and int(m["m"]) < 5:
            continue  # "97110 x 2": units
        if re.search(rf"{CODE}[ \t]*\+[ \t]*$", body[: m.start() - line.start], re.IGNORECASE):
            out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "total"))  # "97116 + 97112 = 54'"
            continue
        out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "code", (), m["code"].upper()))
    return out


_SHORT_CHARGE = re.compile(
    r"(?<![\d.:/])(\d{3})[ \t]*[:=x–-]?[ \t]*(\d{1,2})(?![\d:.%]|/\d)[ \t]*(?:minutes|mins?\.?|m\b|['’′])?",
    re.IGNORECASE,
)


def _short_charge_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "min: 530 15 / 110 8 / 535 8": codes without their first two digits, where a line has at least two of codes that
    were performed."""
    performed = {a.code for a in activities if a.performed}
    out = []
    for line in reading.layout.lines:
        pairs = [
            m for m in _SHORT_CHARGE.finditer(reading.text, line.start, line.end)
            if f"97{m[1]}" in performed and SHORTEST < int(m[2]) <= 90
        ]  # fmt: skip
        if len(pairs) >= 2:
            out += [TimeUse(m.start(2), m.end(), int(m[2]), "code", (), f"97{m[1]}") for m in pairs]
    return out


def _charge_beside(reading: Reading, line: Line) -> bool:
    """Whether the line above or below is a charge too: a list of charges, no headings with what was done under them."""
    lines = reading.layout.lines
    place = lines.index(line)
    beside = [lines[k] for k in (place - 1, place + 1) if 0 <= k < len(lines)]
    charges = ((o, _CHARGE.search(reading.text, o.start, o.end)) for o in beside)
    return any(m and _only(reading.text[o.start : o.end], m.start() - o.start, m.end() - o.start) for o, m in charges)


@cache
def _term_pattern() -> re.Pattern[str]:
    words = alternatives(list(block_terms()))
    return re.compile(
        rf"(?<![A-Za-z/])(?P<term>{words})(?![A-Za-z])\.?[ \t]*(?:\(?{CODE}\)?)?[ \t]*(?:sub-?total|total|tot|time|x|for|@|was|took)?(?:[ \t]*(?:today|incl(?:\.|uding|udes)?[ \t]+\w+))?[ \t]*[:=–—-]?[ \t]*"
        rf"(?:(?P<a>{CLOCK})[ \t]*(?:-|–|to)[ \t]*(?P<b>{CLOCK})|(?P<m>\d{{1,3}})(?![\d:/%#]|\.\d)[ \t]*(?P<unit>minutes|minute|mins|min|m\b|'|′|’)?(?![ \t]*(?:x|×|\*|ft|feet|reps|sets|units?|u\b|lbs?|sec|s\b|steps|\"|/\d|°|deg|%)))",
        re.IGNORECASE,
    )


def _term_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Summary lines in headings' own words ("TE 15 TA 15 GAIT 8", "MT 8:15-8:32, TE 8:32-8:45") and "(NMR 12)" after a list."""
    out: list[TimeUse] = []
    text, layout = reading.text, reading.layout
    for line in layout.lines:
        body = text[line.start : line.end]
        found = list(_term_pattern().finditer(body))
        heads = {b.start for b in layout.blocks if line.start <= b.start < line.end and b.end > b.content + 2}
        last = line.start
        summary = len(found) >= 2 and not any(
            line.start + m.end() <= a.start < line.start + (n.start() if n else len(body))
            for m, n in zip(found, [*found[1:], None], strict=True) for a in activities if line.start <= a.start < line.end and text[line.start + m.end() : a.start].strip(" ,;:-–—")
        )  # fmt: skip
        bare = not performed_in(activities, line.start, line.end) and _pairs_on(reading, line.start, line.end) >= 2
        for m in found:
            start = line.start + m.start()
            clock = clock_span(m["a"], m["b"]) if m["a"] else None
            if m["a"] and not clock:
                continue
            value = clock[1] - clock[0] if clock else int(m["m"])
            if not 2 < value <= 240:
                continue
            code = block_code(m["term"])
            named = [
                i
                for i, a in enumerate(activities)
                if a.performed
                and a.start < start + len(m["term"])
                and start < a.end
                and a.end <= start + len(m["term"]) + 3
            ]
            if named and _ends_a_list(
                text, activities, named[0], line.start + (found[found.index(m) - 1].end() if found.index(m) else 0)
            ):
                continue
            if named and not heads and (len(found) >= 2 or m["unit"]):
                at = line.start + (m.start("a") if clock else m.start("m"))
                after = [
                    i for i, a in enumerate(activities) if a.performed and line.start + m.end() <= a.start < line.end
                ]
                named += _beside(text, activities, named[-1], after, line.start + m.end())
                role = "activity" if len(named) == 1 else "shared"
                out.append(TimeUse(at, line.start + m.end(), value, role, tuple(named), None, clock))
                continue
            at = m.start("a") if clock else m.start("m")
            bracket = (
                re.search(r"\([^()]*$", body[: m.start()]) is not None
                and re.match(r"[^()]{0,12}\)", body[m.end() :]) is not None
            )
            if bracket and not any(
                h <= start < h + 90 for h in heads if text[h:start].count("(") == 1 and ":" not in text[h:start]
            ):
                mine = performed_in(activities, last, start)
                if mine:
                    out.append(TimeUse(line.start + at, line.start + m.end(), value, "shared", mine, code, clock))
                    last = start
                    continue
            k = found.index(m)
            beside = [
                n for n in (found[k - 1] if k else None, found[k + 1] if k + 1 < len(found) else None)
                if n and re.fullmatch(r"(?:[ \t]*incl(?:\.|uding|udes)?[ \t]+\w+)?[ \t,;/&+.|–-]*", body[min(n.end(), m.end()) : max(n.start(), m.start())])
            ]  # fmt: skip
            closing = not body[m.end() :].strip(" \t.") or re.match(
                r"[ \t]*(?:\.|(?:incl|for all)\b)", body[m.end() :], re.IGNORECASE
            )
            if not clock and _only(body, m.start(), m.end()) and _closes_its_items(reading, activities, line, code):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code))
                continue
            said = "=" in m[0] or re.match(r"[ \t]*(?:incl|for all)\b", body[m.end() :], re.IGNORECASE)
            if not m["unit"] and not clock and (beside or (said and closing)):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code, clock))
                continue  # "TE 11 NMR 16." and "NMR = 31." behind the items they sum up
            summed = (
                "total" in m[0].lower() or re.search(r"\btime (?:for|in|on)\s*$", body[: m.start()], re.IGNORECASE)
            ) and not performed_in(activities, line.start, line.end)
            if bare or summed or (summary and not heads and (m["unit"] or clock or len(found) >= 2)):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code, clock))
    return out


def _only(body: str, start: int, end: int) -> bool:
    """Whether nothing else stands on a line but bullets and points."""
    return not (body[:start] + body[end:]).strip(" \t-–—=•*|:()>→.,")


def _closes_its_items(reading: Reading, activities: Sequence[Placed], line: Line, code: str | None) -> bool:
    """Whether a line of a heading's words and minutes sums up the items above it: those right above are of its code, the
    first below it is not ("- step tap / - tall kneel / NMR = 18' / - sci-fit 10'")."""
    above = performed_in(activities, _paragraph_start(reading, line.start), line.start)
    if not above or activities[above[-1]].code != code:
        return False
    below = performed_in(activities, line.end, _paragraph_end(reading, line.end))
    return not below or activities[below[0]].code != code


def _ends_a_list(text: str, activities: Sequence[Placed], item: int, since: int) -> bool:
    """Whether an activity stands behind others of its code in one list that no time parts from it ("band rows, bike,
    stretching 23 min")."""
    others = [a for a in activities[:item] if a.performed and a.start >= since]
    if not others:
        return False
    between = text[others[-1].end : activities[item].start]
    if re.fullmatch(r"\s*(?:w/|with|and|&|\+)\s*", between):
        return True
    return others[-1].code == activities[item].code and re.search(r"[;.\n/+]", between) is None


def _reversed_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "29 min: 10 therapeutic ex, 19 ther act": numbers before headings' words on a line without activities."""
    out = []
    words = alternatives(list(block_terms()))
    pattern = re.compile(
        rf"(?<![\w.:/])(?P<m>\d{{1,2}})[ \t]*(?:minutes|mins?|m|'|’)?[ \t]+(?:of[ \t]+)?(?P<term>{words})(?![A-Za-z])(?=[ \t]*(?:[,;./+&|)\r\n]|and\b|$))",
        re.IGNORECASE,
    )
    for line in reading.layout.lines:
        if performed_in(activities, line.start, line.end):
            continue
        found = list(pattern.finditer(reading.text, line.start, line.end))
        if len(found) >= 2:
            out += [
                TimeUse(
                    m.start("m"),
                    m.end(),
                    int(m["m"]),
                    "code",
                    (),
                    block_code(m["term"]),
                )
                for m in found
            ]
    return out


def _total_of_a_list(
    reading: Reading, activities: Sequence[Placed], start: int, end: int, minutes: int
) -> tuple[int, ...]:
    """The items that a "total" behind them sums up, where it cannot be the visit's; else none.

    It is not the visit's where the note's other times come to more, or where it states a longer total or a longer time in
    and out. The items are those of one code that stand before it in its sentence.
    """
    line = reading.layout.line_at(start)
    since = max(line.start, part(reading.cuts.sentences, start, len(reading.text))[0])
    mine = _same_code_run(activities, performed_in(activities, since, start))
    if not mine:
        return ()
    others = [t for t in reading.times if t.end <= start or t.start >= end]
    longer = any(t.clock and t.minutes > minutes for t in others) or any(
        int(m["n"]) > minutes for m in _NUMBERED_TOTAL.finditer(reading.text) if m.start("n") >= end or m.end() <= start
    )
    told = [t for t in others if not t.clock and t.minutes > SHORTEST]
    # a time behind items of another service, in another sentence: then this one is told for its own list
    elsewhere = len(mine) > 1 and any(
        any(activities[i].code != activities[mine[-1]].code for i in performed_in(activities, layout_line.start, t.start))
        for t in told if t.end <= since
        for layout_line in (reading.layout.line_at(t.start),)
    )  # fmt: skip
    return tuple(mine) if longer or elsewhere or sum(t.minutes for t in told) > minutes else ()


def _written_totals(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "Timed: 38  Total: 45", "Total treatment time 45": numbers whose label says what they are."""
    out = []
    for m in _SUBTOTAL.finditer(reading.text):
        block = reading.layout.block_at(m.start())
        line = reading.layout.line_at(m.start())
        mine = performed_in(activities, block.start if block else _paragraph_start(reading, line.start), m.start())
        if mine:
            out.append(TimeUse(m.start("n"), m.end(), int(m["n"]), "block", mine, block.code if block else None))
    for m in _NUMBERED_TOTAL.finditer(reading.text):
        what = re.sub(r"\s+", " ", m["what"].lower())
        if what in ("untimed", "total untimed"):
            continue
        end = m.end("n")
        unit = re.match(r"\s*(?:minutes|mins?|m\b|')\.?", reading.text[end:])
        stop = end + (unit.end() if unit else 0)
        line = reading.layout.line_at(m.start())
        if "timed" not in what and (
            termed := _term_before(reading.text[line.start : m.start()]) or _term_after(reading.text[stop : line.end])
        ):
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), "code", (), termed))  # "NMR total 17", "tot 17 NMR"
            continue
        plain = re.match(r"\s*(?:[.,;)|\r\n]|$)", reading.text[end:]) and re.search(
            r"(?:^|[.;,\n|(]\s*)$", reading.text[: m.start()]
        )
        if (
            not unit
            and what in ("total", "tot", "timed", "tt", "ttl")
            and not plain
            and not re.search(r"[:=]|time|min", m[0], re.IGNORECASE)
        ):
            continue
        section = reading.layout.section_at(m.start())
        if section and section.name in ("goals", "plan", "subjective", "history", "objective") and not unit:
            continue
        role = "timed_total" if re.search(r"(?<!un)timed", m[0], re.IGNORECASE) else "total"
        if mine := _total_of_a_list(reading, activities, m.start(), stop, int(m["n"])):
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), "block", mine))
        else:
            out.append(TimeUse(m.start("n"), stop, int(m["n"]), role))
    return out


def _heading_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Minutes in block headings ("TE 21':", "97112 (10 min) -", "exs (12):")."""
    out = []
    for block in reading.layout.blocks:
        other = min(
            (c.start for c in reading.layout.codes if block.content < c.start < block.end and c.code != block.code
             and part(reading.cuts.sentences, c.start, block.end)[0] > block.start),
            default=block.end,
        )  # fmt: skip
        mine = _headed(reading, activities, block, other)
        if not mine:
            continue
        heading = reading.text[block.start : block.content]
        times = [t for t in reading.times if block.start <= t.start and t.end <= block.content]
        if times:
            t = times[0]
            out.append(TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock))
            continue
        inside = [t for t in reading.times if block.content <= t.start < block.end]
        if len(inside) == 1 and block.code and len(mine) > 1 and inside[0].start >= max(reading_end(activities, mine)):
            t = inside[0]
            tail = reading.text[t.end : min(block.end, reading.layout.line_at(t.start).end)]
            if not tail.strip(" .,;)|\t\r\n") and not _NO_TREATMENT.search(reading.text[t.start - 12 : t.start]):
                lone = reading.text[max(activities[i].end for i in mine) : t.start]
                if re.search(r"[,;(–—]|\s-|\s{2,}|\t|\||:", lone) or "," not in reading.text[block.content : t.start]:
                    out.append(TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock))
                    continue
        if number := _heading_number(heading):
            group = 1 if number[1] else 2
            out.append(
                TimeUse(
                    block.start + number.start(group),
                    block.start + number.end(group),
                    int(number[group]),
                    "block",
                    mine,
                    block.code,
                )
            )
    return out


def _heading_number(heading: str) -> re.Match[str] | None:
    """The bare number of minutes of a heading ("NMR 15:", "exs (12)"), or None."""
    number = re.search(
        r"\(\s*(\d{1,3})\s*\)|(?<=[A-Za-z.)])[ \t]*[-–x:]?[ \t]*(\d{1,2})(?=[ \t]*[:\-–|]?[ \t]*$)",
        re.sub(CODE, lambda m: "c" * len(m[0]), heading),
    )
    return number if number and 2 < int(number[1] or number[2]) <= 120 else None


def _headed(reading: Reading, activities: Sequence[Placed], block: Block, end: int) -> tuple[int, ...]:
    """The performed activities of a block; where its heading has items on its line, wrapped lines with times are not its."""
    mine = performed_in(activities, block.start, end)
    own = reading.layout.line_at(block.start)
    inline = [t.start for t in reading.times if block.start <= t.start < block.content]
    if inline or _heading_number(
        reading.text[block.start : block.content]
    ):  # "TE 28': bike, SLR. CP 10' elev.": a modality in a sentence of its own is no part of the exercise time
        mine = tuple(
            i for i in mine
            if not activities[i].untimed or part(reading.cuts.sentences, activities[i].start, end)[0] <= block.start
        )  # fmt: skip
    first = tuple(i for i in mine if activities[i].start < own.end)
    if not first or len(first) == len(mine) or not _has_heading_time(reading, block):
        return mine
    later = {reading.layout.line_at(activities[i].start).start for i in mine if activities[i].start >= own.end}
    timed = {reading.layout.line_at(t.start).start for t in reading.times if own.end <= t.start < end}
    return first if later <= timed else mine


def reading_end(activities: Sequence[Placed], indices: Sequence[int]) -> list[int]:
    """The ends of some activities."""
    return [activities[i].end for i in indices]


def _block_of(reading: Reading, offset: int) -> Block | None:
    block = reading.layout.block_at(offset)
    return block if block and offset >= block.content else None


def _mention_use(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, stops: Sequence[int], claimed: set[int]
) -> TimeUse | None:
    """What one time in running text belongs to, or None."""
    text, layout = reading.text, reading.layout
    line = layout.line_at(t.start)
    sentence = part(reading.cuts.sentences, t.start, len(text))
    clause = part(reading.cuts.clauses, t.start, len(text))
    before, after = text[max(line.start, t.start - 60) : t.start], text[t.end : min(line.end, t.end + 50)]
    section = layout.section_at(t.start)
    name = section.name if section else "none"
    code = next((c.code for c in layout.codes if line.start <= c.start < line.end), None)
    block = _block_of(reading, t.start)
    if text[t.end - 1] != ".":  # "45 min. Therex, gait": the words of the next sentence
        code = code or _term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))
    if stated := re.match(rf"[ \t]*(?:all|total|of)[ \t]+({CODE})\b", after, re.IGNORECASE):
        mine = tuple(i for i in performed_in(activities, 0, t.start) if activities[i].code == stated[1].upper())
        role = "block" if mine and "all" in stated[0].lower() else "code"
        return TimeUse(t.start, t.end, t.minutes, role, mine, stated[1].upper())  # "42 min all 97761"
    if _TIMED_TOTAL.search(before) or _TIMED_AFTER.match(after):
        return TimeUse(t.start, t.end, t.minutes, "timed_total", clock=t.clock)
    in_sentence = [i for i, a in enumerate(activities) if sentence[0] <= a.start < sentence[1]]
    if (
        t.in_out
        or (
            t.clock
            and re.search(r"\b(?:seen|treated)(?:[ \t]+[\w']+){0,3}[ \t]*$", before, re.IGNORECASE)
            and not performed_in(activities, t.end, sentence[1])
        )
        or (t.clock and any(int(m["n"]) == t.minutes for m in _NUMBERED_TOTAL.finditer(text)))
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    if (headed := _term_before(before)) and re.search(r"\b(?:total|tot|ttl)\b[^.;\n]{0,24}$", before, re.IGNORECASE):
        return TimeUse(t.start, t.end, t.minutes, "code", (), headed, t.clock)  # "Total TE 19 min"
    if (
        (
            (_TOTAL_BEFORE.search(_OTHER_VISIT.sub("", before)) and not _OPENS_WITH.search(before))
            or _TOTAL_AFTER.match(after)
        )
        and not _OF_A_BLOCK.match(after)
        and not (
            re.search(r"(?:morning|care|ADL|gait)\s*session", before + after[:20], re.IGNORECASE)
            or (in_sentence and re.search(r"\ba total of\s*$|\btogether\b", before))
            or (in_sentence and re.match(r"\W{0,3}(?:in (?:the|pt)|one[- ]on[- ]one)", after, re.IGNORECASE))
            or (
                re.match(r"\W{0,3}(?:total|tot|ttl|in all|altogether)\b", after, re.IGNORECASE)
                and any(max(line.start, sentence[0]) <= a.start < t.start for a in activities)
                and (len(reading.times) > 2 or _total_of_a_list(reading, activities, t.start, t.end, t.minutes))
            )
            or (re.search(r"\b1:1\b[^.;\n]{0,12}$", before) and bool(performed_in(activities, t.end, line.end)))
        )
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    if termed := _sentence_of_a_term(reading, activities, t, sentence):
        return TimeUse(t.start, t.end, t.minutes, "code", (), termed, t.clock)  # "TA: 18 minutes.", "18 min ther act."
    if (termed := _term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))) and _closes_its_items(
        reading, activities, line, termed
    ):
        words = re.sub(
            alternatives(list(block_terms())),
            "",
            text[line.start : t.start] + text[t.end : line.end],
            count=1,
            flags=re.IGNORECASE,
        )
        if _only(words, 0, 0):
            return TimeUse(t.start, t.end, t.minutes, "code", (), termed, t.clock)  # "35 min self care" under its items
    if name in ("goals", "plan", "hep", "history") and not any(activities[i].performed for i in in_sentence):
        return None
    if _GOALS.search(text, sentence[0], t.start) and not block:
        return None
    previous = [i for i, a in enumerate(activities) if a.end <= t.start and a.start >= line.start and i not in claimed]
    following = [i for i, a in enumerate(activities) if a.start >= t.end and a.start < line.end]
    lead = text[max(line.start, clause[0]) : t.start]
    leads = _BULLET_ONLY.fullmatch(lead) is not None and not re.match(r"[ \t]*(?:->|-->|→|;)", text[t.end : line.end])
    if not leads and sentence[0] > clause[0]:
        leads = _BULLET_ONLY.fullmatch(text[sentence[0] : t.start]) is not None
    ends_its_line = not text[t.end : line.end].strip(" \t.|)") and bool(performed_in(activities, line.start, t.start))
    since_stop = max([line.start, *(s for s in stops if s < t.start)])
    closes = (text[t.end - 1] == "." or text[t.end : t.end + 1] == ".") and any(
        activities[i].start >= since_stop for i in previous
    )
    if leads and not ends_its_line and not closes and not _FOR_ALL.match(after) and not _REST_AFTER.match(after):
        # "12 min paraffin dip", "0900-0920 gait training ...", "For the remaining fifteen minutes we practised ..."
        whole = line.end if clause[0] <= line.start + len(lead) or t.clock else sentence[1]
        stop = min([whole, *(s for s in stops if s > t.start)])
        if parted := _THEN_OTHER.search(text, t.end, stop):
            stop = parted.start()
        stop = _up_to_the_next(reading, activities, t.end, stop, stops)
        mine = performed_in(activities, t.end, stop)
        if (termed := _term_after(re.sub(r"^[ \t]*(?:of|for)\b", "", after))) and stop < whole:
            all_of_it = performed_in(activities, t.end, min(whole, sentence[1]))
            if len(all_of_it) > len(mine) and all(activities[i].code == termed for i in all_of_it):
                # "twenty-two minutes of therapeutic exercise comprised the bike for seven minutes, ..."
                return TimeUse(t.start, t.end, t.minutes, "block", all_of_it, termed, t.clock)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if re.search(r"(?<!\w)(?:at|@)[ \t]*$", before) and not t.clock:
        return None  # "symptoms 2 at 12 min": a moment
    given_before = re.match(r"[ \t]*(?:before|after|prior|later)\b", after) and _right_behind_an_item(
        text, activities, t.start
    )
    if (_REST_AFTER.match(after) and not given_before) or _said_not_to_count(reading, t, sentence):
        return None
    if (not any(activities[i].start >= max([sentence[0], *(s for s in stops if s < t.start)]) for i in previous)) and (
        coded := _behind_its_code(reading, activities, t, following, sentence[1])
    ):
        return coded
    numbered = [m.start() for m in _NUMBERED.finditer(text, line.start, t.start)]
    floor = numbered[-1] if len(numbered) >= 2 else line.start
    since = max([floor, sentence[0], *(s for s in stops if s < t.start)])
    group = [i for i in previous if activities[i].start >= since]
    alone_words = (text[max(sentence[0], line.start) : t.start] + text[t.end : min(sentence[1], line.end)]).strip(
        " .,;:-–—()"
    )
    lone = (
        len(alone_words) <= 22
        and not in_sentence
        and not re.match(r"(?:for|the|then|next|first|last|another|we|now)\b", alone_words, re.IGNORECASE)
    )
    if not group and (_SUMS_UP.match(text[sentence[0] : t.start]) or (lone and previous)):
        group = [i for i in previous if activities[i].start >= max([line.start, *(s for s in stops if s < t.start)])]
    if not group:
        group = [
            i
            for i in previous
            if activities[i].end > max([line.start, *(s for s in stops if s < t.start)])
            and activities[i].start >= sentence[0]
        ]
    if joint := _joint(text, t, before):
        floor = _paragraph_start(reading, line.start)
        if joint == 99:  # those that are counted may have times of their own within
            floor = max([floor, *(s for s in stops if s < t.start)])
        together = _same_code_run(activities, performed_in(activities, floor, t.start))[-joint:]
        if len(together) > len(group) and activities[together[0]].start < line.start:
            # items on lines of their own, the last with the time of them all ("15 min for the two", "=> 45", "in all")
            return TimeUse(t.start, t.end, t.minutes, "block", tuple(together), code, t.clock)
    if group and (_LIST_TOTAL.search(before) or _FOR_ALL.match(after)):
        whole_list = _same_code_run(activities, [i for i in previous if activities[i].start >= sentence[0]])
        if len(whole_list) >= max(2, len(group)):
            # "pulleys 3 min, wand, rows = 20 min": the time after "=" is the whole list's, whatever its items have alone
            role = "shared" if block and _has_heading_time(reading, block) else "block"
            return TimeUse(t.start, t.end, t.minutes, role, tuple(whole_list), code or _term_after(after), t.clock)
    if group:
        group = _last_segment(text, activities, group, t.start)
        last = group[-1]
        between = text[activities[last].end : t.start]
        if _NO_TREATMENT.search(re.split(r"[;.]", between[-16:])[-1]) and not re.search(r"tolerated\s*$", between):
            return None
        if not activities[last].performed:
            return None
        glued = activities[last].end > sentence[0] and not re.search(
            r"[,;–—(|\t:=→]|\s-\s|\s{3,}|\btotal\b|\ball\b", between
        )
        if re.search(rf"{CODE}\)?\W{{0,3}}$", between) and not (
            following and re.search(r"\bby\b|[.;]\s|\bthen\b", between)
        ):
            mine = tuple(i for i in group if activities[i].performed)
            written = re.findall(CODE, between)[-1].upper()
            return TimeUse(
                t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, written, t.clock
            )
        alone = len(group) == 1
        termed = _term_after(after)
        if not alone and termed and all(activities[i].code == termed for i in group if activities[i].performed):
            mine = tuple(i for i in group if activities[i].performed)
            return TimeUse(t.start, t.end, t.minutes, "shared", mine, termed, t.clock)  # "bridges, log roll 14 MIN TA"
        if not alone and glued:
            link = text[activities[group[-2]].end : activities[last].start]
            joined = re.fullmatch(r"[^,;.]{0,30}?\s*(?:and|&|\+|/|w/|with)\s*(?:[a-z]+\s){0,2}", link, re.IGNORECASE)
            dosed = any(
                q.kind in _COUNTED and q.start >= activities[group[0]].end and q.end <= activities[last].start
                for q in reading.measures
            )
            own = any(
                q.kind in _COUNTED and activities[group[-2]].end <= q.start < activities[last].start
                for q in reading.measures
            )
            if own and joined:  # "sidelying ER 3x8 and pulleys 5 minutes": the one before has its own dosage
                return TimeUse(t.start, t.end, t.minutes, "activity", (last,), code, t.clock)
            if not joined and (dosed or (block and _has_heading_time(reading, block))):
                return TimeUse(t.start, t.end, t.minutes, "activity", (last,), code, t.clock)
            if joined and (dosed or len(group) == 2):
                group = group[-2:]
        if (
            not alone
            and glued
            and re.search(r"\bof\s*$|\bfor\s*$", between)
            and (between.rstrip().endswith("of") or _differ(activities, group))
        ):
            group = [
                last
            ]  # "press-ups, bridging, and PA mobs at L5 for nine minutes": no one time for several services
        group = [*group, *_beside(text, activities, group[-1], following, t.end)]
        mine = tuple(i for i in group if activities[i].performed)
        if not alone and not glued and re.match(r"[\s,]*\(", between[-3:]) and "," not in between:
            mine = (last,) if re.search(r"[,;]", text[activities[group[-2]].end : activities[last].start]) else mine
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if _NO_TREATMENT.search(text[max(sentence[0], t.start - 30) : t.start]):
        return None
    if re.search(
        r"(?:['’′]|\bmin(?:utes|s)?\.?|\bm)[ \t]*\([ \t]*$|\d ?s(?:ec(?:onds)?)?[ \t]*(?:to|-|–)[ \t]*$", before
    ):
        return None  # "8' (12')": the time of an earlier visit; "30 s to 8 min"
    mine = tuple(_same_code_run(activities, performed_in(activities, line.start, t.start)))
    framed = any(o.clock and line.start <= o.start < t.start for o in reading.times)
    if ends_its_line and not group and not framed:
        return TimeUse(t.start, t.end, t.minutes, "block", mine, block.code if block else None, t.clock)
    if following:
        stop = min([sentence[1], *(s for s in stops if s > t.start)])
        stop = _up_to_the_next(reading, activities, t.end, stop, stops)
        mine = performed_in(activities, t.end, stop)
        if "-min" in text[t.start : t.end].lower():
            mine = mine[:1]  # "a ten-minute contrast bath, then ..."
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if name in ("subjective", "objective", "assessment", "goals", "plan", "hep", "history"):
        return None
    if t.clock and not any(o.clock and o is not t for o in reading.times):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    whole_line = text[line.start : line.end]
    rest = (text[line.start : t.start] + text[t.end : line.end]).strip(" \t-–—=•*|:()>→.,")
    if len(rest) <= 24 and not whole_line.rstrip().endswith(":") and not _next_is_deeper(reading, line):
        floor = max([_paragraph_start(reading, line.start), *(s for s in stops if s < t.start)])
        mine = tuple(i for i in performed_in(activities, floor, line.start) if i not in claimed)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    # a sentence or line of its own ("Forty minutes of prosthetic training. He learned ..."): what follows, up to the next time
    stop = min([_paragraph_end(reading, t.end), *(s for s in stops if s > t.start)])
    mine = performed_in(activities, t.end, stop)
    if mine:
        return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    # a line of its own under the items it sums up
    if block and not text[line.start : t.start].strip(" \t-–—•*|:()x"):
        mine = performed_in(activities, block.start, t.start)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock)
    alone = not text[sentence[0] : t.start].strip(" \t•*-–—(") and not after.strip(" \t.)").startswith(
        tuple("abcdefghijklmnopqrstuvwxyz")
    )
    if alone and name == "none" and not any(a.start < t.start for a in activities):
        return TimeUse(
            t.start, t.end, t.minutes, "total", clock=t.clock
        )  # "Medicare. 30 min. Feeling OK": before anything
    others = [o for o in reading.times if o.clock and o is not t]
    if (
        t.clock
        and not in_sentence
        and all(o.clock and t.clock[0] <= o.clock[0] and o.clock[1] <= t.clock[1] for o in others)
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    return None


def _right_behind_an_item(text: str, activities: Sequence[Placed], offset: int) -> bool:
    """Whether a performed activity ends right before an offset ("hot pack to elbow 8 min before ...")."""
    last = max((a.end for a in activities if a.performed and a.end <= offset), default=None)
    if last is None or offset - last > 24:
        return False
    return re.search(r"[.;\n]", text[last:offset]) is None and _NO_TREATMENT.search(text, last, offset) is None


def _sentence_of_a_term(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, sentence: tuple[int, int]
) -> str | None:
    """The code of a heading's words that alone share a sentence with a time, behind items of that code; else None."""
    text = reading.text
    start = max(sentence[0], reading.layout.line_at(t.start).start)
    words = f"{text[start : t.start]} {text[t.end : max(t.end, min(sentence[1], reading.layout.line_at(t.start).end))]}"
    code = block_code(re.sub(r"(?i)\b(?:of|for|was|were|total|time)\b|[^A-Za-z/& ]", " ", words).strip())
    if code is None or text[sentence[0] : sentence[1]].rstrip().endswith(":"):
        return None
    before = performed_in(activities, _paragraph_start(reading, reading.layout.line_at(t.start).start), t.start)
    return code if any(activities[i].code == code for i in before) else None


def _said_not_to_count(reading: Reading, t: TimeMention, sentence: tuple[int, int]) -> bool:
    """Whether a sentence says of this time, and of no nearer one, that it is not charged ("16 min. 8 min setup (unbilled)")."""
    for said in _NOT_COUNTED.finditer(reading.text, *sentence):
        before, after = (said.end(), t.start) if said.end() <= t.start else (t.end, said.start())
        if not any(before <= o.start < after for o in reading.times):
            return True
    return False


_CONNECTS = re.compile(
    r"(?:,\s*)?\b(?:(?:and\s+)?(?:\w+\s+){0,2}then|followed by|after (?:which|that)|before)\b", re.IGNORECASE
)


def _up_to_the_next(reading: Reading, activities: Sequence[Placed], start: int, stop: int, stops: Sequence[int]) -> int:
    """Where the items of a time before them end, if the next time stands behind its own: "16 minutes on a and the patient
    then did b for 14 minutes"."""
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    if stop not in stops or stop >= sentence[1]:
        return stop
    later = min([sentence[1], *(s for s in stops if s > stop)])
    if performed_in(activities, stop, later):
        return stop
    for m in reversed(list(_CONNECTS.finditer(reading.text, start, stop))):
        if performed_in(activities, start, m.start()) and performed_in(activities, m.end(), stop):
            return m.start()
    return stop


def _behind_its_code(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, following: Sequence[int], sentence_end: int
) -> TimeUse | None:
    """ "This was followed by 97116, fourteen minutes, walking ...": a time right behind a code, before what was done."""
    written = re.search(rf"({CODE})\)?[ \t]*(?:,|:|-|–|\(|for)?[ \t]*$", reading.text[max(0, t.start - 12) : t.start])
    if written is None:
        return None
    mine = tuple(i for i in following if activities[i].performed and activities[i].start < sentence_end)
    if re.match(r"[ \t]*(?:[.;\n]|$)", reading.text[t.end : t.end + 3] or "\n") or reading.text[t.end - 1] == ".":
        return TimeUse(t.start, t.end, t.minutes, "code", (), written[1].upper(), t.clock)  # "...; 97535 24 min."
    if not mine:
        return None
    role = "activity" if len(mine) == 1 else "shared"
    return TimeUse(t.start, t.end, t.minutes, role, mine, written[1].upper(), t.clock)


def _last_segment(text: str, activities: Sequence[Placed], group: list[int], before: int) -> list[int]:
    """Of items parted by semicolons those behind the last one, where the others are coded otherwise: in "MLD, wraps;
    exercises a, b - 10 min" the time is the exercises'.

    A time that sums up ("= 38 min", "all 20 min", "total 15 min") is all the items'.
    """
    if re.search(r"=|→|->|\ball\b|\btotal\b|\btogether\b|\bboth\b", text[activities[group[-1]].end : before]):
        return group
    for place in range(len(group) - 1, 0, -1):
        if ";" in text[activities[group[place - 1]].end : activities[group[place]].start]:
            mine = {activities[i].code for i in group[place:]}
            return group if mine & {activities[i].code for i in group[:place]} else group[place:]
    return group


_JOINT_AFTER = re.compile(
    r"[ \t,]*\(?(?:for |of )?(?:(?P<two>(?:the|these|those) (?:two|2)|both|the pair)|(?P<three>(?:the|all|these) (?:three|3))|in all|for all|all together|altogether|together|combined)\b",
    re.IGNORECASE,
)
_NUMBERED_ITEMS = re.compile(r"\b(\d)[ \t]*-[ \t]*(\d)[ \t]*(?:=|:|->|→)[ \t]*$")
_JOINT_BEFORE = re.compile(r"(?:(?:=|->|→|=>)[ \t]*|\b(?:together|combined|both|all)[ \t:=–-]*)$", re.IGNORECASE)


def _joint(text: str, t: TimeMention, before: str) -> int:
    """How many items a time says it is for: 2 or 3, many (99) where it only says that it is for all; 0 where it does not."""
    if m := _JOINT_AFTER.match(text, t.end):
        return 2 if m["two"] else 3 if m["three"] else 99
    if (m := _NUMBERED_ITEMS.search(before)) and int(m[1]) < int(m[2]):
        return int(m[2]) - int(m[1]) + 1  # "1-4 = 24 min"
    return 99 if _JOINT_BEFORE.search(before) else 0


def _same_code_run(activities: Sequence[Placed], items: Sequence[int]) -> list[int]:
    """The last performed items that share one code."""
    mine = [i for i in items if activities[i].performed]
    place = len(mine)
    while place and activities[mine[place - 1]].code == activities[mine[-1]].code:
        place -= 1
    return mine[place:]


def _differ(activities: Sequence[Placed], items: Sequence[int]) -> bool:
    """Whether items are of several codes, not all of them modalities that can be given side by side."""
    return len({activities[i].code for i in items}) > 1 and not all(activities[i].untimed for i in items)


def _beside(text: str, activities: Sequence[Placed], last: int, following: Sequence[int], end: int) -> list[int]:
    """The modality given in the same minutes as the one before them: "IFC 15 min w/ CP"."""
    if not following or not (activities[last].untimed and activities[following[0]].untimed):
        return []
    link = text[end : activities[following[0]].start]
    return (
        [following[0]]
        if re.fullmatch(r"[ \t]*\)?,?[ \t]*(?:w/|with|and|&|\+|under|over)[ \t]*(?:a |the )?", link, re.IGNORECASE)
        else []
    )


def _term_after(after: str) -> str | None:
    """The code of a heading's word right behind a time ("= 20 min TE"), or None."""
    words = re.match(rf"[ \t]*({alternatives(list(block_terms()))})(?![A-Za-z])", after, re.IGNORECASE)
    return block_code(words[1]) if words else None


def _term_before(before: str) -> str | None:
    """The code of a heading's word or written code right before a "total" ("NMR total 17", "97110 tot 14"), or None."""
    words = re.search(rf"(?<![A-Za-z])(?:({CODE})|({alternatives(list(block_terms()))}))[ \t]*$", before, re.IGNORECASE)
    return None if words is None else words[1].upper() if words[1] else block_code(words[2])


def _has_heading_time(reading: Reading, block: Block) -> bool:
    return any(block.start <= t.start < block.content for t in reading.times)


def _paragraph_end(reading: Reading, offset: int) -> int:
    line = reading.layout.line_at(offset)
    end = line.end
    if reading.text[offset : line.end].strip(" .:;,-–—()"):
        return end
    indent = _indent(reading.text[line.start : line.end])
    under = False
    for later in reading.layout.lines:
        if later.start > line.start:
            body = reading.text[later.start : later.end]
            deeper = _indent(body) > indent
            if not body.strip() or (under and not deeper):
                break
            under = under or deeper
            end = later.end
    return end


def _paragraph_start(reading: Reading, offset: int) -> int:
    start = offset
    for line in reversed(reading.layout.lines):
        if line.start < offset:
            if not reading.text[line.start : line.end].strip():
                break
            start = line.start
    section = reading.layout.section_at(offset)
    return max(start, section.start if section else 0)


def _next_is_deeper(reading: Reading, line: Line) -> bool:
    lines = reading.layout.lines
    index = lines.index(line) + 1
    if index >= len(lines):
        return False
    below = reading.text[lines[index].start : lines[index].end]
    return bool(below.strip()) and _indent(below) > _indent(reading.text[line.start : line.end])


def _indent(line: str) -> int:
    """How far a line's first word stands in; a bullet counts as two more."""
    bare = line.lstrip()
    return len(line) - len(bare) + (2 if bare[:1] in "-•*·–" else 0)


_UNBILLED = re.compile(
    r"\brest(?:s|ed|ing)?\b|\bbreaks?\b|not (?:counted|billed|in my)|unbilled|non-?bill|excluded|no charge|documentation|note writing|minus|set-?up",
    re.IGNORECASE,
)


def names_unbilled_time(text: str) -> bool:
    """Whether a note speaks of rest or other time that is not treatment: a larger visit total is then no contradiction."""
    return _UNBILLED.search(text) is not None
