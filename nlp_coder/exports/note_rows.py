"""The notes of an export, row by row: each row is a note to code, or what is wrong with it. No row stops the others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlp_coder.exports.text_file import checked_note
from nlp_coder.note import UNIT_RULES, VisitContext
from nlp_coder.problem import Problem


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note to code. number: the row as an editor (JSON Lines) or a spreadsheet (CSV) counts it."""

    number: int
    id: str
    text: str
    context: VisitContext


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

_TEXT_COLUMNS = (
    "payer", "setting", "date_of_service", "patient_id", "visit_id", "therapist_id", "time_in", "time_out", "encounter",
)  # fmt: skip
_TRUE, _FALSE = frozenset({"true", "yes", "y", "1", "x"}), frozenset({"false", "no", "n", "0"})


def note_row(number: int, record: Mapping[str, Any]) -> NoteRow | BadRow:
    """A row from the fields of a record (see the output contract: id, text and the visit's context).

    The context may stand beside the text or in `context`; a field that is empty counts as not given. A row without an
    id is called by its number.
    """
    given = record.get("id")
    id = f"row-{number}" if given is None or given == "" else str(given)
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
        fields[name] = str(value).strip()
    rule = (fields.get("unit_rule") or "").lower()
    if rule and rule not in UNIT_RULES:
        raise Problem("unit_rule", "is unknown", "give cms or ama")
    fields["unit_rule"] = rule
    fields["discipline"] = (fields.get("discipline") or "").upper()
    fields["separate_time_documented"] = _truth("separate_time_documented", fields.get("separate_time_documented"))
    fields["prior_allowed_ytd"] = _dollars("prior_allowed_ytd", fields.get("prior_allowed_ytd"))
    for name in _JSON_COLUMNS:
        fields[name] = _structure(name, fields.get(name))
    return VisitContext.from_dict(fields)


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
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise Problem(name, "is not valid JSON", f"write {name} as JSON, or leave it empty") from None
