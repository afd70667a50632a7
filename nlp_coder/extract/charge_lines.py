"""Lines and parts of lines that only charge: "97110 | Therapeutic exercise | 23 | 2", "CPT 97140 Manual therapy 15 min 1 unit".

What such lines name was told elsewhere in the note, they say its minutes. A line alone may as well be the heading of what
follows, so only two in a row are charges for certain, and one with the head of such a table above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp_coder.extract.heading_words import CODE
from nlp_coder.extract.layout import Line
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.summaries import label_code
from nlp_coder.note import UNIT

_SEPARATED = r"[ \t]*(?:[|:,;=@–—-]|(?<=[ \t])/(?=[ \t])|\.{2,}|x(?=[ \t]*\d))*[ \t]*"
_NAME = r"[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'-]+){0,4}?"
_MINUTES = r"\(?(?P<minutes>\d{1,3})\)?[ \t]*(?P<unit>(?:minutes|mins?\b|m\b|['’′])\.?)?\)?"
_UNITS = r"(?:\(?(?:units?[ \t]*[:=]?[ \t]*)?[x×]?[ \t]*(?P<units>\d{1,2})[ \t]*(?:units?|u)?\)?)"
_REMARK = r"(?:\([A-Za-z ]{1,20}\)|timed|untimed|bundled|-GP|-GO|GP|GO)"
_CHARGE_LINE = re.compile(
    rf"[ \t|•*-]*(?:CPT[ \t]*(?:code)?[ \t:#]*)?(?:\(?(?P<code>{CODE})\)?{_SEPARATED}(?:\(?(?P<name>{_NAME})\)?{_SEPARATED})?"
    rf"|(?P<first>{_NAME}){_SEPARATED}\(?(?P<later>{CODE})\)?{_SEPARATED}){_MINUTES}(?:{_SEPARATED}{_REMARK})?(?:{_SEPARATED}{_UNITS})?(?:{_SEPARATED}{_REMARK}){{0,2}}[ \t|.]*",
    re.IGNORECASE,
)
_HEAD = re.compile(r"(?:code|cpt)\b.*\bmin|\bmin.*(?:code|cpt)\b", re.IGNORECASE)
LONGEST = 100
"""No charge line is longer."""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A line, or a part of one, start:end that charges minutes for a code. at: where the minutes stand.

    known: whether what it names is a service's name, and not words that no table has ("Estim unatt").
    """

    start: int
    end: int
    code: str
    minutes: int
    at: int
    known: bool = True


_UNITS_FIRST = re.compile(
    rf"(?<!\w)(?P<code>{CODE})[ \t]*[x×][ \t]*(?P<units>\d)[ \t]*(?:units?|u)?[ \t]*\([ \t]*(?P<minutes>\d{{1,3}})[ \t]*(?:minutes|mins?|m|['’′])?[ \t]*\)",
    re.IGNORECASE,
)
""" "97116 x 2 (28)": units, then the minutes they stand for."""


def units_first(reading: Reading) -> Iterator[ChargeLine]:
    """The charges that name units before minutes, where so many minutes can be so many units (billing rules, 8-minute rule)."""
    for m in _UNITS_FIRST.finditer(reading.text):
        if abs(int(m["minutes"]) - UNIT * int(m["units"])) < UNIT:
            yield ChargeLine(m.start(), m.end(), m["code"].upper(), int(m["minutes"]), m.start("minutes"))


def charge_lines(reading: Reading) -> list[ChargeLine]:
    """The charge lines of a note, in order; read once."""
    if "charge lines" not in reading.kept:
        reading.kept["charge lines"] = list(_charge_lines(reading))
    found: list[ChargeLine] = reading.kept["charge lines"]
    return found


def _charge_lines(reading: Reading) -> Iterator[ChargeLine]:
    lines = [line for line in reading.layout.lines if reading.text[line.start : line.end].strip()]
    read = [_charge(reading.text, line.start, line.end) for line in lines]
    for place, charge in enumerate(read):
        above = lines[place - 1] if place else None
        beside = [c for c in (*read[max(0, place - 1) : place], *read[place + 1 : place + 2]) if c]
        headed = above is not None and _HEAD.search(reading.text, above.start, above.end) is not None
        if charge and (any(c.known for c in beside) or (charge.known and (beside or headed))):
            yield charge
        elif charge is None or not charge.known:
            yield from _charges_within(reading, lines[place])


_NEXT_CHARGE = re.compile(rf"[ \t]*(?:[,;+]|\band\b)[ \t]*(?=(?:CPT[ \t]*)?\(?{CODE})", re.IGNORECASE)


def _charges_within(reading: Reading, line: Line) -> list[ChargeLine]:
    """The charges of a line that names several in one sentence: "Billed: 97110 Ther ex (28 min), 97140 Manual (12 min)."."""
    codes = list(re.finditer(rf"(?:CPT[ \t]*)?\(?{CODE}", reading.text[line.start : line.end], re.IGNORECASE))
    if len(codes) < 2:
        return []
    start = line.start + codes[0].start()
    end = min(line.end, part(reading.cuts.sentences, start, len(reading.text))[1])
    cuts = [(m.start(), m.end()) for m in _NEXT_CHARGE.finditer(reading.text, start, end)]
    starts, ends = [start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end]
    found = [_charge(reading.text, a, b, unit_said=True) for a, b in zip(starts, ends, strict=True)]
    charges = [c for c in found if c and c.known]
    return charges if len(charges) == len(found) > 1 else []


def _charge(text: str, start: int, end: int, *, unit_said: bool = False) -> ChargeLine | None:
    """unit_said: only where the number is said to be minutes ("97110 x2" in running text are units)."""
    if end - start > LONGEST:
        return None
    m = _CHARGE_LINE.fullmatch(text, start, end)
    if m is None or (unit_said and not m["unit"]):
        return None
    name = m["name"] or m["first"]
    minutes, known = int(m["minutes"]), name is None or label_code(name) is not None
    if not known and not (m["units"] and abs(minutes - UNIT * int(m["units"])) < UNIT):
        return None  # the row of an activity, not of a service
    return ChargeLine(start, end, (m["code"] or m["later"]).upper(), minutes, m.start("minutes"), known)
