"""Codes that a note cannot mean because it holds none of the words that such work is never told without.

data/lexicon/needed_words.csv names the words of a code; a code without a row needs none. A note of one line may name but the
activity, so that nothing is ruled out there.
"""

from __future__ import annotations

from functools import cache, lru_cache

from nlp_coder import tables
from nlp_coder.extract.phrases import Phrases


@cache
def _needed() -> dict[str, Phrases]:
    path = tables.data_folder() / "lexicon" / "needed_words.csv"
    return {
        row["code"]: Phrases(map(str.lower, tables.listed(row["words"])), r"(?<![A-Za-z])", r"(?![A-Za-z])")
        for _, row in tables.rows(path, ["code", "words", "source"])
    }


@lru_cache(maxsize=4)
def impossible_codes(text: str) -> frozenset[str]:
    """The codes whose words a note of more than one line lacks; asked for every activity of a note in turn."""
    if "\n" not in text.strip():
        return frozenset()
    return frozenset(code for code, words in _needed().items() if next(words.finditer(text), None) is None)
