"""What a time in running text belongs to.

A time is asked one question after another (`_QUESTIONS`), from what says it outright to what only its place suggests; the
first answer holds, and one of them may be that it belongs to nothing. What no question answers is left out.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp_coder.extract.layout import CODE, Block, Line, alternatives, block_code, block_terms
from nlp_coder.extract.numbers import TimeMention
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.times.bare import SHORTEST
from nlp_coder.extract.times.headings import block_of, has_heading_time
from nlp_coder.extract.times.items import COUNTED, closes_its_items, differ, given_beside, last_segment, same_code_run
from nlp_coder.extract.times.lines import next_is_deeper, only, paragraph_end, paragraph_start
from nlp_coder.extract.times.totals import NUMBERED_TOTAL, TIMED_AFTER, TIMED_TOTAL, says_total
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


class _No(enum.Enum):
    """The answer that a time belongs to nothing that is billed."""

    NO = 0


Answer = TimeUse | _No | None
"""What a question says of a time; None: it does not know, the next is asked."""


@dataclass(frozen=True, slots=True)
class _Told:
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


def mention_use(
    reading: Reading, activities: Sequence[Placed], t: TimeMention, stops: Sequence[int], claimed: set[int]
) -> TimeUse | None:
    """What one time in running text belongs to, or None."""
    text, layout = reading.text, reading.layout
    line = layout.line_at(t.start)
    sentence = part(reading.cuts.sentences, t.start, len(text))
    after = text[t.end : min(line.end, t.end + 50)]
    section = layout.section_at(t.start)
    code = next((c.code for c in layout.codes if line.start <= c.start < line.end), None)
    if text[t.end - 1] != ".":  # "45 min. Therex, gait": the words of the next sentence
        code = code or term_after(re.sub(r"^[ \t]*(?:of|on|for)\b", "", after))
    told = _Told(
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
            return None if isinstance(answer, _No) else answer
    return None


def _all_of_a_code(told: _Told) -> Answer:
    """ "42 min all 97761"."""
    stated = re.match(rf"[ \t]*(?:all|total|of)[ \t]+({CODE})\b", told.after, re.IGNORECASE)
    if stated is None:
        return None
    code = stated[1].upper()
    mine = [i for i in performed_in(told.activities, 0, told.t.start) if told.activities[i].code == code]
    return told.use("block" if mine and "all" in stated[0].lower() else "code", mine, code)


def _timed_or_whole(told: _Told) -> Answer:
    """The timed total, in and out times, a clock as long as the stated total, "Total TE 19 min", "seen for 45 min"."""
    t, before = told.t, told.before
    if TIMED_TOTAL.search(before) or TIMED_AFTER.match(told.after):
        return told.use("timed_total")
    if t.in_out:
        return told.use("total")
    if t.clock:
        seen = re.search(r"\b(?:seen|treated)(?:[ \t]+[\w']+){0,3}[ \t]*$", before, re.IGNORECASE)
        if seen and not performed_in(told.activities, t.end, told.sentence[1]):
            return told.use("total")
        if any(int(m["n"]) == t.minutes for m in NUMBERED_TOTAL.finditer(told.reading.text)):
            return told.use("total")
    headed = term_before(before)
    if headed and re.search(r"\b(?:total|tot|ttl)\b[^.;\n]{0,24}$", before, re.IGNORECASE):
        return told.use("code", (), headed)
    if says_total(
        told.reading, told.activities, t, told.line, told.sentence, (before, told.after), bool(told.in_sentence)
    ):
        return told.use("total")
    return None


def _of_a_term(told: _Told) -> Answer:
    """ "TA: 18 minutes." and "18 min ther act." as a sentence, "35 min self care" as a line, under the items they sum up."""
    if termed := _sentence_of_a_term(told.reading, told.activities, told.t, told.sentence):
        return told.use("code", (), termed)
    termed = told.term
    if termed and closes_its_items(told.reading, told.activities, told.line, termed):
        text, t, line = told.reading.text, told.t, told.line
        words = text[line.start : t.start] + text[t.end : line.end]
        if only(re.sub(alternatives(list(block_terms())), "", words, count=1, flags=re.IGNORECASE), 0, 0):
            return told.use("code", (), termed)
    return None


def _elsewhere(told: _Told) -> Answer:
    """Goals, plans and history speak of other times than this visit's."""
    if told.section in ("goals", "plan", "hep", "history") and not told.performed(told.in_sentence):
        return _No.NO
    if _GOALS.search(told.reading.text, told.sentence[0], told.t.start) and not told.block:
        return _No.NO
    return None


def _heads_brackets(told: _Told) -> Answer:
    """ "ther ex 25' (rows, bridges), traction 15'": the items in the brackets right behind a heading's time."""
    text, t = told.reading.text, told.t
    inside = re.match(r"[ \t]*\(([^()\n]*)\)", text[t.end : told.line.end])
    last = max((told.activities[i].end for i in told.previous), default=told.line.start)
    if inside is None or not re.search(r"[A-Za-z]{2}", re.sub(r"\bfor\b", "", text[last : t.start])):
        return None  # no heading: the time of an item, with what it was in brackets
    return told.of(performed_in(told.activities, t.end + inside.start(1), t.end + inside.end(1)))


def _leads_its_items(told: _Told) -> Answer:
    """ "12 min paraffin dip", "0900-0920 gait training ...", "For the remaining fifteen minutes we practised ..."."""
    text, t, line, sentence = told.reading.text, told.t, told.line, told.sentence
    lead = text[max(line.start, told.clause[0]) : t.start]
    leads = _BULLET_ONLY.fullmatch(lead) is not None and not re.match(r"[ \t]*(?:->|-->|→|;)", text[t.end : line.end])
    if not leads and sentence[0] > told.clause[0]:
        leads = _BULLET_ONLY.fullmatch(text[sentence[0] : t.start]) is not None
    closes = (text[t.end - 1] == "." or text[t.end : t.end + 1] == ".") and any(
        told.activities[i].start >= told.last_stop for i in told.previous
    )
    if not leads or closes or _ends_its_line(told) or _FOR_ALL.match(told.after) or REST_AFTER.match(told.after):
        return None
    whole = line.end if told.clause[0] <= line.start + len(lead) or t.clock else sentence[1]
    stop = min(whole, told.next_stop)
    if parted := _THEN_OTHER.search(text, t.end, stop):
        stop = parted.start()
    stop = _up_to_the_next(told.reading, told.activities, t.end, stop, told.stops)
    mine = performed_in(told.activities, t.end, stop)
    termed = term_after(re.sub(r"^[ \t]*(?:of|for)\b", "", told.after))
    if termed and stop < whole:
        all_of_it = performed_in(told.activities, t.end, min(whole, sentence[1]))
        if len(all_of_it) > len(mine) and all(told.activities[i].code == termed for i in all_of_it):
            # "twenty-two minutes of therapeutic exercise comprised the bike for seven minutes, ..."
            return told.use("block", all_of_it, termed)
    return told.of(mine)


def _no_treatment(told: _Told) -> Answer:
    """ "Symptoms 2 at 12 min", "rested 3 min", "8 min setup (unbilled)"."""
    if (
        re.search(r"(?<!\w)(?:at|@)(?:[ \t]+(?:about|around|roughly|approx\.?))?[ \t]*$", told.before)
        and not told.t.clock
    ):
        return _No.NO
    given_before = re.match(r"[ \t]*(?:before|after|prior|later)\b", told.after) and _right_behind_an_item(
        told.reading.text, told.activities, told.t.start
    )
    if (REST_AFTER.match(told.after) and not given_before) or _said_not_to_count(told.reading, told.t, told.sentence):
        return _No.NO
    return None


def _behind_a_code(told: _Told) -> Answer:
    """A time right behind a written code, where no item of its sentence stands before it."""
    since = max(told.sentence[0], told.last_stop)
    if any(told.activities[i].start >= since for i in told.previous):
        return None
    return _behind_its_code(told.reading, told.activities, told.t, told.following, told.sentence[1])


def _items_before(told: _Told) -> list[int]:
    """The items of its line that a time may stand behind: those of its sentence since the last time; all since then where
    its sentence only sums up ("That took 20 minutes.") or says nothing else."""
    text, t, line, sentence = told.reading.text, told.t, told.line, told.sentence
    numbered = [m.start() for m in _NUMBERED.finditer(text, line.start, t.start)]
    since = max(numbered[-1] if len(numbered) >= 2 else line.start, sentence[0], told.last_stop)
    if group := [i for i in told.previous if told.activities[i].start >= since]:
        return group
    words = text[max(sentence[0], line.start) : t.start] + text[t.end : min(sentence[1], line.end)]
    words = words.strip(" .,;:-–—()")
    lone = (
        len(words) <= 22
        and not told.in_sentence
        and not re.match(r"(?:for|the|then|next|first|last|another|we|now)\b", words, re.IGNORECASE)
    )
    if _SUMS_UP.match(text[sentence[0] : t.start]) or lone:
        group = [i for i in told.previous if told.activities[i].start >= told.last_stop]
    return group or [
        i for i in told.previous
        if told.activities[i].end > told.last_stop and told.activities[i].start >= sentence[0]
    ]  # fmt: skip


def _sums_a_list(told: _Told) -> Answer:
    """ "15 min for the two", "=> 45", "in all" behind items on lines of their own; "pulleys 3 min, wand, rows = 20 min"."""
    t, activities, sentence = told.t, told.activities, told.sentence
    group = _items_before(told)
    if joint := _joint(told.reading.text, t, told.before):
        floor = paragraph_start(told.reading, told.line.start)
        if joint == MANY:  # those that are counted may have times of their own within
            floor = max([floor, *(s for s in told.stops if s < t.start)])
        together = same_code_run(activities, performed_in(activities, floor, t.start))[-joint:]
        if len(together) > len(group) and activities[together[0]].start < told.line.start:
            return told.use("block", together, told.code)
    if group and (_LIST_TOTAL.search(told.before) or _FOR_ALL.match(told.after)):
        whole = same_code_run(activities, [i for i in told.previous if activities[i].start >= sentence[0]])
        if len(whole) >= max(2, len(group)):
            # the whole list's, whatever its items have alone; within a block with its own time it is that time's part
            inside = told.block is not None and has_heading_time(told.reading, told.block)
            return told.use("shared" if inside else "block", whole, told.code or term_after(told.after))
    return None


def _behind_its_items(told: _Told) -> Answer:
    """The usual place of a time: behind the item or the list that it is for."""
    group = _items_before(told)
    if not group:
        return None
    text, t, activities = told.reading.text, told.t, told.activities
    group = last_segment(text, activities, group, t.start)
    last = group[-1]
    between = text[activities[last].end : t.start]
    if NO_TREATMENT.search(re.split(r"[;.,]", between[-32:])[-1]) and not re.search(r"(?:tolerated|\()\s*$", between):
        return _No.NO
    if not activities[last].performed:
        return _No.NO
    if re.search(rf"{CODE}\)?\W{{0,3}}$", between) and not (
        told.following and re.search(r"\bby\b|[.;]\s|\bthen\b", between)
    ):
        return told.of(told.performed(group), re.findall(CODE, between)[-1].upper())
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
        r"[,;–—(|\t:=→]|\s-\s|\s{3,}|\btotal\b|\ball\b", between
    )
    before_cut = group
    if not alone and glued:
        group = _glued_to(told, group, between)
    group = [*group, *given_beside(text, activities, group[-1], told.following, t.end)]
    mine = told.performed(group)
    if not alone and not glued and re.match(r"[\s,]*\(", between[-3:]) and "," not in between:
        mine = (last,) if re.search(r"[,;]", text[activities[before_cut[-2]].end : activities[last].start]) else mine
    return told.of(mine)


def _glued_to(told: _Told, group: list[int], between: str) -> list[int]:
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
    dosed_last = any(q.kind in COUNTED and activities[last].end <= q.start < told.t.start for q in measures)
    if dosed_last and not joined and "," in link:
        return group  # "curls 3x12, rows 2x15, stretch 3x30s x17'": each has its own, the time is all theirs
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


def _earlier_or_bout(told: _Told) -> Answer:
    """Rest told before the time, "8' (12')" with an earlier visit's in brackets, "30 s to 8 min"."""
    if NO_TREATMENT.search(told.reading.text[max(told.sentence[0], told.t.start - 30) : told.t.start]):
        return _No.NO
    if re.search(
        r"(?:['’′]|\bmin(?:utes|s)?\.?|\bm)[ \t]*\([ \t]*$|\d ?s(?:ec(?:onds)?)?[ \t]*(?:to|-|–)[ \t]*$",
        told.before,
    ):
        return _No.NO
    return None


def _ends_its_line(told: _Told) -> bool:
    """Whether nothing stands behind a time on its line, and performed items before it."""
    behind = told.reading.text[told.t.end : told.line.end].strip(" \t.|)")
    return not behind and bool(performed_in(told.activities, told.line.start, told.t.start))


def _closes_its_line(told: _Told) -> Answer:
    """A time at the end of a line whose last items have times of their own: the whole line's ("a | b | bike 8' | 23 min")."""
    if not _ends_its_line(told) or _items_before(told):
        return None
    if any(o.clock and told.line.start <= o.start < told.t.start for o in told.reading.times):
        return None
    mine = same_code_run(told.activities, performed_in(told.activities, told.line.start, told.t.start))
    since = max([told.activities[mine[-1]].end, *(o.end for o in told.reading.times if o.end <= told.t.start)])
    if re.search(r"[A-Za-z]{4}", told.reading.text[since : told.t.start]):
        return _No.NO  # "gait 10 min, <something that is no activity> 5 min"
    return told.use("block", mine, told.block.code if told.block else None)


def _before_its_items(told: _Told) -> Answer:
    """A time within words that stands before items ("We spent 16 minutes on ...")."""
    if not told.following:
        return None
    stop = min(told.sentence[1], told.next_stop)
    stop = _up_to_the_next(told.reading, told.activities, told.t.end, stop, told.stops)
    mine = performed_in(told.activities, told.t.end, stop)
    if "-min" in told.reading.text[told.t.start : told.t.end].lower():
        mine = mine[:1]  # "a ten-minute contrast bath, then ..."
    return told.of(mine)


def _on_its_own_line(told: _Told) -> Answer:
    """A line with hardly more than a time: that of the items above it, else of what follows."""
    t, line, text, activities = told.t, told.line, told.reading.text, told.activities
    if told.section in ("subjective", "objective", "assessment", "goals", "plan", "hep", "history"):
        return _No.NO
    if t.clock and not any(o.clock and o is not t for o in told.reading.times):
        return told.use("total")
    rest = (text[line.start : t.start] + text[t.end : line.end]).strip(" \t-–—=•*|:()>→.,")
    heads = text[line.start : line.end].rstrip().endswith(":") or next_is_deeper(told.reading, line)
    if len(rest) <= 24 and not heads:
        floor = max([paragraph_start(told.reading, line.start), *(s for s in told.stops if s < t.start)])
        above = [i for i in performed_in(activities, floor, line.start) if i not in told.claimed]
        if above:
            return told.of(above)
    # a sentence or line of its own ("Forty minutes of prosthetic training. He learned ..."): what follows, up to the next time
    stop = min(paragraph_end(told.reading, t.end), told.next_stop)
    mine = performed_in(activities, t.end, stop)
    if mine and (t.clock or _tells_little_else(told)):
        return told.of(mine)
    if told.block and not text[line.start : t.start].strip(" \t-–—•*|:()x"):
        mine = performed_in(activities, told.block.start, t.start)
        if mine:
            return told.use("block", mine, told.block.code)
    return None


def _tells_little_else(told: _Told) -> bool:
    """Whether the sentence of a time says little more, so that it may head what follows: "legs heavy after about 8 minutes
    of walking to the mailbox" does not."""
    text, t, (start, end) = told.reading.text, told.t, told.sentence
    start, end = max(start, told.line.start), min(end, told.line.end)
    words = re.findall(r"[A-Za-z]{2,}", text[start : t.start] + " " + text[t.end : max(end, t.end)])
    return len(words) <= MOST_WORDS or text[t.end : end].rstrip().endswith(":") or told.term is not None


def _in_a_title(told: _Told) -> bool:
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


def _of_the_visit(told: _Told) -> Answer:
    """ "Medicare. 30 min. Feeling OK" before any activity; a clock time around all others."""
    t, activities = told.t, told.activities
    alone = not told.reading.text[told.sentence[0] : t.start].strip(" \t•*-–—(") and not re.match(
        r"[a-z]", told.after.strip(" \t.)")
    )
    first = not any(a.start < t.start for a in activities)
    if first and told.section == "none" and (alone or _in_a_title(told)):
        return told.use("total")
    clocks = [o.clock for o in told.reading.times if o.clock and o is not t]
    if t.clock and not told.in_sentence and all(t.clock[0] <= a and b <= t.clock[1] for a, b in clocks):
        return told.use("total")
    return None


_QUESTIONS: tuple[Callable[[_Told], Answer], ...] = (
    _all_of_a_code, _timed_or_whole, _of_a_term, _elsewhere, _heads_brackets, _leads_its_items, _no_treatment, _behind_a_code, _sums_a_list,
    _behind_its_items, _earlier_or_bout, _closes_its_line, _before_its_items, _on_its_own_line, _of_the_visit,
)  # fmt: skip


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


MOST_WORDS = 9
"""A sentence with more words beside its time than these heads nothing."""
MANY = 99
"""As many as there are."""


def _joint(text: str, t: TimeMention, before: str) -> int:
    """How many items a time says it is for: 2 or 3, MANY where it only says that it is for all; 0 where it does not."""
    if m := _JOINT_AFTER.match(text, t.end):
        return 2 if m["two"] else 3 if m["three"] else MANY
    if (m := _NUMBERED_ITEMS.search(before)) and int(m[1]) < int(m[2]):
        return int(m[2]) - int(m[1]) + 1  # "1-4 = 24 min"
    return MANY if _JOINT_BEFORE.search(before) else 0
