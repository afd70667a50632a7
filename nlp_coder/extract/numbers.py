"""Numbers and times as therapists write and dictate them: "15 min", "10'", "twelve minutes", "0915-0938"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ONES = {w: i for i, w in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])}  # fmt: skip
_TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_TENS["fourty"] = 40
SPELLED = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_ONES)[1:10])}))?|{'|'.join(reversed(list(_ONES)))})"
_PHRASES = {"a quarter of an hour": 15, "quarter of an hour": 15, "quarter hour": 15, "half an hour": 30,
            "half hour": 30, "three quarters of an hour": 45, "three-quarters of an hour": 45, "an hour": 60,
            "one hour": 60}  # fmt: skip
_UNIT = r"(?:minutes?|mintues?|minuts?|mins?\b\.?(?![ \t]*(?:A\b(?!-[a-z])|\(A\)|assist))|min\.?s?(?![A-Za-z]|[ \t]*(?:A\b|\(A\)|assist))|(?-i:m)(?=[\s,;.:)\]]|$)(?![ \t]*[x×][ \t]?\d|[ \t]*walk)|'(?!')|’(?!’)|′(?!′)|´)"
MINUTES = re.compile(
    rf"(?:(?<![\w.:/])|(?<=\bx)(?=\d)|(?<=\.\.)(?=\d))(?P<number>\d{{1,3}}(?:\.\d)?|{SPELLED})(?:\s*(?:-|–|to)\s*(?P<upto>\d{{1,3}}))?"
    rf"(?:\s(?:more|further|extra|additional|full|solid)\b)?(?:[\s-]{{0,2}}|[ ]{{3,6}}(?!\w+[ \t]*:[ \t]*\d))(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_SPELLED_ALONE = re.compile(
    r"(?:\b(?P<sure>another|a further|an? (?:extra|additional|last|final)|the (?:last|other|remaining|next|final|first|closing|opening)|(?<=that )left|remaining|closing)\s+"
    r"|(?<!hundred )\b(?:for|together|ran to|came to|took|occupied|filled|then|next|after that|the|and|(?<!sets )(?<!set )(?<!reps )(?<!out )of|in)\s+|(?<=[.;:,] )(?:and )?|(?<=\n))"
    rf"(?P<number>{SPELLED})(?![\w-])"
    r"(?:(?=\s*[.,;:)\n]|\s+(?:were|was|went|of (?!(?:the|them|ten|twelve|\d+)\b|\w+teen\b)|on|for|in (?:which|all)|again on|we|I|she|he|(?:that|which) (?:were|was|went)|more|left)\b|\s*$)|(?(sure)(?=\s)|(?!)))"
    r"(?!\s+(?:\w+\s)?(?:m\b|met(?:re|er)s?|feet|foot|inch|degrees?|lengths?|times?|reps?|repetitions|years?|weeks?|days?|hours?|months?|visits?|sessions?|steps?|stairs?|laps?|pounds?|percent|per cent|kilos?|seconds?|points?|out of|of (?:ten|twelve|twenty)|o'clock|a\.?m|p\.?m|attempts?|trials?|sets?|lines?|cues?|nights?|people|children|children|cards?|pegs?|cones?|each)\b)",
    re.IGNORECASE,
)
"""A number in words that stands for minutes where the note spells its minutes."""
_SIXTIETHS = re.compile(
    r"(?<![\w./x×→>])(?<!x )(?<!MRC )(?<!MRC-SS )(?<!sum score )(?P<number>\d{1,2})/60\b(?!\s*(?:s\b|sec|reps?|%|od\b|bd\b|mm))"
)
"""Minutes as physiotherapists trained in Australia and Britain write them: "STM 8/60"."""
_LABELLED = re.compile(
    r"\b(?:min(?:ute)?s?|time)\"?\s*(?:[:=]|\|)\s*(?P<number>\d{1,3})\b(?!\s*[:/]\s*\d)", re.IGNORECASE
)
_HOURS = re.compile(
    rf"(?<![\w-])(?<!miles )(?<!mile )(?<!km )(?<!times )(?<!kilometres )(?<!kilometers )(?:{'|'.join(sorted(_PHRASES, key=len, reverse=True))})(?![\w-]|[ \t]+(?:ago|before|later|prior|earlier|after|each|every|per|a[ \t]+(?:day|night|week)|daily|nightly)\b)",
    re.IGNORECASE,
)
CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?:[ \t]*[ap]\.?[ \t]?m?\.?(?![a-z]|-[a-z]))?|(?:0\d|1\d|2[0-4])[0-5]\d(?:[ \t]?h(?:rs?)?\b)?|\d{1,2}[ \t]?[ap]\.?m\.?(?![a-z])"
CLOCK_RANGE = re.compile(
    rf"(?<![\d:/.])(?P<a>{CLOCK})\s*(?:-+>?|–|—|to|until|till|thru|through|→|>|/|and|,?\s*(?:time\s*)?out\s*:?)\s*(?P<b>{CLOCK}|[0-5]\d(?=\D|$)(?!\s*(?:min|%|ft|'|lb)))",
    re.IGNORECASE,
)
_MINUTE_SUM = re.compile(
    rf"(?<![\d.+/:])(?P<parts>\d{{1,2}}(?:[ \t]?\+[ \t]?\d{{1,2}})+)[ \t]?(?:{_UNIT})(?![ \t]*=)|(?<![\w.:/])(?P<a>\d{{1,2}}|{SPELLED})[ \t-]?minutes?[ \t]+plus[ \t]+(?P<b>\d{{1,2}}|{SPELLED})(?![\w-])",
    re.IGNORECASE,
)
""" "8+7 min", "four minutes plus five": told in parts that are one time."""
_OUT_OF = re.compile(
    rf"(?<![\w.:/])(?P<number>\d{{1,2}}|{SPELLED})[ \t]+of[ \t]+(?:the|our|his|her|my|a)[ \t]+(?:planned[ \t]+|scheduled[ \t]+|intended[ \t]+)?(?:\d{{1,3}}|{SPELLED})[ \t-]?(?:minutes?|mins?\b)",
    re.IGNORECASE,
)
""" "40 of the 55 minutes", "stopped at 7 of the planned 15 min": the first number is the part's."""
_DONE_OF = re.compile(
    rf"(?<![\w.:/])(?P<number>\d{{1,2}}|{SPELLED})(?:[ \t]*(?:minutes?|mins?\b))?[ \t]+(?:out[ \t]+)?of[ \t]+(?:\d{{1,3}}|{SPELLED})[ \t-]?(?:minutes?|mins?\b)"
    r"(?=[ \t]+(?:were[ \t]+|was[ \t]+)?(?:completed|tolerated|done|delivered|provided|used|given|treated|before)\b)",
    re.IGNORECASE,
)
""" "20 of 45 min completed"."""
_OF_THOSE = re.compile(
    rf"(?<![\w.:/])(?P<number>\d{{1,2}}|{SPELLED})[ \t]+of[ \t]+(?:those|these|the|them)[ \t]+(?:minutes|mins?\b)",
    re.IGNORECASE,
)
""" "... for 5 of those minutes, and the remaining 9 were"."""
_PART_OF_HOURS = re.compile(
    r"(?<![\w.:/-])(?P<hours>[0-3]?\.\d{1,2})[ \t-]?(?:hours?|hrs?|h)\b\.?(?![ \t]*(?:ago|later|before|after|prior|post|per|a day|daily|/))",
    re.IGNORECASE,
)
""" "0.5 h", ".25 hr"."""
_HOURS_AND = re.compile(
    r"(?<![\w.:/-])(?P<hours>[1-3])[ \t]?(?:hours?|hrs?|h)\b\.?[ \t]*(?:,|and|&|\+)?[ \t]*(?P<minutes>[0-5]?\d)[ \t]?(?:minutes?|mins?\b\.?|m\b|['’′])",
    re.IGNORECASE,
)
""" "2 hr 15 min", "1 hour and 5 minutes"."""
_DIGITS_ALONE = re.compile(
    r"\b(?:(?:occup(?:ied|ying)|took|taking|for|last(?:ed|ing)|spent|spending|us(?:ed|ing)|fill(?:ed|ing))[ \t]+another|took(?:[ \t]+(?:a[ \t]+further|up))?(?=[ \t]+\d{1,2}[.;])|spent(?=[ \t]+\d{1,2}[ \t]+on\b)|(?:the|in the|for the)[ \t]+(?:other|remaining|rest,|last|final|first|next|closing|opening)|(?:and|then)[ \t]+another(?=[ \t]+\d{1,2}[ \t]+(?:on|of|[a-z]+ing)\b))[ \t]+"
    r"(?P<number>\d{1,2})(?=[ \t]*(?:[.;,)\r\n]|$)|[ \t]+(?:to|was|were|went|split|divided|shared|the|we|I|she|he|pt|patient|client|in which|on|of|(?<=another \d\d )[a-z]+ing|(?<=another \d )[a-z]+ing)\b)",
    re.IGNORECASE,
)
"""A number in digits that stands for minutes where the note states minutes ("10 minutes went to ...; the remaining 20 to ...")."""
_FOR_SO_MANY = re.compile(
    rf"\bfor[ \t]+(?:\d{{1,2}}|{SPELLED})[ \t]+minutes?\b[^.\n]{{6,140}}?\bfor[ \t]+(?P<number>\d{{1,2}})(?=[.;])",
    re.IGNORECASE,
)
""" "Heat for 8 minutes, then massage for 7." """
_FINISHED_FOR = re.compile(
    r"\b(?:finished|ended|closed|followed|then)\b[^.;\n]{0,60}?\bfor[ \t]+(?P<number>\d{1,2})(?=\.(?:\s|\Z))",
    re.IGNORECASE,
)
""" "... pulleys, 17 min. Finished with an ice pack for 10." """
_NEXT = re.compile(
    r"(?:^|(?<=[.;] )|(?<=\n))(?:next|last|first|final|another)[ \t]+(?P<number>\d{1,2})(?=,|[ \t]+(?:on|was|were|went|for)\b)",
    re.IGNORECASE,
)
""" "First 15 min, 97129: ... Next 15, 97130: ..."."""
_AND_ON = re.compile(
    r"\b(?:and|then|plus)[ \t]+(?:another[ \t]+)?(?P<number>\d{1,2})(?=[ \t]+(?:more[ \t]+)?on[ \t]+[a-z])",
    re.IGNORECASE,
)
""" "I spent 20 minutes on making tea and 10 on one-handed shirts"."""
_STAYED = re.compile(
    rf"\b(?:at|from)[ \t]+(?P<a>{CLOCK})\b[^.;:\n\d]{{1,48}}?\b(?:until|till|left[ \t]+at)[ \t]+(?P<b>{CLOCK})",
    re.IGNORECASE,
)
""" "Met him at 7:05 and stayed with him until 7:50"."""
_DIGIT, _TEENS = "|".join(list(_ONES)[1:10]), "|".join(list(_ONES)[10:])
_HOUR = rf"(?:(?:oh|zero)[ -])?(?:{_DIGIT}|{_TEENS})"
_PAST = rf"(?:hundred(?:[ ]hours)?|o['’]?clock|oh[ -](?:{_DIGIT})|(?:{'|'.join(t for t, n in _TENS.items() if n < 60)})(?:[ -](?:{_DIGIT}))?|{_TEENS})"
_SPOKEN_IN_OUT = re.compile(
    rf"\b(?:in|began|started|arrived|start(?:[ ]time)?|from)[ \t]*[,:]?[ \t]*(?:the[ \t]+(?:home|house|room|clinic|gym)[ \t]+)?(?:at[ \t]+)?(?P<ah>{_HOUR})[ -](?P<am>{_PAST})"
    rf"[ \t]*[,;.]?[ \t]*(?:and[ \t]+)?(?:time[ \t]+)?(?:out|to|until|till|ended|end|left|finished|stopped|done)[ \t]*[,:]?[ \t]*(?:at[ \t]+)?(?P<bh>{_HOUR})[ -](?P<bm>{_PAST})(?![\w-])",
    re.IGNORECASE,
)
""" "Time in eleven twenty, time out twelve oh five": the clock as it is dictated."""
_SPOKEN_OUT_LAST = re.compile(
    rf"(?<![\w-])(?P<ah>{_HOUR})[ -](?P<am>{_PAST})[ \t]+in\b[ \t]*[,;.]?[ \t]*(?:and[ \t]+)?(?P<bh>{_HOUR})[ -](?P<bm>{_PAST})[ \t]+out\b",
    re.IGNORECASE,
)
""" "Nine forty in, ten thirty five out"."""
_SPOKEN_RANGE = re.compile(
    rf"(?<![\w-])(?P<ah>{_HOUR})[ -](?P<am>{_PAST})[ \t]+(?:to|until|till|through)[ \t]+(?P<bh>{_HOUR})[ -](?P<bm>{_PAST})(?![\w-])",
    re.IGNORECASE,
)
""" "Nine o'clock to nine twenty was strengthening": a part of the visit."""
_SHORT_CLOCK = rf"(?:{CLOCK}|[1-9][0-5]\d(?![\d%]|\.\d))"
_IN_OUT = re.compile(
    rf"\b(?:time\s*in|in|start(?:ed|\s*time)?|began|begin|arr(?:ived)?|connected|logged\s*in|joined)\b\s*[:=|]?\s*(?:at\s*)?(?P<a>{_SHORT_CLOCK})\W{{0,6}}(?:session\s*)?(?:time\s*out|out|end(?:ed|\s*time)?|stop(?:ped|\s*time)?|finish(?:ed)?|left|disconnected|logged\s*out|logged\s*off)\b\s*[:=|]?\s*(?:at\s*)?(?P<b>{_SHORT_CLOCK})",
    re.IGNORECASE,
)
_OUT_LAST = re.compile(
    rf"(?<![\d:/.])(?P<a>{_SHORT_CLOCK})[ \t]*in\b[ \t]*[,;/.|–-]?[ \t]*(?P<b>{_SHORT_CLOCK})[ \t]*out\b", re.IGNORECASE
)
""" "940 in, 1035 out"."""
_SHORT_RANGE = re.compile(
    r"(?<![\w.:/#$×-])(?P<a>[1-9][0-5]\d)[ \t]?[-–][ \t]?(?P<b>[1-9][0-5]\d|1[0-2][0-5]\d)(?![\w:/%-]|\.\d|[ \t]*(?:ft|feet|m\b|met|lbs?|w\b|watts?|steps|ml|mg|bpm|°|deg))"
)
""" "915-930 tendon glides": hours without a nought before them; they are known by others that follow on in the note, or by the
word before them."""
_OPENS_A_LINE = re.compile(r"(?:\A|\n)[ \t•*–-]*\Z")
_TIME_OF_VISIT = re.compile(
    r"\b(?:time|seen|visit|session|tx|treatment|treated|therapy|from|am|pm|earlier|morning|afternoon)[ \t:]*\Z",
    re.IGNORECASE,
)
_PUT_RIGHT = re.compile(
    rf"(?<![\w.:/])(?:\d{{1,3}}|{SPELLED})[ \t-]?{_UNIT}[,.]?[ \t]+(?:correction|scratch that|strike that|no make that|make that|I mean|rather)[ \t]*[,:]?[ \t]*(?=(?:\d{{1,3}}|{SPELLED})[ \t-]?{_UNIT})",
    re.IGNORECASE,
)
""" "Eight minutes correction ten minutes": what the one who dictates takes back."""
_CLOCK_WITH_POINTS = re.compile(
    r"(?<![\d.:])(?P<a>(?:0?[7-9]|1\d)\.[0-5][05])[ \t]*(?:to|until|till|-|–)[ \t]*(?P<b>(?:0?[7-9]|1\d)\.[0-5][05])(?![\d.%]|[ \t]*(?:cm|mm|m/s|m\b|kg|lb|s\b|sec|in\b|l\b|mg|w/))",
    re.IGNORECASE,
)
""" "Thursday, 10.00 to 11.00": the clock as it is written in Britain."""
_FROM_THE_HOUR = re.compile(
    r"(?<![\w.:/x×-])(?P<a>1[0-2]|[1-9])[ \t]?(?:-|–|to|till|until)[ \t]?(?P<b>(?:1[0-2]|[1-9]):[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
""" "9-9:35": from the full hour on."""
_BEGUN_AND_STOPPED = re.compile(
    rf"(?m)^[ \t•*–-]*(?:[A-Za-z0-9]{{1,2}}[.)][ \t]*)?(?:(?:start(?:ed)?|beg[ai]n|from)[ \t]*:?[ \t]*)?(?P<a>{CLOCK})[ \t]+(?![-–—>→/]|to\b|until\b)(?=[^\n]*[A-Za-z]{{3}})[^\n]*?[ \t]"
    rf"(?:(?P<b>{CLOCK})[ \t]*(?:stop(?:ped)?|end(?:ed)?|done|out|off|finish(?:ed)?)[ \t.]*$|(?P<told>(?:stop(?:ped)?|end(?:ed)?|until|till|to|finish(?:ed)?|(?:[-–—]+>?|→)(?=[ \t]))[ \t]*:?[ \t]*(?:at[ \t]+)?(?P<until>{CLOCK}))(?=[ \t]*(?:[.,;]|$)))",
    re.IGNORECASE,
)
""" "1400 neural sliders, cervical traction 1413 stop", "Start 14:02 rolling stop 14:15": a line begun and ended with the clock."""


_CLOCK_COLUMNS = re.compile(
    rf"(?m)^[ \t|]*(?P<a>{CLOCK})(?:[ \t]+|[ \t]*\|[ \t]*)(?P<b>{CLOCK})(?=[ \t|])", re.IGNORECASE
)
""" "0830   0845   97530   ...": a table whose lines open with start and stop; one such line alone is none."""


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A length of time named in a text. minutes: whole minutes. clock: (start, end) in minutes after midnight, or None.

    in_out: written as "time in ... out ...", so that it is the visit's.
    """

    start: int
    end: int
    minutes: int
    clock: tuple[int, int] | None = None
    in_out: bool = False


def spelled(words: str) -> int | None:
    """The number a word or two name ("twenty-five" -> 25), or None."""
    total = 0
    for word in re.split(r"[- ]+", words.lower()):
        value = _ONES.get(word, _TENS.get(word))
        if value is None:
            return None
        total += value
    return total


def _value(number: str) -> int:
    """A number in digits or words; 0 where it is none."""
    return int(number) if number.isdigit() else spelled(number) or 0


def _on_the_clock(hour: str, past: str) -> str:
    """ "eleven", "oh five" -> "11:05"."""
    hours = _value(re.sub(r"^(?:oh|zero)[ -]", "", hour.lower()))
    minutes = _value(re.sub(r"^oh[ -]", "", past.lower()))
    return f"{hours}:{minutes:02}"


def _time_of_day(text: str) -> tuple[int, str] | None:
    match = re.match(r"(\d{1,2}):(\d\d)|(\d{1,2})(\d{2})|(\d{1,2})", text)
    if not match:
        return None
    hour, minute = (int(match[1] or match[3] or match[5]), int(match[2] or match[4] or 0))
    suffix = re.search(r"([ap])\.?\s?m?\.?\s*$", text.strip(), re.IGNORECASE)
    half = suffix[1].lower() if suffix else ""
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return hour * 60 + minute, half


def clock_span(first: str, second: str) -> tuple[int, int] | None:
    """(start, end) in minutes after midnight of two clock times, or None where they make no visit (over 4 hours)."""
    a = _time_of_day(first)
    if a is None:
        return None
    if re.fullmatch(r"[0-5]\d", second):  # "9:05-20": the hour is the first one's
        b: tuple[int, str] | None = (a[0] // 60 * 60 + int(second), "")
    else:
        b = _time_of_day(second)
    if b is None:
        return None
    start, end = a[0], b[0]
    if b[1] == "p" and not a[1] and start < end - 12 * 60 + 1:
        start += 12 * 60
    if end <= start and not b[1]:
        end += 12 * 60 if end + 12 * 60 > start else 0  # 11:50-12:20 is no trouble, 12:50-1:20 is
    return (start, end) if 0 < end - start <= 240 else None


_WALKED = re.compile(
    r"\b(?:amb|ambulat\w+|gait|walk\w*|mob(?:s|bed|ili[sz]\w*|ility)?|jog\w*|shuttles?|hallway|corridor|propel\w*|\d{1,2}MWT)\b[^;.\n]{0,90}$",
    re.IGNORECASE,
)
_NEAR = 110
_LONGEST_WALK = 60
"""No walk of a visit takes longer: "amb with FWW 85'" is feet."""


def _a_distance(text: str, match: re.Match[str]) -> bool:
    """Whether "40'" or "30 m" after walking is most likely feet or metres: the note measures nothing else so."""
    if not _WALKED.search(text, max(0, match.start() - _NEAR), match.start()):
        return False
    number = int(match["number"]) if match["number"].isdigit() else 0
    often = _SO_OFTEN.match(text, match.end()) or _LAPS.search(text, max(0, match.start() - 16), match.start())
    if match["unit"] != "m" and (number > _LONGEST_WALK or often):
        return True  # "hallway with walker, 70' x2", "4 laps of 50'"
    others = (m for m in _numbers_of_minutes(text) if m["unit"] == match["unit"] and not m["upto"])
    return all(_WALKED.search(text, max(0, m.start() - _NEAR), m.start()) for m in others)


_TIMED_THEN = re.compile(r"[ \t]+\d{1,3}[ \t]?min", re.IGNORECASE)
""" "RW, cues for weight acceptance 35' 13 min": what is timed right behind it is feet."""
_SO_OFTEN = re.compile(r"[ \t]*[x×][ \t]?\d", re.IGNORECASE)
_LAPS = re.compile(r"\b(?:laps?|lengths?|trips?|passes|walks?)[ \t]+(?:of|x|×|@)[ \t]*\Z", re.IGNORECASE)
_BOUTS = re.compile(
    r"(?<![\w.])\d{1,2}[ \t]*(?:[x×]|(?:bouts?|sets|rounds|trials|goes|intervals)[ \t]+(?:of|x))[ \t]*\Z", re.IGNORECASE
)
""" "3 x 3 min", "3 bouts of 4 min": bouts, of which the note does not say how long they were in all."""
_BOUTS_AFTER = re.compile(
    r"[ \t]*[x×][ \t]?[2-9](?![\d/.]|[ \t]*(?:/|per|a day|daily|units?|u\b|wk|week|min))", re.IGNORECASE
)
""" "3 min x2": the same."""


_NUMBERED_BEFORE = re.compile(
    r"(?:[x×]|\b(?:visit|session|tx|treatment|week|wk|day|phase|level|lvl|stage)|#)\s?\Z"
    r"|\b[CTLS]\d{1,2}[ \t]?[-–/][ \t]?\Z",
    re.IGNORECASE,
)
"""Before a number that is no minute, though one follows behind a dash: "visit 5 - 45 min", "SNAG C1-2 - 11'"."""
_BOUND = re.compile(
    r"(?:[<≤≥]|(?<![-=>])(?<!\n)(?<!\A)>|\b(?:less|more|longer) than|\bwithin|\d[ \t]?[a-z]*[ \t]+or|\bCMS)[ \t]*\Z",
    re.IGNORECASE,
)
"""Before a length of time: what lasts "< 10 min" or "within 5 min" is a finding, no time of the visit; "CMS 8-min" is a rule."""


_NO_TIME_AFTER = re.compile(
    r"[ -]rule\b|(?<=(?<!\d)[26][ -]minute)[ -]walk\b|[ \t]+holds?\b|(?<=-minute)[ -](?:sit|stand|break|pause|rest)\b|(?<=-min)[ -](?:sit|stand|break|pause|rest)\b"
    r"|[ \t]+per[ \t]+(?:load|lap|set|rep|trial|round|carry|bout|transfer)\b",
    re.IGNORECASE,
)
""" "The 8-minute rule", "6-minute walk", a test, "1 min holds", "a two-minute sit between", "6 min per load": no time of the
visit."""


class _Taken:
    """Which characters of a text have been understood already."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length)

    def free(self, start: int, end: int) -> bool:
        """Whether none between two offsets has."""
        return self._marks.find(1, start, end) < 0

    def add(self, start: int, end: int) -> None:
        """From now on those between two offsets have."""
        self._marks[start:end] = b"\1" * (end - start)

    def take(self, start: int, end: int) -> bool:
        """Whether none between two offsets had; from now on they have."""
        free = self.free(start, end)
        if free:
            self.add(start, end)
        return free


def times_in(text: str) -> Iterator[TimeMention]:
    """Every length of time in minutes that a text names, in order of start; clock ranges count as lengths.

    Seconds, holds ("10x10s"), feet, repetitions and dates are none. A range ("10-12 min") gives nothing: it is no
    stated minute. Source: the minutes decisions of the annotation guide.
    """
    taken = _Taken(len(text))
    for match in _PUT_RIGHT.finditer(text):
        taken.add(*match.span())
    found = [*_by_the_clock(text, taken), *_in_parts(text, taken), *_with_their_unit(text, taken)]
    found += _without_a_unit(text, taken, some=bool(found))
    yield from sorted((t for t in found if t.minutes), key=lambda t: t.start)  # "Minutes: 0" is no time


@lru_cache(maxsize=4)
def _numbers_of_minutes(text: str) -> tuple[re.Match[str], ...]:
    """What `MINUTES` finds; a note is asked several times in a row."""
    return tuple(MINUTES.finditer(text))


def _by_the_clock(text: str, taken: _Taken) -> Iterator[TimeMention]:
    """Times between two clock times."""
    for pattern in (_IN_OUT, _OUT_LAST, CLOCK_RANGE, _STAYED):
        for match in pattern.finditer(text):
            span = clock_span(match["a"], match["b"])
            if span and taken.take(*match.span()):
                yield TimeMention(match.start(), match.end(), span[1] - span[0], span, pattern in (_IN_OUT, _OUT_LAST))
    yield from _short_ranges(text, taken)
    for match in [*_CLOCK_WITH_POINTS.finditer(text), *_FROM_THE_HOUR.finditer(text)]:
        begun, ended = match["a"].replace(".", ":"), match["b"].replace(".", ":")
        span = clock_span(begun if ":" in begun else f"{begun}:00", ended)
        if span and 4 < span[1] - span[0] <= 120 and taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), span[1] - span[0], span)
    for match in _BEGUN_AND_STOPPED.finditer(text):
        told = "b" if match["b"] else "told"
        span = clock_span(match["a"], match["b"] or match["until"])
        others = re.search(CLOCK, text[match.end("a") : match.start(told)])  # each part of the line has its own
        if span and not others and taken.free(*match.span("a")) and taken.free(*match.span(told)):
            taken.add(*match.span("a"))
            taken.add(match.start(told), match.end())
            yield TimeMention(match.start(told), match.end(), span[1] - span[0], span)
    columns = list(_CLOCK_COLUMNS.finditer(text))
    for match in columns if len(columns) > 1 else ():
        span = clock_span(match["a"], match["b"])
        if span and span[1] - span[0] <= 120 and taken.take(match.start("a"), match.end("b")):
            yield TimeMention(match.start("a"), match.end("b"), span[1] - span[0], span)
    for pattern in (_SPOKEN_IN_OUT, _SPOKEN_OUT_LAST, _SPOKEN_RANGE):
        for match in pattern.finditer(text):
            span = clock_span(_on_the_clock(match["ah"], match["am"]), _on_the_clock(match["bh"], match["bm"]))
            if span and taken.take(*match.span()):
                yield TimeMention(match.start(), match.end(), span[1] - span[0], span, pattern is not _SPOKEN_RANGE)


def _short_ranges(text: str, taken: _Taken) -> Iterator[TimeMention]:
    """What `_SHORT_RANGE` finds, where the note's ranges follow one another: one takes up where another ends, or each opens a
    line; or where the words before each say that it is the visit's or a session's."""
    found = [(m, clock_span(m["a"], m["b"])) for m in _SHORT_RANGE.finditer(text)]
    ranges = [(m.start(), span) for m, span in found if span and 4 < span[1] - span[0] <= 90]
    if not ranges or len(ranges) < len(found):
        return
    others = ((m.start(), clock_span(m["a"], m["b"])) for m in CLOCK_RANGE.finditer(text))
    every = [span for _, span in sorted([*ranges, *((at, span) for at, span in others if span)])]
    pairs = list(itertools.pairwise(every))
    ordered = bool(pairs) and all(a[0] < b[0] and a[1] - 10 <= b[0] for a, b in pairs)
    joined = any(a[1] == b[0] for a, b in pairs) or all(
        _OPENS_A_LINE.search(text, max(0, at - 12), at) for at, _ in ranges
    )
    told = all(_TIME_OF_VISIT.search(text, max(0, at - 20), at) for at, _ in ranges)
    if told or (ordered and joined):
        for m, span in found:
            if span and taken.take(*m.span()):
                yield TimeMention(m.start(), m.end(), span[1] - span[0], span)


def _in_parts(text: str, taken: _Taken) -> Iterator[TimeMention]:
    """Hours and parts of them, sums, parts of a longer time."""
    low = text.lower()  # a sign that each of these needs is looked for first: most notes have none
    for match in _HOURS.finditer(text) if "hour" in low else ():
        if taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), _PHRASES[match[0].lower()])
    for match in _HOURS_AND.finditer(text):
        if taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), 60 * int(match["hours"]) + int(match["minutes"]))
    for match in _MINUTE_SUM.finditer(text) if "+" in low or "plus" in low else ():
        parts = [int(n) for n in re.findall(r"\d+", match["parts"] or "")] or [_value(match["a"]), _value(match["b"])]
        if 2 < sum(parts) <= 120 and taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), sum(parts))
    for match in (
        [*_OUT_OF.finditer(text), *_OF_THOSE.finditer(text), *_DONE_OF.finditer(text)]
        if " of" in low or "\tof" in low
        else ()
    ):
        if (value := _value(match["number"])) and taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), value)
    for match in _PART_OF_HOURS.finditer(text):
        if taken.take(*match.span()):
            yield TimeMention(match.start(), match.end(), round(60 * float(match["hours"])))


_APART = re.compile(r"\d[ \t]+(?:-|–)[ \t]+\d")


def _with_their_unit(text: str, taken: _Taken) -> Iterator[TimeMention]:
    """Numbers with a word or sign for minutes behind them."""
    for match in _numbers_of_minutes(text):
        if not taken.free(*match.span()):
            continue
        if match["upto"]:
            falls = match["number"].isdigit() and int(match["upto"]) < int(match["number"])
            # "self-corrected 1 - 16 min": nobody treats for one to sixteen minutes
            leaps = match["number"] in ("1", "2") and int(match["upto"]) > 8 and _APART.search(match[0])
            if falls or leaps or _NUMBERED_BEFORE.search(text, max(0, match.start() - 10), match.start()):
                # "SLR x10 - 22 min", "Visit 5 - 45 min", "metronome 88 - 8'"
                taken.add(*match.span())
                yield TimeMention(match.start("upto"), match.end(), int(match["upto"]))
            continue
        if match["unit"] in "'’′´m" and (_a_distance(text, match) or _TIMED_THEN.match(text, match.end())):
            continue
        if "\n" in match[0] and _LABELLED.match(text, match.start("unit")):
            continue  # "... knee flexion 8 / min: 51": the label of the next line
        if _NO_TIME_AFTER.match(text, match.end()) and text[match.end() - 1] != ".":
            taken.add(*match.span())
            continue
        if (
            _BOUND.search(text, max(0, match.start() - 14), match.start())
            or _BOUTS.search(text, max(0, match.start() - 20), match.start())
            or _BOUTS_AFTER.match(text, match.end())
        ):
            taken.add(*match.span())
            continue
        value = spelled(match["number"]) if not match["number"][0].isdigit() else round(float(match["number"]))
        if match["unit"] in "'’′´m" and (value is None or value > 90):
            continue  # 150' is feet, 180 m metres
        if value is not None and value <= 480:
            taken.add(*match.span())
            yield TimeMention(match.start(), match.end(), value)


def _without_a_unit(text: str, taken: _Taken, *, some: bool) -> Iterator[TimeMention]:
    """Numbers that stand for minutes without saying so. some: whether the text states times in other ways."""
    if any(match["number"][0].isalpha() for match in _numbers_of_minutes(text)):
        for match in _SPELLED_ALONE.finditer(text):  # "... twelve minutes. Then stepping up for fifteen."
            if _value(match["number"]) > 4 and taken.take(*match.span("number")):
                yield TimeMention(*match.span("number"), _value(match["number"]))
    for match in (
        [
            *_DIGITS_ALONE.finditer(text),
            *_AND_ON.finditer(text),
            *_NEXT.finditer(text),
            *_FOR_SO_MANY.finditer(text),
            *_FINISHED_FOR.finditer(text),
        ]
        if some
        else ()
    ):
        if int(match["number"]) > 4 and taken.take(*match.span("number")):
            yield TimeMention(*match.span("number"), int(match["number"]))
    for match in [*_LABELLED.finditer(text), *_SIXTIETHS.finditer(text)]:
        if int(match["number"]) <= 300 and taken.take(*match.span()):
            yield TimeMention(*match.span(), int(match["number"]))
