"""Minutes written beside codes and headings' words: charge lines and summary lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp_coder.extract.charge_lines import charge_lines, units_first
from nlp_coder.extract.heading_words import CODE, block_code, block_words
from nlp_coder.extract.layout import Line
from nlp_coder.extract.numbers import clock_span
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.summaries import Pair, summaries, sums_up
from nlp_coder.extract.times.items import closes_its_items, ends_a_list, given_beside
from nlp_coder.extract.times.lines import only
from nlp_coder.extract.times.use import SHORTEST, Placed, TimeUse, performed_in
from nlp_coder.extract.times.words import term_pattern, terms_told
from nlp_coder.note import FIRST_UNIT, UNIT

_CHARGE = re.compile(
    rf"(?P<code>{CODE})[)\"]?[ \t]*(?:x[ \t]*\d[ \t]*(?:(?:units?|u\b)?[ \t]*[=(,:|-]|(?<=[ \t]))[ \t]*(?=\d{{1,3}}[ \t]*(?:m|'|′|’)))?(?:\([^()\n]{{0,30}}?\)[ \t]*|[A-Za-z][A-Za-z /-]{{1,26}}[ \t]*)?(?:[:=@–—-]|x|\(|,|\||\.{{2,}}|…)?[ \t]*(?:(?P<u>\d)\s*(?:units?|u\b|un\b)[ \t]*[,/(:=–-]*[ \t]*)?(?:x[ \t]*)?\(?(?P<m>\d{{1,3}})[ \t]*(?P<unit>minutes|minute|mins|min|m\b|'|′|’)?(?![\d:/-])(?!\s*(?:units?|u\b|ft|reps|sets))",
    re.IGNORECASE,
)

GAIT = "97116"
_DONE_SO_OFTEN = re.compile(
    r"x?fers?\b|transfers?|bed mob|gait|amb|balance|stretch|strength|rom\b|coord|fine|stairs", re.IGNORECASE
)
"""Headings' words that are activities as well: "transfers x4" are repetitions, "TE x18" minutes."""
_ANOTHERS = re.compile(r",|\b(?:and|then|plus|with)\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"[ \t]*of[ \t]+[A-Za-z]", re.IGNORECASE)
""" "therapeutic exercise (97110) and 9 minutes of manual therapy": the minutes of what follows, not of the code before."""


def pairs_on(reading: Reading, start: int, end: int) -> int:
    """How many "code number" or "heading number" pairs a line holds."""
    body = reading.text[start:end]
    return len(_CHARGE.findall(body)) + len(term_pattern().findall(body))


_CHARGE_ALONE = re.compile(
    rf"\s*(?:CPT[ \t]*)?\(?{CODE}\)?(?:[ \t]*x[ \t]*\d[ \t]*(?:units?|u)?)?[ \t]*[,:;–-]?[ \t]*\(?\d{{1,3}}[ \t]*(?:minutes|mins?\.?|['’′])\)?"
    r"(?:[ \t]*[,;/(–-]?[ \t]*\d[ \t]*(?:units?|u)\)?)?(?:[ \t,]*(?:total|direct|one[- ](?:to|on)[- ]one|1:1|face[- ]to[- ]face))?[ \t]*\.?\s*",
    re.IGNORECASE,
)
"""A sentence that only charges: "97535, 42 min, 3 units." """


def _sentence_on(reading: Reading, line: Line, offset: int) -> tuple[int, int]:
    start, end = part(reading.cuts.sentences, offset, len(reading.text))
    return max(start, line.start), min(end, line.end)


def names_work(reading: Reading, activities: Sequence[Placed], start: int, end: int) -> bool:
    """Whether performed activities stand between two offsets that are more than codes."""
    mine = performed_in(activities, start, end)
    return any(not re.fullmatch(CODE, reading.text[activities[i].start : activities[i].end]) for i in mine)


def charge_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Minutes written beside codes in a billing section or a charge line ("97110 x17, 97530 x14", "97110: 25 min")."""
    out = []
    layout = reading.layout
    for m in _CHARGE.finditer(reading.text):
        if _ANOTHERS.search(m[0]) and _OF_ANOTHER.match(reading.text, m.end()):
            continue
        section = layout.section_at(m.start())
        line = layout.line_at(m.start())
        body = reading.text[line.start : line.end]
        in_billing = section is not None and section.name == "billing"
        several = len(re.findall(CODE, body)) >= 2
        block = layout.heading_at(m.start())
        heading = (
            block is not None
            and block.end > block.content + 3
            and names_work(reading, activities, block.content, block.end)
        )
        bare = not performed_in(activities, line.start, line.end) and pairs_on(reading, line.start, line.end) >= 2
        stacked = only(body, m.start() - line.start, m.end() - line.start) and _charge_beside(reading, line)
        lonely = (
            only(body, m.start() - line.start, m.end() - line.start)
            and int(m["m"]) >= 8
            and any(a.performed and a.code == m["code"].upper() for a in activities)
            and not any(
                abs(t.minutes - UNIT * int(m["m"])) < FIRST_UNIT for t in reading.times
            )  # "97750 x 12" for 180 min
        )  # "97112 - 15" on a line of its own
        by_itself = lonely or (
            m["unit"] is not None and _CHARGE_ALONE.fullmatch(reading.text, *_sentence_on(reading, line, m.start()))
        )
        if not in_billing and not bare and not stacked and not by_itself and (heading or not several):
            continue
        if (
            not in_billing
            and not m["unit"]
            and int(m["m"]) < 8
            and not (bare and pairs_on(reading, line.start, line.end) > 2)
        ):
            continue
        if not m["unit"] and int(m["m"]) < 5:
            continue  # "97110 x 2": units
        if re.search(rf"{CODE}[ \t]*\+[ \t]*$", body[: m.start() - line.start], re.IGNORECASE):
            out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "total"))  # "97116 + 97112 = 54'"
            continue
        out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "code", (), m["code"].upper()))
    return out


_SHORT_CHARGE = re.compile(
    r"(?<![\d.:/])(\d{3})[ \t]*[:=x–-]?[ \t]*(\d{1,2})(?![\d:.%]|/\d)[ \t]*(?:minutes|mins?\.?|m\b|['’′])?",
    re.IGNORECASE,
)


def short_charge_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "min: 530 15 / 110 8 / 535 8": codes without their first two digits, where a line has at least two of codes that
    were performed."""
    performed = {a.code for a in activities if a.performed}
    out = []
    for line in reading.layout.lines:
        pairs = [
            m for m in _SHORT_CHARGE.finditer(reading.text, line.start, line.end)
            if f"97{m[1]}" in performed and SHORTEST < int(m[2]) <= 90
        ]  # fmt: skip
        if len(pairs) >= 2:
            out += [TimeUse(m.start(2), m.end(), int(m[2]), "code", (), f"97{m[1]}") for m in pairs]
    return out


def charge_line_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """The minutes of charge lines: of the item named there alone, else of what was told elsewhere under their code."""
    out = []
    for line in (*units_first(reading), *charge_lines(reading)):
        mine = performed_in(activities, line.start, line.end)
        end = line.at + len(str(line.minutes))
        if line.minutes:
            role = "code" if not mine else "activity" if len(mine) == 1 else "shared"
            out.append(TimeUse(line.at, end, line.minutes, role, mine, line.code))
    return out


def _charge_beside(reading: Reading, line: Line) -> bool:
    """Whether the line above or below is a charge too: a list of charges, no headings with what was done under them."""
    charges = ((o, _CHARGE.search(reading.text, o.start, o.end)) for o in _lines_beside(reading, line))
    return any(m and _all_of(reading, o, m) for o, m in charges)


def _told_beside(reading: Reading, activities: Sequence[Placed], line: Line) -> bool:
    """Whether the line above or below is a heading's word with its minutes, too, and no item: a tally, one service a line."""
    return any(
        _all_of(reading, o, m) and not performed_in(activities, o.start, o.end)
        for o in _lines_beside(reading, line) for m in terms_told(reading) if o.start <= m.start() < o.end
    )  # fmt: skip


def _lines_beside(reading: Reading, line: Line) -> list[Line]:
    """The lines above and below a line."""
    lines = reading.layout.lines
    place = lines.index(line)
    return [lines[k] for k in (place - 1, place + 1) if 0 <= k < len(lines)]


def _all_of(reading: Reading, line: Line, m: re.Match[str]) -> bool:
    """Whether a line says hardly more than what was found on it."""
    return only(reading.text[line.start : line.end], m.start() - line.start, m.end() - line.start)


_NUMBERED_LINE = re.compile(r"(?m)^[ \t]*(?P<word>[^\s\d][^\d\n]*?)[ \t]*(?P<n>\d{1,3})\b(?:[ \t]*[.:)–-]|[ \t]{2})")


def _numbers_a_line(reading: Reading, word: str, number: str, own: Line) -> bool:
    """Whether another line than its own is numbered with a word and a number ("ex 5 .... unpacking")."""
    if "numbered lines" not in reading.kept:  # asked for every heading's word of a note in turn
        known: dict[tuple[str, str], list[int]] = {}
        for m in _NUMBERED_LINE.finditer(reading.text):
            known.setdefault((m["word"], m["n"]), []).append(m.start())
        reading.kept["numbered lines"] = known
    places = reading.kept["numbered lines"].get((word, number), ())
    return any(not own.start <= at < own.end for at in places)


def term_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """Summary lines in headings' own words ("TE 15 TA 15 GAIT 8", "MT 8:15-8:32, TE 8:32-8:45") and "(NMR 12)" after a list."""
    out: list[TimeUse] = []
    text, layout = reading.text, reading.layout
    named_on = {layout.line_at(m.start()).start for m in terms_told(reading)}
    for line in layout.lines:
        if line.start not in named_on:
            continue
        body = text[line.start : line.end]
        found = list(term_pattern().finditer(body))
        out += _led_by_terms(reading, activities, line, found)
        heads = {b.start for b in layout.blocks if line.start <= b.start < line.end and b.end > b.content + 2}
        last = line.start
        summary = len(found) >= 2 and not any(
            line.start + m.end() <= a.start < (line.start + n.start() if n else _sentence_on(reading, line, line.start + m.start())[1])
            for m, n in zip(found, [*found[1:], None], strict=True) for a in activities if line.start <= a.start < line.end and text[line.start + m.end() : a.start].strip(" ,;:-–—")
        )  # fmt: skip
        bare = not performed_in(activities, line.start, line.end) and pairs_on(reading, line.start, line.end) >= 2
        for m in found:
            start = line.start + m.start()
            clock = clock_span(m["a"], m["b"]) if m["a"] else None
            if m["a"] and not clock:
                continue
            value = clock[1] - clock[0] if clock else int(m["m"])
            if not 2 < value <= 240:
                continue
            code = block_code(m["term"])
            if code == GAIT and m["unit"] == "m":
                continue  # "hallway ambulation 80 m": metres
            if m["unit"] and m["unit"] in "'’′" and value > 90:
                continue  # "for gait 220'": feet
            named = [
                i
                for i, a in enumerate(activities)
                if a.performed
                and a.start < start + len(m["term"])
                and start < a.end
                and a.end <= start + len(m["term"]) + 3
            ]
            if named and ends_a_list(
                text, activities, named[0], line.start + (found[found.index(m) - 1].end() if found.index(m) else 0)
            ):
                continue
            if m["m"] and _numbers_a_line(reading, m["term"], m["m"], line):
                continue  # "stairs 6 min (ex 5 only)": the line that it numbers
            so_often = not m["unit"] and not clock and re.search(r"x[ \t]*\Z", body[: m.start("m")], re.IGNORECASE)
            if named and so_often and _DONE_SO_OFTEN.match(m["term"]):
                continue  # "transfers x4": repetitions
            if named and not heads and (len(found) >= 2 or m["unit"]):
                at = line.start + (m.start("a") if clock else m.start("m"))
                after = [
                    i for i, a in enumerate(activities) if a.performed and line.start + m.end() <= a.start < line.end
                ]
                named += given_beside(text, activities, named[-1], after, line.start + m.end())
                role = "activity" if len(named) == 1 else "shared"
                out.append(TimeUse(at, line.start + m.end(), value, role, tuple(named), None, clock))
                continue
            at = m.start("a") if clock else m.start("m")
            bracket = (
                re.search(r"\([^()]*$", body[: m.start()]) is not None
                and re.match(r"[^()]{0,12}\)", body[m.end() :]) is not None
            )
            if bracket and not any(
                h <= start < h + 90 for h in heads if text[h:start].count("(") == 1 and ":" not in text[h:start]
            ):
                mine = performed_in(activities, last, start)
                if mine:
                    out.append(TimeUse(line.start + at, line.start + m.end(), value, "shared", mine, code, clock))
                    last = start
                    continue
            k = found.index(m)
            beside = [
                n for n in (found[k - 1] if k else None, found[k + 1] if k + 1 < len(found) else None)
                if n and re.fullmatch(r"(?:[ \t]*incl(?:\.|uding|udes)?[ \t]+\w+)?[ \t,;/&+.|–-]*", body[min(n.end(), m.end()) : max(n.start(), m.start())])
            ]  # fmt: skip
            closing = not body[m.end() :].strip(" \t.") or re.match(
                r"[ \t]*(?:\.|(?:incl|for all)\b)", body[m.end() :], re.IGNORECASE
            )
            if not clock and only(body, m.start(), m.end()) and closes_its_items(reading, activities, line, code):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code))
                continue
            if not clock and only(body, m.start(), m.end()) and _told_beside(reading, activities, line):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code))
                continue
            said = "=" in m[0] or re.match(r"[ \t]*(?:incl|for all)\b", body[m.end() :], re.IGNORECASE)
            if not m["unit"] and not clock and (beside or (said and closing)):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code, clock))
                continue  # "TE 11 NMR 16." and "NMR = 31." behind the items they sum up
            summed = (
                "total" in m[0].lower() or re.search(r"\btime (?:for|in|on)\s*$", body[: m.start()], re.IGNORECASE)
            ) and not performed_in(activities, line.start, line.end)
            section = layout.section_at(start)
            billing = section is not None and section.name == "billing" and len(found) >= 2
            told = _SAYS_HOW_LONG.search(body, m.start(), m.start("m")) and any(
                a.performed and a.code == code for a in activities
            )
            if bare or summed or billing or told or (summary and not heads and (m["unit"] or clock or len(found) >= 2)):
                out.append(TimeUse(line.start + at, line.start + m.end(), value, "code", (), code, clock))
    return out


_SAYS_HOW_LONG = re.compile(r"\b(?:lasted|took|ran|came to|accounted for)[ \t]*\Z", re.IGNORECASE)
""" "Neuromuscular re-education lasted 28 minutes. In it we did ..."."""


def _led_by_terms(
    reading: Reading, activities: Sequence[Placed], line: Line, found: Sequence[re.Match[str]]
) -> list[TimeUse]:
    """ "NMR 20 min of bridging + tall kneeling, theract 11 squat pivot": headings' words in one sentence, at least two, each with
    its number and what was done in it behind; where each is a block already there is none."""
    out: list[TimeUse] = []
    headed = 0
    for m, following in zip(found, [*found[1:], None], strict=True):
        start, at = line.start + m.start(), line.start + m.end()
        sentence = _sentence_on(reading, line, start)
        stop = min(sentence[1], line.start + following.start()) if following else sentence[1]
        mine = performed_in(activities, at, stop)
        apart = any(a.start <= start < a.end and a.end > start + len(m["term"]) for a in activities)
        behind = (
            reading.text[line.start : start].rstrip().endswith(("(", "[", "="))
        )  # "... (TA 13), ...": of those before
        timed = any(at <= t.start < stop and t.minutes > SHORTEST for t in reading.times)
        if (
            not mine
            or m["a"]
            or not 4 < int(m["m"]) <= 90
            or apart
            or behind
            or timed
            or (out and sentence[0] > out[-1].start)
        ):
            return []
        if reading.layout.heading_at(start):
            headed += 1
        else:
            out.append(TimeUse(line.start + m.start("m"), at, int(m["m"]), "block", mine, block_code(m["term"])))
    return out if len(out) + headed >= 2 else []


_ITS_ITEMS = re.compile(r"[ \t]*(?:minutes|mins?\.?|['’′])?[ \t]*\((?P<items>[^()\n]*)\)", re.IGNORECASE)


_CLOSED = re.compile(r"[ \t]*(?:minutes|mins?\.?|['’′])?\]")


def _bracketed_items(reading: Reading, m: re.Match[str]) -> tuple[int, int] | None:
    """(start, end) of the items of a heading's word with its minutes: what its line has behind a bracket that holds both, up
    to the next such bracket, or what the brackets behind it hold; None where it stands in no bracket and before none."""
    line = reading.layout.line_at(m.start())
    if reading.text[max(0, m.start() - 1) : m.start()] == "[" and _CLOSED.match(reading.text, m.end(), line.end):
        following = reading.text.find("[", m.end(), line.end)
        return m.end(), line.end if following < 0 else following
    items = _ITS_ITEMS.match(reading.text, m.end())
    return items.span("items") if items and SHORTEST < int(m["m"]) <= 120 else None


def bracketed_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "ther ex 8 (clams, bridges), manual 8 (piriformis release)", "[TE 15] heel slides; leg curls": headings' words with their
    minutes before their items in brackets, or in brackets before their items, where a note has at least two."""
    out = []
    for m in terms_told(reading):
        items = _bracketed_items(reading, m) if m["m"] else None
        mine = performed_in(activities, *items) if items else ()
        if mine:
            out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "block", mine, block_code(m["term"])))
    return out if len(out) >= 2 else []


def summary_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "Self-care 33 min, functional mobility 12 min." behind the activities: minutes of the services that it names."""
    return [
        TimeUse(p.at, p.end, p.minutes, "code", (), p.code or _lexicon_code(reading, p))
        for s in summaries(reading)
        if not performed_in(activities, s.start, s.end)
        and sums_up(reading, s, [(a.start, a.end) for a in activities if a.performed])
        for p in s.pairs
        if p.code or _lexicon_code(reading, p)
    ]


def _lexicon_code(reading: Reading, pair: Pair) -> str | None:
    """The lexicon's code for the words of a summing sentence right before its minutes ("MLD 30 min, self care 10 min")."""
    named = [
        m
        for m in reading.terms_in(max(0, pair.at - 24), pair.at)
        if not reading.text[reading.place_of(m)[1] : pair.at].strip(" \t:=x–-")
    ]
    return named[-1].term.code if named else None


_BREAKDOWN = re.compile(
    r"\b(?:break-?down|split|divided|made up|consist\w+|compris\w+)\b|\b(?:minutes|mins)[ \t]*[:=]", re.IGNORECASE
)


@cache
def _number_first() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.:/])(?P<m>\d{{1,2}})[ \t]*(?:minutes|mins?|m|'|’)?[ \t]+(?:of[ \t]+)?(?P<term>{block_words()})(?![A-Za-z])(?=[ \t]*(?:[,;./+&|)\r\n]|and\b|$))",
        re.IGNORECASE,
    )


def reversed_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "29 min: 10 therapeutic ex, 19 ther act": numbers before headings' words on a line, or in a sentence that tells
    how a time was divided, without activities."""
    out = []
    broken_down = [(a, b) for a, b in reading.sentences if _BREAKDOWN.search(reading.text, a, b)]
    for start, end in (*_lines(reading), *broken_down):
        if performed_in(activities, start, end):
            continue
        found = list(_number_first().finditer(reading.text, start, end))
        if len(found) >= 2:
            out += [
                TimeUse(
                    m.start("m"),
                    m.end(),
                    int(m["m"]),
                    "code",
                    (),
                    block_code(m["term"]),
                )
                for m in found
            ]
    return out


_WORDS, _TO_MINUTES = r"[A-Za-z][A-Za-z/&.-]*(?:[ \t][A-Za-z/&.-]+){0,3}", r"[ \t:=-]*[ \t]*"
_UNIT = r"[ \t]*(?:minutes|mins?\.?|m|['’′])?"
_SEGMENT = re.compile(rf"(?P<words>{_WORDS}){_TO_MINUTES}(?P<m>\d{{1,2}}){_UNIT}", re.IGNORECASE)
_ANY_SEGMENT = rf"{_WORDS}{_TO_MINUTES}\d{{1,2}}{_UNIT}"
_SEGMENTS = re.compile(
    rf"\s*(?:[A-Za-z ]{{0,12}}(?:->|→|:)[ \t]*)?(?P<list>{_ANY_SEGMENT}(?:[ \t]*[/,;|][ \t]*{_ANY_SEGMENT})+)(?:[ \t]*=[ \t]*\d{{1,3}}{_UNIT}(?:[ \t]+(?:total|in all))?)?[ \t.]*",
    re.IGNORECASE,
)


def eliminated_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "FM tasks 20 / strength 10", "fluido 10 / MT 14 / TE 16": a line or sentence of services with their minutes, of which just
    one has a name of the therapist's own, and just one service performed is named by none of the others."""
    performed = {a.code for a in activities if a.performed and a.code}
    for start, end in (*_lines(reading), *reading.sentences):
        m = _SEGMENTS.fullmatch(reading.text, start, end)
        if m is None or performed_in(activities, start, end):
            continue
        parts = list(_SEGMENT.finditer(reading.text, *m.span("list")))
        codes = [_own_code(p["words"]) or _shortened(reading, activities, p["words"]) for p in parts]
        left = performed - set(codes)
        if codes.count(None) == len(left) <= 1 and {c for c in codes if c is not None} <= performed:
            own = left.pop() if left else None
            return [
                TimeUse(p.start("m"), p.end(), int(p["m"]), "code", (), c or own)
                for p, c in zip(parts, codes, strict=True) if int(p["m"]) > SHORTEST
            ]  # fmt: skip
    return []


def _shortened(reading: Reading, activities: Sequence[Placed], words: str) -> str | None:
    """The code of the only service performed whose words one is short for ("para" for "Paraffin dip"), or None."""
    short = words.strip().lower()
    codes = {
        a.code for a in activities
        if a.performed and any(w.startswith(short) for w in reading.text[a.start : a.end].lower().split())
    }  # fmt: skip
    return codes.pop() if len(codes) == 1 and len(short) >= _SHORTEST_WORD else None


_SHORTEST_WORD = 4
"""So many letters of a word tell which one it is short for."""


def _lines(reading: Reading) -> list[tuple[int, int]]:
    """(start, end) of each line."""
    return [(line.start, line.end) for line in reading.layout.lines]


def _own_code(words: str) -> str | None:
    """The code of a heading's word, or of the last part of several ("handwriting/self care")."""
    return block_code(words.strip()) or block_code(words.rsplit("/", 1)[-1].strip())


@cache
def _bracketed_number() -> re.Pattern[str]:
    words = block_words()
    return re.compile(
        rf"\([ \t]*(?P<m>\d{{1,2}})[ \t]*(?:minutes|mins?|m|['’′])?[ \t]+(?P<term>{words})[ \t]*\)", re.IGNORECASE
    )


def number_first_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "lateral glides, levator release (15 mt). Chin nods (12 nmr).": minutes and a heading's word in brackets behind items."""
    out: list[TimeUse] = []
    for m in _bracketed_number().finditer(reading.text):
        line = reading.layout.line_at(m.start())
        before = [t.end for t in reading.times if line.start <= t.start and t.end <= m.start()]
        since = max([line.start, *before, *(u.end for u in out)])
        if mine := performed_in(activities, since, m.start()):
            code = block_code(m["term"])
            first = next((i for i in mine if activities[i].code == code), mine[0])
            run = tuple(i for i in mine if i >= first)
            out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "block", run, code))
    return out


@cache
def _dashed_term() -> re.Pattern[str]:
    words = block_words()
    return re.compile(
        rf"[ \t](?:->|→|=>|—|–|-{{1,2}}|=)[ \t]*(?P<term>{words})[ \t]*(?P<m>\d{{1,2}})[ \t]*(?:minutes|mins?\b|['’′])?(?=[ \t]*(?:[.;,\r\n]|$))",
        re.IGNORECASE,
    )


def dashed_uses(reading: Reading, activities: Sequence[Placed]) -> list[TimeUse]:
    """ "push ups 3x8, rows, UBE 6 min -- TherEx 18. squat pivot x5 -- TherAct 12.": a heading's word and its minutes behind a dash,
    after what it sums up, where a note has at least two or an arrow leads to one."""
    out: list[TimeUse] = []
    arrow = False
    for m in _dashed_term().finditer(reading.text):
        line = reading.layout.line_at(m.start())
        since = max([line.start, *(u.end for u in out)])
        if mine := performed_in(activities, since, m.start()):
            out.append(TimeUse(m.start("m"), m.end(), int(m["m"]), "block", mine, block_code(m["term"])))
            arrow = arrow or re.match(r"[ \t](?:->|→|=>)", m[0]) is not None
    return out if len(out) >= 2 or arrow else []


_SLASHED = re.compile(
    r"(?<![\w/])(?P<terms>[A-Za-z]{2,10}(?:[ ]?/[ ]?[A-Za-z]{2,10}){1,4})[ \t]*[:=–-]?[ \t]*"
    r"(?P<numbers>\d{1,2}(?:[ ]?/[ ]?\d{1,2}){1,4})(?![\d/])[ \t]*(?:minutes|mins?\.?|['’′])?(?=[ \t]*(?:[.,;\r\n]|$))"
)


def slashed_uses(reading: Reading) -> list[TimeUse]:
    """ "TE/MT/US 15/12/8": as many numbers as words, each word the name of a service."""
    out = []
    for m in _SLASHED.finditer(reading.text):
        codes = [block_code(term.strip()) for term in m["terms"].split("/")]
        numbers = list(re.finditer(r"\d+", m["numbers"]))
        if len(codes) == len(numbers) and None not in codes and all(int(n[0]) > SHORTEST for n in numbers):
            start = m.start("numbers")
            out += [
                TimeUse(start + n.start(), start + n.end(), int(n[0]), "code", (), code)
                for n, code in zip(numbers, codes, strict=True)
            ]
    return out
