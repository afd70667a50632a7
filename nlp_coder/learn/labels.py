"""Labelled records, and splits of them such that no wording stands on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nlp_coder.classify.features import words_of
from nlp_coder.learn.label_input import LabelError, read_label_set

__all__ = ["LabelError", "Twins", "folds", "match_spans", "read_labels", "wording", "writer_folds"]

TWIN = 0.75
"""Two wordings that share this part of their words (Jaccard) are twins."""


def read_labels(paths: Sequence[Path], known_codes: frozenset[str]) -> list[dict[str, Any]]:
    """The labelled notes and phrases of files (notes have `lines`, phrases have not); see `label_input` for the kinds.

    A label store of `nlp-coder review` counts as one label for each note that was accepted. Raises LabelError for what
    is wrong with them, by file and line.
    """
    records = read_label_set(paths, known_codes).records
    if not records:
        raise LabelError("the label files hold no records with activities; see data/labels/README.md")
    return records


def wording(quote: str) -> frozenset[str]:
    """The words of an activity that make it the same wording elsewhere (numbers and little words left out)."""
    little = {"w", "with", "the", "a", "of", "to", "in", "on", "and", "for", "0", "r", "l", "b", "from", "at", "x"}
    return frozenset(w for w in words_of(quote) if w not in little)


class Twins:
    """Finds wordings near enough to one of a set to give its answer away."""

    def __init__(self, wordings: Iterable[frozenset[str]]) -> None:
        self._sets = [w for w in wordings if w]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for i, words in enumerate(self._sets):
            for word in words:
                self._by_word[word].append(i)

    def has(self, words: frozenset[str]) -> bool:
        """Whether a wording or a near-twin of it is in the set."""
        shared: dict[int, int] = defaultdict(int)
        for word in words:
            for i in self._by_word.get(word, ()):
                shared[i] += 1
        return any(n / (len(words) + len(self._sets[i]) - n) >= TWIN for i, n in shared.items())


def folds(records: Sequence[dict[str, Any]], k: int) -> Iterator[tuple[list[int], list[int]]]:
    """(train, test) record indices of k folds by note; callers drop twins of test wordings from the training part."""
    for fold in range(k):
        test = [i for i in range(len(records)) if i % k == fold]
        train = [i for i in range(len(records)) if i % k != fold]
        yield train, test


def writer_folds(records: Sequence[dict[str, Any]], k: int) -> Iterator[tuple[list[int], list[int]]]:
    """(train, test) record indices of k folds that keep each writer on one side, of about equal numbers of activities.

    Where fewer than k writers are named the records are dealt out one by one.
    """
    writers = {r.get("writer") for r in records if r.get("writer")}
    names = [str(r.get("writer")) if len(writers) >= k and r.get("writer") else f"#{i}" for i, r in enumerate(records)]
    size: dict[str, int] = defaultdict(int)
    for who, record in zip(names, records, strict=True):
        size[who] += len(record["activities"]) + 1
    load = [0] * k
    fold: dict[str, int] = {}
    for writer in sorted(size, key=lambda w: (-size[w], w)):
        fold[writer] = load.index(min(load))
        load[fold[writer]] += size[writer]
    where = [fold[who] for who in names]
    for number in range(k):
        if number in where and any(w != number for w in where):
            yield [i for i, w in enumerate(where) if w != number], [i for i, w in enumerate(where) if w == number]


def match_spans(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs (gold index, found index) of spans that share at least half of the shorter one, one to one, best overlap first.

    The definition of the scorer (see `learn.score`): largest intersection over union first.
    """
    pairs = []
    for i, (a, b) in enumerate(gold):
        for j, (c, d) in enumerate(found):
            shared, shorter = min(b, d) - max(a, c), min(b - a, d - c)
            if shared > 0 and shorter > 0 and shared / shorter >= 0.5:
                pairs.append((-shared / (max(b, d) - min(a, c)), i, j))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, i, j in sorted(pairs):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            out.append((i, j))
    return out
