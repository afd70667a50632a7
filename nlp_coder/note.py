"""The record of one coded note: activities, service lines and alerts, as users and their programs rely on it.

Everything the program says about a note is one of these frozen values; `CodedNote.to_dict()` gives the JSON object
of the output contract and `CodedNote.from_dict()` reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

Status = Literal["performed", "home_program", "planned", "declined", "historical"]
STATUSES: tuple[Status, ...] = ("performed", "home_program", "planned", "declined", "historical")
UnitRule = Literal["cms", "ama"]
UNIT_RULES: tuple[UnitRule, ...] = ("cms", "ama")
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a code.

    kind: `rule`, `heading` (the therapist's own code or heading), `lexicon`, `model`, or `company` (of the
    activities told together with it, or of the note's charges).
    id: the rule's or term's id, or the model's name.
    code: the code it speaks for. weight: how strongly, 0-1.
    reason: plain words. source: where the rule comes from.
    start/end: offsets of the deciding words in the note, or None.
    """

    kind: str
    id: str
    code: str
    weight: float
    reason: str
    source: str = ""
    start: int | None = None
    end: int | None = None


GROUP = "97150"
"""The code of all work with two or more patients at once."""
UNIT, FIRST_UNIT = 15, 8
"""Minutes of a unit of a timed service, and the fewest that earn one (billing rules, 8-minute rule)."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another code for the same activity, with its calibrated probability (0-1)."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Dosage:
    """What the note says about the quantity of one activity; None where it is silent.

    sets, reps, hold_seconds: counts. load, resistance, level, distance: as written ("3#", "red band", "L4", "150 ft").
    """

    sets: int | None = None
    reps: int | None = None
    hold_seconds: int | None = None
    load: str | None = None
    resistance: str | None = None
    level: str | None = None
    distance: str | None = None

    def stated(self) -> bool:
        """True where the note names any quantity."""
        return any(getattr(self, f.name) is not None for f in fields(self))


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A body part (our own canonical name) with its side: "left", "right", "bilateral" or None."""

    name: str
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity phrase of a note; `quote == text[start:end]`.

    not_ruled_out: further codes that cannot be ruled out (a conformal set, fitted so that a defensible code is `code` or
    one of them in 19 of 20 activities). minutes: minutes stated for this activity alone, else None. minutes_from: `activity`,
    `block`, `clock`, `allocated` or None. assistance: level of assistance as written ("min A", "CGA"), or None.
    """

    quote: str
    start: int
    end: int
    status: Status
    code: str
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    not_ruled_out: tuple[str, ...] = ()
    minutes: int | None = None
    minutes_from: str | None = None
    dosage: Dosage | None = None
    body_parts: tuple[BodyPart, ...] = ()
    purposes: tuple[str, ...] = ()
    assistance: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One claim line. minutes/units are None where the note does not say.

    activities: indices into the note's activities. billable: False where the line earns no unit, is bundled,
    deleted or never paid (an alert says why). explanation: in words, how units and modifiers came about. basis: the
    versions and digests of program, rules and NCCI set, and the day of service used.
    """

    code: str
    units: int | None
    minutes: int | None
    modifiers: tuple[str, ...] = ()
    activities: tuple[int, ...] = ()
    timed: bool = True
    billable: bool = True
    explanation: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong, where, and what to do. start/end where it has a place in the note; never quotes note text."""

    kind: str
    severity: Severity
    message: str
    code: str | None = None
    element: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentationItem:
    """One element that the note should state for a code of the claim, present or missing.

    present: None where it is neither stated nor contradicted. places: (start, end) of the words that show it, nearest
    first. look_for: what to look for, in words. named: an element of the output contract; the others are advice.
    """

    code: str
    element: str
    present: bool | None
    places: tuple[tuple[int, int], ...] = ()
    look_for: str = ""
    named: bool = True
    source: str = ""


_AS_WRITTEN = ("load", "resistance", "level", "distance")
MODEL_REASON = "trained on labelled notes"
"""What a model's evidence says where the words that it weighs are left out."""

_NOT_BILLING = frozenset({"patient_id", "visit_id", "therapist_id", "time_in", "time_out", "billed"})


@dataclass(frozen=True, slots=True)
class VisitContext:
    """What is known of the visit beside the note's text (all optional; what is given wins over what is guessed).

    furnished_minutes: per code, {"therapist": minutes, "assistant": minutes}. prior_allowed_ytd: dollars.
    requested_modifiers: per code. group: {"patients": int, "same_minutes_as": [codes]}.
    """

    discipline: str | None = None
    unit_rule: UnitRule | None = None
    payer: str | None = None
    setting: str | None = None
    date_of_service: str | None = None
    patient_id: str | None = None
    visit_id: str | None = None
    therapist_id: str | None = None
    time_in: str | None = None
    time_out: str | None = None
    separate_time_documented: bool | None = None
    encounter: str | None = None
    group: Mapping[str, Any] | None = None
    furnished_minutes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    prior_allowed_ytd: float | None = None
    requested_modifiers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    billed: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> VisitContext:
        """The context fields of a record; unknown keys are left alone, empty values count as not given."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in record.items() if k in known and v not in (None, "")})

    def for_billing(self) -> dict[str, Any]:
        """The fields that decide a claim, as far as they are known; who the patient and the therapist are is none of them."""
        names = (f.name for f in fields(self) if f.name not in _NOT_BILLING)
        return {n: v for n in names if (v := getattr(self, n)) not in (None, {}, ())}


@dataclass(frozen=True, slots=True)
class CodedNote:
    """A note with its activities, lines and alerts (the output contract's record).

    unit_table: minutes, whole 15s, remainder and units by both rules, one row a timed code.
    context: what billing was told of the visit (`VisitContext.for_billing`) and the day of its rules.
    """

    id: str
    text: str
    discipline: str | None
    unit_rule: UnitRule
    activities: tuple[Activity, ...]
    lines: tuple[ServiceLine, ...]
    timed_minutes: int | None
    total_minutes: int | None
    alerts: tuple[Alert, ...]
    stated_timed_minutes: int | None = None
    stated_total_minutes: int | None = None
    unit_explanation: tuple[str, ...] = ()
    unit_table: tuple[Mapping[str, Any], ...] = ()
    documentation: tuple[DocumentationItem, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, *, with_text: bool = True) -> dict[str, Any]:
        """The JSON object of the output contract. with_text=False leaves out `text` and every word of it.

        Beside the quotes these are what stands in the record as the note writes it: load, resistance, level and distance
        of a dosage, the assistance, and the words that the model weighs. Offsets, numbers and rules stay.
        """
        record = _plain(self)
        assert isinstance(record, dict)
        if not with_text:
            record.pop("text")
            for activity in record["activities"]:
                activity.pop("quote")
                activity["assistance"] = None
                for name in _AS_WRITTEN if activity["dosage"] else ():
                    activity["dosage"][name] = None
                for evidence in activity["evidence"]:
                    if evidence["kind"] == "model":
                        evidence["reason"] = MODEL_REASON
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> CodedNote:
        """Read back a stored record; alert kinds given as bare words (labelled data) become info alerts."""
        text = record.get("text", "")
        activities = tuple(_activity(a, text) for a in record.get("activities") or ())
        lines = tuple(
            ServiceLine(
                **{
                    **_only(ServiceLine, x),
                    "modifiers": tuple(x.get("modifiers") or ()),
                    "activities": tuple(x.get("activities") or ()),
                }
            )
            for x in record.get("lines") or ()
        )
        alerts = tuple(
            Alert(a, "info", "") if isinstance(a, str) else Alert(**_only(Alert, a)) for a in record.get("alerts") or ()
        )
        rest = _only(cls, record)
        rest.update(
            id=str(record["id"]),
            text=text,
            discipline=record.get("discipline"),
            unit_rule=record.get("unit_rule") or "cms",
            activities=activities,
            lines=lines,
            alerts=alerts,
            timed_minutes=record.get("timed_minutes"),
            total_minutes=record.get("total_minutes"),
            unit_explanation=tuple(record.get("unit_explanation") or ()),
            unit_table=tuple(record.get("unit_table") or ()),
            documentation=tuple(
                DocumentationItem(
                    **{
                        **_only(DocumentationItem, d),
                        "places": tuple((int(a), int(b)) for a, b in d.get("places") or ()),
                    }
                )
                for d in record.get("documentation") or ()
            ),
            context=dict(record.get("context") or {}),
        )
        return cls(**rest)

    def with_alerts(self, *more: Alert) -> CodedNote:
        """The same note with further alerts."""
        return replace(self, alerts=(*self.alerts, *more))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is float:
        return round(value, 4)
    if kind is tuple or kind is list:
        return [_plain(v) for v in value]
    if kind is dict:
        return {k: _plain(v) for k, v in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in _field_names(kind)}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value


_AS_IT_IS = frozenset({str, int, bool, type(None)})


_FIELD_NAMES: dict[Any, tuple[str, ...]] = {}


def _field_names(kind: Any) -> tuple[str, ...]:
    names = _FIELD_NAMES.get(kind)
    if names is None:
        names = _FIELD_NAMES[kind] = tuple(f.name for f in fields(kind))
    return names


def _only(cls: type, record: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(cls)}
    return {k: v for k, v in record.items() if k in names}


def _activity(record: Mapping[str, Any], text: str) -> Activity:
    values = _only(Activity, record)
    values.setdefault("quote", text[record["start"] : record["end"]])
    if values.get("dosage"):
        values["dosage"] = Dosage(**values["dosage"])
    values["alternatives"] = tuple(Alternative(**a) for a in record.get("alternatives") or ())
    values["not_ruled_out"] = tuple(record.get("not_ruled_out") or ())
    values["body_parts"] = tuple(BodyPart(**b) for b in record.get("body_parts") or ())
    values["purposes"] = tuple(record.get("purposes") or ())
    values["evidence"] = tuple(Evidence(**e) for e in record.get("evidence") or ())
    return Activity(**values)
