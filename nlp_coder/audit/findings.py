"""What the audit says of one line: its result, both sides, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Result = Literal[
    "agrees", "units_differ", "modifier_differs", "code_disagrees", "not_supported", "not_billed", "not_billable",
    "units_unconfirmed", "not_judged", "left_off",
]  # fmt: skip

RESULT_WORDS: dict[Result, str] = {
    "agrees": "agrees",
    "units_differ": "units differ",
    "modifier_differs": "wrong or missing modifier",
    "code_disagrees": "code disagrees",
    "not_supported": "not supported by the note",
    "not_billed": "documented but not billed",
    "not_billable": "documented, but not billable",
    "units_unconfirmed": "minutes not stated: units not confirmed",
    "not_judged": "not judged: the program does not read this code from notes",
    "left_off": "documented, rightly not billed",
}
BILLED_RESULTS: tuple[Result, ...] = (
    "agrees", "units_differ", "modifier_differs", "code_disagrees", "not_supported", "not_billable", "units_unconfirmed",
    "not_judged",
)  # fmt: skip
"""Results of a claim line; the others are of documented lines that no claim line answers."""
FLAGGED = frozenset(RESULT_WORDS) - {"agrees", "left_off", "not_judged"}
"""Results that ask for a person."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One claim line, or one documented line without any. results: the first is the main one; never empty.

    code, units, modifiers, row: as billed, None or empty for a documented line that was not billed. documented_*: what
    the note supports (units None where its minutes are not stated). units_cms, units_ama: both unit rules over the note's
    minutes, None where they do not apply. missing, extra: modifiers. confidence: the lowest (0-1) of the activities of
    the documented line. weight: claim lines that this one stands for in a sample.
    """

    results: tuple[Result, ...]
    why: str
    code: str | None = None
    units: int | None = None
    modifiers: tuple[str, ...] = ()
    row: int | None = None
    documented_code: str | None = None
    documented_units: int | None = None
    documented_minutes: int | None = None
    documented_modifiers: tuple[str, ...] = ()
    units_cms: int | None = None
    units_ama: int | None = None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    confidence: float | None = None
    weight: float = 1.0

    @property
    def billed(self) -> bool:
        """True for a claim line, False for a documented line that no claim line answers."""
        return self.code is not None

    @property
    def flagged(self) -> bool:
        """True where a person should look."""
        return bool(FLAGGED.intersection(self.results))

    @property
    def subject(self) -> str:
        """The code that the line counts under: as billed, else as documented."""
        return self.code or self.documented_code or ""
