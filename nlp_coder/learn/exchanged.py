"""Labelled records told anew: some of their activities exchanged for others of the same code, some in one case throughout,
some without the signs that part a list, some without line ends.

What the context net is taught beside the records as they are, so that it learns how activities are told rather than which.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

EXCHANGED = 0.4
"""How often an activity is exchanged."""
LOWERED, RAISED = 0.08, 0.04
"""How often a record is told in small letters throughout, and how often in capitals."""
UNPARTED, UNBROKEN = 0.12, 0.08
"""How often a record is told without the commas between activities of a line ("quad sets SLR heel slides"), and how often
without line ends."""
_PARTS = re.compile(r"[ \t]*[,;][ \t]*(?:and[ \t]+)?")
LONGEST = 60
"""Longer words of an activity are told nowhere else."""

Record = dict[str, Any]


def wordings(records: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """code -> the words of activities of that code, as often as they occur."""
    out: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for a in record["activities"]:
            quote = record["text"][a["start"] : a["end"]]
            if "\n" not in quote and len(quote) <= LONGEST:
                out[a["code"]].append(quote)
    return out


def told_anew(record: Record, others: Mapping[str, Sequence[str]], rng: random.Random) -> Record:
    """The record told otherwise, the places of its activities moved accordingly; itself where its activities overlap."""
    text, at, length = record["text"], 0, 0
    parts: list[str] = []
    activities: list[dict[str, Any]] = []
    unparted = rng.random() < UNPARTED
    for a in sorted(record["activities"], key=lambda a: a["start"]):
        if a["start"] < at:
            return record
        quote = text[a["start"] : a["end"]]
        if "\n" not in quote and others.get(a["code"]) and rng.random() < EXCHANGED:
            quote = _cased(rng.choice(others[a["code"]]), quote)
        before = text[at : a["start"]]
        if unparted and activities and not re.search(r"[.:\n]", before):
            before = _PARTS.sub(" ", before)
        parts += [before, quote]
        length += len(before)
        activities.append({**a, "quote": quote, "start": length, "end": length + len(quote)})
        length += len(quote)
        at = a["end"]
    told = "".join([*parts, text[at:]])
    draw = rng.random()
    cased = told.lower() if draw < LOWERED else told.upper() if draw < LOWERED + RAISED else told
    if len(cased) == len(told):
        told = cased
    if rng.random() < UNBROKEN:
        told = re.sub(r"[\r\n]", " ", told)
    return {
        **record,
        "text": told,
        "activities": [{**a, "quote": told[a["start"] : a["end"]]} for a in activities],
    }


def _cased(new: str, old: str) -> str:
    """New words with the first letter, or all, in the case of the old ones; abbreviations stay as they are."""
    if old.isupper() and len(old) > 4:
        return new.upper()
    if old[:1].isupper() and new[:1].islower():
        return new[:1].upper() + new[1:]
    if old[:1].islower() and new[:1].isupper() and new[1:2].islower():
        return new[:1].lower() + new[1:]
    return new
