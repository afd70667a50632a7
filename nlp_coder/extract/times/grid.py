"""Minutes in a grid whose columns are services: a row of codes or headings' words, and their minutes in the row below."""

from __future__ import annotations

import re

from nlp_coder.extract.heading_words import CODE, block_code
from nlp_coder.extract.layout import Line
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.use import SHORTEST, TimeUse

_CELL = re.compile(r"[^|\t]+?(?=[ ]{2,}|[|\t]|[ ]*$)")
_VALUE = re.compile(r"(?P<n>\d{1,3})[ ]?(?:minutes|mins?\.?|m|['’′])?|[-–—xX]|n/?a|0", re.IGNORECASE)
_MINUTES = re.compile(r"min", re.IGNORECASE)
_LONGEST = 120
"""No service of a visit takes longer than such a grid's cell may say."""


def grid_uses(reading: Reading) -> list[TimeUse]:
    """ "97110 | 97112 | 97140" over "12 | 10 | -": the minutes of the services that the row above names, where just one row
    of numbers stands below, or just one that says that it holds minutes; a label or a date may lead the row."""
    out: list[TimeUse] = []
    lines = [line for line in reading.layout.lines if reading.text[line.start : line.end].strip()]
    for place, line in enumerate(lines):
        codes = _codes(reading, line)
        if not codes:
            continue
        rows = []
        for below in lines[place + 1 :]:
            values = _values(reading, below, len(codes))
            if values is None:
                break
            rows.append((below, values))
        labelled = [r for r in rows if _MINUTES.search(reading.text, r[0].start, r[0].end)]
        chosen = rows if len(rows) == 1 else labelled
        if len(chosen) == 1:
            out += [
                TimeUse(start, end, minutes, "code", (), code)
                for code, (start, end, minutes) in zip(codes, chosen[0][1], strict=True)
                if SHORTEST < minutes <= _LONGEST
            ]
    return out


def _cells(reading: Reading, line: Line) -> list[tuple[int, int]]:
    """Where the cells of a line stand: what pipes, tabs or wide gaps part."""
    body = reading.text[line.start : line.end]
    found = []
    for m in _CELL.finditer(body):
        start, end = m.start() + len(m[0]) - len(m[0].lstrip()), m.end() - len(m[0]) + len(m[0].rstrip())
        if start < end:
            found.append((line.start + start, line.start + end))
    return found


def _codes(reading: Reading, line: Line) -> list[str]:
    """The codes of a line that names at least two services, one a cell, and nothing else but a label before them."""
    words = [reading.text[start:end].strip("()[]*: ") for start, end in _cells(reading, line)]
    codes = [w.upper() if re.fullmatch(CODE, w, re.IGNORECASE) else block_code(w) for w in words]
    if len(codes) > 2 and codes[0] is None:
        codes = codes[1:]
    sure = [c for c in codes if c is not None]
    return sure if len(sure) == len(codes) >= 2 else []


def _values(reading: Reading, line: Line, number: int) -> list[tuple[int, int, int]] | None:
    """(start, end, minutes) of the last cells of a line, so many as there are services; None where they are no numbers."""
    cells = _cells(reading, line)
    found = [(start, end, _VALUE.fullmatch(reading.text, start, end)) for start, end in cells]
    if found and found[0][2] is None:
        found = found[1:]  # a label or a date
    if (
        len(found) == number + 1
        and found[-1][2]
        and _minutes(found[-1][2]) == sum(_minutes(m) for _, _, m in found[:-1])
    ):
        found = found[:-1]  # their sum
    if len(found) != number or any(m is None for _, _, m in found):
        return None
    return [(start, end, _minutes(m)) for start, end, m in found]


def _minutes(cell: re.Match[str] | None) -> int:
    """The minutes of a cell; 0 for one that says that there were none."""
    return int(cell["n"]) if cell and cell["n"] else 0
