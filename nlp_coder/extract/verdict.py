"""The last word on a candidate phrase: no activity at all, or one that was performed, planned, given for home, ...

Three small models, all taught on candidates of data/labels made by taggers that had not seen the writer: a first
opinion from the words at and around the phrase; a second one that also knows what the first thinks of the neighbours
and decides what stays; and the status of what stays. Figures with and without each are in the model card.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_coder.classify.linear import LinearModel
from nlp_coder.extract.candidates import Candidate, candidate_features
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.status import status_features
from nlp_coder.extract.surroundings import surroundings
from nlp_coder.extract.table import not_today, table_rows
from nlp_coder.extract.trees import Trees

NO_ACTIVITY = "none"
KEPT_AT = 0.5
"""A candidate stays from this probability of being an activity."""


@dataclass(frozen=True)
class Judge:
    """first: candidate -> NO_ACTIVITY or a status. second: surroundings -> activity or not. status: of an activity."""

    first: LinearModel
    second: Trees
    status: LinearModel


def status_before(reading: Reading, start: int, found: Sequence[tuple[int, int, str]]) -> str | None:
    """The status of the last activity found in the same sentence before an offset, or None."""
    if not found:
        return None
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    return found[-1][2] if found[-1][0] >= sentence[0] else None


def verdict_features(
    reading: Reading,
    candidate: Candidate,
    every: Sequence[Candidate],
    spans: Sequence[tuple[int, int]],
    before: str | None,
) -> list[str]:
    """All features of a candidate; spans: those of `every`, before: see `status_before`."""
    return [
        *status_features(reading, candidate.start, candidate.end, spans, before),
        *candidate_features(reading, candidate, every),
    ]


def status_part(features: Sequence[str]) -> list[str]:
    """The features that bear on an activity's status: how sure the tagger was of the phrase does not."""
    return [f for f in features if not f.startswith(("likely", "least", "src"))]


def log_odds(probability: float) -> float:
    """The log odds of a probability, kept within what a table of numbers can hold."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def marks_of(features: Sequence[str]) -> tuple[bool, bool, bool]:
    """(has a dosage, has a time on its line, has a word the lexicon knows) as `surroundings` wants them."""
    return "dose" in features, "time" in features, "cl=none" not in features


def judged(reading: Reading, every: Sequence[Candidate], judge: Judge) -> list[tuple[int, int, str]]:
    """(start, end, status) of the candidates that are activities, in order. every: in order of start."""
    if not every:
        return []
    spans = [(c.start, c.end) for c in every]
    rows = table_rows(reading.text, reading.layout.lines)
    provisional: list[tuple[int, int, str]] = []
    statuses: list[str] = []
    odds: list[float] = []
    marks: list[tuple[bool, bool, bool]] = []
    for candidate in every:
        before = status_before(reading, candidate.start, provisional)
        features = verdict_features(reading, candidate, every, spans, before)
        likely = 1 - judge.first.probabilities(features)[NO_ACTIVITY]
        row = next((r for r in rows if r.start <= candidate.start < r.end), None)
        status = (not_today(row) if row else None) or judge.status.best(status_part(features))
        statuses.append(status)
        odds.append(log_odds(likely))
        marks.append(marks_of(features))
        if likely >= KEPT_AT:
            provisional.append((candidate.start, candidate.end, status))
    kept = judge.second.probabilities(surroundings(reading, every, odds, marks)) >= KEPT_AT
    return [(c.start, c.end, s) for c, s, keep in zip(every, statuses, kept, strict=True) if keep]
