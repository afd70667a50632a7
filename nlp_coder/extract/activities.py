"""The activities of a note that has been read: candidates found, judged, and given back as whole tokens."""

from __future__ import annotations

from collections.abc import Callable

from nlp_coder.extract.candidates import Candidate, candidates
from nlp_coder.extract.headings import with_headings
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import Tagger, tag_spans
from nlp_coder.extract.split import split_spans
from nlp_coder.extract.verdict import Verdict, judged
from nlp_coder.model import Model


def activity_candidates(reading: Reading, tagger: Tagger, parts: Callable[[list[str]], bool]) -> list[Candidate]:
    """Every phrase of a note that may be an activity."""
    tagged = tag_spans(reading, tagger)
    spans = with_headings(reading, split_spans(reading, tagged.spans, parts))
    return candidates(reading, spans, tagged, parts)


def activity_spans(reading: Reading, model: Model) -> list[Verdict]:
    """Each activity of a note, in order, from the beginning of a token to the end of one."""
    found = judged(reading, activity_candidates(reading, model.tagger, model.parts), model.judge)
    return [_whole(reading, verdict) for verdict in found]


def _whole(reading: Reading, verdict: Verdict) -> Verdict:
    first, last = reading.token_at(verdict.start), reading.token_at(verdict.end - 1)
    return verdict._replace(start=reading.offsets[first], end=reading.end_of(last))
