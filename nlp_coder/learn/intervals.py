"""How far a figure may be off because only these notes were looked at: the bootstrap, by note.

Activities of one note stand or fall together, so notes are drawn and not activities (Efron & Tibshirani 1993, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
LEVEL = 0.95
SEED = 20261125

Interval = tuple[float, float]


def intervals(
    notes: Sequence[Mapping[str, int]], figures: Mapping[str, tuple[str, ...]], draws: int = DRAWS
) -> dict[str, Interval | None]:
    """The LEVEL interval (low, high) of each figure; None where it is undefined or there are fewer than two notes.

    notes: the sums that each note adds. figures: name -> names of (hits, of) for a share, or of (hits, predicted, gold)
    for an F1. A draw in which there is nothing to divide by is left out.
    """
    if len(notes) < 2:
        return dict.fromkeys(figures)
    names = sorted({k for parts in figures.values() for k in parts})
    column = {k: i for i, k in enumerate(names)}
    table = np.array([[n.get(k, 0) for k in names] for n in notes], dtype=np.float64)
    sums = drawn(len(notes), draws) @ table
    out: dict[str, Interval | None] = {}
    for name, (hits, *of) in figures.items():
        whole = sum(sums[:, column[k]] for k in of)
        usable = np.asarray(whole) > 0
        if not usable.any():
            out[name] = None
            continue
        values = len(of) * sums[usable, column[hits]] / np.asarray(whole)[usable]
        out[name] = _ends(values)
    return out


def interval_of(
    groups: Sequence[Sequence[int]], figure: Callable[[NDArray[np.intp]], float], draws: int = 300
) -> Interval:
    """The interval of any figure of rows. groups: the rows of each note. figure: of the rows of one draw (with repeats)."""
    arrays = [np.asarray(g, dtype=np.intp) for g in groups]
    rng = np.random.default_rng(SEED)
    values = []
    for _ in range(draws):
        rows = np.concatenate([arrays[i] for i in rng.integers(len(arrays), size=len(arrays))])
        if len(rows):
            values.append(figure(rows))
    return _ends(np.array(values))


def drawn(notes: int, draws: int) -> NDArray[np.float64]:
    """How often each note is in each draw (draws x notes); the same for the same numbers."""
    rng = np.random.default_rng(SEED)
    out = np.zeros((draws, notes))
    for row in out:
        np.add.at(row, rng.integers(notes, size=notes), 1.0)
    return out


def _ends(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return round(float(low), 3), round(float(high), 3)
