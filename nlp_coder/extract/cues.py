"""Status cues: the words that say an activity was planned, given for home, declined, done before, or done today.

Cues are rows of data/lexicon/status_cues.csv: status, direction (forward: speaks of what follows; backward: of what
stands before), scope (clause or sentence). This module finds them; `status.py` weighs them. Those of
data/lexicon/adjacent_cues.csv, right before an activity, decide alone (`said_before`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.numbers import SPELLED
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


_SO_LONG = re.compile(
    rf"[ \t]+(?:for[ \t]+)?(?:\d{{1,3}}|{SPELLED})[ \t-]*(?:s\b|sec|counts?\b|breaths?\b|beats?\b|by\b)", re.IGNORECASE
)
""" "Sleeper stretch held thirty seconds": how it was done."""


_SCORE_AT_START, _ENDS_LINE = (
    re.compile(r"\d[ \t]+(?:at[ \t]+)?start\Z", re.IGNORECASE),
    re.compile(r"[ \t.]*(?:[\r\n]|\Z)"),
)
""" "HA 2/10 start" over the first item: a finding."""


_HOME_FOR = r" (?:visits?|health|entry|care|safety|management|mgmt|mgt|mobility|set-?up|discharge|d/?c|environment|access|layout|making|alone)\b"
""" "Stairs for home entry", "laundry for home management": behind "for home" these tell what the patient trains for."""

_READY_FOR = re.compile(r"(?:prep|preparation|preparing|prepares?|prepared|ready|readiness)\.?[ \t]+\Z", re.IGNORECASE)
""" "Kitchen tasks in preparation for home"."""

_BEHIND_HOME = re.compile(_HOME_FOR, re.IGNORECASE)


def _tells_the_purpose(text: str, start: int, end: int) -> bool:
    """Whether "for home" at start:end says what an activity is trained for, not where it is to be done."""
    return bool(_BEHIND_HOME.match(text, end) or _READY_FOR.search(text, max(0, start - 16), start))


def cues_in(text: str) -> list[Cue]:
    """Every cue of a text in order of start; one wording may be a cue of several kinds."""
    phrases, known = _table()
    out = []
    for m in phrases.finditer(text):
        if m[0][:4].lower() in ("held", "hold") and _SO_LONG.match(text, m.end()):
            continue
        if (
            m[0].lower() == "start"
            and _SCORE_AT_START.search(text, max(0, m.start() - 6), m.end())
            and _ENDS_LINE.match(text, m.end())
        ):
            continue
        if m[0].lower() == "for home" and _tells_the_purpose(text, m.start(), m.end()):
            continue
        for status, direction, scope in known[re.sub(r"\s+", " ", m[0].lower())]:
            out.append(Cue(m.start(), m.end(), status, direction, scope))
    return out


_DOSED = r"(?: ?\([LRB]\))?(?: ?[\dx×#'\"”′/]+(?:\.\d+)? ?(?:lbs?|min|reps|sec|s|ft)?){0,3}"
"""A side and a dosage; single blanks only, so that columns of a table are not crossed."""
_WORD, _NO_MORE = r"(?<![\w/-])", r"(?![\w-])"
_LAST = r"[ \t]*[:–-]?[ \t]*\Z"
_NO_PLACE = rf"{_NO_MORE}(?! ?(?:[:\d]|[x×] ?\d))(?! for \d)(?! (?:for )?{SPELLED}\b)(?!{_HOME_FOR})"
_AROUND = {
    "next": (_WORD, _LAST),
    "opens": (r"[.;!?\n•-][ \t]*(?:(?:pt|patient|client|resident|he|she)[ \t]+)?", _LAST),
    "list": (_WORD, _NO_MORE),
    "in list": (_WORD, _LAST),
    "head": (_WORD, r"(?:[ \t]+[^:;.\n]{1,25})?:"),
    "past": (_WORD, _NO_MORE),
    "after": (rf"{_DOSED} ?(?:[-–—>→]{{1,2}} ?|\()(?:(?:too )?sore,? )?", _NO_PLACE),
    "behind": (rf"(?<!\bhand)(?<!\bprep)(?<!\bpreparation)(?<!\bready){_DOSED} (?:was |were )?", _NO_PLACE),
}
"""Where an adjacent cue stands -> what stands before and behind it. next: right before the activity. opens: there, and with it
the first words of a sentence. list: anywhere before it in its sentence, as the head of a list. in list: right before it inside
of such a list. head: the same as list, with a colon ("Plan 3x/wk x 4: ..."). past: anywhere before it in its sentence. after:
right after it and its dosage, with a dash, an arrow or a bracket between. behind: the same with nothing between, but in
"with a hand held shower"."""


@cache
def _adjacent() -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    """Where a cue stands -> the expression that finds one there (its first group), and cue -> status."""
    path = tables.data_folder() / "lexicon" / "adjacent_cues.csv"
    known: dict[str, dict[str, str]] = {where: {} for where in _AROUND}
    for number, row in tables.rows(path, ["status", "where", "cues", "source"]):
        if row["status"] not in STATUSES:
            raise tables.TableError(f"{path.name} row {number}: status {row['status']!r}; one of {', '.join(STATUSES)}")
        if row["where"] not in _AROUND:
            raise tables.TableError(f"{path.name} row {number}: where {row['where']!r}; one of {', '.join(_AROUND)}")
        known[row["where"]] |= {cue.lower(): row["status"] for cue in tables.listed(row["cues"])}
    return {
        where: (re.compile(rf"{before}({_any_of(known[where])}){behind}", re.IGNORECASE), known[where])
        for where, (before, behind) in _AROUND.items()
    }


_SOME_WORDS = r"(?:(?!home\b|hep\b)[\w-]+[ \t]+){0,4}?"
"""What "…" in a cue stands for; what is for home is told by cues of its own."""


def _any_of(cues: Iterable[str]) -> str:
    return "|".join(map(_expression, sorted(cues, key=len, reverse=True)))


@cache
def _expression(cue: str) -> str:
    """A cue as the table writes it: a blank is any white space of a line, "… " up to four words, # a number."""
    parts = [re.escape(words).replace(r"\ ", r"[ \t]+").replace(r"\#", r"\d{1,3}") for words in cue.split("… ")]
    return _SOME_WORDS.join(parts)


def _told(where: str, find: Callable[[re.Pattern[str]], re.Match[str] | None]) -> str | None:
    """The status of the cue that `find` finds with the expression for a place, or None."""
    pattern, known = _adjacent()[where]
    found = find(pattern)
    if found is None:
        return None
    words = re.sub(r"\s+", " ", found[1].lower())
    return known.get(words) or next(s for cue, s in known.items() if re.fullmatch(_expression(cue), words))


_REACH = 40
"""Characters before an activity in which an adjacent cue is looked for; longer than every cue."""


def said_before(text: str, start: int) -> str | None:
    """The status that the words right before an offset give ("HEP: quad sets", "declined stairs"), or None.

    Unlike the cues that `status.py` weighs these decide alone; data/lexicon/adjacent_cues.csv says how often they are right.
    """
    words = text[max(0, start - _REACH) : start]
    if start <= _REACH:
        words = f"\n{words}"
    return _told("next", lambda cue: cue.search(words)) or _told("opens", lambda cue: cue.search(words))


_TEACHES = re.compile(
    r"(?:training|instruct\w*|teaching|education|practi[cs]e)\s+(?:in|on|of|with|for)\b", re.IGNORECASE
)


def said_after(text: str, start: int, end: int) -> str | None:
    """The status that the words right after an activity at start:end give ("squats 3x10 - held"), or None.

    They decide alone, too. "Next visit" and "for home" do so in the activity's own words as well; "held" there is how it is done.
    """
    behind = _told("after", lambda cue: cue.match(text, end)) or _told("behind", lambda cue: cue.match(text, end))
    if behind == "home_program" and _TEACHES.match(text, start, end):
        return None  # "training in the use of a walker at home": what the therapist taught is no exercise for home
    if behind:
        return behind
    inside = _told("behind", lambda cue: _within(cue, text, start, end))
    return None if inside == "declined" or (inside == "home_program" and _TEACHES.match(text, start, end)) else inside


def _within(cue: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    """The cue in the words of an activity, if it is one with the words behind the activity in sight, too."""
    found = cue.search(text, start + 1, end)
    return found and cue.match(text, found.start())


def said_by_list(before: str) -> tuple[str, str | None] | None:
    """What the head of a list says of an activity in it: ("Home program: ..., "), or None where there is no such head.

    before: the activity's sentence up to it. Given are the status of what is listed, and the one that words right before
    the activity put in its place ("HEP: ..., dropped"), if any.
    """
    listed = _told("list", lambda cue: cue.search(before))
    return (listed, _told("in list", lambda cue: cue.search(before[-_REACH:]))) if listed else None


def said_by_head(before: str) -> str | None:
    """The status that the head of an activity's sentence or a word of the past in it gives, whatever the model thinks of
    it, or None. before: the sentence up to the activity."""
    return _told("head", lambda cue: cue.search(before)) or _told("past", lambda cue: cue.search(before))
