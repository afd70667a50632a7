"""How rules, model, lexicon and the therapist's own code are weighed into one calibrated answer.

Each code's score is a weighted sum of what speaks for it; the scores become probabilities by one softmax. The weights
are few, are fitted on predictions for data the model was not fitted on, and stand in the model's manifest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from nlp_coder.note import Evidence

FLOOR = 1e-4
LAW = 1.0
"""A rule of this strength is law (group work, work in water): its code is taken whatever else speaks."""
LAW_BONUS = 8.0


@dataclass(frozen=True, slots=True)
class Weights:
    """model: of the log probability. rules: of the summed rule strengths. lexicon: of the lexicon's default.

    heading: of the therapist's own heading or code where it is defensible for the description (see `weigh`).
    stray: of the therapist's code where the description gives it no support.
    """

    model: float = 1.0
    rules: float = 0.8
    lexicon: float = 0.6
    heading: float = 3.0
    stray: float = 0.3

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Weights:
        """Read back from a manifest."""
        return cls(**{f.name: float(values[f.name]) for f in fields(cls) if f.name in values})

    def to_dict(self) -> dict[str, float]:
        """For the manifest."""
        return {f.name: round(getattr(self, f.name), 4) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Voices:
    """What speaks about one activity's code: the model's probabilities, rule votes, lexicon code, written code."""

    model: Mapping[str, float]
    votes: Sequence[Evidence]
    lexicon_code: str | None
    lexicon_also: Sequence[str]
    heading_code: str | None
    written: bool = False

    def rule_sums(self) -> dict[str, float]:
        """Code -> the strengths of the rules that speak for it, added and capped; codes without a vote are left out."""
        strengths: dict[str, list[float]] = {}
        for vote in self.votes:
            strengths.setdefault(vote.code, []).append(vote.weight)
        return {code: min(sum(each), 2.0) for code, each in strengths.items()}

    def parts(
        self, code: str, rule_sums: Mapping[str, float] | None = None
    ) -> tuple[float, float, float, float, float]:
        """The five inputs of `Weights` for one code, in order.

        rule_sums: `rule_sums()`, where the caller asks for many codes and has it already.
        """
        own = self.model.get(code, 0.0)
        return math.log(max(own, FLOOR)), *self.beside_model(code, self.rule_sums() if rule_sums is None else rule_sums)

    def beside_model(self, code: str, rule_sums: Mapping[str, float]) -> tuple[float, float, float, float]:
        """The inputs of `Weights` for one code but the model's: rules, lexicon, heading, stray."""
        rule = rule_sums.get(code, 0.0)
        lexicon = 1.0 if code == self.lexicon_code else 0.35 if code in self.lexicon_also else 0.0
        heading = stray = 0.0
        if code == self.heading_code:
            # a written code settles a tie between defensible codes; what the description rules out it does not save
            if self.model.get(code, 0.0) >= 0.08 or code in self.lexicon_also or code == self.lexicon_code or rule > 0:
                heading = 1.0
            else:
                stray = 1.0
        return rule, lexicon, heading, stray

    def codes(self) -> list[str]:
        """Every code anything speaks for."""
        extra = [v.code for v in self.votes] + [c for c in (self.lexicon_code, self.heading_code) if c]
        return list(dict.fromkeys([*self.model, *extra, *self.lexicon_also]))


def weigh(voices: Voices, weights: Weights, temperature: float = 1.0) -> list[tuple[str, float]]:
    """(code, probability), best first; ties go to the lower code so that the order is always the same.

    temperature: divides the scores; fitted out of fold so that a confidence of 0.8 is right four times in five.
    """
    codes = voices.codes()
    own = np.zeros(len(codes))
    own[: len(voices.model)] = np.fromiter(voices.model.values(), float, len(voices.model))
    scores = weights.model * np.log(np.maximum(own, FLOOR))  # most codes have no voice but the model's
    rule_sums = voices.rule_sums()
    law = {v.code for v in voices.votes if v.weight >= LAW}
    heard = {*voices.lexicon_also, *rule_sums, *(c for c in (voices.lexicon_code, voices.heading_code) if c)}
    for code in heard:
        rule, lexicon, heading, stray = voices.beside_model(code, rule_sums)
        more = weights.rules * rule + weights.lexicon * lexicon + weights.heading * heading + weights.stray * stray
        at = codes.index(code)
        scores[at] += more
        if code in law:
            scores[at] += LAW_BONUS
    raised = np.exp((scores - scores.max()) / temperature)
    raised /= raised.sum()
    return [(code, -p) for p, code in sorted(zip((-raised).tolist(), codes, strict=True))]


def explained(evidence: Iterable[Evidence], code: str) -> tuple[Evidence, ...]:
    """The evidence that speaks for a code first, strongest first, then what spoke against it."""
    items = list(evidence)
    return tuple(sorted(items, key=lambda e: (e.code != code, -e.weight, e.kind, e.id)))
