"""Sentences that only sum up a visit's minutes by service: "Self-care 33 min, functional mobility 12 min.".

The words in them name no further activity, they say to which service the minutes of those told before belong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp_coder.extract.layout import MODALITY, block_code
from nlp_coder.extract.reading import Reading

_LABEL = r"[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'-]+){0,3}?"
_PAIR = re.compile(
    rf"(?P<label>{_LABEL})[ \t]*(?:[:=x–-]|for|was)?[ \t]*(?P<minutes>\d{{1,3}})[ \t]*(?:minutes|mins?\b\.?|m\b|['’′])",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-•*][ \t]*)?")
_BETWEEN = re.compile(r"[ \t]*(?:[,;/|+&]|and\b)[ \t]*", re.IGNORECASE)
_END = re.compile(r"[ \t]*\.?\s*")
_GOES_ON = re.compile(r"\.[ \t]+(?=[a-z])")
LONGEST = 160
"""No summing sentence is longer."""
_ELSEWHERE = frozenset({"goals", "plan", "hep", "history", "subjective", "objective"})


@dataclass(frozen=True, slots=True)
class Pair:
    """One service with its minutes. at, end: where these stand."""

    code: str | None
    minutes: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A summing sentence's place and its pairs, at least one of a service that is known."""

    start: int
    end: int
    pairs: tuple[Pair, ...]


def label_code(label: str) -> str | None:
    """The code of a summary's words, of a part of them or of their last word ("functional transfers/mobility"), or None."""
    words = re.split(r"/", label)
    tried = [label, *words, *(w.rsplit(" ", 1)[-1] for w in words)]
    return next((code for t in tried if (code := block_code(t.strip(" .-"))) is not None), None)


def summaries(reading: Reading) -> list[Summary]:
    """The summing sentences of a note, in order; read once."""
    if "summaries" not in reading.kept:
        reading.kept["summaries"] = list(_summaries(reading))
    found: list[Summary] = reading.kept["summaries"]
    return found


def _pairs(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The pairs of a sentence that holds nothing else, else none. One after the other, never going back: no text is slow."""
    found: list[re.Match[str]] = []
    lead = _BULLET.match(text, start, end)
    at = lead.end() if lead else start
    while pair := _PAIR.match(text, at, end):
        found.append(pair)
        if _END.fullmatch(text, pair.end(), end):
            return found
        between = _BETWEEN.match(text, pair.end(), end)
        if between is None:
            return []
        at = between.end()
    return []


def _pieces(text: str, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentences, and the parts of those that go on after a full stop in small letters ("... min A x4. w/c mgmt 10 min.")."""
    for start, end in itertools.pairwise(cuts):
        yield start, end
        inside = [m.end() for m in _GOES_ON.finditer(text, start, end)]
        if inside:
            yield from itertools.pairwise([start, *inside, end])


def _summaries(reading: Reading) -> Iterator[Summary]:
    text = reading.text
    if not reading.times:
        return
    cuts = sorted({*reading.cuts.sentences, *(line.start for line in reading.layout.lines), 0, len(text)})
    for start, end in _pieces(text, cuts):
        told = _pairs(text, start, end) if end - start <= LONGEST else []
        section = reading.layout.section_at(start)
        if not told or (section and section.name in _ELSEWHERE and len(told) < 2):
            continue
        pairs = tuple(Pair(label_code(m["label"]), int(m["minutes"]), m.start("minutes"), m.end()) for m in told)
        if any(p.code for p in pairs) and not any(p.code and MODALITY.fullmatch(p.code) for p in pairs):
            yield Summary(start, end, pairs)


def sums_up(reading: Reading, summary: Summary, before: Sequence[tuple[int, int]]) -> bool:
    """Whether a summing sentence can be about the phrases that stand before it (spans): the lexicon gives one of them a
    service that it names; where it names but one, the last of them."""
    named = {p.code for p in summary.pairs}
    asked = [span for span in before if span[1] <= summary.start]
    if len(summary.pairs) == 1:
        asked = asked[-1:]
    for start, end in asked:
        for match in reading.terms_in(start, end):
            if match.term.code in named or named & set(match.term.also):
                return True
    return False
