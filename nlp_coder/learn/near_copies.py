"""Labelled notes that are copies of each other or nearly so: they must not stand on both sides of a split."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

WORDS = 3
"""Words in a row that are one shingle."""
COPY = 0.8
"""Two texts that share this part of their shingles (Jaccard) are near copies (our own choice)."""
COMMON = 60
"""Shingles in more texts than this are boilerplate and bring no two texts together."""
HELD_OUT = 5
"""One note in this many is held out of training."""

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


def shingles(text: str) -> frozenset[str]:
    """The runs of words of a text, without case and punctuation; of a shorter text the text itself."""
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[i : i + WORDS]) for i in range(max(len(words) - WORDS + 1, 1)))


def near_copies(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """(index, later index, share of shingles) of every pair of near copies."""
    sets = [shingles(t) for t in texts]
    where: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(sets):
        shared: Counter[int] = Counter(j for s in own if len(where[s]) <= COMMON for j in where[s])
        for j in sorted(shared):
            share = len(own & sets[j]) / len(own | sets[j])
            if share >= COPY:
                yield j, i, round(share, 3)
        for s in own:
            where[s].append(i)


def held_out(text: str) -> bool:
    """Whether a note belongs to the held-out set. It depends on its words alone, so that it stays there in every run."""
    words = " ".join(_WORD.findall(text.lower()))
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") % HELD_OUT == 0
