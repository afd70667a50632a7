"""The rulebook: every billing rule of data/rules in one frozen value, asked by code, pair, payer and day of service.

    rules = load_rulebook()
    rules.active_pairs(["97140", "97530"], date(2019, 6, 3), "practitioner")   # in force then
    rules.active_pairs(["97140", "97530"], date(2024, 8, 15), "practitioner")  # none any more

The tables are read once; a table that is not as it must be raises TableError naming file and row. Everything else of
this package is pure: it takes a Rulebook and reads no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

from nlp_coder import tables
from nlp_coder.bill import load_tables as read
from nlp_coder.bill.load_payers import read_payers
from nlp_coder.bill.rules import (
    AddOn,
    CodeRule,
    DocumentationRule,
    EncounterRule,
    ModifierRule,
    NcciFile,
    PairRule,
    PayerProfile,
    Successor,
    Threshold,
    in_force,
)
from nlp_coder.bill.table_checks import Checker

UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All billing rules. pairs: by (column 1, column 2). payers, settings: by normal name (see `plain_name`).

    digest: of all table files, so that a claim can be traced to its rules.
    """

    codes: Mapping[str, CodeRule]
    pairs: Mapping[tuple[str, str], tuple[PairRule, ...]]
    thresholds: tuple[Threshold, ...]
    modifiers: tuple[ModifierRule, ...]
    addons: tuple[AddOn, ...]
    encounters: tuple[EncounterRule, ...]
    successors: tuple[Successor, ...]
    documentation: tuple[DocumentationRule, ...]
    settings: Mapping[str, NcciFile]
    payers: Mapping[str, PayerProfile]
    sources: Mapping[str, str]
    digest: str

    def active_pairs(self, codes: Iterable[str], day: date, ncci_file: NcciFile) -> list[tuple[PairRule, int]]:
        """(pair, indicator 0 or 1) of the edits in force that day among the codes, by column 1 and 2."""
        found = []
        for columns in permutations(sorted(set(codes)), 2):
            for pair in self.pairs.get(columns, ()):
                indicator = pair.indicator_on(day, ncci_file)
                if indicator is not None:
                    found.append((pair, indicator))
                    break
        return found

    def payer(self, name: str | None) -> PayerProfile | None:
        """The profile of that name or alias, whatever its case and spaces; `unstated` for None, None if unknown."""
        return self.payers.get(plain_name(name) if name else UNSTATED)

    def payer_names(self) -> list[str]:
        """Names of the profiles, aliases left out."""
        return sorted({p.name for p in self.payers.values()})

    def ncci_file(self, setting: str | None) -> NcciFile:
        """Which NCCI and MUE file applies in the setting; practitioner where it is unknown or not given."""
        return self.settings.get(plain_name(setting or ""), "practitioner")

    def threshold(self, day: date, discipline: str | None) -> Threshold | None:
        """The year's KX threshold of the discipline, None where the table has none."""
        for row in self.thresholds:
            if row.year == day.year and discipline in row.disciplines:
                return row
        return None

    def modifier(self, kind: str, discipline: str, day: date) -> ModifierRule | None:
        """The modifier of a kind (therapy, assistant) for a discipline that day."""
        for row in self.modifiers:
            if (
                row.kind == kind
                and row.discipline == discipline
                and in_force(day, row.effective_from, row.effective_to)
            ):
                return row
        return None

    def modifiers_of(self, *kinds: str) -> frozenset[str]:
        """All modifiers of these kinds, whatever the day."""
        return frozenset(m.modifier for m in self.modifiers if m.kind in kinds)

    def successor(self, code: str, day: date) -> tuple[tuple[str, ...], str]:
        """(codes, advice): what takes a deleted code's place that day; both may be empty."""
        for row in self.successors:
            if row.code == code and in_force(day, row.effective_from, row.effective_to):
                return row.use, row.advice
        rule = self.codes[code]
        return rule.replaced_by, ""

    def encounter(self, code: str, day: date) -> EncounterRule | None:
        """The rule of a code that holds at one kind of encounter only, None for all others."""
        for row in self.encounters:
            if row.code == code and in_force(day, row.effective_from, row.effective_to):
                return row
        return None


def plain_name(name: str) -> str:
    """A payer's or setting's name as the tables write it: "Workers' Comp" -> "workers_comp"."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("'", "").replace("’", "")).strip("_")


@cache
def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook of a folder of rule tables, by default the product's own (data/rules). Raises TableError."""
    folder = folder or tables.data_folder() / "rules"
    sources = read.sources(folder)
    codes = read.codes(folder, sources)
    check = Checker(frozenset(codes), frozenset(sources))
    payers: dict[str, PayerProfile] = {}
    for path, profile in read_payers(folder / "payers", check):
        for name in (profile.name, *profile.aliases):
            if name in payers:
                raise tables.TableError(f"{path.name}: the name {name!r} is already that of {payers[name].name}")
            payers[name] = profile
    if UNSTATED not in payers:
        raise tables.TableError(f"payers: {UNSTATED}.toml is missing; it says what holds where no payer is named")
    return Rulebook(
        codes=codes,
        pairs=read.pairs(folder, check),
        thresholds=read.thresholds(folder, check),
        modifiers=read.modifiers(folder, check),
        addons=read.addons(folder, check),
        encounters=read.encounters(folder, check),
        successors=read.successors(folder, check),
        documentation=read.documentation(folder, check),
        settings=read.settings(folder, check),
        payers=payers,
        sources=sources,
        digest=read.digest(folder),
    )
