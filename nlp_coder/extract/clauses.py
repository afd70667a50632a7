"""Sentences, clauses and items of a note, each within its line: how far a cue reaches and what a dosage belongs to.

A sentence ends at . ! ? before a capital or at the line's end; a clause also at ; | tab and bullets; an item also at
commas, slashes between spaces, arrows and "then". Abbreviations ("w.", "min.", "ex.") end nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp_coder.extract.layout import Line

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:w|vs|min|mins|sec|secs|ex|ther|approx|dr|pt|ft|lb|lbs|reps|rep|ms|mr|mrs|st|no|incl|resp|cont|ext|flex|abd|add|"
    r"assist|exs|in|wt|wk|mo|yr|e\.g|i\.e|etc|s|tx|temp|prev|init|req|indep|approx|lat|med|post|ant|inf|sup|amb|gr|max|mod)\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 12
_LIST_NUMBER = re.compile(r"\s*\d{1,2}\.$")
_INK = re.compile(r"\S")
_SENTENCE = re.compile(r"(?<![.])[.!?][\"”')\]]?(?=\s|$)")
_CLAUSE = re.compile(r";|\||\t+|(?<=\S) {3,}(?=\S)|(?:(?<=\s)[•●▪◦·]\s)|(?<=[,)\w%]) (?:[-–—]{1,2}) (?=[A-Za-z]+ )")
_ITEM = re.compile(r",(?!\d)|\s/\s|→|->|\+(?=\s)|\bthen\b|\bfollowed by\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where sentences, clauses and items begin (offsets, sorted); each list holds the ones before it."""

    sentences: tuple[int, ...]
    clauses: tuple[int, ...]
    items: tuple[int, ...]

    @property
    def levels(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Sentences, clauses and items."""
        return self.sentences, self.clauses, self.items


def cuts_in(text: str, lines: tuple[Line, ...]) -> Cuts:
    """The cuts of a note's text; every line begins a sentence."""
    sentences: list[int] = []
    clauses: list[int] = []
    items: list[int] = []
    for line in lines:
        sentences.append(line.start)
        body = text[line.start : line.end]
        for m in _SENTENCE.finditer(body):
            at, following = m.start() + 1, _INK.search(body, m.end())
            if following is None:
                continue
            after = following[0]
            if not after.isupper() and _ABBREVIATION.search(body, max(at - _LONGEST_ABBREVIATION, 0), at):
                continue
            if _LIST_NUMBER.match(body, 0, at):
                continue  # "1. " numbers a list
            if after.isupper() or after.isdigit() or body[m.start()] in "!?":
                sentences.append(line.start + m.end())
        clauses += [line.start + m.end() for m in _CLAUSE.finditer(body)]
        items += [line.start + m.end() for m in _ITEM.finditer(body)]
    first = tuple(sorted(set(sentences)))
    second = tuple(sorted({*first, *clauses}))
    return Cuts(first, second, tuple(sorted({*second, *items})))
