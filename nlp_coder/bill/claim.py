"""From the services of a visit to its claim: units, edits, modifiers and alerts, each with its reason.

    rules = load_rulebook()
    context = VisitContext(payer="medicare", discipline="PT", date_of_service="2024-08-15")
    claim = bill_services([Service("97110", 33), Service("97140", 7)], context, rules)
    [(x.code, x.units, x.modifiers) for x in claim.lines]  # [('97110', 2, ('GP',)), ('97140', 1, ('GP',))]

Order of the rules: minutes are added per code, units follow from the unit rule; codes that are deleted or never paid
fall; group time falls; the pairs are read among what is left; the standing lines get their modifiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nlp_coder.bill import edits
from nlp_coder.bill.modifiers import furnished_findings, line_modifiers, refused_findings
from nlp_coder.bill.pairs import pair_findings
from nlp_coder.bill.performed import Finding, Performed, Visit
from nlp_coder.bill.rulebook import Rulebook, plain_name
from nlp_coder.bill.rules import CodeRule
from nlp_coder.bill.services import (
    Service,
    check_context,
    check_services,
    listed_twice,
    not_among,
    plain_codes,
    same_minutes,
    service_day,
    subsequent,
)
from nlp_coder.bill.units import UnitRow, UnitSplit, split_units, units_for
from nlp_coder.note import Alert, ServiceLine, UnitRule, VisitContext
from nlp_coder.version import __version__


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim of one visit.

    lines: one per code in order of first mention; two where an assistant gave some units of it (the line with CQ or CO
    last). A line that is not billable keeps its documented minutes and has no modifiers.
    timed_minutes, total_minutes: sums, None where a timed code's minutes are unknown.
    unit_alternatives: other splits of units that the unit rule accepts. unit_table: the remainders. rules_date: the day whose rules were used.
    """

    lines: tuple[ServiceLine, ...]
    alerts: tuple[Alert, ...]
    timed_minutes: int | None
    total_minutes: int | None
    explanation: tuple[str, ...]
    unit_alternatives: tuple[Mapping[str, int], ...]
    unit_table: tuple[UnitRow, ...]
    rules_date: date
    unit_rule: UnitRule
    payer: str


def bill_services(
    services: Sequence[Service],
    context: VisitContext,
    rulebook: Rulebook,
    *,
    from_note: bool = False,
    today: date | None = None,
) -> Claim:
    """The claim for the services of one patient, discipline and day.

    from_note: the services were read from a note, which seldom says whether group and individual minutes are the same:
    97150 beside any timed code is then a `group_with_individual` warning. Structured services say it in context.group.
    today: the day that stands for a missing date of service, and after which a date lies in the future.
    Raises ServiceError for services or context that cannot be billed as written.
    """
    payer = check_context(context, rulebook)
    day, stated = service_day(context, today or date.today())
    merged = check_services(services, rulebook)
    context = plain_codes(context)
    asides = [*listed_twice(services, rulebook), *not_among(context, merged)]
    if context.setting and plain_name(context.setting) not in rulebook.settings:
        asides.append(f"Setting {context.setting[:30]!r} is not in settings.csv: the practitioner files are used.")
    rule = context.unit_rule or payer.unit_rule
    visit = Visit(
        rulebook=rulebook,
        day=day,
        payer=payer,
        ncci_file=rulebook.ncci_file(context.setting),
        separate_time=bool(context.separate_time_documented),
        subsequent=subsequent(context),
        group_minutes=same_minutes(context),
        from_note=from_note,
    )
    documented, split = _performed(merged, rule, rulebook, frozenset())
    # group minutes are nobody's one-on-one time: the other codes are counted without them
    performed, split = (
        _performed(merged, rule, rulebook, visit.group_minutes) if visit.group_minutes else (documented, split)
    )
    findings, kept_off = _findings(documented, performed, context, visit)
    separate: dict[str, set[str]] = {}
    for f in findings:
        if f.separate:
            separate.setdefault(f.separate, set()).update({f.beside} if f.beside else ())
    basis = _line_basis(visit, stated)
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.blocks:
            reasons.setdefault(finding.blocks, []).append(finding.alert.message)
    lines: list[ServiceLine] = []
    for service in performed:
        if service.code in kept_off or service.units == 0:
            lines.append(_unbilled(service, reasons.get(service.code, []), split))
        else:
            lines.extend(_billed(service, context, visit, separate, split))
    timed = [s.minutes for s in performed if s.rule.timed and s.code not in visit.group_minutes]
    every = [s.minutes for s in merged if s.minutes is not None]
    unknown = None in timed
    return Claim(
        lines=tuple(replace(line, basis=basis) for line in lines),
        alerts=tuple(f.alert for f in findings),
        timed_minutes=None if unknown else sum(m for m in timed if m is not None),
        total_minutes=None if unknown else sum(every),
        explanation=(*split.explanation, *asides, *_basis(visit, stated, rule)),
        unit_alternatives=split.alternatives,
        unit_table=split.table,
        rules_date=day,
        unit_rule=rule,
        payer=payer.name,
    )


def _performed(
    services: Sequence[Service], rule: UnitRule, rulebook: Rulebook, in_group: frozenset[str]
) -> tuple[list[Performed], UnitSplit]:
    """The services with the units that their time earns; timed codes given in group time earn none."""
    rules = {s.code: rulebook.codes[s.code] for s in services}
    pool = [(s.code, s.minutes) for s in services if rules[s.code].timed and s.code not in in_group]
    split = split_units(pool, rule)
    performed = []
    for service in services:
        code = rules[service.code]
        if not code.timed:
            units: int | None = _own_units(code, service.minutes)
        else:
            units = split.units.get(service.code, 0)
        performed.append(Performed(code, service.minutes, units, service.activities))
    return performed, split


def _own_units(rule: CodeRule, minutes: int | None) -> int:
    """Units of a code outside the pool: one a day, or by its own time unit where it has one and minutes are stated."""
    if rule.unit_minutes is None or rule.first_unit_minutes is None or minutes is None:
        return 1
    return units_for(minutes, rule.unit_minutes, rule.first_unit_minutes)


def _findings(
    documented: Sequence[Performed], performed: Sequence[Performed], context: VisitContext, visit: Visit
) -> tuple[list[Finding], frozenset[str]]:
    """Everything the edits say, and the codes that they keep off the claim.

    documented: units as if no minute were group time. Pairs are read among them, so that a pair on the record is said
    although its individual code falls for another reason.
    """
    findings = edits.validity_findings(performed, visit)
    dead = edits.blocked(findings)
    # a deleted or never-paid code raises that alert alone, but unknown minutes are unknown whatever the code
    findings += [
        f for f in edits.minute_findings(performed) if f.alert.code not in dead or f.alert.kind == "missing_minutes"
    ]
    valid = [s for s in performed if s.code not in dead]
    findings += refused_findings(valid, context)
    findings += edits.group_findings(valid, visit)
    findings += edits.addon_findings(valid, visit)
    findings += edits.encounter_findings(valid, visit)
    findings += edits.mue_findings(valid, visit)
    findings += furnished_findings(valid, context)
    findings += pair_findings([s for s in documented if s.code not in dead], visit, edits.blocked(findings))
    off_claim = edits.blocked(findings)
    findings += edits.visit_limit_findings(performed, visit, off_claim)
    return findings, off_claim


def _unbilled(service: Performed, reasons: Sequence[str], split: UnitSplit) -> ServiceLine:
    why = " ".join(reasons) or _unit_words(service, split)
    return _line(service, billable=False, explanation=why)


def _billed(
    service: Performed, context: VisitContext, visit: Visit, separate: Mapping[str, set[str]], split: UnitSplit
) -> list[ServiceLine]:
    """One line, or two where therapist and assistant gave units of the same code."""
    found = line_modifiers(service, context, visit, separate)
    why = " ".join((_unit_words(service, split), *found.why))
    line = _line(service, modifiers=found.modifiers, explanation=why)
    shares, mark = found.assistant, found.assistant_modifier
    if shares is None or mark is None or not shares.assistant_units:
        return [line]
    # CQ and CO stand beside GP and GO, which come first where they are set
    marked = (*found.modifiers[:1], mark, *found.modifiers[1:])
    if not shares.therapist_units:
        return [replace(line, modifiers=marked)]
    return [
        replace(line, units=shares.therapist_units, minutes=shares.therapist_minutes),
        replace(line, units=shares.assistant_units, minutes=shares.assistant_minutes, modifiers=marked),
    ]


def _unit_words(service: Performed, split: UnitSplit) -> str:
    """How the units of a line came about, with its numbers."""
    rule, minutes = service.rule, service.minutes
    if service.units is None:
        return "units open: minutes not stated."
    units = f"{service.units} unit{'' if service.units == 1 else 's'}"
    if rule.timed:
        return f"{split.words(service.code) or units}."
    if rule.unit_minutes is None:
        aside = f"; its {minutes} min count in the total time only" if minutes else ""
        return f"{units}: untimed, one a day{aside}."
    if minutes is None:
        return f"{units}: minutes not stated, one taken."
    return (
        f"{units}: {minutes} min by its own unit of {rule.unit_minutes} min, the first from {rule.first_unit_minutes}; "
        "outside the pool of 15-minute codes."
    )


def _line(
    service: Performed, *, modifiers: tuple[str, ...] = (), billable: bool = True, explanation: str = ""
) -> ServiceLine:
    return ServiceLine(
        code=service.code,
        units=service.units,
        minutes=service.minutes,
        modifiers=modifiers,
        activities=service.activities,
        timed=service.rule.timed,
        billable=billable,
        explanation=explanation,
    )


def _basis(visit: Visit, stated: bool, rule: UnitRule) -> list[str]:
    """What the computation stands on: the day of the rules, the payer and the unit rule."""
    day = f"Rules of {visit.day}" + ("" if stated else " (today: no date of service given)")
    files = f"{visit.ncci_file} NCCI and MUE files, pairs of {visit.rulebook.ncci.quarter}"
    return [f"{day}; payer: {visit.payer.label}; unit rule {rule}; {files}."]


def _line_basis(visit: Visit, stated: bool) -> str:
    """The versions that a line can be traced to."""
    book = visit.rulebook
    day = f"{visit.day}" + ("" if stated else " (no date of service given)")
    return (
        f"nlp-coder {__version__}; rules {book.digest} of {day}; payer {visit.payer.name}; "
        f"NCCI {book.ncci.quarter} {visit.ncci_file} {book.ncci.digest}"
    )
