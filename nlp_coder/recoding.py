"""A note coded again from what a person has settled: spans, status, codes, minutes; all that follows is computed anew.

    note = recode(coder, text, [Corrected(3, 12, "performed", code="97110", minutes=8)])

What is not settled is decided as `Coder.code` decides it, so that a reviewer sees at once what a correction does to
lines, units and alerts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nlp_coder.bill.minutes import ServiceMinutes, StatedTime
from nlp_coder.classify.coding import Decision
from nlp_coder.classify.describe import item_span
from nlp_coder.extract.details import Details, details_of
from nlp_coder.extract.verdict import Verdict
from nlp_coder.note import STATUSES, Alternative, CodedNote, Evidence, Status, VisitContext

if TYPE_CHECKING:
    from nlp_coder.coder import Coder

REVIEWER = "reviewer"
"""Kind of the evidence that a person's decision adds."""


class CorrectionError(ValueError):
    """A correction cannot be applied; the message says which and what to do, without words of the note."""


@dataclass(frozen=True, slots=True)
class Found:
    """An activity whose place and status are known: offsets into the text, and the details read there.

    verdict: how sure the program is of place and status; None where a person gave them.
    """

    start: int
    end: int
    status: Status
    details: Details
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An activity as a person leaves it.

    code: None leaves it to the coder. sure: False keeps the code but claims no person's certainty for it. minutes:
    counted for this activity alone where `minutes_set`, else as the note is read.
    """

    start: int
    end: int
    status: Status
    code: str | None = None
    sure: bool = True
    minutes: int | None = None
    minutes_set: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled, by index into the note's activities; line_minutes by code."""

    codes: Mapping[int, tuple[str, bool]] = field(default_factory=dict)
    minutes: Mapping[int, int | None] = field(default_factory=dict)
    line_minutes: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def sure_codes(self) -> Mapping[int, str]:
        """The codes that a person vouches for, by index."""
        return {i: code for i, (code, sure) in self.codes.items() if sure}

    def decisions(self, decided: Sequence[Decision]) -> list[Decision]:
        """The decisions with the settled codes on top."""
        return [self.decision(i, d) for i, d in enumerate(decided)]

    def decision(self, index: int, decided: Decision) -> Decision:
        """The decision with the settled code on top; the coder's own stays among the alternatives."""
        if index not in self.codes:
            return decided
        code, sure = self.codes[index]
        if code == decided.code and not sure:
            return decided
        known = {a.code: a.confidence for a in decided.alternatives}
        others = [a for a in decided.alternatives if a.code != code]
        if code != decided.code:
            others.insert(0, Alternative(decided.code, decided.confidence))
        evidence = decided.evidence
        if sure:
            evidence = (Evidence(REVIEWER, REVIEWER, code, 1.0, "a reviewer settled this code", "review"), *evidence)
        return replace(
            decided,
            code=code,
            confidence=1.0 if sure else known.get(code, 0.0),
            alternatives=tuple(others),
            not_ruled_out=() if sure else decided.not_ruled_out,
            evidence=evidence,
        )

    def times(self, stated: Sequence[StatedTime]) -> list[StatedTime]:
        """The stated times, those of single activities replaced by settled ones."""
        kept = [t for t in stated if not (len(t.activities) == 1 and t.activities[0] in self.minutes)]
        return kept + [StatedTime(m, "activity", (i,)) for i, m in self.minutes.items() if m is not None]

    def sums(self, minutes: ServiceMinutes) -> ServiceMinutes:
        """The minutes with settled ones of whole codes; a stated total stays what the note states."""
        changed = {c: m for c, m in self.line_minutes.items() if c in minutes.by_code}
        if not changed:
            return minutes
        by_code = {**minutes.by_code, **changed}
        known = [m for m in by_code.values() if m is not None]
        total = minutes.stated_total
        if total is None:
            total = sum(known) if len(known) == len(by_code) else None
        return replace(minutes, by_code=by_code, total=total, mismatch=None)


def recode(
    coder: Coder,
    text: str,
    activities: Sequence[Corrected],
    *,
    id: str = "note",
    context: VisitContext | None = None,
    line_minutes: Mapping[str, int | None] | None = None,
) -> CodedNote:
    """The coded note whose activities are exactly these, in order of their place.

    line_minutes: minutes of whole codes, where they are not the sum of what the note says. Raises CorrectionError for
    a span outside the text or empty, one that overlaps another, an unknown status or code, minutes outside a day.
    """
    ordered = sorted(activities, key=lambda a: a.start)
    check_activities(text, ordered, coder.codes)
    reading, own = coder.find(text)
    verdicts = {(f.start, f.end, f.status): f.verdict for f in own}
    places = [(a.start, a.end) for a in ordered]
    found = [
        Found(
            a.start, a.end, a.status, details_of(reading, a.start, a.end, item_span(reading, a.start, a.end, places)),
            None if a.sure else verdicts.get((a.start, a.end, a.status)),
        )
        for a in ordered
    ]  # fmt: skip
    settled = Settled(
        codes={i: (a.code, a.sure) for i, a in enumerate(ordered) if a.code is not None},
        minutes={i: a.minutes for i, a in enumerate(ordered) if a.minutes_set},
        line_minutes=dict(line_minutes or {}),
    )
    return coder.settle(reading, found, settled, id=id, context=context)


def check_activities(text: str, ordered: Sequence[Corrected], codes: frozenset[str]) -> None:
    """Raises CorrectionError for the first activity (in order of start) that cannot stand; see `recode`."""
    last = 0
    for a in ordered:
        where = f"activity at {a.start}-{a.end}"
        if not 0 <= a.start < a.end <= len(text):
            raise CorrectionError(f"{where}: lies outside the note of {len(text)} characters; select words of the note")
        if not text[a.start : a.end].strip():
            raise CorrectionError(f"{where}: holds no words; select the words that name the activity")
        if a.start < last:
            raise CorrectionError(f"{where}: overlaps the one before it; shorten one of them first")
        if a.status not in STATUSES:
            raise CorrectionError(f"{where}: its status is unknown; give one of {', '.join(STATUSES)}")
        if a.code is not None and a.code not in codes:
            raise CorrectionError(f"{where}: its code is unknown; `nlp-coder codes` lists the codes")
        if a.minutes is not None and not 0 <= a.minutes <= 1440:
            raise CorrectionError(f"{where}: its minutes are not between 0 and 1440; correct them")
        last = a.end
