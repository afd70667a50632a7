"""Notes typed all in capitals, read as if they were not."""

from __future__ import annotations

import re

FEWEST = 40
"""Letters below which a text is too short to tell."""
SHARE = 0.9
"""Share of capitals among the letters from which on a text is one in capitals."""
_BEGINS = re.compile(r"(?:^|[.!?:]\s|\n)[ \t•*-]*[^\W\d_]|(?<!\w)[SOAP](?=[ \t]*:)|(?<=\d )[MF](?!\w)")
"""Where a line or a sentence begins, the letters of a note's four sections, and a patient's sex after the age."""


def in_small_letters(text: str) -> str:
    """A text in capitals with small letters but where a line or a sentence begins, as long as before; else the text.

    What capitals tell elsewhere (headings, abbreviations) they do not tell where all are capitals.
    """
    letters = list(filter(str.isalpha, text))
    if len(letters) < FEWEST or sum(map(str.isupper, letters)) < SHARE * len(letters):
        return text
    low = text.lower()
    if len(low) != len(text):
        return text
    out = list(low)
    for m in _BEGINS.finditer(text):
        out[m.end() - 1] = text[m.end() - 1]
    return "".join(out)
