"""Which documents of an export are therapy notes, by their LOINC codes, and whose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from nlp_coder import tables


@cache
def note_types() -> Mapping[str, str]:
    """LOINC code of a therapy note -> discipline (data/exports/note_types.csv)."""
    path = tables.data_folder() / "exports" / "note_types.csv"
    return {row["loinc"]: row["discipline"] for _, row in tables.rows(path, ["loinc", "discipline", "label", "source"])}
