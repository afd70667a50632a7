"""Status cues: the words that say an activity was planned, given for home, declined, done before, or done today.

Cues are rows of data/lexicon/status_cues.csv: status, direction (forward: speaks of what follows; backward: of what
stands before), scope (clause or sentence). This module finds them; `status.py` weighs them.
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
