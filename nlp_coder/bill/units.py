"""Units of timed services: Medicare's total-time rule (`cms`) and the midpoint rule of each service (`ama`).

cms (Pub. 100-04 ch. 5 §20.2, quoted in U1 and U2): all timed minutes of the day are added; 8 minutes allow 1 unit, 23
allow 2, 38 allow 3 and so on by 15. Every code gets its whole 15s; the left-over units go one each to the codes with
the largest remainder, also where a code's whole time is under 8. A tie goes to the code with more total minutes, then
to the lower code; CMS leaves it to the biller, so the other choices are `alternatives`.

ama (A1, A2): each code on its own, 1 unit from 8 minutes, 2 from 23 and so on; nothing is pooled.

    >>> split_units([("97110", 33), ("97140", 7)], "cms").units
    {'97110': 2, '97140': 1}
    >>> split_units([("97110", 33), ("97140", 7)], "ama").units
    {'97110': 2, '97140': 0}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, islice

from nlp_coder.note import FIRST_UNIT, UNIT, UnitRule

# a tie among many codes has very many splits; nobody chooses among more than these
_MOST_ALTERNATIVES = 50
RULE_NAMES: Mapping[UnitRule, str] = {"cms": "Medicare's total-time rule", "ama": "the AMA's midpoint rule"}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of the remainder table: a code's minutes, its whole 15s, what is left, and its units by both rules."""

    code: str
    minutes: int
    whole: int
    remainder: int
    left_over_unit: bool
    cms: int
    ama: int


@dataclass(frozen=True, slots=True)
class UnitSplit:
    """Units by code. units: None where the code's minutes are unknown. timed_minutes: sum of the known ones.

    allowed: units in all. alternatives: other splits of the known codes that the rule accepts as well.
    explanation: how it came about, in words with these numbers. table: the known codes under both rules.
    """

    rule: UnitRule
    units: Mapping[str, int | None]
    timed_minutes: int
    allowed: int
    alternatives: tuple[Mapping[str, int], ...]
    explanation: tuple[str, ...]
    table: tuple[UnitRow, ...] = ()

    def words(self, code: str) -> str:
        """Why this code has its units, with its numbers; "" for a code without known minutes."""
        row = next((r for r in self.table if r.code == code), None)
        if row is None:
            return ""
        if self.rule == "ama":
            return f"{_units(row.ama)}: {row.minutes} min alone by {RULE_NAMES['ama']} (8 earn 1, 23 earn 2, then every 15)"
        parts = f"{row.minutes} min = {row.whole} x 15 + {row.remainder}"
        if row.left_over_unit:
            most = f"; its {row.remainder} min left take one of the day's left-over units"
        elif row.remainder:
            most = f"; its {row.remainder} min left take no unit, the day's {self.timed_minutes} min allow no more than {self.allowed}"
        else:
            most = ""
        return f"{_units(row.cms)}: {parts}{most}"


def units_for(minutes: int, unit: int = UNIT, first_unit: int = FIRST_UNIT) -> int:
    """Units that this time earns alone: the first from `first_unit` minutes, each further one `unit` minutes later.

    >>> [units_for(m) for m in (7, 8, 22, 23, 38)], [units_for(m, 60, 31) for m in (30, 31, 91)]
    ([0, 1, 1, 2, 3], [0, 1, 2])
    """
    return (minutes - first_unit) // unit + 1 if minutes >= first_unit else 0


def split_units(services: Iterable[tuple[str, int | None]], rule: UnitRule) -> UnitSplit:
    """Units of timed codes from (code, whole minutes of one-on-one time); the same code twice is added up first.

    A code any of whose minutes are None has unknown time: its units are None and it stays out of the sum.
    Only timed codes belong here; untimed minutes never enter the sum.
    """
    known, unknown = _by_code(services)
    units, alternatives, words = _cms(known) if rule == "cms" else _ama(known)
    if known:
        words.extend(_other_rule(known, units, rule))
    for code in unknown:
        words.append(f"{code}: minutes not stated, so its units stay open and the others are counted without it.")
    order = {code: units.get(code) for code in [*known, *unknown]}
    return UnitSplit(
        rule, order, sum(known.values()), sum(units.values()), alternatives, tuple(words), _table(known, units, rule)
    )


def _table(known: Mapping[str, int], units: Mapping[str, int], rule: UnitRule) -> tuple[UnitRow, ...]:
    cms = units if rule == "cms" else _cms(known)[0]
    ama = units if rule == "ama" else _ama(known)[0]
    return tuple(UnitRow(c, m, m // UNIT, m % UNIT, cms[c] > m // UNIT, cms[c], ama[c]) for c, m in known.items())


def _by_code(services: Iterable[tuple[str, int | None]]) -> tuple[dict[str, int], list[str]]:
    known: dict[str, int] = {}
    unknown: list[str] = []
    for code, minutes in services:
        if minutes is None:
            if code not in unknown:
                unknown.append(code)
        else:
            known[code] = known.get(code, 0) + minutes
    return {c: m for c, m in known.items() if c not in unknown}, unknown


def _cms(minutes: Mapping[str, int]) -> tuple[dict[str, int], tuple[Mapping[str, int], ...], list[str]]:
    total = sum(minutes.values())
    allowed = units_for(total)
    whole = {code: m // UNIT for code, m in minutes.items()}
    left = allowed - sum(whole.values())
    by_remainder = sorted(minutes, key=lambda c: (-(minutes[c] % UNIT), -minutes[c], c))
    chosen = by_remainder[:left]
    units = {code: whole[code] + (code in chosen) for code in minutes}
    tied: list[str] = []
    alternatives: list[Mapping[str, int]] = []
    if 0 < left < len(by_remainder):
        edge = minutes[chosen[-1]] % UNIT
        sure = [c for c in chosen if minutes[c] % UNIT > edge]
        tied = [c for c in by_remainder if minutes[c] % UNIT == edge]
        picks = combinations(tied, left - len(sure))
        others = (p for p in picks if {*sure, *p} != set(chosen))
        for pick in islice(others, _MOST_ALTERNATIVES):
            alternatives.append({c: whole[c] + (c in sure or c in pick) for c in minutes})
    if not alternatives:
        tied = []
    return units, tuple(alternatives), _cms_words(minutes, units, chosen, tied)


def _cms_words(minutes: Mapping[str, int], units: Mapping[str, int], chosen: list[str], tied: list[str]) -> list[str]:
    if not minutes:
        return []
    total, allowed = sum(minutes.values()), sum(units.values())
    parts = [f"{c} {m} min = {m // UNIT} whole, {m % UNIT} left" for c, m in minutes.items()]
    words = [f"{total} timed minutes allow {_units(allowed)} by {RULE_NAMES['cms']}: {'; '.join(parts)}."]
    if total < FIRST_UNIT:
        return [f"{total} timed minutes in all: fewer than 8 allow no unit by {RULE_NAMES['cms']}."]
    if chosen:
        to = ", ".join(f"{c} ({minutes[c] % UNIT} min)" for c in chosen)
        noun, verb = ("unit", "goes") if len(chosen) == 1 else ("units", "go")
        words.append(f"The left-over {noun} {verb} to {to}: largest remainder first.")
    else:
        words.append("No unit is left over.")
    if tied:
        words.append(
            f"{', '.join(tied)} tie at {minutes[tied[0]] % UNIT} minutes left: more total minutes, then the lower code "
            "decides; the biller may choose otherwise."
        )
    for code, minutes_of_code in minutes.items():
        if units[code] == 0 and minutes_of_code:
            words.append(f"{code} earns no unit; its {minutes_of_code} minutes stay in the sum and in the note.")
    return words


def _ama(minutes: Mapping[str, int]) -> tuple[dict[str, int], tuple[Mapping[str, int], ...], list[str]]:
    units = {code: units_for(m) for code, m in minutes.items()}
    words = [f"{c} {m} min alone = {_units(units[c])} by {RULE_NAMES['ama']}." for c, m in minutes.items()]
    return units, (), words


def _other_rule(minutes: Mapping[str, int], units: Mapping[str, int], rule: UnitRule) -> list[str]:
    """What the other rule would give, where it differs: one sentence or none."""
    other: UnitRule = "ama" if rule == "cms" else "cms"
    theirs = (_ama if other == "ama" else _cms)(minutes)[0]
    if theirs == units:
        return []
    name, split = RULE_NAMES[other], ", ".join(f"{c} {u}" for c, u in theirs.items())
    here, there = sum(units.values()), sum(theirs.values())
    said = f"{name[0].upper()}{name[1:]} would give {split}: {there} in all, not {here}."
    if there > here:
        said += f" Billed to a payer that goes by {RULE_NAMES[rule]}, {_units(there - here)} would be over-billed."
    elif there < here:
        said += f" Counted so for this payer, {_units(here - there)} that the minutes earn would go unbilled."
    return [said]


def _units(number: int) -> str:
    return f"{number} unit" if number == 1 else f"{number} units"
