"""What a note says of the visit itself: discipline, payer, date of service, old codes. What is given from outside wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.phrases import Phrases

_DATE = re.compile(
    r"\b(?:(?:dos|date of service|date of visit|service date|visit date|date)\s*[:=]?\s*)(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})[/.-](?P<y>\d{4}|\d{2})\b"
    r"|\b(?:dos|date of service|date of visit|service date|visit date|date)\s*[:=]?\s*(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VisitWords:
    """discipline, payer (a profile's name), date_of_service (ISO) as the note's own words say, each None where silent."""

    discipline: str | None
    payer: str | None
    date_of_service: str | None


@cache
def _words(field: str) -> tuple[Phrases, dict[str, str]]:
    path = tables.data_folder() / "lexicon" / "visit_words.csv"
    known: dict[str, str] = {}
    for _, row in tables.rows(path, ["field", "value", "words", "source"]):
        if row["field"] == field:
            for word in tables.listed(row["words"]):
                known.setdefault(word.lower(), row["value"])
    return Phrases(known, r"(?<![\w/])", r"(?!\w)"), known


def _first(field: str, text: str) -> str | None:
    """The value whose words stand first in the text; where two begin at one place, the longer wording wins."""
    phrases, known = _words(field)
    first = next(phrases.finditer(text), None)
    return known[re.sub(r"\s+", " ", first[0].lower())] if first else None


def visit_words(text: str) -> VisitWords:
    """Read discipline, payer and date of service from a note's words."""
    date = None
    if m := _DATE.search(text):
        if m["iso"]:
            date = m["iso"]
        else:
            year = int(m["y"]) + (2000 if len(m["y"]) == 2 else 0)
            if 1 <= int(m["m"]) <= 12 and 1 <= int(m["d"]) <= 31 and 1990 <= year <= 2100:
                date = f"{year:04d}-{int(m['m']):02d}-{int(m['d']):02d}"
    return VisitWords(_first("discipline", text), _first("payer", text), date)


def year_of_service(text: str) -> int | None:
    """The year, where the text names exactly one; labelled data date deleted codes by it."""
    years = set(re.findall(r"\b(19[89]\d|20[0-4]\d)\b", text))
    return int(years.pop()) if len(years) == 1 else None
