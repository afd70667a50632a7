"""Classes of everyday English words that stand in like places: what a word no lexicon knows has in common with others.

"Poured", "pegged" and "threaded" share a class though the labels hold but one of them. The classes are a table
(data/lexicon/word_clusters.csv, each row with its source): Brown clusters (Brown et al. 1992) of web text. A cluster's
number is a path in a binary tree of ever finer classes, the first step in the lowest bit.
"""

from __future__ import annotations

from functools import cache

from nlp_coder import tables

COARSE, COARSER = 0x3F, 0xF
"""The bits of a number that are kept for a coarse class: the first six and the first four steps."""


@cache
def word_clusters() -> dict[str, int]:
    """Lower-case word -> the number of its class. Raises TableError for a row that is none."""
    path = tables.data_folder() / "lexicon" / "word_clusters.csv"
    out: dict[str, int] = {}
    for number, row in tables.rows(path, ["cluster", "words", "source"]):
        if not row["cluster"].isdigit():
            raise tables.TableError(f"{path.name} row {number}: cluster {row['cluster']!r} is no number")
        out |= dict.fromkeys(row["words"].split("|"), int(row["cluster"]))
    return out


def classes_of(word: str) -> tuple[str, str, str]:
    """The class of a lower-case word, a coarse and a coarser one; all "0" for a word that has none."""
    cluster = word_clusters().get(word, 0)
    return str(cluster), str(cluster & COARSE), str(cluster & COARSER)
