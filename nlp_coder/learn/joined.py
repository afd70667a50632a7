"""What joins the parts of a model into one answer and one confidence, fitted on predictions out of fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp_coder.classify.certainty import Certainty
from nlp_coder.classify.weigh import Weights, weigh
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.answers import Answer, code_answers, measures_and_right
from nlp_coder.learn.found_company import found_in_company
from nlp_coder.learn.teach_codes import Example, voices_of
from nlp_coder.learn.teach_verdict import Judged, Opinion
from nlp_coder.learn.weights import fit_certainty, fit_ruled_out, fit_temperature, fit_weights


@dataclass(frozen=True)
class Joint:
    """weights, temperature, certainty and ruled_out_below (see `Model`) stand in the manifest; the answers are what they
    were fitted and measured on.

    codes: of every labelled activity, by models that saw neither its note nor its wording. performed: of every phrase
    that the program would find performed in a note, by parts that had not seen it; each with the joint confidence.
    plain: the same with the confidence in the code alone and no temperature, as it was before calibration.
    """

    weights: Weights
    temperature: float
    certainty: Certainty | None
    ruled_out_below: float | None
    codes: list[Answer]
    performed: list[Answer]
    plain: list[Answer]


def joined(
    records: Sequence[Mapping[str, Any]],
    readings: Sequence[Reading],
    examples: Sequence[Example],
    probabilities: Sequence[dict[str, float]],
    found: tuple[Sequence[Example], Sequence[dict[str, float]]],
    judged: Sequence[Judged],
    opinions: Sequence[Opinion],
) -> Joint:
    """Fit what joins the parts.

    probabilities: of the examples' codes, out of fold. found: the phrases kept in the notes (see `answers.kept_spans`)
    and their code probabilities, likewise.
    """
    voices = voices_of(examples, probabilities)
    acceptable = [e.acceptable for e in examples]
    weights = fit_weights(voices, acceptable)
    temperature = fit_temperature(voices, acceptable, weights)
    theirs = voices_of(*found)
    _, plain = measures_and_right(records, judged, opinions, found[0], [weigh(v, weights)[0] for v in theirs])
    alone = [weigh(v, weights, temperature) for v in theirs]
    best = [r[0] for r in found_in_company(readings, judged, opinions, found[0], alone)]
    measures, performed = measures_and_right(records, judged, opinions, found[0], best)
    certainty = fit_certainty(measures, [a.right for a in performed])
    if certainty is not None:
        performed = [replace(a, confidence=certainty.joint(m)) for a, m in zip(performed, measures, strict=True)]
    ranked = [weigh(v, weights, temperature) for v in voices]
    of_notes = [i for i, e in enumerate(examples) if "lines" in records[e.record]]
    below = fit_ruled_out([ranked[i] for i in of_notes], [acceptable[i] for i in of_notes])
    return Joint(weights, temperature, certainty, below, code_answers(examples, ranked), performed, plain)
