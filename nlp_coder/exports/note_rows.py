"""The notes of an export, row by row: each row is a note to code, or what is wrong with it. No row stops the others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from nlp_coder.exports.text_file import checked_note
from nlp_coder.note import UNIT_RULES, Alert, VisitContext
from nlp_coder.problem import Problem


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note to code. number: the row as an editor (JSON Lines) or a spreadsheet (CSV) counts it."""

    number: int
    id: str
    text: str
    context: VisitContext
    alerts: tuple[Alert, ...] = ()
    """What a step before coding found wrong with this row beside others; it joins the note's own alerts."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be coded: what is wrong and what to do, never the note's text."""

    number: int
    id: str
    what: str
    todo: str


Rows = Iterator[NoteRow | BadRow]

_JSON_COLUMNS = ("group", "furnished_minutes", "requested_modifiers", "billed")
"""Context that is more than one value: in a cell it is written as JSON."""

BILLED_MODIFIERS = ("billed_modifiers", "billed_modifiers_2", "billed_modifiers_3", "billed_modifiers_4")
"""Where an export has a claim line a row: its modifiers, in one column or several. Its units are `billed_units`."""

_TEXT_COLUMNS = (
    "payer", "setting", "date_of_service", "patient_id", "visit_id", "therapist_id", "time_in", "time_out", "encounter",
)  # fmt: skip
_TRUE, _FALSE = frozenset({"true", "yes", "y", "1", "x"}), frozenset({"false", "no", "n", "0"})


def note_row(number: int, record: Mapping[str, Any]) -> NoteRow | BadRow:
    """A row from the fields of a record (see the output contract: id, text and the visit's context).

    The context may stand beside the text or in `context`; a field that is empty counts as not given. A row without an
    id is called by its visit's, else by its number.
    """
    given = (name for key in ("id", "visit_id") if (name := plain_value(record.get(key))) not in (None, ""))
    id = str(next(given, f"row-{number}"))
    text = record.get("text")
    try:
        if text is None:
            raise Problem("text", "is missing", "give the note's text in `text`")
        if not isinstance(text, str):
            raise Problem("text", "is no text", "give the note as a string")
        checked_note(text, "text")
        return NoteRow(number, id, text, context_of(record))
    except Problem as problem:
        return BadRow(number, id, f"{problem.where}: {problem.what}", problem.todo)


def context_of(record: Mapping[str, Any]) -> VisitContext:
    """The visit's context of a record. Raises Problem naming the field."""
    inner = record.get("context")
    if inner is not None and inner != "" and not isinstance(inner, Mapping):
        raise Problem("context", "is no object", "give its fields by name, or leave it out")
    fields = {**record, **(inner or {})}
    if fields.get("unit_rule") in (None, ""):
        fields["unit_rule"] = fields.get("rule")
    for name in ("unit_rule", "discipline", *_TEXT_COLUMNS):
        value = fields.get(name)
        if value is None:
            continue
        if isinstance(value, (Mapping, list, bool)):
            raise Problem(name, "is more than one word", "give one value, or leave it out")
        fields[name] = str(plain_value(value)).strip()
    fields["date_of_service"] = iso_day(fields.get("date_of_service"))
    rule = (fields.get("unit_rule") or "").lower()
    if rule and rule not in UNIT_RULES:
        raise Problem("unit_rule", "is unknown", "give cms or ama")
    fields["unit_rule"] = rule
    fields["discipline"] = (fields.get("discipline") or "").upper()
    fields["separate_time_documented"] = _truth("separate_time_documented", fields.get("separate_time_documented"))
    fields["prior_allowed_ytd"] = _dollars("prior_allowed_ytd", fields.get("prior_allowed_ytd"))
    for name in _JSON_COLUMNS:
        fields[name] = billed_of(fields) if name == "billed" else _structure(name, fields.get(name))
    return VisitContext.from_dict(fields)


def billed_of(fields: Mapping[str, Any]) -> Any:
    """What was billed: `billed` as a list or as codes in a cell, with units and modifiers from columns beside it.

    The columns are for exports of a claim line a row; they are not looked at where `billed` lists several lines.
    Nothing is checked here (audit.billed does). Raises Problem for a cell that is neither codes nor JSON.
    """
    given = plain_value(fields.get("billed"))
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = str(given)
    lines = _structure("billed", given)
    beside = [fields[name] for name in BILLED_MODIFIERS if name in fields]
    if not lines or not isinstance(lines, list) or len(lines) != 1 or not isinstance(lines[0], Mapping):
        return lines
    line = dict(lines[0])
    if "billed_units" in fields:
        line["units"] = fields["billed_units"]
    if beside:
        nested = [line.get("modifiers") or [], *beside]
        each = (x if isinstance(x, (list, tuple)) else [plain_value(x)] for x in nested)
        line["modifiers"] = [m for part in each for m in part if m not in (None, "")]
    return [line]


def plain_value(value: object) -> object:
    """A value as text files have it: days in ISO form, whole numbers without a fraction, a missing number as None.

    >>> plain_value(12.0), plain_value(float("nan")), plain_value(datetime(2026, 6, 15))
    (12, None, '2026-06-15')
    """
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, Decimal):
        return plain_value(float(value))
    return value


def iso_day(value: str | None) -> str | None:
    """A day as exports write it, in ISO form; a time after it is dropped. What is no day stays (billing refuses it).

    Month before day, as billing offices in the United States write: claims with CPT codes are theirs.

    >>> iso_day("6/5/2026"), iso_day("2026-06-15T08:00:00Z"), iso_day("20260615"), iso_day("soon")
    ('2026-06-05', '2026-06-15', '2026-06-15', 'soon')
    """
    if not value:
        return None
    word = value.strip()
    if m := re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?\d.*)?", word):
        return "-".join(m.groups())
    if m := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[T ].*)?", word):
        month, day, year = m.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return word


def _truth(name: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if not word:
        return None
    if word not in _TRUE | _FALSE:
        raise Problem(name, "is neither yes nor no", "give yes or no, or leave it empty")
    return word in _TRUE


def _dollars(name: str, value: object) -> float | None:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    word = str(value).strip().removeprefix("$").replace(",", "")
    if not word:
        return None
    try:
        return float(word)
    except ValueError:
        raise Problem(name, "is no amount", "give dollars such as 1250.50") from None


def _structure(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    if name == "billed" and (listed := _billed(value)):
        return listed
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        codes = "as codes such as 97110-GP x2, 97140 or " if name == "billed" else ""
        raise Problem(name, "is not valid JSON", f"write {name} {codes}as JSON, or leave it empty") from None


_BILLED = re.compile(r"([0-9A-Z]\d{3}[0-9A-Z])((?:[- ][A-Z0-9]{2}\b)*)(?:\s*[x×*(]\s*(\d{1,2})\)?)?")


def _billed(value: str) -> list[dict[str, Any]] | None:
    """Codes as an export lists them in one cell: "97110-GP x2, 97140". None where the cell is anything else."""
    out: list[dict[str, Any]] = []
    for part in re.split(r"[,;|\n]+", value.upper().replace("X", "x")):
        if not part.strip():
            continue
        m = _BILLED.fullmatch(part.strip())
        if m is None:
            return None
        out.append({"code": m[1], "units": int(m[3] or 1), "modifiers": re.findall(r"[A-Z0-9]{2}", m[2])})
    return out
