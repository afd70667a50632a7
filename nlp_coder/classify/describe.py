"""From a read note and one activity's span to what the coding rules and the model see of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from nlp_coder.classify.described import Described
from nlp_coder.classify.group_work import in_group
from nlp_coder.classify.rule_purposes import purposes_in
from nlp_coder.extract.dosage import body_parts
from nlp_coder.extract.heading_words import alternatives, block_code, block_terms
from nlp_coder.extract.layout import AQUATIC, ASHORE, BLANK_LINE, Line
from nlp_coder.extract.phrases import LETTERS, Phrases, matches_at
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.summaries import closed_by, closing_term

_LONGEST_TOLD = 200
"""No heading told in running text is longer, its spaces included."""
_BESIDE = 4
"""So many spans before one are looked at for the one that ends last: spans hardly ever overlap."""


def item_span(reading: Reading, start: int, end: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The part of the note that speaks of an activity alone: its clause, cut at the activities beside it.

    spans: those of all activities, in order.
    """
    clause = part(reading.cuts.clauses, start, len(reading.text))
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    line = reading.layout.line_at(start)
    at, after = bisect_left(spans, (start, -1)), bisect_left(spans, (end, -1))
    before = max((b for _, b in spans[max(at - _BESIDE, 0) : at] if b <= start), default=0)
    first = max(min(clause[0], start), line.start, before)
    stop = min([max(clause[1], end), line.end, *(a for a, _ in spans[after : after + 1])])
    if first == start and clause[0] < start:  # the item after a comma: what leads the clause may still speak for it
        first = max(min(sentence[0], start), line.start, before)
    return first, max(stop, end)


def shared_tail(reading: Reading, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """What follows the last activity of a list within the sentence: a purpose there speaks for the whole list."""
    sentence = part(reading.cuts.sentences, end, len(reading.text))
    line = reading.layout.line_at(end)
    stop = min(max(sentence[1], end), max(line.end, end))
    later = [b for _, b in spans[bisect_left(spans, (end, -1)) : bisect_left(spans, (stop, -1))]]
    return reading.text[max(later) : stop] if later else ""


def _told_terms() -> list[str]:
    """The headings' words that may be told in running text: no short ones, which are words of activities as well."""
    return [t for t in block_terms() if len(t) >= 11]


@cache
def _told() -> re.Pattern[str]:
    words = alternatives(_told_terms())
    return re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE)


@cache
def _told_phrases() -> Phrases:
    return Phrases(_told_terms(), r"(?<![A-Za-z])", r"(?![A-Za-z])", LETTERS)


def _told_starts(reading: Reading) -> list[int]:
    """Where the first word of a heading stands that may be told in running text."""
    if "told" not in reading.kept:
        reading.kept["told"] = [at for at, _ in _told_phrases().starts(reading.text)]
    starts: list[int] = reading.kept["told"]
    return starts


_UP_TO_BRACKET = re.compile(r"[^().\n]{0,160}")


@cache
def _label() -> re.Pattern[str]:
    words, number, unit = alternatives(list(block_terms())), r"\d{1,2}[ \t]*", r"(?:minutes|mins?\b\.?|m\b|['’′])"
    return re.compile(
        rf"\([ \t]*(?:{number}{unit}[ \t]*[,/–-]?[ \t]*(?P<last>{words})|(?P<first>{words})[ \t]*[,:/–-]?[ \t]*{number}{unit}?)[ \t]*\)",
        re.IGNORECASE,
    )


def _label_behind(reading: Reading, start: int, line: Line) -> tuple[str, str | None] | None:
    """(words, code) of the service that the brackets behind an item or its list name with its minutes: "reading with a ruler
    (14 min, self care)", "rows, curls (TE 12)"; None where they name none."""
    if reading.text.find("(", start, line.end) < 0:
        return None
    lead = _UP_TO_BRACKET.match(reading.text, start, line.end)
    told = _label().match(reading.text, lead.end(), line.end) if lead else None
    if told is None or any(start <= t.start < told.start() for t in reading.times):
        return None
    words = told["first"] or told["last"]
    return words, block_code(words)


def told_heading(reading: Reading, start: int, spans: Sequence[tuple[int, int]]) -> tuple[str, str | None]:
    """(words, code) of a heading told in running text ("Forty minutes of prosthetic training. He learned ..."), or ("", None).

    The last such words before the activity in its paragraph, where they are no activity themselves; else those of a
    sentence that closes its paragraph (see `closing_services`), or those that end its line (see `closing_term`).
    """
    if water := _water_told(reading, start):
        return water, AQUATIC
    line = reading.layout.line_at(start)
    if label := _label_behind(reading, start, line):
        return label
    starts = _told_starts(reading)
    closing = closed_by(reading, start)
    behind = (
        (reading.text[closing[0] : closing[1]].strip(), closing[2])
        if closing
        else closing_term(reading, line) or ("", None)
    )
    if bisect_left(starts, line.start) == bisect_left(starts, start):
        return behind
    told = _told_on(reading, line)
    before = told[: bisect_right(told, start, key=_end)]  # what follows them may be cut short where the activity begins
    begin = max(line.start, start - _LONGEST_TOLD, *(b for _, b in before[-1:]))
    for a, b in reversed([*before, *_told_between(reading, begin, start)]):
        beside = spans[max(bisect_left(spans, (a, -1)) - _BESIDE, 0) : bisect_left(spans, (b, -1))]
        if not any(a < y and x < b for x, y in beside):
            words = reading.text[a:b]
            return words, block_code(words)
    return behind


_WATER = re.compile(
    r"\b(?:in (?:the )?(?:water|pool)\b|(?:pool|aquatic|hydrotherapy)[ \t]+(?:day|log|note|session|visit|tx|therapy|pt|ot|x)\b|"
    r"(?:pool|aquatics?)[ \t]*[:,-]?[ \t]*\d{1,2}[ \t]*(?:min|['’′]))",
    re.IGNORECASE,
)


def _water_told(reading: Reading, start: int) -> str:
    """The words that put an activity without a heading into the water: the last ones before it in its paragraph, where it
    does not go ashore after them; else ""."""
    if "water" not in reading.kept:
        reading.kept["water"] = [m.span() for m in _WATER.finditer(reading.text)]
    places: list[tuple[int, int]] = reading.kept["water"]
    at = bisect_left(places, (start, -1))
    if not at or places[at - 1][1] > start:
        return ""
    a, b = places[at - 1]
    section = reading.layout.section_at(start)
    parted = BLANK_LINE.search(reading.text, b, start) or (section is not None and section.start > a)
    if parted or ASHORE.search(reading.text, b, start) or in_group(reading, start, start):
        return ""  # work inside a group is group work in the water, too
    return reading.text[a:b]


def _told_between(reading: Reading, begin: int, end: int) -> list[tuple[int, int]]:
    """The places of the headings told in a stretch of text, cut off at its end."""
    starts = _told_starts(reading)
    within = starts[bisect_left(starts, begin) : bisect_left(starts, end)]
    return [words.span() for words in matches_at(_told(), reading.text, within, end)]


def _told_on(reading: Reading, line: Line) -> list[tuple[int, int]]:
    """The places of the headings told on a line, read once."""
    kept: dict[int, list[tuple[int, int]]] = reading.kept.setdefault("told on", {})
    if line.start not in kept:
        kept[line.start] = _told_between(reading, line.start, line.end)
    return kept[line.start]


def _end(place: tuple[int, int]) -> int:
    return place[1]


def describe(
    reading: Reading,
    start: int,
    end: int,
    spans: Sequence[tuple[int, int]],
    *,
    discipline: str | None,
    encounter: str | None = None,
) -> tuple[Described, int]:
    """(what is known of the activity at start:end, the offset where its item begins)."""
    text = reading.text
    first, stop = item_span(reading, start, end, spans)
    item = text[first:stop]
    found = reading.terms_inside(start - 1, end + 1)
    main = max(found, key=lambda m: (m.end - m.start, m.start), default=None)
    section = reading.layout.section_at(start)
    block = reading.layout.block_at(start)
    purposes = purposes_in(item) or purposes_in(shared_tail(reading, end, spans))
    return (
        Described(
            phrase=text[start:end],
            item=item,
            heading=text[block.start : block.content] if block else told_heading(reading, start, spans)[0],
            section=section.name if section else "none",
            classes=tuple(dict.fromkeys(m.term.cls for m in found)),
            trains=tuple(dict.fromkeys(t for m in found for t in m.term.trains)),
            lexicon_code=main.term.code if main else block_code(text[start:end]),
            lexicon_also=main.term.also if main else (),
            lexicon_source=main.term.source if main else "",
            purposes=purposes,
            body_parts=tuple(dict.fromkeys(b.name for b in body_parts(item))),
            group=in_group(reading, start, end),
            discipline=discipline,
            encounter=encounter,
        ),
        first,
    )
