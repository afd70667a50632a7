"""NCCI pairs on one claim: which are in force, which code falls, which takes 59 (billing-rules §4.1).

In force with indicator 0: column 2 is not billable beside column 1. Indicator 1: column 2 goes with 59 where the record
documents separate time, else it is bundled and takes no 59. Indicator 9 or ended before the day: nothing. A column 1
code that is itself kept off the claim bundles nothing. A payer may want 59 on further pairs (its profile).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nlp_coder.bill.performed import Finding, Performed, Visit
from nlp_coder.bill.rules import PairRule, PayerPair, in_force
from nlp_coder.note import Alert


def pair_findings(services: Sequence[Performed], visit: Visit, off_claim: Collection[str]) -> list[Finding]:
    """`ncci_pair` for every pair in force among the services whose units are not 0, and the payer's own pairs.

    services: without deleted and never-paid codes. off_claim: codes already kept off the claim for another reason.
    """
    codes = {s.code for s in services if s.units != 0}
    active: list[tuple[PairRule, int]] = []
    if visit.payer.ncci:
        active = visit.rulebook.active_pairs(codes, visit.day, visit.ncci_file)
    bundling = [(p.column1, p.column2) for p, i in active if i == 0 or not visit.separate_time]
    fallen = _fallen(bundling, off_claim)
    found = [_finding(pair, indicator, visit, fallen, off_claim) for pair, indicator in active]
    covered = {(p.column1, p.column2) for p, _ in active}
    for extra in visit.payer.extra_pairs:
        if not in_force(visit.day, extra.effective_from, extra.effective_to):
            continue
        if {extra.column1, extra.column2} <= codes and (extra.column1, extra.column2) not in covered:
            found.append(_payer_finding(extra, visit))
    return found


def _fallen(bundling: Sequence[tuple[str, str]], off_claim: Collection[str]) -> frozenset[str]:
    """Column 2 codes that fall: one of their column 1 codes stands on the claim."""

    def stands(code: str, asked: frozenset[str]) -> bool:
        if code in off_claim:
            return False
        # a circle of pairs does not exist in CMS's tables; should a user's have one, each of its codes stands once
        above = [one for one, two in bundling if two == code and one not in asked]
        return not any(stands(one, asked | {code}) for one in above)

    return frozenset(code for _, code in bundling if code not in off_claim and not stands(code, frozenset()))


def _finding(
    pair: PairRule, indicator: int, visit: Visit, fallen: Collection[str], off_claim: Collection[str]
) -> Finding:
    one, two = pair.column1, pair.column2
    edit = f"{one} and {two} on one day are an NCCI pair ({visit.ncci_file} file, in force on {visit.day})"
    if indicator == 0:
        message = f"{edit} that no modifier opens: bill {one}, not {two}."
        return Finding(Alert("ncci_pair", "error", message, two), blocks=two if two in fallen else None)
    if not visit.separate_time:
        message = (
            f"{edit}: without separate time documented {two} is bundled into {one}. If they were given in different "
            "15-minute blocks, document the times; 59 is not for getting paid."
        )
        return Finding(Alert("ncci_pair", "error", message, two), blocks=two if two in fallen else None)
    if {one, two} & {*fallen, *off_claim}:
        message = f"{edit}; separate time is documented, and one of the two is off the claim for another reason."
        return Finding(Alert("ncci_pair", "info", message, two))
    message = f"{edit}: separate time is documented, so {two} goes with modifier 59."
    return Finding(Alert("ncci_pair", "info", message, two), separate=two, beside=one)


def _payer_finding(pair: PayerPair, visit: Visit) -> Finding:
    want = f"{visit.payer.label} wants 59 on {pair.column2} beside {pair.column1}, beyond NCCI"
    if visit.separate_time:
        message = f"{want}: separate time is documented, so it is added."
        return Finding(Alert("payer_pair", "info", message, pair.column2), separate=pair.column2, beside=pair.column1)
    message = f"{want}: without separate time documented it stays off, and {pair.column2} may be denied."
    return Finding(Alert("payer_pair", "warning", message, pair.column2))
