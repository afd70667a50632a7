"""A stratified sample of claim lines: every code has its share, and the rare ones at least one."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def shares(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """How many lines of each code a sample of `number` takes: in proportion, largest remainder first, at least one of
    each code where the number reaches for that, else of the most frequent codes.

    >>> shares({"97110": 80, "97140": 15, "97035": 5}, 10)
    {'97110': 7, '97140': 2, '97035': 1}
    """
    total = sum(sizes.values())
    if number >= total:
        return dict(sizes)
    order = sorted(sizes, key=lambda c: (-sizes[c], c))
    taken = {c: int(n < number) for n, c in enumerate(order)}
    left = number - sum(taken.values())
    if left <= 0:
        return {c: taken[c] for c in sizes}
    room = {c: sizes[c] - taken[c] for c in sizes}
    exact = {c: left * room[c] / sum(room.values()) for c in sizes}
    for code in sizes:
        taken[code] += int(exact[code])
    left = number - sum(taken.values())
    for code in sorted(sizes, key=lambda c: (int(exact[c]) - exact[c], c)):
        if left and taken[code] < sizes[code]:
            taken[code] += 1
            left -= 1
    return {c: taken[c] for c in sizes}


def stratified(lines: Sequence[tuple[Key, str]], number: int, seed: int) -> dict[Key, float]:
    """The chosen lines of (key, code) with their weight: how many lines of its code each one stands for.

    The same lines, number and seed give the same sample. Raises ValueError for a number below 1.
    """
    if number < 1:
        raise ValueError(f"a sample of {number} lines is none; give a number from 1")
    strata: dict[str, list[Key]] = {}
    for key, code in lines:
        strata.setdefault(code, []).append(key)
    pick = random.Random(seed)
    chosen: dict[Key, float] = {}
    for code, size in sorted(shares({c: len(k) for c, k in strata.items()}, number).items()):
        for key in pick.sample(strata[code], size):
            chosen[key] = len(strata[code]) / size
    return chosen
