"""A coded note against the lines that were billed for it: every claim line and every documented line has a finding.

Lines of one code are compared with each other; units count per code, since a claim may list a service on several lines.
A code that stands on one side only is matched with one of the other side that is its successor, the coder's own second
choice for the same activities, or of the same family (data/rules/code_families.csv): then the code disagrees. What is
left is billed without support, or documented and not billed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nlp_coder.audit.billed import BilledLine
from nlp_coder.audit.families import alike
from nlp_coder.audit.findings import AuditLine, Result
from nlp_coder.audit.modifiers import modifier_differences
from nlp_coder.audit.supported_units import SupportedUnits, supported_units
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.note import CodedNote, ServiceLine, VisitContext

_ONLY_NAMED = {
    "planned": "planned for a later visit",
    "home_program": "a home program",
    "declined": "declined or held",
    "historical": "done in the past",
}


def compare(
    note: CodedNote, billed: Sequence[BilledLine], rulebook: Rulebook, readable: Collection[str] = ()
) -> tuple[AuditLine, ...]:
    """The findings of a visit: claim lines in their order, then documented lines that no claim line answers.

    note: coded under the visit's context. readable: codes that the coder can find in a note, all where it is empty; a
    billed code beyond them is not judged.
    """
    return _Audit(note, billed, rulebook, readable).lines()


@dataclass
class _Audit:
    note: CodedNote
    billed: Sequence[BilledLine]
    rulebook: Rulebook
    readable: Collection[str]

    def __post_init__(self) -> None:
        self.context = VisitContext.from_dict({**self.note.context, "discipline": self.note.discipline})
        self.day = date.fromisoformat(self.note.context["rules_date"])
        totals: dict[str, int] = {}
        for claimed in self.billed:
            totals[claimed.code] = totals.get(claimed.code, 0) + claimed.units
        self.totals = totals
        self.support: SupportedUnits = supported_units(self.note, self.context, totals)
        self.documented: dict[str, list[ServiceLine]] = {}
        self.left_off: dict[str, list[ServiceLine]] = {}
        for line in self.note.lines:
            line = self._as_supported(line)
            standing = line.billable and line.units != 0
            (self.documented if standing else self.left_off).setdefault(line.code, []).append(line)

    def _as_supported(self, line: ServiceLine) -> ServiceLine:
        """The line under the accepted split of units that the claim is held against."""
        units = self.support.split.get(line.code)
        kept_off = not line.billable and line.units
        if units is None or kept_off or sum(x.code == line.code for x in self.note.lines) > 1:
            return line
        return replace(line, units=units, billable=units > 0)

    def lines(self) -> tuple[AuditLine, ...]:
        by_code: dict[str, list[int]] = {}
        for place, line in enumerate(self.billed):
            by_code.setdefault(line.code, []).append(place)
        found: dict[int, AuditLine] = {}
        alone: dict[str, list[int]] = {}
        for code, places in by_code.items():
            if code in self.documented:
                found |= self._same_code(places, self.documented[code])
            elif code in self.left_off:
                found |= {p: self._billed_though_left_off(self.billed[p], self.left_off[code][0]) for p in places}
            else:
                alone[code] = places
        open_codes = [c for c in self.documented if c not in by_code]
        for code, other in self._code_matches(alone, open_codes):
            found |= {p: self._other_code(self.billed[p], self.documented[other][0]) for p in alone.pop(code)}
            open_codes.remove(other)
        found |= {p: self._unsupported(self.billed[p]) for places in alone.values() for p in places}
        rest = [self._not_billed(x) for code in open_codes for x in self.documented[code]]
        for code, kept in self.left_off.items():
            if code not in by_code:
                rest += [self._finding(("left_off",), x.explanation or "It earns no unit.", None, x) for x in kept]
        return (*(found[p] for p in sorted(found)), *rest)

    def _finding(
        self, results: tuple[Result, ...], why: str, billed: BilledLine | None, line: ServiceLine | None,
        missing: tuple[str, ...] = (), extra: tuple[str, ...] = (),
    ) -> AuditLine:  # fmt: skip
        code = line.code if line else ""
        found = AuditLine(
            results, why, documented_code=code or None, units_cms=self.support.cms.get(code),
            units_ama=self.support.ama.get(code), missing=missing, extra=extra,
        )  # fmt: skip
        if billed is not None:
            found = replace(
                found, code=billed.code, units=billed.units, modifiers=billed.modifiers, row=billed.row
            )  # fmt: skip
        if line is not None:
            sure = [self.note.activities[i].confidence for i in line.activities]
            found = replace(
                found, documented_units=line.units, documented_minutes=line.minutes, documented_modifiers=line.modifiers,
                confidence=min(sure, default=None),
            )  # fmt: skip
        return found

    def _same_code(self, places: Sequence[int], lines: Sequence[ServiceLine]) -> dict[int, AuditLine]:
        """Claim lines of a code that the note documents: units by the code's sum, modifiers by line."""
        code = lines[0].code
        partners = self._partners(places, lines)
        known = [x.units for x in lines if x.units is not None]
        documented = sum(known) if len(known) == len(lines) else None
        wrong_sum = documented is not None and documented != self.totals[code]
        # where the sum is wrong but no pair of lines shows where, the first line carries the finding
        shown = {p for p, x in partners.items() if x is None or x.units != self.billed[p].units} or {places[0]}
        out = {}
        for place, partner in partners.items():
            billed, line = self.billed[place], partner or lines[0]
            results: list[Result] = []
            why: list[str] = []
            if documented is None:
                results.append("units_unconfirmed")
                why.append(
                    f"The note does not state the minutes of {code}: they cannot confirm {_units(billed.units)}."
                )
            elif wrong_sum and place in shown:
                results.append("units_differ")
                why.append(self._units_words(code, documented))
                if partner is None:
                    why.append("The code stands on more lines than the note supports.")
            missing, extra, said = modifier_differences(
                code, billed.modifiers, line.modifiers, self.context, self.rulebook, self.day
            )
            if not wrong_sum and len(lines) > 1 and partner is not None and partner.units != billed.units:
                split = ", ".join(f"{_units(x.units or 0)} {' '.join(x.modifiers)}" for x in lines)
                said = f"{said} Therapist's and assistant's units of {code} stand apart: {split}.".strip()
                results.append("modifier_differs")
            elif missing or extra:
                results.append("modifier_differs")
            if said:
                why.append(said)
            agreed = tuple(results) or ("agrees",)
            words = " ".join(why) or self.support.words(code) or line.explanation
            out[place] = self._finding(agreed, words, billed, line, missing, extra)
        return out

    def _partners(self, places: Sequence[int], lines: Sequence[ServiceLine]) -> dict[int, ServiceLine | None]:
        """For each claim line the documented line of its code that fits best, None where there are more claim lines."""
        fits = sorted(
            (len(set(self.billed[p].modifiers) ^ set(x.modifiers)), abs(self.billed[p].units - (x.units or 0)), p, n)
            for p in places
            for n, x in enumerate(lines)
        )
        out: dict[int, ServiceLine | None] = dict.fromkeys(places)
        used: set[int] = set()
        for _, _, place, number in fits:
            if out[place] is None and number not in used:
                out[place] = lines[number]
                used.add(number)
        if len(lines) == 1 and self.totals[lines[0].code] == lines[0].units:
            # one documented line billed on several: each of them is that line
            return dict.fromkeys(places, lines[0])
        return out

    def _units_words(self, code: str, documented: int) -> str:
        """Both computations: what was billed, and how the note's minutes count by either rule."""
        billed = self.totals[code]
        side = "over" if billed > documented else "under"
        words = f"Billed {_units(billed)} of {code}, documented {documented}: {abs(billed - documented)} {side}-billed."
        how = self.support.words(code)
        other = self.support.ama if self.note.unit_rule == "cms" else self.support.cms
        if other.get(code) == billed:
            name = "The AMA's midpoint rule" if self.note.unit_rule == "cms" else "Medicare's total-time rule"
            how += f" {name} would give what was billed: check the payer."
        return f"{words} {how or 'The code is untimed: one a day.'}"

    def _billed_though_left_off(self, billed: BilledLine, line: ServiceLine) -> AuditLine:
        if line.units == 0:
            return self._finding(("units_differ",), self._units_words(line.code, 0), billed, line)
        return self._finding(("not_billable",), line.explanation, billed, line)

    def _code_matches(self, alone: dict[str, list[int]], open_codes: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(billed code, documented code) that stand for one service, the surest first, each code once."""
        likely = []
        for code in alone:
            for other in open_codes:
                if likeness := self._likeness(code, other):
                    units = sum(x.units or 0 for x in self.documented[other])
                    likely.append((-likeness, abs(self.totals[code] - units), code, other))
        used: set[str] = set()
        for _, _, code, other in sorted(likely):
            if code not in used and other not in used:
                used |= {code, other}
                yield code, other

    def _likeness(self, billed: str, documented: str) -> int:
        rule = self.rulebook.codes[billed]
        if rule.deleted_on(self.day) and documented in self.rulebook.successor(billed, self.day)[0]:
            return 3
        chosen = (self.note.activities[i] for x in self.documented[documented] for i in x.activities)
        if any(a.code == billed for activity in chosen for a in activity.alternatives):
            return 2
        return int(alike(billed, documented))

    def _other_code(self, billed: BilledLine, line: ServiceLine) -> AuditLine:
        why = f"Billed as {billed.code}, documented as {line.code}."
        if self.rulebook.codes[billed.code].deleted_on(self.day):
            why += f" {billed.code} was no longer valid on {self.day}."
        results: list[Result] = ["code_disagrees"]
        if line.units is not None and line.units != self.totals[billed.code]:
            results.append("units_differ")
            why += f" Units too: billed {self.totals[billed.code]}, documented {line.units}."
        return self._finding(tuple(results), why, billed, line)

    def _unsupported(self, billed: BilledLine) -> AuditLine:
        code, rule = billed.code, self.rulebook.codes[billed.code]
        if rule.deleted_on(self.day) or rule.not_yet_valid_on(self.day):
            return self._finding(("not_supported",), f"{code} was not valid on {self.day}.", billed, None)
        named = [a for a in self.note.activities if a.code == code and a.status != "performed"]
        if named:
            ways = " and ".join(dict.fromkeys(_ONLY_NAMED[a.status] for a in named))
            places = ", ".join(f"{a.start}-{a.end}" for a in named)
            why = f"The note names {code} only as {ways} (characters {places})."
            return self._finding(("not_supported",), why, billed, None)
        if self.readable and code not in self.readable:
            return self._finding(("not_judged",), f"{code} is not among the codes read from notes.", billed, None)
        why = f"Nothing that the note says was done is coded {code}."
        return self._finding(("not_supported",), why, billed, None)

    def _not_billed(self, line: ServiceLine) -> AuditLine:
        if line.units is None:
            why = f"{line.code} is documented without its minutes and is not on the claim."
        else:
            how = self.support.words(line.code)
            why = f"{_units(line.units)} of {line.code} documented, none on the claim. {how}".strip()
        return self._finding(("not_billed",), why, None, line)


def _units(number: int) -> str:
    return f"{number} unit" if number == 1 else f"{number} units"
