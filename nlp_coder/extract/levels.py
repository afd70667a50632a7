"""Tables of a progress report that compare what the patient can do: "supine > sit   Mod A   Min A" under "last wk   now".

Such rows are findings: none of the 18 of the labelled notes holds an activity.
"""

from __future__ import annotations

import re

from nlp_coder.extract.reading import Reading

_LEVEL = (
    r"(?:(?:max|mod|min|total)[ -]?(?:A\b|assist\b|\(A\)|I\b|x ?[12]\b)|CGA|SBA|CTG|\bSUPV?\b|\bS\b|\bI\b|\bindep(?:endent)?\b|\bdep(?:endent)?\b|\bD\b"
    r"|\bset-?up\b|\bunable\b|\bNT\b|\d+ ?(?:ft|feet|m|s|sec|min|%|°|/10|/5)\b)"
)
_HEAD = re.compile(
    r"[^.;]*?\b(?:last (?:wk|week|visit|note)|prior|prev(?:ious)?|initial|init|eval|baseline|adm(?:it|ission)|SOC|start|before|was|PLOF)\b"
    r"[^.;:]*?(?:[ \t]{2,}|\t|\||/)[^.;:]*?\b(?:now|curr(?:ent)?|today|present|this (?:wk|week)|status|d/c|after)\b[^.;:]*",
    re.IGNORECASE,
)
_ROW = re.compile(rf"{_LEVEL}.*?(?:[ \t]{{2,}}|\t|\||->|→|>|/).*?{_LEVEL}", re.IGNORECASE)
"""A row with at least two levels in columns of their own."""


def compared_levels(reading: Reading) -> list[tuple[int, int]]:
    """The places (start, end) of rows that compare earlier levels with today's, below a head that names both."""
    out = []
    headed = False
    for line in reading.layout.lines:
        body = reading.text[line.start : line.end]
        if headed and _ROW.search(body):
            out.append((line.start, line.end))
        else:
            headed = _HEAD.fullmatch(body) is not None
    return out
