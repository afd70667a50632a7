"""What the note should state for a code (billing-rules §8): the checklist, and when its absence is an alert.

The checklist is for the reader: what is missing there supports no other code. The labelled data call a note
`missing_documentation` only where it is bare of both body part and purpose, so that is the note's one alert.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property

from nlp_coder.bill.documentation_words import DocumentationWords, Place, documentation_words
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.rules import DocumentationRule
from nlp_coder.classify.rule_purposes import purpose_spans
from nlp_coder.extract.dosage import body_parts, named
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.stretches import Stretches
from nlp_coder.note import Activity, Alert, DocumentationItem, ServiceLine

SKILLED_CODES = ("97110", "97112", "97116", "97140", "97530")
SHOWN = 3
"""Places shown of each element: the nearest ones are enough to see it."""

SURE = 0.65
"""The least confidence in a code for its checklist to be of use."""

_PARAMETERS = frozenset({"strength", "endurance", "rom", "flexibility"})
_MOVEMENT = frozenset(
    {"balance", "coordination", "posture", "proprioception", "motor_control", "vestibular", "sensory"}
)
_PURPOSES = {"97110": _PARAMETERS, "97112": _MOVEMENT, "97116": frozenset({"gait_pattern"})}
"""Purposes that answer `purpose` of a code (§8); a code without an entry takes any."""


def checklist(
    reading: Reading, activities: Sequence[Activity], lines: Sequence[ServiceLine], rulebook: Rulebook
) -> tuple[DocumentationItem, ...]:
    """Every element that documentation.csv asks for, for each code with something performed, in order of first mention.

    lines: the claim's; their minutes answer `quantity`. A code of whose activities none is SURE has no checklist: what
    the work was is to be settled first (alert `low_confidence`). An element is present where the note states it near the code's activities or, where its row says `note`, anywhere;
    its places are the words that show it, the nearest first. present None: neither stated nor
    contradicted (one_on_one), or no group named (group_size).
    """
    words = documentation_words()
    found = _Statements(reading, words)
    performed = [a for a in activities if a.status == "performed"]
    items = []
    for code in dict.fromkeys(a.code for a in performed):
        mine = [a for a in performed if a.code == code]
        if max(a.confidence for a in mine) < SURE:
            continue
        timed = any(x.minutes for x in lines if x.code == code)
        areas = _areas(reading, mine, performed)
        for rule in (d for d in rulebook.documentation if d.code == code):
            items.append(_item(rule, mine, areas, found, timed=timed))
    return tuple(items)


class _Statements:
    """Where the note states each element; what does not depend on a code is looked for once a note."""

    def __init__(self, reading: Reading, words: DocumentationWords) -> None:
        self._reading = reading
        self._words = words
        self._read: dict[str, list[Place]] = {}
        self._kept: dict[tuple[str, str], list[Place]] = {}

    def places(self, element: str, code: str) -> list[Place]:
        """Every place that states the element, wherever it stands."""
        key = (element, code)
        if key not in self._kept:
            found = self._aims(code) if element == "purpose" else self._of_itself(element)
            self._kept[key] = sorted({*found, *self._words.places(element, code, self._reading.text)})
        return self._kept[key]

    def _of_itself(self, element: str) -> list[Place]:
        if element not in self._read:
            finder = _FINDERS.get(element)
            self._read[element] = finder(self._reading) if finder else []
        return self._read[element]

    @cached_property
    def _purposes(self) -> tuple[tuple[str, int, int], ...]:
        return purpose_spans(self._reading.text)

    def _aims(self, code: str) -> list[Place]:
        fitting = _PURPOSES.get(code)
        return [(a, b) for name, a, b in self._purposes if fitting is None or name in fitting]

    def rows(self, mine: Sequence[Activity]) -> list[Place]:
        """From each activity to the end of its line, or of the next one where that gives a time to each item."""
        return [(a.start, self._row_end(a.start)) for a in mine]

    def _row_end(self, start: int) -> int:
        text, layout = self._reading.text, self._reading.layout
        end = layout.line_at(start).end
        following = layout.line_at(min(end + 2, len(text)))
        return following.end if _EACH.search(text, end, following.end) else end

    def against(self, element: str, code: str) -> list[Place]:
        """Every place whose words contradict the element."""
        return self._words.against(element, code, self._reading.text)


_AMOUNT = re.compile(
    r"(?<![\w/.:-])\d{1,3}(?![\w/:%-]|\.\d)|(?<!\w)(?:five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)(?!\w)",
    re.IGNORECASE,
)
"""A bare number beside an exercise is its amount: "nustep 10", "= 14", "(21)", "ten of each"."""


_EACH = re.compile(r"\d\s*min(?:ute)?s?\.?\s+(?:each|apiece)(?!\w)|(?<!\w)each\s+\d+\s*min", re.IGNORECASE)
"""A time for every item of a list, which often stands in the line below it: "15 minutes each"."""


def _quantities(reading: Reading) -> list[Place]:
    known = [(m.start, m.end) for m in reading.measures] + [(t.start, t.end) for t in reading.times]
    return known + [m.span() for m in _AMOUNT.finditer(reading.text)]


def _parts(reading: Reading) -> list[Place]:
    return [(a, b) for a, b, _ in named("body_part", reading.text)]


def _help(reading: Reading) -> list[Place]:
    return [(a, b) for a, b, _ in (*reading.assistance, *reading.devices)]


_MEASURED = re.compile(
    r"\d+(?:\.\d+)?\s*(?:[-–—]+>|→|>)\s*\d+(?:\.\d+)?"  # before and after
    r"|\d+(?:\.\d+)?\s*(?:cm|mm|ml|deg|°|%)?\s*\(\d+(?:\.\d+)?"  # now (last time)
    r"|(?<![\w./])\d{1,3}\s*[-–]\s*\d{2,3}(?![\w/-])"  # a range of motion
    r"|-?\d+\s+from\s+-?\d+"
    r"|(?<![\w./])\d{1,3}/\d{2,3}(?![\d/])"  # a score of so many, a pair of sides
    r"|(?<![\w.])\d+(?:\.\d+)?\s*(?:cm\b|mm\b(?!hg)|ml\b|deg\b|degrees\b|°)",
    re.IGNORECASE,
)


def _measures(reading: Reading) -> list[Place]:
    return [m.span() for m in _MEASURED.finditer(reading.text)]


_MISSING_ONLY_IF_SAID = frozenset({"one_on_one", "group_size"})
"""Missing only where the words of `how=against` stand near: direct contact need not be stated, only words against it make
it missing; and a size is missing only of a group that the note names (where it names none, the code is in doubt)."""

_FINDERS: dict[str, Callable[[Reading], list[Place]]] = {
    "quantity": _quantities,
    "body_part": _parts,
    "assistance": _help,
    "objective_measure": _measures,
}
"""What the reading of the note finds of an element by itself; the cue words of the tables come on top."""


def _areas(reading: Reading, mine: Sequence[Activity], performed: Sequence[Activity]) -> list[Place]:
    """The parts of the note that speak of a code's activities.

    For each: its heading, what stands before it in its line, and what follows it up to the next activity of another
    code, at most to the end of its block or of the following line.
    """
    starts = sorted(a.start for a in performed if a.code != mine[0].code)
    areas = []
    for activity in mine:
        line = reading.layout.line_at(activity.start)
        block = reading.layout.block_at(activity.start)
        after = bisect_right(starts, activity.start)
        following = starts[after] if after < len(starts) else len(reading.text)
        last = reading.layout.line_at(min(line.end + 2, len(reading.text))).end
        stop = max(block.end if block else 0, line.end, last)
        before = starts[after - 1] if after and starts[after - 1] >= line.start else line.start
        areas.append((before, max(min(stop, following), activity.end)))
        if block:
            areas.append((block.start, block.content))
    return areas


def _item(
    rule: DocumentationRule, mine: Sequence[Activity], areas: Sequence[Place], found: _Statements, *, timed: bool
) -> DocumentationItem:
    stated = found.places(rule.element, rule.code)
    if rule.element == "quantity":
        # the time of a row often stands at its end, after another code's activities
        areas = [*areas, *found.rows(mine)]
    inside = Stretches(areas)
    near = [p for p in stated if inside.hold(*p)]
    shown = near or (stated if rule.reach == "note" else [])
    present: bool | None = bool(shown) or _by_itself(rule, mine, timed)
    if rule.element in _MISSING_ONLY_IF_SAID and not present:
        present = False if any(inside.hold(*p) for p in found.against(rule.element, rule.code)) else None
    if present and not shown:
        shown = [(a.start, a.end) for a in mine]
    return DocumentationItem(
        code=rule.code, element=rule.element, present=present, places=tuple(_nearest(shown, mine)[:SHOWN]),
        look_for=rule.look_for, named=rule.named, source=rule.source,
    )  # fmt: skip


def _nearest(places: Sequence[Place], mine: Sequence[Activity]) -> list[Place]:
    """The places in order of their distance from the activity next to each."""
    ordered = sorted((a.start, a.end) for a in mine)
    starts = [a for a, _ in ordered]
    ends = list(itertools.accumulate((b for _, b in ordered), max))

    def distance(place: Place) -> int:
        begun = bisect_right(starts, place[0])
        before = max(place[0] - ends[begun - 1], 0) if begun else None
        after = max(starts[begun] - place[1], 0) if begun < len(starts) else None
        return min(d for d in (before, after) if d is not None)

    return sorted(places, key=lambda p: (distance(p), p))


def _by_itself(rule: DocumentationRule, activities: Sequence[Activity], timed: bool) -> bool:
    """Whether what was read of the activities already answers the element, wherever its words stand."""
    element = rule.element
    if (element, rule.code) == ("functional_goal", "97535"):
        return True  # the activity is the daily task
    if element == "body_part":
        return any(a.body_parts for a in activities)
    if element == "quantity":
        return timed or any(a.minutes is not None or (a.dosage is not None and a.dosage.stated()) for a in activities)
    if element == "assistance":
        return any(a.assistance for a in activities)
    return False


BARE_WORDS = 2
"""An activity named in so few words ("bands", "ther ex") says nothing of what was treated or why by itself."""


def note_alert(activities: Sequence[Activity], text: str = "") -> Alert | None:
    """The note's one `missing_documentation` alert, or None.

    Raised only where the note is bare: the performed activities of 97110, 97112, 97116 and 97140 (of 97530 where there
    are no others) are named in a word or two each, and none of them says a body part or a purpose, nor does the text
    around them. A whole functional task says its purpose by itself. `nlp-coder evaluate` prints how often it is right.
    """
    skilled = [a for a in activities if a.status == "performed" and a.code in SKILLED_CODES]
    mine = [a for a in skilled if a.code != "97530"] or skilled
    if not mine or any(len(a.quote.split()) > BARE_WORDS or a.body_parts for a in mine):
        return None
    if any(a.purposes for a in skilled):
        return None
    if body_parts(text) or purpose_spans(text):
        return None
    codes = sorted({a.code for a in mine})
    message = (
        f"The note names neither a body part nor a purpose for its work under {', '.join(codes)}: what was treated and "
        "what for cannot be told. Add both as observed."
    )
    return Alert("missing_documentation", "warning", message, codes[0], "purpose", mine[0].start, mine[0].end)
