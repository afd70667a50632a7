"""Equipment that an activity is done with: "LB dressing with reacher, sock aid and long-handled shoe horn" is one activity.

The words are rows of data/lexicon/equipment.csv: things, and what is said of them. Such words behind "with" or "using", alone
or in a list of such words, name what was used: of the labelled activities none is told so.
"""

from __future__ import annotations

import re
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.heading_words import alternatives

KINDS = ("thing", "quality")
_REACH = 120
"""So many characters before a thing are looked at for the word that leads to it."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Equipment and nothing else; what leads to it: "with", "using", then equipment and commas only."""
    words = tables.words_by_kind(tables.data_folder() / "lexicon" / "equipment.csv", KINDS)
    one = (
        rf"(?:(?:{alternatives(words['quality'])}|\d+(?:\.\d)?[ ]?(?:lbs?|\#|pounds?))(?![A-Za-z])[ \t]+)*"
        rf"(?:{alternatives(words['thing'])})(?![A-Za-z])"
    )
    before = rf"(?:\bwith|\bw/|\busing|\bvia|\buse of)[ \t]+(?:{one}[ \t]*(?:,|/|&|and\b|or\b)?[ \t]*(?:and\b|or\b)?[ \t]*)*\Z"
    return re.compile(one, re.IGNORECASE), re.compile(before, re.IGNORECASE)


_WORN = re.compile(
    r"[ \t]+(?:is[ \t]+|was[ \t]+|being[ \t]+)?worn[ \t]+(?:\d|at\b|all\b|most\b|nights?|daily|for[ \t]+\d|during\b)",
    re.IGNORECASE,
)
""" "LMB spring splint worn 4x30 min/day": what the patient wears."""


_WEARS = re.compile(
    r"\b(?:worn|wears?|wearing|wore)[ \t]+(?:(?:a|an|the|her|his|their|custom|old|own)[ \t]+){0,2}\Z", re.IGNORECASE
)
_WEARABLE = re.compile(
    r"\b(?:orthos[ie]s|splints?|braces?|slings?|gloves?|garments?|sleeves?|boots?|stockings?|corset|collar|binder)\Z",
    re.IGNORECASE,
)


def is_equipment_used(text: str, start: int, end: int) -> bool:
    """Whether the words at start:end are only what something else was done with."""
    thing, lead = _patterns()
    if _WORN.match(text, end):
        return True
    if _WEARS.search(text, max(0, start - _REACH), start) and _WEARABLE.search(text, start, end):
        return True
    return (
        thing.fullmatch(text, start, end) is not None and lead.search(text, max(0, start - _REACH), start) is not None
    )
