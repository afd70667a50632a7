"""The last word on a candidate phrase: no activity at all, or one that was performed, planned, given for home, ...

One logistic regression judges both, because the same surroundings decide both: a finding in the exam, a goal, a cue, the
place in a list. Trained on candidates of data/labels made by taggers that had not seen the note.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp_coder.extract.candidates import Candidate, candidate_features
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.status import status_features

NO_ACTIVITY = "none"
DROP_AT = 0.5
"""A candidate is dropped from this probability of being none."""


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
    return status_features(reading, candidate.start, candidate.end, spans, before) + candidate_features(
        reading, candidate, every
    )
