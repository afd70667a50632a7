"""Queries to the therapist: what the note leaves open, asked without suggesting an answer.

The wordings are `data/rules/queries.csv`, one row for a kind of alert and, for `missing_documentation`, an element. A
question is open, or a choice that always offers "other" and "unable to determine"; it quotes what the note says and
names no code and nothing of payment (source Q1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.bill.table_checks import Checker, one_of
from nlp_coder.note import CodedNote
from nlp_coder.tables import TableError, data_folder, listed, rows

ALWAYS = ("other (please describe)", "unable to determine")
"""The last choices of every multiple choice."""


@dataclass(frozen=True, slots=True)
class Template:
    """One row of queries.csv. choices: empty for an open question."""

    kind: str
    element: str
    question: str
    choices: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question about a note. places: (start, end) of the words it is about; quotes: these words, empty without text."""

    kind: str
    element: str | None
    question: str
    choices: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    quotes: tuple[str, ...]


def read_templates(path: Path, check: Checker) -> dict[tuple[str, str], Template]:
    """The table by (kind, element). Raises TableError naming file and row."""
    found: dict[tuple[str, str], Template] = {}
    for number, row in rows(path, ["kind", "element?", "form", "question", "choices?", "source"]):
        where = f"{path.name} row {number}"
        form, choices = one_of(where, "form", row["form"], ("open", "choice")), listed(row["choices"])
        if form == "open" and choices:
            raise TableError(f"{where}: an open question has no choices; empty the cell, or make it a choice")
        if form == "choice" and (choices[-2:] != ALWAYS or len(choices) < 4):
            raise TableError(f"{where}: give two choices or more, and {' and '.join(ALWAYS)} last")
        key = (row["kind"], row["element"])
        if key in found:
            raise TableError(f"{where}: {' '.join(key).strip()} is there twice; keep one row")
        found[key] = Template(*key, row["question"], choices, check.source(where, row["source"]))
    return found


@cache
def templates() -> dict[tuple[str, str], Template]:
    """The shipped table, read once."""
    rulebook = load_rulebook()
    check = Checker(frozenset(rulebook.codes), frozenset(rulebook.sources))
    return read_templates(data_folder() / "rules" / "queries.csv", check)


def queries(note: CodedNote, *, with_text: bool = True) -> tuple[Query, ...]:
    """The questions of a note's alerts, then those of the missing elements of its checklist, each once.

    An alert without a template is for the biller alone and asks nothing. with_text=False: no word of the note.
    """
    asked: dict[tuple[str, str, tuple[tuple[int, int], ...]], Query] = {}
    for kind, element, places in _open(note):
        template = templates().get((kind, element))
        if template is None:
            continue
        quotes = tuple(" ".join(note.text[a:b].split()) for a, b in places) if with_text and note.text else ()
        query = Query(kind, element or None, template.question, template.choices, places, quotes)
        asked.setdefault((kind, element, places), query)
    return tuple(asked.values())


def _open(note: CodedNote) -> Iterator[tuple[str, str, tuple[tuple[int, int], ...]]]:
    """(kind, element, places of the note it is about) of everything that is left open."""
    for alert in note.alerts:
        if alert.start is not None and alert.end is not None:
            places: tuple[tuple[int, int], ...] = ((alert.start, alert.end),)
        else:
            places = _work(note, alert.code)
        yield alert.kind, alert.element or "", places
    for item in note.documentation:
        if item.named and item.present is False:
            yield "missing_documentation", item.element, _work(note, item.code)


def _work(note: CodedNote, code: str | None) -> tuple[tuple[int, int], ...]:
    return tuple((a.start, a.end) for a in note.activities if a.status == "performed" and a.code == code)
