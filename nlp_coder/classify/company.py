"""What the activities told together say about each other's codes.

Items that share one time are most often one service, and so, less surely, are those of one line and the neighbours of an
item on a line of its own. Each item's own evidence is weighed with that of the others: an item that is sure of its code
stays, one that is not goes along with its company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp_coder.classify.coding import Decision, shown_alternatives
from nlp_coder.company import NEAREST, weighed_with
from nlp_coder.note import Evidence

TIME, LINE, NEIGHBOUR = 1.0, 0.2, 0.1
"""How much the mean log probability of the others counts beside an item's own (1): others of one time, of its line, and the
neighbours on other lines. Chosen on codes predicted out of fold for the activities of the taught writers: right among the
defensible .924 without, .933 with; 129 mended, 43 spoilt of 9,772."""
UNHEARD = 0.03
"""A code that another item all but rules out is held against an item no more than this."""
CODES = 8
"""The codes of an item that are weighed at all, the likeliest first."""


Ranked = Sequence[tuple[str, float]]
"""(code, probability) of one activity, best first."""


def weighed_together(
    ranked: Sequence[Ranked], together: Sequence[Sequence[int]], lines: Sequence[int], sure: Mapping[int, str]
) -> list[Ranked]:
    """The codes of a note's activities, each weighed with those told together with it.

    together: indices of the activities that share a time. lines: per activity the number of its line. sure: codes that a
    person has decided, by index; these stay.
    """
    heard = [{sure[i]: 1.0} if i in sure else dict(r) for i, r in enumerate(ranked)]
    companions: list[set[int]] = [set() for _ in ranked]
    for group in together:
        for place, i in enumerate(group):
            companions[i] |= {*group[max(place - NEAREST, 0) : place + NEAREST + 1]} - {i}
    out = list(ranked)
    for i, mine in enumerate(ranked):
        if i in sure or len(mine) < 2:
            continue
        about = range(max(i - NEAREST, 0), min(i + NEAREST + 1, len(ranked)))
        line = [j for j in about if lines[j] == lines[i] and j != i and j not in companions[i]]
        beside = [
            j for j in (i - 1, i + 1)
            if 0 <= j < len(ranked) and lines[j] != lines[i] and j not in companions[i]
        ]  # fmt: skip
        groups = [
            ([heard[j] for j in others], w) for others, w in ((companions[i], TIME), (line, LINE), (beside, NEIGHBOUR))
        ]
        if any(others for others, _ in groups):
            chances = weighed_with(dict(mine[:CODES]), groups, UNHEARD)
            out[i] = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))
    return out


def in_company(
    decisions: Sequence[Decision],
    together: Sequence[Sequence[int]],
    lines: Sequence[int],
    least: float | None,
    settled: Mapping[int, str] | None = None,
) -> list[Decision]:
    """The decisions, each weighed with those told together with it (see `weighed_together`).

    least: the probability below which a code is ruled out (see `Model.ruled_out_below`). settled: codes that a person has
    decided, by index; these stay, and count as sure.
    """
    weighed = weighed_together([d.ranked for d in decisions], together, lines, settled or {})
    return [d if r is d.ranked else _weighed(d, r, least) for d, r in zip(decisions, weighed, strict=True)]


def _weighed(decision: Decision, ranked: Ranked, least: float | None) -> Decision:
    code, confidence = ranked[0]
    evidence = decision.evidence
    if code != decision.code:
        reason = "those told together with it are this service, and its own words leave it open"
        evidence = (Evidence("company", "company", code, round(confidence, 3), reason, "labelled notes"), *evidence)
    others, also = shown_alternatives(ranked, least)
    return replace(
        decision, code=code, confidence=confidence, alternatives=others, not_ruled_out=also, evidence=evidence,
        ranked=tuple(ranked),
    )  # fmt: skip
