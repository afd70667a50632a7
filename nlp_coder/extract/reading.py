"""What is known of a note before its activities are looked for: tokens and everything the tables find in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from nlp_coder.extract.clauses import Cuts, cuts_in
from nlp_coder.extract.cues import Cue, cues_in
from nlp_coder.extract.dosage import Measure, measures, named
from nlp_coder.extract.layout import Layout, read_layout
from nlp_coder.extract.lexicon import Lexicon, TermMatch
from nlp_coder.extract.numbers import TimeMention, times_in


@dataclass
class Reading:
    """One note read: its text, tokens (text and offset of each) and the lexicon it is read with.

    Each table's findings are computed once, when first asked for; all offsets are into `text`.
    """

    text: str
    tokens: list[str]
    offsets: list[int]
    lexicon: Lexicon

    @cached_property
    def layout(self) -> Layout:
        """Lines, sections, blocks and written codes."""
        return read_layout(self.text)

    @cached_property
    def cuts(self) -> Cuts:
        """Where sentences, clauses and items begin."""
        return cuts_in(self.text, self.layout.lines)

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
    def assistance(self) -> list[tuple[int, int, str]]:
        """Levels of assistance."""
        return named("assistance", self.text)

    @cached_property
    def devices(self) -> list[tuple[int, int, str]]:
        """Walking devices and the like."""
        return named("device", self.text)

    def token_at(self, offset: int) -> int:
        """The index of the token that holds an offset (or the one before it)."""
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def end_of(self, token: int) -> int:
        """The offset where a token ends."""
        return self.offsets[token] + len(self.tokens[token])


def part(starts: tuple[int, ...], offset: int, end: int) -> tuple[int, int]:
    """(start, end) of the part between two cuts that holds an offset; end: the end of the text or line."""
    index = bisect_right(starts, offset) - 1
    first = starts[index] if index >= 0 else 0
    last = starts[index + 1] if index + 1 < len(starts) else end
    return first, min(last, end) if last > offset else last
