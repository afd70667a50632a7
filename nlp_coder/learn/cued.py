"""Teaching the status model what a cue right before an activity says, on labelled notes with one put there.

In the labels a cue and what surrounds it mostly agree: what was declined has no minutes, what is for home stands under its
heading. So the model trusts the surroundings more than the word. The same activity with "Declined", "Next visit:" or
"Completed" before it, and all else as it was, teaches it to hear the word (how much: `teach_verdict.CUED`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp_coder import tables
from nlp_coder.extract.spans import TaggerWeights
from nlp_coder.extract.verdict import status_part
from nlp_coder.learn.fitting import SEED
from nlp_coder.learn.perturbations import cued_text, insertable
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.learn.teach_verdict import Cued, judged_record
from nlp_coder.note import STATUSES

OF_PHRASES = 0.25
"""Share of single phrases that get a cue; notes all do."""
NEUTRAL = 0.6
"""Share of these that are also taught with words before the activity that leave it performed."""


@dataclass(frozen=True, slots=True)
class _Place:
    record: Mapping[str, Any]
    start: int
    end: int


@cache
def taught_cues() -> Mapping[str, tuple[str, ...]]:
    """Status -> the words that give it, of data/lexicon/taught_cues.csv. Raises TableError for an unknown status."""
    path = tables.data_folder() / "lexicon" / "taught_cues.csv"
    out: dict[str, tuple[str, ...]] = {}
    for number, row in tables.rows(path, ["words", "status", "source"]):
        if row["status"] not in STATUSES:
            raise tables.TableError(
                f"{path.name} row {number}: status {row['status']!r} is none of {', '.join(STATUSES)}"
            )
        out[row["status"]] = (*out.get(row["status"], ()), row["words"])
    return out


def cued_examples(records: Sequence[Mapping[str, Any]], tagger: TaggerWeights, split: Any) -> list[Cued]:
    """The activities that got a cue, as the status model meets them.

    tagger, split: find the candidates; that they have seen the notes does not matter, as the status model is not told
    how sure they are (`verdict.status_part`). The same records give the same examples.
    """
    reader = Reader()
    rng = random.Random(SEED)
    others = {s: words for s, words in taught_cues().items() if s != "performed"}
    out: list[Cued] = []
    for number, record in enumerate(records):
        place = _chosen(record, reader, rng)
        if place is None:
            continue
        status = rng.choice(sorted(others))
        cues = [(rng.choice(others[status]), status)]
        if rng.random() < NEUTRAL:
            cues.append((rng.choice(taught_cues()["performed"]), "performed"))
        for words, given in cues:
            out += _taught(number, place, words, given, reader, tagger, split)
    return out


def _chosen(record: Mapping[str, Any], reader: Reader, rng: random.Random) -> _Place | None:
    done = [(a["start"], a["end"]) for a in record["activities"] if a["status"] == "performed"]
    if not done or ("lines" not in record and rng.random() >= OF_PHRASES):
        return None
    places = insertable(reader.read(record["text"]), done)
    return _Place(record, *rng.choice(places)) if places else None


def _taught(
    number: int, place: _Place, words: str, status: str, reader: Reader, tagger: TaggerWeights, split: Any
) -> Iterator[Cued]:  # fmt: skip
    text, start, end = cued_text(place.record["text"], place.start, place.end, f"{words} ")
    moved = start - place.start
    activities = [
        {**a, "start": a["start"] + moved * (a["start"] >= place.start), "end": a["end"] + moved * (a["start"] >= place.start),
         "status": status if a["start"] == place.start else a["status"]}
        for a in place.record["activities"]
    ]  # fmt: skip
    judged = judged_record({**place.record, "text": text, "activities": activities}, reader.read(text), tagger, split)
    for candidate, features, label in zip(judged.candidates, judged.features, judged.labels, strict=True):
        if label == status and candidate.start < end and candidate.end > start:
            yield Cued(number, status_part(features), status)
            return
