"""What is to be billed: services with their minutes, and the checks that a wrong record does not pass.

A record that cannot be billed raises ServiceError with the field in its message, so that a caller can report the row
and go on with the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.rules import PayerProfile
from nlp_coder.note import UNIT_RULES, VisitContext

MINUTES_OF_A_DAY = 24 * 60
_SUBSEQUENT = frozenset({"subsequent", "follow_up", "followup", "recheck", "later"})


_DISCIPLINES = {
    "PT": "pta?|physical|physiotherapy",
    "OT": "ota?|cota|occupational",
    "SLP": "slp|st|speech",
}


# G7-G9: what an aide or a student gives alone is nobody's billable time
_FURNISHERS = ("therapist", "assistant")


class ServiceError(ValueError):
    """A service or its context cannot be billed as written. field: where ("services[1].minutes")."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Service:
    """One service performed. minutes: whole minutes, None where not stated. activities: indices into the note's."""

    code: str
    minutes: int | None = None
    activities: tuple[int, ...] = ()


def check_services(services: Sequence[Service], rulebook: Rulebook) -> tuple[Service, ...]:
    """The services, one per code in order of first mention, minutes added up. Raises ServiceError.

    Rejected: a code that codes.csv does not have; minutes that are negative, fractional or longer than a day, alone or
    together. A code one of whose entries has no minutes has unknown minutes.
    """
    merged: dict[str, Service] = {}
    for number, service in enumerate(services):
        code = _code(f"services[{number}].code", service.code, rulebook)
        minutes = _minutes(f"services[{number}].minutes", service.minutes)
        before = merged.get(code)
        if before is not None:
            minutes = None if minutes is None or before.minutes is None else before.minutes + minutes
        activities = tuple(dict.fromkeys([*(before.activities if before else ()), *service.activities]))
        merged[code] = Service(code, minutes, activities)
    total = sum(s.minutes or 0 for s in merged.values())
    if total > MINUTES_OF_A_DAY:
        raise ServiceError("services", f"{total} minutes in all are more than a day has (1440); correct the minutes")
    return tuple(merged.values())


def listed_twice(services: Sequence[Service], rulebook: Rulebook) -> list[str]:
    """A sentence for each code that is listed more than once, with what became of its minutes."""
    by_code: dict[str, list[int | None]] = {}
    for service in services:
        by_code.setdefault(str(service.code).strip().upper(), []).append(service.minutes)
    said = []
    for code, minutes in by_code.items():
        if len(minutes) < 2:
            continue
        known = [int(m) for m in minutes if m is not None]
        if not rulebook.codes[code].timed:
            what = "one line, one a day" if rulebook.codes[code].unit_minutes is None else "one line, minutes added"
        elif len(known) < len(minutes):
            what = "one line, whose minutes are unknown because one entry has none"
        else:
            what = f"{' + '.join(map(str, known))} = {sum(known)} min on one line"
        said.append(f"{code} is listed {len(minutes)} times: {what}.")
    return said


def plain_codes(context: VisitContext) -> VisitContext:
    """The context with the codes of its fields as codes.csv writes them (" g0283" is G0283)."""
    return replace(
        context,
        furnished_minutes={str(c).strip().upper(): m for c, m in context.furnished_minutes.items()},
        requested_modifiers={str(c).strip().upper(): m for c, m in context.requested_modifiers.items()},
    )


def not_among(context: VisitContext, services: Sequence[Service]) -> list[str]:
    """A sentence for each field of the context that speaks of a code which is not among the services."""
    have = {s.code for s in services}
    fields = {
        "furnished_minutes": context.furnished_minutes,
        "requested_modifiers": context.requested_modifiers,
        "group.same_minutes_as": [str(c).strip().upper() for c in (context.group or {}).get("same_minutes_as") or ()],
    }
    return [
        f"context.{name} speaks of {code[:10]}, which is not among the services: it changes nothing."
        for name, codes in fields.items()
        for code in codes
        if code not in have
    ]


def _code(field: str, code: object, rulebook: Rulebook) -> str:
    if isinstance(code, bool) or not isinstance(code, (str, int)):
        raise ServiceError(field, "is missing; give a procedure code such as 97110")
    word = str(code).strip().upper()
    if word not in rulebook.codes:
        raise ServiceError(field, f"{word[:20]!r} is no code this program knows; correct it or add it to codes.csv")
    return word


def _minutes(field: str, minutes: object) -> int | None:
    if minutes is None:
        return None
    if isinstance(minutes, bool) or not isinstance(minutes, (int, float)):
        raise ServiceError(field, f"{str(minutes)[:20]!r} is no number; give whole minutes, or null where unknown")
    if minutes != minutes or minutes in (float("inf"), float("-inf")) or minutes != int(minutes):
        raise ServiceError(field, f"{minutes} is not whole; give whole minutes")
    if minutes < 0:
        raise ServiceError(field, f"{int(minutes)} is negative; give whole minutes from 0")
    if minutes > MINUTES_OF_A_DAY:
        raise ServiceError(field, f"{int(minutes)} is more than a day has (1440); correct it")
    return int(minutes)


def service_day(context: VisitContext, today: date) -> tuple[date, bool]:
    """(the day whose rules hold, whether the context gives it). Raises ServiceError for malformed or future dates."""
    given = context.date_of_service
    if given is None:
        return today, False
    field = "context.date_of_service"
    try:
        if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", given.strip()):
            raise ValueError
        day = date.fromisoformat(given.strip())
    except ValueError:
        raise ServiceError(field, f"{str(given)[:20]!r} is no date; write it as YYYY-MM-DD") from None
    if day > today:
        raise ServiceError(field, f"{day} lies in the future (today is {today}); correct it")
    return day, True


def check_context(context: VisitContext, rulebook: Rulebook) -> PayerProfile:
    """The payer's profile; raises ServiceError for the first field of the context that cannot be used."""
    if context.unit_rule is not None and context.unit_rule not in UNIT_RULES:
        raise ServiceError("context.unit_rule", f"{str(context.unit_rule)[:20]!r} must be cms or ama")
    for name in ("payer", "setting", "discipline", "encounter"):
        value = getattr(context, name)
        if value is not None and not isinstance(value, str):
            raise ServiceError(f"context.{name}", "must be text")
    if context.separate_time_documented not in (None, True, False):
        raise ServiceError("context.separate_time_documented", "must be true, false or left out")
    if context.encounter is not None:
        subsequent(context)
    discipline_of(context)
    amount = context.prior_allowed_ytd
    if amount is not None and (isinstance(amount, bool) or not isinstance(amount, (int, float)) or not amount >= 0):
        raise ServiceError("context.prior_allowed_ytd", "must be dollars from 0")
    _check_group(context.group)
    for name in ("furnished_minutes", "requested_modifiers"):
        if not isinstance(getattr(context, name), Mapping):
            raise ServiceError(f"context.{name}", "must be an object with one entry a code")
    for code, shares in context.furnished_minutes.items():
        if not isinstance(shares, Mapping):
            raise ServiceError(f"context.furnished_minutes.{code}", "must hold therapist and assistant minutes")
        for who, minutes in shares.items():
            if who not in _FURNISHERS:
                todo = "leave minutes that only an aide or a student gave out of the service's minutes: they are not billable"
                raise ServiceError(
                    f"context.furnished_minutes.{code}.{str(who)[:20]}", f"must be therapist or assistant; {todo}"
                )
            _minutes(f"context.furnished_minutes.{code}.{who}", minutes)
    for code, asked in context.requested_modifiers.items():
        if not isinstance(asked, (list, tuple, set, frozenset, str)):
            raise ServiceError(f"context.requested_modifiers.{code}", "must be a list of modifiers")
    payer = rulebook.payer(context.payer)
    if payer is None:
        known = ", ".join(rulebook.payer_names())
        raise ServiceError("context.payer", f"{str(context.payer)[:40]!r} has no profile; known are {known}")
    return payer


def discipline_of(context: VisitContext) -> str | None:
    """PT, OT or SLP as the context says it ("Physical Therapy" too). Raises ServiceError for any other word."""
    if not context.discipline or not context.discipline.strip():
        return None
    word = context.discipline.strip().lower()
    for discipline, begins in _DISCIPLINES.items():
        if re.match(rf"(?:{begins})(?![a-z])", word):
            return discipline
    raise ServiceError("context.discipline", f"{context.discipline[:20]!r} must be PT, OT or SLP")


def _check_group(group: Any) -> None:
    if group is None:
        return
    if not isinstance(group, Mapping):
        raise ServiceError("context.group", "must be an object with patients and same_minutes_as")
    patients = group.get("patients")
    if patients is not None and (isinstance(patients, bool) or not isinstance(patients, int) or patients < 1):
        raise ServiceError("context.group.patients", "must be a whole number from 1")
    codes = group.get("same_minutes_as")
    if codes is not None and not isinstance(codes, (list, tuple, set, frozenset)):
        raise ServiceError("context.group.same_minutes_as", "must be a list of codes")


def subsequent(context: VisitContext) -> bool:
    """True where the context says that this is a later encounter. Raises ServiceError for an unknown word."""
    word = re.sub(r"[\s-]+", "_", (context.encounter or "initial").strip().lower())
    if word not in _SUBSEQUENT and word != "initial":
        raise ServiceError("context.encounter", f"{word[:20]!r} must be initial or subsequent")
    return word in _SUBSEQUENT


def same_minutes(context: VisitContext) -> frozenset[str]:
    """Codes that claim the same minutes as a group (two patients or more at once, or their number not given)."""
    group = context.group or {}
    patients = group.get("patients")
    if patients is not None and patients < 2:
        return frozenset()
    return frozenset(str(c).strip().upper() for c in group.get("same_minutes_as") or ())


def requested(context: VisitContext, code: str) -> tuple[str, ...]:
    """Modifiers that the biller asked for on this code."""
    asked = context.requested_modifiers.get(code, ())
    parts = re.split(r"[\s,;:]+", asked) if isinstance(asked, str) else [str(a) for a in asked]
    return tuple(dict.fromkeys(p.strip().upper() for p in parts if p.strip()))
