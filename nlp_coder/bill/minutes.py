"""Minutes of a visit's services from the times its note states: nothing counted twice, nothing invented.

Rules (annotation guide, "Minutes, lines and alerts"): a block's minutes belong to the block's code; an activity's own
minutes inside a block are part of it; a timed code with an activity that no stated time covers has no minutes; where
only a visit total is given, a single code takes it and several stay unknown.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlp_coder.bill.services import MINUTES_OF_A_DAY
from nlp_coder.note import FIRST_UNIT, GROUP


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A stated time: role `activity`, `shared`, `block`, `code`, `total` or `timed_total`; see extract.times.roles.

    several: more words than `activities` share it, though they may be no activities: it is nobody's own.
    """

    minutes: int
    role: str
    activities: tuple[int, ...] = ()
    code: str | None = None
    clock: tuple[int, int] | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class ServiceMinutes:
    """Minutes per code (None: the note does not say), with where they come from, and the totals the note states.

    by_code: code -> minutes. source: code -> `activity`, `block`, `clock`, `stated` (a charge line), `total` or None.
    own: activity index -> minutes stated for it alone. mismatch: in words, where a stated total contradicts the parts.
    overlap: in words, where clock times overlap. contradicted: code of a charge that nothing performed bears out -> that of
    the one service left without a charge.
    """

    by_code: Mapping[str, int | None]
    source: Mapping[str, str | None]
    own: Mapping[int, int]
    stated_total: int | None
    stated_timed: int | None
    total: int | None
    mismatch: str | None
    overlap: str | None
    contradicted: Mapping[str, str] = field(default_factory=dict)


def possible_minutes(minutes: ServiceMinutes) -> ServiceMinutes:
    """The minutes as they are, or none where together they are more than a day has.

    A note that says so is wrong somewhere, nobody can tell where: its units stay open and an alert says why.
    """
    total = sum(m for m in minutes.by_code.values() if m is not None)
    if total <= MINUTES_OF_A_DAY:
        return minutes
    return replace(
        minutes, by_code=dict.fromkeys(minutes.by_code), source=dict.fromkeys(minutes.source), own={}, total=None,
        mismatch=f"its times add up to {total} minutes, more than a day has",
    )  # fmt: skip


def service_minutes(
    codes: Sequence[str | None],
    times: Sequence[StatedTime],
    timed: frozenset[str],
    written: Sequence[str | None],
    lines: Sequence[int] = (),
    *,
    unbilled: int | None = 0,
    doubtful: frozenset[int] = frozenset(),
) -> ServiceMinutes:
    """Bring the stated times of a visit together.

    codes: per activity its code, None where it was not performed. times: in order of the note. timed: the codes that
    count in 15-minute units. written: per activity the code the therapist wrote for it, or None. lines: per activity the
    number of its line, or of its sentence where a line has several; an item in the sentence of a list that has its time
    belongs to that list. unbilled: the minutes of rest and
    other unbilled time that the note names, None where it does not say how many: so much larger than its parts may a visit
    total be. doubtful: activities that may be none: they neither share a time with surer ones nor leave the minutes of
    their code open.
    """
    # a doubtful item under a heading with minutes: those it has of its own are the heading's, whatever it is
    headed = {i for t in times if t.role == "block" for i in t.activities if i in doubtful}
    times = [_of_the_sure(t, doubtful) for t in times]
    present = list(dict.fromkeys(c for c in codes if c))
    own: dict[int, int] = {}
    minutes: dict[str, int] = {}
    source: dict[str, str] = {}
    twice = 0  # minutes that several services had at once count once in the total
    covered: set[int] = set()
    blocks = [t for t in times if t.role == "block"]
    in_block: set[int] = set()

    def add(code: str, value: int, how: str) -> None:
        minutes[code] = minutes.get(code, 0) + value
        source.setdefault(code, how)

    singles = [t for t in times if t.role == "activity" and len(t.activities) == 1]
    for t in singles:
        index = t.activities[0]
        if not codes[index]:
            continue
        if own.get(index) == t.minutes:
            continue  # "11:05-11:28 ..., 23 min", "5) IFC 12 min ... #5 = 12": the same time said twice
        own[index] = own.get(index, 0) + t.minutes
    told_alone = dict(own)  # without what an earlier block says, which counts by itself
    for block in blocks:
        mine = [i for i in block.activities if codes[i]]
        if not mine:
            continue
        kinds = Counter(codes[i] for i in mine)
        left = block.minutes
        home = _home_code(block, kinds, timed)
        if home is None:
            continue
        for i in mine:
            if codes[i] != home and i in own:
                left -= own[i]
        inside = sum(told_alone.get(i, 0) for i in mine if codes[i] == home)
        add(home, max(left, inside), "clock" if block.clock else "block")
        for i in mine:
            if codes[i] == home:
                in_block.add(i)
                covered.add(i)
        for other in {codes[i] for i in mine} - {home}:
            if other and other not in timed and not any(i in own for i in mine if codes[i] == other):
                add(other, block.minutes, "block")
                twice += block.minutes
                covered.update(i for i in mine if codes[i] == other)
        if len(mine) == 1 and not block.several:
            own[mine[0]] = block.minutes

    def side_by_side(time: StatedTime, mine: Sequence[int], home: str) -> None:
        """Untimed modalities given in the same minutes each keep them."""
        nonlocal twice
        for other in {codes[i] for i in mine} - {home}:
            if other and other not in timed:
                add(other, time.minutes, "clock" if time.clock else "block")
                twice += time.minutes
                covered.update(i for i in mine if codes[i] == other)

    for t in times:
        if t.role == "shared":
            mine = [i for i in t.activities if codes[i] and i not in in_block]
            kinds = Counter(codes[i] for i in mine)
            home = _home_code(t, kinds, timed)
            if home is None or any(i in covered for i in mine):
                continue
            add(home, t.minutes, "clock" if t.clock else "block")
            covered.update(i for i in mine if codes[i] == home)
            side_by_side(t, mine, home)
            if len(mine) == 1 and not t.several:
                own[mine[0]] = t.minutes
    for index, value in own.items():
        code = codes[index]
        if code and index not in covered and index not in headed:
            add(code, value, "activity")
            covered.add(index)
    listed = {
        (lines[i], codes[i])
        for t in times
        if t.role in ("shared", "block")
        for i in t.activities
        if i in covered and lines
    }
    covered.update(i for i, c in enumerate(codes) if lines and (lines[i], c) in listed)
    charged = _charged(codes, times, written)
    contradicted: dict[str, str] = {}
    lost = _charged_for_none(codes, times, written, charged)
    if len(lost) == 1:
        told_alike = {c for c in minutes if c not in charged and minutes[c] == lost[0].minutes}
        untold = {c for i, c in enumerate(codes) if (c in timed or c == GROUP) and i not in covered}
        untold -= {*charged, *minutes}
        if len(untold) == 1:  # the one charge and the one service left over belong together
            charged[min(untold)] = lost[0].minutes
        described = untold or told_alike
        if len(described) == 1:
            contradicted[str(lost[0].code)] = str(min(described))
    stated_total = _last(times, "total")
    stated_timed = _last(times, "timed_total")
    # where the times found are all that the note states, an activity without its own is told within one of them
    accounted = sum(minutes.values()) == stated_total or (
        sum(m for c, m in minutes.items() if c in timed) == stated_timed
    )
    by_code: dict[str, int | None] = {}
    if len(present) == 1 and stated_total is not None:
        # one service, of which some items have no time or next to none: what is stated for the others is part of the visit's
        known, told_of_items = minutes.get(present[0], 0), source.get(present[0]) == "activity"
        some_untold = any(c and i not in (own if told_of_items else covered) for i, c in enumerate(codes))
        if known < (stated_timed or stated_total) and (some_untold or (told_of_items and known < FIRST_UNIT)):
            minutes.clear()
            covered.clear()
    told_of_each = sum(minutes.get(c, 0) for c in present if c in timed) == sum(
        t.minutes for t in times if t.role == "code"
    )
    told_of_each &= all(i in covered for i, c in enumerate(codes) if c in timed and i not in doubtful)
    for code in present:
        mine = [i for i, c in enumerate(codes) if c == code]
        open_ones = [i for i in mine if i not in covered and i not in doubtful]
        # a charge line that says more ("NMR = 31" behind items of which one has 3 min) is the whole of it
        # unless the charges are just the times of all items, laid otherwise: then the description wins (annotation guide)
        whole_told = told_of_each or charged.get(code, 0) <= minutes.get(code, 0)
        if code in minutes and (not open_ones or accounted) and whole_told:
            by_code[code] = minutes[code]
        elif code in charged:
            by_code[code], source[code] = charged[code], "stated"
        else:
            by_code[code] = None if code in timed or code not in minutes else minutes[code]
    _lone_code(by_code, source, timed, stated_total, stated_timed)
    timed_sum = _sum([by_code[c] for c in present if c in timed])
    whole = _sum([by_code[c] for c in present])
    whole = None if whole is None else whole - twice
    total = stated_total if stated_total is not None else whole
    # in and out times hold whatever else happened; a written total is meant to be the treatment's
    room = None if all(t.clock is not None for t in times if t.role == "total") else unbilled
    mismatch = _mismatch(by_code, timed, timed_sum, whole, stated_total, stated_timed, room)
    if stated_total is not None and timed_sum is not None and stated_total < timed_sum:
        total = whole
    return ServiceMinutes(
        by_code,
        {c: source.get(c) for c in present},
        own,
        stated_total,
        stated_timed,
        total,
        mismatch,
        _overlap(times),
        contradicted,
    )


def _of_the_sure(time: StatedTime, doubtful: frozenset[int]) -> StatedTime:
    sure = tuple(i for i in time.activities if i not in doubtful)
    return replace(time, activities=sure, several=len(time.activities) > 1) if sure else time


def _home_code(time: StatedTime, kinds: Counter[str | None], timed: frozenset[str]) -> str | None:
    """The code a shared time goes to: the only one, the heading's, or the clear majority's; else None."""
    if not kinds:
        return None
    if len(kinds) == 1:
        return next(iter(kinds))
    if time.code in kinds:
        return time.code
    if all(c not in timed for c in kinds):  # modalities side by side: each keeps the minutes
        return next(iter(kinds))
    (first, n), (_, m) = kinds.most_common(2)
    return first if n > m and time.role == "block" else None


def _charged(codes: Sequence[str | None], times: Sequence[StatedTime], written: Sequence[str | None]) -> dict[str, int]:
    """Minutes of charge lines per code; they follow the description where it is another than the written code."""
    out: dict[str, int] = {}
    before: StatedTime | None = None
    for t in times:
        if t.role != "code" or t.code is None or t == before:
            continue  # "Pool 30' billed, pool time 30'": the same said twice
        before = t
        target = t.code
        if target not in codes:
            described = {codes[i] for i, w in enumerate(written) if w == target and codes[i]}
            if len(described) != 1:
                continue
            target = described.pop() or target
        out[target] = out.get(target, 0) + t.minutes
    return out


def _charged_for_none(
    codes: Sequence[str | None], times: Sequence[StatedTime], written: Sequence[str | None], charged: Mapping[str, int]
) -> list[StatedTime]:
    """The charge lines whose code nothing performed has or is written for, where a charge line is not the only one of the
    note."""
    of_others = [t for t in times if t.role == "code" and t.code and t.code not in (*codes, *written)]
    return of_others if charged else []


def _lone_code(
    by_code: dict[str, int | None],
    source: dict[str, str],
    timed: frozenset[str],
    total: int | None,
    timed_total: int | None,
) -> None:
    if len(by_code) == 1 and total is not None:
        code, minutes = next(iter(by_code.items()))
        if minutes is None and timed_total is None:
            by_code[code], source[code] = total, "total"
            return
    unknown = [c for c, m in by_code.items() if m is None and c in timed]
    if len(unknown) != 1 or any(m is not None for c, m in by_code.items() if c in timed):
        return
    if timed_total is not None:
        by_code[unknown[0]], source[unknown[0]] = timed_total, "total"
    elif total is not None and len(by_code) == 1:
        by_code[unknown[0]], source[unknown[0]] = total, "total"


def _last(times: Sequence[StatedTime], role: str) -> int | None:
    values = [t.minutes for t in times if t.role == role]
    if not values:
        return None
    plain = [t.minutes for t in times if t.role == role and t.clock is None]
    if plain:
        return plain[-1]
    spans = sorted({t.clock for t in times if t.role == role and t.clock})
    apart = all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    return sum(b - a for a, b in spans) if len(spans) > 1 and apart else values[-1]  # "AM 0800-0830 ... PM 1330-1400"


def _sum(values: Sequence[int | None]) -> int | None:
    return None if any(v is None for v in values) else sum(v for v in values if v is not None)


def _mismatch(
    by_code: Mapping[str, int | None], timed: frozenset[str], timed_sum: int | None, whole: int | None,
    stated_total: int | None, stated_timed: int | None, unbilled: int | None,
) -> str | None:  # fmt: skip
    """In words, what contradicts: a timed total other than the parts, a visit total below its timed parts or, unless
    unbilled time explains it, above all of them."""
    if not by_code:
        return None
    if stated_timed is not None and timed_sum is not None and stated_timed != timed_sum:
        return f"the note states {stated_timed} timed minutes, its parts add up to {timed_sum}"
    known = sum(m for c, m in by_code.items() if m is not None and c in timed)
    if stated_total is not None and timed_sum is None and stated_total < known:
        return f"the note states {stated_total} minutes in all, its timed parts alone add up to {known}"
    if stated_total is not None and timed_sum is not None and stated_total < timed_sum:
        return f"the note states {stated_total} minutes in all, its timed parts alone add up to {timed_sum}"
    if (
        stated_total is not None
        and whole is not None
        and unbilled is not None
        and stated_total > whole + unbilled
        and stated_timed is None
    ):
        return f"the note states {stated_total} minutes in all, its parts add up to {whole}"
    return None


def _overlap(times: Sequence[StatedTime]) -> str | None:
    ranges = sorted(t.clock for t in times if t.clock and t.role != "total" and t.role != "timed_total")
    for (a, b), (c, d) in itertools.pairwise(ranges):
        if c < b and (a, b) != (c, d):
            return f"clock times overlap by {min(b, d) - c} minutes"
    return None
