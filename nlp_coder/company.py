"""One answer of an item weighed with those of the items that stand with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

_LEAST = 1e-5
NEAREST = 24
"""An item keeps company with so many others on either side of it and no more: a whole note on one line must not take time
that grows with the square of its length."""

Companions = tuple[Sequence[Mapping[str, float]], float]
"""The answers (name -> probability) of some other items, and how much they count together."""


def weighed_with(own: Mapping[str, float], companions: Sequence[Companions], unheard: float) -> dict[str, float]:
    """An item's probabilities, weighed with those of its companions.

    The log probability of each answer, and for each group of companions their mean log probability times its weight, are
    added; the sums become probabilities again. unheard: what a companion all but rules out is held against an answer no
    more than this probability would be.
    """
    scores = {
        name: math.log(max(p, _LEAST))
        + sum(
            weight * sum(math.log(max(other.get(name, 0.0), unheard)) for other in others) / len(others)
            for others, weight in companions
            if others
        )
        for name, p in own.items()
    }
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}
