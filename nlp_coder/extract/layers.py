"""What the tables found at each token of a note, one list a layer: the phrase tagger's view of the reading."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from nlp_coder.extract.reading import Reading

OUT = "O"
"""Nothing found here."""


@dataclass(slots=True)
class Layers:
    """One entry a token: term (with B or I before its class) and the term's code, dose, forward cue, heading, section."""

    term: list[str]
    code: list[str]
    dose: list[str]
    cue: list[str]
    head: list[str]
    section: list[str]


def layers_of(reading: Reading, dropped: frozenset[str] = frozenset()) -> Layers:
    """The layers of a note. dropped: lexicon terms to pass over, so that training meets what the lexicon does not know."""
    n = len(reading.tokens)
    offsets, layout = reading.offsets, reading.layout
    out = Layers([OUT] * n, [""] * n, [OUT] * n, [OUT] * n, [OUT] * n, ["none"] * n)
    for m in reading.terms:
        if m.term.term not in dropped:
            out.term[m.start : m.end] = ["B" + m.term.cls] + ["I" + m.term.cls] * (m.end - m.start - 1)
            out.code[m.start : m.end] = [m.term.code] * (m.end - m.start)
    for t in reading.times:
        _mark(offsets, t.start, t.end, out.dose, "clock" if t.clock else "min")
    for c in layout.codes:
        _mark(offsets, c.start, c.end, out.dose, "code")
    for q in reading.measures:
        _mark(offsets, q.start, q.end, out.dose, q.kind)
    for start, end, name in reading.assistance:
        _mark(offsets, start, end, out.dose, "cue" if name == "cues" else "assist")
    for start, end, _ in reading.devices:
        _mark(offsets, start, end, out.dose, "device")
    for k in reading.cues:
        if k.direction == "forward":
            _mark(offsets, k.start, k.end, out.cue, k.status)
    for block in layout.blocks:
        _mark(offsets, block.start, block.content, out.head, "head")
        if block.end > block.content:
            _mark(offsets, block.content, block.end, out.head, "in")
    for s in layout.sections:
        first, last = max(bisect_right(offsets, s.start) - 1, 0), bisect_right(offsets, s.end - 1)
        text = min(max(bisect_right(offsets, s.content - 1), first), max(last, first))
        out.section[first:text] = [s.name + "-head"] * (text - first)
        out.section[text:last] = [s.name] * (last - text)
    return out


def _mark(offsets: list[int], start: int, end: int, into: list[str], word: str) -> None:
    i = bisect_right(offsets, start) - 1
    if i < 0 or offsets[i] > end:
        return
    while i < len(into) and offsets[i] < end:
        if into[i] == OUT:
            into[i] = word
        i += 1
