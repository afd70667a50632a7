"""Abilities that an activity is for: "to improve core stability, dexterity and attention" names no activity.

The words are rows of data/lexicon/abilities.csv: abilities, what may follow them, and the words that lead to a purpose ("in
order to", "focused on") and name it ("improve", "increase").
"""

from __future__ import annotations

import re
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.heading_words import alternatives

KINDS = ("ability", "further", "leads", "purpose")
_REACH = 240
"""So many characters before a phrase, no more, are looked at for the lead of a purpose."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """An ability and nothing else; the lead of a purpose and what it already names, up to where one ends."""
    words = tables.words_by_kind(tables.data_folder() / "lexicon" / "abilities.csv", KINDS)
    of = {kind: rf"(?:{alternatives(known)})(?![\w-])" for kind, known in words.items()}
    ability = rf"(?:[\w/-]+\s+){{0,3}}{of['ability']}(?:\s+{of['further']}[^.;:]*)?"
    lead = rf"(?<![\w-]){of['leads']}\s+(?:[\w-]+\s+){{0,3}}{of['purpose']}[^.;:\n]*\Z"
    return re.compile(ability, re.IGNORECASE), re.compile(lead, re.IGNORECASE)


def is_purpose(text: str, sentence: int, start: int, end: int) -> bool:
    """Whether the words at start:end only name an ability that their sentence says something is for.

    sentence: where it begins.
    """
    ability, lead = _patterns()
    since = max(sentence, start - _REACH)
    return ability.fullmatch(text, start, end) is not None and lead.search(text, since, start) is not None
