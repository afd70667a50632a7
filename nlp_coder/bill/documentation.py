"""What the note should state for a code (billing-rules §8), and when its absence is an alert.

The checklist is for the reader: what is missing there supports no other code. The labelled data call a note
`missing_documentation` only where it is bare of both body part and purpose, so that is the note's one alert.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.note import Activity, Alert

SKILLED_CODES = ("97110", "97112", "97116", "97140", "97530")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a code's documentation. present: None where activities alone cannot show it (a goal, a measure).

    named: an element of the output contract; the others (technique, training) are advice only.
    """

    code: str
    name: str
    present: bool | None
    look_for: str
    named: bool
    source: str


def elements(
    code: str, activities: Sequence[Activity], rulebook: Rulebook, *, stated: Collection[str] = ()
) -> tuple[Element, ...]:
    """The checklist of a code over its performed activities; empty for a code without rows in documentation.csv.

    stated: elements that the note states elsewhere, as its reader found ("functional_goal", "group_size").
    """
    mine = [a for a in activities if a.code == code and a.status == "performed"]
    return tuple(
        Element(d.code, d.element, _present(d.element, mine, stated), d.look_for, d.named, d.source)
        for d in rulebook.documentation
        if d.code == code
    )


def _present(element: str, activities: Sequence[Activity], stated: Collection[str]) -> bool | None:
    if element in stated:
        return True
    if element == "body_part":
        return any(a.body_parts for a in activities)
    if element == "purpose":
        return any(a.purposes for a in activities)
    if element == "quantity":
        return any(a.minutes is not None or (a.dosage is not None and a.dosage.stated()) for a in activities)
    if element == "assistance":
        return any(a.assistance for a in activities)
    return None


def documentation_alerts(
    code: str, activities: Sequence[Activity], rulebook: Rulebook, *, stated: Collection[str] = ()
) -> list[Alert]:
    """`missing_documentation` with its `element`, one for each named element the activities of the code do not show.

    Elements that activities cannot show raise nothing. None performed: nothing.
    """
    mine = [a for a in activities if a.code == code and a.status == "performed"]
    if not mine:
        return []
    found = []
    for element in elements(code, mine, rulebook, stated=stated):
        if element.named and element.present is False:
            message = (
                f"{code}: the note does not state its {element.name.replace('_', ' ')} ({element.look_for}). "
                "Add it if it was observed."
            )
            where = (mine[0].start, mine[0].end)
            found.append(Alert("missing_documentation", "info", message, code, element.name, *where))
    return found


BARE_WORDS = 2
"""An activity named in so few words ("bands", "ther ex") says nothing of what was treated or why by itself."""


def note_alert(activities: Sequence[Activity]) -> Alert | None:
    """The note's one `missing_documentation` alert, or None.

    Raised only where the note is bare: the performed activities of 97110, 97112, 97116 and 97140 (of 97530 where there
    are no others) are named in a word or two each, and none of them says a body part or a purpose. A whole functional
    task says its purpose by itself. On the authored labels this finds two of three such notes and is right four times
    in five; `nlp-coder evaluate` prints the present figure.
    """
    mine = [a for a in activities if a.status == "performed" and a.code in SKILLED_CODES]
    mine = [a for a in mine if a.code != "97530"] or mine
    if not mine or any(a.body_parts or a.purposes or len(a.quote.split()) > BARE_WORDS for a in mine):
        return None
    codes = sorted({a.code for a in mine})
    message = (
        f"The note names neither a body part nor a purpose for its work under {', '.join(codes)}: what was treated and "
        "what for cannot be told. Add both as observed."
    )
    return Alert("missing_documentation", "warning", message, codes[0], "purpose", mine[0].start, mine[0].end)
