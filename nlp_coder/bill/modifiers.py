"""Modifiers of a claim line: GP/GO/GN, CQ/CO, KX, 59 or X{EPSU}, and those refused (billing-rules §6).

Modifiers compare as sets. 59 stands on column 2 only where `pairs` found separate time documented; KX where the year's
allowed amount has reached the threshold; 52 never on a timed code for less time; 76/77 never in therapy, since units of
one day stand on one line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nlp_coder.bill import assistant
from nlp_coder.bill.performed import Finding, Performed, Visit
from nlp_coder.bill.rules import in_force
from nlp_coder.bill.services import discipline_of, requested
from nlp_coder.note import Alert, VisitContext

_DISCIPLINE_OF = {"GP": "PT", "GO": "OT", "GN": "SLP"}


@dataclass(frozen=True, slots=True)
class LineModifiers:
    """Modifiers of a code's line, and of the assistant's units apart where a code's units divide.

    assistant: how the units divide, None where only one clinician gave them or nobody asks.
    assistant_modifier: CQ or CO. why: the reasons in words.
    """

    modifiers: tuple[str, ...]
    assistant: assistant.Shares | None
    assistant_modifier: str | None
    why: tuple[str, ...]


def line_modifiers(
    service: Performed, context: VisitContext, visit: Visit, separate: Mapping[str, Collection[str]]
) -> LineModifiers:
    """All modifiers of one billable service. separate: codes that take 59, each with the column 1 codes it stands beside."""
    asked = requested(context, service.code)
    discipline = line_discipline(service, context)
    found: list[str] = []
    why: list[str] = []
    therapy = visit.rulebook.modifier("therapy", discipline, visit.day) if discipline else None
    marks = visit.payer.therapy_modifiers and (service.rule.therapy or visit.payer.therapy_modifiers_on_all_codes)
    if therapy and marks:
        found.append(therapy.modifier)
        by = "the code itself decides" if service.rule.only_modifier else f"the visit's discipline is {discipline}"
        why.append(f"{therapy.modifier}: {therapy.meaning} ({by}).")
    elif marks and discipline is None:
        why.append("No GP, GO or GN: the discipline is not stated.")
    if found and visit.payer.kx:
        amount = visit.rulebook.threshold(visit.day, discipline)
        if context.prior_allowed_ytd is not None and amount and context.prior_allowed_ytd >= amount.amount:
            found.append("KX")
            why.append(
                f"KX: ${context.prior_allowed_ytd:,.2f} allowed before this visit reach the {amount.year} threshold of "
                f"${amount.amount:,.0f}; it states that care is still necessary."
            )
    if service.code in separate:
        distinct = visit.rulebook.modifiers_of("separate")
        chosen = next((m for m in asked if m in distinct), "59")
        found.append(chosen)
        beside = " and ".join(sorted(separate[service.code]))
        asked_for = ", as asked for in place of 59" if chosen != "59" else ""
        why.append(f"{chosen}: column 2 beside {beside}, separate time documented{asked_for}.")
    for required in visit.payer.required_modifiers:
        if service.code in required.codes and in_force(visit.day, required.effective_from, required.effective_to):
            found.append(required.modifier)
            why.append(f"{required.modifier}: {visit.payer.label} wants it on every line of {service.code}.")
    shares, mark = _assistant(service, context, visit, discipline if therapy else None)
    set_here = {*found, mark} if shares and shares.assistant_units else set(found)
    governed = {m.modifier for m in visit.rulebook.modifiers}
    for modifier in asked:
        # a modifier that no rule here governs (LT, 95 ...) is the biller's own knowledge and stays
        if modifier not in governed or (modifier == "52" and not service.rule.timed):
            found.append(modifier)
        elif modifier not in set_here:
            why.append(f"{modifier} was asked for and is not set: {_not_met(modifier, visit)}.")
    if shares and shares.why:
        why.append(shares.why)
    return LineModifiers(tuple(dict.fromkeys(found)), shares, mark, tuple(why))


def line_discipline(service: Performed, context: VisitContext) -> str | None:
    """The discipline whose plan the line stands under: the code's own where it decides (97161 is PT), else given."""
    if service.rule.only_modifier:
        return _DISCIPLINE_OF[service.rule.only_modifier]
    return discipline_of(context)


def _not_met(modifier: str, visit: Visit) -> str:
    """Why a modifier that was asked for does not stand, in words."""
    kinds = {m.kind for m in visit.rulebook.modifiers if m.modifier == modifier}
    if "separate" in kinds:
        return "no pair in force whose column 2 this is, with separate time documented; it is not for getting paid"
    if "threshold" in kinds:
        return "the amount allowed this year, as given, has not reached the threshold of this payer"
    if "assistant" in kinds:
        return "no unit of this line was the assistant's by the minutes given, or the payer does not use it"
    if "repeated" in kinds:
        return "units of one day stand on one line"
    if "reduced" in kinds:
        return "less time of a timed code is said by its units"
    return "the line's discipline decides"


def _assistant(
    service: Performed, context: VisitContext, visit: Visit, discipline: str | None
) -> tuple[assistant.Shares | None, str | None]:
    given = context.furnished_minutes.get(service.code)
    rule = visit.rulebook.modifier("assistant", discipline, visit.day) if discipline else None
    if not given or rule is None or service.units is None or not visit.payer.assistant_modifiers:
        return None, None
    found = assistant.shares(service.code, service.rule.timed, service.units, service.minutes, given, rule.test)
    return found, rule.modifier


def refused_findings(services: Collection[Performed], context: VisitContext) -> list[Finding]:
    """`reduced_service_modifier`: 52 asked for on a timed code (A3; seed 000)."""
    found = []
    for service in services:
        if service.rule.timed and "52" in requested(context, service.code):
            message = (
                f"52 on {service.code} is refused: less time of a timed code is said by its units, never by 52. "
                "Take the modifier off."
            )
            found.append(Finding(Alert("reduced_service_modifier", "error", message, service.code)))
    return found


def furnished_findings(services: Collection[Performed], context: VisitContext) -> list[Finding]:
    """`minutes_mismatch`: a clinician alone is said to have given more minutes of a code than it has.

    Shares that add up to more than the code's minutes are no fault: what two gave together counts once.
    """
    found = []
    for service in services:
        given = context.furnished_minutes.get(service.code, {})
        for who in ("therapist", "assistant"):
            alone = int(given.get(who) or 0)
            if service.minutes is not None and alone > service.minutes:
                message = (
                    f"{service.code} has {service.minutes} minutes, but furnished_minutes gives the {who} {alone}: "
                    f"{service.minutes} are used. Correct the one or the other."
                )
                found.append(Finding(Alert("minutes_mismatch", "error", message, service.code)))
    return found
