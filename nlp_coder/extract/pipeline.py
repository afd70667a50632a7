"""The spaCy pipeline: a blank English one with the project's tokenizer and components, nothing downloaded.

    nlp = therapy_pipeline(model)
    doc = nlp("TE 15': quad sets 3x10")
    doc.spans["activities"], doc.spans["activities"][0]._.status

Components, each registered as a factory: `therapy_reading` (sets `doc._.reading`), `therapy_activities` (fills
`doc.spans["activities"]`, sets `span._.status` and `span._.verdict`), `therapy_details` (sets `span._.details`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp_coder import tables
from nlp_coder.extract.candidates import Candidate, candidates
from nlp_coder.extract.details import details_of
from nlp_coder.extract.headings import with_headings
from nlp_coder.extract.lexicon import Lexicon, read_terms, valid_codes
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import TaggerWeights, tag_spans
from nlp_coder.extract.split import split_spans
from nlp_coder.extract.tokens import split_text  # importing it registers the tokenizer, too
from nlp_coder.extract.verdict import Verdict, judged
from nlp_coder.model import Model, load_model

SPANS = "activities"


def _extensions() -> None:
    if not Doc.has_extension("reading"):
        Doc.set_extension("reading", default=None)
        Span.set_extension("status", default=None)
        Span.set_extension("details", default=None)
        Span.set_extension("verdict", default=None)


def shipped_lexicon() -> Lexicon:
    """The lexicon of data/lexicon, read once, under the user's own terms where there are some (`tables.own_tables`)."""
    return _lexicon(tables.own_tables())


@cache
def _lexicon(own: Path | None) -> Lexicon:
    terms = read_terms(tables.data_folder() / "lexicon")
    if own is not None:  # of the same words the first term counts
        terms = [*read_terms(own / "lexicon", valid_codes(), "own: "), *terms]
    return Lexicon(terms)


@cache
def _model(path: str) -> Model:
    return load_model(Path(path) if path else None)


@Language.factory("therapy_reading")
def create_reading(nlp: Language, name: str) -> object:
    """Reads layout, terms, quantities, times and cues (lazily) into `doc._.reading`."""
    _extensions()
    lexicon = shipped_lexicon()

    def read(doc: Doc) -> Doc:
        doc._.reading = Reading(doc.text, *split_text(doc.text), lexicon)  # the tokens of the Doc, without asking each
        return doc

    return read


@Language.factory("therapy_activities", default_config={"model": ""})
def create_activities(nlp: Language, name: str, model: str) -> object:
    """Finds activity phrases and their status. model: a model folder, "" for the shipped one."""
    _extensions()
    parts = _model(model)

    def find(doc: Doc) -> Doc:
        found = []
        for verdict in activity_spans(doc._.reading, parts):
            span = doc.char_span(verdict.start, verdict.end, alignment_mode="expand")
            if span is not None:
                span._.status = verdict.status
                span._.verdict = verdict
                found.append(span)
        doc.spans[SPANS] = found
        return doc

    return find


def activity_candidates(reading: Reading, tagger: TaggerWeights, parts: Callable[[list[str]], bool]) -> list[Candidate]:
    """Every phrase of a note that may be an activity."""
    tagged = tag_spans(reading, tagger)
    spans = with_headings(reading, split_spans(reading, tagged.spans, parts))
    return candidates(reading, spans, tagged.faint, tagged.inside, parts)


def activity_spans(reading: Reading, model: Model) -> list[Verdict]:
    """Each activity of a note, in order."""
    return judged(reading, activity_candidates(reading, model.tagger, model.parts), model.judge)


@Language.factory("therapy_details")
def create_details(nlp: Language, name: str) -> object:
    """Reads dosage, body parts and assistance of each activity."""
    from nlp_coder.classify.describe import item_span

    _extensions()

    def read(doc: Doc) -> Doc:
        reading: Reading = doc._.reading
        spans = [(s.start_char, s.end_char) for s in doc.spans[SPANS]]
        for span in doc.spans[SPANS]:
            start, end = span.start_char, span.end_char
            span._.details = details_of(reading, start, end, item_span(reading, start, end, spans))
        return doc

    return read


def therapy_pipeline(model: Path | None = None) -> Language:
    """The whole pipeline. Raises ModelError for a bad model folder, TableError for a bad table."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "nlp_coder.tokenizer.v1"}}})
    nlp.max_length = 50_000_000
    where = str(model) if model else ""
    nlp.add_pipe("therapy_reading")
    nlp.add_pipe("therapy_activities", config={"model": where})
    nlp.add_pipe("therapy_details")
    return nlp
