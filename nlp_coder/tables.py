"""The product's knowledge as tables: where they lie, and reading them with errors that name file and row.

In a checkout the tables are `data/` and `models/` beside the package; in an installed wheel they travel inside it
(`nlp_coder/_data`, `nlp_coder/_models`).
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path


class TableError(ValueError):
    """A table of knowledge is not as it must be; the message names file, row and what to do."""


@cache
def _home(inside: str, beside: str) -> Path:
    package = Path(__file__).parent
    for folder in (package / inside, package.parent / beside):
        if folder.is_dir():
            return folder
    raise TableError(f"neither {package / inside} nor {package.parent / beside} exists: reinstall nlp-coder")


def data_folder() -> Path:
    """The folder of the tables (lexicon/, rules/, examples/)."""
    return _home("_data", "data")


def models_folder() -> Path:
    """The folder of the shipped model."""
    return _home("_models", "models")


OWN_VARIABLE = "NLP_CODER_TABLES"
OWN_FILES = ("lexicon/activities*.csv", "rules/coding_rules*.csv")
"""What a folder of the user's own tables may hold."""


def own_tables() -> Path | None:
    """The folder of the user's own rows laid over the shipped ones (NLP_CODER_TABLES), None where none is named.

    Raises TableError where it is no folder, or holds no table or one that is not read: a misspelt name is no silence.
    """
    named = os.environ.get(OWN_VARIABLE)
    return _checked_own(Path(named)) if named else None


@cache
def _checked_own(folder: Path) -> Path:
    if not folder.is_dir():
        raise TableError(
            f"{folder}: there is no such folder; {OWN_VARIABLE} or --tables names the folder of your tables"
        )
    read = {path for pattern in OWN_FILES for path in folder.glob(pattern)}
    others = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.csv") if p not in read)
    if others or not read:
        what = f"{', '.join(others[:5])} is not read" if others else "holds no table"
        raise TableError(f"{folder}: {what}; your own tables are {' and '.join(OWN_FILES)}")
    return folder


def own_digest() -> str:
    """The first 16 digits of the SHA-256 over the user's own tables, "" where there are none."""
    folder = own_tables()
    if folder is None:
        return ""
    paths = sorted(p for pattern in OWN_FILES for p in folder.glob(pattern))
    return hashlib.sha256(b"\0".join(p.name.encode() + b"\0" + p.read_bytes() for p in paths)).hexdigest()[:16]


def rows(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number as an editor shows it, the row) of a CSV table; cells stripped, blank rows and `#` rows passed over.

    required: columns that must exist and be filled in every row; a column that must exist but may be empty ends in `?`.
    Raises TableError naming file and row.
    """
    with open(path, encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        have = set(reader.fieldnames or ())
        missing = [c.rstrip("?") for c in required if c.rstrip("?") not in have]
        if missing:
            raise TableError(f"{path.name}: column {', '.join(missing)} is missing; it has {', '.join(sorted(have))}")
        for row in reader:
            number = reader.line_num
            if None in row:
                raise TableError(f"{path.name} row {number}: more cells than columns; quote cells that hold a comma")
            cells = {k: (v or "").strip() for k, v in row.items()}
            if not any(cells.values()) or next(iter(cells.values())).startswith("#"):
                continue
            for column in required:
                if not column.endswith("?") and not cells[column]:
                    raise TableError(f"{path.name} row {number}: {column} is empty; fill it in or remove the row")
            yield number, cells


def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell that lists several, separated by `|`."""
    return tuple(part for part in (p.strip() for p in cell.split("|")) if part)


def words_by_kind(path: Path, kinds: Sequence[str]) -> dict[str, list[str]]:
    """Kind -> words of a table with the columns kind, words and source. Raises TableError for a kind that is none of these."""
    words: dict[str, list[str]] = {kind: [] for kind in kinds}
    for number, row in rows(path, ["kind", "words", "source"]):
        if row["kind"] not in words:
            raise TableError(f"{path.name} row {number}: kind {row['kind']!r}; one of {', '.join(kinds)}")
        words[row["kind"]] += listed(row["words"])
    return words
