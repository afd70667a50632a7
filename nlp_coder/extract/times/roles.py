"""What each length of time in a note belongs to: an activity, a block, a written code, the visit, or nothing billable.

The guide's decisions: minutes of a heading belong to the block, a trailing "14 min" after a list to the whole list,
minutes glued to one item to that item; rest, wear, holds, tests and tolerances told by the patient are no treatment
minutes. Nothing is divided and nothing is guessed: a time that belongs nowhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nlp_coder.extract.heading_words import CODE, MODALITY, block_code
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.split import MODALITIES_JOINED
from nlp_coder.extract.summaries import MADE_OF_OTHERS
from nlp_coder.extract.table import table_rows
from nlp_coder.extract.tests_told import TESTED, lists_of_tests, time_of, times_of_testing
from nlp_coder.extract.times.bare import bare_uses
from nlp_coder.extract.times.charges import (
    bracketed_uses,
    charge_line_uses,
    charge_uses,
    dashed_uses,
    eliminated_uses,
    names_work,
    number_first_uses,
    pairs_on,
    reversed_uses,
    short_charge_uses,
    slashed_uses,
    summary_uses,
    term_uses,
)
from nlp_coder.extract.times.grid import grid_uses
from nlp_coder.extract.times.group import group_uses, split_uses
from nlp_coder.extract.times.headings import heading_uses
from nlp_coder.extract.times.numbered import numbered_uses
from nlp_coder.extract.times.only_service import only_service_uses
from nlp_coder.extract.times.remaining import remaining_uses
from nlp_coder.extract.times.running import mention_use
from nlp_coder.extract.times.slots import bracketed_headings, square_uses
from nlp_coder.extract.times.starts import elapsed_uses, start_uses
from nlp_coder.extract.times.sums import completing_uses, sum_written, summed_uses
from nlp_coder.extract.times.tables import TODAYS, delimited_uses, table_uses
from nlp_coder.extract.times.totals import disciplines_minutes, written_totals
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in
from nlp_coder.extract.times.words import EVERY, OF_REST, PART, TOLERANCE, UNDER_IT
from nlp_coder.note import GROUP


def time_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Every stated time of a note that belongs to something, in order of start."""
    out: list[TimeUse] = []
    used: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in used)

    def take(uses: Iterable[TimeUse]) -> None:
        """Keep those whose place nothing else has been understood from, each in turn."""
        for use in uses:
            if free(use.start, use.end):
                used.append((use.start, use.end))
                out.append(use)

    rows = [
        r
        for r in table_rows(reading.text, reading.layout.lines)
        if pairs_on(reading, r.start, r.end) < 2 or names_work(reading, activities, r.start, r.end)
    ]
    used += [(c.start, c.end) for r in rows for c in r.earlier if c.end > c.start]  # they say nothing of today
    own, of_others = disciplines_minutes(reading)
    take(own)
    take(split_uses(reading, activities))
    used += of_others
    parts_written: list[int] = []
    if equation := sum_written(reading.text):
        parts_written, span = equation
        take([TimeUse(*span, sum(parts_written), "total")])
    take([
        *numbered_uses(reading, activities),
        *elapsed_uses(reading, activities),
        *grid_uses(reading),
        *charge_line_uses(reading, activities),
        *table_uses(reading, activities, rows),
        *delimited_uses(reading, activities),
        *charge_uses(reading, activities),
        *short_charge_uses(reading, activities),
        *slashed_uses(reading),
        *bracketed_uses(reading, activities),
        *number_first_uses(reading, activities),
        *dashed_uses(reading, activities),
        *summary_uses(reading, activities),
        *term_uses(reading, activities),
        *reversed_uses(reading, activities),
        *eliminated_uses(reading, activities),
        *written_totals(reading, activities),
    ])  # fmt: skip
    # what today's column of a row says ("80'" walked) and numbers beside its minutes ("cues | 4") are nobody else's
    used += [(r.today.start, r.today.end) for r in rows if r.today and TODAYS.fullmatch(r.today.text)]
    used += [(c.start, c.end) for r in rows if r.minutes for c in r.cells[1:] if c.text.isdigit()]
    totals = [u.minutes for u in out if u.role in ("total", "timed_total")]
    take(square_uses(reading, activities, [*totals, *(t.minutes for t in reading.times if t.in_out)]))
    known = [u.minutes for u in out if u.role in ("activity", "shared", "block", "code")]
    take(summed_uses(reading, activities, used, totals, parts_written, known))
    if any(a.performed and a.code == TESTED for a in activities):
        take(TimeUse(t.start, t.end, t.minutes, "code", (), TESTED) for t in times_of_testing(reading))
    take(heading_uses(reading, activities))
    take(
        TimeUse(t.start, t.end, t.minutes, "block", mine, TESTED)
        for place in lists_of_tests(reading)
        if (t := time_of(reading, place)) and (mine := performed_in(activities, *place))
    )
    headed = sum(u.role == "block" and u.end - u.start <= 2 for u in out)
    for use in [*bracketed_headings(reading, activities, headed), *bare_uses(reading, activities)]:
        if free(use.start, use.end) and not any(
            u.role == "block" and set(u.activities) & set(use.activities) for u in out
        ):
            used.append((use.start, use.end))
            out.append(use)
    rest = [t for t in reading.times if free(t.start, t.end)]
    stated = any(u.role == "total" for u in out)
    given = {u.start for u in out if u.role in ("activity", "shared")}
    parts = [t for t in reading.times if t in rest or t.start in given]
    whole = (None if stated else _sum_of_others(reading, activities, parts)) or _sum_of_next(reading, parts)
    if whole and whole in rest:
        out.append(TimeUse(whole.start, whole.end, whole.minutes, "total", clock=whole.clock))
        used.append((whole.start, whole.end))
        rest.remove(whole)
    rest = [t for t in rest if not _frames_its_parts(reading, activities, t, parts)]
    rest = [
        t for t in rest
        if (t.minutes > 1 or t.clock)  # "1 min on 1 min off", "VOR, 1 min each" is how, not how long
        and not (TOLERANCE.match(reading.text, t.end) and reading.text[t.end - 1] != ".")
        and not _parted(t, parts) and not EVERY.search(reading.text, max(0, t.start - 14), t.start)
        and (t.clock or not OF_REST.search(reading.text, max(0, t.start - 16), t.start) or UNDER_IT.match(reading.text, t.end))
    ]  # fmt: skip
    unknown = {m.start() for m in _UNKNOWN_MINUTES.finditer(reading.text)}
    stops = sorted({t.start for t in rest if t.minutes > 1} | {a for a, _ in used} | unknown)
    claimed: set[int] = set()  # activities that an earlier time of the running text already leads
    for mention in rest:
        found = mention_use(reading, activities, mention, stops, claimed)
        if found:
            out += _for_each(reading, found)
            if found.role != "block" and found.activities and activities[found.activities[0]].start > found.start:
                claimed.update(found.activities)
    starts = start_uses(reading, activities)
    if not _timed(starts) & _timed(out):
        out += starts
    out = [_with_wrapped(reading, activities, use, out) for use in out]
    out = [_with_row_below(reading, activities, use, out) for use in out]
    out = [_at_once(reading, activities, use, out) for use in out]
    out = _less_their_parts(reading, _with_parts_of_blocks(reading, activities, out))
    out = [_without_procedures(reading, activities, use) for use in out]
    out = _with_overall(reading.text, activities, sorted(out, key=lambda u: u.start))
    out = [_of_what_it_heads(reading, activities, use, out) for use in out]
    out = [_of_a_consisting_service(reading, activities, use, out) for use in out]
    out = [_of_its_service(reading, activities, use, out) for use in out]
    out = [_with_its_list(reading, activities, use, out) for use in out]
    if grouped := group_uses(reading, activities, out):
        of_the_group = {(u.start, u.end) for u in grouped}
        out = [u for u in out if (u.start, u.end) not in of_the_group] + grouped
    out += completing_uses(reading, activities, out)
    out += remaining_uses(reading, activities, out)
    out = _with_the_run_before(reading, activities, out)
    return out + only_service_uses(reading, activities, out)


_UNKNOWN_MINUTES = re.compile(r"(?<!\w)(?:\?+|_{1,6})[ \t]*(?:minutes|mins?\b)", re.IGNORECASE)
""" "towel curls ?? min, IASTM 8 min": a time that the note leaves open ends the list before it."""


def _timed(uses: Sequence[TimeUse]) -> set[int]:
    """The activities that some uses give a time."""
    return {i for u in uses for i in u.activities}


def _of_what_it_heads(
    reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]
) -> TimeUse:
    """A charge or summary whose code nothing performed has, as the heading of what follows it up to the next time on its
    line: "NMR 20: joint mobs", "97532 15 min. spaced retrieval"; else the use as it is."""
    if use.role != "code" or any(a.performed and a.code == use.code for a in activities):
        return use
    line = reading.layout.line_at(use.start)
    others = [u for u in every if u.start > use.start]
    stop = min([line.end, *(u.start for u in others if not any(activities[i].start < u.start for i in u.activities))])
    mine = performed_in(activities, use.end, stop)
    inside = sum(u.minutes for u in every if set(u.activities) & set(mine))
    if not mine or inside >= use.minutes or performed_in(activities, line.start, use.start):
        return use
    return replace(use, role="block", activities=mine, code=None)


def _with_the_run_before(reading: Reading, activities: Sequence[Placed], uses: list[TimeUse]) -> list[TimeUse]:
    """The uses, where they come to the visit's total: then an item's time is also that of the ones before it on its line, of the
    same service, which have none ("curls with 2#, wall clock, slider 26'")."""
    parts = [u for u in uses if u.role not in ("total", "timed_total")]
    totals = {u.minutes for u in uses if u.role in ("total", "timed_total")} | {
        t.minutes for t in reading.times if t.in_out
    }
    if sum(u.minutes for u in parts) not in totals or any(not u.activities for u in parts):
        return uses
    timed = _timed(parts)
    out = []
    for use in uses:
        first = min(use.activities, default=0)
        line = reading.layout.line_at(activities[first].start) if use.role in ("activity", "shared") else None
        run = [*use.activities]
        while line and first > 0 and first - 1 not in timed:
            before = activities[first - 1]
            if not before.performed or before.code != activities[run[-1]].code or before.start < line.start:
                break
            first -= 1
            run.insert(0, first)
        out.append(replace(use, role="shared", activities=tuple(run)) if len(run) > len(use.activities) else use)
    return out


def _of_a_consisting_service(
    reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]
) -> TimeUse:
    """A charge of one of MADE_OF_OTHERS that heads a block, as the time of what the block lists without times of its own
    ("97761 x 3 (43 min)" over donning, weight shifts, steps); else the use as it is."""
    block = reading.layout.block_at(use.start)
    if (
        use.role != "code"
        or use.code not in MADE_OF_OTHERS
        or block is None
        or not block.written
        or block.code != use.code
    ):
        return use
    mine = performed_in(activities, use.end, block.end)
    if reading.layout.line_at(block.start) != reading.layout.line_at(use.start) or _timed(every) & set(mine):
        return use
    return replace(use, role="block", activities=mine) if len(mine) > 1 else use


_CHARGED_BEHIND = re.compile(
    rf"[ \t]*[(:–-]?[ \t]*(?P<code>{CODE})\)?[ \t]*(?:[:=@x–-]|for)?[ \t]*\d{{1,3}}[ \t]*(?:minutes|mins?\.?|m|['’′])",
    re.IGNORECASE,
)


def _of_its_service(reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]) -> TimeUse:
    """The time of a service told by its name alone as a charge, where items of that service have no time: "pulleys, wand,
    rows, all of it 26 minutes of therapeutic exercise"; else the use as it is."""
    if use.role not in ("activity", "shared") or len(use.activities) != 1:
        return use
    named = activities[use.activities[0]]
    code = block_code(reading.text[named.start : named.end])
    if code is None and (charged := _CHARGED_BEHIND.fullmatch(reading.text, named.end, use.end)):
        code = charged["code"].upper()  # "WC mgmt/training 97542 x 44 min"
    if code is None or code != named.code:
        return use
    told = _timed(every)
    others = [i for i, a in enumerate(activities) if a.performed and a.code == code and i not in told]
    return replace(use, role="code", activities=(), code=code) if others else use


def _with_its_list(reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]) -> TimeUse:
    """The time of a name that heads a list of the same service ("Arm care circuit (TE) 16 min: prone Y, prone T") as that of
    the items of the list, too, where these have no time; else the use as it is."""
    if use.role != "activity" or not re.match(r"[ \t)]*:", reading.text[use.end : use.end + 4]):
        return use
    named = activities[use.activities[0]]
    line = reading.layout.line_at(use.start)
    stop = min([line.end, *(u.start for u in every if u.start > use.start)])
    mine = performed_in(activities, use.end, stop)
    same = all(activities[i].code == named.code for i in mine)
    if named.end > use.start or not mine or not same or _timed(every) & {*mine}:
        return use
    return replace(use, role="shared", activities=(*use.activities, *mine))


_CONTINUES = re.compile(r"[ \t]*\|[ \t]*\|[ \t|]*(?=[^\s|])|[ \t]{8,}(?=\S)")
"""A row of a table that goes on below: its first cells are empty."""


def _with_row_below(reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]) -> TimeUse:
    """The time of a row before its items ("| 97112 | 25 | weight shifts; / |  |  | stance |"): also of the items in the rows
    below whose first cells are empty, where these have no time; else the use as it is."""
    if use.role not in ("activity", "shared") or not use.activities:
        return use
    line = reading.layout.line_at(use.start)
    if "|" not in reading.text[line.start : line.end] or activities[use.activities[0]].start < use.start:
        return use
    lines = reading.layout.lines
    place = reading.layout.line_number(line.start) + 1
    end = line.end
    while place < len(lines) and _CONTINUES.match(reading.text, lines[place].start, lines[place].end):
        end = lines[place].end
        place += 1
    below = performed_in(activities, line.end, end)
    if not below or _timed(every) & set(below):
        return use
    return replace(use, role="shared", activities=(*use.activities, *below))


def _with_wrapped(reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]) -> TimeUse:
    """The time of a table's row that is wrapped ("glides gr III, / pin and stretch   16"): also of the items on the lines
    before it that end in a comma, where these have no time; else the use as it is."""
    text = reading.text
    if use.role not in ("activity", "shared") or not use.activities:
        return use
    first = activities[use.activities[0]]
    line = reading.layout.line_at(first.start)
    if use.start >= line.end or use.start < first.end or re.search(r"[A-Za-z]{4}", text[use.end : line.end]):
        return use
    lines = reading.layout.lines
    place = reading.layout.line_number(line.start)
    while place and text[lines[place - 1].start : lines[place - 1].end].rstrip().endswith(","):
        place -= 1
    before = performed_in(activities, lines[place].start, line.start)
    if not before:
        return use
    told = any(u is not use and u.start < line.start and u.end > lines[place].start for u in every)
    if told or _timed(every) & set(before):
        return use
    return replace(use, role="shared", activities=(*before, *use.activities))


def _without_procedures(reading: Reading, activities: Sequence[Placed], use: TimeUse) -> TimeUse:
    """A time that items of several sentences share, without those of other sentences than the last one's that are no modality
    and do not count in minutes ("Epley done. Then VOR, foam. That part 24 min")."""
    if use.role != "shared" or len(use.activities) < 2:
        return use
    last = part(reading.cuts.sentences, activities[use.activities[-1]].start, len(reading.text))[0]
    mine = tuple(
        i for i in use.activities
        if activities[i].start >= last or not activities[i].untimed or activities[i].code == GROUP
        or MODALITY.fullmatch(activities[i].code or "")
    )  # fmt: skip
    return use if len(mine) == len(use.activities) else replace(use, activities=mine)


_MEANWHILE = re.compile(r"\b(?:while|meanwhile|during|at the same time)\b", re.IGNORECASE)
""" "Paraffin L 15 min. While L was in the wax, R did isometrics, 10 of those min": both at once."""


def _less_their_parts(reading: Reading, uses: Sequence[TimeUse]) -> list[TimeUse]:
    """The uses, where a time that is told as a part of the one before it ("... took 11 of those minutes") is taken off that."""
    out = list(uses)
    for part_of in uses:
        if not PART.search(reading.text, part_of.start, part_of.end):
            continue
        before = [t for t in reading.times if t.end <= part_of.start]
        if before and _MEANWHILE.search(reading.text, before[-1].end, part_of.start):
            continue
        for k, use in enumerate(out):
            whole = before and use.start == before[-1].start and use.minutes > part_of.minutes
            if whole and use.role in ("activity", "shared", "block") and not {*use.activities} & {*part_of.activities}:
                out[k] = replace(use, minutes=use.minutes - part_of.minutes)
    return out


_PART_OF = re.compile(
    r"(?<![\w.:/])(?P<part>\d{1,2})[ \t]*(?:minutes|mins?\.?|['’′])?[ \t]+of[ \t]+(?:the|these|those)[ \t]+(?P<whole>\d{1,2})(?![\w:/%])(?![ \t]*(?:reps?|sets|steps|ft|feet|trials|items|cues))",
    re.IGNORECASE,
)


def _with_parts_of_blocks(reading: Reading, activities: Sequence[Placed], uses: Sequence[TimeUse]) -> list[TimeUse]:
    """The uses, where an item's line says how many of its heading's minutes were its own ("SLS on foam 5 of the 20"): the
    item's time, and the heading's without it."""
    out = list(uses)
    for m in _PART_OF.finditer(reading.text):
        line = reading.layout.line_at(m.start())
        mine = performed_in(activities, line.start, m.start())
        for k, use in enumerate(out):
            if not mine or use.role not in ("block", "shared") or use.minutes != int(m["whole"]) or use.end > m.start():
                continue
            left = tuple(i for i in use.activities if i not in mine)
            if left and set(mine) <= {*use.activities} and int(m["part"]) < use.minutes:
                out[k] = replace(use, minutes=use.minutes - int(m["part"]), activities=left)
                out.append(of_items(m.start("part"), m.end("part"), int(m["part"]), mine))
            break
    return out


_WITH_IT = re.compile(r"[ \t]*(?:\w+[ \t]+)?(?:w/|with|and|\+|&)[ \t]*", re.IGNORECASE)
_SAME_TIME = re.compile(r"[ \t,]*(?:at (?:the )?same time|simultaneous|concurrent|together|at once)", re.IGNORECASE)


def _at_once(reading: Reading, activities: Sequence[Placed], use: TimeUse, every: Sequence[TimeUse]) -> TimeUse:
    """The time of a modality as that of those joined before it, too, where these have none: "MHP + IFC to low back 15 min"; and
    of one behind it that is said to be given at the same time."""
    if use.role != "activity" or not use.activities:
        return use
    mine = list(use.activities)
    spoken_for = _timed(every)
    while (first := mine[0]) and activities[first].untimed:
        before = activities[first - 1]
        joined = MODALITIES_JOINED.fullmatch(reading.text, before.end, activities[first].start)
        if not (before.performed and before.untimed and joined) or first - 1 in spoken_for:
            break
        mine.insert(0, first - 1)
    following = mine[-1] + 1
    if following < len(activities) and following not in spoken_for and activities[mine[-1]].untimed:
        beside = activities[following]
        led = beside.start >= use.end and _WITH_IT.fullmatch(reading.text, use.end, beside.start)
        if led and beside.performed and beside.untimed and _SAME_TIME.match(reading.text, beside.end):
            mine.append(following)
    return replace(use, role="shared", activities=tuple(mine)) if len(mine) > 1 else use


_EACH_AFTER = re.compile(
    r"[ \t.]*(?:each|ea|apiece)\b\.?(?![ \t]*(?:way|side|leg|arm|foot|hand|direction|position|set|rep|lap|trial|bout|x))",
    re.IGNORECASE,
)


_SO_OFTEN = re.compile(r"\b(?:twice|times|trials|sets|x ?\d{1,2})[ \t]*,?[ \t]*\Z", re.IGNORECASE)


_EVENLY = re.compile(
    r"[ \t]*(?:minutes|mins?\.?)?[ \t]*(?:was|were)?[ \t]*(?:split|divided|shared)[ \t]+(?:evenly|equally)\b",
    re.IGNORECASE,
)
""" "The other 30 split evenly between mirror therapy and carrying": so the note itself divides it."""


def _for_each(reading: Reading, use: TimeUse) -> list[TimeUse]:
    """ "Bike and UBE, 5 min each": the time once for each of the items, "30 min split evenly between a and b" its part for
    each; else the use as it is."""
    if use.role != "shared" or use.clock:
        return [use]
    many = len(use.activities)
    if _EVENLY.match(reading.text, use.end) and use.minutes % many == 0:
        return [replace(use, role="activity", minutes=use.minutes // many, activities=(i,)) for i in use.activities]
    if not _EACH_AFTER.match(reading.text, use.end):
        return [use]
    if _SO_OFTEN.search(reading.text, max(0, use.start - 16), use.start):
        return []  # "stood at the bars twice, 2 minutes each": of each time, and how long in all is not said
    return [replace(use, role="activity", activities=(i,)) for i in use.activities]


def _sum_of_others(reading: Reading, activities: Sequence[Placed], times: Sequence[TimeMention]) -> TimeMention | None:
    """The first time of a note, where it is just the sum of all the others ("today (38 min): ... 18 min; ... 20 min")."""
    longer = [t for t in times if t.minutes > SHORTEST and not t.clock]
    if len(longer) < 3 or longer[0].minutes != sum(t.minutes for t in longer[1:]):
        return None
    if performed_in(activities, 0, longer[0].start):
        return None  # it has items of its own: that it is as long as the others together is chance
    own, following = reading.layout.line_at(longer[0].start), reading.layout.line_at(longer[1].start)
    leads = performed_in(activities, longer[0].end, own.end)
    if following.start > own.start and leads and not performed_in(activities, following.start, longer[1].start):
        return None  # "Block A 30': ... / Block B 15': ... / Block C 15': ...": each leads its own
    return longer[0]


def _sum_of_next(reading: Reading, times: Sequence[TimeMention]) -> TimeMention | None:
    """A time that is just the sum of those that follow on its line ("Worked 55 min: a 15 min; b, c 20 min; d 20 min")."""
    for place, first in enumerate(times):
        line = reading.layout.line_at(first.start)
        end = min(line.end, part(reading.cuts.sentences, first.start, len(reading.text))[1])
        rest = [t.minutes for t in times[place + 1 :] if t.start < end and t.minutes > SHORTEST and not t.clock]
        sums = [sum(rest[:n]) for n in range(2, len(rest) + 1)]
        if first.minutes in sums and re.match(r"[^.;\n]{0,30}:", reading.text[first.end : line.end]):
            return first
    return None


_DIVIDED = re.compile(
    r"[ \t]*(?:minutes[ \t]+)?(?:were|was|went|consisted|comprised|included|split|divided|made)\b", re.IGNORECASE
)


def _frames_its_parts(
    reading: Reading, activities: Sequence[Placed], whole: TimeMention, times: Sequence[TimeMention]
) -> bool:
    """Whether a time only frames those told behind it in its sentence ("The remaining 15 min were retrograde massage 7 min and
    active fisting 8 min")."""
    if whole.clock or not _DIVIDED.match(reading.text, whole.end):
        return False
    start, end = part(reading.cuts.sentences, whole.start, len(reading.text))
    rest = [t for t in times if whole.end <= t.start < end and t.minutes > SHORTEST and not t.clock]
    if len(rest) < 2 or sum(t.minutes for t in rest) != whole.minutes or performed_in(activities, start, whole.start):
        return False
    return bool(performed_in(activities, whole.end, rest[0].start))


def _parted(span: TimeMention, times: Sequence[TimeMention]) -> bool:
    """Whether a span of the clock is only the frame of the times told after it ("AM 0900-0945: a 20 min, b 25 min")."""
    if not span.clock:
        return False
    end = min((t.start for t in times if t.clock and t.start > span.start), default=None)
    inside = [t for t in times if t.start > span.start and not t.clock and (end is None or t.start < end)]
    return len(inside) >= 2 and sum(t.minutes for t in inside) == span.minutes


def _with_overall(text: str, activities: Sequence[Placed], uses: list[TimeUse]) -> list[TimeUse]:
    """A first or last time that is just the sum of all the others is the visit's ("Worked 55 min: a 15 min; b 40 min")."""
    parts = [u for u in uses if u.role in ("activity", "shared", "block")]
    if any(u.role == "total" for u in uses):
        return uses
    charges = [u for u in uses if u.role == "code"]
    codes = {activities[i].code for i in _timed(parts)}
    whole_of_it = len(charges) == 1 and charges[0].code in codes and len(parts) >= 2
    if whole_of_it and charges[0].minutes == sum(u.minutes for u in parts):
        # "97530 x 38 min on the log: toileting 23 min; loading the dishwasher 15 min": the charge sums them up
        return [replace(u, role="total", code=None) if u is charges[0] else u for u in uses]
    if len(parts) < 3:
        return uses
    for whole in (parts[0], parts[-1]):
        others = [u for u in parts if u is not whole]
        spoken_for = _timed(others)
        summed = whole is parts[-1] and re.search(r"(?:^|\n)[ \t]*=[ \t]*\Z", text[: whole.start]) is not None
        charged = re.search(rf"{CODE}\W{{0,3}}(?:x[ \t]*)?\Z", text[: whole.start], re.IGNORECASE) is not None
        if (whole.role == "block" and not summed and not charged) or not set(whole.activities) <= spoken_for:
            continue  # it has items of its own: that it is as long as the others together is chance
        if whole.minutes == sum(u.minutes for u in others):
            return [replace(u, role="total", activities=(), code=None) if u is whole else u for u in uses]
    return uses
