"""Notes in which nothing was performed: a missed visit, a letter, an evaluation, a plan.

Such a note names exercises too, and each alone may read as if it had been done. The whole note says otherwise: none of
its phrases is surely performed, and it speaks as such notes do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.phrases import Phrases

_WORD = re.compile(r"[a-z]+")
_ODDS = (0.007, 0.05, 0.12, 0.27, 0.5, 0.73, 0.88, 0.95, 0.98)
_SUMS = (0.25, 0.5, 1, 1.5, 2, 3, 5)
_COUNTS = (1, 2, 3, 5, 8)
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_LENGTHS = (100, 200, 400, 800, 1600)
_MINUTES = re.compile(r"\d[ \t]*(?:min|['’′])")
TITLE = 10
"""As many words of the first line may say what kind of document it is."""
QUIET, ACTIVE = "nothing performed", "something performed"
QUIET_AT = 0.5
"""A note counts as one with nothing performed from this probability on: on notes of writers it was not taught, 87 in 100
of those with nothing performed are then kept quiet, and 1 in 100 of the others too (before: 65 and none)."""


@dataclass(frozen=True)
class Weighed:
    """A candidate phrase as the verdict left it.

    likely: probability of being an activity; performed: probability that it was performed, if it is one; kept: whether
    it stays; done: whether it stays as performed; dosed, timed, known: as `verdict.marks_of` says.
    """

    likely: float
    performed: float
    kept: bool
    done: bool
    dosed: bool
    timed: bool
    known: bool


@cache
def _no_visit() -> list[tuple[Phrases, Phrases]]:
    """The cues of each row of data/lexicon/no_visit_cues.csv, and the words that undo them."""
    path = tables.data_folder() / "lexicon" / "no_visit_cues.csv"
    edges = r"(?<![\w/-])", r"(?![\w-])"
    return [
        (Phrases(map(str.lower, tables.listed(row["cues"])), *edges),
         Phrases(map(str.lower, tables.listed(row["unless"])), *edges))
        for _, row in tables.rows(path, ["cues", "unless", "source"])
    ]  # fmt: skip


def says_no_visit(text: str) -> bool:
    """Whether a note says in so many words that nobody was treated ("no visit today"): then nothing in it was performed."""
    return any(
        next(cues.finditer(text), None) and not next(unless.finditer(text), None) for cues, unless in _no_visit()
    )


def quiet_features(text: str, weighed: Sequence[Weighed]) -> list[str]:
    """What tells a note with nothing performed from another: how sure the surest phrases are, and the note's words."""
    sure = sorted((w.likely * w.performed for w in weighed), reverse=True)
    kept = [w for w in weighed if w.kept]
    done = [w for w in weighed if w.done]
    out: list[str] = []
    for place, value in enumerate([*sure[:3], *[0.0] * (3 - len(sure[:3]))], 1):
        out += _steps(f"top{place}", value, _ODDS)
    out += _steps("sum", sum(sure), _SUMS)
    out += _steps("kept", len(kept), _COUNTS)
    out += _steps("done", len(done), _COUNTS)
    out += _steps("share", len(done) / (len(kept) + 0.5), _SHARES)
    out += _steps("minutes", len(_MINUTES.findall(text)), _COUNTS)
    for name in ("dosed", "timed", "known"):
        out += _steps(name, sum(getattr(w, name) for w in done), _COUNTS)
    out += _steps("length", len(text), _LENGTHS)
    words = _WORD.findall(text.lower())
    out += sorted({f"title={word}" for word in _WORD.findall(text.strip().partition("\n")[0].lower())[:TITLE]})
    return [*out, *sorted({f"w={a}" for a in words} | {f"w={a} {b}" for a, b in itertools.pairwise(words)})]


def _steps(name: str, value: float, steps: Sequence[float]) -> list[str]:
    return [f"{name}>={s}" for s in steps if value >= s]
