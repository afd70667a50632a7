"""What the activities told together say about each other's codes.

Items that share one time are most often one service, and so, less surely, are those of one line and the neighbours of an
item on a line of its own. Each item's own evidence is weighed with that of the others: an item that is sure of its code
stays, one that is not goes along with its company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp_coder.classify.coding import Decision, shown_alternatives
from nlp_coder.company import Companions, weighed_with
from nlp_coder.note import Evidence

TIME, LINE, NEIGHBOUR = 1.0, 0.2, 0.1
"""How much the mean log probability of the others counts beside an item's own (1): others of one time, of its line, and the
neighbours on other lines. Chosen on codes predicted out of fold for the activities of the taught writers: right among the
defensible .924 without, .933 with; 129 mended, 43 spoilt of 9,772."""
UNHEARD = 0.03
"""A code that another item all but rules out is held against an item no more than this."""
CODES = 8
"""The codes of an item that are weighed at all, the likeliest first."""


def in_company(
    decisions: Sequence[Decision],
    together: Sequence[Sequence[int]],
    lines: Sequence[int],
    least: float | None,
    settled: Mapping[int, str] | None = None,
) -> list[Decision]:
    """The decisions, each weighed with those told together with it.

    together: indices of the activities that share a time. lines: per activity the number of its line. least: the
    probability below which a code is ruled out (see `Model.ruled_out_below`). settled: codes that a person has decided, by
    index; these stay, and count as sure.
    """
    settled = settled or {}
    heard = [{settled[i]: 1.0} if i in settled else dict(d.ranked) for i, d in enumerate(decisions)]
    companions: list[set[int]] = [set() for _ in decisions]
    for group in together:
        for i in group:
            companions[i] |= set(group) - {i}
    out = list(decisions)
    for i, decision in enumerate(decisions):
        if i in settled or len(decision.ranked) < 2:
            continue
        line = [j for j in range(len(decisions)) if lines[j] == lines[i] and j != i and j not in companions[i]]
        beside = [
            j for j in (i - 1, i + 1)
            if 0 <= j < len(decisions) and lines[j] != lines[i] and j not in companions[i]
        ]  # fmt: skip
        groups = [
            ([heard[j] for j in others], w) for others, w in ((companions[i], TIME), (line, LINE), (beside, NEIGHBOUR))
        ]
        if any(others for others, _ in groups):
            out[i] = _weighed(decision, groups, least)
    return out


def _weighed(decision: Decision, groups: Sequence[Companions], least: float | None) -> Decision:
    chances = weighed_with(dict(decision.ranked[:CODES]), groups, UNHEARD)
    ranked = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))
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
