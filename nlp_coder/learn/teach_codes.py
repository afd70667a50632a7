"""Teaching the code model: labelled activities as it meets them, and predictions for wordings it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.pipeline import Pipeline

from nlp_coder.classify.describe import describe, told_heading
from nlp_coder.classify.described import Described
from nlp_coder.classify.features import code_features
from nlp_coder.classify.net import CodeModel, Net
from nlp_coder.classify.rules import match
from nlp_coder.classify.weigh import Voices
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.fitting import as_linear, fit_linear, fit_nets
from nlp_coder.learn.labels import Twins, folds, wording
from nlp_coder.note import Evidence

CODE_C = 3.0


@dataclass(frozen=True)
class Example:
    """A labelled activity as the code model meets it. heading: the code its block stands for or was written with.

    weight: how much it counts beside an activity that a person labelled.
    """

    record: int
    described: Described
    votes: list[Evidence]
    features: list[str]
    code: str
    acceptable: tuple[str, ...]
    heading: str | None
    weight: float = 1.0


def code_examples(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> list[Example]:
    """Every activity of the records as an example for the code model."""
    out = []
    for i, (record, reading) in enumerate(zip(records, readings, strict=True)):
        places = [(a["start"], a["end"]) for a in record["activities"]]
        for a in record["activities"]:
            described, _ = describe(reading, a["start"], a["end"], places, discipline=record.get("discipline"))
            votes = match(described)
            block = reading.layout.block_at(a["start"])
            heading = block.code if block else told_heading(reading, a["start"], places)[1]
            acceptable = tuple(dict.fromkeys([a["code"], *(a.get("acceptable") or ())]))
            out.append(Example(i, described, votes, code_features(described, votes), a["code"], acceptable, heading))
    return out


def found_examples(
    records: Sequence[dict[str, Any]], readings: Sequence[Reading], spans: Sequence[Sequence[tuple[int, int]]]
) -> list[Example]:
    """Phrases that a pipeline took for activities, as examples without a label: to be predicted, never to be taught."""
    out = []
    for i, (record, reading, places) in enumerate(zip(records, readings, spans, strict=True)):
        for start, end in places:
            described, _ = describe(reading, start, end, list(places), discipline=record.get("discipline"))
            votes = match(described)
            block = reading.layout.block_at(start)
            heading = block.code if block else told_heading(reading, start, list(places))[1]
            out.append(Example(i, described, votes, code_features(described, votes), "", (), heading))
    return out


def voices_of(examples: Sequence[Example], probabilities: Sequence[dict[str, float]]) -> list[Voices]:
    """What speaks about each example's code, as `weigh` hears it."""
    return [
        Voices(p, e.votes, e.described.lexicon_code, e.described.lexicon_also, e.heading)
        for p, e in zip(probabilities, examples, strict=True)
    ]


def fit_code(examples: Sequence[Example]) -> Pipeline:
    """The code model; an activity with several defensible codes teaches each, the best one most."""
    features, labels, weights = [], [], []
    for e in examples:
        for i, code in enumerate(e.acceptable):
            features.append(e.features)
            labels.append(code)
            share = 1.0 if len(e.acceptable) == 1 else 0.75 if i == 0 else 0.25 / (len(e.acceptable) - 1)
            weights.append(e.weight * share)
    return fit_linear(features, labels, weights, CODE_C)


def fit_code_nets(examples: Sequence[Example]) -> tuple[Net, ...]:
    """The nets beside the linear code model, taught the best code of what people labelled."""
    own = [e for e in examples if e.weight >= 1]
    return fit_nets([e.features for e in own], [e.code for e in own])


def code_model(examples: Sequence[Example]) -> CodeModel:
    """The whole code model, as it is applied."""
    return CodeModel(as_linear(fit_code(examples)), fit_code_nets(examples))


def out_of_fold(
    records: Sequence[dict[str, Any]], examples: Sequence[Example], k: int = 5, found: Sequence[Example] = ()
) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Code probabilities of the examples and of `found`, each from a model that saw neither the note nor a twin of a
    labelled wording in it.

    found: phrases of the same records without a label, see `found_examples`.
    """
    by_record: dict[int, list[int]] = {}
    for j, e in enumerate(examples):
        by_record.setdefault(e.record, []).append(j)
    also: dict[int, list[int]] = {}
    for j, e in enumerate(found):
        also.setdefault(e.record, []).append(j)
    words = [wording(e.described.phrase) for e in examples]
    out: list[dict[str, float]] = [{} for _ in examples]
    out_found: list[dict[str, float]] = [{} for _ in found]
    for train, test in folds(records, k):
        tested = [j for i in test for j in by_record.get(i, ())]
        twins = Twins({words[j] for j in tested})
        taught = [examples[j] for i in train for j in by_record.get(i, ()) if not twins.has(words[j])]
        model = code_model(taught)
        for j in tested:
            out[j] = model.probabilities(examples[j].features)
        for j in (j for i in test for j in also.get(i, ())):
            out_found[j] = model.probabilities(found[j].features)
    return out, out_found
