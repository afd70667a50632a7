"""One code of the visit on its way to the claim, and what an edit says about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.rules import CodeRule, NcciFile, PayerProfile
from nlp_coder.note import Alert


@dataclass(frozen=True, slots=True)
class Performed:
    """A code with its day's minutes and the units that its time earns (None where minutes are unknown)."""

    rule: CodeRule
    minutes: int | None
    units: int | None
    activities: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        return self.rule.code


@dataclass(frozen=True, slots=True)
class Visit:
    """What every edit needs to know of the visit: the day, the payer, the files that apply."""

    rulebook: Rulebook
    day: date
    payer: PayerProfile
    ncci_file: NcciFile
    separate_time: bool = False
    subsequent: bool = False
    group_minutes: frozenset[str] = frozenset()
    from_note: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """An alert and what it does to the claim.

    blocks: the code that may not be billed because of it. separate: the code that takes 59 because of it, and beside
    which code.
    """

    alert: Alert
    blocks: str | None = None
    separate: str | None = None
    beside: str | None = None
