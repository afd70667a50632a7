"""What the activities told together, and the note's charges, say about an activity's code.

Items that share one time are most often one service, and so, less surely, are those of one line and the neighbours of an
item on a line of its own. Each item's own evidence is weighed with that of the others: an item that is sure of its code
stays, one that is not goes along with its company.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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


ONE_SERVICE = 3.0
"""By how much more likely (natural logarithm) the codes of some items must be as they stand than as one code, for items that
share one time to stay several services: of 404 labelled lists with one time .91 are one service, of those to which the model
gives several codes 29 of 34 in notes of hands that it was not taught on."""


_WHOLLY, LATER_VISIT = ("97113", "97761"), "97763"
"""In the water and with a new prosthesis, what is elsewhere another service is part of this one; a later visit's work with a
prosthesis is no training of the first."""
UNTHINKABLE = 0.001
"""No code is held less likely than this there."""


def as_one_service(
    decisions: Sequence[Decision],
    together: Sequence[Sequence[int]],
    timed: Collection[str],
    least: float | None,
    settled: Mapping[int, str] | None = None,
) -> list[Decision]:
    """The decisions, where items that share one time and of which several timed codes are thought become one service, unless
    what each says of itself speaks clearly against it (see `ONE_SERVICE`). least, settled: see `in_company`."""
    out, settled = list(decisions), settled or {}
    for group in together:
        mine = [i for i in group if out[i].code in timed]
        codes = {out[i].code for i in mine}
        if len(codes) < 2 or any(i in settled for i in mine):
            continue
        wholly = [c for c in _WHOLLY if c in codes and LATER_VISIT not in codes]
        costs = {code: sum(_cost(out[i], code) for i in mine) for code in sorted(codes)}
        one = min(costs, key=lambda code: (costs[code], code))
        if len(wholly) == 1:
            one = wholly[0]
        elif costs[one] > ONE_SERVICE:
            continue
        for i in mine:
            if out[i].code != one:
                out[i] = _given(out[i], one, dict(out[i].ranked).get(one, UNHEARD), least)
    return out


def _cost(decision: Decision, code: str) -> float:
    """How much less likely a code is than the one decided (natural logarithm)."""
    return math.log(decision.confidence) - math.log(max(dict(decision.ranked).get(code, 0.0), UNTHINKABLE))


DEFENSIBLE = 0.1
"""From this probability on a code that is charged may be the activity's."""


def as_charged(
    decisions: Sequence[Decision],
    performed: Sequence[bool],
    charged: Collection[str],
    headed: Sequence[str | None],
    least: float | None,
    settled: Mapping[int, str] | None = None,
) -> list[Decision]:
    """The decisions, where a charge that nothing performed bears out goes to the activity that may best be it: the code written
    by the therapist settles a tie between defensible codes (annotation guide).

    charged: codes that the note charges minutes for. headed: per activity the code written for it or of its heading; one that
    stands under a code of its own stays, and so does the only activity of a code that is charged, too. least, settled: see
    `in_company`.
    """
    out, settled = list(decisions), settled or {}
    for code in sorted(charged):
        told = Counter(d.code for d, done in zip(out, performed, strict=True) if done)
        if code in told:
            continue
        chances = {
            i: chance
            for i, (d, done) in enumerate(zip(out, performed, strict=True))
            if done and i not in settled and headed[i] != d.code and not (d.code in charged and told[d.code] == 1)
            and (chance := dict(d.ranked).get(code, 0.0)) >= DEFENSIBLE
        }  # fmt: skip
        if not chances:
            continue
        best = max(chances, key=lambda i: (chances[i] / out[i].confidence, -i))
        before = out[best].code
        mine = [i for i in chances if out[i].code == before] if before not in charged else [best]
        for i in mine:
            out[i] = _given(out[i], code, chances[i], least, CHARGED)
    return out


def as_accounted(
    decisions: Sequence[Decision],
    performed: Sequence[bool],
    shared: Sequence[tuple[Sequence[int], str | None]],
    told: Collection[str],
    untold: Collection[str],
    least: float | None,
    settled: Mapping[int, str] | None = None,
) -> list[Decision]:
    """The decisions, where the minutes that a note tells add up to its total and a code is left without any: an item of such a
    code that stands within the time of another service is that service. In none of 107 labelled notes that leave a timed
    service without minutes do the others make up the total; of eleven such codes in notes of unseen hands all were wrong.

    shared: (items, code) of each time that several share or that has a code of its own; told, untold: the codes with and without
    minutes. least, settled: see `in_company`.
    """
    out, settled = list(decisions), settled or {}
    for items, own in shared:
        codes = Counter(out[i].code for i in items if performed[i] and out[i].code in told)
        home = own if own in told else codes.most_common(1)[0][0] if codes else None
        for i in items:
            if home is not None and performed[i] and i not in settled and out[i].code in untold:
                out[i] = _given(out[i], home, max(dict(out[i].ranked).get(home, 0.0), UNHEARD), least)
    return out


TOGETHER = Evidence(
    "company", "company", "", 0.0, "those told together with it are this service, and its own words leave it open", "labelled notes"
)  # fmt: skip
CHARGED = Evidence(
    "company", "charged", "", 0.0, "the note charges this code, and nothing else that was done can be it", "annotation guide"
)  # fmt: skip
"""Why a code is another than the activity's own words say; code and weight are filled in."""


def _given(decision: Decision, code: str, chance: float, least: float | None, why: Evidence = TOGETHER) -> Decision:
    """A decision for another code, of this probability, before those that it had."""
    return _weighed(decision, ((code, chance), *((c, p) for c, p in decision.ranked if c != code)), least, why)


def _weighed(decision: Decision, ranked: Ranked, least: float | None, why: Evidence = TOGETHER) -> Decision:
    code, confidence = ranked[0]
    evidence = decision.evidence
    if code != decision.code:
        evidence = (replace(why, code=code, weight=round(confidence, 3)), *evidence)
    others, also = shown_alternatives(ranked, least)
    return replace(
        decision, code=code, confidence=confidence, alternatives=others, not_ruled_out=also, evidence=evidence,
        ranked=tuple(ranked),
    )  # fmt: skip
