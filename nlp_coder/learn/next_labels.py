"""What to label next: notes of whose codes the model is unsure, of different codes and wordings, not many of one kind."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder.learn.labels import wording
from nlp_coder.note import CodedNote

KNOWN_WORDING = 0.25
"""What an activity still teaches when its wording is labelled or chosen already (our own choice)."""
SOFTLY = 0.5
"""The more activities a code has, the less one more teaches: by this power of their number (our own choice)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A note to label. worth: what it teaches beside those before it, of no unit. lowest: its lowest confidence."""

    id: str
    worth: float
    lowest: float
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What choosing needs of a coded note: (doubt, code, wording) of each activity, no text."""

    id: str
    activities: tuple[tuple[float, str, frozenset[str]], ...]

    @classmethod
    def of(cls, note: CodedNote) -> Candidate:
        """A note as the model in use coded it."""
        return cls(note.id, tuple((1 - a.confidence, a.code, wording(a.quote)) for a in note.activities))


def next_labels(
    candidates: Sequence[Candidate], number: int, labelled: Iterable[Mapping[str, Any]] = ()
) -> list[Choice]:
    """The notes to label, most worth first: each the one that teaches most beside the labels and the notes before it.

    An activity teaches its doubt (1 - confidence), less where its code or wording is there already. A note's worth is
    that of its activities over the root of their number, as long notes take longer to label. Ties: as in the input.
    """
    codes: Counter[str] = Counter()
    words: set[frozenset[str]] = set()
    for record in labelled:
        for a in record["activities"]:
            codes[a["code"]] += 1
            words.add(wording(a["quote"]))

    def worth(candidate: Candidate) -> float:
        parts = [
            d * (KNOWN_WORDING if w in words else 1.0) / (1 + codes[c]) ** SOFTLY for d, c, w in candidate.activities
        ]
        return float(sum(parts)) / math.sqrt(max(len(parts), 1))

    # a note's worth only falls as others are chosen, so that an old value is a bound: few are computed anew
    heap = [(-worth(c), i) for i, c in enumerate(candidates)]
    heapq.heapify(heap)
    out: list[Choice] = []
    while heap and len(out) < number:
        _, i = heapq.heappop(heap)
        chosen = candidates[i]
        now = worth(chosen)
        if heap and (-now, i) > heap[0]:
            heapq.heappush(heap, (-now, i))
            continue
        lowest = 1 - max((d for d, _, _ in chosen.activities), default=0.0)
        out.append(
            Choice(chosen.id, round(now, 4), round(lowest, 3), tuple(dict.fromkeys(c for _, c, _ in chosen.activities)))
        )
        codes.update(c for _, c, _ in chosen.activities)
        words.update(w for _, _, w in chosen.activities)
    return out
