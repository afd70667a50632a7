"""Which column of an export is which field: by the names in data/exports/columns.csv, a preset, or what the user says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

from nlp_coder import tables
from nlp_coder.exports.note_rows import BILLED_MODIFIERS
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.note import VisitContext
from nlp_coder.problem import Problem

_CLAIM_LINE = ("billed_units", *BILLED_MODIFIERS)
FIELDS = frozenset({"id", "text", "context", *_CLAIM_LINE, *(f.name for f in fields(VisitContext))})
"""The fields of a row: the note, its id and the visit's context (output contract), and a claim line's units and modifiers."""


@dataclass(frozen=True, slots=True)
class Columns:
    """names: our field of each column in order, "" for one that says nothing to us. preset: the one that fitted."""

    header: tuple[str, ...]
    names: tuple[str, ...]
    preset: str = ""

    def record(self, cells: Iterable[object]) -> dict[str, object]:
        """A row's cells under our names."""
        return {name: cell for name, cell in zip(self.names, cells, strict=False) if name}

    def described(self) -> str:
        """In words for the user: the field and the column that it comes from."""
        found = [f"{n} from {h.strip()}" for h, n in zip(self.header, self.names, strict=True) if n]
        rest = self.names.count("")
        preset = f" (preset {self.preset})" if self.preset else ""
        more = f"; {rest} other column{'' if rest == 1 else 's'} passed over" if rest else ""
        return f"{', '.join(found)}{preset}{more}"


def normal(name: str) -> str:
    """A column's name without case, spaces and marks.

    >>> normal("Note_Text") == normal("note text") == normal("NoteText")
    True
    """
    return "".join(c for c in name.lower() if c.isalnum())


@cache
def _known() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Preset ("" for the names that hold everywhere) -> (field, normal column name) in order of preference."""
    path = tables.data_folder() / "exports" / "columns.csv"
    out: dict[str, list[tuple[str, str]]] = {"": []}
    for number, row in tables.rows(path, ["field", "column", "preset?", "source"]):
        if row["field"] not in FIELDS:
            raise tables.TableError(
                f"{path.name} row {number}: field {row['field']} is unknown; name one of the contract"
            )
        out.setdefault(row["preset"], []).append((row["field"], normal(row["column"])))
    return {preset: tuple(names) for preset, names in out.items()}


def presets() -> tuple[str, ...]:
    """The names of the presets."""
    return tuple(p for p in _known() if p)


def parse_map(words: str) -> dict[str, str]:
    """`text=NOTE_BODY,id=ENC_ID` as field -> column. Raises Problem naming what is wrong."""
    out: dict[str, str] = {}
    for part in words.split(","):
        field, equals, column = (p.strip() for p in part.partition("="))
        if not equals or not column:
            raise Problem(
                "--map", f"{part.strip()!r} is no pair", "write field=COLUMN, such as text=NOTE_BODY,id=ENC_ID"
            )
        if field not in FIELDS:
            raise Problem("--map", f"there is no field {field!r}", f"use one of {', '.join(sorted(FIELDS))}")
        if field in out:
            raise Problem("--map", f"{field} is given twice", "give each field once")
        out[field] = column
    return out


def find_columns(header: Sequence[str], where: str, options: ReadOptions) -> Columns:
    """The columns of a table. Raises Problem where one that the user named, or the one that is needed, is not there."""
    columns = _match(header, where, options, strict=True)
    if options.needed not in columns.names and options.needed != "text":
        raise Problem(
            where, f"has no column for {options.needed} among the {len(header)} of its first row",
            f"name it in the header row as data/exports/columns.csv does, or say which it is: --map {options.needed}=COLUMN",
        )  # fmt: skip
    if options.needed not in columns.names:
        # what the first row holds is not said: in a file without a header it is a note
        raise Problem(
            where, f"has no column `text` among the {len(header)} of its first row",
            "give a header row that names the column of the notes `text` or `note`, or say which it is: --map text=COLUMN",
        )  # fmt: skip
    return columns


def find_keys(keys: Sequence[str], options: ReadOptions) -> Columns:
    """The same for the keys of one JSON object, which may lack some."""
    return _match(keys, "", options, strict=False)


def _match(header: Sequence[str], where: str, options: ReadOptions, *, strict: bool) -> Columns:
    if options.preset and options.preset not in _known():
        raise Problem("--preset", f"{options.preset!r} is unknown", f"use one of {', '.join(presets())}")
    plain = [normal(h) for h in header]
    names = [""] * len(plain)
    for field, column in options.columns.items():
        place = _place(header, plain, column)
        if place is None:
            if strict:
                raise Problem(where, f"has no column {column!r}, which --map names for {field}", "correct --map")
            continue
        names[place] = field
    used = options.preset or ""
    if used:
        _fill(names, plain, _known()[used])
    _fill(names, plain, _known()[""])
    if not used and "text" not in names:
        fitting = [p for p in presets() if any(f == "text" and c in plain for f, c in _known()[p])]
        if fitting:
            used = fitting[0]
            _fill(names, plain, _known()[used])
    return Columns(tuple(header), tuple(names), used)


def _place(header: Sequence[str], plain: Sequence[str], column: str) -> int | None:
    if column in header:
        return list(header).index(column)
    return plain.index(normal(column)) if normal(column) in plain else None


def _fill(names: list[str], plain: Sequence[str], known: Sequence[tuple[str, str]]) -> None:
    for field, column in known:
        if field not in names and column in plain and not names[plain.index(column)]:
            names[plain.index(column)] = field
