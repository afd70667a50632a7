"""The rulebook: every billing rule of data/rules in one frozen value, asked by code, pair, payer and day of service.

    rules = load_rulebook()
    rules.active_pairs(["97140", "97530"], date(2019, 6, 3), "practitioner")   # in force then
    rules.active_pairs(["97140", "97530"], date(2024, 8, 15), "practitioner")  # none any more

The tables are read once; a table that is not as it must be raises TableError naming file and row. Everything else of
this package is pure: it takes a Rulebook and reads no file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

from nlp_coder import tables
from nlp_coder.bill import load_tables as read
from nlp_coder.bill.load_payers import payer_table
from nlp_coder.bill.ncci_sets import MueRow, NcciSet, imported_sets, mue_rows, shipped_set
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
PAYERS_VARIABLE = "NLP_CODER_PAYERS"
NCCI_VARIABLE = "NLP_CODER_NCCI"
SHIPPED = "shipped"
"""The value of NLP_CODER_NCCI that leaves imported sets aside."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All billing rules. pairs: by (column 1, column 2). payers, settings: by normal name (see `plain_name`).

    mues: by code, oldest first. ncci: the quarter of the pairs in use.
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
    mues: Mapping[str, tuple[MueRow, ...]]
    ncci: NcciSet
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

    def mue(self, code: str, day: date) -> MueRow | None:
        """The MUE of the newest file that was in effect that day; the oldest known where the day is older than all."""
        known = self.mues.get(code, ())
        return next((m for m in reversed(known) if m.effective_from <= day), known[0] if known else None)

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


def ncci_home() -> Path | None:
    """The folder of imported NCCI sets: NLP_CODER_NCCI, else the user's data folder. None: the shipped set alone."""
    given = os.environ.get(NCCI_VARIABLE)
    if given:
        return None if given == SHIPPED else Path(given)
    from platformdirs import user_data_path

    return user_data_path("nlp-coder", appauthor=False) / "ncci"


def load_rulebook(folder: Path | None = None, *, payers: Path | None = None, ncci: Path | None = None) -> Rulebook:
    """The rulebook of a folder of rule tables, by default the product's own (data/rules). Raises TableError.

    payers: a folder with the user's own profiles, else that of NLP_CODER_PAYERS. ncci: a folder of imported sets, else
    that of `ncci_home`. A folder of rule tables that is given stands alone but for what is given with it.
    """
    if folder is None:
        named = os.environ.get(PAYERS_VARIABLE)
        payers = payers or (Path(named) if named else None)
        ncci = ncci or ncci_home()
    return _load(folder or tables.data_folder() / "rules", payers, ncci)


@cache
def _load(folder: Path, own_payers: Path | None, ncci: Path | None) -> Rulebook:
    sources = read.sources(folder)
    codes = read.codes(folder, sources)
    check = Checker(frozenset(codes), frozenset(sources))
    shipped = shipped_set(folder, check)
    sets = imported_sets(ncci) if ncci else []
    in_use, pairs_folder = shipped, folder
    if sets and sets[-1].effective_from >= shipped.effective_from:
        in_use = sets[-1]
        pairs_folder = in_use.folder or folder
        sources[in_use.source] = f"CMS's NCCI files of {in_use.quarter}, imported from the user's copies"
    settings = read.settings(folder, check)
    payers = payer_table(folder / "payers", own_payers, check)
    if UNSTATED not in payers:
        raise tables.TableError(f"payers: {UNSTATED}.toml is missing; it says what holds where no payer is named")
    return Rulebook(
        codes=codes,
        pairs=read.pairs(pairs_folder, Checker(check.codes, frozenset(sources))),
        thresholds=read.thresholds(folder, check),
        modifiers=read.modifiers(folder, check),
        addons=read.addons(folder, check),
        encounters=read.encounters(folder, check),
        successors=read.successors(folder, check),
        documentation=read.documentation(folder, check),
        settings=settings,
        payers=payers,
        sources=sources,
        mues=mue_rows(codes, shipped, sets),
        ncci=in_use,
        digest=_digest(folder, own_payers, sets),
    )


def _digest(folder: Path, own_payers: Path | None, sets: Iterable[NcciSet]) -> str:
    """Of the rule tables; the user's own profiles and imported sets change it too."""
    base = read.digest(folder)
    own = sorted(own_payers.glob("*.toml")) if own_payers else []
    more = [p.name.encode() + b"\0" + p.read_bytes() for p in own] + [s.digest.encode() for s in sets]
    return hashlib.sha256(b"\0".join([base.encode(), *more])).hexdigest()[:16] if more else base
