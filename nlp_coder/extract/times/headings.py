"""Minutes in the headings of blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.heading_words import CODE
from nlp_coder.extract.layout import Block
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.use import Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import NO_TREATMENT
from nlp_coder.note import FIRST_UNIT, GROUP

_ANEW = re.compile(r"[/|+¦][ \t]*\(?\Z")
""" "97110 15m / 97140 15m": the next charge, no item of this one."""


_LABEL = re.compile(r"(?:min(?:ute)?s?|time)\b[ \t]*[:=]", re.IGNORECASE)


def _labelled_behind(reading: Reading, block: Block) -> TimeMention | None:
    """The labelled time that ends the last line of a block ("NuStep 8 min, LAQ 3x10. Minutes: 25"): that of the whole block,
    whatever its items have alone; None where there is none."""
    line = reading.layout.line_at(max(block.content, block.end - 1))
    for t in reading.times:
        if line.start <= t.start and block.end - 1 <= t.start <= block.end + 2 and _LABEL.match(reading.text, t.start):
            return None if reading.text[t.end : line.end].strip(" .,;)|\t\r\n") else t
    return None


def heading_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Minutes in block headings ("TE 21':", "97112 (10 min) -", "exs (12):")."""
    out = []
    for block in reading.layout.blocks:
        other = min(
            (c.start for c in reading.layout.codes if block.content < c.start < block.end and c.code != block.code
             and (part(reading.cuts.sentences, c.start, block.end)[0] > block.start
                  or _ANEW.search(reading.text, block.content, c.start))),
            default=block.end,
        )  # fmt: skip
        mine = _headed(reading, activities, block, other)
        if not mine:
            continue
        heading = reading.text[block.start : block.content]
        times = [t for t in reading.times if block.start <= t.start and t.end <= block.content]
        last = part(reading.cuts.sentences, block.content - 1, len(reading.text))[0]
        times = [t for t in times if t.start >= last] or times  # "Pain for 10 min. Coded 97140 x 14 min:"
        times = times or _time_that_opens(reading, activities, block)
        if times:
            t = times[0]
            out.append(TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock))
            continue
        number = _heading_number(heading)
        if number and not (block.code == GROUP and int(number[1] or number[2]) < FIRST_UNIT):  # "Group (3)": patients
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
            continue
        if own := _closes_its_sentence(reading, activities, block):
            out.append(own)
            continue
        inside = [t for t in reading.times if block.content <= t.start < block.end]
        if inside and (behind := _labelled_behind(reading, block)):
            out.append(TimeUse(behind.start, behind.end, behind.minutes, "block", mine, block.code))
            continue
        if len(inside) == 1 and block.code and len(mine) > 1 and inside[0].start >= max(reading_end(activities, mine)):
            t = inside[0]
            tail = reading.text[t.end : min(block.end, reading.layout.line_at(t.start).end)]
            if not tail.strip(" .,;)|\t\r\n") and not NO_TREATMENT.search(reading.text[t.start - 12 : t.start]):
                lone = reading.text[max(activities[i].end for i in mine) : t.start]
                if re.search(r"[,;(–—]|\s-|\s{2,}|\t|\||:", lone) or "," not in reading.text[block.content : t.start]:
                    out.append(TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock))
                    continue
    return out


_BRACKET_CLOSES = re.compile(r"[ \t]*\)[ \t]*(?:\.(?!\d)|;|$)")


def _closes_its_sentence(reading: Reading, activities: Sequence[Placed], block: Block) -> TimeUse | None:
    """ "TE: bridges 2x10, clams, heel slides (15 min). Gait on the ramp 12 min": the only time of a heading's sentence, in the
    brackets that close it, where other sentences of its line follow; else None."""
    line = reading.layout.line_at(block.content)
    end = min(part(reading.cuts.sentences, block.content, line.end)[1], line.end, block.end)
    times = [t for t in reading.times if block.content <= t.start < end]
    mine = performed_in(activities, block.content, end)
    if len(times) != 1 or len(mine) < 2 or block.code is None or not reading.text[end : line.end].strip():
        return None
    t = times[0]
    opens = reading.text[max(reading_end(activities, mine)) : t.start].rstrip().endswith("(")
    closes = _BRACKET_CLOSES.match(reading.text, t.end, end)
    return TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock) if opens and closes else None


def _time_that_opens(reading: Reading, activities: Sequence[Placed], block: Block) -> list[TimeMention]:
    """The time right behind a heading that has all its items on the lines below ("97113  33 min, chest depth")."""
    end = reading.layout.line_at(block.start).end
    several = len(re.findall(CODE, reading.text[block.start : block.content])) > 1
    if several or block.end <= end or performed_in(activities, block.start, end):
        return []
    first = [t for t in reading.times if block.content <= t.start < end]
    return first[:1] if first and not reading.text[block.content : first[0].start].strip(" \t:-–—(") else []


def _heading_number(heading: str) -> re.Match[str] | None:
    """The bare number of minutes of a heading ("NMR 15:", "exs (12)"), or None."""
    number = re.search(
        r"[(\[]\s*(\d{1,3})\s*[)\]]|(?<=[A-Za-z.)])[ \t]*[-–x:/]?[ \t]*(\d{1,2})(?=[ \t]*[:\-–|=]?[ \t]*$)",
        re.sub(CODE, lambda m: "c" * len(m[0]), heading),
    )
    return number if number and 2 < int(number[1] or number[2]) <= 120 else None


def _headed(reading: Reading, activities: Sequence[Placed], block: Block, end: int) -> tuple[int, ...]:
    """The performed activities of a block; where its heading has items on its line, wrapped lines with times are not its."""
    if bracket := re.match(r"[ \t]*\(([^()\n]*)\)(?=[ \t]*[,;])", reading.text[block.content : end]):
        inside = performed_in(activities, block.content + bracket.start(1), block.content + bracket.end(1))
        if inside:
            return inside  # "ther ex 25' (rows, bridges), traction 15'"
    mine = performed_in(activities, block.start, end)
    own = reading.layout.line_at(block.start)
    inline = [t.start for t in reading.times if block.start <= t.start < block.content]
    if inline or _heading_number(reading.text[block.start : block.content]):
        mine = tuple(i for i in mine if not _tells_anew(reading, activities[i], block, end))
    first = tuple(i for i in mine if activities[i].start < own.end)
    if not first or len(first) == len(mine) or not has_heading_time(reading, block):
        return mine
    later = {reading.layout.line_at(activities[i].start).start for i in mine if activities[i].start >= own.end}
    timed = {reading.layout.line_at(t.start).start for t in reading.times if own.end <= t.start < end}
    return first if later <= timed else mine


def _tells_anew(reading: Reading, activity: Placed, block: Block, end: int) -> bool:
    """Whether an activity of a block stands in a sentence of its own as another service: a modality ("TE 28': bike, SLR.
    CP 10' elev."), or one with its own minutes ("TE 20 min: pulleys. STM 10 min.")."""
    sentence = part(reading.cuts.sentences, activity.start, end)
    if sentence[0] <= block.start or activity.code == block.code:
        return False
    if activity.untimed:
        return activity.code != GROUP
    return any(activity.end <= t.start < sentence[1] for t in reading.times)


def reading_end(activities: Sequence[Placed], indices: Sequence[int]) -> list[int]:
    """The ends of some activities."""
    return [activities[i].end for i in indices]


def block_of(reading: Reading, offset: int) -> Block | None:
    block = reading.layout.block_at(offset)
    return block if block and offset >= block.content else None


def has_heading_time(reading: Reading, block: Block) -> bool:
    return any(block.start <= t.start < block.content for t in reading.times)
