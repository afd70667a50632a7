"""Which notes wait for review, and which first: those that teach most or pay most to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp_coder.note import Activity, CodedNote, VisitContext

DOUBTFUL = 0.3
"""A chosen code to which the model alone gives less than this was carried by rules against the model."""

_WEIGHT = {"error": 1.0, "warning": 0.3, "info": 0.05}


@dataclass(frozen=True)
class Item:
    """One note of the review. key: see `note_key`. coded: as the program coded it, before anybody's correction."""

    key: str
    id: str
    text: str
    context: VisitContext
    coded: CodedNote

    @cached_property
    def lowest(self) -> float:
        """The lowest confidence of an activity; 1 where there is none."""
        return min((a.confidence for a in self.coded.activities), default=1.0)

    @cached_property
    def disagreements(self) -> int:
        """Activities on whose code rules, the therapist's heading and the model do not agree."""
        return sum(disputed(a) for a in self.coded.activities)

    @cached_property
    def alert_weight(self) -> float:
        """Alerts by severity."""
        return sum(_WEIGHT.get(a.severity, 0.0) for a in self.coded.alerts)

    @cached_property
    def worth(self) -> float:
        """How much a look at the note is worth: doubt, dispute and alerts together (our own weights)."""
        return 2.0 * (1.0 - self.lowest) + min(self.disagreements, 3) * 0.5 + min(self.alert_weight, 3.0) * 0.5

    @property
    def why(self) -> str:
        """In words, what makes it worth a look."""
        reasons = [f"lowest confidence {self.lowest:.0%}"]
        if self.disagreements:
            reasons.append(f"rules and model disagree on {self.disagreements}")
        for severity, word in (("error", "error"), ("warning", "warning")):
            if n := sum(a.severity == severity for a in self.coded.alerts):
                reasons.append(f"{n} {word}{'s' if n > 1 else ''}")
        return ", ".join(reasons)


ORDERS: dict[str, tuple[str, Callable[[Item], float]]] = {
    "worth": ("worth a look first", lambda i: -i.worth),
    "confidence": ("lowest confidence first", lambda i: i.lowest),
    "disagreement": ("most disagreement first", lambda i: -i.disagreements),
    "alerts": ("most alerts first", lambda i: -i.alert_weight),
    "file": ("as in the file", lambda i: 0.0),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the queue shows; "" leaves a field open. decision: `open`, `accepted`, `rejected`, `skipped` or `all`."""

    code: str = ""
    alert: str = ""
    therapist: str = ""
    payer: str = ""
    decision: str = "open"
    order: str = "worth"


def disputed(activity: Activity) -> bool:
    """Whether what speaks for an activity's code contradicts itself."""
    rules = [e for e in activity.evidence if e.kind == "rule"]
    best = max(rules, key=lambda e: e.weight).code if rules else activity.code
    heading = next((e.code for e in activity.evidence if e.kind == "heading"), activity.code)
    model = next((e.weight for e in activity.evidence if e.kind == "model" and e.code == activity.code), 1.0)
    return best != activity.code or heading != activity.code or model < DOUBTFUL


def queue(items: Iterable[Item], wanted: Filter, decision: Callable[[Item], str]) -> list[Item]:
    """The notes that a filter lets through, in its order; notes of equal worth as in the file."""
    rank = ORDERS.get(wanted.order, ORDERS["worth"])[1]
    return sorted((i for i in items if _fits(i, wanted, decision)), key=rank)


def _fits(item: Item, wanted: Filter, decision: Callable[[Item], str]) -> bool:
    return (
        (not wanted.code or any(a.code == wanted.code for a in item.coded.activities))
        and (not wanted.alert or any(a.kind == wanted.alert for a in item.coded.alerts))
        and (not wanted.therapist or item.context.therapist_id == wanted.therapist)
        and (not wanted.payer or payer_of(item) == wanted.payer)
        and (wanted.decision in ("all", "") or decision(item) == wanted.decision)
    )


def payer_of(item: Item) -> str:
    """The payer as given, else as the note says it; "" where neither does."""
    return item.context.payer or str(item.coded.context.get("payer") or "")


def choices(items: Sequence[Item]) -> dict[str, list[str]]:
    """What each filter can be set to among these notes."""
    return {
        "code": sorted({a.code for i in items for a in i.coded.activities}),
        "alert": sorted({a.kind for i in items for a in i.coded.alerts}),
        "therapist": sorted({i.context.therapist_id for i in items if i.context.therapist_id}),
        "payer": sorted({p for i in items if (p := payer_of(i))}),
    }
