"""Flowsheets drawn with pipes, tabs or aligned spaces: their rows as cells, their columns by the words of the head row.

What a table says by position: minutes in a column headed "min", and whether a row was done today ("-" or an empty
cell under today's date is not).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_coder.extract.layout import Line

_GAP = {"|": re.compile(r"\|"), "\t": re.compile(r"\t"), " ": re.compile(r" {2,}|\t")}
_MINUTES = re.compile(
    r"(?:tx |treatment |timed |total )?(?:min|mins|minutes|time|tx time|min\.|time \(min\)|minutes spent|duration)\.?",
    re.IGNORECASE,
)
_MINUTES_OF = re.compile(
    r"(?!\d{1,3} )(?:[\w/.]{1,9} ){1,2}(?:min|mins|minutes)\.?(?: ?\(?today\)?)?|(?:min|mins|minutes)\.? (?:[\w/.]{1,9})(?: ?\(?today\)?)?",
    re.IGNORECASE,
)
""" "Fri min", "today min", "min 8/9": the minutes of one day's column."""
_DATE = re.compile(
    r"(?:date:? )?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|(?:mon|tues?|wed|thur?s?|fri|sat|sun)(?:day)?\b(?: \d{1,2})?(?: ?\(today\))?|d(?:ay)? ?\d{1,2}\b|last (?:wk|week|visit|time)|w(?:ee)?k \d{1,2}$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:exercise|exercises|activity|activities|intervention|interventions|treatment|procedure|sets|reps|sets ?[x/] ?reps|sets/reps|"
    r"mins?|minutes|time|date|today|wt|weight|load|resistance|level|notes|comments?|done|dosage|dose|parameters|cpt|code|units?|"
    r"assist|response|task|service|modality|tx|rx|visit \d+|last|prev(?:ious)?)\.?",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[\s–—-]*|n/?a|held|hold|0|none|not done|nt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's place and text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A table row under a head row. minutes: its cell in the minutes column. today, earlier: cells of dated columns."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    minutes: Cell | None
    today: Cell | None
    earlier: tuple[Cell, ...]


def _cells(text: str, line: Line, gap: re.Pattern[str]) -> list[Cell]:
    out, last = [], line.start
    body_end = line.end
    for m in [*gap.finditer(text, line.start, body_end), None]:
        stop = m.start() if m else body_end
        raw = text[last:stop]
        lead = len(raw) - len(raw.lstrip())
        out.append(Cell(last + lead, last + len(raw.rstrip()) if raw.strip() else last + lead, raw.strip()))
        last = m.end() if m else body_end
    if gap.pattern == r"\|":
        out = out[1:] if out and not out[0].text else out
        out = out[:-1] if out and not out[-1].text else out
    return out


def _is_minutes(head: str) -> bool:
    return _MINUTES.fullmatch(head) is not None or _MINUTES_OF.fullmatch(head) is not None


def table_rows(text: str, lines: Sequence[Line]) -> list[Row]:
    """Rows of the note's tables that stand under a head row with named columns; no table gives none."""
    out: list[Row] = []
    head: list[Cell] = []
    kind = ""
    for line in lines:
        body = text[line.start : line.end]
        mark = (
            "|"
            if body.count("|") >= 2
            else "\t"
            if "\t" in body.strip()
            else " "
            if re.search(r"\S {2,}\S", body)
            else ""
        )
        if not body.strip():
            continue
        if not mark and not (kind == " " and head):
            head = []
            continue
        cells = _cells(text, line, _GAP[mark or kind])
        named = [
            c
            for c in cells
            if c.text
            and (
                _HEAD.fullmatch(c.text)
                or _MINUTES_OF.fullmatch(c.text)
                or _DATE.match(c.text)
                or re.search(r"\btoday\b", c.text, re.IGNORECASE)
            )
        ]
        timed = any(_is_minutes(c.text) for c in named)
        if (
            len(named) >= 2
            and (len(named) >= len([c for c in cells if c.text]) - 1 or (timed and len(named) >= 3))
            and not re.search(r"\d\s*[x×]\s*\d", body)
        ):
            head, kind = _with_today(cells), mark
            continue
        if re.fullmatch(r"[\s|:+=-]*", body) or not head or mark != kind:
            continue
        if mark == "|" and len(cells) == len(head) + 1 and all(_DATE.match(c.text) for c in head):
            head = [
                Cell(head[0].start, head[0].start, ""),
                *head,
            ]  # "     | 8/03 | 8/06": the items' column has no head
        out.append(_row(line, head, cells, kind))
    return out


_TODAY = re.compile(r"today", re.IGNORECASE)
_OF_A_DAY = re.compile(r"\d|today|\blast\b|\bprev", re.IGNORECASE)


def _todays(head: list[Cell], places: Sequence[int]) -> int | None:
    """Of several columns of days the place of today's: that which says so, else the last; None where there is no choice."""
    said = (i for i in places if _TODAY.search(head[i].text))
    return next(said, places[-1] if len(places) > 1 else None)


def _with_today(head: list[Cell]) -> list[Cell]:
    """The cells of a head row, a "(today)" beside a date joined to it."""
    out: list[Cell] = []
    for cell in head:
        if out and cell.text.lower() in ("(today)", "(today).") and _DATE.match(out[-1].text):
            out[-1] = Cell(out[-1].start, cell.end, f"{out[-1].text} {cell.text}")
        else:
            out.append(cell)
    return out


def _row(line: Line, head: list[Cell], cells: list[Cell], kind: str) -> Row:
    columns: list[Cell | None]
    if kind == "|" or len(cells) == len(head):
        columns = [cells[i] if i < len(cells) else None for i in range(len(head))]
    else:  # aligned by eye: a cell belongs to the column whose head starts nearest
        columns = [None] * len(head)
        base = head[0].start
        for given in cells:
            place = given.start - line.start
            near = min(range(len(head)), key=lambda i: abs((head[i].start - base) - place))
            columns[near] = columns[near] or given
    minutes: Cell | None = None
    today: Cell | None = None
    earlier: list[Cell] = []
    dated = [
        i
        for i, h in enumerate(head)
        if not _is_minutes(h.text)
        and (_DATE.match(h.text) or re.search(r"\btoday\b|\blast\b|\bprev|\bvisit \d", h.text, re.IGNORECASE))
    ]
    now = _todays(head, dated)
    timed = [i for i, h in enumerate(head) if _is_minutes(h.text)]
    of_days = all(_OF_A_DAY.search(head[i].text) for i in timed)
    # "11/3 min | 11/5 min (today)": those of other days say nothing of today
    counted = _todays(head, timed) if of_days else None
    for i in range(len(head)):
        cell = columns[i]
        if i in timed and cell is not None:
            if counted in (None, i):
                minutes = cell
            else:
                earlier.append(cell)
        if i == now:
            today = cell if cell is not None else Cell(line.end, line.end, "")
        elif i in dated and cell is not None and now is not None:
            earlier.append(cell)
    return Row(line.start, line.end, tuple(cells), minutes, today, tuple(earlier))


_LEFT_OUT = re.compile(
    r"held|hold|declin|refus|defer|omit|unable|skip|not (?:done|today|tol)|nt\b|stop|d/?c\b|d/?c['’]?d|disc(?:ont)?|no\b|out\b|cancel|missed|postpon",
    re.IGNORECASE,
)
_DONE = re.compile(r"[\"“”″〃]|['’]{2}|ditto|same|done|yes|\u2713|\u2714|x$|\W{0,2}\d", re.IGNORECASE)


def said_today(row: Row) -> str | None:
    """What a row's cell for today says of its activity: `performed`, `declined`, `historical`, or None where it says nothing.

    Where no column is today's, the cell under the minutes says so: a number, a word of leaving out, or nothing where nothing
    but empty cells stand beside it.
    """
    if row.today is None:
        if row.minutes is None:
            return None
        if _LEFT_OUT.match(row.minutes.text):
            return "declined"
        if re.fullmatch(r"[1-9]\d?(?:[ \t]*(?:minutes|mins?\.?|['’′]))?", row.minutes.text, re.IGNORECASE):
            return None if any(_LEFT_OUT.match(c.text) for c in row.cells[1:]) else "performed"
        rest = [c for c in row.cells[1:] if c is not row.minutes]
        left = _EMPTY.fullmatch(row.minutes.text) is not None
        said = any(_LEFT_OUT.match(c.text) for c in rest) or all(_EMPTY.fullmatch(c.text) for c in rest)
        return "declined" if left and rest and said else None
    text = row.today.text
    if row.minutes is not None and re.match(r"[1-9]|incl", row.minutes.text, re.IGNORECASE):
        return "performed"
    if _LEFT_OUT.match(text):
        return "declined"
    if _EMPTY.fullmatch(text):
        return "historical" if any(not _EMPTY.fullmatch(c.text) for c in row.earlier) else "declined"
    return "performed" if _DONE.match(text) else None
