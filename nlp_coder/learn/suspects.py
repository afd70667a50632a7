"""Labels that deserve a second look: where models that never saw the label, nor its wording, are sure of another code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder.classify.weigh import LAW, Voices, weigh
from nlp_coder.learn.labels import wording
from nlp_coder.learn.teach_codes import code_examples, out_of_fold
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.learn.weights import fit_weights

FEW = 20
"""Codes with fewer labelled activities are hardly learned (our own choice)."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that out-of-fold models dispute. doubt: how much likelier they hold `view` than any labelled code.

    record: index of its record. quote: words of the note, for the labeller's eyes only, never for a log.
    """

    record: int
    start: int
    end: int
    quote: str
    status: str
    label: tuple[str, ...]
    view: str
    confidence: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Balance:
    """How often a code is labelled: activities, different wordings, notes, and whether these are few."""

    code: str
    activities: int
    wordings: int
    notes: int
    few: bool


def find_suspects(records: Sequence[dict[str, Any]]) -> list[Suspect]:
    """Every label whose code the out-of-fold models would not give, most doubtful first.

    Each is judged by a model that saw neither its note nor a twin of its wording; heading, rules and lexicon are heard
    as in coding. Rules that are law (group work, work in water) are not: they would outshout everything, and what they
    get wrong is where the group ends, not the label. Needs labels with at least two codes.
    """
    reader = Reader()
    readings = [reader.read(r["text"]) for r in records]
    examples = code_examples(records, readings)
    probabilities, _ = out_of_fold(records, examples)
    voices = [
        Voices(p, [v for v in e.votes if v.weight < LAW], e.described.lexicon_code, e.described.lexicon_also, e.heading)
        for p, e in zip(probabilities, examples, strict=True)
    ]
    weights = fit_weights(voices, [e.acceptable for e in examples])
    activities = [a for r in records for a in r["activities"]]
    found = []
    for voice, example, activity in zip(voices, examples, activities, strict=True):
        ranked = weigh(voice, weights)
        view, confidence = ranked[0]
        if view not in example.acceptable:
            own = max((p for c, p in ranked if c in example.acceptable), default=0.0)
            found.append(
                Suspect(
                    example.record, activity["start"], activity["end"], activity["quote"], activity["status"],
                    example.acceptable, view, round(confidence, 3), round(confidence - own, 3),
                )
            )  # fmt: skip
    return sorted(found, key=lambda s: (-s.doubt, s.record, s.start))


def balance(records: Sequence[Mapping[str, Any]]) -> list[Balance]:
    """Every labelled code with its counts, rarest first."""
    activities: Counter[str] = Counter()
    wordings: dict[str, set[frozenset[str]]] = defaultdict(set)
    notes: dict[str, set[int]] = defaultdict(set)
    for i, record in enumerate(records):
        for a in record["activities"]:
            activities[a["code"]] += 1
            wordings[a["code"]].add(wording(a["quote"]))
            notes[a["code"]].add(i)
    rows = [Balance(c, n, len(wordings[c]), len(notes[c]), n < FEW) for c, n in activities.items()]
    return sorted(rows, key=lambda b: (b.activities, b.code))
