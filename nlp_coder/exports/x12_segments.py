"""Service lines as segments of the X12 837P (005010X222A1), loop 2400: LX, SV1, DTP*472, REF*6R.

A skeleton: SV102 (charge), SV105 (place of service) and SV107 (diagnosis pointer) are empty, and without a date of
service there is no DTP. X12 has no escape: a value holds upper-case letters, digits and the marks of the basic
character set, never a delimiter.
"""

from __future__ import annotations

import hashlib
import re

from nlp_coder.exports.service_lines import service_lines
from nlp_coder.note import CodedNote

ELEMENT, COMPONENT, SEGMENT = "*", ":", "~"
REFERENCE = 30
"""Characters of a line item control number (REF02 after 6R)."""
_NOT_BASIC = re.compile(r"[^A-Z0-9 !\"&'()+,\-./;?=]")


def x12_segments(note: CodedNote) -> str:
    """The loops 2400 of a note, a segment a row; LX begins at 1, as in each claim. "" for a note without service lines."""
    found = service_lines(note)
    rows: list[str] = []
    for number, line in enumerate(found.lines, 1):
        procedure = COMPONENT.join(("HC", line.code, *line.modifiers))
        rows.append(_segment("LX", str(number)))
        rows.append(_segment("SV1", procedure, "", "UN", str(line.units)))
        if found.day is not None:
            rows.append(_segment("DTP", "472", "D8", found.day.replace("-", "")))
        rows.append(_segment("REF", "6R", line_reference(note.id, number)))
    return "".join(rows)


def line_reference(id: str, number: int) -> str:
    """What names a line of a note in at most 30 characters. An id that X12 cannot write as it is, is told apart by a digest.

    >>> line_reference("visit-7", 2), len(line_reference("Zoë*" * 20, 1))
    ('VISIT-7-2', 30)
    """
    end = f"-{number}"
    plain = id.strip().upper()
    if plain and not _NOT_BASIC.search(plain) and len(plain) + len(end) <= REFERENCE:
        return plain + end
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:10].upper()
    word = _NOT_BASIC.sub("-", plain)[: REFERENCE - len(end) - len(digest) - 1].strip()
    return f"{word}-{digest}{end}"


def _segment(*elements: str) -> str:
    """One segment; empty elements at its end are left out, as the standard asks."""
    trimmed = list(elements)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return ELEMENT.join(trimmed) + SEGMENT + "\n"
