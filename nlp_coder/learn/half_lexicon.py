"""How much of finding activities rests on the lexicon: the same notes with a random half of its terms unknown."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder import tables
from nlp_coder.classify.describe import item_span
from nlp_coder.coder import Coder
from nlp_coder.extract.activities import activity_spans
from nlp_coder.extract.details import details_of
from nlp_coder.extract.lexicon import Lexicon, Term, read_terms
from nlp_coder.learn.compare import GIVEN
from nlp_coder.learn.score import score
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.model import Model
from nlp_coder.note import STATUSES, VisitContext
from nlp_coder.recoding import Found, Settled

SEEDS = (1, 2, 3)
MAY_FALL = 0.05
"""What the F1 of finding may fall by."""


@dataclass(frozen=True, slots=True)
class Half:
    """The F1 of finding, and of finding and coding, with all terms (`seed` None) or with half of them."""

    seed: int | None
    terms: int
    detection: float
    end_to_end: float


def half_lexicon(gold: Sequence[Mapping[str, Any]], coder: Coder, model: Model) -> list[Half]:
    """The figures with the whole lexicon first, then with the half that each of SEEDS leaves. A term goes with all of its
    variants; the trained parts are those that were taught with all terms."""
    terms = read_terms(tables.data_folder() / "lexicon")
    return [_with(None, terms, gold, coder, model), *(_with(s, half_of(terms, s), gold, coder, model) for s in SEEDS)]


def half_of(terms: Sequence[tuple[tuple[str, ...], Term]], seed: int) -> list[tuple[tuple[str, ...], Term]]:
    """A random half of the terms, each with all of its variants."""
    names = sorted({t.term for _, t in terms})
    kept = set(random.Random(seed).sample(names, len(names) // 2))
    return [(words, t) for words, t in terms if t.term in kept]


def _with(
    seed: int | None, terms: Sequence[tuple[tuple[str, ...], Term]], gold: Sequence[Mapping[str, Any]], coder: Coder, model: Model
) -> Half:  # fmt: skip
    reader = Reader(Lexicon(terms))
    coded = []
    for g in gold:
        reading = reader.read(g["text"])
        verdicts = activity_spans(reading, model)
        spans = [(v.start, v.end) for v in verdicts]
        found = [
            Found(v.start, v.end, next(s for s in STATUSES if s == v.status),
                  details_of(reading, v.start, v.end, item_span(reading, v.start, v.end, spans)), v)
            for v in verdicts
        ]  # fmt: skip
        context = VisitContext.from_dict({k: g.get(k) for k in GIVEN})
        coded.append(coder.settle(reading, found, Settled(), id=g["id"], context=context).to_dict())
    scores = score(gold, coded)
    return Half(seed, len({t.term for _, t in terms}), scores.detection.f1, scores.end_to_end.f1)
