"""Boosted decision trees applied from plain arrays, many rows at once and without scikit-learn.

Every tree is laid out as a complete binary tree of one depth: node i has the children 2i+1 (value at most the
threshold) and 2i+2. A test shows the same probabilities as the scikit-learn model that the arrays were taken from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Trees:
    """columns, thresholds: (trees, inner nodes). leaves: (trees, leaves), already scaled by the learning rate."""

    columns: NDArray[np.int32]
    thresholds: NDArray[np.float32]
    leaves: NDArray[np.float32]

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of "yes" for each row (rows x columns)."""
        trees, inner = self.columns.shape
        values = rows.astype(np.float32)
        each = np.arange(trees)
        node = np.zeros((len(rows), trees), np.int64)
        for _ in range((inner + 1).bit_length() - 1):
            column = self.columns[each, node]
            right = np.take_along_axis(values, column, axis=1) > self.thresholds[each, node]
            node = 2 * node + 1 + right
        scores = self.leaves[each, node - inner].sum(axis=1, dtype=np.float64)
        return np.asarray(1.0 / (1.0 + np.exp(-scores)))
