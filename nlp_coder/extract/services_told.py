"""What a note says outright was given, whatever the models think of the words: services with their minutes, evaluations
with their code, modalities given together, items under a heading with minutes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.charge_lines import charge_lines
from nlp_coder.extract.heading_words import MODALITY, block_code
from nlp_coder.extract.layout import BLANK_LINE
from nlp_coder.extract.numbers import SPELLED, TimeMention
from nlp_coder.extract.quiet import says_no_visit
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.split import MODALITIES_JOINED
from nlp_coder.extract.status import tells_of_no_visit
from nlp_coder.extract.summaries import closing_term
from nlp_coder.extract.times.words import MODALITY_AT_END, terms_told

_LEADS_TIME = re.compile(
    r"[ \t]*(?:\((?:CPT[ \t]*)?\d{5}\)[ \t]*)?(?:x|for|-|–|:|\(|,)?[ \t]*(?:for[ \t]+)?(?:about[ \t]+|approx\.?[ \t]*|~)?",
    re.IGNORECASE,
)
_MODALITY_LEADS_TIME = re.compile(
    r"[ \t]*(?:[\w/.%,²]{1,9}[ \t]){0,5}(?:x|for|-|–|:|\()?[ \t]*(?:for[ \t]+)?(?:about[ \t]+|approx\.?[ \t]*|~)?",
    re.IGNORECASE,
)
_ENDS_PHRASE = re.compile(r"\)?[ \t]*(?:\([^()\n]{0,30}\)[ \t]*)?(?:[.,;\r\n]|and\b|\Z)", re.IGNORECASE)
"""What stands behind the minutes of a service of which no more is told."""
_MINUTES_OF = re.compile(
    r"[ \t]*(?:of|for|spent[ \t](?:on|in|for))[ \t]*(?:skilled[ \t]|direct[ \t]|one-on-one[ \t])?", re.IGNORECASE
)
_IN_A_LIST = re.compile(r"(?:[:,;(]|\band)[ \t]*\Z", re.IGNORECASE)
""" "45 minutes: 20 minutes therapeutic exercise, 15 minutes neuro re-ed": before each part its minutes."""
_THEN = re.compile(
    r"[ \t]*(?:\((?:CPT[ \t]*)?\d{5}\)|\d{5}\b)?[ \t]*(?:[.,;\r\n]|and\b|followed[ \t]by\b|plus\b|&|\+|\bwith[ \t]a[ \t]total\b|\Z)",
    re.IGNORECASE,
)
"""What follows a service that is told with its minutes before it, and not by its items."""
_CODE_BEFORE = re.compile(r"(?:970[1-3]\d|G028[13])\)?[ \t]*[-–—:|]?[ \t]*\Z", re.IGNORECASE)
_GIVEN_TOGETHER = re.compile(
    rf"(?:[ \t]*(?:x|for)?[ \t]*\d{{1,2}}[ \t]*(?:minutes|mins?\.?|['’′]))?(?:{MODALITIES_JOINED.pattern})",
    re.IGNORECASE,
)
_BESIDE = 30
"""So many characters before and behind its words a code or a complexity stands."""
_ELSEWHERE = frozenset({"billing", "goals", "subjective", "history", "plan", "hep"})
"""Sections in which a service with minutes tells of other than the visit's work, or sums it up."""


def _elsewhere(reading: Reading, offset: int) -> bool:
    return reading.layout.stands_in(offset, _ELSEWHERE)


def timed_headings(reading: Reading, every: Sequence[Candidate]) -> frozenset[tuple[int, int]]:
    """Headings with a time of their own and nothing named under them ("TE 20 min"): the service itself was given
    (annotation guide: a heading counts where no item is named)."""
    out = set()
    starts = [c.start for c in every]
    times = [t.start for t in reading.times]
    for block in reading.layout.blocks:
        if _elsewhere(reading, block.start):
            continue
        timed = bisect_left(times, block.content) > bisect_left(times, block.start)
        if timed and bisect_left(starts, block.end) == bisect_left(starts, block.content):
            out.add(block.term)
    return frozenset(out)


def in_a_charge(reading: Reading, start: int) -> bool:
    """Whether an item stands in a line that charges minutes: what is charged was done, whatever section it stands in."""
    return any(line.start <= start < line.end and line.minutes > 0 for line in charge_lines(reading))


def under_its_minutes(reading: Reading, start: int) -> bool:
    """Whether an item stands under a heading with minutes, and no word of its line or of the heading says that it was not
    done ("Ther act 15 min" / "- floor transfers"): 808 of 812 such items of the labelled notes were."""
    block = reading.layout.block_at(start)
    if block is None or start < block.content:
        return False
    if _elsewhere(reading, start):
        return False
    first = bisect_left(reading.times, block.start, key=_start)
    if not any(t.minutes > 2 for t in reading.times[first : bisect_left(reading.times, block.content, key=_start)]):
        return False
    line = reading.layout.line_at(start)
    return _says_nothing_else(reading, line.start, line.end) and _says_nothing_else(reading, block.start, block.content)


_NO_TIME = r"\(?0(?![\d.:/])[ \t]*(?:minutes|mins?\b\.?|m\b|['’′])?\)?"
_NONE_LEADS = re.compile(rf"[ \t]*{_NO_TIME}[ \t]*(?:[-–—:,.]|$)", re.IGNORECASE | re.MULTILINE)
_NONE_IN_HEADING = re.compile(rf"[:=x@(–—-][ \t]*{_NO_TIME}[ \t]*[:–—-]?[ \t]*\Z", re.IGNORECASE)
_NONE_BEHIND = re.compile(rf"[ \t]*(?:min(?:ute)?s?|time)\b[ \t]*[:=][ \t]*{_NO_TIME}(?!\w)", re.IGNORECASE)


def spent_no_time(reading: Reading, start: int) -> bool:
    """Whether an item stands under a heading whose minutes are none ("MT: 0 - held ...", "Gait training: Minutes: 0"): it was
    not done (annotation guide: a blank template line is declined)."""
    block = reading.layout.block_at(start)
    if block is None:
        return False
    text = reading.text
    return (
        _NONE_IN_HEADING.search(text, block.start, block.content) is not None
        or _NONE_LEADS.match(text, block.content, block.end) is not None
        or _NONE_BEHIND.match(text, block.end) is not None
        or _NONE_BEHIND.match(text, block.content) is not None
    )


def on_a_closed_line(reading: Reading, every: Sequence[Candidate]) -> list[int]:
    """The candidates of lines that a service ends with its minutes ("UB dressing min A; grooming at sink ..... ADL 23'") in which
    the lexicon knows work of that service: its line tells of treatment, not of what was found."""
    out = []
    for k, c in enumerate(every):
        line = reading.layout.line_at(c.start)
        closing = closing_term(reading, line)
        if closing is None or _elsewhere(reading, c.start) or not _says_nothing_else(reading, line.start, line.end):
            continue
        words, code = closing
        if c.end <= reading.text.rfind(words, line.start, line.end) and any(
            code == m.term.code or code in m.term.also for m in reading.terms_in(c.start, c.end)
        ):
            out.append(k)
    return out


def on_a_sheet_for_home(reading: Reading, start: int) -> bool:
    """Whether an item stands under the heading of a home programme that opens the note, and its line has no other cue: the
    note is what the patient takes home (all twelve items of the labelled sheets)."""
    section = reading.layout.section_at(start)
    if section is None or section.name != "hep" or re.search(r"\w", reading.text[: section.start]):
        return False
    line = reading.layout.line_at(start)
    return line.start > section.start and all(
        c.status == "home_program" for c in reading.cues_between(line.start, line.end)
    )


def _says_nothing_else(reading: Reading, start: int, end: int) -> bool:
    """Whether no cue between two offsets tells of another status than performed; asked of a line by each of its items."""
    known: dict[tuple[int, int], bool] = reading.kept.setdefault("nothing else said", {})
    if (start, end) not in known:
        known[start, end] = all(c.status == "performed" for c in reading.cues_between(start, end))
    return known[start, end]


def _start(time: TimeMention) -> int:
    return time.start


_WALKED_SO_FAR = re.compile(
    r"[\s•*–-]*(?:(?:the[ \t]+)?(?:pt|patient|resident|client|veteran|she|he|m(?:r|rs|s)\.?[ \t]+[A-Z][\w'-]*\.?)[ \t]+)?(?:walked|ambulated)[ \t]+"
    r"(?:x[ \t]?\d+[ \t]+|for[ \t]+|about[ \t]+|(?:a[ \t]+)?total of[ \t]+)?~?\d{2,4}[ \t]*(?:'|ft\b|feet\b|m\b|met(?:er|re)s\b|yards\b)",
    re.IGNORECASE,
)


_TITLE = re.compile(r"\bM(?:r|rs|s)\.[ \t]*\Z")


def walked_with_help(reading: Reading, every: Sequence[Candidate]) -> list[int]:
    """The candidates of sentences that open with so far walked with help or a device ("Patient walked 80 ft with CGA."), no
    word of which tells of another day: the shortest of visit notes; 11 of 13 such sentences of the labelled notes."""
    out = []
    for k, c in enumerate(every):
        start, end = part(reading.cuts.sentences, c.start, len(reading.text))
        if title := _TITLE.search(reading.text, max(0, start - 6), start):
            start = title.start()  # the full stop of "Mrs." ends no sentence
        opens = _WALKED_SO_FAR.match(reading.text, start, end)
        if opens is None or not start <= c.start < opens.end() or _elsewhere(reading, c.start):
            continue
        helped = any(start <= a < end for a, _, _ in (*reading.assistance, *reading.devices))
        if helped and _says_nothing_else(reading, start, end):
            out.append(k)
    return out


_DID_SO_LONG = re.compile(
    rf"\b(?:did|completed|performed|rode|tolerated)[ \t]+(?:\d{{1,2}}|{SPELLED})[ \t-]?(?:minutes?|mins?\b\.?|['’′])[ \t]*(?:(?:on|of)[ \t]+)?(?:(?:the|a)[ \t]+)?\Z",
    re.IGNORECASE,
)


def done_for_minutes(reading: Reading, every: Sequence[Candidate]) -> list[int]:
    """The candidates that the lexicon knows whole, right behind "did ten minutes on the": bike, stepper, pulleys."""
    out = []
    for k, c in enumerate(every):
        if _DID_SO_LONG.search(reading.text, max(0, c.start - 40), c.start) and not _elsewhere(reading, c.start):
            known = any(reading.place_of(m) == (c.start, c.end) for m in reading.terms_in(c.start, c.end))
            start, end = part(reading.cuts.sentences, c.start, len(reading.text))
            told = {cue.status for cue in reading.cues_between(start, end)}
            another = told - {"performed", "historical"}  # "Pt did" is a cue of the past
            if known and block_code(reading.text[c.start : c.end]) is None and not another:
                out.append(k)
    return out


def timed_services(
    reading: Reading, every: Sequence[Candidate], sure: Sequence[Candidate]
) -> frozenset[tuple[int, int]]:
    """Services named with their minutes on a line that tells all of the visit ("TE x 15 min, MT x 8 min"), and modalities.

    Where activities stand on other lines, or behind the minutes, such words are a summary or a heading of theirs.
    """
    out = set()
    codes = [block_code(reading.text[c.start : c.end]) for c in every]
    told = {(c.start, c.end) for c, code in zip(every, codes, strict=True) if code and _minutes_told(reading, c)}
    bare = _bare_pairs(reading, [c for c, code in zip(every, codes, strict=True) if code])
    sure = [c for c in sure if (c.start, c.end) not in told | bare]
    if not sure:  # they are all that the note tells
        told |= bare
    for c, code, following in zip(every, codes, [*every[1:], None], strict=True):
        if code is None:
            continue
        line = reading.layout.line_at(c.start)
        section = reading.layout.section_at(c.start)
        charges_all = section is not None and section.name == "billing" and not sure  # nothing else tells of the visit
        if _elsewhere(reading, c.start) and not charges_all:
            continue
        if MODALITY.fullmatch(code) and (
            _time_behind(reading, c.end, _MODALITY_LEADS_TIME)
            or _CODE_BEFORE.search(reading.text, max(line.start, c.start - _BESIDE), c.start)
            or MODALITY_AT_END.match(reading.text, c.end)
        ):
            out.add((c.start, c.end))  # "CP 8' end of session", "97010 - CP": two letters, but with minutes or a code
        alone = not sure or (line.start <= sure[0].start and sure[-1].start < line.end)
        listed = (
            following is None
            or following.start >= line.end
            or (following.start, following.end) in told
            or _minutes_told(reading, following)
        )
        if (alone and listed and (c.start, c.end) in told) or _opens_timed_line(reading, c, sure):
            out.add((c.start, c.end))
    return frozenset(out)


_OPENS_LINE = re.compile(r"[ \t•*+>–-]*\Z")
_HOW_DONE = re.compile(r"[ \t]*(?:w/|with\b|in\b|on\b|using\b|over\b|along\b|outdoors?\b|indoors?\b)", re.IGNORECASE)


def _opens_timed_line(reading: Reading, c: Candidate, sure: Sequence[Candidate]) -> bool:
    """Whether a service opens its line with its minutes and how it was done, with no other item there, and heads no items
    below: "gait 15 min w/ SPC in hallway". sure: the activities, in order."""
    line = reading.layout.line_at(c.start)
    behind = _time_behind(reading, c.end, _LEADS_TIME)
    led = _OPENS_LINE.match(reading.text, line.start, c.start) is not None
    if not led or behind is None or not _HOW_DONE.match(reading.text, behind.end):
        return False
    first, below = (bisect_left(sure, at, key=lambda s: s.start) for at in (line.start, line.end))
    if any(s is not c for s in sure[first:below]):
        return False
    if below == len(sure) or BLANK_LINE.search(reading.text, line.end, sure[below].start):
        return True
    block = reading.layout.block_at(sure[below].start)
    return block is not None and block.start >= line.end


def _bare_pairs(reading: Reading, services: Sequence[Candidate]) -> set[tuple[int, int]]:
    """Services of which a line names several with a bare number behind each: "TA 15, TE 15." """
    told = {m.span("term") for m in terms_told(reading) if m["m"] and int(m["m"]) > 2}
    bare = [c for c in services if (c.start, c.end) in told]
    lines = [reading.layout.line_at(c.start).start for c in bare]
    return {(c.start, c.end) for c, line in zip(bare, lines, strict=True) if lines.count(line) > 1}


def _minutes_told(reading: Reading, c: Candidate) -> bool:
    """Whether a phrase has minutes of its own: "MT x 8 min", "8 minutes of manual therapy (97140)"."""
    text = reading.text
    behind = _time_behind(reading, c.end, _LEADS_TIME)
    if behind and (text[behind.end - 1] == "." or _ENDS_PHRASE.match(text, behind.end)):
        return True
    before = bisect_left(reading.times, c.start, key=_start) - 1
    if before < 0 or reading.times[before].clock:
        return False
    t = reading.times[before]
    listed = not text[t.end : c.start].strip() and _IN_A_LIST.search(text, max(0, t.start - 6), t.start)
    of = listed or _MINUTES_OF.fullmatch(text, t.end, c.start)
    return bool(of and _THEN.match(text, c.end))


_FARTHEST = 60
"""No time farther behind a phrase than so many characters is its own."""


def _time_behind(reading: Reading, end: int, led: re.Pattern[str]) -> TimeMention | None:
    """The time that follows a phrase with hardly more than a preposition between them."""
    place = bisect_left(reading.times, end, key=_start)
    t = reading.times[place] if place < len(reading.times) else None
    if t is None or t.clock or t.start - end > _FARTHEST:
        return None
    between = re.sub(r"[ \t]+", " ", reading.text[end : t.start])  # however many blanks a table puts there
    return t if led.fullmatch(between) else None


_CODE_TIME = re.compile(
    r"[)\"]?[ \t]*(?:x[ \t]?\d[ \t]*)?[-–—:=,(|]*[ \t]*\d{1,3}[ \t]*(?:minutes|mins?\b|m\b|['’′])", re.IGNORECASE
)


def charged_codes(reading: Reading) -> list[tuple[int, int]]:
    """The codes written with their minutes, for a note that tells nothing else of its visit ("97110 15m / 97140 15m"): the
    code itself is all that names the service. None where the note says that nobody was treated."""
    if says_no_visit(reading.text) or tells_of_no_visit(reading.text):
        return []
    told = [c for c in reading.layout.codes if _CODE_TIME.match(reading.text, c.end)]
    apart = ("goals", "plan", "history", "hep")
    out = []
    for c in told:
        section, line = reading.layout.section_at(c.start), reading.layout.line_at(c.start)
        if (section is None or section.name not in apart) and _says_nothing_else(reading, line.start, line.end):
            out.append((c.start, c.end))
    return out


_EVALUATION = re.compile(r"\b(?:re-?)?(?:eval\w*|assess(?:ment|ed)|exam(?:ination)?)\b", re.IGNORECASE)
_EVALUATED = re.compile(
    r"(?<!\d)9716[1-8](?!\d)|\b(?:low|mod(?:erate)?|high)(?:[ -]|[ ]to[ ]\w+[ ])complexity", re.IGNORECASE
)
_NOT_EVALUATED = re.compile(
    r"\b(?:will|plan|next|schedul\w+|deferred|refer\w*|pending|prior|at (?:the )?(?:initial )?eval\w*)\b", re.IGNORECASE
)


_AGAIN = re.compile(r"\bre-?(?:eval|assess)", re.IGNORECASE)
_DONE_WITH = re.compile(
    r"[ \t]*(?:,?[ \t]*(?:was|were)?[ \t]*(?:completed|performed|done|carried[ \t]out)?[ \t]*(?:today|this[ \t](?:visit|date))?)[ \t]*(?:[,:(x–-]|for)?[ \t]*",
    re.IGNORECASE,
)


def _done_with_minutes(reading: Reading, c: Candidate) -> bool:
    """ "A PT re-evaluation was done today, fifteen minutes": it has one code only, whatever its complexity."""
    return _time_behind(reading, c.end, _DONE_WITH) is not None


def timed_behind(reading: Reading, c: Candidate) -> bool:
    """Whether a time stands behind a phrase in its sentence."""
    end = part(reading.cuts.sentences, max(c.start, c.end - 1), len(reading.text))[1]
    line = reading.layout.line_at(c.start)
    return any(c.end <= t.start < min(end, line.end) for t in reading.times)


def evaluations(reading: Reading, every: Sequence[Candidate]) -> list[int]:
    """The candidates that name an evaluation with its code or its complexity beside it on their line: the service was given
    (67 of the 72 such lines of the labelled notes say so)."""
    out = []
    for k, c in enumerate(every):
        if _EVALUATION.search(reading.text, c.start, c.end) is None:
            continue
        line = reading.layout.line_at(c.start)
        if _elsewhere(reading, c.start) or _NOT_EVALUATED.search(reading.text, line.start, c.start):
            continue
        again = _AGAIN.search(reading.text, max(line.start, c.start - 3), c.end) is not None
        if _EVALUATED.search(reading.text, max(line.start, c.start - _BESIDE), min(line.end, c.end + _BESIDE)) or (
            again and _done_with_minutes(reading, c)
        ):
            out.append(k)
    return out


def modalities_joined(reading: Reading, every: Sequence[Candidate]) -> list[tuple[int, int]]:
    """(one, other) for candidates that are modalities given together ("ice and e-stim"): what is one is the other, too."""
    out = []
    named = [any(m.term.cls == "modality" for m in reading.terms_inside(c.start, c.end)) for c in every]
    for k, c in enumerate(every):
        for j in range(k + 1, min(k + 3, len(every))):  # a doubtful "and" may stand between
            if named[k] and named[j] and _GIVEN_TOGETHER.fullmatch(reading.text, c.end, every[j].start):
                out += [(k, j), (j, k)]
    return out
