"""Block headings as activities: a heading counts only where no item is named under it (annotation guide)."""

from __future__ import annotations

import re

from nlp_coder.extract.heading_words import MODALITY
from nlp_coder.extract.layout import Block
from nlp_coder.extract.reading import Reading

_FINDING = re.compile(
    r"\s*(?:wnl|wfl|good|fair|poor|intact|normal|\d/5|antalgic|steady|unsteady|improv|impair|limited|\+|-\s|neg|pos|see\b|as above)",
    re.IGNORECASE,
)


def _has_text(text: str) -> bool:
    return bool(text.strip(" \t\r\n.:;,-–—|*•()[]_"))


def _counts(reading: Reading, block: Block) -> bool:
    """Whether a heading without items may stand for the work itself: it has time, a code, a tick, a blank, or a cue."""
    text = reading.text
    heading = text[block.start : block.content]
    content = text[block.content : block.end]
    if reading.layout.stands_in(block.start, ("billing", "goals", "subjective", "history")):
        return False
    if block.written or any(block.start <= t.start < block.content for t in reading.times):
        return True
    lead = text[max(0, block.start - 5) : block.start]
    if re.search(r"\[[ xX]?\]\s*\Z|[☐☑☒□]\s*\Z", lead):
        return True
    if re.match(r"\s*_{2,}", content) or re.search(
        r"declin|refus|held|defer|not (?:done|today|performed)|n/?a\b", content[:40], re.IGNORECASE
    ):
        return True
    if re.search(r"\(\d{1,2}\)|\d{1,2}\s*:", heading) and not _FINDING.match(content):
        return True
    return (
        reading.layout.stands_in(block.start, ("interventions",)) and not _FINDING.match(content) and _has_text(heading)
    )


def with_headings(reading: Reading, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The activity spans with bare headings added, and headings dropped that have items under them."""
    out = list(spans)
    for block in reading.layout.blocks:
        inside = [s for s in out if block.content <= s[0] < block.end]
        over = [s for s in out if s[0] < block.content and s[1] > block.start]
        start, stop = block.term
        named = block.code is not None and MODALITY.fullmatch(block.code)  # "IFC 15 min w/ CP": both are activities
        if inside and not named:
            out = [s for s in out if s not in over or s[1] > block.content + 2]
        elif not over and stop > start and _counts(reading, block):
            out.append((start, stop))
    return sorted(set(out))
