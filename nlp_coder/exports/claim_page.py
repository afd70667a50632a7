"""A coded note as one self-contained web page: the claim, the note marked up by code and status, alerts and reasons.

The page loads nothing and runs nothing; all words of the note are escaped. Codes and statuses are written beside
their colours, so that the page reads the same in print and without colours. Look: page.html and page.css beside this.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from nlp_coder.exports.claim_view import LEFT_OUT_WHY, STATUS_WORDS, ActivityView, ClaimView, claim_view
from nlp_coder.note import Alert, CodedNote

if TYPE_CHECKING:
    from jinja2 import Template

PALETTE = 8
"""Number of background colours for codes in page.css (c0-c7); more codes use them again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the note's text. shown: the activity it belongs to, or None. ends: the activities that end with it.
    alerts: numbers (from 1) of the alerts whose place ends with it.
    """

    text: str
    shown: ActivityView | None
    begins: bool
    ends: tuple[ActivityView, ...]
    alerts: tuple[int, ...]


def claim_page(note: CodedNote, *, with_text: bool = True, explain: bool = False) -> str:
    """The page of a coded note. explain: every reason for and against each code."""
    view = claim_view(note, with_text=with_text)
    codes = dict.fromkeys([v.line.code for v in view.lines] + [a.code for a in note.activities])
    page = _template().render(
        view=view,
        note=note,
        explain=explain,
        pieces=list(marked_text(view)) if with_text else [],
        colour={code: f"c{i % PALETTE}" for i, code in enumerate(codes)},
        status_words=STATUS_WORDS,
        left_out_why=LEFT_OUT_WHY,
        css=_read("page.css"),
    )
    return page if page.endswith("\n") else page + "\n"


def marked_text(view: ClaimView) -> Iterator[Piece]:
    """The note's text cut where activities begin and end; where two overlap, the one that begins first is shown."""
    text = view.note.text
    views = sorted(_all(view), key=lambda v: (v.activity.start, v.activity.end))
    numbered = list(enumerate(view.alerts, 1))
    cuts = {0, len(text)}
    for v in views:
        cuts |= {v.activity.start, v.activity.end}
    cuts |= {a.end for _, a in numbered if a.end is not None and 0 < a.end <= len(text)}
    edges = sorted(cuts)
    ends: dict[int, list[ActivityView]] = {}
    for v in views:
        ends.setdefault(v.activity.end, []).append(v)
    alerts: dict[int, list[int]] = {}
    for number, alert in numbered:
        if alert.end is not None:
            alerts.setdefault(alert.end, []).append(number)
    waiting = iter(views)
    following = next(waiting, None)
    open_now: list[ActivityView] = []
    for start, end in itertools.pairwise(edges):
        open_now = [v for v in open_now if v.activity.end > start]
        while following is not None and following.activity.start <= start:
            open_now.append(following)
            following = next(waiting, None)
        shown = open_now[0] if open_now else None
        begins = shown is not None and shown.activity.start == start
        yield Piece(text[start:end], shown, begins, tuple(ends.get(end, ())), tuple(alerts.get(end, ())))


def _all(view: ClaimView) -> list[ActivityView]:
    """Every activity once."""
    found = [v for line in view.lines for v in line.activities] + list(view.loose)
    return found + [v for _, group in view.left_out for v in group]


def alert_word(alert: Alert) -> str:
    """The severity as a word."""
    return {"error": "Error", "warning": "Warning"}.get(alert.severity, "Note")


def percent(value: float | None) -> str:
    """A probability as a whole percentage."""
    return "" if value is None else f"{value:.0%}"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters["percent"] = percent
    env.filters["alert_word"] = alert_word
    return env.from_string(_read("page.html"))


def _read(name: str) -> str:
    return resources.files("nlp_coder.exports").joinpath(name).read_text(encoding="utf-8")
