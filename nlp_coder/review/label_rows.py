"""One labelled note of another tool as our record: checked before it is let in."""

from __future__ import annotations

from typing import Any

from nlp_coder.note import STATUSES

Record = dict[str, Any]
NOTE_FIELDS = ("discipline", "setting", "unit_rule")


class Unfit(ValueError):
    """Why a record is left out: its words, then what to do."""


def checked(record: Record, codes: frozenset[str]) -> Record:
    """The record with its quotes, in order of place. Raises Unfit for the first thing that the guide does not allow."""
    text = record["text"]
    if not isinstance(text, str) or not text.strip():
        raise Unfit("has no text", "give the note's text")
    last = 0
    record["activities"].sort(key=lambda a: a["start"])
    for a in record["activities"]:
        where = f"activity at {a['start']}-{a['end']}"
        if not 0 <= a["start"] < a["end"] <= len(text):
            raise Unfit(f"{where}: lies outside the note", "correct its offsets")
        if a.get("quote") not in (None, text[a["start"] : a["end"]]):
            raise Unfit(f"{where}: its quote is not the text there", "correct its offsets")
        if a["start"] < last:
            raise Unfit(f"{where}: overlaps the one before it", "shorten one of them")
        a["quote"], last = text[a["start"] : a["end"]], a["end"]
        if a["status"] not in STATUSES:
            raise Unfit(f"{where}: its status is unknown", f"give one of {', '.join(STATUSES)}")
        a["acceptable"] = list(dict.fromkeys([a["code"], *a["acceptable"]]))
        if unknown := [c for c in a["acceptable"] if c not in codes]:
            raise Unfit(f"{where}: code {str(unknown[0])[:10]!r} is unknown", "`nlp-coder codes` lists the codes")
        if a["minutes"] is not None and not 0 <= a["minutes"] <= 1440:
            raise Unfit(f"{where}: its minutes are not between 0 and 1440", "correct them")
    return {**{"source": "imported"}, **record}


def activity_row(
    start: Any, end: Any, code: Any, status: Any, acceptable: Any, minutes: Any, quote: Any = None
) -> Record:
    """An activity from the values of another tool. Raises ValueError, TypeError for what is no number."""
    return {
        "quote": quote, "start": int(start), "end": int(end), "status": status or "performed", "code": str(code),
        "acceptable": [str(c) for c in acceptable or ()], "minutes": None if minutes in (None, "") else int(minutes),
    }  # fmt: skip
