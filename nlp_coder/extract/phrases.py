"""A list of phrases found in a text, as one regular expression of all of them, longest first, would find them.

Such an expression tries hundreds of alternatives at every letter. This looks up each word of the text in a table of the
phrases' first words, once, and tries only the phrases that begin with it, only there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache

WORDS = re.compile(r"\w+|[^\w\s]")
LETTERS = re.compile(r"[a-z]+|[^a-z\s]")
"""What counts as one word: letters and digits together, or letters alone ("gait10" is gait and a number)."""


def lowered(text: str) -> str:
    """The text in lower case, character by character, so that offsets stay the same."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=64)
def _places(text: str, pieces: re.Pattern[str]) -> dict[str, list[int]]:
    """Each word and sign of a text, in lower case -> where it begins; several lists are asked of one text in a row."""
    places: dict[str, list[int]] = {}
    for m in pieces.finditer(lowered(text)):
        places.setdefault(m[0], []).append(m.start())
    return places


def matches_at(
    pattern: re.Pattern[str], text: str, starts: Iterable[int], end: int = sys.maxsize
) -> Iterator[re.Match[str]]:
    """What `finditer` finds up to an offset, where it is known in which places (in order) a match can begin."""
    last = 0
    for start in starts:
        if start >= last and (found := pattern.match(text, start, end)):
            yield found
            last = found.end()


class Phrases:
    """Phrases as a table writes them; case does not matter, a space matches any white space.

    before, after: what must not stand around a phrase, as lookbehind and lookahead; both must refuse what `pieces` counts
    as part of a word.
    """

    def __init__(self, phrases: Iterable[str], before: str, after: str, pieces: re.Pattern[str] = WORDS) -> None:
        self._pieces = pieces
        self._before, self._after = before, after
        self._by_first: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            first = pieces.match(phrase.lower())
            if first is None:
                raise ValueError(f"{phrase!r} begins with white space or is empty")
            self._by_first.setdefault(first[0], []).append(phrase)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def _beginning(self, first: str) -> re.Pattern[str]:
        """The phrases that begin with a word, as one expression; made when a text first holds it."""
        made = self._compiled.get(first)
        if made is None:
            words = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in self._by_first[first])
            made = self._compiled[first] = re.compile(f"{self._before}(?:{words}){self._after}", re.IGNORECASE)
        return made

    def starts(self, text: str) -> list[tuple[int, str]]:
        """(offset, word) wherever the first word of a phrase stands, in order."""
        places = _places(text, self._pieces)
        return sorted((at, word) for word in self._by_first.keys() & places.keys() for at in places[word])

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every phrase of a text from left to right, none overlapping."""
        end = 0
        for start, first in self.starts(text):
            if start >= end and (found := self._beginning(first).match(text, start)):
                yield found
                end = found.end()
