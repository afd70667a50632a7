"""From how sure each step is of an activity to one confidence: found rightly, with the right status, rightly coded.

A code can be certain for words that are no activity, or that were not done. So the confidence of an activity joins the
verdict's probabilities with the code's, and with how crowded the note is: of a long story with few activities less is
certain than of a list. The weights of this logistic curve are few, are fitted on notes of writers that the verdict had
not seen (`nlp_coder.learn.weights.fit_certainty`) and stand in the model's manifest. Of the joints tried (the product of
the three alone, the neighbours, the second best code, boosted trees over thirty such measures) this one let as many
activities pass at 95 % precision on writers not seen as the trees, and said more truly how sure it was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nlp_coder.extract.verdict import log_odds
from nlp_coder.note import GROUP

MEASURES = ("product", "activity", "status", "code", "number", "length", "group")
"""What is weighed: the log odds of the product of the three probabilities and of each of them; the logarithms of how
many activities of the note have that status and of the note's length; whether the code is that of group work, which one
misread word decides for many activities."""
BOUNDS = ((0.0, None), (0.0, None), (0.0, None), (0.0, None), (None, None), (None, None), (None, 0.0))
"""(lowest, highest) weight of each measure: a surer step never makes the whole less sure."""


class Step(NamedTuple):
    """How probably words are an activity, have this status if they are, and this code."""

    activity: float
    status: float
    code: float


def measured(
    steps: Sequence[Step], statuses: Sequence[str], codes: Sequence[str], length: int
) -> list[tuple[float, ...]]:
    """The `MEASURES` of a note's activities.

    statuses, codes: the most probable ones of each activity. length: of the note, in characters.
    """
    numbers = Counter(statuses)
    return [
        (
            log_odds(math.prod(step)), *map(log_odds, step), math.log(numbers[status]), math.log(max(length, 1)),
            float(code == GROUP),
        )
        for step, status, code in zip(steps, statuses, codes, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certainty:
    """The curve: a bias, and the weight of each of `MEASURES`."""

    bias: float
    weights: tuple[float, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Certainty:
        """Read back from a manifest. Raises KeyError where a measure has no weight."""
        return cls(float(values["bias"]), tuple(float(values[name]) for name in MEASURES))

    def to_dict(self) -> dict[str, float]:
        """For the manifest."""
        return {"bias": round(self.bias, 4)} | {
            name: round(weight, 4) for name, weight in zip(MEASURES, self.weights, strict=True)
        }

    def joint(self, measures: Sequence[float]) -> float:
        """The probability that all three are right, from the measures of an activity."""
        score = self.bias + sum(w * m for w, m in zip(self.weights, measures, strict=True))
        return 1 / (1 + math.exp(-max(min(score, 30.0), -30.0)))
