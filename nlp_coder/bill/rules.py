"""The rows of the billing rules: one frozen value per table of data/rules, with the questions a row can answer.

Dates are days of service. `effective_from`/`effective_to` are both in force; None means "always" or "until further
notice". `source` holds ids of data/rules/sources.csv separated by `;` (`M` = from memory, unverified).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from nlp_coder.note import UnitRule

NcciFile = Literal["practitioner", "hospital"]


def in_force(day: date, effective_from: date | None, effective_to: date | None) -> bool:
    """True where the day lies in the period, first and last day included."""
    return (effective_from is None or effective_from <= day) and (effective_to is None or day <= effective_to)


@dataclass(frozen=True, slots=True)
class CodeRule:
    """A code: how its time counts, whose it is, until when it holds and how many units a day are likely.

    timed: a 15-minute one-on-one code that joins the pool of timed minutes. unit_minutes: the length of its unit, None
    for codes paid per session. first_unit_minutes: minutes that earn the first unit (8 of 15, 16 of 30, 31 of 60).
    mue/mue_hospital: most units a day in the practitioner and the outpatient hospital file; None where not listed.
    only_modifier: the one discipline modifier this code may carry, where the code itself decides (GP for 97161).
    """

    code: str
    label: str
    timed: bool
    unit_minutes: int | None
    first_unit_minutes: int | None
    disciplines: tuple[str, ...]
    therapy_class: str
    only_modifier: str | None
    mue: int | None
    mue_hospital: int | None
    mue_kind: str
    valid_from: date | None
    deleted_from: date | None
    replaced_by: tuple[str, ...]
    notes: str
    source: str

    def deleted_on(self, day: date) -> bool:
        """True where the code is no longer valid that day: wrong on and after its deletion date, right before it."""
        return self.deleted_from is not None and day >= self.deleted_from

    def not_yet_valid_on(self, day: date) -> bool:
        """True where the code did not exist yet that day."""
        return self.valid_from is not None and day < self.valid_from

    def most_units(self, ncci_file: NcciFile) -> int | None:
        """The MUE of the file that applies."""
        return self.mue_hospital if ncci_file == "hospital" else self.mue

    @property
    def therapy(self) -> bool:
        """True where a therapist's plan of care stands behind the code, so that it carries GP, GO or GN."""
        return self.therapy_class in ("always", "sometimes") or bool({"PT", "OT", "SLP"} & set(self.disciplines))


@dataclass(frozen=True, slots=True)
class PairRule:
    """One NCCI procedure-to-procedure row: column 2 is not paid beside column 1.

    indicator: 0 never, 1 with a modifier where the services are separate, 9 never in force. hospital_indicator: the
    same in the outpatient hospital file, None where that file has no such row.
    """

    column1: str
    column2: str
    indicator: int
    hospital_indicator: int | None
    effective_from: date | None
    effective_to: date | None
    rationale: str
    source: str

    def indicator_on(self, day: date, ncci_file: NcciFile) -> int | None:
        """0 or 1 where the edit is in force that day in that file, else None."""
        indicator = self.hospital_indicator if ncci_file == "hospital" else self.indicator
        if indicator in (None, 9) or not in_force(day, self.effective_from, self.effective_to):
            return None
        return indicator


@dataclass(frozen=True, slots=True)
class Threshold:
    """The year's KX threshold in dollars for a group of disciplines (PT and SLP together, OT alone)."""

    year: int
    disciplines: tuple[str, ...]
    amount: float
    source: str


@dataclass(frozen=True, slots=True)
class ModifierRule:
    """What a modifier is for. kind: therapy, assistant, threshold, separate, reduced or repeated.

    test (assistant only): `over_tenth` (more than 10% of the unit) or `therapist_eight` (the same, but the therapist's
    own 8 minutes of the last unit make it the therapist's).
    """

    modifier: str
    kind: str
    discipline: str
    test: str
    effective_from: date | None
    effective_to: date | None
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code and the primary code it needs on the same day."""

    addon: str
    primary: str
    effective_from: date | None
    source: str


@dataclass(frozen=True, slots=True)
class EncounterRule:
    """A code that may be billed at one kind of encounter only, and what to use at the others."""

    code: str
    only: str
    use: str
    effective_from: date | None
    effective_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Successor:
    """What took a deleted code's place during a period, where `replaced_by` alone does not say it."""

    code: str
    effective_from: date | None
    effective_to: date | None
    use: tuple[str, ...]
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class DocumentationRule:
    """One element the note should state for a code. named: it is one of the output contract's elements.

    reach: `activity` where it must be said of the code's activities, `note` where anywhere in the note is enough.
    """

    code: str
    element: str
    named: bool
    look_for: str
    source: str
    reach: Literal["activity", "note"] = "activity"


@dataclass(frozen=True, slots=True)
class NotPaid:
    """A code this payer never pays, with the code to use in its place or the reason."""

    code: str
    use: str
    reason: str
    source: str
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class PayerPair:
    """A pair for which the payer wants modifier 59 on column 2 beyond NCCI."""

    column1: str
    column2: str
    source: str
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class RequiredModifier:
    """A modifier that the payer wants on every line of these codes."""

    modifier: str
    codes: tuple[str, ...]
    source: str
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class PayerProfile:
    """How one payer counts and edits: a file of data/rules/payers, or of the user's own folder (own).

    most_units: units of one visit above which the payer does not pay, None where it names no limit.
    therapy_modifiers_on_all_codes: GP, GO or GN also on codes that are no therapy codes for Medicare.
    """

    name: str
    label: str
    aliases: tuple[str, ...]
    unit_rule: UnitRule
    therapy_modifiers: bool
    assistant_modifiers: bool
    kx: bool
    ncci: bool
    mue: bool
    mue_zero_not_paid: bool
    not_paid: tuple[NotPaid, ...]
    extra_pairs: tuple[PayerPair, ...]
    sources: tuple[str, ...]
    required_modifiers: tuple[RequiredModifier, ...] = ()
    most_units: int | None = None
    therapy_modifiers_on_all_codes: bool = False
    own: bool = False
