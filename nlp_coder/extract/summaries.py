"""Sentences that only sum up a visit's minutes by service: "Self-care 33 min, functional mobility 12 min.".

The words in them name no further activity, they say to which service the minutes of those told before belong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nlp_coder.extract.heading_words import MODALITY, block_code, block_words
from nlp_coder.extract.layout import BLANK_LINE, Line
from nlp_coder.extract.numbers import SPELLED, TimeMention, spelled
from nlp_coder.extract.phrases import matches_at
from nlp_coder.extract.reading import Reading, part

_LABEL = r"[A-Za-z][A-Za-z/&.'-]*(?:[ \t][A-Za-z/&.'-]+){0,3}?"
_PAIR = re.compile(
    rf"(?P<label>{_LABEL})[ \t]*(?:[:=x,–-]|for|was)?[ \t]*(?P<minutes>\d{{1,3}}\b|\b{SPELLED}\b)[ \t-]*(?P<unit>minutes|mins?\b\.?|m\b|['’′])?(?![ \t]*(?:units?|u\b|x|reps|sets|ft|feet|lbs?|#|%|\d))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-•*][ \t]*)?")
_BETWEEN = re.compile(r"[ \t]*(?:[,;/|+&]|and\b)[ \t]*", re.IGNORECASE)
_END = re.compile(
    r"(?:,?[ \t]*(?:all[ \t])?(?:one[ -]on[ -]one|1:1|in all|today|altogether))?[ \t]*\.?\s*", re.IGNORECASE
)
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
            return found if all(m["unit"] or (found[0]["unit"] and label_code(m["label"])) for m in found) else []
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
        if not told or (len(told) < 2 and reading.layout.stands_in(start, _ELSEWHERE)):
            continue
        pairs = tuple(Pair(label_code(m["label"]), _number(m["minutes"]), m.start("minutes"), m.end()) for m in told)
        if any(p.code for p in pairs) and not any(p.code and MODALITY.fullmatch(p.code) for p in pairs):
            yield Summary(start, end, pairs)


def _number(words: str) -> int:
    return int(words) if words.isdigit() else spelled(words) or 0


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


_REMARKS = re.compile(
    r"\b(?:of|for|was|were|total|totalled|totaled|time|all|one[- ]on[- ]one|1:1|in all|today|altogether|direct|skilled|part|portion|provided|delivered|"
    r"performed|completed)\b|[^A-Za-z/& -]",
    re.IGNORECASE,
)
"""What may stand beside a service's name and its minutes in a sentence that says no more."""


def service_alone(reading: Reading, t: TimeMention, sentence: tuple[int, int]) -> str | None:
    """The code of a service that is named with a time in a sentence that says no more ("Prosthetic training, 45 minutes, all
    one on one."), or None."""
    text, line = reading.text, reading.layout.line_at(t.start)
    start, end = max(sentence[0], line.start), max(t.end, min(sentence[1], line.end))
    words = f"{text[start : t.start]} {text[t.end : end]}"
    return block_code(re.sub(r"[ \t]+", " ", re.sub(_REMARKS, " ", words)).strip())


MADE_OF_OTHERS = frozenset({"97113", "97537", "97542", "97760", "97761", "97763"})
"""Services that consist of moves which elsewhere are others: transfers and steps with a new prosthesis are prosthetic training."""


def closing_services(reading: Reading) -> list[tuple[int, int, str]]:
    """(start, end, code) of the sentences that close a paragraph's work with the name and minutes of one of MADE_OF_OTHERS
    ("... stepping over the sound limb x10. 45 min prosthetic training."); read once."""
    if "closing services" not in reading.kept:
        reading.kept["closing services"] = list(_closing_services(reading))
    found: list[tuple[int, int, str]] = reading.kept["closing services"]
    return found


def _closing_services(reading: Reading) -> Iterator[tuple[int, int, str]]:
    for t in reading.times:
        sentence = part(reading.cuts.sentences, t.start, len(reading.text))
        code = None if t.clock else service_alone(reading, t, sentence)
        if code in MADE_OF_OTHERS:
            yield sentence[0], sentence[1], code


def closed_by(reading: Reading, start: int) -> tuple[int, int, str] | None:
    """The closing sentence of the paragraph that holds an offset, the next one behind it; None where there is none."""
    following = next((c for c in closing_services(reading) if c[0] > start), None)
    return following if following and not BLANK_LINE.search(reading.text, start, following[0]) else None


@cache
def _ends_a_line() -> re.Pattern[str]:
    words, minutes = block_words(), r"(?:minutes|mins?\b\.?|m\b|['’′])"
    return re.compile(
        rf"(?:\.{{3,}}|-{{1,2}}>|→|=>|=|(?<=[ \t])[-–—]{{1,2}}|\||\(|\t|[ ]{{3,}}|:(?=[ \t][^:;\n]{{0,30}}(?:overall|in all|all told|altogether)))[ \t]*"
        rf"(?:(?P<first>{words})[ \t]*[:=x-]?[ \t]*\d{{1,2}}[ \t]*{minutes}?|\d{{1,2}}[ \t]*{minutes}[ \t]*(?:of[ \t]+)?(?P<last>{words}))(?:[ \t]+(?:overall|in all|all told|total|altogether))?[ \t.)|]*\Z",
        re.IGNORECASE,
    )


_LEADS_ON = re.compile(r"\.{3}|[-–—→=|(\t:]|[ ]{3}")
"""The signs that `_ends_a_line` begins with: looked for first, since it has hundreds of words to try."""


def _end_of_line(text: str, start: int, end: int) -> re.Match[str] | None:
    signs = (sign.start() for sign in _LEADS_ON.finditer(text, start, end))
    return next(matches_at(_ends_a_line(), text, signs, end), None)


def closing_term(reading: Reading, line: Line) -> tuple[str, str] | None:
    """(words, code) of the service that ends a line with its minutes, behind what it consists of: "cone stacking,
    clothespins ...... TA 15'", "beam, foam --> 14 min NMR"; None where a line does not end so."""
    found: dict[int, tuple[str, str] | None] = reading.kept.setdefault("closing terms", {})
    if line.start not in found:
        told = _end_of_line(reading.text, line.start, line.end)
        words = (told["first"] or told["last"]) if told else None
        code = block_code(words) if words else None
        found[line.start] = (words, code) if words and code else None
    return found[line.start]
