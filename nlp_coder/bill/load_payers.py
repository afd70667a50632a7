"""Reading payer profiles: one TOML file a payer, checked key by key so that a typing error is said, not passed over."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nlp_coder.bill.rules import NotPaid, PayerPair, PayerProfile, RequiredModifier
from nlp_coder.bill.table_checks import Checker
from nlp_coder.note import UNIT_RULES
from nlp_coder.tables import TableError

_FLAGS = ("therapy_modifiers", "assistant_modifiers", "kx")
_OPTIONAL = ("not_paid", "extra_pairs", "required_modifiers", "most_units", "therapy_modifiers_on_all_codes")
# modifiers whose rule needs the visit: never set on a payer's word alone
_BY_RULE = {"GP", "GO", "GN", "CQ", "CO", "KX", "59", "XE", "XP", "XS", "XU", "52", "76", "77"}
_DATES = {"effective_from", "effective_to"}
_EDITS = ("ncci", "mue", "mue_zero_not_paid")


def payer_table(shipped: Path, own: Path | None, check: Checker) -> dict[str, PayerProfile]:
    """Every profile by its name and aliases. Raises TableError where two profiles of one folder share a name.

    own: the user's folder. Its names win over shipped ones, so that a profile for one insurer takes that insurer's name
    out of a general shipped profile, and one with a shipped name stands in its place.
    """
    payers = _by_name(shipped, check)
    if own is None:
        return payers
    if not own.is_dir():
        raise TableError(f"{own}: is no folder; name the folder of your payer profiles (*.toml)")
    mine = _by_name(own, check, own=True)
    replaced = {p.name for p in mine.values()}
    return {name: p for name, p in payers.items() if p.name not in replaced} | mine


def _by_name(folder: Path, check: Checker, *, own: bool = False) -> dict[str, PayerProfile]:
    payers: dict[str, PayerProfile] = {}
    for path, profile in read_payers(folder, check, own=own):
        for name in (profile.name, *profile.aliases):
            if name in payers:
                raise TableError(f"{path.name}: the name {name!r} is already that of {payers[name].name}")
            payers[name] = profile
    return payers


def read_payers(folder: Path, check: Checker, *, own: bool = False) -> Iterator[tuple[Path, PayerProfile]]:
    """(file, profile) of every *.toml of the folder, by name. Raises TableError naming file and key."""
    for path in sorted(folder.glob("*.toml")):
        yield path, read_payer(path, check, own=own)


def read_payer(path: Path, check: Checker, *, own: bool = False) -> PayerProfile:
    """The profile of one file. own: it is the user's, whose sources are free words ("contract of 2026, p. 4")."""
    if own:
        check = _FreeSources(check.codes, check.sources)
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: not readable as TOML: {error}") from None
    known = {"name", "label", "aliases", "unit_rule", "sources", "edits", *_OPTIONAL, *_FLAGS}
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
    aliases = _words(path.name, record, "aliases")
    for word in (name, *aliases):
        if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", word):
            raise TableError(f"{path.name}: {word!r} must be small letters, digits and single _, as in blue_cross")
    most = record.get("most_units")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise TableError(f"{path.name}: most_units must be a whole number from 1 (units of one visit)")
    return PayerProfile(
        name=name,
        label=_word(path.name, record, "label"),
        aliases=aliases,
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
        required_modifiers=tuple(
            _required(where, entry, check) for where, entry in _entries(path.name, record, "required_modifiers")
        ),
        most_units=most,
        therapy_modifiers_on_all_codes=_flag(
            path.name, {"therapy_modifiers_on_all_codes": False, **record}, "therapy_modifiers_on_all_codes"
        ),
        own=own,
    )


class _FreeSources(Checker):
    """Checks codes only: a user's profile names its sources in words of its own."""

    def source(self, where: str, cell: str) -> str:
        return cell


def _not_paid(where: str, entry: dict[str, Any], check: Checker) -> NotPaid:
    _no_others(where, entry, {"code", "use", "reason", "source", *_DATES})
    use = str(entry.get("use", ""))
    if use:
        check.code(where, use)
    code, source = check.code(where, _word(where, entry, "code")), check.source(where, _word(where, entry, "source"))
    return NotPaid(code, use, str(entry.get("reason", "")), source, *_period(where, entry))


def _pair(where: str, entry: dict[str, Any], check: Checker) -> PayerPair:
    _no_others(where, entry, {"column1", "column2", "source", *_DATES})
    column1, column2 = (check.code(where, _word(where, entry, c)) for c in ("column1", "column2"))
    if column1 == column2:
        raise TableError(f"{where}: column1 and column2 are the same code {column1}")
    return PayerPair(column1, column2, check.source(where, _word(where, entry, "source")), *_period(where, entry))


def _required(where: str, entry: dict[str, Any], check: Checker) -> RequiredModifier:
    _no_others(where, entry, {"modifier", "codes", "source", *_DATES})
    modifier = _word(where, entry, "modifier").upper()
    if not re.fullmatch(r"[A-Z0-9]{2}", modifier):
        raise TableError(f"{where}: modifier {modifier!r} must be two letters or digits")
    if modifier in _BY_RULE:
        what = "therapy_modifiers, assistant_modifiers, kx and [[extra_pairs]] say when it is due"
        raise TableError(f"{where}: {modifier} follows from the visit and cannot be required of every line; {what}")
    codes = tuple(check.code(where, c) for c in _words(where, entry, "codes"))
    if not codes:
        raise TableError(f"{where}: codes is empty; list the codes that take {modifier}")
    return RequiredModifier(modifier, codes, check.source(where, _word(where, entry, "source")), *_period(where, entry))


def _period(where: str, entry: dict[str, Any]) -> tuple[date | None, date | None]:
    """effective_from and effective_to of an entry, written as TOML dates (2026-01-01 without quotes)."""
    for key in _DATES:
        value = entry.get(key)
        if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
            raise TableError(f"{where}: {key} must be a date without quotes, like 2026-01-01")
    start, end = entry.get("effective_from"), entry.get("effective_to")
    if start and end and end < start:
        raise TableError(f"{where}: effective_to {end} lies before effective_from {start}")
    return start, end


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
