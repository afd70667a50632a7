"""Teaching the verdict on candidate phrases, on candidates as they will come: from taggers that never saw the writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline

from nlp_coder.extract.activities import activity_candidates
from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.context import ContextNet
from nlp_coder.extract.quiet import ACTIVE, QUIET, quiet_features
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import Tagger
from nlp_coder.extract.surroundings import surroundings
from nlp_coder.extract.verdict import (
    KEPT_AT,
    NO_ACTIVITY,
    log_odds,
    marks_of,
    status_before,
    status_part,
    verdict_features,
    weighed_up,
)
from nlp_coder.learn.fitting import as_linear, as_trees, fit_linear, fit_trees
from nlp_coder.learn.labels import match_spans
from nlp_coder.learn.teach_tagger import TaggedLine, fit_spans, fit_split
from nlp_coder.model import SPLIT_AT

FIRST_C, STATUS_C, QUIET_C = 0.03, 0.3, 0.3
PHRASE = 0.5
FOLDS = 4


@dataclass(frozen=True)
class Judged:
    """The candidates of one record with the features of each and what the labels say it is."""

    candidates: list[Candidate]
    features: list[list[str]]
    labels: list[str]


def judged_record(record: dict[str, Any], reading: Reading, tagger: Tagger, split: Any) -> Judged:
    """The candidates of a record; one that matches no labelled activity is NO_ACTIVITY."""
    every = activity_candidates(reading, tagger, lambda f: split.probabilities(f)["split"] >= SPLIT_AT)
    gold = record["activities"]
    labels = [NO_ACTIVITY] * len(every)
    for i, j in match_spans([(a["start"], a["end"]) for a in gold], [(c.start, c.end) for c in every]):
        labels[j] = gold[i]["status"]
    spans = [(c.start, c.end) for c in every]
    found: list[tuple[int, int, str]] = []
    features = []
    for candidate, label in zip(every, labels, strict=True):
        before = status_before(reading, candidate.start, found)
        features.append(verdict_features(reading, candidate, every, spans, before))
        if label != NO_ACTIVITY:
            found.append((candidate.start, candidate.end, label))
    return Judged(every, features, labels)


def judged_records(
    records: Sequence[dict[str, Any]],
    readings: Sequence[Reading],
    lines: Sequence[Sequence[TaggedLine]],
    folds: Sequence[tuple[Sequence[int], Sequence[int]]],
    nets: Sequence[ContextNet],
) -> list[Judged]:
    """Every record judged by a tagger that saw none of its writer. folds: (record indices to teach with, to judge); nets: the
    context net taught on each."""
    out: list[Judged | None] = [None] * len(records)
    for (train, test), net in zip(folds, nets, strict=True):
        tagger = Tagger(fit_spans([lines[i] for i in train]), (net,))
        split = as_linear(fit_split([records[i] for i in train], [readings[i] for i in train]))
        for i in test:
            out[i] = judged_record(records[i], readings[i], tagger, split)
    return [j for j in out if j is not None]


def fit_first(judged: Sequence[Judged]) -> Pipeline:
    """The first opinion."""
    features = [f for j in judged for f in j.features]
    labels = [label for j in judged for label in j.labels]
    return fit_linear(features, labels, [1.0] * len(labels), FIRST_C)


def fit_status(judged: Sequence[Judged]) -> Pipeline:
    """The status of an activity."""
    rows = [
        (status_part(f), label)
        for j in judged
        for f, label in zip(j.features, j.labels, strict=True)
        if label != NO_ACTIVITY
    ]
    return fit_linear([f for f, _ in rows], [label for _, label in rows], [1.0] * len(rows), STATUS_C)


def first_odds(judged: Sequence[Judged], tests: Sequence[Sequence[int]]) -> list[list[float]]:
    """The log odds of each candidate from a first opinion that was not taught on its writer."""
    out: list[list[float]] = [[] for _ in judged]
    for test in tests:
        held = set(test)
        first = as_linear(fit_first([j for i, j in enumerate(judged) if i not in held]))
        for i in test:
            out[i] = [log_odds(1 - first.probabilities(f)[NO_ACTIVITY]) for f in judged[i].features]
    return out


def own_statuses(judged: Sequence[Judged], tests: Sequence[Sequence[int]]) -> list[list[dict[str, float]]]:
    """The probabilities of each candidate's statuses from a model that was not taught on its writer."""
    out: list[list[dict[str, float]]] = [[] for _ in judged]
    for test in tests:
        held = set(test)
        status = as_linear(fit_status([j for i, j in enumerate(judged) if i not in held]))
        for i in test:
            out[i] = [status.probabilities(status_part(f)) for f in judged[i].features]
    return out


@dataclass(frozen=True)
class Seen:
    """What the second opinion is taught of a record: the surroundings of its candidates, which of them are activities, and
    how much each counts. A single phrase counts less than a candidate in a note: it has few surroundings."""

    rows: NDArray[np.float64]
    yes: list[bool]
    weight: float


def seen(
    records: Sequence[dict[str, Any]],
    judged: Sequence[Judged],
    readings: Sequence[Reading],
    odds: Sequence[list[float]],
    statuses: Sequence[list[dict[str, float]]],
) -> list[Seen]:
    """Every record as the second opinion sees it. odds, statuses: see `first_odds` and `own_statuses`."""
    return [
        Seen(
            surroundings(reading, j.candidates, o, [marks_of(f) for f in j.features], s),
            [label != NO_ACTIVITY for label in j.labels],
            1.0 if "lines" in record else PHRASE,
        )
        for record, j, reading, o, s in zip(records, judged, readings, odds, statuses, strict=True)
    ]  # fmt: skip


def fit_second(records: Sequence[Seen]) -> GradientBoostingClassifier:
    """The second opinion."""
    return fit_trees(
        np.vstack([r.rows for r in records]),
        [yes for r in records for yes in r.yes],
        [r.weight for r in records for _ in r.yes],
    )


@dataclass(frozen=True)
class Opinion:
    """What the second opinion and the status model say of a record's candidates, neither taught on its writer.

    likely: probability of being an activity. statuses: probabilities by status.
    """

    likely: list[float]
    statuses: list[dict[str, float]]

    def kept(self) -> list[int]:
        """The candidates that stay."""
        return [k for k, p in enumerate(self.likely) if p >= KEPT_AT]


def out_of_writer(
    records: Sequence[Seen], statuses: Sequence[list[dict[str, float]]], tests: Sequence[Sequence[int]]
) -> list[Opinion]:
    """Every record judged by second opinions and statuses that were not taught on its writer."""
    out = [Opinion([], []) for _ in records]
    for test in tests:
        held = set(test)
        second = as_trees(fit_second([r for i, r in enumerate(records) if i not in held]))
        for i in test:
            out[i] = Opinion(second.probabilities(records[i].rows).tolist(), statuses[i])
    return out


def fit_quiet(
    records: Sequence[dict[str, Any]],
    judged: Sequence[Judged],
    readings: Sequence[Reading],
    opinions: Sequence[Opinion],
) -> Pipeline:
    """Whether anything was performed in a note, from opinions of it that were not taught on its writer.

    An empty note, in which nothing is performed, is an example too: labels need hold no other.
    """
    features, labels = [quiet_features("", [])], [QUIET]
    for record, j, reading, opinion in zip(records, judged, readings, opinions, strict=True):
        if "lines" not in record:
            continue
        marks = [marks_of(f) for f in j.features]
        features.append(quiet_features(reading.text, weighed_up(opinion.likely, opinion.statuses, marks)))
        performed = any(a["status"] == "performed" for a in record["activities"])
        labels.append(ACTIVE if performed else QUIET)
    return fit_linear(features, labels, [1.0] * len(labels), QUIET_C)
