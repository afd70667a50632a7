"""How often a note written otherwise is coded the same, and how often a word that changes a status does change it.

    for rate in Robustness(sample(records), coder).rates():
        print(rate.name, rate.share)

Each is a rate over many labelled notes. The program is compared with itself on the note as it was written, so that a rate
tells of the change alone and not of what is hard in the note.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nlp_coder import tables
from nlp_coder.coder import Coder
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.compare import GIVEN
from nlp_coder.learn.perturbations import OTHER, SAME, SEED, insertable
from nlp_coder.learn.score import match
from nlp_coder.note import CodedNote, VisitContext

PART = "robustness"
PLACES = 3
"""Activities of a note before which a cue is put, one at a time."""


@dataclass(frozen=True, slots=True)
class Rate:
    """kind `same`: of the activities before and after a change, the share that stands in both with code and status.
    kind `other`: of the activities before which a cue was put, the share that got its status. of: how many."""

    name: str
    kind: Literal["same", "other"]
    hits: int
    of: int

    @property
    def share(self) -> float:
        """The rate; 0 where nothing was tried."""
        return self.hits / self.of if self.of else 0.0


def sample(records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The notes of data/benchmark/notes.csv that are for this, of many writers but the locked ones. Raises TableError."""
    path = tables.data_folder() / "benchmark" / "notes.csv"
    chosen = {row["id"] for _, row in tables.rows(path, ["id", "part"]) if row["part"] == PART}
    return [r for r in records if r.get("id") in chosen]


class Robustness:
    """The rates over labelled notes; the notes as written are coded once."""

    def __init__(self, records: Sequence[Mapping[str, Any]], coder: Coder) -> None:
        self._coder = coder
        self._notes = [(r, coder.read(r["text"]), _code(coder, r, r["text"])) for r in records]

    def rates(self) -> list[Rate]:
        """Every rate, in the order of the tables."""
        return [*map(self.same, SAME), *map(self.other, OTHER)]

    def same(self, name: str) -> Rate:
        """The rate of a change of SAME."""
        hits = of = 0
        for record, reading, before in self._notes:
            text = SAME[name](reading)
            if text is None or text == record["text"]:
                continue
            known, found = _answers(before), _answers(_code(self._coder, record, text))
            hits += 2 * (known & found).total()
            of += known.total() + found.total()
        return Rate(name, "same", hits, of)

    def other(self, name: str) -> Rate:
        """The rate of a cue of OTHER, put before performed activities that the program finds as labelled."""
        words, behind, status = OTHER[name]
        hits = of = 0
        for record, reading, before in self._notes:
            for start, end in _places(record, reading, before):
                quote = record["text"][start:end]
                # a capital at the start of a sentence does not stay one behind a cue; an abbreviation does
                follows = quote[0].lower() + quote[1:] if quote[1:2].islower() else quote
                text = record["text"][:start] + words + follows + behind + record["text"][end:]
                span = {"start": start + len(words), "end": end + len(words)}
                after = _code(self._coder, record, text).to_dict()["activities"]
                pairs = match([span], after)
                hits += bool(pairs) and after[pairs[0][1]]["status"] == status
                of += 1
        return Rate(name, "other", hits, of)


def _places(record: Mapping[str, Any], reading: Reading, before: CodedNote) -> list[tuple[int, int]]:
    gold, found = record["activities"], before.to_dict()["activities"]
    sure = [
        (found[j]["start"], found[j]["end"]) for i, j in match(gold, found)
        if gold[i]["status"] == found[j]["status"] == "performed"
    ]  # fmt: skip
    places = insertable(reading, sure)
    random.Random(f"{SEED} {record['id']}").shuffle(places)
    return places[:PLACES]


def _answers(note: CodedNote) -> Counter[tuple[str, str, str]]:
    """The activities as what must stay: the words without layout, the status, the code."""
    return Counter((_plain(a.quote), a.status, a.code) for a in note.activities)


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", words.lower()).strip()


def _code(coder: Coder, record: Mapping[str, Any], text: str) -> CodedNote:
    return coder.code(text, context=VisitContext.from_dict({k: record.get(k) for k in GIVEN}))
