"""The spaCy pipeline: a blank English one with the project's tokenizer and components, nothing downloaded.

    nlp = therapy_pipeline(model)
    doc = nlp("TE 15': quad sets 3x10")
    doc.spans["activities"], doc.spans["activities"][0]._.status

Components, each registered as a factory: `therapy_reading` (sets `doc._.reading`), `therapy_activities` (fills
`doc.spans["activities"]`, sets `span._.status` and `span._.verdict`), `therapy_details` (sets `span._.details`).
"""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp_coder.extract import tokens as _tokens  # registers the tokenizer
from nlp_coder.extract.activities import activity_spans
from nlp_coder.extract.details import details_of
from nlp_coder.extract.lexicon import shipped_lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.model import Model, load_model

assert _tokens
SPANS = "activities"


def _extensions() -> None:
    if not Doc.has_extension("reading"):
        Doc.set_extension("reading", default=None)
        Span.set_extension("status", default=None)
        Span.set_extension("details", default=None)
        Span.set_extension("verdict", default=None)


_FOUND = "therapy_activities"


class _Activities:
    """Finds activity phrases and their status."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        found = []
        for verdict in activity_spans(doc._.reading, self.model):
            span = doc.char_span(verdict.start, verdict.end)
            if span is not None:  # whole tokens always make a span
                span._.status = verdict.status
                span._.verdict = verdict
                found.append(span)
        doc.spans[SPANS] = found
        return doc


def model_of(nlp: Language) -> Model:
    """The model that a pipeline finds activities with, so that it is loaded once for all parts."""
    component = nlp.get_pipe(_FOUND)
    assert isinstance(component, _Activities)
    return component.model


@Language.factory("therapy_reading")
def create_reading(nlp: Language, name: str) -> object:
    """Reads layout, terms, quantities, times and cues (lazily) into `doc._.reading`."""
    _extensions()
    lexicon = shipped_lexicon()

    def read(doc: Doc) -> Doc:
        doc._.reading = Reading.of(doc.text, lexicon)
        return doc

    return read


@Language.factory(_FOUND, default_config={"model": ""})
def create_activities(nlp: Language, name: str, model: str) -> object:
    """Finds activity phrases and their status. model: a model folder, "" for the shipped one."""
    _extensions()
    return _Activities(load_model(Path(model) if model else None))


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
    nlp.add_pipe(_FOUND, config={"model": where})
    nlp.add_pipe("therapy_details")
    return nlp
