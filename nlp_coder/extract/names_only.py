"""Phrases that only name what is told elsewhere: headings of the items behind them, summing sentences, charge lines."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence

from nlp_coder.extract.abilities import is_purpose
from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.charge_lines import charge_lines
from nlp_coder.extract.equipment import is_equipment_used
from nlp_coder.extract.heading_words import MODALITY, block_code
from nlp_coder.extract.layout import BLANK_LINE
from nlp_coder.extract.levels import compared_levels
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.status import BOX_TICKED
from nlp_coder.extract.summaries import closed_by, closing_services, summaries, sums_up

_NAMELY = r"including|to include|consisting of|comprising|such as|namely"
"""The words that lead from a name to what it stands for."""
_HEADS_ITEMS = re.compile(
    r"[ \t]*(?:\(?\d{5}\)?)?[ \t]*(?:[-–(x]?[ \t]*\d{1,3}[ \t]*(?:minutes?|mins?\.?|['’′])\)?)?[ \t]*"
    rf"(?::|,?[ \t]*(?:{_NAMELY}|incl\.?|consisted of|involving)(?:[ \t]+of)?)[ \t]*",
    re.IGNORECASE,
)
"""What stands between a service's name and the first of its items ("therapeutic exercise including ...")."""
_HEADS_WITH_MINUTES = re.compile(
    r"[ \t]*(?:\((?:CPT[ \t]*)?\d{5}\)[ \t]*)?[(,–-]?[ \t]*(?:x|for)?[ \t]*\d{1,3}[ \t]*(?:minutes?|mins?\.?|['’′])\)?[ \t]*[:(][ \t]*",
    re.IGNORECASE,
)
"""The same after any words: what has minutes and a colon or an opening bracket before the next item is its heading ("LE
strength 10 min: mini squats", "ther ex 25' (rows, bridges)")."""
_NAMES_ITEMS = re.compile(rf"[^.,;:\n]{{0,45}}?,?[ \t]*\b(?:{_NAMELY})[ \t]+", re.IGNORECASE)
"""What stands between any name for several activities and the first of them ("kitchen tasks in standing, including filling the kettle ...")."""
_ITEM_LEAD = re.compile(
    rf"(?:([A-Za-z][A-Za-z/ -]{{1,40}}?),?[ \t]+)?(?:{_NAMELY}|consisted of)[ \t]+(?=\w)", re.IGNORECASE
)
"""What leads to the first item of a list, with the service it belongs to, and is no part of the item."""


def item_start(reading: Reading, candidate: Candidate) -> int:
    lead = _ITEM_LEAD.match(reading.text, candidate.start, candidate.end)
    if lead is not None and (lead[1] is None or block_code(lead[1]) is not None):
        return lead.end()
    joint = _JOINT_BEFORE.match(reading.text, candidate.start, candidate.end)
    return joint.end() if joint else candidate.start


_JOINT_BEFORE = re.compile(r"(?:[“\"(]+|(?:in|while|of)[ \t]+)+(?=\w)", re.IGNORECASE)
"""An opening quote or bracket, or a word that joins an item to what stands before it, is no part of it."""


_ARRIVES = re.compile(
    r"\b(?:amb\w*|walk\w*|came|arriv\w+)\s+(?:in|into)\s+(?:(?:the\s+)?(?:clinic|gym|dept|department|therapy|session|appointment|office)\b|w/|with\b|using\b)",
    re.IGNORECASE,
)


def arrivals(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates that only tell how the patient came ("amb into clinic w/ SPC"): none of eight is labelled."""
    came = [m.span() for m in _ARRIVES.finditer(reading.text)]
    return [k for k, c in enumerate(every) if kept[k] and any(c.start < b and a < c.end for a, b in came)]


_WHO = r"(?:PTA?|OTA?|COTA|OTR|SPTA?|[Tt]herapist|[Cc]linician|[Aa]ssistant)"
_HELPS = r"(?:facilitat|block|support|guard|cue|cu|hold|stabili[sz]|tapp|guid|assist|coach|spott)\w*ing"
_HANDLING = re.compile(rf"\b{_WHO}[ \t]+(?:\w+[ \t]+)?{_HELPS}\b")


def handling(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates that only tell how the therapist helped with the item before them: "supported stepping on the
    treadmill, PT behind facilitating weight shift" is one activity."""
    places = [m.span() for m in _HANDLING.finditer(reading.text)]
    out = []
    previous: int | None = None  # where the last kept candidate ends
    for k, c in enumerate(every):
        if not kept[k]:
            continue
        helped = any(a <= c.start <= b + 1 for a, b in places)
        if helped and previous is not None and not _PARTED.search(reading.text, previous, c.start):
            out.append(k)
        previous = max(c.end, previous or 0)
    return out


_PARTED = re.compile(r"[;\n]|\.(?!\d)")
_NO_TITLE = re.compile(r"\d|[:;.,]|\A\s*[-*•>+]")
_TITLE_WORDS, _PROSE_WORDS = 7, 8
"""A title has at most so many words; the line under it at least so many."""


def titles(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates in titles: a few words alone on a line, at the note's start or behind a blank line, above a line of
    prose that tells what was done ("Cone reaching in standing"): none of 207 such lines of the labelled notes holds a label."""
    text = reading.text
    lines = [line for line in reading.layout.lines if text[line.start : line.end].strip()]
    places = []
    for above, line, below in zip([None, *lines], lines, lines[1:], strict=False):
        body = text[line.start : line.end]
        parted = above is None or BLANK_LINE.search(text, above.end, line.start)
        if not parted or len(body.split()) > _TITLE_WORDS or _NO_TITLE.search(body):
            continue
        under = text[below.start : below.end]
        if len(under.split()) >= _PROSE_WORDS and not re.match(r"\s*(?:[-*•>+]|\d)", under):
            places.append((line.start, line.end))
    return _kept_within(every, kept, places)


def _kept_within(every: Sequence[Candidate], kept: Sequence[bool], places: Sequence[tuple[int, int]]) -> list[int]:
    """The kept candidates that begin in one of some places (start, end)."""
    return [k for k, c in enumerate(every) if kept[k] and any(a <= c.start < b for a, b in places)]


_TRAILS = re.compile(r"[ \t]+(?:using|with|w/|via|and|of|for|the|while|to|when)\Z", re.IGNORECASE)


def item_end(reading: Reading, candidate: Candidate) -> int:
    """Where the words of an item end: a preposition at their end led to what is no part of them."""
    trail = _TRAILS.search(reading.text, candidate.start, candidate.end)
    return trail.start() if trail else candidate.end


def equipment(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates that only name what something was done with."""
    return [k for k, c in enumerate(every) if kept[k] and is_equipment_used(reading.text, c.start, c.end)]


def purposes(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates that only name what something is for."""
    cuts = reading.cuts.sentences
    return [
        k for k, c in enumerate(every)
        if kept[k] and is_purpose(reading.text, min(part(cuts, c.start, len(reading.text))[0], c.start), c.start, c.end)
    ]  # fmt: skip


_TIMED_HEAD = re.compile(r"[ \t]*(?:\((?:CPT[ \t]*)?\d{5}\)[ \t]*)?[,(–-]?[ \t]*(?:for[ \t]+)?", re.IGNORECASE)


def _heads_sentence(reading: Reading, end: int, start: int) -> bool:
    """ "Manual therapy, twelve minutes: with consent, PT performed an internal release": a service with its minutes and a
    colon heads what its sentence tells, whatever words stand before the first item."""
    text = reading.text
    place = bisect_left(reading.times, end, key=lambda t: t.start)
    t = reading.times[place] if place < len(reading.times) else None
    if t is None or t.end > start or not _TIMED_HEAD.fullmatch(text, end, t.start):
        return False
    return (
        re.match(r"\)?[ \t]*:", text[t.end : t.end + 4]) is not None
        and re.search(r"[.;\n]", text[t.end : start]) is None
    )


def collective(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates that only name the work whose items follow them (annotation guide: no activity of their own)."""
    out = []
    stay = [k for k, keep in enumerate(kept) if keep]
    for k, following in itertools.pairwise(stay):
        end, start = every[k].end, item_start(reading, every[following])
        code = block_code(reading.text[every[k].start : end])
        service = code and not MODALITY.fullmatch(code) and _HEADS_ITEMS.fullmatch(reading.text, end, start)
        heads = _HEADS_WITH_MINUTES.fullmatch(reading.text, end, start)
        if (
            service
            or heads
            or (code and _heads_sentence(reading, end, start))
            or _NAMES_ITEMS.fullmatch(reading.text, end, start)
            or _names_work_for(reading, every, stay, k, start)
        ):
            out.append(k)
    return out


_TREATED_WITH = re.compile(
    r"\b(?i:co-?[ ]?(?:tx|trt|treat\w*)|joint (?:session|visit|treatment))\b[^.;\n]{0,20}?(?:w/|with)[ \t]*(?P<who>PT|OT|SLP|ST)\b"
)
_DOES = r"(?:addressed|did|does|worked on|working on|focus(?:ed|es|ing) on|complet(?:ed|es|ing)|provid(?:ed|es|ing)|cover(?:ed|s|ing)|address(?:es|ing)|led|assisted with)"


def of_the_other(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates of clauses that tell what the other discipline did in a visit of two ("Co-tx w/ PT ... PT addressed leg
    exercise"): that is in its own note."""
    with_whom = _TREATED_WITH.search(reading.text)
    if with_whom is None:
        return []
    theirs = re.compile(
        rf"(?:^|(?<=[.;,\n(])|\bwhile\b|\band\b)[ \t]*{with_whom['who']}[ \t]+{_DOES}\b[^.;\n]*", re.MULTILINE
    )
    return _kept_within(every, kept, [m.span() for m in theirs.finditer(reading.text)])


_SEEN_FOR = re.compile(
    r"(?:^|(?<=[.;\n]))[ \t•*-]*(?:(?:pt|patient|client|resident|he|she)[ \t]+)?(?:was[ \t]+)?seen[ \t]+(?:today[ \t]+)?for[ \t]+"
    r"[^.;\n]{0,120}?(?:minutes?|mins?\b\.?|['’′])[ \t]+(?:in all|in total|total|altogether|all told)\b",
    re.IGNORECASE | re.MULTILINE,
)


def introduced(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates of a sentence that only says what the visit was for and how long it took, before what was done:
    "Seen for adaptive training and gentle motion, forty minutes in all. Paraffin ..."."""
    last = max((c.start for c, keep in zip(every, kept, strict=True) if keep), default=0)
    return _kept_within(every, kept, [m.span() for m in _SEEN_FOR.finditer(reading.text) if m.end() < last])


_FIELD = re.compile(
    r"(?:^|\n)[ \t]*(?:type|service|procedure|category|intervention|skill)(?:[ \t]+type|[ \t]*#?\d)?[ \t]*[:=][ \t]*\Z",
    re.IGNORECASE,
)
_DETAILS = re.compile(
    r"[^\n]*\n[ \t]*(?:desc(?:ription)?|details?|activit(?:y|ies)|items?|what was done|tasks?)[ \t]*[:=][ \t]*",
    re.IGNORECASE,
)


def in_fields(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept services that a template only names: "Type: Gait Training" over "Desc: ..." with its items, and a ticked box
    whose service heads items elsewhere in the note."""
    text = reading.text
    stay = [k for k, keep in enumerate(kept) if keep]
    out = []
    for k, following in itertools.zip_longest(stay, stay[1:]):
        c = every[k]
        code = block_code(text[c.start : c.end])
        if code is None or MODALITY.fullmatch(code):
            continue
        told_below = (
            following is not None
            and _FIELD.search(text, max(0, c.start - 40), c.start)
            and _DETAILS.fullmatch(text, c.end, item_start(reading, every[following]))
        )
        headed_elsewhere = BOX_TICKED.search(text, max(0, c.start - 6), c.start) and any(
            b.code == code and not b.start <= c.start < b.end and any(b.content <= every[j].start < b.end for j in stay)
            for b in reading.layout.blocks
        )
        if told_below or headed_elsewhere:
            out.append(k)
    return out


_KIND_OF_WORK = re.compile(
    r"(?:[\w/&-]+[ \t]+){0,3}(?:strengthening|stretching|rom|exercises?|ther ?ex|(?:resistance|weight) training|pre'?s?)\b(?:[ \t]+(?:with|w/|using)\b.*)?",
    re.IGNORECASE,
)
_WORK_FOR = re.compile(r"[^.,;:\n]{0,30}?(?:\d+[ \t]?[x×][ \t]?\d+[ \t]*)?(?:\bfor[ \t]+|:[ \t]*)", re.IGNORECASE)


def _names_work_for(reading: Reading, every: Sequence[Candidate], stay: Sequence[int], k: int, start: int) -> bool:
    """Whether a candidate only names the kind of work of at least two items behind it in its sentence ("arm strengthening
    with 2 lb dumbbells 2x12 for shoulder flexion, rows"): none of 25 such names of the labelled notes is labelled."""
    c = every[k]
    if not _KIND_OF_WORK.fullmatch(reading.text, c.start, c.end) or not _WORK_FOR.fullmatch(reading.text, c.end, start):
        return False
    end = part(reading.cuts.sentences, c.start, len(reading.text))[1]
    return sum(start <= every[j].start < end for j in stay) >= 2


_TESTS = re.compile(
    r"(?:^|(?<=[.;\n]))[ \t•*-]*(?:(?:functional|objective|outcome|special|balance|strength|performance|fitness|hop|re-?)[ -]?)?"
    r"(?:tests?|testing|measures?)\b[^.;:\n]{0,20}:",
    re.IGNORECASE | re.MULTILINE,
)
_TEST_AS_SERVICE = re.compile(r"97750|isokinetic|\bFCE\b|capacity eval|battery", re.IGNORECASE)


def findings(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates in tables that compare levels, and those of a sentence that opens with "Functional testing: " or the
    like, where the note tells of no test as a service: measurements of the visit (annotation guide); none of 12 such
    sentences of the labelled notes holds a label."""
    places = compared_levels(reading)
    for m in () if _TEST_AS_SERVICE.search(reading.text) else _TESTS.finditer(reading.text):
        line = reading.layout.line_at(m.end() - 1)
        end = min(part(reading.cuts.sentences, m.end() - 1, len(reading.text))[1], line.end)
        if not any(m.end() <= t.start < end and t.minutes > 2 for t in reading.times):
            places.append((m.end(), end))
    return _kept_within(every, kept, places)


_EDUCATES = re.compile(
    r"(?:^|(?<=[.;\n]))[ \t•*-]*(?:(?:the[ \t]+)?(?:pt|patient|resident|client|caregiver|family|wife|husband|mother|father|daughter|son|spouse|he|she)[ \t]+"
    r"(?:(?:was|were|is)[ \t]+)?)?(?:(?:provided|received|initiated|given)[ \t]+)?(?:(?:verbal|written|pt|patient|caregiver|family)[ \t]+)*"
    r"(?:educated|education)\b[^.;\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_TRAINS = re.compile(
    r"demonstrat|return|practi[cs]|trial|teach|taught|perform|complet|able to|\d[ \t]?(?:min|['’′])|\bthen\b|engaged|train|[x×][ \t]?\d|repeat",
    re.IGNORECASE,
)


def education(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates of sentences that only tell of education in passing, with no word of training, time or a skill
    taught back (annotation guide: no activity); none of 63 such sentences of the labelled notes holds a label."""
    places = [m.span() for m in _EDUCATES.finditer(reading.text) if not _TRAINS.search(m[0])]
    return _kept_within(every, kept, places)


def summed_up(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates in sentences that only sum up the minutes of what was told before them."""
    out = []
    for summary in summaries(reading):
        inside = [k for k, c in enumerate(every) if kept[k] and summary.start <= c.start < summary.end]
        before = [(c.start, c.end) for k, c in enumerate(every) if kept[k] and c.end <= summary.start]
        if inside and sums_up(reading, summary, before):
            out += inside
    for closing in closing_services(reading):
        start, end, _ = closing
        closes = any(keep and closed_by(reading, c.start) == closing for c, keep in zip(every, kept, strict=True))
        out += [k for k, c in enumerate(every) if closes and kept[k] and start <= c.start < end and k not in out]
    return out


def charged(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The kept candidates in charge lines whose service was told elsewhere in the note: they only name it again."""
    return [k for told, named in _in_charge_lines(reading, every, kept) if told for k in named if kept[k]]


def charged_alone(reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]) -> list[int]:
    """The services that charge lines name and nothing else in the note tells: they were given (annotation guide: a heading
    counts where no item is named)."""
    return [
        k for told, named in _in_charge_lines(reading, every, kept) if not told and len(named) == 1 for k in named
        if block_code(reading.text[every[k].start : every[k].end])
    ]  # fmt: skip


def _in_charge_lines(
    reading: Reading, every: Sequence[Candidate], kept: Sequence[bool]
) -> list[tuple[bool, list[int]]]:
    """For each charge line (whether a kept candidate elsewhere may be its service, the candidates in it)."""
    charges = charge_lines(reading)
    outside = [
        c for c, keep in zip(every, kept, strict=True)
        if keep and charges and not any(line.start <= c.start < line.end for line in charges)
    ]  # fmt: skip
    return [
        (
            any(_may_be(reading, c, line.code) for c in outside),
            [k for k, c in enumerate(every) if line.start <= c.start < line.end],
        )
        for line in charges
    ]


def _may_be(reading: Reading, candidate: Candidate, code: str) -> bool:
    """Whether the lexicon gives a phrase a code, or, of treatment, knows nothing of it."""
    terms = [m.term for m in reading.terms_in(candidate.start, candidate.end)]
    if not any(t.code for t in terms):
        return MODALITY.fullmatch(code) is None
    return any(t.code == code or code in t.also for t in terms)
