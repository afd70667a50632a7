"""The units that a note's minutes support: by the unit rule in force, by the other one, and every split the rule accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp_coder.bill.services import same_minutes
from nlp_coder.bill.units import UnitSplit, split_units
from nlp_coder.note import CodedNote, VisitContext


@dataclass(frozen=True, slots=True)
class SupportedUnits:
    """Units by timed code: `cms` and `ama` over the same minutes, and `split`, the one that the claim is held against."""

    cms: Mapping[str, int | None]
    ama: Mapping[str, int | None]
    split: Mapping[str, int | None]
    rule: UnitSplit

    def words(self, code: str) -> str:
        """How the units of a timed code come about, both rules side by side; "" for a code outside the timed pool."""
        if code not in self.split or self.split[code] is None:
            return ""
        return f"{self.rule.words(code)} (Medicare's rule {self.cms[code]}, the AMA's {self.ama[code]})."


def supported_units(note: CodedNote, context: VisitContext, billed: Mapping[str, int]) -> SupportedUnits:
    """The units of a note's timed codes. billed: units on the claim by code.

    Where codes tie for a left-over unit the rule leaves the choice to the biller: the accepted split that differs
    least from the claim is the one that it is held against.
    """
    in_group = same_minutes(context)
    minutes: dict[str, int | None] = {}
    for line in note.lines:
        if line.timed and line.code not in in_group:
            before = minutes.get(line.code, 0)
            minutes[line.code] = None if before is None or line.minutes is None else before + line.minutes
    pool = list(minutes.items())
    cms, ama = split_units(pool, "cms"), split_units(pool, "ama")
    rule = cms if note.unit_rule == "cms" else ama
    blocked = {x.code for x in note.lines if not x.billable and x.units}

    def distance(split: Mapping[str, int | None]) -> int:
        return sum(u != billed.get(c, 0) for c, u in split.items() if u is not None and c not in blocked)

    unknown = {c: None for c, u in rule.units.items() if u is None}
    # the rule's own split comes first: another is taken only where it agrees better
    splits: list[Mapping[str, int | None]] = [rule.units, *({**a, **unknown} for a in rule.alternatives)]
    return SupportedUnits(cms.units, ama.units, min(splits, key=distance), rule)
