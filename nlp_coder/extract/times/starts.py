"""Lines that begin with the clock: each lasts until the next one begins, the last until the end that the note states."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from nlp_coder.extract.numbers import CLOCK, clock_span
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in

_BEGINS = re.compile(
    rf"[ \t•*|–-]*\(?(?P<clock>{CLOCK})\)?[ \t]*(?:[:|–—-][ \t]*)?(?=[ \t|]*[^\W\d])(?!(?:to|till|until|and|out)\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    rf"\b(?:out|end(?:ed|s)?|stop(?:ped)?|finish(?:ed)?|done|until|till|to)[ \t:=@]*(?:at[ \t]*)?(?P<clock>{CLOCK})",
    re.IGNORECASE,
)
_ELAPSED = re.compile(
    r"[ \t•*|(–-]*(?:min(?:ute)?s?\.?[ \t]*)?(?P<a>\d{1,2})[ \t]?(?:-|–|to)[ \t]?(?P<b>\d{1,3})[ \t]*(?:min(?:ute)?s?\b\.?|['’′])?\)?[ \t]*[:|–—-]?[ \t]*(?=[^\W\d])",
    re.IGNORECASE,
)
_LONGEST = 90
"""No part of a visit is longer; such a gap is a break."""


def start_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "0830 slide board transfers / 0845 standing frame / 0900 gait ... to 0915": where at least two lines with items begin with
    the clock, one after the other, none but the last without an item; a line that says how long it took stands for itself."""
    lines = reading.layout.lines
    begun = [(line, m) for line in lines if (m := _BEGINS.match(reading.text, line.start, line.end))]
    stops = [line.start for line, _ in begun[1:]]
    worked = all(performed_in(activities, line.start, stop) for (line, _), stop in zip(begun, stops, strict=False))
    if (
        len(begun) < 2
        or not worked
        or not all(clock_span(a["clock"], b["clock"]) for (_, a), (_, b) in itertools.pairwise(begun))
    ):
        return []
    out = []
    for (line, m), following in zip(begun, [*begun[1:], None], strict=True):
        stop = following[0].start if following else len(reading.text)
        span = clock_span(m["clock"], following[1]["clock"]) if following else _to_the_end(reading, m["clock"])
        mine = performed_in(activities, line.start, stop if following else line.end)
        told = any(line.start <= t.start < line.end and (t.clock or t.minutes > SHORTEST) for t in reading.times)
        if mine and not told and span and span[1] - span[0] <= _LONGEST:
            out.append(of_items(m.start("clock"), m.end("clock"), span[1] - span[0], mine))
    return out if len(out) >= 2 else []


def elapsed_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "0-15 dual-task walking / 15-30 wobble board / 30-45 dishwasher": lines that begin with the minutes of the visit from
    and to which they went, the first from 0 and each from where the one before it ended."""
    begun = [(line, m) for line in reading.layout.lines if (m := _ELAPSED.match(reading.text, line.start, line.end))]
    spans = [(int(m["a"]), int(m["b"])) for _, m in begun]
    joined = all(before[1] == after[0] for before, after in itertools.pairwise(spans))
    if len(spans) < 2 or spans[0][0] != 0 or not joined or any(not SHORTEST < b - a <= _LONGEST for a, b in spans):
        return []
    out = []
    for (line, m), (a, b) in zip(begun, spans, strict=True):
        if mine := performed_in(activities, line.start, line.end):
            out.append(of_items(m.start("a"), m.end("b"), b - a, mine))
    return out


def _to_the_end(reading: Reading, last: str) -> tuple[int, int] | None:
    """From the clock of the last line to the end that the note states, the earliest after it; None where it states none."""
    told = [m["clock"] for m in _ENDS.finditer(reading.text)]
    told += [f"{t.clock[1] // 60 % 24}:{t.clock[1] % 60:02}" for t in reading.times if t.clock]
    spans = [span for clock in told if (span := clock_span(last, clock))]
    return min(spans, key=lambda span: span[1], default=None)
