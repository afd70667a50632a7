"""The audit as one self-contained page with plots, to print or send round: figures and flagged lines, no note text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp_coder.audit.findings import RESULT_WORDS
from nlp_coder.audit.summary import Summary, Tally
from nlp_coder.exports.audit_table import agreement
from nlp_coder.exports.code_labels import label_of

if TYPE_CHECKING:
    from jinja2 import Template

MOST_FLAGGED = 1000
"""Flagged lines on the page; the output file holds all."""
MOST_GROUPS = 40
"""Rows of a plot."""
_LEFT, _WIDE = 330, 420
"""Where the scale of a plot begins and how long it is, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A row of the plot of rates, in units of the drawing: the rate's place, and where its interval begins and ends."""

    label: str
    place: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the plot of results. width: in units of the drawing."""

    label: str
    width: float
    words: str


def audit_page(
    summary: Summary, flagged: Sequence[Mapping[str, Any]], *, name: str, basis: Mapping[str, str], sample: str = ""
) -> str:
    """The page. flagged: records of flagged findings (see audit_rows). basis: versions of program, model and rules.
    sample: in words how the lines were chosen, "" for all.
    """
    codes = [(f"{c} {label_of(c)}".strip(), t) for c, t in summary.codes]
    page = _template().render(
        name=name, summary=summary, total=summary.total, agreement=agreement, words=RESULT_WORDS, sample=sample,
        basis=", ".join(f"{k} {v}" for k, v in basis.items()), flagged=flagged[:MOST_FLAGGED],
        more=len(flagged) - MOST_FLAGGED, bars=_bars(summary.total), left=_LEFT, wide=_WIDE,
        groups=[("code", codes, _dots(codes)), ("therapist", summary.therapists, _dots(summary.therapists))],
    )  # fmt: skip
    return page if page.endswith("\n") else page + "\n"


def _dots(groups: Sequence[tuple[str, Tally]]) -> list[Dot]:
    dots: list[Dot] = []
    for label, tally in groups:
        if tally.rate is not None and len(dots) < MOST_GROUPS:
            low, high = tally.interval
            place, begin, end = (_LEFT + _WIDE * x for x in (tally.rate, low, high))
            dots.append(Dot(_short(label), place, begin, end, f"{agreement(tally)}, {tally.lines}"))
    return dots


def _bars(total: Tally) -> list[Bar]:
    shown = [(words, total.results[result]) for result, words in RESULT_WORDS.items() if total.results[result]]
    longest = max((n for _, n in shown), default=1)
    return [Bar(words, _WIDE * n / longest, str(n)) for words, n in shown]


def _short(label: str, most: int = 44) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("audit_page.html")
