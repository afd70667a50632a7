"""Teaching the phrase tagger and the model that takes lists apart."""

from __future__ import annotations

import ctypes
import itertools
import random
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from nlp_coder.extract.lexicon import Lexicon, shipped_lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import LABELS, TaggerWeights, gold_labels
from nlp_coder.extract.split import JOINT_ONLY, joint_features, joints
from nlp_coder.extract.token_features import line_features
from nlp_coder.learn.fitting import SEED, fit_linear
from nlp_coder.learn.label_input import LabelError

SPLIT_C = 0.5
CRF = {"c": 0.1, "max_iterations": 12, "feature.possible_transitions": True, "feature.minfreq": 3}
"""Passive-aggressive steps: on writers not seen they find as much as maximum likelihood misses, in a tenth of the time."""
HEAT = 0.3
"""What the learned weights are divided by so that they are log odds: least log loss on tokens of writers not seen."""


class Reader:
    """Reads texts as the pipeline does, without the trained parts. lexicon: by default the shipped one."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or shipped_lexicon()

    def read(self, text: str) -> Reading:
        """The reading of a text."""
        return Reading.of(text, self._lexicon)


@dataclass(frozen=True)
class TaggedLine:
    """One line as CRFsuite takes it: a sequence of feature sets, and the label of each."""

    items: Any
    labels: list[str]


def tagged_lines(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> list[list[TaggedLine]]:
    """The lines of each record, twice: as they are, and with a random half of the lexicon's terms there unknown."""
    import pycrfsuite

    rng = random.Random(SEED)
    out = []
    for record, reading in zip(records, readings, strict=True):
        spans = [(a["start"], a["end"]) for a in record["activities"]]
        known = sorted({m.term.term for m in reading.terms})
        dropped = frozenset(t for t in known if rng.random() < 0.5)
        out.append([
            TaggedLine(pycrfsuite.ItemSequence(features), gold_labels(reading, index, spans))
            for drop in (frozenset(), dropped)[: 1 + bool(dropped)]
            for index, features in line_features(reading, drop)
        ])  # fmt: skip
    return out


def fit_spans(lines: Sequence[Sequence[TaggedLine]]) -> TaggerWeights:
    """The phrase tagger."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="pa", verbose=False)
    for one in lines:
        for line in one:
            trainer.append(line.items, line.labels)
    trainer.set_params(CRF)
    with tempfile.TemporaryDirectory() as temporary:
        path = str(Path(temporary, "spans.crf"))
        _begin_chance_anew()
        trainer.train(path)
        return _tagger_weights(path)


def _begin_chance_anew() -> None:
    """CRFsuite shuffles the lines by the C library's chance numbers, which go on where earlier training in the process left
    them: begun as in a fresh process, the same lines give the same weights whatever was taught before."""
    library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    library.srand(1)


def _tagger_weights(path: str) -> TaggerWeights:
    """The weights of a CRFsuite model file."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    names = sorted({name for name, _ in info.state_features if "\n" not in name})
    vocabulary = {name: i for i, name in enumerate(names)}
    place = {label: i for i, label in enumerate(LABELS)}
    weights = np.zeros((len(names), len(LABELS)), np.float32)
    for (name, label), weight in info.state_features.items():
        if name in vocabulary:
            weights[vocabulary[name], place[label]] = weight / HEAT
    steps = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for (before, after), weight in info.transitions.items():
        steps[place[before], place[after]] = weight / HEAT
    return TaggerWeights(vocabulary, weights, steps)


def split_examples(record: dict[str, Any], reading: Reading) -> Iterator[tuple[list[str], str]]:
    """(features, `split` or `keep`) of every joint between and inside the activities of a record."""
    activities = record["activities"]
    for a in activities:
        for start, end in joints(a["quote"]):
            yield joint_features(reading, a["start"], (a["start"] + start, a["start"] + end), a["end"]), "keep"
    for a, b in itertools.pairwise(activities):
        if b["start"] > a["end"] and JOINT_ONLY.fullmatch(reading.text[a["end"] : b["start"]]):
            yield joint_features(reading, a["start"], (a["end"], b["start"]), b["end"]), "split"


def both_kinds(kinds: Collection[str]) -> None:
    """Raises LabelError where the labels do not show both lists that part activities and joints inside of one."""
    if len(kinds) < 2:
        raise LabelError(
            "the labels, or a fold of them, hold no list of activities (“quad sets, heel slides”) or no joint inside one (“sit to "
            "stand and squats” as one activity): give the project's own labels beside yours"
        )


def fit_split(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> Pipeline:
    """The model that takes lists apart. Raises LabelError (see `both_kinds`), also where only a fold of the labels lacks a kind."""
    rows = [x for record, reading in zip(records, readings, strict=True) for x in split_examples(record, reading)]
    both_kinds({label for _, label in rows})
    return fit_linear([f for f, _ in rows], [label for _, label in rows], [1.0] * len(rows), SPLIT_C)
