"""Tests given as a service of their own (97750): the models take them for findings, the note says outright that they are not.

A test counts where the note tells of a written report or of a capacity evaluation and states a time (annotation guide: time
spent on the test as a service of its own).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.note import FIRST_UNIT

TESTED = "97750"
_CAPACITY = re.compile(
    r"(?<!next )(?<!schedule )\b(?:functional|physical|work)[ \t-]capacity[ \t](?:eval\w*|assess\w*|test\w*)|\bFCE\b(?![ \t]+(?:of|on|from|dated)[ \t]+\d)|\b97750\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:written|typed|separate|printed|formal|full)[ \t]+report\b|\breport[ \t]+(?:to|sent|written|typed|follows?|done|completed|in[ \t]+chart|submitted|forwarded)\b|\bw/[ \t]*report\b|\bwith[ \t]+report\b",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"(?<!the )\b(?:tests|sub-?tests|test[ \t]items|test[ \t]components|(?:tests?|items|components)[ \t]+(?:administered|given|done|performed|completed))[ \t]*:"
    r"|\b(?:testing|tests)[ \t]+(?:today[ \t]+)?(?:comprised|included|consisted[ \t]+of|covered|were)\b",
    re.IGNORECASE,
)
_BELOW = re.compile(r"\btests?[ \t]+(?:below|as[ \t]+follows|listed)\b[^\n]*\d[^\n]*", re.IGNORECASE)
""" "08:50 - 11:05 tests below (97750, 135 minutes)": the paragraph under it."""
_NAMED_TESTS = re.compile(r"\btests?\b(?![ \t]+time)|\bdynamomet\w+", re.IGNORECASE)
_OF_TESTING = re.compile(
    r"\b(?:test(?:ing|s|ed)?[ \t]+time|testing(?:[ \t]+(?:took|lasted|ran))?|tested(?:[ \t]+[a-z-]+){0,4}[ \t]+for|tests[ \t]+(?:took|lasted))[ \t:=]*\Z",
    re.IGNORECASE,
)
""" "Face-to-face test time 180 minutes", "was tested face to face for 150 minutes"."""
_NO_TEST = re.compile(
    r"\b(?:report|results?|scores?|scored|consisten\w*|CV|effort|minutes|face|cleared)\b", re.IGNORECASE
)
_NEAR = 120
"""So many characters behind the line that names a capacity evaluation its time may stand."""
_LONGEST_TITLE = 120
_ELSEWHERE = frozenset(("goals", "plan", "hep", "history", "subjective"))


def lists_of_tests(reading: Reading) -> list[tuple[int, int]]:
    """The places (start, end) where a note lists the tests of a service: behind "Tests administered:" of a capacity evaluation
    or a battery with a report, and the line under a charge of 97750 that names none itself; read once."""
    if "test lists" not in reading.kept:
        reading.kept["test lists"] = _lists(reading)
    found: list[tuple[int, int]] = reading.kept["test lists"]
    return found


def _tells_of_testing(text: str) -> bool:
    """Whether a note speaks of a capacity evaluation or of a report."""
    return (_CAPACITY.search(text) or _REPORT.search(text)) is not None


def _lists(reading: Reading) -> list[tuple[int, int]]:
    text = reading.text
    if not _tells_of_testing(text) or not any(t.minutes >= FIRST_UNIT for t in reading.times):
        return []
    out = []
    for m in _TESTS.finditer(text):
        line = reading.layout.line_at(m.start())
        out.append((m.end(), min(line.end, part(reading.cuts.sentences, m.end() - 1, len(text))[1])))
    lines = reading.layout.lines
    for m in _BELOW.finditer(text):
        out.append((reading.layout.line_at(m.start()).end, _end_of_paragraph(reading, m.start())))
    if title := _CAPACITY.search(text, 0, next((line.end for line in lines if line.start < line.end), 0)):
        later = [(a, b) for a, b in reading.sentences if a > title.end()]
        out += [(a, b) for a, b in later if len(_NAMED_TESTS.findall(text, a, b)) >= 2]
    for block in reading.layout.blocks:
        if block.code != TESTED:
            continue
        line = reading.layout.line_at(block.start)
        place = reading.layout.line_number(line.start) + 1
        if block.written and block.end > line.end:
            out.append((block.content, block.end))
            continue
        told = re.sub(
            r"\b(?:with|w/|written|report|to|minutes|mins?|adjuster|sent|direct|face)\b|\W|\d",
            "",
            text[block.content : line.end],
        )
        headed = block.written and any(
            block.start <= t.start < block.content and t.minutes >= FIRST_UNIT for t in reading.times
        )
        if headed and len(told) >= 4:  # "97750 18 min: Berg 34/56, scored + written report"
            out.append((block.content, min(block.end, part(reading.cuts.sentences, block.content, block.end)[1])))
            continue
        if len(told) < 4 and place < len(lines):
            below = lines[place]
            if re.search(r"[,;]", text[below.start : below.end]) and not reading.has_time(below):
                out.append((below.start, below.end))
    return sorted({a: (a, b) for a, b in out}.values())


def _title_of_testing(reading: Reading) -> tuple[int, int] | None:
    """The place of a note's first line, where it calls the whole visit a capacity evaluation, with the code for it and one
    time: "FUNCTIONAL CAPACITY EVALUATION (97750) - face-to-face 120 minutes"; else None."""
    if "title of testing" not in reading.kept:
        text = reading.text
        line = next((line for line in reading.layout.lines if text[line.start : line.end].strip()), None)
        first = (line.start, min(line.end, line.start + _LONGEST_TITLE)) if line else (0, 0)
        names = {m[0].upper() for m in _CAPACITY.finditer(text, *first)}
        times = [t for t in reading.times if first[0] <= t.start < first[1] and t.minutes >= FIRST_UNIT]
        alone = all(c.code == TESTED for c in reading.layout.codes)
        titled = len(names) > 1 and TESTED in names and len(times) == 1 and alone
        reading.kept["title of testing"] = first if titled else None
    found: tuple[int, int] | None = reading.kept["title of testing"]
    return found


def _end_of_paragraph(reading: Reading, offset: int) -> int:
    """The end of the next paragraph under the line of an offset, whether or not a blank line parts them."""
    end, begun = offset, False
    for line in reading.layout.lines[reading.layout.line_number(reading.layout.line_at(offset).start) + 1 :]:
        if not reading.text[line.start : line.end].strip():
            if begun:
                break
            continue
        begun, end = True, line.end
    return end


def times_of_testing(reading: Reading) -> list[TimeMention]:
    """The times that a note says its tests took, where it tells of a report or a capacity evaluation."""
    if not _tells_of_testing(reading.text):
        return []
    title = _title_of_testing(reading)
    return [
        t for t in reading.times
        if t.minutes >= FIRST_UNIT
        and (
            _OF_TESTING.search(reading.text, max(0, t.start - 60), t.start)
            or (title is not None and title[0] <= t.start < title[1])
        )
    ]  # fmt: skip


def time_of(reading: Reading, place: tuple[int, int]) -> TimeMention | None:
    """The time of a list of tests that stands on the line above it ("97750: 60 minutes with written report"), or None."""
    above = reading.layout.line_at(max(place[0] - 2, 0))
    block = reading.layout.block_at(above.start) or next(
        (b for b in reading.layout.blocks if above.start <= b.start < above.end), None
    )
    if block is None or block.code != TESTED or above.end > place[0]:
        return None
    told = [t for t in reading.times if above.start <= t.start < above.end and t.minutes >= FIRST_UNIT]
    return told[0] if len(told) == 1 else None


def tests_given(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The candidates that are tests given as a service, where the models keep none of that service: those listed (see
    `lists_of_tests`), else the first test of a sentence that tells of its report or of a capacity evaluation, in a note that
    states a time for it."""
    text = reading.text
    out = []
    for a, b in lists_of_tests(reading):
        for k, c in enumerate(every):
            item = part(reading.cuts.items, c.start, b)[0]
            opens = not re.search(r"[A-Za-z]{3}", text[max(a, item) : c.start])
            named = re.search(r"[A-Za-z]{4}", text[c.start : c.end]) and not _NO_TEST.search(text, c.start, c.end)
            if a <= c.start < b and opens and named:
                out.append(k)
    if out or any(keep and _is_a_test(reading, c) for c, keep in zip(every, kept, strict=True)):
        return out
    for k, c in enumerate(every):
        if not _is_a_test(reading, c) or _elsewhere(reading, c.start):
            continue
        line = reading.layout.line_at(c.start)
        start, end = part(reading.cuts.sentences, c.start, len(text))
        start, end = max(start, line.start), min(end, line.end)
        if any(cue.status != "performed" for cue in reading.cues_between(start, end)):
            continue
        told = _REPORT.search(text, c.end, end) or _CAPACITY.match(text, c.start)
        until = end if told and told.re is _REPORT else line.end + _NEAR
        if told and any(start <= t.start < until and t.minutes >= FIRST_UNIT for t in reading.times):
            return [k]
    return []


def _is_a_test(reading: Reading, candidate: Candidate) -> bool:
    """Whether the lexicon knows a test within a candidate."""
    return any(m.term.code == TESTED for m in reading.terms_in(candidate.start, candidate.end))


def _elsewhere(reading: Reading, offset: int) -> bool:
    return reading.layout.stands_in(offset, _ELSEWHERE)


def in_a_test_list(reading: Reading, start: int) -> bool:
    """Whether an item stands in a list of tests given as a service, or anywhere in the note of a visit that was nothing else."""
    title = _title_of_testing(reading)
    if title is not None and start >= title[0] and not _elsewhere(reading, start):
        return True
    places = lists_of_tests(reading)
    at = bisect_right(places, (start, len(reading.text))) - 1
    return at >= 0 and places[at][0] <= start < places[at][1]
