"""Where a stated time stands: the lines and paragraphs around it."""

from __future__ import annotations

from nlp_coder.extract.layout import Line
from nlp_coder.extract.reading import Reading


def only(body: str, start: int, end: int) -> bool:
    """Whether nothing else stands on a line but bullets and points."""
    return not (body[:start] + body[end:]).strip(" \t-–—=•*|:()>→.,")


def paragraph_end(reading: Reading, offset: int) -> int:
    line = reading.layout.line_at(offset)
    end = line.end
    if reading.text[offset : line.end].strip(" .:;,-–—()"):
        return end
    indent = _indent(reading.text[line.start : line.end])
    under = False
    for later in reading.layout.lines:
        if later.start > line.start:
            body = reading.text[later.start : later.end]
            deeper = _indent(body) > indent
            if not body.strip() or (under and not deeper):
                break
            under = under or deeper
            end = later.end
    return end


def paragraph_start(reading: Reading, offset: int) -> int:
    start = offset
    for line in reversed(reading.layout.lines):
        if line.start < offset:
            if not reading.text[line.start : line.end].strip():
                break
            start = line.start
    section = reading.layout.section_at(offset)
    return max(start, section.start if section else 0)


def next_is_deeper(reading: Reading, line: Line) -> bool:
    lines = reading.layout.lines
    index = lines.index(line) + 1
    if index >= len(lines):
        return False
    below = reading.text[lines[index].start : lines[index].end]
    return bool(below.strip()) and _indent(below) > _indent(reading.text[line.start : line.end])


def _indent(line: str) -> int:
    """How far a line's first word stands in; a bullet counts as two more."""
    bare = line.lstrip()
    return len(line) - len(bare) + (2 if bare[:1] in "-•*·–" else 0)
