"""The lines of a claim as they were billed, checked before anything is compared with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.problem import Problem

MOST_UNITS = 96
"""A day has 96 times 15 minutes: more units on one line are a mistake of the export."""


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line of a claim. row: where it stands in its file. modifiers: in upper case, each once."""

    code: str
    units: int
    modifiers: tuple[str, ...] = ()
    row: int | None = None


def read_billed(given: object, rulebook: Rulebook, row: int | None = None) -> tuple[list[BilledLine], list[Problem]]:
    """The lines of `billed` (output contract: code, units, modifiers) and what is wrong with those that cannot be used.

    A wrong line never loses the others. Each Problem names the field (`billed[1].units`), never more of the value than
    20 characters.
    """
    if given is None or given == "":
        return [], []
    if isinstance(given, Mapping):
        given = [given]
    if not isinstance(given, (list, tuple)):
        return [], [Problem("billed", "is no list of lines", "write [{code, units, modifiers}, ...]")]
    lines: list[BilledLine] = []
    problems: list[Problem] = []
    for number, entry in enumerate(given):
        where = f"billed[{number}]" if len(given) > 1 else "billed"
        try:
            lines.append(_line(entry, where, rulebook, row))
        except Problem as problem:
            problems.append(problem)
    return lines, problems


def _line(entry: object, where: str, rulebook: Rulebook, row: int | None) -> BilledLine:
    if not isinstance(entry, Mapping):
        raise Problem(where, "is no object", "write {code, units, modifiers}")
    code, attached = _code(entry.get("code"), f"{where}.code")
    if code not in rulebook.codes:
        raise Problem(
            f"{where}.code",
            f"{code[:20]!r} is no code this program knows",
            "correct it; other services are not audited",
        )
    modifiers = [*attached, *_modifiers(entry.get("modifiers"), f"{where}.modifiers")]
    return BilledLine(code, _units(entry.get("units"), f"{where}.units"), tuple(dict.fromkeys(modifiers)), row)


def _code(value: object, where: str) -> tuple[str, list[str]]:
    """(code, modifiers written behind it): "97110", 97110.0 and "97110-GP-59" alike."""
    if value is None or isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == "":
        raise Problem(where, "is missing", "give a procedure code such as 97110")
    word = str(value).strip().upper()
    word = word.removesuffix(".0") if re.fullmatch(r"\d{5}\.0", word) else word
    code, *rest = re.split(r"[\s:-]+", word)
    return code, [r for r in rest if r]


def _units(value: object, where: str) -> int:
    todo = "give whole units from 1"
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Problem(where, "is missing", todo)
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Problem(where, f"{str(value)[:20]!r} is no number", todo) from None
    if not number.is_integer():
        raise Problem(where, f"{str(value)[:20]} is not whole", todo)
    if number < 1:
        raise Problem(where, f"{int(number)} is no billed line", todo)
    if number > MOST_UNITS:
        raise Problem(where, f"{number:.0f} is more than a day has ({MOST_UNITS})", "correct it")
    return int(number)


def _modifiers(value: Any, where: str) -> list[str]:
    if value is None:
        return []
    parts = value if isinstance(value, (list, tuple)) else [value]
    words = [w.upper() for p in parts if p is not None for w in re.split(r"[\s,;:|/-]+", str(p)) if w]
    # a spreadsheet makes 59 a number
    words = [w.removesuffix(".0") for w in words]
    for word in words:
        if not re.fullmatch(r"[A-Z0-9]{2}", word):
            raise Problem(where, f"{word[:20]!r} is no modifier", "give two characters each, such as GP 59")
    return words
