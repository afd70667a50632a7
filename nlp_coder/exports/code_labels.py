"""Short labels of the codes in the project's own words (no CPT descriptor is ever copied)."""

from __future__ import annotations

from functools import cache

from nlp_coder import tables


@cache
def code_labels() -> dict[str, str]:
    """Code -> label, from data/rules/codes.csv."""
    path = tables.data_folder() / "rules" / "codes.csv"
    return {row["code"]: row["label_own_words"] for _, row in tables.rows(path, ["code", "label_own_words"])}


def label_of(code: str) -> str:
    """The label of a code without what stands in brackets; empty for a code that the tables do not have."""
    return code_labels().get(code, "").partition(" (")[0]
