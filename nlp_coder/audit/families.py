"""Codes that are taken for each other: where one is billed and another documented, the code is likely what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from nlp_coder import tables


@cache
def families() -> Mapping[str, frozenset[str]]:
    """Code -> its families, from data/rules/code_families.csv. Raises TableError."""
    found: dict[str, set[str]] = {}
    for _, row in tables.rows(tables.data_folder() / "rules" / "code_families.csv", ["family", "code", "source"]):
        found.setdefault(row["code"], set()).add(row["family"])
    return {code: frozenset(names) for code, names in found.items()}


def alike(one: str, two: str) -> bool:
    """True where both codes stand in one family."""
    return bool(families().get(one, frozenset()) & families().get(two, frozenset()))
