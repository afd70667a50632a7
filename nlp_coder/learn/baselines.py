"""What simpler ways of coding reach on the same notes: the most frequent code, a keyword dictionary, TF-IDF with a
logistic regression, the rules alone, the model alone; beside the program, which hears both.

Each codes the labelled activities with place and status given (`coding`), and the activities that the program finds
(`end to end`); the keyword dictionary finds its own: every place where one of its words stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder import tables
from nlp_coder.classify.weigh import Voices, weigh
from nlp_coder.coder import Coder
from nlp_coder.learn.compare import GIVEN
from nlp_coder.learn.intervals import Interval, intervals
from nlp_coder.learn.score import F1, count_notes, score
from nlp_coder.learn.teach_codes import Example, found_examples
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.model import Model
from nlp_coder.note import VisitContext
from nlp_coder.recoding import Corrected, recode

Record = Mapping[str, Any]
Way = Callable[[Example], str]
PRODUCT, KEYWORDS = "rules and model (the program)", "keyword dictionary"


@dataclass(frozen=True, slots=True)
class Row:
    """One way of coding. strict, lenient: share of labelled activities with the labelled code, with a defensible one
    (place and status given). end_to_end: F1 of found and rightly coded. The intervals are of `lenient` and `end_to_end`."""

    name: str
    strict: float
    lenient: float
    lenient_interval: Interval | None
    end_to_end: F1
    end_to_end_interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "strict": self.strict, "lenient": self.lenient, "lenient_interval": self.lenient_interval,
            "end_to_end": self.end_to_end.to_dict(), "end_to_end_interval": self.end_to_end_interval,
        }  # fmt: skip


def baselines(
    gold: Sequence[dict[str, Any]], predicted: Sequence[Record], taught: Sequence[Record], coder: Coder, model: Model
) -> list[Row]:
    """Every way of coding on the same notes. predicted: by the program, paired by id. taught: labels that the most frequent
    code and TF-IDF are learned from (see `held_out.split_off`)."""
    words = keywords()
    labels = [(a["quote"], str(a["code"])) for r in taught for a in r["activities"]]
    most = Counter(code for _, code in labels).most_common(1)[0][0]
    ways: dict[str, Way] = {
        f"most frequent code ({most})": lambda e: most,
        KEYWORDS: lambda e: next((code for _, code in keyword_places(e.described.phrase, words)), most),
        "TF-IDF + logistic regression": tfidf(labels),
        "rules and lexicon alone": lambda e: _alone(e, {}, model, most),
        "model alone": lambda e: model.code.best(e.features),
    }
    by_id = {p["id"]: p for p in predicted}
    reader = Reader()
    readings = [reader.read(g["text"]) for g in gold]
    theirs = [_performed(by_id.get(g["id"], {"activities": ()})) for g in gold]
    given = found_examples(gold, readings, [[(a["start"], a["end"]) for a in g["activities"]] for g in gold])
    found = found_examples(gold, readings, [[(a["start"], a["end"]) for a in t] for t in theirs])
    rows = []
    for name, way in ways.items():
        coded = [
            [_as(a, way(e)) for a, e in zip(g["activities"], examples, strict=True)]
            for g, examples in zip(gold, _by_record(given, len(gold)), strict=True)
        ]
        ends = [
            _keyword_activities(g["text"], words)
            if name == KEYWORDS
            else [_as(a, way(e)) for a, e in zip(t, examples, strict=True)]
            for g, t, examples in zip(gold, theirs, _by_record(found, len(gold)), strict=True)
        ]
        rows.append(_row(name, gold, coded, ends))
    whole = [_given(coder, g) for g in gold]
    return [*rows, _row(PRODUCT, gold, whole, [list(t) for t in theirs])]


def keywords() -> list[tuple[re.Pattern[str], str]]:
    """The dictionary of data/benchmark/keywords.csv: (what finds a keyword, code). Raises TableError."""
    path = tables.data_folder() / "benchmark" / "keywords.csv"
    rows = tables.rows(path, ["keyword", "code", "source"])
    return [(re.compile(rf"\b{re.escape(r['keyword'])}", re.IGNORECASE), r["code"]) for _, r in rows]


def keyword_places(text: str, words: Sequence[tuple[re.Pattern[str], str]]) -> list[tuple[tuple[int, int], str]]:
    """((start, end), code) of every keyword in a text, in order; of two that overlap the first."""
    every = sorted((m.span(), code) for pattern, code in words for m in pattern.finditer(text))
    out: list[tuple[tuple[int, int], str]] = []
    for span, code in every:
        if not out or span[0] >= out[-1][0][1]:
            out.append((span, code))
    return out


def tfidf(labels: Sequence[tuple[str, str]]) -> Way:
    """A logistic regression over the TF-IDF of the words, and pairs of words, of the activity's phrase."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    fitted = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10.0, max_iter=200, tol=1e-3),
    ).fit([quote for quote, _ in labels], [code for _, code in labels])
    return lambda e: str(fitted.predict([e.described.phrase])[0])


def _alone(e: Example, probabilities: Mapping[str, float], model: Model, otherwise: str) -> str:
    voices = Voices(probabilities, e.votes, e.described.lexicon_code, e.described.lexicon_also, e.heading)
    return weigh(voices, model.weights)[0][0] if voices.codes() else otherwise


def _given(coder: Coder, g: Record) -> list[Record]:
    """A note's activities coded by the program with place and status as labelled."""
    places = [Corrected(a["start"], a["end"], a.get("status", "performed")) for a in g["activities"]]
    context = VisitContext.from_dict({k: g.get(k) for k in GIVEN})
    return list(recode(coder, g["text"], places, context=context).to_dict()["activities"])


def _performed(note: Record) -> list[Record]:
    return [a for a in note["activities"] if a.get("status", "performed") == "performed"]


def _keyword_activities(text: str, words: Sequence[tuple[re.Pattern[str], str]]) -> list[Record]:
    return [_as({"start": start, "end": end}, code) for (start, end), code in keyword_places(text, words)]


def _as(a: Record, code: str) -> Record:
    return {"start": a["start"], "end": a["end"], "status": a.get("status", "performed"), "code": code}


def _by_record(examples: Sequence[Example], records: int) -> list[list[Example]]:
    out: list[list[Example]] = [[] for _ in range(records)]
    for e in examples:
        out[e.record].append(e)
    return out


def _row(
    name: str, gold: Sequence[Record], given: Sequence[Sequence[Record]], found: Sequence[Sequence[Record]]
) -> Row:
    def as_notes(every: Sequence[Sequence[Record]]) -> list[Record]:
        return [{"id": g["id"], "text": g["text"], "activities": a} for g, a in zip(gold, every, strict=True)]

    coding, whole = score(gold, as_notes(given)), score(gold, as_notes(found))
    coded = intervals([n.counts for n in count_notes(gold, as_notes(given))], {"x": ("lenient", "found")})
    ends = intervals(
        [n.counts for n in count_notes(gold, as_notes(found))],
        {"x": ("lenient", "performed_predicted", "performed_gold")},
    )
    return Row(name, coding.coding_strict or 0.0, coding.coding_lenient or 0.0, coded["x"], whole.end_to_end, ends["x"])
