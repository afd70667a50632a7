"""Minutes told of items by their numbers: "min: 2-3 = 12, 4-7 = 20, 8 = 8", "(1-3 = 31 min NMR)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, of_items, performed_in

_NUMBER = re.compile(
    r"[ \t]*[.(#]?(?:(?:tx|ex|item|no|activity)\.?[ \t]*#?)?(?P<n>\d{1,2})(?:[.):][ \t]*|[ \t]+)(?=[^\W\d])",
    re.IGNORECASE,
)
"""What numbers a line: "3.", "(3)", ".3", "#3", "Tx 3"."""
_EQUATION = re.compile(
    r"(?<![\w.:/–-])(?:#|items?[ \t]*|nos?\.?[ \t]*)?(?P<first>\d{1,2})(?:[ \t]*(?:-|–|to|thru|through|&|and|,|\+)[ \t]*(?P<last>\d{1,2}))?"
    r"[ \t]*(?:=|->|→|:)[ \t]*(?P<minutes>\d{1,2})(?![\d:/%]|[ \t]*(?:x|reps?|sets?|ft|lbs?|#))[ \t]*(?P<unit>minutes|mins?\b\.?|m\b|[\'’′])?",
    re.IGNORECASE,
)


def numbered_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """The minutes that a line says of the numbered lines above it, where it says so of at least two groups, or of one in
    minutes; a single number counts only beside a range."""
    lines = reading.layout.lines
    numbered: dict[int, tuple[int, ...]] = {}
    for line in lines:
        if m := _NUMBER.match(reading.text, line.start, line.end):
            numbered.setdefault(int(m["n"]), performed_in(activities, line.start, line.end))
    if len(numbered) < 2:
        return []
    out: list[TimeUse] = []
    for line in lines:
        found = [m for m in _EQUATION.finditer(reading.text, line.start, line.end) if _tells(m, numbered)]
        if not any(m["last"] for m in found) or not (len(found) >= 2 or found[0]["unit"]):
            continue
        for m in found:
            last = int(m["last"] or m["first"])
            mine = tuple(i for n in range(int(m["first"]), last + 1) for i in numbered[n])
            if mine:
                out.append(of_items(m.start("minutes"), m.end(), int(m["minutes"]), mine))
    return out


def _tells(m: re.Match[str], numbered: dict[int, tuple[int, ...]]) -> bool:
    """Whether all items that an equation names are numbered lines above it, and its minutes can be those of a part of a visit."""
    first, last = int(m["first"]), int(m["last"] or m["first"])
    return first <= last and all(n in numbered for n in range(first, last + 1)) and int(m["minutes"]) > SHORTEST
