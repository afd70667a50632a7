"""Reading payer profiles: one TOML file a payer, checked key by key so that a typing error is said, not passed over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp_coder.bill.rules import NotPaid, PayerPair, PayerProfile
from nlp_coder.bill.table_checks import Checker
from nlp_coder.note import UNIT_RULES
from nlp_coder.tables import TableError

_FLAGS = ("therapy_modifiers", "assistant_modifiers", "kx")
_EDITS = ("ncci", "mue", "mue_zero_not_paid")


def read_payers(folder: Path, check: Checker) -> Iterator[tuple[Path, PayerProfile]]:
    """(file, profile) of every *.toml of the folder, by name. Raises TableError naming file and key."""
    for path in sorted(folder.glob("*.toml")):
        yield path, read_payer(path, check)


def read_payer(path: Path, check: Checker) -> PayerProfile:
    """The profile of one file."""
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: not readable as TOML: {error}") from None
    known = {"name", "label", "aliases", "unit_rule", "sources", "edits", "not_paid", "extra_pairs", *_FLAGS}
    _no_others(path.name, record, known)
    name = _word(path.name, record, "name")
    if name != path.stem:
        raise TableError(f"{path.name}: name is {name!r}; it must be the file's own, {path.stem!r}")
    rule = _word(path.name, record, "unit_rule")
    if rule not in UNIT_RULES:
        raise TableError(f"{path.name}: unit_rule {rule!r} must be one of {', '.join(UNIT_RULES)}")
    edits = record.get("edits")
    if not isinstance(edits, dict):
        raise TableError(f"{path.name}: the table [edits] is missing; it holds {', '.join(_EDITS)}")
    _no_others(f"{path.name} [edits]", edits, set(_EDITS))
    sources = _words(path.name, record, "sources")
    if not sources:
        raise TableError(f"{path.name}: sources is empty; name at least one source")
    for source in sources:
        check.source(path.name, source)
    return PayerProfile(
        name=name,
        label=_word(path.name, record, "label"),
        aliases=_words(path.name, record, "aliases"),
        unit_rule=rule,
        therapy_modifiers=_flag(path.name, record, "therapy_modifiers"),
        assistant_modifiers=_flag(path.name, record, "assistant_modifiers"),
        kx=_flag(path.name, record, "kx"),
        ncci=_flag(f"{path.name} [edits]", edits, "ncci"),
        mue=_flag(f"{path.name} [edits]", edits, "mue"),
        mue_zero_not_paid=_flag(f"{path.name} [edits]", edits, "mue_zero_not_paid"),
        not_paid=tuple(_not_paid(where, entry, check) for where, entry in _entries(path.name, record, "not_paid")),
        extra_pairs=tuple(_pair(where, entry, check) for where, entry in _entries(path.name, record, "extra_pairs")),
        sources=sources,
    )


def _not_paid(where: str, entry: dict[str, Any], check: Checker) -> NotPaid:
    _no_others(where, entry, {"code", "use", "reason", "source"})
    use = str(entry.get("use", ""))
    if use:
        check.code(where, use)
    code, source = check.code(where, _word(where, entry, "code")), check.source(where, _word(where, entry, "source"))
    return NotPaid(code, use, str(entry.get("reason", "")), source)


def _pair(where: str, entry: dict[str, Any], check: Checker) -> PayerPair:
    _no_others(where, entry, {"column1", "column2", "source"})
    column1, column2 = (check.code(where, _word(where, entry, c)) for c in ("column1", "column2"))
    return PayerPair(column1, column2, check.source(where, _word(where, entry, "source")))


def _entries(where: str, record: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    entries = record.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise TableError(f"{where}: {key} must be written as [[{key}]] tables")
    return [(f"{where} [[{key}]] {number}", entry) for number, entry in enumerate(entries, 1)]


def _no_others(where: str, record: dict[str, Any], known: set[str]) -> None:
    for key in record:
        if key not in known:
            raise TableError(f"{where}: key {key!r} is unknown; known are {', '.join(sorted(known))}")


def _word(where: str, record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise TableError(f"{where}: {key} is missing or no text")
    return value.strip()


def _words(where: str, record: dict[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise TableError(f"{where}: {key} must be a list of texts")
    return tuple(value)


def _flag(where: str, record: dict[str, Any], key: str) -> bool:
    value = record.get(key)
    if not isinstance(value, bool):
        raise TableError(f"{where}: {key} must be true or false")
    return value
