"""The code model: a linear classifier and small neural nets over the same features, their probabilities averaged.

The linear part adds up what each feature says; the nets hear combinations (a treadmill with "step length", cuff weights at a
table). Together they are better on wordings never seen than each alone (see the README). All are applied with plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlp_coder.classify.linear import LinearModel, known_rows


@dataclass(frozen=True)
class Net:
    """One hidden layer of rectified units. classes: labels. vocabulary: feature name -> row of `hidden` (features x units).
    out: units x classes."""

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]

    def probabilities(self, features: Sequence[str]) -> NDArray[np.float64]:
        """One probability a class; features count once each."""
        return self.of_rows(known_rows(self.vocabulary, features))

    def of_rows(self, index: Sequence[int]) -> NDArray[np.float64]:
        """The probabilities for rows of `hidden`, those of features."""
        units = self.hidden_bias.astype(np.float64)
        if index:
            units = units + np.add.reduce(self.hidden.take(index, axis=0), axis=0, dtype=np.float64)
        scores = np.maximum(units, 0) @ self.out + self.out_bias
        p = np.exp(scores - scores.max())
        answer: NDArray[np.float64] = p / p.sum()
        return answer


@dataclass(frozen=True)
class CodeModel:
    """linear: the linear part. nets: the nets, all with one vocabulary and the same classes, some of the linear part's;
    may be none."""

    linear: LinearModel
    nets: tuple[Net, ...] = ()

    def probabilities(self, features: Sequence[str]) -> dict[str, float]:
        """Code -> probability: half the linear part's, half the nets' mean."""
        p = self.linear.likely(features)
        if self.nets:
            index = known_rows(self.nets[0].vocabulary, features)
            p[self._known] += np.mean([net.of_rows(index) for net in self.nets], axis=0)
            p /= 2
        return dict(zip(self.linear.classes, p.tolist(), strict=True))

    @cached_property
    def _known(self) -> list[int]:
        """Where the nets' classes stand among the linear part's."""
        at = {code: i for i, code in enumerate(self.linear.classes)}
        return [at[code] for code in self.nets[0].classes]

    def best(self, features: Sequence[str]) -> str:
        """The likeliest code."""
        found = self.probabilities(features)
        return max(found, key=found.__getitem__)

    def weights_for(self, features: Sequence[str], code: str) -> list[float]:
        """How strongly each feature speaks for a code in the linear part."""
        return self.linear.weights_for(features, code)
