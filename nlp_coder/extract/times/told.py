"""A time of the running text with what stands around it, and what every question about it may ask."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp_coder.extract.layout import Block, Line
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.use import Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import NO_TREATMENT, term_after

_SUMS_UP = re.compile(
    r"\s*(?:(?:we|i|(?:s)?he|they|pt|all|we both)\s+(?:did|kept at|worked on|spent on)\s+(?:this|these|that|it|both)\b|"
    r"(?:that|this|(?:these|those|all|the)(?: two| three| four| five)?|all of (?:that|this|the above)|(?:the )?(?:above|foregoing)|it|which|together these|both(?: of (?:these|them))?|this (?:part|portion|block|section|sequence|circuit|work))(?: together)?\s+(?:was|were|took|came to|lasted|ran|made)\b(?!\s+(?:followed|done|given|by)\b)|(?:took|lasted)\b|total(?:[ \t]+time)?[ \t]+for\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:^|(?<=[ \t]))\(?\d{1,2}[.)][ \t]+(?=\D)")


class No(enum.Enum):
    """The answer that a time belongs to nothing that is billed."""

    NO = 0


Answer = TimeUse | No | None
"""What a question says of a time; None: it does not know, the next is asked."""


@dataclass(frozen=True, slots=True)
class Told:
    """A time and what stands around it.

    before, after: up to 60 and 50 characters of its line. section: the name of its section or "none". code: a code written
    on its line, or that of a heading's word right behind it. stops: where the note's other times begin. claimed: items
    that an earlier time of the running text already leads. previous, following: the other items of its line.
    """

    reading: Reading
    activities: Sequence[Placed]
    t: TimeMention
    stops: Sequence[int]
    claimed: set[int]
    line: Line
    sentence: tuple[int, int]
    clause: tuple[int, int]
    before: str
    after: str
    section: str
    code: str | None
    block: Block | None
    in_sentence: Sequence[int]
    previous: Sequence[int]
    following: Sequence[int]

    def use(self, role: str, mine: Sequence[int] = (), code: str | None = None) -> TimeUse:
        """The time in a role, of some items."""
        return TimeUse(self.t.start, self.t.end, self.t.minutes, role, tuple(mine), code, self.t.clock)

    def of(self, mine: Sequence[int], code: str | None = None) -> TimeUse | None:
        """The time as that of some items, of the code written with it; None where there are none."""
        return self.use("activity" if len(mine) == 1 else "shared", mine, code or self.code) if mine else None

    def performed(self, items: Sequence[int]) -> tuple[int, ...]:
        """Those of some items that were performed."""
        return tuple(i for i in items if self.activities[i].performed)

    @property
    def last_stop(self) -> int:
        """Where the time before it on its line begins, or its line."""
        return max([self.line.start, *(s for s in self.stops if s < self.t.start)])

    @property
    def next_stop(self) -> int:
        """Where the time behind it begins, or the text's end."""
        return min([len(self.reading.text), *(s for s in self.stops if s > self.t.start)])

    @property
    def term(self) -> str | None:
        """The code of a heading's word behind it ("20 min of therapeutic exercise"), or None."""
        return term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", self.after))


def items_before(told: Told) -> list[int]:
    """The items of its line that a time may stand behind: those of its sentence since the last time; all since then where
    its sentence only sums up ("That took 20 minutes.") or says nothing else."""
    text, t, line, sentence = told.reading.text, told.t, told.line, told.sentence
    numbered = [m.start() for m in _NUMBERED.finditer(text, line.start, t.start)]
    since = max(numbered[-1] if len(numbered) >= 2 else line.start, sentence[0], told.last_stop)
    if group := [i for i in told.previous if told.activities[i].start >= since]:
        return group
    words = text[max(sentence[0], line.start) : t.start] + text[t.end : min(sentence[1], line.end)]
    words = words.strip(" .,;:-–—()")
    opens = not text[max(sentence[0], line.start) : t.start].strip() and text.startswith(";", t.end)
    lone = (
        (len(words) <= 22 or opens)  # "<work>. 22 minutes; two safety cues for the burner."
        and not told.in_sentence
        and not re.match(r"(?:for|the|then|next|first|last|another|we|now)\b", words, re.IGNORECASE)
    )
    if _SUMS_UP.match(text[sentence[0] : t.start]) or lone:
        group = [i for i in told.previous if told.activities[i].start >= told.last_stop]
        if lone and re.search(r"[A-Za-z]", text[t.end :]):  # "... Declined the shower. 17 min.": of what was done
            group = [i for i in group if told.activities[i].performed] or group
    return group or [
        i for i in told.previous
        if told.activities[i].end > told.last_stop and told.activities[i].start >= sentence[0]
    ]  # fmt: skip


def ends_its_line(told: Told) -> bool:
    """Whether nothing stands behind a time on its line, and performed items before it."""
    behind = told.reading.text[told.t.end : told.line.end].strip(" \t.|)")
    return not behind and bool(performed_in(told.activities, told.line.start, told.t.start))


def right_behind_an_item(text: str, activities: Sequence[Placed], offset: int) -> bool:
    """Whether a performed activity ends right before an offset ("hot pack to elbow 8 min before ...")."""
    last = max((a.end for a in activities if a.performed and a.end <= offset), default=None)
    if last is None or offset - last > 24:
        return False
    return re.search(r"[.;\n]", text[last:offset]) is None and NO_TREATMENT.search(text, last, offset) is None


_CONNECTS = re.compile(
    r"(?:,\s*)?\b(?:(?:and\s+)?(?:\w+\s+){0,2}then|followed by|after (?:which|that)|before|"
    r"(?:(?:she|he|they|we|pt|patient)\s+)?(?:then\s+)?(?:finished|ended)\s+with|and finally|lastly)\b",
    re.IGNORECASE,
)


def up_to_the_next(reading: Reading, activities: Sequence[Placed], start: int, stop: int, stops: Sequence[int]) -> int:
    """Where the items of a time before them end, if the next time stands behind its own: "16 minutes on a and the patient
    then did b for 14 minutes"."""
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    if stop not in stops or stop >= sentence[1]:
        return stop
    later = min([sentence[1], *(s for s in stops if s > stop)])
    if performed_in(activities, stop, later):
        return stop
    for m in reversed(list(_CONNECTS.finditer(reading.text, start, stop))):
        if performed_in(activities, start, m.start()) and performed_in(activities, m.end(), stop):
            return m.start()
    return stop


MOST_WORDS = 9
"""A sentence with more words beside its time than these heads nothing."""
