"""Billed modifiers against those that the visit's facts support (billing-rules §6).

Only modifiers that a rule here governs are judged; LT, 95 and their like are the biller's own knowledge. Where the fact
behind a modifier is not given (who gave the minutes, the year's amount, the discipline), it can be neither confirmed nor
refused, and it is no finding.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.note import VisitContext

_WHY = {
    "therapy": "of another discipline than the visit's",
    "assistant": "the minutes given by the assistant do not ask for it",
    "threshold": "the year's allowed amount has not reached the threshold",
    "separate": "no pair on this claim takes it, or separate time is not documented",
    "reduced": "less time of a timed code is said by its units",
    "repeated": "units of one day stand on one line",
}


def modifier_differences(
    code: str,
    billed: Collection[str],
    documented: Collection[str],
    context: VisitContext,
    rulebook: Rulebook,
    day: date,
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(missing, extra, reasons in words) of a claim line's modifiers; both compare as sets."""
    kinds = {m.modifier: m.kind for m in rulebook.modifiers}
    separate = rulebook.modifiers_of("separate")
    missing = [m for m in documented if m not in billed and not (m in separate and separate.intersection(billed))]
    extra, why = [], []
    for modifier in billed:
        kind = kinds.get(modifier)
        if (
            kind is None
            or modifier in documented
            or not _refused(modifier, kind, code, documented, context, rulebook, day)
        ):
            continue
        extra.append(modifier)
        why.append(f"{modifier} does not belong on {code}: {_WHY[kind]}.")
    if missing:
        why.insert(0, f"{' and '.join(missing)} missing on {code}.")
    return tuple(missing), tuple(extra), " ".join(why)


def _refused(
    modifier: str,
    kind: str,
    code: str,
    documented: Collection[str],
    context: VisitContext,
    rulebook: Rulebook,
    day: date,
) -> bool:
    """True where the visit's facts are known and speak against a governed modifier that the note's line has not."""
    if kind in ("therapy", "assistant"):
        only = rulebook.codes[code].only_modifier
        stands_for = next((m.discipline for m in rulebook.modifiers if m.modifier == only), None)
        discipline = stands_for if only else context.discipline
        right = rulebook.modifier(kind, discipline, day) if discipline else None
        if right is not None and modifier != right.modifier:
            return True
        # of the right discipline: a payer that does not ask for GP takes it, and CQ needs to know who gave the minutes
        return kind == "assistant" and code in context.furnished_minutes
    if kind == "threshold":
        return context.prior_allowed_ytd is not None
    if kind == "separate":
        return not rulebook.modifiers_of("separate").intersection(documented)
    if kind == "reduced":
        return rulebook.codes[code].timed
    return kind == "repeated"
