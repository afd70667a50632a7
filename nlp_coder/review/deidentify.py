"""Names, dates, phones, record numbers and addresses replaced in labelled notes: a help, not a guarantee.

What is found by form (dates, phones, e-mails, numbers after "MRN", streets) or by a word before it ("Mr.", "Patient:",
"signed by") is replaced; a name that nothing announces is found only where it is given or was announced elsewhere in
the note. A person must read what is given away (45 CFR 164.514(b) asks for more than this). Dates are moved by one
number of days a patient, so that the days between them stay true. Labels keep their places in the new text.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

KINDS = ("name", "date", "phone", "email", "number", "address")
FARTHEST = 365
"""Days by which dates are moved at most (at least one, back or forth)."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m[3:] else m for m in _MONTHS) + "|sept"
_DATES = (
    re.compile(r"(?<![\d/.-])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d/]|\.\d)"),
    re.compile(r"(?<![\d/.-])(?P<m>\d{1,2})(?P<s>[-/.])(?P<d>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d|\d\d)(?![\d/]|\.\d)"),
    re.compile(
        rf"\b(?P<name>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<d>\d{{1,2}})\s+(?P<name>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
)
_WORD = r"[A-Z][a-zA-Z]*(?:['’-][A-Z]?[a-z]+)*"
_FULL = rf"{_WORD}(?:[ \t]+(?:[A-Z]\.[ \t]+)?{_WORD}){{0,2}}"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?[ \t]+(?P<x>{_FULL})")
_SAID = re.compile(
    rf"\b(?i:(?:patient|pt|client|resident)(?:'s)?[ \t]+name|(?:patient|client|resident|name|therapist|physician|provider|surgeon|"
    rf"(?:electronically[ \t]+)?signed(?:[ \t]+by)?|referred[ \t]+by|daughter|son|wife|husband|spouse|caregiver)[ \t]*[:=]|"
    rf"signed[ \t]+by|referred[ \t]+by)[ \t]*(?P<x>{_WORD}(?:,[ \t]*{_WORD}|(?:[ \t]+(?:[A-Z]\.[ \t]+)?{_WORD}){{0,2}}))"
)
_CREDENTIALS = re.compile(rf"(?P<x>{_WORD}[ \t]+(?:[A-Z]\.[ \t]+)?{_WORD}),?[ \t]+(?:PT|OT|DPT|PTA|OTR|COTA|MD|DO|NP|PA-C|MPT|CCC-SLP)\b")  # fmt: skip
_PLAIN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("phone", re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])")),
    ("number", re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")),
    ("number", re.compile(r"(?i:\b(?:MRN|medical record(?: number| no\.?)?|account|acct|member id|policy|SSN|DL|HICN|MBI|chart|case)\b[ \t]*(?:#|no\.?|number|id)?[ \t]*[:#=]?[ \t]*)(?P<x>(?=[A-Za-z-]{0,4}\d)[A-Za-z0-9-]{4,})")),
    ("address", re.compile(
        r"\b\d{1,5}[ \t]+(?:[NSEW]\.?[ \t]+)?(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))(?:[ \t]+[A-Z][a-z]+){0,2}[ \t]+"
        r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Ter|Circle|Cir|Highway|Hwy|Parkway|Pkwy)\b\.?"
        r"(?:,?[ \t]*(?:Apt|Unit|Suite|Ste|#)\.?[ \t]*\w+)?(?:,[ \t]*[A-Z][a-z]+(?:[ \t]+[A-Z][a-z]+)?)?(?:,?[ \t]*[A-Z]{2})?(?:[ \t]+\d{5}(?:-\d{4})?)?")),
    ("address", re.compile(r"\b[A-Z]{2}[ \t]+\d{5}(?:-\d{4})?\b")),
)  # fmt: skip
_NO_NAMES = frozenset({
    "and", "assessment", "balance", "contact", "date", "daughter", "dr", "exercise", "for", "gait", "goal", "has",
    "he", "hip", "home", "husband", "independent", "is", "knee", "left", "manual", "max", "medicare", "min", "miss",
    "mod", "mr", "mrs", "ms", "neuro", "note", "objective", "of", "pain", "patient", "plan", "prof", "pt", "right",
    "she", "shoulder", "son", "spouse", "standby", "strength", "subjective", "supervision", "the", "therapeutic",
    "therapist", "therapy", "therex", "time", "today", "total", "visit", "was", "wife", "will", "with",
})  # fmt: skip
"""Words that begin with a capital behind a title or a colon and are no names."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One place that was replaced. start/end: in the old text; words: what stands there now."""

    start: int
    end: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Deidentified:
    """record: the guide's fields alone, offsets of the new text. counts: replacements by kind."""

    record: dict[str, Any]
    counts: Mapping[str, int]
    places: tuple[tuple[str, int, int], ...]


def deidentify(record: Mapping[str, Any], secret: bytes, names: Iterable[str] = ()) -> Deidentified:
    """A labelled note with what identifies people replaced.

    secret: moves the dates and renames the ids; the same secret gives the same, who has it can undo both. names: words
    that are names in these notes. What our record does not need (evidence, comments, context) is left out.
    """
    text = record["text"]
    patient = str((record.get("context") or {}).get("patient_id") or record.get("patient_id") or record["id"])
    days = _days(secret, patient)
    found = replacements(text, days, names)
    new, mapped, places = _apply(text, found)
    activities = []
    for a in record["activities"]:
        start, end = mapped(a["start"], False), mapped(a["end"], True)
        kept = {k: a.get(k) for k in ("status", "code", "acceptable", "minutes")}
        activities.append({"quote": new[start:end], "start": start, "end": end, **kept})
    kept = {k: record.get(k) for k in ("discipline", "unit_rule", "lines", "timed_minutes", "total_minutes")}
    alerts = sorted({a["kind"] if isinstance(a, Mapping) else str(a) for a in record.get("alerts") or ()})
    lines = [{k: x.get(k) for k in ("code", "minutes", "units")} for x in kept.pop("lines") or ()]
    id = hmac.new(secret, f"id\0{record['id']}".encode(), hashlib.sha256).hexdigest()[:12]
    out = {"id": f"n{id}", **kept, "text": new, "activities": activities, "lines": lines, "alerts": alerts, "source": "deidentified"}  # fmt: skip
    return Deidentified(out, Counter(r.kind for r in found), tuple(places))


def replacements(text: str, days: int, names: Iterable[str] = ()) -> list[Replacement]:
    """What is to be replaced, in order, none overlapping; the first kind found at a place wins."""
    found: list[Replacement] = []

    def take(start: int, end: int, kind: str, words: str) -> None:
        if start < end and all(end <= r.start or start >= r.end for r in found):
            found.append(Replacement(start, end, kind, words))

    for kind, pattern in _PLAIN:
        for m in pattern.finditer(text):
            group = "x" if "x" in pattern.groupindex else 0
            take(m.start(group), m.end(group), kind, f"[{kind.upper()}]")
    for pattern in _DATES:
        for m in pattern.finditer(text):
            if (moved := _moved(m, days)) is not None:
                take(m.start(), m.end(), "date", moved)
    heard: set[str] = {n.strip() for n in names if n.strip()}
    for pattern in (_TITLED, _SAID, _CREDENTIALS):
        for m in pattern.finditer(text):
            start, end = m.start("x"), m.start("x")
            words = []
            for word in re.finditer(_WORD, m["x"]):
                if word[0].lower() in _NO_NAMES or (word[0].isupper() and 1 < len(word[0]) <= 3):
                    break  # a heading or a credential follows the name: "Maria Ruiz DOB"
                words.append(word[0])
                end = start + word.end()
            if not words:
                continue
            take(start, end, "name", "[NAME]")
            heard |= {w for w in words if len(w) > 2}
    for name in sorted(heard, key=len, reverse=True):
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            take(m.start(), m.end(), "name", "[NAME]")
    return sorted(found, key=lambda r: r.start)


def _apply(text: str, found: Sequence[Replacement]) -> tuple[str, Any, list[tuple[str, int, int]]]:
    """(the new text, old offset -> new offset, the places in the new text)."""
    parts: list[str] = []
    places: list[tuple[str, int, int]] = []
    at = length = 0
    for r in found:
        parts += [text[at : r.start], r.words]
        length += r.start - at
        places.append((r.kind, length, length + len(r.words)))
        length += len(r.words)
        at = r.end
    starts = [r.start for r in found]

    def mapped(offset: int, is_end: bool) -> int:
        index = bisect_right(starts, offset - 1 if is_end else offset) - 1
        if index < 0:
            return offset
        r, (_, new_start, new_end) = found[index], places[index]
        if offset >= r.end:
            return new_end + offset - r.end
        return new_end if is_end else new_start  # an edge within a replaced place goes to that place's edge

    return "".join([*parts, text[at:]]), mapped, places


def _days(secret: bytes, patient: str) -> int:
    number = int.from_bytes(hmac.new(secret, f"days\0{patient}".encode(), hashlib.sha256).digest()[:8])
    days = number % FARTHEST + 1
    return days if number >> 60 & 1 else -days


def _moved(m: re.Match[str], days: int) -> str | None:
    """The date moved, written as it was; None for what is no date of the calendar."""
    groups = m.groupdict()
    month = int(groups["m"]) if groups.get("m") else next(i for i, n in enumerate(_MONTHS, 1) if n[:3] == groups["name"][:3].lower())  # fmt: skip
    short = len(groups["y"]) == 2
    year = int(groups["y"]) + ((2000 if int(groups["y"]) < 70 else 1900) if short else 0)
    try:
        day = date(year, month, int(groups["d"])) + timedelta(days)
    except (ValueError, OverflowError):
        return None
    new = {"y": f"{day.year % 100:02d}" if short else str(day.year), "d": str(day.day).zfill(len(groups["d"]))}
    if groups.get("m"):
        new["m"] = str(day.month).zfill(len(groups["m"]))
    else:
        name = _MONTHS[day.month - 1]
        name = name if len(groups["name"]) > 4 else name[:3]
        new["name"] = (
            name.upper() if groups["name"].isupper() else name.capitalize() if groups["name"][0].isupper() else name
        )
    out, at = "", m.start()
    for group in sorted(new, key=m.start):
        out += m.string[at : m.start(group)] + new[group]
        at = m.end(group)
    return out + m.string[at : m.end()]
