"""Edits of one code: missing or short minutes, deleted and never-paid codes, add-ons, encounters, MUE, group time.

Each function takes the codes of the visit and gives findings; none changes anything. Pairs are in `pairs.py`.
Sources: billing-rules sections 1.4, 3, 5, 7 and 10 and the annotation guide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from nlp_coder.bill.performed import Finding, Performed, Visit
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.rules import in_force
from nlp_coder.note import FIRST_UNIT, GROUP, Alert, Severity


def minute_findings(services: Sequence[Performed]) -> list[Finding]:
    """`missing_minutes` of a timed code without minutes; `below_eight_minutes` of one with 1-7 on the day."""
    found = []
    for service in services:
        if not service.rule.timed:
            continue
        if service.minutes is None:
            message = (
                f"{service.code} is a timed code, but its minutes are not stated: its units stay open. State them."
            )
            found.append(Finding(Alert("missing_minutes", "error", message, service.code)))
        elif 0 < service.minutes < FIRST_UNIT:
            if service.units:
                why = "it still earns the left-over unit of the day's total, so check the minutes before billing it."
            else:
                why = "it earns no unit and is not billed; keep its minutes in the note, they count in the total."
            message = f"{service.code} has {service.minutes} minutes, fewer than 8: {why}"
            severity: Severity = "info" if service.units else "warning"
            found.append(Finding(Alert("below_eight_minutes", severity, message, service.code)))
    return found


def validity_findings(services: Sequence[Performed], visit: Visit) -> list[Finding]:
    """`deleted_code`, `code_not_yet_valid` and `not_payable`: codes that cannot be on this claim at all.

    A code is wrong only on and after its deletion date (97762 on 2017-11-02 is right). Not payable: what the payer's
    profile lists, and an MUE of 0 where the payer follows Medicare.
    """
    return [found for service in services if (found := _validity(service, visit))]


def _validity(service: Performed, visit: Visit) -> Finding | None:
    code = service.code
    if service.rule.deleted_on(visit.day):
        return Finding(deleted_code_alert(code, visit.day, visit.rulebook), blocks=code)
    if service.rule.not_yet_valid_on(visit.day):
        message = (
            f"{code} is valid from {service.rule.valid_from}; on {visit.day} it did not exist. Check code and date."
        )
        return Finding(Alert("code_not_yet_valid", "error", message, code), blocks=code)
    for entry in visit.payer.not_paid:
        if entry.code == code and in_force(visit.day, entry.effective_from, entry.effective_to):
            reason = f"{entry.reason}: " if entry.reason else ""
            what = f"bill {entry.use} in its place" if entry.use else f"{reason}leave it off the claim"
            message = f"{code} is never paid by {visit.payer.label}: {what}. Keep it in the note."
            return Finding(Alert("not_payable", "error", message, code), blocks=code)
    mue = visit.rulebook.mue(code, visit.day)
    if visit.payer.mue_zero_not_paid and mue is not None and mue.most(visit.ncci_file) == 0:
        message = (
            f"{code} has 0 units a day in the {visit.ncci_file} MUE file: {visit.payer.label} never pays it. "
            "Leave it off the claim and keep it in the note."
        )
        return Finding(Alert("not_payable", "error", message, code), blocks=code)
    return None


def deleted_code_alert(code: str, day: date, rulebook: Rulebook) -> Alert:
    """`deleted_code` for a code that is deleted that day, with what to use in its place (billing-rules section 3)."""
    rule = rulebook.codes[code]
    use, advice = rulebook.successor(code, day)
    instead = " or ".join(use) if len(use) < 3 else ", ".join(use[:-1]) + " or " + use[-1]
    # a code in place of one (97130 beside 97129) may need both: the choice follows from what the note says
    what = f"use {instead}, by what was done" if len(use) > 1 else f"use {instead}" if use else "no code took its place"
    more = f" ({advice})" if advice else ""
    return Alert("deleted_code", "error", f"{code} was deleted as of {rule.deleted_from}: {what}{more}.", code)


def addon_findings(services: Sequence[Performed], visit: Visit) -> list[Finding]:
    """`addon_without_primary`: an add-on code (97130) whose primary (97129) earns no unit on the day."""
    earning = {s.code for s in services if s.units != 0}
    found = []
    for addon in visit.rulebook.addons:
        if addon.addon in earning and addon.primary not in earning:
            message = (
                f"{addon.addon} is an add-on to {addon.primary}, which is not billed this day: the first time belongs "
                f"to {addon.primary}. Bill {addon.primary} first or correct the code."
            )
            found.append(Finding(Alert("addon_without_primary", "error", message, addon.addon), blocks=addon.addon))
    return found


def encounter_findings(services: Sequence[Performed], visit: Visit) -> list[Finding]:
    """`initial_encounter_repeated`: 97760/97761 at a later encounter since 2018 (D2, D3)."""
    found = []
    for service in services:
        rule = visit.rulebook.encounter(service.code, visit.day)
        if rule is not None and rule.only == "initial" and visit.subsequent:
            message = (
                f"{service.code} is for the initial encounter only, and this is a later one: use {rule.use} "
                f"(since {rule.effective_from})."
            )
            alert = Alert("initial_encounter_repeated", "error", message, service.code)
            found.append(Finding(alert, blocks=service.code))
    return found


def mue_findings(services: Sequence[Performed], visit: Visit) -> list[Finding]:
    """`mue_exceeded`: more units than the MUE of the file that applies that day. At the MUE nothing."""
    if not visit.payer.mue:
        return []
    found = []
    for service in services:
        row = visit.rulebook.mue(service.code, visit.day)
        most = row.most(visit.ncci_file) if row else None
        if row is None or not most or service.units is None or service.units <= most:
            continue
        absolute = row.kind == "2"
        what = "an absolute limit" if absolute else "payable above it only with records that show the need"
        message = (
            f"{service.code}: {service.units} units, but the {visit.ncci_file} MUE of {row.effective_from} is {most} a day, {what}. "
            "More would be over-billing: check minutes and code before billing."
        )
        found.append(Finding(Alert("mue_exceeded", "error" if absolute else "warning", message, service.code)))
    return found


def visit_limit_findings(services: Sequence[Performed], visit: Visit, off_claim: Collection[str]) -> list[Finding]:
    """`payer_limit`: more units on the claim than the payer's profile allows a visit (most_units)."""
    most = visit.payer.most_units
    units = sum(s.units or 0 for s in services if s.code not in off_claim)
    if most is None or units <= most:
        return []
    message = (
        f"{units} units in all, but {visit.payer.label} pays at most {most} a visit. Check the contract before billing "
        "the units above it."
    )
    return [Finding(Alert("payer_limit", "warning", message, next(s.code for s in services if s.units)))]


def group_findings(services: Sequence[Performed], visit: Visit) -> list[Finding]:
    """`group_with_individual`: minutes of a group claimed under an individual code (G1, G4); 97150 is kept.

    Structured services say it themselves (context.group.same_minutes_as). A note seldom does, so there 97150 beside any
    timed code is a warning to check it.
    """
    codes = {s.code for s in services}
    same = [s for s in services if s.code in visit.group_minutes and s.code != GROUP]
    if same:
        return [_same_minutes(s, GROUP in codes) for s in same]
    beside = [s.code for s in services if s.rule.timed]
    if not visit.from_note or GROUP not in codes or not beside:
        return []
    message = (
        f"{GROUP} and {', '.join(beside)} on one day: no minute of the group may be under an individual code. "
        "Check that the note gives them different times."
    )
    return [Finding(Alert("group_with_individual", "warning", message, GROUP))]


def _same_minutes(service: Performed, group_billed: bool) -> Finding:
    keep = f"keep {GROUP}" if group_billed else f"bill {GROUP} once for each patient"
    message = f"{service.code} claims minutes in which other patients were treated as well: {keep}, not {service.code}."
    return Finding(Alert("group_with_individual", "error", message, service.code), blocks=service.code)


def blocked(findings: Collection[Finding]) -> frozenset[str]:
    """Codes that one of the findings keeps off the claim."""
    return frozenset(f.blocks for f in findings if f.blocks)
