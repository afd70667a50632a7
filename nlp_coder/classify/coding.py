"""One activity to one code: rules, model, lexicon and the therapist's own code heard and weighed, with the reasons kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nlp_coder.classify.described import Described
from nlp_coder.classify.features import code_features
from nlp_coder.classify.rules import match
from nlp_coder.classify.weigh import Voices, explained, weigh
from nlp_coder.extract.heading_words import CODE
from nlp_coder.extract.tests_told import TESTED
from nlp_coder.model import Model
from nlp_coder.note import Alternative, Evidence

SHOWN_ALTERNATIVE = 0.02
"""Alternatives below this probability are left out of the record."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The code of an activity. not_ruled_out: see `Activity`. description: probabilities of the description alone, without
    the therapist's code. ranked: (code, probability) of every code heard, the likeliest first."""

    code: str
    confidence: float
    alternatives: tuple[Alternative, ...]
    not_ruled_out: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    description: Mapping[str, float]
    ranked: tuple[tuple[str, float], ...] = ()


def shown_alternatives(
    ranked: Sequence[tuple[str, float]], least: float | None
) -> tuple[tuple[Alternative, ...], tuple[str, ...]]:
    """The alternatives that a record shows, and the further codes that cannot be ruled out (probability `least` or more)."""
    others = tuple(Alternative(c, p) for c, p in ranked[1:6] if p >= SHOWN_ALTERNATIVE)
    return others, tuple(c for c, p in ranked[1:] if least is not None and p >= least)


def decide(
    activity: Described, item_start: int, heading_code: str | None, written: bool, model: Model,
    impossible: Collection[str] = (),
) -> Decision:  # fmt: skip
    """Weigh everything that speaks about an activity's code.

    item_start: offset of `activity.item` in the note, so that the deciding words get their place. heading_code: the
    code that the therapist wrote for it or that its heading stands for; written: whether as digits. impossible: codes that
    the note cannot mean (see `needed`), unless it is written.
    """
    if heading_code is not None and re.fullmatch(CODE, activity.phrase):
        return _by_its_code(heading_code)
    votes = match(activity)
    features = code_features(activity, votes)
    probabilities = model.code.probabilities(features)
    voices = Voices(probabilities, votes, activity.lexicon_code, activity.lexicon_also, heading_code, written)
    ranked = weigh(voices, model.weights, model.temperature)
    ranked = _without([c for c in impossible if c != heading_code], ranked)
    alone = ranked
    if heading_code is not None:
        unwritten = Voices(probabilities, votes, activity.lexicon_code, activity.lexicon_also, None)
        alone = weigh(unwritten, model.weights, model.temperature)
    code, confidence = ranked[0]
    evidence = [
        Evidence(
            v.kind, v.id, v.code, round(v.weight, 3), v.reason, v.source,
            None if v.start is None else v.start + item_start, None if v.end is None else v.end + item_start,
        )
        for v in votes
    ]  # fmt: skip
    if activity.lexicon_code:
        own = activity.lexicon_source.startswith("own: ")
        evidence.append(
            Evidence("lexicon", activity.lexicon_code, activity.lexicon_code, 0.5,
                     f"{'your' if own else 'the'} lexicon's code for {' and '.join(activity.classes)} work where nothing else is said",
                     activity.lexicon_source if own else "data/lexicon")
        )  # fmt: skip
    if heading_code:
        what = "the therapist wrote this code for it" if written else "it stands under a heading for this code"
        evidence.append(Evidence("heading", heading_code, heading_code, 1.0, what, "the note"))
    evidence.append(
        Evidence(
            "model",
            model.name,
            code,
            round(probabilities.get(code, 0.0), 3),
            _model_words(features, code, model),
            model.version,
        )
    )
    others, also = shown_alternatives(ranked, model.ruled_out_below)
    return Decision(code, confidence, others, also, explained(evidence, code), dict(alone), tuple(ranked))


def _without(codes: Collection[str], ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranked codes but for some, whose probability the others share; all where no other is left."""
    left = [(c, p) for c, p in ranked if c not in codes]
    total = sum(p for _, p in left)
    return [(c, p / total) for c, p in left] if len(left) < len(ranked) and total else ranked


WRITTEN_ALONE = 0.7
"""How sure a code is that the note writes and nothing in it describes: below what is coded unread."""


def _by_its_code(code: str) -> Decision:
    """The decision where the note names a service by its code alone: there is nothing to weigh it with."""
    reason = "the note writes this code with its minutes and does not say what was done"
    evidence = (Evidence("heading", code, code, 1.0, reason, "the note"),)
    return Decision(code, WRITTEN_ALONE, (), (), evidence, {code: WRITTEN_ALONE}, ((code, WRITTEN_ALONE),))


LISTED_TEST = 0.9
"""How sure the code of a test is that a note lists as part of a service with a time and a report."""


def as_a_listed_test() -> Decision:
    """The decision for an item of a list of tests given as a service: what is tested there is elsewhere another service."""
    reason = "the note lists it as a test of a service with a time and a report"
    evidence = (Evidence("heading", TESTED, TESTED, 1.0, reason, "annotation guide"),)
    return Decision(TESTED, LISTED_TEST, (), (), evidence, {TESTED: LISTED_TEST}, ((TESTED, LISTED_TEST),))


def _model_words(features: list[str], code: str, model: Model) -> str:
    """The words that weigh most for a code, in plain words."""
    words = [f for f in features if f[:2] in ("w:", "2:", "c:")]
    heaviest = sorted(zip(model.code.weights_for(words, code), words, strict=True), reverse=True)[:3]
    best = [f[2:].replace("_", " ") for weight, f in heaviest if weight > 0.05]
    return (
        "trained on labelled notes: weighs " + ", ".join(f"“{w}”" for w in best)
        if best
        else "trained on labelled notes"
    )
