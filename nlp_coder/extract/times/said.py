"""What the words around a time say that it belongs to.

Each question takes a time as it was told and answers, or leaves it to the next one (see `running`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp_coder.extract.heading_words import CODE, block_code, block_words
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.summaries import closed_by, closing_services, closing_term, label_code, service_alone
from nlp_coder.extract.times.items import closes_its_items
from nlp_coder.extract.times.lines import only, paragraph_start
from nlp_coder.extract.times.told import (
    Answer,
    No,
    Told,
    right_behind_an_item,
)
from nlp_coder.extract.times.totals import NUMBERED_TOTAL, TIMED_AFTER, TIMED_TOTAL, says_total
from nlp_coder.extract.times.use import Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import TOLERATED, UNDER_IT, rest_follows, term_before

_NOT_COUNTED = re.compile(
    r"(?<!travel )(?<!rest )(?<!rests )(?<!breaks )(?<!setup )(?<!set-up )(?<!documentation )"
    r"\b(?:(?:don't|do not|didn't|did not|not|never|isn't|wasn't) (?:count(?:ed)?|bill(?:ed|able)?|charged?|part of|included?)(?![ \t]+separately)|not timed|untimed time|unbilled|non-?bill\w*|no charge)\b",
    re.IGNORECASE,
)
"""Time of which its sentence says that it is not charged."""
_GOALS = re.compile(r"\bgoals?\b|\b[ls]tgs?\b", re.IGNORECASE)


def all_of_a_code(told: Told) -> Answer:
    """ "42 min all 97761"."""
    stated = re.match(rf"[ \t,]*(?:all|total|of)[ \t]+({CODE})\b", told.after, re.IGNORECASE)
    if stated is None and not re.search(r"[A-Za-z]", told.reading.text[told.sentence[0] : told.t.start]):
        stated = re.match(
            rf"[ \t]*(?:of[ \t]+|all[ \t]+)?\(?({CODE})\)?[ \t]*(?:[.\"”)]|$)", told.after
        )  # "... again. 40 minutes 97112."
    if stated is None:
        return None
    code = stated[1].upper()
    before = performed_in(told.activities, 0, told.t.start) or performed_in(
        told.activities, told.t.end, len(told.reading.text)
    )
    mine = [i for i in before if told.activities[i].code == code]
    return told.use("block" if mine and "all" in stated[0].lower() else "code", mine, code)


_OF_IT = re.compile(
    r"(?P<of>[ \t]*(?:of|spent[ \t]+(?:on|in|with)|devoted[ \t]+to)\b)?[ \t]+(?:(?!and\b|then\b|x\b)[\w-]+[ \t]+){0,2}",
    re.IGNORECASE,
)
"""What joins a time to the item that it is told of."""


def of_what_follows(told: Told) -> Answer:
    """ "24 minutes of therapeutic exercise (97110), 9 minutes of manual therapy": a time joined by "of" to a service or to
    one of several items told in this way; "20 min bike, 10 min stretching": a list in which each has its time before it."""
    text, start, end = told.reading.text, max(told.sentence[0], told.line.start), told.sentence[1]
    start = max(start, text.rfind(":", start, told.t.start) + 1)
    times = [t for t in told.reading.times if start <= t.start < end]
    items = performed_in(told.activities, start, end)
    first = next((i for i in items if told.activities[i].start >= told.t.end), None)
    if first is None or any(t.clock for t in times):
        return None
    joined = [_OF_IT.fullmatch(text, t.end, told.activities[i].start) for t, i in zip(times, items, strict=False)]
    led = len(times) == len(items) > 1 and all(joined)  # time, item, time, item
    mine = performed_in(told.activities, told.t.end, min(end, told.next_stop))
    of = _OF_IT.fullmatch(text, told.t.end, told.activities[first].start)
    if of is None or not mine:
        return None
    if of_a_list := _listed_services(told, start, first):
        return of_a_list
    several = sum(bool(m and m["of"]) for m in _joints(told, times)) > 1
    alone = len(mine) == 1 and block_code(text[told.activities[first].start : told.activities[first].end])
    if led or (of["of"] and (several or alone)):
        return told.of(mine, told.activities[first].code)
    return None


_PARTS_LIST = re.compile(r"(?:[:,;(]|\band|\bthen|\A)[ \t]*\Z", re.IGNORECASE)


def _listed_services(told: Told, start: int, first: int) -> TimeUse | None:
    """ "45 minutes: 20 minutes therapeutic exercise, 15 minutes neuro re-ed": a time right before a service's name in a list
    whose parts begin with their times, whatever else is an activity there; None elsewhere. first: the item behind it."""
    text, item = told.reading.text, told.activities[first]
    near = text[told.t.end : item.start].strip() in ("", "of") and block_code(text[item.start : item.end])
    if (
        not near
        or not _PARTS_LIST.search(text[start : told.t.start])
        or not re.match(r"[ \t]*(?:[,;.)]|and\b|then\b|$)", text[item.end :])
    ):
        return None
    return told.of((first,), item.code)


def _joints(told: Told, times: Sequence[TimeMention]) -> list[re.Match[str] | None]:
    """What joins each of some times to the performed item that follows it."""
    out = []
    for t in times:
        following = next((a for a in told.activities if a.performed and a.start >= t.end), None)
        out.append(_OF_IT.fullmatch(told.reading.text, t.end, following.start) if following else None)
    return out


@cache
def _any_term() -> re.Pattern[str]:
    return re.compile(block_words(), re.IGNORECASE)


@cache
def _total_of_a_term() -> re.Pattern[str]:
    """ "Total ADL time 24 min"."""
    words = block_words()
    return re.compile(
        rf"\b(?:total|full|whole|entire)[ \t]+({words})[ \t]+(?:treatment[ \t]+|tx[ \t]+)?time[ \t:=]*\Z", re.IGNORECASE
    )


_CHARGED_BEFORE = re.compile(rf"({CODE})\)?[ \t]*[x×][ \t]?\d[ \t]*(?:units?|u)?[ \t]*=[ \t]*\Z", re.IGNORECASE)
""" "Billed 97750 x 4 = 60 min one on one": the code's."""
_SUM_BEFORE = re.compile(
    r"(?:[A-Za-z][A-Za-z ./&-]{0,24}[ \t]\d{1,3}[ \t]*(?:min|m|['’′])?[ \t]*\+[ \t]*)+[A-Za-z][A-Za-z ./&-]{0,24}[ \t]\d{1,3}[ \t]*(?:min|m|['’′])?[ \t]*=[ \t]*\Z"
)
_SUMMED = re.compile(r"([A-Za-z][A-Za-z ./&-]*?)[ \t]+\d")
""" "Ther ex 20 + manual 12 + NMR 8 = 45 min": the whole, whether the services make it or not; of items it is their own."""


def timed_or_whole(told: Told) -> Answer:
    """The timed total, in and out times, a clock as long as the stated total, "Total TE 19 min", "seen for 45 min"."""
    t, before = told.t, told.before
    direct_of_a_block = told.block is not None and told.block.written and told.after.lstrip().startswith("direct")
    if TIMED_TOTAL.search(before) or (TIMED_AFTER.match(told.after) and not direct_of_a_block):
        return told.use("timed_total")
    if t.in_out and sum(o.in_out for o in told.reading.times) == 1:
        return told.use("total")
    if t.clock:
        seen = re.search(r"\b(?:seen|treated)(?:[ \t]+[\w']+){0,3}[ \t]*$", before, re.IGNORECASE)
        if seen and not performed_in(told.activities, t.end, told.sentence[1]):
            return told.use("total")
        words = told.reading.text[told.sentence[0] : t.start] + told.reading.text[t.end : told.sentence[1]]
        if not re.search(r"[A-Za-z]", words) and sum(o.clock is not None for o in told.reading.times) == 1:
            return told.use("total")  # "... Teacher sat in. 10:00-10:45."
        if any(int(m["n"]) == t.minutes for m in NUMBERED_TOTAL.finditer(told.reading.text)):
            return told.use("total")
    if before.rstrip(" \t").endswith("="):  # what both need
        if not t.clock and (charged := _CHARGED_BEFORE.search(before)):
            return told.use("code", (), charged[1].upper())
        summed = _SUM_BEFORE.search(before)
        if summed and all(label_code(label) for label in _SUMMED.findall(summed[0])):
            return told.use("total")
    if whole := _total_of_a_term().search(before):
        return told.use("code", (), block_code(whole[1]))
    headed = term_before(re.sub(r"[ \t,:;–-]*\b(?:total|tot|ttl)[ \t:=]*\Z", "", before, flags=re.IGNORECASE))
    if headed and re.search(r"\b(?:total|tot|ttl)\b[^.;\n]{0,24}$", before, re.IGNORECASE):
        return told.use("code", (), headed)
    if of_a_service := _total_of_a_service(told):
        return of_a_service
    if says_total(
        told.reading, told.activities, t, told.line, told.sentence, (before, told.after), bool(told.in_sentence)
    ):
        return told.use("total")
    return None


_ALL_TOLD = re.compile(
    r"[ \t,]*(?:all told|in all|altogether|all up|in total|total)\b[ \t]*(?:[.,;:]|$)", re.IGNORECASE
)
_JOINS = re.compile(r"[ \t]*(?:for|took|was|lasted|ran)?[ \t]*\Z", re.IGNORECASE)


def _total_of_a_service(told: Told) -> TimeUse | None:
    """A service that opens a sentence with its total: "Prosthetic training 38 min all told." behind items of its code, or
    "Prosthetic training for 38 minutes all told, rolling on the liner, ..." before them; else None."""
    start = max(told.sentence[0], told.line.start)
    if not _ALL_TOLD.match(told.after):
        return None
    words = _JOINS.sub("", told.reading.text[start : told.t.start]).strip(" \t:-–—•*")
    named = [
        m for m in told.reading.terms_in(start, told.t.start)
        if told.reading.text[slice(*told.reading.place_of(m))] == words
    ]  # fmt: skip
    code = named[0].term.code if named else None
    if any(told.activities[i].code == code for i in performed_in(told.activities, 0, start)):
        return told.use("code", (), code)
    following = performed_in(told.activities, told.t.end, min(told.sentence[1], told.next_stop))
    return told.use("block", following, code) if code and following else None


_SPENT_ON = re.compile(
    r"[ \t]*(?:were|was)?[ \t]*(?:spent|devoted|used|billed)[ \t]+(?:on|to|for|in|as)[ \t]+(?:the[ \t]+)?",
    re.IGNORECASE,
)


def spent_on_a_service(told: Told) -> Answer:
    """ "In all, 40 minutes were spent on prosthetic training.": the minutes of a service that the lexicon knows, where its items
    are told elsewhere."""
    spent = _SPENT_ON.match(told.after)
    if spent is None:
        return None
    at, text = told.t.end + spent.end(), told.reading.text
    named = [m for m in told.reading.terms_in(at, at + 1) if told.reading.place_of(m)[0] == at]
    if not named or any(a.start <= at < a.end for a in told.activities):
        return None
    code, end = named[0].term.code, told.reading.place_of(named[0])[1]
    closes = re.match(r"[ \t]*(?:[.,;(]|$)", text[end : told.line.end])
    return (
        told.use("code", (), code) if closes and any(a.performed and a.code == code for a in told.activities) else None
    )


_OUT_OF_A_WHOLE = re.compile(r"\bof[ \t]*(?:the[ \t]*|a[ \t]*)?\Z", re.IGNORECASE)


_FROM_A_WHOLE = re.compile(
    r"[ \t]+(?:of|out of)[ \t]+(?:the[ \t]+|a[ \t]+)?\d{1,3}[ \t]*(?:minutes?|mins?|['’′])", re.IGNORECASE
)


def part_of_a_whole(told: Told) -> Answer:
    """ "25 min ADL tx of 45 min in home": the first is the service's that it names."""
    term = told.term
    if term is None or not (whole := _FROM_A_WHOLE.search(told.after)) or told.in_sentence:
        return None
    return told.use("code", (), term) if len(told.after[: whole.start()].split()) <= 4 else None


def of_a_whole(told: Told) -> Answer:
    """ "25 min ADL tx of 45 min in home": the second is what the first was taken out of."""
    if not _OUT_OF_A_WHOLE.search(told.before):
        return None
    earlier = [
        o for o in told.reading.times if max(told.sentence[0], told.line.start) <= o.start and o.end <= told.t.start
    ]
    near = earlier and len(told.reading.text[earlier[-1].end : told.t.start].split()) <= 5
    return No.NO if near and earlier[-1].minutes < told.t.minutes and not told.in_sentence else None


def _told_apart(told: Told, item: int, code: str) -> bool:
    """Whether an item of another code has a time of its own behind it in its sentence."""
    a = told.activities[item]
    end = part(told.reading.cuts.sentences, a.start, len(told.reading.text))[1]
    return a.code != code and any(a.end <= o.start < end for o in told.reading.times)


def of_a_term(told: Told) -> Answer:
    """ "TA: 18 minutes." and "18 min ther act." as a sentence, "35 min self care" as a line, under the items they sum up."""
    for closing in closing_services(told.reading):
        if closing[0] <= told.t.start < closing[1]:
            closed = [
                i for i in performed_in(told.activities, 0, closing[0])
                if closed_by(told.reading, told.activities[i].start) == closing and not _told_apart(told, i, closing[2])
            ]  # fmt: skip
            if closed:
                return told.use("block", closed, closing[2])
    if termed := _sentence_of_a_term(told.reading, told.activities, told.t, told.sentence):
        return told.use("code", (), termed)
    termed = told.term
    if termed and closes_its_items(told.reading, told.activities, told.line, termed):
        text, t, line = told.reading.text, told.t, told.line
        words = text[line.start : t.start] + text[t.end : line.end]
        if only(_any_term().sub("", words, count=1), 0, 0):
            return told.use("code", (), termed)
    return None


def of_a_closing_term(told: Told) -> Answer:
    """ "Cone stacking; clothespins ..... TA 15'": all items of a line, where a service ends it; those since its last
    time, where the times before make more."""
    text, t = told.reading.text, told.t
    closing = closing_term(told.reading, told.line)
    if closing is None or t.clock or re.search(r"\d", text[t.end : told.line.end]):
        return None
    inside = [o for o in told.reading.times if told.line.start <= o.start and o.end <= t.start]
    part_of_it = sum(o.minutes for o in inside) < t.minutes  # "bike 8', wall walks = 24 min TE"
    since = told.line.start if part_of_it else max(o.end for o in inside)
    mine = performed_in(told.activities, since, t.start)
    return told.use("block", mine, closing[1]) if mine else None


def elsewhere(told: Told) -> Answer:
    """Goals, plans and history speak of other times than this visit's."""
    if told.section in ("goals", "plan", "hep", "history") and not told.performed(told.in_sentence):
        return No.NO
    if _GOALS.search(told.reading.text, told.sentence[0], told.t.start) and not told.block:
        return No.NO
    return None


def heads_brackets(told: Told) -> Answer:
    """ "ther ex 25' (rows, bridges), traction 15'": the items in the brackets right behind a heading's time."""
    text, t = told.reading.text, told.t
    inside = re.match(r"[ \t]*\(([^()\n]*)\)", text[t.end : told.line.end])
    last = max((told.activities[i].end for i in told.previous), default=told.line.start)
    if inside is None or not re.search(r"[A-Za-z]{2}", re.sub(r"\bfor\b", "", text[last : t.start])):
        return None  # no heading: the time of an item, with what it was in brackets
    return told.of(performed_in(told.activities, t.end + inside.start(1), t.end + inside.end(1)))


_BEFORE_REST = re.compile(r"[ \t]*before\b[^.;,\n]{0,24}\b(?:rest|break|sitting)\b", re.IGNORECASE)


def _tolerated_before_rest(told: Told) -> bool:
    """ "Folded towels in standing, tolerating 9 minutes before a seated rest": the folding's, where no heading has its time."""
    return TOLERATED.search(told.before) is not None and _BEFORE_REST.match(told.after) is not None


_OVER_IN = re.compile(
    r"\b(?:blanch\w*|gone|clear\w*|resolv\w*|recover\w*|settl\w*|fad\w*|normal\w*|baseline|eased?|down)\b[^.;\n]{0,16}\b(?:in|after)[ \t]*\Z",
    re.IGNORECASE,
)
""" "Redness blanches in 6 min"."""


def no_treatment(told: Told) -> Answer:
    """ "Symptoms 2 at 12 min", "rested 3 min", "8 min setup (unbilled)"; "rests for 10 minutes with a cold pack" is the pack's."""
    given = next((i for i in told.following if told.activities[i].performed and told.activities[i].untimed), None)
    if (
        given is not None
        and not any(told.activities[i].start < told.t.start for i in told.in_sentence)
        and UNDER_IT.fullmatch(told.reading.text, told.t.end, told.activities[given].start)
    ):
        return told.of([given])
    if (
        re.search(
            r"(?<!\w)(?<!stopped )(?<!stopping )(?<!ended )(?:at|@)(?:[ \t]+(?:about|around|roughly|approx\.?))?[ \t]*$",
            told.before,
        )
        or _OVER_IN.search(told.before)
    ) and not told.t.clock:
        return No.NO
    given_before = re.match(r"[ \t]*(?:before|after|prior|later|pre)\b", told.after) and right_behind_an_item(
        told.reading.text, told.activities, told.t.start
    )
    given_before = given_before or (
        re.match(r"[ \t]*set-?up\b", told.after, re.IGNORECASE)  # the help given, behind the item's time
        and right_behind_an_item(told.reading.text, told.activities, told.t.start)
    )
    headed = (
        re.match(r"[ \t]+(?:prior|before|after|pre|post)\b[^.;,\n:]{0,24}:[ \t]*[A-Za-z]", told.after)
        and told.following
    )
    rest = not headed and rest_follows(told.reading.text, told.t.end, told.t.end + len(told.after))
    if (rest and not given_before and not _tolerated_before_rest(told)) or said_not_to_count(
        told.reading, told.t.start, told.t.end, told.sentence
    ):
        return No.NO
    return None


def behind_a_code(told: Told) -> Answer:
    """A time right behind a written code, where no item of its sentence stands before it."""
    since = max(told.sentence[0], told.last_stop)
    if any(told.activities[i].start >= since for i in told.previous):
        return None
    codes = (c.start for c in told.reading.layout.codes if c.start >= told.t.end)
    return _behind_its_code(told.reading, told.activities, told.t, told.following, min([told.sentence[1], *codes]))


def _sentence_of_a_term(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, sentence: tuple[int, int]
) -> str | None:
    """The code of a heading's words that alone share a sentence with a time, behind items of that code; else None."""
    text = reading.text
    code = service_alone(reading, t, sentence)
    if code is None or text[sentence[0] : sentence[1]].rstrip().endswith(":"):
        return None
    before = performed_in(activities, paragraph_start(reading, reading.layout.line_at(t.start).start), t.start)
    return code if any(activities[i].code == code for i in before) else None


_NUMBER_BEFORE = re.compile(r"(?<![\w.:/])\d{1,2}[ \t]*(?:min\w*|['’′])?[ \t,(]*\Z")


def said_not_to_count(reading: Reading, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether a sentence says of this time, and of no nearer one, that it is not charged ("16 min. 8 min setup (unbilled)")."""
    for said in _NOT_COUNTED.finditer(reading.text, *sentence):
        if (bare := _NUMBER_BEFORE.search(reading.text, start, said.start())) and bare.start() >= end:
            continue  # "..., 25 min (cutting the pattern another 10, not counted)": of that number
        before, after = (said.end(), start) if said.end() <= start else (end, said.start())
        if not any(before <= o.start < after for o in reading.times):
            return True
    return False


def _behind_its_code(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, following: Sequence[int], sentence_end: int
) -> TimeUse | None:
    """ "This was followed by 97116, fourteen minutes, walking ...": a time right behind a code, before what was done."""
    written = re.search(
        rf"({CODE})\)?(?:[ \t]+(?:block|part|portion|segment|work|minutes))?[ \t]*(?:,|:|-|–|\(|for|ran|lasted|took)?[ \t]*(?:from[ \t]*)?$",
        reading.text[max(0, t.start - 32) : t.start],
    )
    if written is None:
        return None
    mine = tuple(i for i in following if activities[i].performed and activities[i].start < sentence_end)
    closed = re.match(r"[ \t]*(?:[.;\n]|$)", reading.text[t.end : t.end + 3] or "\n") or reading.text[t.end - 1] == "."
    if closed or (not mine and reading.text.startswith(")", t.end)):
        return TimeUse(t.start, t.end, t.minutes, "code", (), written[1].upper(), t.clock)  # "...; 97535 24 min."
    if not mine:
        return None
    role = "activity" if len(mine) == 1 else "shared"
    return TimeUse(t.start, t.end, t.minutes, role, mine, written[1].upper(), t.clock)
