"""A payer's profile in words, and a dry run: one sample claim under the profile and under Medicare's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from nlp_coder.bill import Rulebook, Service, bill_services
from nlp_coder.bill.claim import Claim
from nlp_coder.bill.rules import PayerProfile
from nlp_coder.bill.units import RULE_NAMES
from nlp_coder.note import VisitContext

SAMPLE = (
    Service("97110", 24), Service("97140", 23), Service("97530", 10), Service("97012", 15), Service("97014", 15),
    Service("97010", 10),
)  # fmt: skip
"""A visit on which unit rules, pairs, payers' own demands and codes that Medicare never pays all show."""


def payer_lines(profile: PayerProfile) -> Iterator[str]:
    """The profile, a line a setting."""
    yield f"{profile.name}: {profile.label}{' (yours)' if profile.own else ''}"
    yield f"- units by {RULE_NAMES[profile.unit_rule]} ({profile.unit_rule})"
    yield f"- GP, GO, GN: {_where(profile)}; CQ, CO: {_yes(profile.assistant_modifiers)}; KX: {_yes(profile.kx)}"
    yield f"- NCCI pairs: {_yes(profile.ncci)}; MUE: {_yes(profile.mue)}; MUE 0 never paid: {_yes(profile.mue_zero_not_paid)}"
    for entry in profile.not_paid:
        use = f", {entry.use} in its place" if entry.use else f", {entry.reason}" if entry.reason else ""
        yield f"- {entry.code} is not paid{use}{_days(entry.effective_from, entry.effective_to)} [{entry.source}]"
    for pair in profile.extra_pairs:
        days = _days(pair.effective_from, pair.effective_to)
        yield f"- 59 on {pair.column2} beside {pair.column1}, where separate{days} [{pair.source}]"
    for required in profile.required_modifiers:
        days = _days(required.effective_from, required.effective_to)
        yield f"- {required.modifier} on {', '.join(required.codes)}{days} [{required.source}]"
    if profile.most_units:
        yield f"- at most {profile.most_units} units a visit"
    if profile.aliases:
        yield f"- also called {', '.join(profile.aliases)}"
    yield f"- sources: {'; '.join(profile.sources)}"


def dry_run(profile: PayerProfile, book: Rulebook, today: date | None = None) -> Iterator[str]:
    """A sample claim under the profile and under Medicare's, line by line, with the profile's alerts."""
    trial = replace(book, payers={**book.payers, profile.name: profile})
    mine, medicare = (_claim(trial, name, today) for name in (profile.name, "medicare"))
    yield f"Dry run on a sample visit (PT, {mine.rules_date}, separate time documented):"
    yield f"{'code':7}{'min':>4}  {profile.name[:24]:26}medicare"
    for service in SAMPLE:
        yield f"{service.code:7}{service.minutes:>4}  {_fate(mine, service.code):26}{_fate(medicare, service.code)}"
    for alert in mine.alerts:
        yield f"- {alert.severity}, {alert.kind}: {alert.message}"
    yield from (f"- {words}" for words in mine.explanation)


def _claim(book: Rulebook, payer: str, today: date | None) -> Claim:
    context = VisitContext(payer=payer, discipline="PT", separate_time_documented=True)
    return bill_services(SAMPLE, context, book, today=today)


def _fate(claim: Claim, code: str) -> str:
    parts = [
        f"{x.units} {'unit' if x.units == 1 else 'units'} {' '.join(x.modifiers)}".strip()
        if x.billable
        else "not billed"
        for x in claim.lines
        if x.code == code
    ]
    return ", ".join(parts)


def _where(profile: PayerProfile) -> str:
    if not profile.therapy_modifiers:
        return "no"
    return "on all codes" if profile.therapy_modifiers_on_all_codes else "on therapy codes"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _days(start: date | None, end: date | None) -> str:
    return (f" from {start}" if start else "") + (f" to {end}" if end else "")
