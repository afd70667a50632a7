"""The few weights that join rules, model, lexicon and the therapist's code, fitted on out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from nlp_coder.classify.weigh import Voices, Weights

_BEST = 0.75
"""Share of the target that the best of several defensible codes gets; the others share the rest."""


def fit_weights(voices: Sequence[Voices], acceptable: Sequence[tuple[str, ...]]) -> Weights:
    """Weights that make the labelled codes most probable (conditional logit, lightly held towards the defaults).

    voices must carry probabilities from models that did not see the example. The softmax of the fitted scores is
    itself calibrated on these data, so no further temperature is needed.
    """
    codes = [v.codes() for v in voices]
    width = max(map(len, codes))
    parts = np.zeros((len(voices), width, 5))
    open_slots = np.zeros((len(voices), width), dtype=bool)
    target = np.zeros((len(voices), width))
    for i, (voice, mine, good) in enumerate(zip(voices, codes, acceptable, strict=True)):
        for j, code in enumerate(mine):
            parts[i, j] = voice.parts(code)
            open_slots[i, j] = True
            if code in good:
                target[i, j] = 1.0 if len(good) == 1 else _BEST if code == good[0] else (1 - _BEST) / (len(good) - 1)
    total = target.sum(axis=1, keepdims=True)
    usable = total[:, 0] > 0
    parts, open_slots, target = parts[usable], open_slots[usable], target[usable] / total[usable]
    start = np.array(list(Weights().to_dict().values()))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.where(open_slots, parts @ w, -np.inf)
        scores = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        value = -(target * np.log(np.maximum(p, 1e-12))).sum() / len(p) + 1e-3 * ((w - start) ** 2).sum()
        gradient = np.einsum("ij,ijk->k", p - target, parts) / len(p) + 2e-3 * (w - start)
        return float(value), gradient

    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.05, 8.0)] * 5).x
    return Weights(*(float(x) for x in fitted))
