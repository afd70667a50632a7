"""Minutes in the cells of a flowsheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.heading_words import CODE, block_code
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.table import Row
from nlp_coder.extract.times.use import Placed, TimeUse, of_items, performed_in


def table_uses(reading: Reading, activities: Sequence[Placed], rows: Sequence[Row]) -> list[TimeUse]:
    """Minutes of table rows with a minutes column, or else in today's; "incl" and ditto marks share the row before."""
    out: list[TimeUse] = []
    told = [r.today.text for r in rows if r.today is not None]
    only_minutes = any(TODAYS.fullmatch(t) for t in told) and all(_MINUTES_CELL.fullmatch(t) for t in told)
    for row in rows:
        if row.minutes is None:
            mine = performed_in(activities, row.start, row.end)
            bare = only_minutes or (mine and all(activities[i].untimed for i in mine))
            if row.today is not None and (m := (_MINUTES_CELL if bare else TODAYS).fullmatch(row.today.text)):
                out += _today_use(reading, activities, row, m[1])
            continue
        mine = performed_in(activities, row.start, row.end)
        number = re.fullmatch(r"[~(]?(\d{1,3})\s*(?:min(?:utes|s)?|'|m)?\)?", row.minutes.text, re.IGNORECASE)
        if number and mine:
            code = next((c.code for c in reading.layout.codes if row.start <= c.start < row.end), None)
            within = [t for t in reading.times if row.start <= t.start < row.end]
            inside = any(t.end <= row.minutes.start or t.start >= row.minutes.end for t in within)
            # "97110 | 24 | pulleys 3 min; wall slides; rows": what an item has alone is part of the row's
            role = "activity" if len(mine) == 1 else "block" if inside and code else "shared"
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


TODAYS = re.compile(r"(\d{1,3})[ \t]*(?:minutes|mins?|['’′])\.?", re.IGNORECASE)
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


_MINUTES_NAME = re.compile(r"[ \t]*\"?(?:min(?:ute)?s?\.?|time)\"?[ \t]*", re.IGNORECASE)
_NUMBER_CELL = re.compile(r"[ \t]*\"?(\d{1,3})\"?[ \t]*")
_PARTINGS = (r"[ \t]/[ \t]", ",", ";", r"\|", r"\t")
"""What parts the cells of a table that an export or a hurried hand wrote as text."""


def delimited_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Rows under a line of column names, one of them "min": "bike / L2 / 6", "8812,OT,fluidotherapy,12,left hand"."""
    lines = reading.layout.lines
    bodies = [reading.text[line.start : line.end] for line in lines]
    for parting in _PARTINGS:
        for number, body in enumerate(bodies):
            names = re.split(parting, body)
            columns = [k for k, name in enumerate(names) if _MINUTES_NAME.fullmatch(name)]
            if (
                len(names) < (3 if parting in ",;" else 2)
                or len(columns) != 1
                or performed_in(activities, lines[number].start, lines[number].end)
            ):
                continue
            out = []
            for line, row in zip(lines[number + 1 :], bodies[number + 1 :], strict=True):
                cuts = [0, *(x for m in re.finditer(parting, row) for x in m.span()), len(row)]
                cells = list(zip(cuts[::2], cuts[1::2], strict=True))
                mine = performed_in(activities, line.start, line.end)
                column = columns[0] - max(0, len(names) - len(cells))  # code and description in one cell
                place = cells[column] if 0 <= column < len(cells) else None
                value = _NUMBER_CELL.fullmatch(row, *place) if place else None
                if mine and value and int(value[1]) > 0:
                    start, end = line.start + value.start(1), line.start + value.end(1)
                    out.append(of_items(start, end, int(value[1]), mine))
            if out:
                return out
    return []
