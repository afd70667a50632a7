"""Texts broken into lines of one width, as mail programs and terminals write them: their line ends mean nothing.

A line end is read as a blank where the next line's first word would not have fitted on its line, and where that is so of
most lines of the text, many of them within a sentence: a list's lines end where its items do, at any width.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

NARROWEST, WIDEST = 45, 130
"""A text is broken at a width between these."""
SLACK = 2
"""So many characters short of the width a line may still be full."""
SHARE = 0.6
"""Of the lines that go on (those before a line that begins no item and no heading) at least so many must be full."""
MIDWAY = 0.4
"""And of the full lines at least so many, and two, must end within a sentence: the next begins with a small letter."""
_SENTENCE_END = re.compile(r"[^\s.]{2}[.;][ \t]+[A-Z]")
"""A text in lines of one width is prose: a sentence ends within one of them."""
_LINE = re.compile(r"[^\r\n]*")
_BEGINS_ANEW = re.compile(
    r"[ \t]*(?:[-–—*•●▪◦·○>+✓✔☐☑☒□■\[|]|\(?\d{1,2}[.)][ \t]|\(?[A-Za-z][.)][ \t]|[A-Z][A-Za-z0-9/&'() -]{0,40}:|[SOAP][ \t]*[-/:])"
)
_COLUMNS = re.compile(r"\t|\||\S {3,}\S")


@dataclass(frozen=True, slots=True)
class _Break:
    """The end of a line that goes on: place of the line end, length of its line, of the word that begins the next, and
    whether that begins with a small letter."""

    start: int
    end: int
    length: int
    word: int
    midway: bool


def unwrapped(text: str) -> str:
    """The text with the line ends that only wrap it as blanks; as long as before, so that all places stay."""
    if text.count("\n") + text.count("\r") < 2 or len(text) < 2 * NARROWEST:
        return text
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if m.end() > m.start()]
    width = max(len(text[a:b].rstrip()) for a, b in lines)
    if not NARROWEST <= width <= WIDEST:
        return text
    breaks = []
    for (a, b), (c, d) in itertools.pairwise(lines):
        gap = text[b:c]
        if gap.count("\n") > 1 or gap.count("\r") > 1 or gap.count("\n\r"):
            continue  # a blank line between
        if not text[a:b].strip() or not text[c:d].strip() or _BEGINS_ANEW.match(text, c, d):
            continue
        if _COLUMNS.search(text, a, b) or _COLUMNS.search(text, c, d):
            continue
        word = text[c:d].split(maxsplit=1)[0]
        breaks.append(_Break(b, c, len(text[a:b].rstrip()), len(word), word[0].islower()))
    full = [k for k in breaks if k.length + 1 + k.word > width - SLACK]
    midway = sum(k.midway for k in full)
    ends_inside = any(_SENTENCE_END.search(text, k.start - k.length, k.start) for k in full)
    if not ends_inside or midway < max(2, MIDWAY * len(full)) or len(full) < SHARE * len(breaks):
        return text
    out = list(text)
    for k in full:
        out[k.start : k.end] = " " * (k.end - k.start)
    return "".join(out)
