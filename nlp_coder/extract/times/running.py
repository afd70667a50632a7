"""What a time in running text belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.layout import CODE, alternatives, block_code, block_terms
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.headings import block_of, has_heading_time
from nlp_coder.extract.times.items import COUNTED, closes_its_items, differ, given_beside, last_segment, same_code_run
from nlp_coder.extract.times.lines import next_is_deeper, only, paragraph_end, paragraph_start
from nlp_coder.extract.times.totals import (
    NUMBERED_TOTAL,
    OF_A_BLOCK,
    OPENS_WITH,
    OTHER_VISIT,
    TIMED_AFTER,
    TIMED_TOTAL,
    TOTAL_AFTER,
    TOTAL_BEFORE,
    total_of_a_list,
)
from nlp_coder.extract.times.use import Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import NO_TREATMENT, REST_AFTER, term_after, term_before

_SUMS_UP = re.compile(
    r"\s*(?:(?:we|i|(?:s)?he|they|pt|all|we both)\s+(?:did|kept at|worked on|spent on)\s+(?:this|these|that|it|both)\b|"
    r"(?:that|this|(?:these|those|all|the)(?: two| three| four| five)?|all of (?:that|this)|it|which|together these|both(?: of (?:these|them))?)(?: together)?\s+(?:was|were|took|came to|lasted|ran|made)\b(?!\s+(?:followed|done|given|by)\b))",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(
    r"(?<!travel )(?<!rest )(?<!rests )(?<!breaks )(?<!setup )(?<!set-up )(?<!documentation )"
    r"\b(?:(?:don't|do not|didn't|did not|not|never|isn't|wasn't) (?:count(?:ed)?|bill(?:ed|able)?|charged?|part of|included?)|not timed|untimed time|unbilled|non-?bill\w*|no charge)\b",
    re.IGNORECASE,
)
"""Time of which its sentence says that it is not charged."""
_GOALS = re.compile(r"\bgoals?\b|\b[ls]tgs?\b", re.IGNORECASE)
_LIST_TOTAL = re.compile(r"(?:=|->|→|=>)[ \t]*(?:~[ \t]*)?$")
_FOR_ALL = re.compile(
    r"[ \t,]*\(?(?:total|tot|ttl|in all|altogether|all together|for all)\b(?! (?:of|assist))", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:^|(?<=[ \t]))\(?\d{1,2}[.)][ \t]+(?=\D)")
_THEN_OTHER = re.compile(r"\b(?:before|prior to|after which|afterwards?)\b", re.IGNORECASE)
""" "Eight minutes of stretching before the splint went on": the time is the stretching's."""
_BULLET_ONLY = re.compile(
    r"[\s•●▪◦·*>+–—(\[\])|:@~≈-]*(?:\d{1,2}[.)])?[\s•●*–—(\[\]-]*(?:x|for|approx\.?|about|~|the|a|an|first|next|last|then|from|another|spent|remaining|final|we|also|and|pt|min|of|in|finally|with|over|took|used)?(?:\s+(?:the|a|an|first|next|last|another|remaining|final|following|another|other|of|full|spent|about|approximately))*\s*",
    re.IGNORECASE,
)


def mention_use(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, stops: Sequence[int], claimed: set[int]
) -> TimeUse | None:
    """What one time in running text belongs to, or None."""
    text, layout = reading.text, reading.layout
    line = layout.line_at(t.start)
    sentence = part(reading.cuts.sentences, t.start, len(text))
    clause = part(reading.cuts.clauses, t.start, len(text))
    before, after = text[max(line.start, t.start - 60) : t.start], text[t.end : min(line.end, t.end + 50)]
    section = layout.section_at(t.start)
    name = section.name if section else "none"
    code = next((c.code for c in layout.codes if line.start <= c.start < line.end), None)
    block = block_of(reading, t.start)
    if text[t.end - 1] != ".":  # "45 min. Therex, gait": the words of the next sentence
        code = code or term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))
    if stated := re.match(rf"[ \t]*(?:all|total|of)[ \t]+({CODE})\b", after, re.IGNORECASE):
        mine = tuple(i for i in performed_in(activities, 0, t.start) if activities[i].code == stated[1].upper())
        role = "block" if mine and "all" in stated[0].lower() else "code"
        return TimeUse(t.start, t.end, t.minutes, role, mine, stated[1].upper())  # "42 min all 97761"
    if TIMED_TOTAL.search(before) or TIMED_AFTER.match(after):
        return TimeUse(t.start, t.end, t.minutes, "timed_total", clock=t.clock)
    in_sentence = [i for i, a in enumerate(activities) if sentence[0] <= a.start < sentence[1]]
    if (
        t.in_out
        or (
            t.clock
            and re.search(r"\b(?:seen|treated)(?:[ \t]+[\w']+){0,3}[ \t]*$", before, re.IGNORECASE)
            and not performed_in(activities, t.end, sentence[1])
        )
        or (t.clock and any(int(m["n"]) == t.minutes for m in NUMBERED_TOTAL.finditer(text)))
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    if (headed := term_before(before)) and re.search(r"\b(?:total|tot|ttl)\b[^.;\n]{0,24}$", before, re.IGNORECASE):
        return TimeUse(t.start, t.end, t.minutes, "code", (), headed, t.clock)  # "Total TE 19 min"
    if (
        (
            (TOTAL_BEFORE.search(OTHER_VISIT.sub("", before)) and not OPENS_WITH.search(before))
            or TOTAL_AFTER.match(after)
        )
        and not OF_A_BLOCK.match(after)
        and not (
            re.search(r"(?:morning|care|ADL|gait)\s*session", before + after[:20], re.IGNORECASE)
            or (in_sentence and re.search(r"\ba total of\s*$|\btogether\b", before))
            or (in_sentence and re.match(r"\W{0,3}(?:in (?:the|pt)|one[- ]on[- ]one)", after, re.IGNORECASE))
            or (
                re.match(r"\W{0,3}(?:total|tot|ttl|in all|altogether)\b", after, re.IGNORECASE)
                and any(max(line.start, sentence[0]) <= a.start < t.start for a in activities)
                and (len(reading.times) > 2 or total_of_a_list(reading, activities, t.start, t.end, t.minutes))
            )
            or (re.search(r"\b1:1\b[^.;\n]{0,12}$", before) and bool(performed_in(activities, t.end, line.end)))
        )
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    if termed := _sentence_of_a_term(reading, activities, t, sentence):
        return TimeUse(t.start, t.end, t.minutes, "code", (), termed, t.clock)  # "TA: 18 minutes.", "18 min ther act."
    if (termed := term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))) and closes_its_items(
        reading, activities, line, termed
    ):
        words = re.sub(
            alternatives(list(block_terms())),
            "",
            text[line.start : t.start] + text[t.end : line.end],
            count=1,
            flags=re.IGNORECASE,
        )
        if only(words, 0, 0):
            return TimeUse(t.start, t.end, t.minutes, "code", (), termed, t.clock)  # "35 min self care" under its items
    if name in ("goals", "plan", "hep", "history") and not any(activities[i].performed for i in in_sentence):
        return None
    if _GOALS.search(text, sentence[0], t.start) and not block:
        return None
    previous = [i for i, a in enumerate(activities) if a.end <= t.start and a.start >= line.start and i not in claimed]
    following = [i for i, a in enumerate(activities) if a.start >= t.end and a.start < line.end]
    lead = text[max(line.start, clause[0]) : t.start]
    leads = _BULLET_ONLY.fullmatch(lead) is not None and not re.match(r"[ \t]*(?:->|-->|→|;)", text[t.end : line.end])
    if not leads and sentence[0] > clause[0]:
        leads = _BULLET_ONLY.fullmatch(text[sentence[0] : t.start]) is not None
    ends_its_line = not text[t.end : line.end].strip(" \t.|)") and bool(performed_in(activities, line.start, t.start))
    since_stop = max([line.start, *(s for s in stops if s < t.start)])
    closes = (text[t.end - 1] == "." or text[t.end : t.end + 1] == ".") and any(
        activities[i].start >= since_stop for i in previous
    )
    if leads and not ends_its_line and not closes and not _FOR_ALL.match(after) and not REST_AFTER.match(after):
        # "12 min paraffin dip", "0900-0920 gait training ...", "For the remaining fifteen minutes we practised ..."
        whole = line.end if clause[0] <= line.start + len(lead) or t.clock else sentence[1]
        stop = min([whole, *(s for s in stops if s > t.start)])
        if parted := _THEN_OTHER.search(text, t.end, stop):
            stop = parted.start()
        stop = _up_to_the_next(reading, activities, t.end, stop, stops)
        mine = performed_in(activities, t.end, stop)
        if (termed := term_after(re.sub(r"^[ \t]*(?:of|for)\b", "", after))) and stop < whole:
            all_of_it = performed_in(activities, t.end, min(whole, sentence[1]))
            if len(all_of_it) > len(mine) and all(activities[i].code == termed for i in all_of_it):
                # "twenty-two minutes of therapeutic exercise comprised the bike for seven minutes, ..."
                return TimeUse(t.start, t.end, t.minutes, "block", all_of_it, termed, t.clock)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if re.search(r"(?<!\w)(?:at|@)[ \t]*$", before) and not t.clock:
        return None  # "symptoms 2 at 12 min": a moment
    given_before = re.match(r"[ \t]*(?:before|after|prior|later)\b", after) and _right_behind_an_item(
        text, activities, t.start
    )
    if (REST_AFTER.match(after) and not given_before) or _said_not_to_count(reading, t, sentence):
        return None
    if (not any(activities[i].start >= max([sentence[0], *(s for s in stops if s < t.start)]) for i in previous)) and (
        coded := _behind_its_code(reading, activities, t, following, sentence[1])
    ):
        return coded
    numbered = [m.start() for m in _NUMBERED.finditer(text, line.start, t.start)]
    floor = numbered[-1] if len(numbered) >= 2 else line.start
    since = max([floor, sentence[0], *(s for s in stops if s < t.start)])
    group = [i for i in previous if activities[i].start >= since]
    alone_words = (text[max(sentence[0], line.start) : t.start] + text[t.end : min(sentence[1], line.end)]).strip(
        " .,;:-–—()"
    )
    lone = (
        len(alone_words) <= 22
        and not in_sentence
        and not re.match(r"(?:for|the|then|next|first|last|another|we|now)\b", alone_words, re.IGNORECASE)
    )
    if not group and (_SUMS_UP.match(text[sentence[0] : t.start]) or (lone and previous)):
        group = [i for i in previous if activities[i].start >= max([line.start, *(s for s in stops if s < t.start)])]
    if not group:
        group = [
            i
            for i in previous
            if activities[i].end > max([line.start, *(s for s in stops if s < t.start)])
            and activities[i].start >= sentence[0]
        ]
    if joint := _joint(text, t, before):
        floor = paragraph_start(reading, line.start)
        if joint == 99:  # those that are counted may have times of their own within
            floor = max([floor, *(s for s in stops if s < t.start)])
        together = same_code_run(activities, performed_in(activities, floor, t.start))[-joint:]
        if len(together) > len(group) and activities[together[0]].start < line.start:
            # items on lines of their own, the last with the time of them all ("15 min for the two", "=> 45", "in all")
            return TimeUse(t.start, t.end, t.minutes, "block", tuple(together), code, t.clock)
    if group and (_LIST_TOTAL.search(before) or _FOR_ALL.match(after)):
        whole_list = same_code_run(activities, [i for i in previous if activities[i].start >= sentence[0]])
        if len(whole_list) >= max(2, len(group)):
            # "pulleys 3 min, wand, rows = 20 min": the time after "=" is the whole list's, whatever its items have alone
            role = "shared" if block and has_heading_time(reading, block) else "block"
            return TimeUse(t.start, t.end, t.minutes, role, tuple(whole_list), code or term_after(after), t.clock)
    if group:
        group = last_segment(text, activities, group, t.start)
        last = group[-1]
        between = text[activities[last].end : t.start]
        if NO_TREATMENT.search(re.split(r"[;.]", between[-16:])[-1]) and not re.search(r"tolerated\s*$", between):
            return None
        if not activities[last].performed:
            return None
        glued = activities[last].end > sentence[0] and not re.search(
            r"[,;–—(|\t:=→]|\s-\s|\s{3,}|\btotal\b|\ball\b", between
        )
        if re.search(rf"{CODE}\)?\W{{0,3}}$", between) and not (
            following and re.search(r"\bby\b|[.;]\s|\bthen\b", between)
        ):
            mine = tuple(i for i in group if activities[i].performed)
            written = re.findall(CODE, between)[-1].upper()
            return TimeUse(
                t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, written, t.clock
            )
        alone = len(group) == 1
        termed = term_after(after)
        if not alone and termed and all(activities[i].code == termed for i in group if activities[i].performed):
            mine = tuple(i for i in group if activities[i].performed)
            return TimeUse(t.start, t.end, t.minutes, "shared", mine, termed, t.clock)  # "bridges, log roll 14 MIN TA"
        if not alone and glued:
            link = text[activities[group[-2]].end : activities[last].start]
            joined = re.fullmatch(r"[^,;.]{0,30}?\s*(?:and|&|\+|/|w/|with)\s*(?:[a-z]+\s){0,2}", link, re.IGNORECASE)
            dosed = any(
                q.kind in COUNTED and q.start >= activities[group[0]].end and q.end <= activities[last].start
                for q in reading.measures
            )
            own = any(
                q.kind in COUNTED and activities[group[-2]].end <= q.start < activities[last].start
                for q in reading.measures
            )
            if own and joined:  # "sidelying ER 3x8 and pulleys 5 minutes": the one before has its own dosage
                return TimeUse(t.start, t.end, t.minutes, "activity", (last,), code, t.clock)
            if not joined and (dosed or (block and has_heading_time(reading, block))):
                return TimeUse(t.start, t.end, t.minutes, "activity", (last,), code, t.clock)
            if joined and (dosed or len(group) == 2):
                group = group[-2:]
        if (
            not alone
            and glued
            and re.search(r"\bof\s*$|\bfor\s*$", between)
            and (between.rstrip().endswith("of") or differ(activities, group))
        ):
            group = [
                last
            ]  # "press-ups, bridging, and PA mobs at L5 for nine minutes": no one time for several services
        group = [*group, *given_beside(text, activities, group[-1], following, t.end)]
        mine = tuple(i for i in group if activities[i].performed)
        if not alone and not glued and re.match(r"[\s,]*\(", between[-3:]) and "," not in between:
            mine = (last,) if re.search(r"[,;]", text[activities[group[-2]].end : activities[last].start]) else mine
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if NO_TREATMENT.search(text[max(sentence[0], t.start - 30) : t.start]):
        return None
    if re.search(
        r"(?:['’′]|\bmin(?:utes|s)?\.?|\bm)[ \t]*\([ \t]*$|\d ?s(?:ec(?:onds)?)?[ \t]*(?:to|-|–)[ \t]*$", before
    ):
        return None  # "8' (12')": the time of an earlier visit; "30 s to 8 min"
    mine = tuple(same_code_run(activities, performed_in(activities, line.start, t.start)))
    framed = any(o.clock and line.start <= o.start < t.start for o in reading.times)
    if ends_its_line and not group and not framed:
        return TimeUse(t.start, t.end, t.minutes, "block", mine, block.code if block else None, t.clock)
    if following:
        stop = min([sentence[1], *(s for s in stops if s > t.start)])
        stop = _up_to_the_next(reading, activities, t.end, stop, stops)
        mine = performed_in(activities, t.end, stop)
        if "-min" in text[t.start : t.end].lower():
            mine = mine[:1]  # "a ten-minute contrast bath, then ..."
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    if name in ("subjective", "objective", "assessment", "goals", "plan", "hep", "history"):
        return None
    if t.clock and not any(o.clock and o is not t for o in reading.times):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    whole_line = text[line.start : line.end]
    rest = (text[line.start : t.start] + text[t.end : line.end]).strip(" \t-–—=•*|:()>→.,")
    if len(rest) <= 24 and not whole_line.rstrip().endswith(":") and not next_is_deeper(reading, line):
        floor = max([paragraph_start(reading, line.start), *(s for s in stops if s < t.start)])
        mine = tuple(i for i in performed_in(activities, floor, line.start) if i not in claimed)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    # a sentence or line of its own ("Forty minutes of prosthetic training. He learned ..."): what follows, up to the next time
    stop = min([paragraph_end(reading, t.end), *(s for s in stops if s > t.start)])
    mine = performed_in(activities, t.end, stop)
    if mine:
        return TimeUse(t.start, t.end, t.minutes, "activity" if len(mine) == 1 else "shared", mine, code, t.clock)
    # a line of its own under the items it sums up
    if block and not text[line.start : t.start].strip(" \t-–—•*|:()x"):
        mine = performed_in(activities, block.start, t.start)
        if mine:
            return TimeUse(t.start, t.end, t.minutes, "block", mine, block.code, t.clock)
    alone = not text[sentence[0] : t.start].strip(" \t•*-–—(") and not after.strip(" \t.)").startswith(
        tuple("abcdefghijklmnopqrstuvwxyz")
    )
    if alone and name == "none" and not any(a.start < t.start for a in activities):
        return TimeUse(
            t.start, t.end, t.minutes, "total", clock=t.clock
        )  # "Medicare. 30 min. Feeling OK": before anything
    others = [o for o in reading.times if o.clock and o is not t]
    if (
        t.clock
        and not in_sentence
        and all(o.clock and t.clock[0] <= o.clock[0] and o.clock[1] <= t.clock[1] for o in others)
    ):
        return TimeUse(t.start, t.end, t.minutes, "total", clock=t.clock)
    return None


def _right_behind_an_item(text: str, activities: Sequence[Placed], offset: int) -> bool:
    """Whether a performed activity ends right before an offset ("hot pack to elbow 8 min before ...")."""
    last = max((a.end for a in activities if a.performed and a.end <= offset), default=None)
    if last is None or offset - last > 24:
        return False
    return re.search(r"[.;\n]", text[last:offset]) is None and NO_TREATMENT.search(text, last, offset) is None


def _sentence_of_a_term(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, sentence: tuple[int, int]
) -> str | None:
    """The code of a heading's words that alone share a sentence with a time, behind items of that code; else None."""
    text = reading.text
    start = max(sentence[0], reading.layout.line_at(t.start).start)
    words = f"{text[start : t.start]} {text[t.end : max(t.end, min(sentence[1], reading.layout.line_at(t.start).end))]}"
    code = block_code(re.sub(r"(?i)\b(?:of|for|was|were|total|time)\b|[^A-Za-z/& ]", " ", words).strip())
    if code is None or text[sentence[0] : sentence[1]].rstrip().endswith(":"):
        return None
    before = performed_in(activities, paragraph_start(reading, reading.layout.line_at(t.start).start), t.start)
    return code if any(activities[i].code == code for i in before) else None


def _said_not_to_count(reading: Reading, t: TimeMention, sentence: tuple[int, int]) -> bool:
    """Whether a sentence says of this time, and of no nearer one, that it is not charged ("16 min. 8 min setup (unbilled)")."""
    for said in _NOT_COUNTED.finditer(reading.text, *sentence):
        before, after = (said.end(), t.start) if said.end() <= t.start else (t.end, said.start())
        if not any(before <= o.start < after for o in reading.times):
            return True
    return False


_CONNECTS = re.compile(
    r"(?:,\s*)?\b(?:(?:and\s+)?(?:\w+\s+){0,2}then|followed by|after (?:which|that)|before)\b", re.IGNORECASE
)


def _up_to_the_next(reading: Reading, activities: Sequence[Placed], start: int, stop: int, stops: Sequence[int]) -> int:
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


def _behind_its_code(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, following: Sequence[int], sentence_end: int
) -> TimeUse | None:
    """ "This was followed by 97116, fourteen minutes, walking ...": a time right behind a code, before what was done."""
    written = re.search(rf"({CODE})\)?[ \t]*(?:,|:|-|–|\(|for)?[ \t]*$", reading.text[max(0, t.start - 12) : t.start])
    if written is None:
        return None
    mine = tuple(i for i in following if activities[i].performed and activities[i].start < sentence_end)
    if re.match(r"[ \t]*(?:[.;\n]|$)", reading.text[t.end : t.end + 3] or "\n") or reading.text[t.end - 1] == ".":
        return TimeUse(t.start, t.end, t.minutes, "code", (), written[1].upper(), t.clock)  # "...; 97535 24 min."
    if not mine:
        return None
    role = "activity" if len(mine) == 1 else "shared"
    return TimeUse(t.start, t.end, t.minutes, role, mine, written[1].upper(), t.clock)


_JOINT_AFTER = re.compile(
    r"[ \t,]*\(?(?:for |of )?(?:(?P<two>(?:the|these|those) (?:two|2)|both|the pair)|(?P<three>(?:the|all|these) (?:three|3))|in all|for all|all together|altogether|together|combined)\b",
    re.IGNORECASE,
)
_NUMBERED_ITEMS = re.compile(r"\b(\d)[ \t]*-[ \t]*(\d)[ \t]*(?:=|:|->|→)[ \t]*$")
_JOINT_BEFORE = re.compile(r"(?:(?:=|->|→|=>)[ \t]*|\b(?:together|combined|both|all)[ \t:=–-]*)$", re.IGNORECASE)


def _joint(text: str, t: TimeMention, before: str) -> int:
    """How many items a time says it is for: 2 or 3, many (99) where it only says that it is for all; 0 where it does not."""
    if m := _JOINT_AFTER.match(text, t.end):
        return 2 if m["two"] else 3 if m["three"] else 99
    if (m := _NUMBERED_ITEMS.search(before)) and int(m[1]) < int(m[2]):
        return int(m[2]) - int(m[1]) + 1  # "1-4 = 24 min"
    return 99 if _JOINT_BEFORE.search(before) else 0
