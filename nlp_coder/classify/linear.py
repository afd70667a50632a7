"""A fitted linear classifier applied without importing scikit-learn: names to weights, weights to probabilities.

The arrays are those of a scikit-learn DictVectorizer + LogisticRegression (see `nlp_coder.learn.train`); a test shows
that both give the same probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def known_rows(vocabulary: Mapping[str, int], features: Iterable[str]) -> list[int]:
    """The rows that a vocabulary gives features; unknown ones have none."""
    return [i for i in map(vocabulary.get, features) if i is not None]


@dataclass(frozen=True)
class LinearModel:
    """classes: labels. vocabulary: feature name -> row of `weights` (features x classes). bias: one for each class."""

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Iterable[str]) -> NDArray[np.float64]:
        """The classes' scores for feature names, each counted once; unknown names count for nothing."""
        index = known_rows(self.vocabulary, features)
        if not index:
            return self.bias.astype(np.float64)
        total: NDArray[np.float64] = (
            np.add.reduce(self.weights.take(index, axis=0), axis=0, dtype=np.float64) + self.bias
        )
        return total

    def probabilities(self, features: Iterable[str], temperature: float = 1.0) -> dict[str, float]:
        """Label -> probability. temperature: over 1 flattens, as calibration asks."""
        return dict(zip(self.classes, self.likely(features, temperature).tolist(), strict=True))

    def likely(self, features: Iterable[str], temperature: float = 1.0) -> NDArray[np.float64]:
        """The probability of each class."""
        scores = self.scores(features) / temperature
        p: NDArray[np.float64] = np.exp(scores - scores.max())
        p /= p.sum()
        return p

    def best(self, features: Iterable[str]) -> str:
        """The label with the highest score."""
        return self.classes[int(self.scores(features).argmax())]

    def weights_for(self, features: Sequence[str], label: str) -> list[float]:
        """How strongly each feature speaks for a label (0 where either is unknown)."""
        if label not in self.classes:
            return [0.0] * len(features)
        rows = [self.vocabulary.get(f, -1) for f in features]
        found = self.weights[rows, self.classes.index(label)].tolist()
        return [w if row >= 0 else 0.0 for w, row in zip(found, rows, strict=True)]

    def weight(self, feature: str, label: str) -> float:
        """How strongly one feature speaks for a label (0 where either is unknown)."""
        return self.weights_for([feature], label)[0]

    def arrays(self) -> dict[str, Any]:
        """What a file keeps of the model."""
        return {"weights": self.weights, "bias": self.bias}
