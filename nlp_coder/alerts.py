"""Everything that is wrong with a coded note, in one list: what the claim says, and what only the note's text shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from nlp_coder.bill.claim import Claim
from nlp_coder.bill.documentation import note_alert
from nlp_coder.bill.edits import deleted_code_alert
from nlp_coder.bill.minutes import ServiceMinutes
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.classify.coding import Decision
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.visit import year_of_service
from nlp_coder.note import Activity, Alert

LOW_CONFIDENCE = 0.5
"""Below this an activity's code is a guess that a coder should look at."""

CONTRADICTED = 0.12
"""A written code whose probability from the description alone is under this is contradicted by it."""

SURE = 0.6
"""The description must be this sure of another code before the therapist's own is called contradicted."""


class WrittenCode(NamedTuple):
    """A code that the therapist wrote in digits, and where the block or line begins that it is written for."""

    code: str
    at: int


def note_alerts(
    text: str, reading: Reading, activities: Sequence[Activity], decisions: Sequence[Decision],
    written: Sequence[WrittenCode | None], minutes: ServiceMinutes, claim: Claim, rulebook: Rulebook,
) -> tuple[Alert, ...]:  # fmt: skip
    """All alerts of a note, worst first. Kinds: see the output contract; messages never quote the note."""
    out = list(claim.alerts)
    if not any(a.status == "performed" for a in activities):
        out.append(
            Alert(
                "plan_only",
                "info",
                "Nothing in this note was performed in the visit: nothing is billable. If work was done, the note must say so.",
            )
        )
    out += _times(minutes)
    out += _written_codes(activities, decisions, written) or _charges(minutes)
    out += _deleted(text, reading, claim, rulebook)
    if alert := note_alert(activities, text):
        out.append(alert)
    for a in activities:
        if a.status == "performed" and a.confidence < LOW_CONFIDENCE:
            others = ", ".join(x.code for x in a.alternatives[:2])
            out.append(
                Alert(
                    "low_confidence", "warning",
                    f"The code of the activity at {a.start}-{a.end} is uncertain ({a.confidence:.0%}): {a.code}, or {others or 'another'}. Check it.",
                    a.code, None, a.start, a.end,
                )
            )  # fmt: skip
    order = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted(out, key=lambda a: order[a.severity]))


def _times(minutes: ServiceMinutes) -> list[Alert]:
    out = []
    if minutes.mismatch:
        out.append(
            Alert(
                "minutes_mismatch",
                "error",
                f"Minutes disagree: {minutes.mismatch}. Correct the note or the total; the units here follow the parts where they can be.",
            )
        )
    if minutes.overlap:
        out.append(
            Alert(
                "overlapping_times",
                "error",
                f"{minutes.overlap[0].upper()}{minutes.overlap[1:]}: each minute counts once. Correct the times.",
            )
        )
    return out


def _written_codes(
    activities: Sequence[Activity], decisions: Sequence[Decision], written: Sequence[WrittenCode | None]
) -> list[Alert]:
    """`code_disagrees`, once for each written code that most of what was done in one place under it contradicts.

    One item of several under a code that the others bear out is no contradiction (guide: the heading settles ties).
    """
    out: list[Alert] = []
    told = set()
    for mention in dict.fromkeys(w for w in written if w):
        code = mention.code
        under = [
            (a, d)
            for a, d, w in zip(activities, decisions, written, strict=True)
            if w == mention and a.status == "performed"
        ]
        against = [
            (a, d) for a, d in under
            if a.code != code and d.confidence >= SURE and d.description.get(code, 0.0) < CONTRADICTED
        ]  # fmt: skip
        if code in told or not against or 2 * len(against) <= len(under):
            continue
        told.add(code)
        activity = against[0][0]
        out.append(
            Alert(
                "code_disagrees", "error",
                f"The note writes {code} for the activity at {activity.start}-{activity.end}, whose description is {activity.code}. "
                "The description is used; the therapist should correct the code or the description.",
                activity.code, None, activity.start, activity.end,
            )
        )  # fmt: skip
    return out


def _charges(minutes: ServiceMinutes) -> list[Alert]:
    """`code_disagrees` for a charge line whose code nothing performed bears out."""
    return [
        Alert(
            "code_disagrees", "error",
            f"The note charges {charged}, which nothing performed bears out; the service left without a charge is described as "
            f"{described}. The description is used; the therapist should correct the code or the description.",
            described,
        )
        for charged, described in minutes.contradicted.items()
    ]  # fmt: skip


def _deleted(text: str, reading: Reading, claim: Claim, rulebook: Rulebook) -> list[Alert]:
    """`deleted_code` for a code in the note that was no longer valid in the year of service."""
    year = year_of_service(text)
    day = date(year, 12, 31) if year else claim.rules_date
    out = []
    for code, rule in rulebook.codes.items():
        if code in text and rule.deleted_on(day) and (m := re.search(rf"(?<![\d.]){code}(?![\d.]\d)", text)):
            alert = deleted_code_alert(code, day, rulebook)
            out.append(Alert(alert.kind, alert.severity, alert.message, code, None, m.start(), m.end()))
    return out
