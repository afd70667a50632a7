"""What the place of a time among the activities says that it belongs to.

Each question takes a time as it was told and answers, or leaves it to the next one (see `running`).
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from nlp_coder.extract.heading_words import CODE, block_code, block_words
from nlp_coder.extract.layout import Line
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.summaries import service_alone
from nlp_coder.extract.times.group import names_a_group
from nlp_coder.extract.times.headings import has_heading_time
from nlp_coder.extract.times.items import COUNTED, differ, given_beside, last_segment, same_code_run
from nlp_coder.extract.times.lines import next_is_deeper, paragraph_end, paragraph_start
from nlp_coder.extract.times.told import (
    MOST_WORDS,
    Answer,
    No,
    Told,
    ends_its_line,
    items_before,
    up_to_the_next,
)
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import AFTER_REST, NO_TREATMENT, TOLERATED, rest_follows, term_after, term_that_ends
from nlp_coder.note import GROUP

_LIST_TOTAL = re.compile(
    r"(?:(?:=|->|→|=>)[ \t]*|\b(?:in all|all told|altogether|overall|in total)[ \t]+(?:it[ \t]+)?(?:was|were|took|came to|ran|lasted)[ \t]+)(?:~[ \t]*)?$",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    r"[ \t,]*\(?(?:total|tot|ttl|in all|altogether|all together|for all)\b(?! (?:of|assist))", re.IGNORECASE
)
_FOR_ALL_TASKS = re.compile(
    r"[ \t]*(?:for|of)[ \t]+(?:the[ \t]+|all[ \t]+)?[a-z]+(?:[ \t][a-z]+)?[ \t]+(?:tasks|activities|exercises|work|items)[ \t]*[).;]",
    re.IGNORECASE,
)
""" "... (12 min for mobility tasks)": of all since the last time, whatever sentence they stand in."""
_THEN_OTHER = re.compile(r"\b(?:before|prior to|after which|afterwards?)\b", re.IGNORECASE)
""" "Eight minutes of stretching before the splint went on": the time is the stretching's."""
_AND_THEN = re.compile(r"(?:,|;|\band\b)[ \t]*then\b", re.IGNORECASE)
_BULLET_ONLY = re.compile(
    r"[\s•●▪◦·*>+–—(\[\])|:@~≈-]*(?:\d{1,2}[.)])?[\s•●*–—(\[\]-]*(?:x|for|approx\.?|about|~|the|a|an|first|next|last|then|from|another|spent|remaining|final|we|also|and|pt|min|of|in|finally|with|over|took|used)?(?:\s+(?:the|a|an|first|next|last|another|remaining|final|following|another|other|of|full|spent|about|approximately))*\s*",
    re.IGNORECASE,
)


_CODE_BEFORE = re.compile(rf"{CODE}\)?\W{{0,3}}$")
"""A written code right before a time."""
_SPENT = re.compile(r"\bspent[ \t]*\Z", re.IGNORECASE)
""" "... then I spent 12 on joint mobilisation": of what follows."""
_IN_PROSE = re.compile(r"\b(?:we|i|spent)\b", re.IGNORECASE)


def leads_its_items(told: Told) -> Answer:
    """ "12 min paraffin dip", "0900-0920 gait training ...", "For the remaining fifteen minutes we practised ...", "Pool, chest
    depth, 9:00-9:38. Water walking, ... On deck, 9:38-9:50: ...": a clock that ends its sentence, as others lead theirs."""
    text, t, line, sentence = told.reading.text, told.t, told.line, told.sentence
    if t.clock and text[t.end : t.end + 1] == "." and not told.in_sentence:
        others = [o for o in told.reading.times if o.clock and o is not t and line.start <= o.start < line.end]
        mine = performed_in(told.activities, t.end, min(line.end, told.next_stop))
        if others and mine and not any(told.activities[i].start >= told.last_stop for i in told.previous):
            return told.of(mine)
    lead = text[max(line.start, told.clause[0]) : t.start]
    shut = re.match(r"[ \t]*(?:->|-->|→|;)", text[t.end : line.end])
    leads = _BULLET_ONLY.fullmatch(lead) is not None and not shut
    if not leads and not shut and sentence[0] > told.clause[0]:
        leads = _BULLET_ONLY.fullmatch(text[sentence[0] : t.start]) is not None
    closes = (text[t.end - 1] == "." or text[t.end : t.end + 1] == ".") and any(
        told.activities[i].start >= told.last_stop for i in told.previous
    )
    if (
        not leads
        or closes
        or ends_its_line(told)
        or _FOR_ALL.match(told.after)
        or rest_follows(text, t.end, t.end + len(told.after))
    ):
        return None
    whole = line.end if told.clause[0] <= line.start + len(lead) or t.clock else sentence[1]
    if _IN_PROSE.search(lead) and not re.match(r"[ \t]*:", told.after):
        whole = min(whole, sentence[1])
    if not t.clock and re.match(r"[ \t]*of\b", told.after) and performed_in(told.activities, t.end, sentence[1]):
        # "Fifteen minutes of fluidotherapy. A doorknob was turned ...": the first's alone
        whole = min(whole, sentence[1])
    stop = min(whole, told.next_stop)
    if parted := _THEN_OTHER.search(text, t.end, stop):
        stop = parted.start()
    stop = up_to_the_next(told.reading, told.activities, t.end, stop, told.stops)
    if t.clock:
        stop = _up_to_the_next_clock(told, stop)
    mine = performed_in(told.activities, t.end, stop)
    mine = _up_to_then(told, mine)
    termed = term_after(re.sub(r"^[ \t]*(?:of|for)\b", "", told.after))
    if termed and stop < whole:
        all_of_it = performed_in(told.activities, t.end, min(whole, sentence[1]))
        if len(all_of_it) > len(mine) and all(told.activities[i].code == termed for i in all_of_it):
            # "twenty-two minutes of therapeutic exercise comprised the bike for seven minutes, ..."
            return told.use("block", all_of_it, termed)
    return told.of(mine)


def _up_to_the_next_clock(told: Told, stop: int) -> int:
    """Where the items of a clock before them end, if the next one ends the sentence of its own items: "9:36 to 9:44 she
    squeezed the bag. Last I adjusted the splint, 9:44 to 9:52."."""
    start, end = part(told.reading.cuts.sentences, stop, len(told.reading.text))
    following = next((o for o in told.reading.times if o.start == stop and o.clock), None)
    if following is None or start <= told.t.end or performed_in(told.activities, following.end, end):
        return stop
    return start if performed_in(told.activities, start, stop) else stop


def _up_to_then(told: Told, mine: tuple[int, ...]) -> tuple[int, ...]:
    """ "8 min treadmill, then open books, dead bugs": what is done after the item that a time stands right before is no part
    of it."""
    text, activities = told.reading.text, told.activities
    if len(mine) < 2 or text[told.t.end : activities[mine[0]].start].strip():
        return mine
    then = _AND_THEN.search(text, activities[mine[0]].end, activities[mine[1]].start)
    return mine[:1] if then else mine


def heads_its_list(told: Told) -> Answer:
    """ "Individual 20 min: NuStep 10 min, heel raises x10": a time with a colon is the whole list's, where that is one
    service and the list's own times leave some of it."""
    if any(told.activities[i].start >= told.last_stop for i in told.previous):
        return None
    stop = min(told.line.end, told.sentence[1])
    mine = performed_in(told.activities, told.t.end, stop)
    termed = re.match(r"[ \t]*(?:of[ \t]+)?([A-Za-z][A-Za-z /&.-]{1,30}):", told.after)
    if termed and len(mine) > 1 and (code := block_code(termed[1].strip())):
        return told.use("block", mine, code)  # "15 min therapeutic exercise: press-ups; prone on elbows 3 min"
    if not re.match(r"[ \t]*(?:total|tot|ttl|in all|altogether|all told|overall)?[ \t]*:", told.after, re.IGNORECASE):
        return None
    inside = [o.minutes for o in told.reading.times if told.t.end <= o.start < stop]
    if len({told.activities[i].code for i in mine}) != 1 or len(mine) < 2 or not 0 < sum(inside) < told.t.minutes:
        return None
    return told.use("block", mine, told.activities[mine[0]].code)


def sums_a_list(told: Told) -> Answer:
    """ "15 min for the two", "=> 45", "in all" behind items on lines of their own; "pulleys 3 min, wand, rows = 20 min"."""
    t, activities, sentence = told.t, told.activities, told.sentence
    group = items_before(told)
    if joint := _joint(told.reading.text, t, told.before):
        floor = paragraph_start(told.reading, told.line.start)
        if joint == MANY:  # those that are counted may have times of their own within
            floor = max([floor, *(s for s in told.stops if s < t.start)])
        together = same_code_run(activities, performed_in(activities, floor, t.start))[-joint:]
        if len(together) > len(group) and activities[together[0]].start < told.line.start:
            return told.use("block", together, told.code)
    if group and told.code is None and _FOR_ALL_TASKS.match(told.after):
        since = [i for i in same_code_run(activities, told.previous) if activities[i].start >= told.last_stop]
        if len(since) > len(group):
            return told.use("block", since)
    if group and (_LIST_TOTAL.search(told.before) or _FOR_ALL.match(told.after)):
        whole = same_code_run(activities, [i for i in told.previous if activities[i].start >= sentence[0]])
        if len(whole) >= max(2, len(group)):
            # the whole list's, whatever its items have alone; within a block with its own time it is that time's part
            inside = told.block is not None and has_heading_time(told.reading, told.block)
            return told.use("shared" if inside else "block", whole, told.code or term_after(told.after))
    return None


_POSTURES = re.compile(
    r"\b(?:supine|prone|side-?lying|hook-?lying|quadruped|kneeling|sit|sitting|seated|EOB)[ \t]*(?:,|/|&|\+|and|then|to|>|->|→)[ \t]*"
    r"(?:(?:and|then)[ \t]+)?(?:stand(?:ing|s)?|sit(?:ting|s)?)[ \t]*[(:=–—-]{0,2}[ \t]*\Z",
    re.IGNORECASE,
)
""" "... supine, sit, stand - 22 min": in which postures it was done."""


def _brackets_its_sentence(told: Told) -> bool:
    """ "Release, distraction, SNAG (22 min). Opening drill (11 min).": a time in brackets that closes a sentence without other
    brackets or dosage, as another does."""
    text, t = told.reading.text, told.t
    start = max(told.sentence[0], told.line.start)
    if t.start - start > _LONGEST or not _CLOSES_BRACKET.match(text, t.end) or text[start : t.start].count("(") != 1:
        return False
    if "closed brackets" not in told.reading.kept:  # asked for every time of a note in turn
        told.reading.kept["closed brackets"] = sum(
            _CLOSES_BRACKET.match(text, o.end) is not None for o in told.reading.times
        )
    dosed = any(q.kind in COUNTED and start <= q.start < t.start for q in told.reading.measures)
    return not dosed and told.reading.kept["closed brackets"] > 1


_LONGEST = 400
"""No sentence that a time in brackets closes is longer."""
_CLOSES_BRACKET = re.compile(r"[ \t]*\)[ \t]*(?:\.(?!\d)|[\r\n]|\Z)")


def behind_its_items(told: Told) -> Answer:
    """The usual place of a time: behind the item or the list that it is for."""
    group = items_before(told)
    if not group or _SPENT.search(told.before):
        return None
    text, t, activities = told.reading.text, told.t, told.activities
    group = last_segment(text, activities, group, t.start)
    last = group[-1]
    between = text[activities[last].end : t.start]
    coded = _CODE_BEFORE.search(between)
    since = max(
        [0, *(o.end - activities[last].end for o in told.reading.times if activities[last].end < o.end <= t.start)]
    )
    if (
        NO_TREATMENT.search(re.split(r"[;.,]", between[since:][-32:])[-1])  # "seated rest 3 min - 14 min": the first
        and not coded
        and not _POSTURES.search(between)
        and not re.search(r"\(\s*$", between)
        and not TOLERATED.search(between)
    ):
        return No.NO
    if not activities[last].performed:
        return No.NO
    if coded and not (told.following and re.search(r"\bby\b|[.;]\s|\bthen\b", between)):
        return told.of(told.performed(group), re.findall(CODE, between)[-1].upper())
    if (code := _of_its_led_line(told)) is not None:
        return told.use("block", performed_in(activities, told.line.start, t.start), code)
    if whole := _of_a_service_named_last(told, activities[last]):
        return whole
    alone = len(group) == 1
    if closing := re.match(rf"[ \t.]*\(?({CODE})\)?[ \t]*(?:[.;]|$)", told.after):
        return told.of(
            told.performed(group), closing[1].upper()
        )  # "... brock string 12 min. 97112": all since the last time
    termed = term_after(told.after)
    if termed and re.match(r"[^.;,]{0,24}(?:[.;]|$)", told.after):
        since = max(told.sentence[0], told.line.start)
        listed = [i for i in same_code_run(activities, told.previous) if activities[i].start >= since]
        if len(listed) > len(group) and activities[last].code == termed:
            return told.use("block", listed, termed)  # "a 6 min, then b -- 20 min gait": the whole line's
    if not alone and termed and all(activities[i].code == termed for i in told.performed(group)):
        return told.use("shared", told.performed(group), termed)  # "bridges, log roll 14 MIN TA"
    glued = activities[last].end > told.sentence[0] and not re.search(
        r"[,;–—(|\t:=→]|\s-\s|\s-\Z|\s{3,}|\btotal\b|\ball\b", between
    )
    before_cut = group
    if not alone and glued and not _each_part_timed(told):
        group = _glued_to(told, group, between)
    group = [*group, *given_beside(text, activities, group[-1], told.following, t.end)]
    mine = told.performed(group)
    # "a, b, c    (17 min)", "a, b (17 min)" where no item has a dosage: the line's
    wide = _brackets_its_sentence(told) or (
        ends_its_line(told)
        and (
            re.search(r"[ \t]{2,}\(\Z", between) is not None
            or not any(
                q.kind in COUNTED and told.line.start <= q.start < activities[last].start for q in told.reading.measures
            )
        )
    )
    if not alone and not glued and not wide and re.match(r"[\s,]*\(", between[-3:]) and "," not in between:
        mine = (last,) if re.search(r"[,;]", text[activities[before_cut[-2]].end : activities[last].start]) else mine
    return told.of(mine)


_AN_AIM = re.compile(r"\b(?:for|to|during|in|w/|with)[ \t]+\Z", re.IGNORECASE)


def _of_a_service_named_last(told: Told, last: Placed) -> TimeUse | None:
    """ "Buttoning a shirt and cutting putty self care 16 min": all items of the sentence that are the service whose name stands
    between the last one and its minutes; None where the name is the item."""
    if not told.before.rstrip(" \t,:;–-")[-1:].isalpha():
        return None
    at, code = term_that_ends(told.before) or (0, None)
    aim = _AN_AIM.search(told.before, 0, at)  # "treadmill for conditioning 7 min"
    within = told.block is not None and has_heading_time(told.reading, told.block)
    if code is None or code != last.code or told.t.start - len(told.before) + at <= last.start or aim or within:
        return None
    since = max(told.sentence[0], told.last_stop)
    mine = [i for i in told.performed(told.previous) if told.activities[i].start >= since]
    alike = len(mine) > 1 and all(told.activities[i].code == code for i in mine)
    return told.use("block", mine, code) if alike else None


@cache
def _leads() -> re.Pattern[str]:
    """A code or a heading's word that a line opens with, no number behind it."""
    words = block_words()
    return re.compile(
        rf"[ \t•*–-]*\(?(?:(?P<code>{CODE})\)?|(?P<term>{words}))(?![A-Za-z/])[ \t]*[:.–-]*[ \t]*(?=[A-Za-z])",
        re.IGNORECASE,
    )


def _of_its_led_line(told: Told) -> str | None:
    """The code of a line that opens with it or its word and ends with its only time, where the note has another such line:
    "97140 glides, scar massage 8 min / 97110 curls 2x10, putty, towel wring 15 min"; else None."""
    if not ends_its_line(told):
        return None
    own = _led_by(told.reading, told.line)
    if own is None:
        return None
    if "led lines" not in told.reading.kept:  # asked for every time of a note in turn
        told.reading.kept["led lines"] = sum(
            _led_by(told.reading, line) is not None for line in told.reading.layout.lines
        )
    return own if told.reading.kept["led lines"] >= 2 else None


def _led_by(reading: Reading, line: Line) -> str | None:
    """The code that opens a line whose only time ends it, or None."""
    m = _leads().match(reading.text, line.start, line.end)
    first, last = bisect_left(reading.time_starts, line.start), bisect_left(reading.time_starts, line.end)
    times = reading.times[first:last]
    if m is None or len(times) != 1 or times[0].clock or reading.text[times[0].end : line.end].strip(" \t.|)"):
        return None
    return m["code"].upper() if m["code"] else block_code(m["term"])


def _each_part_timed(told: Told) -> bool:
    """Whether semicolons part the line and the first three parts with items or more, the time's own among them, each end with
    one time ("UBE x5m; ER 2#, rows, curls x14m; ..."): then a time is its part's, whatever dosage its items have."""
    text, line = told.reading.text, told.line
    semicolons = [m.start() for m in re.finditer(";", text[line.start : line.end])]
    cuts = [line.start, *(line.start + at + 1 for at in semicolons), line.end]
    parts, known = 0, line.start
    for first, last in itertools.pairwise(cuts):
        times = [t for t in told.reading.times if first <= t.start < last]
        if performed_in(told.activities, first, last):
            if len(times) != 1 or text[times[0].end : last].strip(" .);"):
                break
            parts += 1
        known = last
    return parts >= 3 and told.t.start < known


def _glued_to(told: Told, group: list[int], between: str) -> list[int]:
    """Which items of a list a time is for that nothing parts from the last of them ("SLR 3x10 and pulleys 5 min").

    The last alone where the others have dosage of their own, where "of" ties the time to it, or where a "for" ends a list of
    several services; the last two where they are joined; else all.
    """
    text, activities = told.reading.text, told.activities
    last = group[-1]
    link = text[activities[group[-2]].end : activities[last].start]
    joined = re.fullmatch(r"[^,;.]{0,30}?\s*(?:and|&|\+|/|w/|with)\s*(?:[a-z]+\s){0,2}", link, re.IGNORECASE)
    counted = [q for q in told.reading.measures if q.kind in COUNTED and q.start < activities[last].start]
    dosed = any(q.start >= activities[group[0]].end and q.end <= activities[last].start for q in counted)
    own = any(q.start >= activities[group[-2]].end for q in counted)
    measures = told.reading.measures
    same = activities[group[-2]].code == activities[last].code
    if (
        joined
        and same
        and not dosed
        and not own
        and any(activities[i].code != activities[last].code for i in group[:-2])
    ):
        return group[-2:]  # "paraffin, then I did distraction and soft tissue work for 12 minutes"
    dosed_last = any(q.kind in COUNTED and activities[last].end <= q.start < told.t.start for q in measures)
    begun = told.t.clock and re.search(r"[-–—>→]|to|till", text[told.t.start : told.t.end]) is None  # with its line
    if begun or (dosed_last and not joined and "," in link):
        return group  # "curls 3x12, rows 2x15, stretch 3x30s x17'": each has its own, the time is all theirs
    if own and joined and "+" in link and same:
        return group[-2:]  # "leg press 2x12 + calf raises 10 min"
    if own and joined:  # "sidelying ER 3x8 and pulleys 5 minutes": the one before has its own dosage
        return [last]
    if not joined and (dosed or (told.block and has_heading_time(told.reading, told.block))):
        return [last]
    if joined and (dosed or len(group) == 2):
        group = group[-2:]
    tied = re.search(r"\b(of|for)\s*$", between)
    if tied and (tied[1] == "of" or differ(activities, group)):
        return [last]
    return group


_NEAR = 80
"""So many characters before a time are looked at for the rest that it follows."""


def earlier_or_bout(told: Told) -> Answer:
    """Rest told before the time, "8' (12')" with an earlier visit's in brackets, "30 s to 8 min"."""
    text = told.reading.text
    ahead = performed_in(told.activities, told.t.end, min(told.sentence[1], told.next_stop))
    on_it = ahead and text[told.t.end : told.activities[ahead[0]].start]
    if (
        on_it
        and TOLERATED.search(told.before)
        and re.fullmatch(r"[ \t]*(?:(?:on|of|in)[ \t]+)?(?:the[ \t]+|a[ \t]+)?", on_it)
    ):
        return told.of(ahead[:1])
    coded = _CODE_BEFORE.search(told.before)  # "MAXIMAL DAILY EXERCISES / 97112 / 25 min"
    coded = coded or _SPENT.search(told.before)  # "After the evaluation I spent 18 minutes on"
    rested = list(AFTER_REST.finditer(text, max(told.sentence[0], told.line.start, told.t.start - _NEAR), told.t.start))
    if (
        not coded
        and not re.match(r"[ \t]*:", told.after)
        and any(  # "land after shower 8 min: step taps" is a heading
            not any(
                a.start < m.end() and m.start() < a.end for a in told.activities
            )  # "floor-to-stand recovery" is one
            and not any(r.start() <= m.start() < r.end() for r in rested)
            for m in NO_TREATMENT.finditer(text, max(told.sentence[0], told.t.start - 30), told.t.start)
        )
    ):
        return No.NO
    if re.search(
        r"(?:['’′]|\bmin(?:utes|s)?\.?|\bm)[ \t]*\([ \t]*$|\d ?s(?:ec(?:onds)?)?[ \t]*(?:to|-|–)[ \t]*$",
        told.before,
    ):
        return No.NO
    return None


def closes_its_line(told: Told) -> Answer:
    """A time at the end of a line whose last items have times of their own: the whole line's ("a | b | bike 8' | 23 min")."""
    if not ends_its_line(told) or items_before(told):
        return None
    if any(o.clock and told.line.start <= o.start < told.t.start for o in told.reading.times):
        return None
    mine = same_code_run(told.activities, performed_in(told.activities, told.line.start, told.t.start))
    since = max([told.activities[mine[-1]].end, *(o.end for o in told.reading.times if o.end <= told.t.start)])
    if re.search(r"[A-Za-z]{4}", told.reading.text[since : told.t.start]):
        return No.NO  # "gait 10 min, <something that is no activity> 5 min"
    return told.use("block", mine, told.block.code if told.block else None)


_BEHIND = re.compile(r"\b(?:for|x)[ \t]*\Z", re.IGNORECASE)
_GOES_ON = re.compile(r"[ \t]*(?:[,;]|(?:and|then)\b)", re.IGNORECASE)


def _of_what_is_no_activity(told: Told) -> bool:
    """Whether a time ends words that are no activity, in a sentence where times stand behind what they are for:
    "<something> for 8 minutes, soft tissue mobilization for 12 minutes"."""
    text = told.reading.text
    if not _BEHIND.search(told.before) or not _GOES_ON.match(told.after) or told.next_stop >= told.sentence[1]:
        return False
    named = re.search(r"[A-Za-z]{4}", text[max(told.clause[0], told.last_stop) : told.t.start])
    return named is not None and _BEHIND.search(text, told.t.end, told.next_stop) is not None


def before_its_items(told: Told) -> Answer:
    """A time within words that stands before items ("We spent 16 minutes on ...")."""
    if not told.following:
        return None
    if _of_what_is_no_activity(told):
        return No.NO
    stop = min(told.sentence[1], told.next_stop)
    stop = up_to_the_next(told.reading, told.activities, told.t.end, stop, told.stops)
    mine = performed_in(told.activities, told.t.end, stop)
    if "-min" in told.reading.text[told.t.start : told.t.end].lower():
        mine = mine[:1]  # "a ten-minute contrast bath, then ..."
    return told.of(_up_to_then(told, mine))


def _end_of_headed(reading: Reading, line: Line) -> int:
    """Where the lines under a line that heads them end: at a blank line or the next heading."""
    end = paragraph_end(reading, line.end)
    for later in reading.layout.lines:
        headed = reading.layout.section_at(later.start)
        if line.start < later.start < end and (
            reading.text[later.start : later.end].rstrip().endswith(":") or (headed and headed.start == later.start)
        ):
            return later.start
    return end


def _untimed_above(told: Told) -> list[int]:
    """The items on the lines above a time in its paragraph, since the last time and but for those that one leads."""
    floor = max([paragraph_start(told.reading, told.line.start), *(s for s in told.stops if s < told.t.start)])
    return [i for i in performed_in(told.activities, floor, told.line.start) if i not in told.claimed]


_FIELD = re.compile(
    r"[ \t,;|]*(?:(?:CPT|code|service|charge)[ \t]*[:=-][ \t]*(?P<what>[^\n|;:]{2,30}))?[ \t.|]*\Z", re.IGNORECASE
)


def _of_the_items_above(told: Told) -> TimeUse | None:
    """ "Min: 8  Code: TherEx": a line of labels alone, under the items that it is for, whatever section they stand in."""
    text, t, line = told.reading.text, told.t, told.line
    field = _FIELD.match(text[t.end : line.end])
    if field is None or not text[t.start].isalpha() or t.clock or text[line.start : t.start].strip(" \t-•*|"):
        return None
    code = block_code(field["what"].strip()) if field["what"] else None
    return told.of(_untimed_above(told), code)


_HEADING_NUMBER = re.compile(r"(?<![\w.:/])\d{1,2}(?![\w/]|:\d)")


def _more_than_their_heading(told: Told, item: Placed) -> bool:
    """ "MT 9: mobs" over "55 min": more than the minutes of the heading that an item stands under."""
    block = told.reading.layout.block_at(item.start)
    if block is None:
        return False
    own = [int(m[0]) for m in _HEADING_NUMBER.finditer(told.reading.text, block.start, block.content)]
    return bool(own) and max(own) < told.t.minutes


def on_its_own_line(told: Told) -> Answer:
    """A line with hardly more than a time: that of the items above it, else of what follows."""
    t, line, text, activities = told.t, told.line, told.reading.text, told.activities
    if t.minutes <= SHORTEST and not t.clock and len(re.findall(r"[A-Za-z]{2,}", text[line.start : line.end])) > 3:
        return No.NO  # "SpO2 91, back to 94 in 2 min"
    if labelled := _of_the_items_above(told):
        return labelled
    if any(a.performed and a.code == GROUP for a in activities) and names_a_group(told.reading, t):
        return None  # "Hand group, 4 patients, 1030-1115.": see `group`
    if told.section in ("subjective", "objective", "assessment", "goals", "plan", "hep", "history"):
        return No.NO
    if t.clock and not any(o.clock and o is not t for o in told.reading.times):
        return told.use("total")
    rest = (text[line.start : t.start] + text[t.end : line.end]).strip(" \t-–—=•*|:()>→.,")
    heads = text[line.start : line.end].rstrip().endswith(":") or next_is_deeper(told.reading, line)
    if re.search(r"\b(?:total|tot|ttl)\b", rest, re.IGNORECASE) and len(rest) <= 24:
        listed = same_code_run(
            activities, performed_in(activities, paragraph_start(told.reading, line.start), line.start)
        )
        if len(listed) > 1:
            return told.use("block", listed)  # "(25 min total)" under a list: what its items have alone is part of it
    if len(rest) <= 24 and not heads:
        above = _untimed_above(told)
        if above and not any(_more_than_their_heading(told, activities[i]) for i in above):
            return told.of(above)
    if heads:  # "Stretching (10 min) / - on the wedge 3 min / - hamstrings": its items' own times are part of it
        whole = _end_of_headed(told.reading, line)
        under = performed_in(activities, t.end, whole)
        inside = sum(o.minutes for o in told.reading.times if t.end <= o.start < whole)
        if 0 < inside < t.minutes and len(under) > 1 and len({activities[i].code for i in under}) == 1:
            return told.use("block", under, activities[under[0]].code)
    # a sentence or line of its own ("Forty minutes of prosthetic training. He learned ..."): what follows, up to the next time
    stop = min(_end_of_headed(told.reading, line) if heads else paragraph_end(told.reading, t.end), told.next_stop)
    mine = performed_in(activities, t.end, stop)
    if stop in told.stops:  # items in the sentence of the next time are most likely its own
        before = performed_in(activities, t.end, part(told.reading.cuts.sentences, stop, len(text))[0])
        if {activities[i].code for i in before}.isdisjoint(activities[i].code for i in mine if i not in before):
            mine = before or mine
    if told.block and told.block.content <= line.start and not rest.strip("minutesMINUTES "):
        return No.NO  # "Minutes: 10" closes its block, though nothing in it was found
    if mine and (t.clock or _tells_little_else(told)) and not _have_their_own(told, mine):
        return told.of(mine)
    if told.block and not text[line.start : t.start].strip(" \t-–—•*|:()x"):
        mine = performed_in(activities, told.block.start, t.start)
        if mine:
            return told.use("block", mine, told.block.code)
    return None


def _have_their_own(told: Told, mine: Sequence[int]) -> bool:
    """Whether a time stands behind items in their own sentence: then it is theirs, not one that ends the sentence before
    ("<something that is no activity> 10 min. Heel slides, ankle pumps 18 min.")."""
    last = told.activities[mine[-1]]
    sentence = part(told.reading.cuts.sentences, last.start, len(told.reading.text))
    stop = min(sentence[1], told.reading.layout.line_at(last.start).end)
    own = any(last.end <= o.start < stop for o in told.reading.times)
    named = told.term or service_alone(told.reading, told.t, told.sentence)
    return own and sentence[0] >= told.t.end - 1 and not told.t.clock and named is None


def _tells_little_else(told: Told) -> bool:
    """Whether the sentence of a time says little more, so that it may head what follows: "legs heavy after about 8 minutes
    of walking to the mailbox" does not."""
    text, t, (start, end) = told.reading.text, told.t, told.sentence
    start, end = max(start, told.line.start), min(end, told.line.end)
    words = re.findall(r"[A-Za-z]{2,}", text[start : t.start] + " " + text[t.end : max(end, t.end)])
    return len(words) <= MOST_WORDS or text[t.end : end].rstrip().endswith(":") or told.term is not None


def _in_a_title(told: Told) -> bool:
    """Whether a time ends the note's first line, a short one that names no activity ("Balance visit // 22 min")."""
    text, line = told.reading.text, told.line
    before, after = text[line.start : told.t.start], text[told.t.end : line.end]
    return (
        told.t.minutes > SHORTEST
        and not text[: line.start].strip()
        and not after.strip(" \t.)*")
        and len(re.findall(r"[A-Za-z]{2,}", before)) <= MOST_WORDS
        and not any(line.start <= a.start < line.end for a in told.activities)
    )


def of_the_visit(told: Told) -> Answer:
    """ "Medicare. 30 min. Feeling OK" before any activity; a clock time around all others."""
    t, activities = told.t, told.activities
    alone = not told.reading.text[told.sentence[0] : t.start].strip(" \t•*-–—(") and not re.match(
        r"[a-z]", told.after.strip(" \t.)")
    )
    first = not any(a.start < t.start for a in activities)
    if first and told.section == "none" and (alone or _in_a_title(told)):
        return told.use("total")
    text = told.reading.text
    if alone and not t.clock and t.minutes > SHORTEST and not re.search(r"[A-Za-z\d]", text[t.end :]):
        return told.use("total")  # "... deep water bicycle 6 min. 38 min." ends the note
    clocks = [o.clock for o in told.reading.times if o.clock and o is not t]
    if t.clock and not told.in_sentence and all(t.clock[0] <= a and b <= t.clock[1] for a, b in clocks):
        return told.use("total")
    return None


_JOINT_AFTER = re.compile(
    r"[ \t,]*\(?(?:for |of )?(?:(?P<two>(?:the|these|those) (?:two|2)|both|the pair|between (?:the two|them|the 2))|(?P<three>(?:the|all|these) (?:three|3))|in all|for all|all together|altogether|together|combined)\b",
    re.IGNORECASE,
)
_NUMBERED_ITEMS = re.compile(r"\b(\d)[ \t]*-[ \t]*(\d)[ \t]*(?:=|:|->|→)[ \t]*$")
_JOINT_BEFORE = re.compile(
    r"(?:(?<!\d )(?<!\d)(?:=|->|→|=>)[ \t]*|\b(?:together|combined|both|all)(?:[ \t]+(?:of[ \t]+)?(?:the[ \t]+)?above)?[ \t:=–-]*)$",
    re.IGNORECASE,
)
MANY = 99
"""As many as there are."""


def _joint(text: str, t: TimeMention, before: str) -> int:
    """How many items a time says it is for: 2 or 3, MANY where it only says that it is for all; 0 where it does not."""
    if m := _JOINT_AFTER.match(text, t.end):
        return 2 if m["two"] else 3 if m["three"] else MANY
    if (m := _NUMBERED_ITEMS.search(before)) and int(m[1]) < int(m[2]):
        return int(m[2]) - int(m[1]) + 1  # "1-4 = 24 min"
    return MANY if _JOINT_BEFORE.search(before) else 0
