"""Status cues: the words that say an activity was planned, given for home, declined, done before, or done today.

Cues are rows of data/lexicon/status_cues.csv: status, direction (forward: speaks of what follows; backward: of what
stands before), scope (clause or sentence). This module finds them; `status.py` weighs them. Those of
data/lexicon/adjacent_cues.csv, right before an activity, decide alone (`said_before`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.phrases import Phrases
from nlp_coder.note import STATUSES


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue at start:end; direction is `forward` or `backward`, scope `clause` or `sentence`."""

    start: int
    end: int
    status: str
    direction: str
    scope: str


@cache
def _table() -> tuple[Phrases, dict[str, tuple[tuple[str, str, str], ...]]]:
    path = tables.data_folder() / "lexicon" / "status_cues.csv"
    known: dict[str, list[tuple[str, str, str]]] = {}
    for number, row in tables.rows(path, ["status", "direction", "scope", "cues", "source"]):
        where = f"{path.name} row {number}"
        if row["status"] not in STATUSES:
            raise tables.TableError(f"{where}: status {row['status']!r}; one of {', '.join(STATUSES)}")
        if row["direction"] not in ("forward", "backward") or row["scope"] not in ("clause", "sentence"):
            raise tables.TableError(f"{where}: direction is forward or backward, scope clause or sentence")
        for cue in tables.listed(row["cues"]):
            known.setdefault(cue.lower(), []).append((row["status"], row["direction"], row["scope"]))
    return Phrases(known, r"(?<![\w/-])", r"(?![\w-])"), {k: tuple(v) for k, v in known.items()}


def cues_in(text: str) -> list[Cue]:
    """Every cue of a text in order of start; one wording may be a cue of several kinds."""
    phrases, known = _table()
    out = []
    for m in phrases.finditer(text):
        for status, direction, scope in known[re.sub(r"\s+", " ", m[0].lower())]:
            out.append(Cue(m.start(), m.end(), status, direction, scope))
    return out


_WHERE = ("next", "list", "in list", "after", "behind")
"""Where an adjacent cue stands: right before the activity; anywhere before it in its sentence, as the head of a list; right
before it inside of such a list; right after it and its dosage, with a dash, an arrow or a bracket between; the same with nothing between."""
_DOSED = r"(?: ?\([LRB]\))?(?: ?[\dx×#'\"”′/]+(?:\.\d+)? ?(?:lbs?|min|reps|sec|s|ft)?){0,3}"
"""A side and a dosage; single blanks only, so that columns of a table are not crossed."""
_LEADING = {"after": r" ?(?:[-–—>→]{1,2} ?|\()(?:(?:too )?sore,? )?", "behind": r" (?:was |were )?"}
"""What leads from there to the cue."""


@cache
def _adjacent(where: str) -> tuple[re.Pattern[str], dict[str, str]]:
    path = tables.data_folder() / "lexicon" / "adjacent_cues.csv"
    known: dict[str, str] = {}
    for number, row in tables.rows(path, ["status", "where", "cues", "source"]):
        if row["status"] not in STATUSES:
            raise tables.TableError(f"{path.name} row {number}: status {row['status']!r}; one of {', '.join(STATUSES)}")
        if row["where"] not in _WHERE:
            raise tables.TableError(f"{path.name} row {number}: where {row['where']!r}; one of {', '.join(_WHERE)}")
        if row["where"] == where:
            known |= {cue.lower(): row["status"] for cue in tables.listed(row["cues"])}
    words = "|".join(re.escape(c).replace(r"\ ", r"[ \t]+") for c in sorted(known, key=len, reverse=True))
    before = _DOSED + _LEADING[where] if where in _LEADING else r"(?<![\w/-])"
    behind = {
        "list": r"(?![\w-])",
        **dict.fromkeys(_LEADING, r"(?![\w-])(?! ?[:\d])(?! (?:visit|health|entry|care|safety)\b)"),
    }.get(where, r"[ \t]*[:–-]?[ \t]*\Z")
    return re.compile(rf"{before}({words}){behind}", re.IGNORECASE), known


_REACH = 40
"""Characters before an activity in which an adjacent cue is looked for; longer than every cue."""


def said_before(text: str, start: int) -> str | None:
    """The status that the words right before an offset give ("HEP: quad sets", "declined stairs"), or None.

    Unlike the cues that `status.py` weighs these decide alone; data/lexicon/adjacent_cues.csv says how often they are right.
    """
    return _told("next", text[max(0, start - _REACH) : start])


def said_after(text: str, start: int, end: int) -> str | None:
    """The status that the words right after an activity at start:end give ("squats 3x10 - held"), or None.

    They decide alone, too. "Next visit" and "for home" do so in the activity's own words as well; "held" there is how it is done.
    """
    for where in _LEADING:
        pattern, known = _adjacent(where)
        if found := pattern.match(text, end):
            return known[re.sub(r"\s+", " ", found[1].lower())]
    found = _adjacent("behind")[0].search(text, start + 1, end)
    inside = known[re.sub(r"\s+", " ", found[1].lower())] if found else None
    return None if inside == "declined" else inside


def said_by_list(before: str) -> tuple[str, str | None] | None:
    """What the head of a list says of an activity in it: ("Home program: ..., "), or None where there is no such head.

    before: the activity's sentence up to it. Given are the status of what is listed, and the one that words right before
    the activity put in its place ("HEP: ..., dropped"), if any.
    """
    listed = _told("list", before)
    return (listed, _told("in list", before[-_REACH:])) if listed else None


def _told(where: str, before: str) -> str | None:
    pattern, known = _adjacent(where)
    found = pattern.search(before)
    return known[re.sub(r"\s+", " ", found[1].lower())] if found else None
