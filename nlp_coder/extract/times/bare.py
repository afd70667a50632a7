"""Minutes written as bare numbers: only where the note itself shows that they are minutes.

Several items end in a number in one same form ("... - 20", "... (10)"), or lines begin with one behind a code or a heading's
word. Other ways to know are a number's place in its line (`slots`) and the sum (`sums`). One bare number alone is no stated time.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cache

from nlp_coder.extract.heading_words import CODE, MODALITY, block_code, block_words
from nlp_coder.extract.layout import Line
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.slots import IN_BRACKETS, braced_uses, gap_uses, slot_uses
from nlp_coder.extract.times.sums import beside_items, sums_alone
from nlp_coder.extract.times.totals import NUMBERED_TOTAL, totals_stated
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in
from nlp_coder.extract.times.words import MODALITY_AT_END

SUMS = r"(?:[ \t](?:-{1,2}|–|—|=)|(?<![\d°])[ \t](?:->|→))[ \t]?(\d{1,2})(?=[ \t]*(?:[\r\n;]|\.(?!\d)|$))"
_DASHED = r"[ \t](?:-{1,2}|–|—)[ \t](\d{1,2})(?=[ \t]*(?:,[ \t]|[\r\n;]|\.(?!\d)|$))"
""" "... – 20, tenth visit" and "... – 14" at the end of another line."""
_GAP, _TO_THE_END = r"(?:[ ]{2,}|\t|\.{3,}[ ]?)", r"(?=[ \t]*(?:\([^()\n]{0,24}\)[ \t]*)?(?:[\r\n]|$))"
_AFTER_A_GAP = rf"{_GAP}(\d{{1,2}}){_TO_THE_END}"
_LONGER_AFTER_A_GAP = re.compile(rf"{_GAP}([5-9]|[1-9]\d){_TO_THE_END}")
_ENDINGS = (
    r"\|[ \t]*(\d{1,2})[ \t]*(?=[\r\n]|$)",
    r"[ \t]/[ \t]?(\d{1,2})[ \t]*(?=[\r\n]|$)",
    r"[ \t]@[ \t]?(\d{1,2})[ \t]*(?=[\r\n]|$)",
    r"[A-Za-z)][.,][ \t](\d{1,2})[ \t]*(?=[\r\n]|$)",
)
"""How a line may end in its minutes, or in repetitions: "tendon glides / 16", "@ 14", "... to corduroy. 25"."""
_BRACKETED_MINUTES = re.compile(r"\(\d{1,2}[ \t]*(?:min|['’′])")
_MINUTES_HEAD = re.compile(r"(?im)^[ \t]*(?:\w[\w/&-]*[ \t]){0,4}[ \t]{2,}\(?min(?:ute)?s?\.?\)?[ \t]*$")
"""The head of a list whose last column is minutes: "item            min"."""
_DASHED_MINUTES = re.compile(r"[ \t](?:-{1,2}|–|—|=|->|→)[ \t]?\d{1,2}[ \t]*(?:min|m\b|['’′])", re.IGNORECASE)
TABLE_CELL = r"\|[ \t]*(\d{1,2})[ \t]*(?=\|)"
_CODE_BRACKET = re.compile(
    rf"({CODE})[ \t]*(?:[\[(](\d{{1,2}})[\])](?![ \t]*(?:x|units?|u)\b)|[x×][ \t]?(\d{{2}})(?=[ \t]*(?::|->|→|-[ \t]))|[/|][ \t]*(\d{{1,2}})(?=[ \t]*[—–|-][ \t]*[A-Za-z])|[x×][ \t]?\d[ \t]*\((\d{{1,2}})\)|[–-][ \t]*(\d{{1,2}})(?=[ \t]{{2,}}[A-Za-z])|\[[xX✓]\][ \t]*(\d{{1,2}})(?=[ \t]+[A-Za-z])|(?:[ ][A-Za-z][A-Za-z/&.-]*(?:[ ][A-Za-z/&.-]+)?)?[ ]{{2,}}(\d{{1,2}})(?=[ ]+[A-Za-z])|[ ]*[x×][ ]?(\d{{2}})(?=[ \t]+[A-Za-z](?!eps|ets)))",
    re.IGNORECASE,
)


def bracket_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "97140 [15] joint glides": minutes in brackets after the code that opens a line, where at least two lines do so."""
    out = []
    for m in _CODE_BRACKET.finditer(reading.text):
        line = reading.layout.line_at(m.start())
        mine = performed_in(activities, m.end(), line.end)
        if mine and not reading.text[line.start : m.start()].strip(" \t-•*"):
            group = next(g for g in range(2, m.re.groups + 1) if m[g])
            out.append(of_items(m.start(group), m.end(group), int(m[group]), mine, m[1].upper()))
    if len(out) != 1:
        return out
    timed = any(
        re.fullmatch(rf"{CODE}[ \t]*\W?[ \t]*", reading.text[b.start : t.start])
        for b in reading.layout.blocks for t in reading.times if b.start <= t.start < b.content
    )  # fmt: skip
    return out if timed else []


_MANY = 4
"""So many items with a number of one form make the few minutes of another item minutes, too."""


def _at_the_end(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "IFC + CP together 15 post", "ice 10 at end": a bare number right behind modalities, and when in the visit."""
    out: list[TimeUse] = []
    for i, a in enumerate(activities):
        m = MODALITY_AT_END.match(reading.text, a.end) if a.performed and a.untimed else None
        if m and not any(u.start == m.start("n") for u in out):
            mine = [i, *(k for k in performed_in(activities, a.end, m.start("n")) if activities[k].untimed)]
            out.append(of_items(m.start("n"), m.end("n"), int(m["n"]), mine))
    return out


def bare_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Bare numbers that a note writes in one same way after its items: "... - 20", "... =14", "... (10)".

    Only where at least two lines or items do so and none says "min": one bare number alone is no stated time.
    """
    out: list[TimeUse] = bracket_uses(reading, activities)
    text = reading.text
    out += _at_the_end(reading, activities) + _given_for(reading, activities) + _termed_lines(reading, activities)
    out += slot_uses(reading, activities) + gap_uses(reading, activities) + braced_uses(reading, activities)
    out += (
        _led_lines(reading, activities)
        + _in_termed_lines(reading, activities)
        + _piped_lines(reading, activities)
        + _cell_ends(reading, activities)
        + _closing_numbers(reading, activities)
    )
    headed = _MINUTES_HEAD.search(text) is not None
    lined = len(_LONGER_AFTER_A_GAP.findall(text)) >= 4
    for form in (
        SUMS,
        _DASHED,
        r":[ \t](\d{1,2})(?=[ \t]*(?:[\r\n;]|\.(?!\d)|$))",
        _AFTER_A_GAP,
        TABLE_CELL,
        rf"{CODE}[ \t]*[,:][ \t]*(\d{{1,2}})[ \t]*(?=[\r\n]|$)",
        *_ENDINGS,
        IN_BRACKETS,
    ):
        found: list[TimeUse] = []
        # where many items have such a number, one of a few minutes is no other kind of number
        numbers = list(re.finditer(form, text))
        many = sum(4 < int(m[1]) <= 75 for m in numbers) >= _MANY
        for m in numbers:
            line = reading.layout.line_at(m.start())
            sure = form == TABLE_CELL or (form == _AFTER_A_GAP and (headed or lined))
            among = form == IN_BRACKETS and _BRACKETED_MINUTES.search(text, line.start, line.end)
            if not (1 if sure else 2 if among or many else 4) < int(m[1]) <= 75:
                continue
            if (
                any(line.start <= t.start < line.end and t.minutes > SHORTEST for t in reading.times)
                and not (form == SUMS and not reading.text[m.end() : line.end].strip(" \t."))
                and not (form == SUMS and _DASHED_MINUTES.search(text, line.start, line.end))
                and not (form == IN_BRACKETS and _two_in_brackets(reading, activities, line))
                and not among
            ):
                continue
            told = [d.end() for d in _DASHED_MINUTES.finditer(text, line.start, m.start())]
            if form == IN_BRACKETS:
                told += [t.end for t in reading.times if t.minutes > SHORTEST and line.start <= t.start < m.start()]
            since = max([line.start, *(f.end for f in found), *told])
            mine = tuple(
                i for i, a in enumerate(activities) if a.performed and since <= a.start and a.end <= m.start() + 1
            )
            if mine:
                code = next((c.code for c in reading.layout.codes if line.start <= c.start < m.start()), None)
                found.append(of_items(m.start(1), m.end(1), int(m[1]), mine, code))
        mixed = (form == IN_BRACKETS and _BRACKETED_MINUTES.search(text) is not None) or (
            form == SUMS and any(_same_line(reading, f, _DASHED_MINUTES) for f in found)
        )
        if len(found) >= (1 if mixed else 2) and not (
            (form in _ENDINGS and may_be_repetitions(reading, found))
            or (form == _DASHED and not _are_minutes(reading, found, unusual=1))
        ):
            out += found
    return out


def _two_in_brackets(reading: Reading, activities: Sequence[Placed], line: Line) -> bool:
    """Whether at least two items of a line have a bare number in brackets right behind them."""
    body = reading.text
    ends = [activities[i].end for i in performed_in(activities, line.start, line.end)]
    return sum(re.match(r"[ \t]*" + IN_BRACKETS, body[end : end + 8]) is not None for end in ends) >= 2


def _same_line(reading: Reading, use: TimeUse, form: re.Pattern[str]) -> bool:
    line = reading.layout.line_at(use.start)
    return form.search(reading.text, line.start, line.end) is not None


_FEWEST_LINES = 3
_USUAL_COUNTS = frozenset((5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 36, 40, 45, 60))
"""Numbers that count repetitions or seconds elsewhere."""
_CLOSES_ITEM = re.compile(r"[ \t]*,?[ \t]*(\d{1,2})[ \t]*(?=[.;,](?!\d)|$)")


def _in_termed_lines(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "TE: pec stretch 5; wall squats 6 / TA: getting off the toilet 10, min A / GT: treadmill for heel strike 11, 0.9 mph": bare
    numbers right behind the items of lines that open with a heading's word or a code, where at least three lines do so, all
    end in one, and their sum is a stated total or some are no usual numbers of repetitions."""
    out: list[TimeUse] = []
    lines = 0
    for line in reading.layout.lines:
        block = reading.layout.block_at(line.start)
        mine = performed_in(activities, line.start, line.end)
        if (
            not mine
            or block is None
            or reading.text[line.start : block.start].strip(" \t•*–-")
            or block.start < line.start
        ):
            continue
        if any(line.start <= t.start < line.end and t.minutes > SHORTEST for t in reading.times):
            return []
        behind = [(i, _CLOSES_ITEM.match(reading.text, activities[i].end, line.end)) for i in mine]
        if behind[-1][1] is None:
            return []
        lines += 1
        last = line.start
        for i, m in behind:
            if m and SHORTEST < int(m[1]) <= 75:
                group = [k for k in mine if last <= activities[k].start <= activities[i].start]
                out.append(of_items(m.start(1), m.end(1), int(m[1]), group, block.code))
                last = m.end(1)
    return out if lines >= _FEWEST_LINES and _are_minutes(reading, out) else []


def _are_minutes(reading: Reading, uses: Sequence[TimeUse], *, unusual: int = 2) -> bool:
    """Whether bare numbers behind items can hardly be repetitions: their sum is a total that the note states, or so many of
    them are numbers that nobody counts to."""
    uncounted = sum(u.minutes not in _USUAL_COUNTS for u in uses)
    return uncounted >= unusual or sum(u.minutes for u in uses) in totals_stated(reading)


_GIVEN_FOR = re.compile(
    r"(?:[ \t]+(?:to|on|over|for)[ \t]+(?:the[ \t]+)?[A-Za-z/]+(?:[ \t]+[A-Za-z/]+)?)?[ \t]*(?:[x×][ \t]?|(?<=[ \t]))(\d{1,2})(?![\d:/%]|\.\d|[ \t]*(?:[x×*'’′\"#/-]|reps?|sets?|ft|feet|lbs?|s\b|sec|hz|kg|ml|cc|mg|cm|mm|ma|w/|watts?|deg|°|c\b|f\b|psi|j\b|joules?|units?|u\b|min|m\b|visits?))",
    re.IGNORECASE,
)


def _given_for(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "MHP x 10 to lumbar": a passive modality is given for minutes, it has no repetitions."""
    out = []
    for i, a in enumerate(activities):
        if (
            a.performed
            and a.untimed
            and a.code
            and MODALITY.fullmatch(a.code)
            and (m := _GIVEN_FOR.match(reading.text, a.end))
            and 5 <= int(m[1]) <= 30
        ):
            out.append(TimeUse(m.start(1), m.end(1), int(m[1]), "activity", (i,)))
    return out


@cache
def _termed_line() -> re.Pattern[str]:
    return re.compile(
        rf"(?m)^[ \t•*–-]*(?P<term>{block_words()})[ \t]*[:=–-]?[ \t]*(?P<n>\d{{1,2}})[ \t]+(?=[A-Za-z])(?!(?:x|reps|sets|min|ft|lbs?|units?)\b)",
        re.IGNORECASE,
    )


def _termed_lines(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "TE 15 knee to chest, bike / MT 10 gapping mobs": lines that open with a heading's word and a bare number, where at
    least two do so."""
    out = []
    for m in _termed_line().finditer(reading.text):
        line = reading.layout.line_at(m.start("n"))
        mine = performed_in(activities, m.end(), line.end)
        if mine and int(m["n"]) > SHORTEST and not any(line.start <= t.start < m.end() for t in reading.times):
            out.append(TimeUse(m.start("n"), m.end("n"), int(m["n"]), "block", mine, block_code(m["term"])))
    return out if len({u.code for u in out}) >= 2 else []


_LED = re.compile(
    r"(?m)^[ \t•*–-]*[A-Za-z][A-Za-z/&]*(?:[ \t][A-Za-z/&]+){0,2},?[ \t]+(\d{1,2})[ \t]*(?::|--|–|—)(?=[ \t]*\S)"
)


def _led_lines(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "land 10: hip rotation, quad rocking": a line led by a word and a bare number, in a note that states minutes."""
    if not any(t.minutes > SHORTEST for t in reading.times):
        return []
    out = []
    for m in _LED.finditer(reading.text):
        line = reading.layout.line_at(m.start(1))
        mine = performed_in(activities, m.end(), line.end)
        apart = not any(line.start <= t.start < line.end for t in reading.times)
        if mine and apart and 4 < int(m[1]) <= 75 and not performed_in(activities, line.start, m.start(1)):
            out.append(of_items(m.start(1), m.end(1), int(m[1]), mine))
    return out


_CELL = re.compile(r"(?:^|\|)[ \t]*(\d{1,3})[ \t]*(?:min(?:utes|s)?|m|['’′])?[ \t]*(?=\||$)")


def _piped_lines(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "97530 | TA | sit to stand, car transfer | 16": the numbers that stand alone in one column of a table without head."""
    columns: dict[int, list[TimeUse]] = {}
    for line in reading.layout.lines:
        body = reading.text[line.start : line.end]
        mine = performed_in(activities, line.start, line.end)
        if body.count("|") < 2 or not mine:
            continue
        code = next((c.code for c in reading.layout.codes if line.start <= c.start < line.end), None)
        for m in _CELL.finditer(body):
            if SHORTEST < int(m[1]) <= 120:
                column = body.count("|", 0, m.start(1))
                use = of_items(line.start + m.start(1), line.start + m.end(1), int(m[1]), mine, code)
                columns.setdefault(column, []).append(use)
    best = max(columns.values(), key=len, default=[])
    return best if len(best) >= 2 and len(columns) == 1 else []


_CELL_END = re.compile(r"(?<![\dxX×.:/#])[ \t](\d{1,2})[ \t]*\Z")


def may_be_repetitions(reading: Reading, uses: Sequence[TimeUse]) -> bool:
    """Whether bare numbers may as well be repetitions: all are round ("SLR 20, bridges 15, clams 10"), and together they are
    no time that the note states."""
    told = {t.minutes for t in reading.times} | {int(m["n"]) for m in NUMBERED_TOTAL.finditer(reading.text)}
    told |= sums_alone(reading.text)
    return all(u.minutes % 5 == 0 for u in uses) and sum(u.minutes for u in uses) not in told


def _cell_ends(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "AM: weighted-vest walking 15 | rolling ball maze 8 | pouring at the sink 12", "fluido 12, putty pinch / prayer stretch 18,
    volar glides 9": lines in parts, three or more in all, each of which names what was done and ends in a bare number."""
    for parting in (r"\|", r",[ \t]", r";"):
        found = _parts_that_end(reading, activities, parting)
        if found and not may_be_repetitions(reading, found) and (parting == r"\|" or _are_minutes(reading, found)):
            return found
    return []


def _parts_that_end(reading: Reading, activities: Sequence[Placed], parting: str) -> list[TimeUse]:
    """The numbers that end all parts of some lines."""
    out: list[TimeUse] = []
    for line in reading.layout.lines:
        body = reading.text[line.start : line.end].rstrip(" \t.")
        if not re.search(parting, body) or any(line.start <= t.start < line.end for t in reading.times):
            continue
        cuts = [-1, *(m.start() for m in re.finditer(parting, body)), len(body)]
        cells = [(line.start + a + 1, line.start + b) for a, b in itertools.pairwise(cuts) if body[a + 1 : b].strip()]
        ends = [_CELL_END.search(reading.text[a:b]) for a, b in cells]
        items = [performed_in(activities, a, b) for a, b in cells]
        if all(ends) and sum(map(bool, items)) >= 2:
            out += [
                of_items(a + m.start(1), a + m.end(1), int(m[1]), mine)
                for (a, _), m, mine in zip(cells, ends, items, strict=True)
                if m and mine and int(m[1]) > SHORTEST
            ]
    return out if len(out) >= 3 else []


_MINUTES_END = re.compile(r"(?:=[ \t]*\d{1,2}|\d{1,2}[ \t]*(?:minutes|mins?\.?|m|['’′]))[ \t.]*$", re.IGNORECASE)


_CLOSING = re.compile(
    r"(?:[ \t,]+(?:(?:gr(?:ade)?\.?|lvl|level)[ \t]*[\dIVXiv+/-]+|[A-Za-z][A-Za-z/&+.-]*))*?(?<!gr)(?<!grade)(?<!lvl)(?<!level)(?<!seat)"
    r"(?<!phase)(?<!wk)(?<!week)(?<!day)(?<!speed)(?<!at)(?<!to)(?<!of)(?<!size)[ \t]*=?[ \t]*(\d{1,2})",
    re.IGNORECASE,
)
"""From the last item of a line to the bare number that ends it: nothing, or words of how and where ("gr 2 inf/post 10")."""


_IN_WHAT = re.compile(r"(?<=\d)[ \t]+\([A-Za-z][A-Za-z /-]{1,20}\)\Z")
""" "hammer twists, wrist curls 14 (strength)": what the minutes went to."""


def _line_ends(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "US over extensor origin 8min / cross friction at ECRB 8 / hammer curls, towel wring 15": numbers that end lines,
    right behind an activity, where another item's line ends with its minutes."""
    found: list[TimeUse] = []
    shown = False
    for line in reading.layout.lines:
        mine = performed_in(activities, line.start, line.end)
        if not mine:
            continue
        end = line.start + len(_IN_WHAT.sub("", reading.text[line.start : line.end].rstrip(" \t.")))
        m = _CLOSING.fullmatch(reading.text, activities[mine[-1]].end, end)
        if _MINUTES_END.search(reading.text, line.start, line.end):
            shown = True
        if m and SHORTEST < int(m[1]) <= 75 and not _REPEATED.search(reading.text, line.start, line.end):
            start = m.start(1)
            if not any(line.start <= t.start < line.end and t.minutes > SHORTEST for t in reading.times):
                found.append(of_items(start, end, int(m[1]), mine))
    shown = shown or (
        len(found) >= 2
        and any(t.minutes > SHORTEST and not t.clock for t in reading.times if beside_items(reading, activities, t))
    )
    told = {reading.layout.line_at(f.start).start for f in found}
    bullets = [line for line in reading.layout.lines if performed_in(activities, line.start, line.end)]
    summed = sum(f.minutes for f in found) in sums_alone(reading.text)
    every = told == {line.start for line in bullets} and _are_minutes(reading, found)
    whole = len(found) >= 3 and (every or summed)
    return found if shown or whole else []


_CLOSES = re.compile(r"[ \t]*,?[ \t]*(\d{1,2})[ \t]*(?=[.;,]|$)")
_REPEATED = re.compile(r"\d[ \t]*[x×]|(?<![a-z])[x×][ \t]?\d|\breps?\b", re.IGNORECASE)


def _closing_numbers(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "97140 scar massage, joint glides 9", "... 6 min; sorting pegs, 8; contrast bath 12": numbers right behind activities.

    They are minutes where every such line opens with its code, or where the line gives others in minutes, says no
    repetitions, and the numbers are not the round ones of repetitions. Else they may be anything.
    """
    coded: list[TimeUse] = []
    alike: list[TimeUse] = []
    for line in reading.layout.lines:
        mine = performed_in(activities, line.start, line.end)
        code = next((c for c in reading.layout.codes if line.start <= c.start < line.end), None)
        opens = code is not None and not reading.text[line.start : code.start].strip(" \t-•*")
        said = [t for t in reading.times if line.start <= t.start < line.end and t.minutes > SHORTEST]
        behind = [(i, _CLOSES.match(reading.text, activities[i].end, line.end)) for i in mine]
        last = line.start
        for i, m in behind:
            if m is None or not SHORTEST < int(m[1]) <= 75:
                continue
            ends = not reading.text[m.end(1) : line.end].strip(" \t.")
            items = tuple(k for k in mine if last <= activities[k].start <= activities[i].start)
            if opens and code and ends and not said:
                coded.append(of_items(m.start(1), m.end(1), int(m[1]), mine, code.code))
            elif said and not opens and not _REPEATED.search(reading.text, line.start, line.end):
                since = max((t.end for t in said if t.start < activities[i].start), default=line.start)
                group = tuple(k for k in items if activities[k].start >= since)
                alike.append(
                    TimeUse(m.start(1), m.end(1), int(m[1]), "activity" if len(group) == 1 else "shared", group)
                )
            last = m.end(1)
    alike += _line_ends(reading, activities)
    round_only = all(u.minutes % 5 == 0 for u in alike)
    return [*(coded if len(coded) >= 2 else []), *(alike if len(alike) >= 2 and not round_only else [])]
