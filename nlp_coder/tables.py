"""The product's knowledge as tables: where they lie, and reading them with errors that name file and row.

In a checkout the tables are `data/` and `models/` beside the package; in an installed wheel they travel inside it
(`nlp_coder/_data`, `nlp_coder/_models`).
"""

from __future__ import annotations

import csv
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
