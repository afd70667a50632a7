"""From how sure each step is of an activity to one confidence: found rightly, with the right status, rightly coded.

A code can be certain for words that are no activity, or that were not done. So the confidence of an activity joins the
verdict's probabilities with the code's: their product, set right by a logistic curve that was fitted on notes of writers
the verdict had not seen (`nlp_coder.learn.weights.fit_certainty`). Of the joints tried (each log odds with a weight of its
own, the neighbours, boosted trees) the product had the least log loss on writers not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from nlp_coder.extract.verdict import log_odds


@dataclass(frozen=True, slots=True)
class Certainty:
    """The curve over the log odds of the product."""

    bias: float
    slope: float

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Certainty:
        """Read back from a manifest."""
        return cls(**{f.name: float(values[f.name]) for f in fields(cls)})

    def to_dict(self) -> dict[str, float]:
        """For the manifest."""
        return {f.name: round(getattr(self, f.name), 4) for f in fields(self)}

    def joint(self, activity: float, status: float, code: float) -> float:
        """The probability that all three are right, from the probability of each (0-1)."""
        return 1 / (1 + math.exp(-self.bias - self.slope * log_odds(activity * status * code)))
