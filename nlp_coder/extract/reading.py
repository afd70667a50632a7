"""What is known of a note before its activities are looked for: tokens and everything the tables find in them."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nlp_coder.extract.capitals import in_small_letters
from nlp_coder.extract.clauses import Cuts, cuts_in
from nlp_coder.extract.cues import Cue, cues_in
from nlp_coder.extract.dosage import Measure, measures, named
from nlp_coder.extract.layout import Layout, Line, read_layout
from nlp_coder.extract.lexicon import Lexicon, TermMatch
from nlp_coder.extract.numbers import TimeMention, times_in
from nlp_coder.extract.shorthand import split_text
from nlp_coder.extract.wrapped import unwrapped

_LEADERS = re.compile(r"(?:\.{4,}|…{2,}|(?:\.[ ]){3,}\.?)(?=[ \t]*\w)|_+(?=\d)|(?<=\d)_+")
"""Dots that lead the eye to a value ("heel slides ........ 2 x 10", "cold pack . . . . declined") and the line that a number was
written on ("__15__ min"); without a value they are a blank to be filled in."""


@dataclass
class Reading:
    """One note read: its text, tokens (text and offset of each) and the lexicon it is read with.

    Each table's findings are computed once, when first asked for; all offsets are into `text`, which is as long as
    `original`, the note as it was given: in it leaders and the line ends of a
    wrapped text are blanks, and a text in capitals has small letters (see `wrapped`, `capitals`).
    """

    text: str
    tokens: list[str]
    offsets: list[int]
    lexicon: Lexicon
    original: str

    @classmethod
    def of(cls, text: str, lexicon: Lexicon) -> Reading:
        """The reading of a text."""
        read = in_small_letters(unwrapped(text))
        if any(sign in read for sign in ("....", "……", ". . .", "_")):
            read = _LEADERS.sub(lambda m: " " * len(m[0]), read)
        return cls(read, *split_text(read), lexicon, text)

    @cached_property
    def layout(self) -> Layout:
        """Lines, sections, blocks and written codes."""
        return read_layout(self.text)

    @cached_property
    def cuts(self) -> Cuts:
        """Where sentences, clauses and items begin."""
        return cuts_in(self.text, self.layout.lines)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """(start, end) of each sentence."""
        return list(itertools.pairwise([*self.cuts.sentences, len(self.text)]))

    @cached_property
    def terms(self) -> list[TermMatch]:
        """Lexicon terms (token indices)."""
        return self.lexicon.find(self.tokens)

    @cached_property
    def measures(self) -> list[Measure]:
        """Quantities other than minutes."""
        return measures(self.text)

    @cached_property
    def times(self) -> list[TimeMention]:
        """Lengths of time in minutes."""
        return list(times_in(self.text))

    @cached_property
    def cues(self) -> list[Cue]:
        """Status cues."""
        return cues_in(self.text)

    @cached_property
    def cue_starts(self) -> list[int]:
        """Where each cue begins."""
        return [c.start for c in self.cues]

    @cached_property
    def assistance(self) -> tuple[tuple[int, int, str], ...]:
        """Levels of assistance."""
        return named("assistance", self.text)

    @cached_property
    def devices(self) -> tuple[tuple[int, int, str], ...]:
        """Walking devices and the like."""
        return named("device", self.text)

    @cached_property
    def _longest_cue(self) -> int:
        return max((c.end - c.start for c in self.cues), default=0)

    def cues_between(self, start: int, end: int) -> list[Cue]:
        """The cues that touch start:end, both ends included."""
        first = bisect_left(self.cue_starts, start - self._longest_cue)
        near = self.cues[first : bisect_right(self.cue_starts, end)]
        return [c for c in near if c.end >= start]

    @cached_property
    def measure_starts(self) -> list[int]:
        """Where each quantity begins."""
        return [m.start for m in self.measures]

    @cached_property
    def assistance_starts(self) -> list[int]:
        """Where each level of assistance begins."""
        return [start for start, _, _ in self.assistance]

    @cached_property
    def time_starts(self) -> list[int]:
        """Where each length of time begins."""
        return [t.start for t in self.times]

    def has_time(self, line: Line) -> bool:
        """Whether a length of time stands on a line."""
        before = bisect_left(self.time_starts, line.end)
        return before > 0 and self.times[before - 1].end > line.start

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What other modules keep of this note while it is read, by their own names."""
        return {}

    @cached_property
    def term_places(self) -> tuple[list[int], list[int]]:
        """(where each term begins, where each ends)."""
        return [self.offsets[m.start] for m in self.terms], [self.end_of(m.end - 1) for m in self.terms]

    def place_of(self, term: TermMatch) -> tuple[int, int]:
        """(start, end) of a term in the text."""
        return self.offsets[term.start], self.end_of(term.end - 1)

    def terms_in(self, start: int, end: int) -> list[TermMatch]:
        """The terms that share a character with start:end."""
        starts, ends = self.term_places
        return self.terms[bisect_right(ends, start) : bisect_left(starts, end)]

    def terms_inside(self, start: int, end: int) -> list[TermMatch]:
        """The terms that lie whole within start:end."""
        starts, ends = self.term_places
        return self.terms[bisect_left(starts, start) : bisect_right(ends, end)]

    def words_within(self, start: int, end: int) -> list[str]:
        """The tokens, in lower case, that share a character with start:end; white space is none."""
        first, last = bisect_right(self.offsets, start) - 1, bisect_right(self.offsets, end - 1)
        return [t.lower() for t in self.tokens[max(first, 0) : last] if not t.isspace()]

    @cached_property
    def _line_words(self) -> dict[int, int]:
        return {}

    def words_on(self, line: Line) -> int:
        """How many words, parted by white space, a line has."""
        count = self._line_words.get(line.start)
        if count is None:
            count = self._line_words[line.start] = len(self.text[line.start : line.end].split())
        return count

    def token_at(self, offset: int) -> int:
        """The index of the token that holds an offset (or the one before it)."""
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def end_of(self, token: int) -> int:
        """The offset where a token ends."""
        return self.offsets[token] + len(self.tokens[token])


def next_from(starts: Sequence[int], offset: int) -> int | None:
    """The first of some places, in order, that is not before an offset."""
    at = bisect_left(starts, offset)
    return starts[at] if at < len(starts) else None


def part(starts: tuple[int, ...], offset: int, end: int) -> tuple[int, int]:
    """(start, end) of the part between two cuts that holds an offset; end: the end of the text or line."""
    index = bisect_right(starts, offset) - 1
    first = starts[index] if index >= 0 else 0
    last = starts[index + 1] if index + 1 < len(starts) else end
    return first, min(last, end) if last > offset else last
