"""The few weights that join rules, model, lexicon and the therapist's code, fitted on out-of-fold predictions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from nlp_coder.classify.certainty import BOUNDS, MEASURES, Certainty, Step
from nlp_coder.classify.weigh import Voices, Weights, weigh

_BEST = 0.75
"""Share of the target that the best of several defensible codes gets; the others share the rest."""


def fit_weights(voices: Sequence[Voices], acceptable: Sequence[tuple[str, ...]]) -> Weights:
    """Weights that make the labelled codes most probable (conditional logit, lightly held towards the defaults).

    voices must carry probabilities from models that did not see the example. What is fitted is which code is the best
    and which are defensible; how often the best is right a temperature tells (`fit_temperature`).
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


def fit_temperature(voices: Sequence[Voices], acceptable: Sequence[tuple[str, ...]], weights: Weights) -> float:
    """The temperature for `weigh` (over 1 flattens) under which the best code is right as often as its confidence says.

    voices must carry probabilities from models that did not see the example. A best code counts as right where it is one
    of the acceptable ones. Minimises the log loss of that; between 1/4 and 4. Raises ValueError where there is no example.
    """
    if not voices:
        raise ValueError("a temperature needs at least one example")
    ranked = [weigh(voice, weights) for voice in voices]
    width = max(map(len, ranked))
    logs = np.full((len(ranked), width), -np.inf)
    for i, row in enumerate(ranked):
        logs[i, : len(row)] = np.log(np.maximum([p for _, p in row], 1e-12))
    logs -= logs[:, :1]  # the best code, which no temperature changes, stands first
    right = np.array([row[0][0] in good for row, good in zip(ranked, acceptable, strict=True)])

    def loss(log_temperature: float) -> float:
        best = 1 / np.exp(logs / np.exp(log_temperature)).sum(axis=1)
        return float(-np.log(np.clip(np.where(right, best, 1 - best), 1e-12, 1.0)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-np.log(4), np.log(4)), method="bounded").x))


def fit_ruled_out(
    ranked: Sequence[Sequence[tuple[str, float]]], acceptable: Sequence[tuple[str, ...]], level: float = 0.95
) -> float | None:
    """The probability from which on a code cannot be ruled out: the codes above it hold a defensible one in `level` of cases.

    ranked: (code, probability) of activities by models that saw neither their note nor their wording. Split conformal
    prediction with one minus the probability of the likeliest acceptable code as score (Vovk 2005; Angelopoulos & Bates
    2021, section 1). None where there are too few activities to promise the level.
    """
    own = sorted(
        max((p for c, p in row if c in good), default=0.0) for row, good in zip(ranked, acceptable, strict=True)
    )
    rank = math.floor((1 - level) * (len(own) + 1))
    return own[rank - 1] if rank >= 1 else None


def fit_certainty(measures: Sequence[Sequence[float]], right: Sequence[bool]) -> Certainty | None:
    """The curve that makes one confidence of what is known of an activity found.

    measures: those of `classify.certainty` for each activity found, by parts that saw neither its note nor, for place and
    status, its writer. right: whether place, status and code were all right. Logistic regression over the measures set to
    one scale (Platt 1999) within their bounds, lightly held so that few notes give no steep curve. None where all were right
    or all wrong, or the surer ones were not righter: nothing can be told then.
    """
    if len(set(right)) < 2:
        return None
    rows, truly = np.array(measures, float), np.asarray(right)
    centre, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = (rows - centre) / scale

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ w[1:] + w[0]
        value = np.logaddexp(0, np.where(truly, -scores, scores)).sum() + 0.5 * (w[1:] ** 2).sum()
        off = 1 / (1 + np.exp(-scores)) - truly
        return float(value), np.concatenate([[off.sum()], scaled.T @ off + w[1:]])

    start = np.zeros(len(MEASURES) + 1)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *BOUNDS]).x
    weights = fitted[1:] / scale
    if not weights[: len(Step._fields) + 1].any():
        return None
    return Certainty(float(fitted[0] - (weights * centre).sum()), tuple(float(w) for w in weights))
