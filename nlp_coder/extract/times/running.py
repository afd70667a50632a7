"""What a time in running text belongs to.

A time is asked one question after another (`_QUESTIONS`), from what says it outright to what only its place suggests; the
first answer holds, and one of them may be that it belongs to nothing. What no question answers is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nlp_coder.extract.layout import Line
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.headings import block_of
from nlp_coder.extract.times.place import (
    before_its_items,
    behind_its_items,
    closes_its_line,
    earlier_or_bout,
    heads_its_list,
    leads_its_items,
    of_the_visit,
    on_its_own_line,
    sums_a_list,
)
from nlp_coder.extract.times.said import (
    all_of_a_code,
    behind_a_code,
    elsewhere,
    heads_brackets,
    no_treatment,
    of_a_closing_term,
    of_a_term,
    of_a_whole,
    of_what_follows,
    part_of_a_whole,
    spent_on_a_service,
    timed_or_whole,
)
from nlp_coder.extract.times.told import (
    Answer,
    No,
    Told,
)
from nlp_coder.extract.times.use import Placed, TimeUse
from nlp_coder.extract.times.words import term_after


def mention_use(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, stops: Sequence[int], claimed: set[int]
) -> TimeUse | None:
    """What one time in running text belongs to, or None."""
    text, layout = reading.text, reading.layout
    line = layout.line_at(t.start)
    sentence = part(reading.cuts.sentences, t.start, len(text))
    after = text[t.end : min(line.end, t.end + 50)]
    section = layout.section_at(t.start)
    code = _code_on(reading, t, line)
    if text[t.end - 1] != ".":  # "45 min. Therex, gait": the words of the next sentence
        code = code or term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))
    told = Told(
        reading, activities, t, stops, claimed, line, sentence, part(reading.cuts.clauses, t.start, len(text)),
        text[max(line.start, t.start - 60) : t.start], after, section.name if section else "none", code,
        block_of(reading, t.start),
        [i for i, a in enumerate(activities) if sentence[0] <= a.start < sentence[1]],
        [i for i, a in enumerate(activities) if a.end <= t.start and a.start >= line.start and i not in claimed],
        [i for i, a in enumerate(activities) if a.start >= t.end and a.start < line.end],
    )  # fmt: skip
    for question in _QUESTIONS:
        answer = question(told)
        if answer is not None:
            return None if isinstance(answer, No) else answer
    return None


_BESIDE = re.compile(r"[ \t]*[(\[]?[ \t]*")


def _code_on(reading: Reading, t: TimeMention, line: Line) -> str | None:
    """The first code written on a line that is not another time's ("... 12 min (97032), NMR 20 min of bridging"), or None."""
    others = [o.end for o in reading.times if o is not t and line.start <= o.start < line.end]
    for c in reading.layout.codes:
        if line.start <= c.start < line.end and not any(
            end <= c.start and _BESIDE.fullmatch(reading.text, end, c.start) for end in others
        ):
            return c.code
    return None


_QUESTIONS: tuple[Callable[[Told], Answer], ...] = (
    all_of_a_code, part_of_a_whole, spent_on_a_service, of_a_whole, of_what_follows, timed_or_whole, of_a_term, of_a_closing_term, elsewhere, heads_brackets, heads_its_list, leads_its_items, no_treatment, behind_a_code, sums_a_list,
    behind_its_items, earlier_or_bout, closes_its_line, before_its_items, on_its_own_line, of_the_visit,
)  # fmt: skip
