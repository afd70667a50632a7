"""How a note is laid out: its lines, the section each part stands in, and the blocks a therapist's heading opens.

A section (subjective, objective, interventions, hep, assessment, goals, plan, history, billing, education) is a prior
for an activity's status, never a verdict. A block is a heading such as "TE 21':", "97112 (10 min) -" or "THERAPEUTIC
EXERCISE (97110): 23 min" with the part of the note it governs. Headings are rows of data/lexicon/sections.csv and
blocks.csv, words that tell what any other heading is about rows of section_words.csv; this module holds the mechanism only. Works on any text: no headings at all gives one region "none".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from nlp_coder import tables

SECTIONS = frozenset(
    [
        "subjective",
        "objective",
        "interventions",
        "hep",
        "assessment",
        "goals",
        "plan",
        "history",
        "billing",
        "education",
        "none",
    ]
)
_BULLET = r"(?:[-–—*•●▪◦·○>+➢✓✔]|\(?\d{1,2}[.)](?!\d)|\(?[a-h][.)](?=\s)|\[[ xX✓_]?\]|[☐☑☒□■]|\|)"
_START = rf"(?:^|(?<=\n)|(?<=\r))[ \t\"“]*(?:{_BULLET}[ \t]*){{0,2}}"
CODE = r"(?:9[0-9]{4}|G0[0-9]{3}|G0515|2056[01]|29[0-9]{3}|64550)"
_CODE_WORD = rf"(?:CPT\s*(?:code)?\s*:?\s*#?)?[(\[\"“]?{CODE}[)\]\"”]?"
_MINUTES = r"(?:\d{1,3}\s*(?:minutes|minute|mins|min|m\b|'|’|′)\.?)"
_UNITS = r"(?:\d\s*(?:units?|un?\b)|x\s*\d(?!\d)(?=\s*(?:units?|un?\b|[:;,)\-–—]|$)))"
_CLOCK = r"(?:\d{1,2}:?\d{2}\s*[ap]?m?\s*[-–]\s*\d{1,2}:?\d{2}\s*[ap]?m?)"
# "TE 24:", "MT 15 -": a bare number counts as the block's minutes only right before the heading's end
_BARE = r"(?:[ \t]*[-–—:x×/=]?[ \t]*(?:[5-9]|[1-8]\d)(?=[ \t]*(?::(?!\d)|=|[-–—]+[ \t]|[\r\n]|\Z)))"
_TAIL = rf"(?:[ \t]*(?:[-–—,/@x×:|]|for|\.{{3,}})?[ \t]*(?:{_CODE_WORD}|{_MINUTES}|{_UNITS}|{_CLOCK}|\([^()\n]{{1,40}}\)))*(?:{_BARE}|\.{{3,}}[ \t]*\d{{1,3}}(?=\s|\Z)|(?<=\d{{5}})[ \t]+\d{{1,2}}(?=[ \t]+[A-Za-z]{{3}})(?![ \t]*(?:sets|reps|units|step|stairs)))?"


_TABLE_HEAD = re.compile(
    r"(?:^|[|\t])[ \t]*(?:sets|reps|sets ?[x/] ?reps|mins?|minutes|time|date|today|wt|weight|load|resistance|notes|comments?|done|"
    r"dosage|dose|parameters|cpt|code|\d{1,2}/\d{1,2}(?:/\d{2,4})?[^|\t\n]*)[ \t]*(?:[|\t]|$)",
    re.IGNORECASE,
)
# a line that looks like a heading though no table knows it: it ends a block
_UNKNOWN_HEAD = re.compile(
    r"[ \t]*(?:[A-Z][A-Z &/-]{3,40}|[A-Z][A-Za-z &/-]{2,40}:|[A-Z][A-Za-z &/,()–-]{2,40}\d{1,3}[ \t]*(?:min\w*|['’′])[^:\r\n]{0,24}:)[ \t]*\Z"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the note, without its line end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the note under one section heading; `start` is where the heading begins, `content` where its text does."""

    start: int
    content: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """A therapist's block: heading start:content, governed text content:end.

    code: the code the heading names or stands for, or None. written: True where the code itself is written.
    term: offsets of the heading's own words (without minutes and codes); start == stop where only a code is written.
    """

    start: int
    content: int
    end: int
    code: str | None
    written: bool
    term: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A CPT code written in the note."""

    start: int
    end: int
    code: str


_Part = TypeVar("_Part", Section, Block)


def _innermost(parts: Sequence[_Part]) -> tuple[list[int], list[_Part | None]]:
    """(offsets, the last of the parts that holds the text from each of them on): to be looked up by bisection."""
    offsets = sorted({0, *(p.start for p in parts), *(p.end for p in parts)})
    place = {offset: i for i, offset in enumerate(offsets)}
    held: list[_Part | None] = [None] * len(offsets)
    for part in parts:
        first, last = place[part.start], place[part.end]
        held[first:last] = [part] * (last - first)
    return offsets, held


@dataclass(frozen=True)
class Layout:
    """Lines, sections, blocks and written codes of one note, all in order of start."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    codes: tuple[CodeMention, ...]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    @cached_property
    def _sections_at(self) -> tuple[list[int], list[Section | None]]:
        return _innermost(self.sections)

    @cached_property
    def _blocks_at(self) -> tuple[list[int], list[Block | None]]:
        return _innermost(self.blocks)

    def section_at(self, offset: int) -> Section | None:
        """The innermost section that holds an offset."""
        offsets, held = self._sections_at
        return held[bisect_right(offsets, offset) - 1]

    def block_at(self, offset: int) -> Block | None:
        """The block whose heading or text holds an offset."""
        offsets, held = self._blocks_at
        return held[bisect_right(offsets, offset) - 1]

    def line_number(self, offset: int) -> int:
        """The index of the line that holds an offset."""
        return max(bisect_right(self._line_starts, offset) - 1, 0)

    def line_at(self, offset: int) -> Line:
        """The line that holds an offset."""
        return self.lines[max(bisect_right(self._line_starts, offset) - 1, 0)]


def alternatives(words: Sequence[str]) -> str:
    """The words as alternatives of a regular expression, the longest first; a space matches any number of blanks."""
    return _alternatives(tuple(words))


@lru_cache(maxsize=64)
def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"[ \t]+") for w in sorted(words, key=len, reverse=True))


@cache
def _section_table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    path = tables.data_folder() / "lexicon" / "sections.csv"
    known: dict[str, tuple[str, str]] = {}
    for number, row in tables.rows(path, ["headings", "section", "scope", "source"]):
        if row["section"] not in SECTIONS or row["scope"] not in ("section", "line"):
            raise tables.TableError(f"{path.name} row {number}: section {row['section']!r} or scope {row['scope']!r}")
        for heading in tables.listed(row["headings"]):
            known[heading.lower()] = (row["section"], row["scope"])
    words = alternatives(list(known))
    extra = (
        r"(?:[ \t]*(?:\([^()\n]{0,40}\)|today|performed|provided|this visit|this date|issued|given|reviewed|updated|"
        + _MINUTES
        + "))?"
    )
    at_line = re.compile(rf"{_START}(?P<h>{words}){extra}[ \t]*(?P<mark>::?|=|[-–—]+(?=[ \t])|\t+|\|)", re.IGNORECASE)
    alone = re.compile(rf"{_START}[#*_]*(?P<h>{words}){extra}[ \t]*[#*_]*:?[ \t]*(?=\r|\n|$)", re.IGNORECASE)
    inline = re.compile(
        rf"(?:(?<=[.;!?)\]|\"”])|(?<=[\w%'])(?=[ \t]+[SOAP][ \t]*:))[ \t]+(?P<h>{words}){extra}[ \t]*(?::|=(?!\d))",
        re.IGNORECASE,
    )
    return known, at_line, alone, inline


_ANY_HEADING = re.compile(
    rf"{_START}[#*_]*(?P<h>[A-Za-z][A-Za-z'’/&-]*(?:[ \t]+[A-Za-z'’/&-]+){{1,5}})[ \t]*[*_]*(?:(?P<mark>:)[*_]*[ \t]*(?P<more>[^\s])?|(?<=\*)[ \t]*(?=\r|\n|$))"
)
"""Two to six words that end in a colon, or stand alone in bold letters."""


@cache
def _section_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(what to look for in a heading that no table knows, the section it heads), the first that is found decides."""
    path = tables.data_folder() / "lexicon" / "section_words.csv"
    out = []
    for number, row in tables.rows(path, ["words", "section", "source"]):
        if row["section"] not in SECTIONS:
            raise tables.TableError(f"{path.name} row {number}: section {row['section']!r}")
        out.append((re.compile(rf"\b(?:{alternatives(tables.listed(row['words']))})\b", re.IGNORECASE), row["section"]))
    return tuple(out)


_HEP_TITLE = re.compile(
    r"\s*[#*_]*(?P<h>(?:[A-Za-z']+[ \t]+){0,2}(?:home[ \t]+(?:exercise|ex|activity)?[ \t]*program(?:me)?|home[ \t]+exercises|hep)\b(?![ \t]*:)[^:\r\n]{0,60})(?=\r?\n[ \t\r]*[^\s])",
    re.IGNORECASE,
)
"""The title of a sheet of exercises for home: "HOME PROGRAM FOR MRS. T - right thumb", the note's first line."""
_LINE_ONLY = frozenset(("plan", "hep", "goals", "history"))
"""Sections that a heading of many words with text behind its colon opens, for its line: "Next session focus: ..."."""


def _other_headings(text: str, taken: Collection[int]) -> Iterator[tuple[int, int, str, str]]:
    """(start, content, section, scope) of headings that only their words tell: "Home Program Modifications:"."""
    if (title := _HEP_TITLE.match(text)) and title.start("h") not in taken:
        yield title.start("h"), title.end(), "hep", "section"
    for match in _ANY_HEADING.finditer(text):
        start, words = match.start("h"), match["h"]
        if start in taken or block_code(words) is not None:
            continue
        section = next((name for pattern, name in _section_words() if pattern.search(words)), None)
        if section is None or (match["more"] and (section not in _LINE_ONLY or not words[0].isupper())):
            continue
        content = match.start("more") if match["more"] else match.end()
        yield start, content, section, "line" if match["more"] else "section"


@cache
def block_terms() -> dict[str, str]:
    """Heading term (lower case) -> the code it stands for, from data/lexicon/blocks.csv."""
    path = tables.data_folder() / "lexicon" / "blocks.csv"
    known: dict[str, str] = {}
    for _, row in tables.rows(path, ["code", "terms", "source"]):
        for term in tables.listed(row["terms"]):
            known.setdefault(term.lower(), row["code"])
    return known


def block_code(words: str) -> str | None:
    """The code that words stand for as a heading, whatever their case and spaces; None where they are no heading."""
    return block_terms().get(re.sub(r"\s+", " ", words.lower()))


_OWN_TIME = re.compile(r"[ \t]*[A-Za-z][^.;:,\r\n]{1,40}?\b\d{1,3}[ \t]*(?:minutes?|mins?|m\b|'|′|’)", re.IGNORECASE)
"""A short phrase with a time of its own, right after what looked like a heading."""


@cache
def _timed_term() -> re.Pattern[str]:
    """A heading's words with a time of their own as one sentence among others ("... MT 10 min. Gait 8 min.")."""
    words = alternatives(list(block_terms()))
    return re.compile(
        rf"(?<=[.;])[ \t]+(?P<h>{words})(?![A-Za-z])[ \t]*(?:x|for|-|–|:)?[ \t]*\d{{1,3}}[ \t]*(?:minutes?|mins?|'|′|’)(?=[ \t]*(?:[.;\r\n]|$))",
        re.IGNORECASE,
    )


@cache
def _block_table() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    known = block_terms()
    words = alternatives(list(known))
    who = r"(?:(?:skilled|pt|ot|bue|ble|ue|le|b|r|l|seated|standing|supine|mat|gym|land|individual|1:1|one[- ]on[- ]one)[ \t]+)?"
    head = rf"(?P<pre>{who}(?P<code>{_CODE_WORD})[ \t]*[-–—:,|\t]*[ \t]*)?(?P<h>{who}(?:{words})(?![A-Za-z]))?"
    tail = rf"(?P<tail>{_TAIL})"
    at_line = re.compile(
        rf"{_START}(?={who}(?:{words}|CPT|[(\[\"“]?{CODE}))(?P<all>{head}{tail})[ \t]*(?P<mark>::?|=|[-–—]+(?=[ \t])|\t+|\||(?=[\r\n]|$)|(?=[ \t]))",
        re.IGNORECASE,
    )
    inline = re.compile(
        rf"(?<=[.;,|)\]/])[ \t]+(?:then[ \t]+|and[ \t]+)?(?P<all>{head}{tail})[ \t]*(?P<mark>:|[-–—](?=[ \t]))",
        re.IGNORECASE,
    )
    # a free heading: a short lead that holds a written code and ends in a colon ("1:1 in water 24 min (97113): ...")
    free = re.compile(
        rf"(?:^|(?<=[\n\r])|(?<=[.;] ))(?P<all>[^\n\r;]{{0,110}}?\(?(?P<code>{CODE})\)?[^\n\r:.;\"]{{0,30}}):(?=\s)",
        re.IGNORECASE,
    )
    return known, at_line, inline, free


def _lines(text: str) -> tuple[Line, ...]:
    out = [Line(m.start(), m.end()) for m in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|$)", text) if m.end() > m.start()]
    trimmed = []
    for line in out:
        end = line.end
        while end > line.start and text[end - 1] in "\r\n":
            end -= 1
        trimmed.append(Line(line.start, end))
    return tuple(trimmed) or (Line(0, 0),)


def _sections(text: str, lines: Sequence[Line]) -> tuple[Section, ...]:
    known, at_line, alone, inline = _section_table()
    marks: dict[int, tuple[int, str, str]] = {}  # start of heading -> (content, section, scope)
    for pattern in (alone, at_line, inline):
        for match in pattern.finditer(text):
            heading = re.sub(r"[ \t]+", " ", match["h"].lower())
            section, scope = known[heading]
            start = match.start("h")
            if start in marks:
                continue
            if pattern is inline and not text[start].isupper() and heading not in ("hep", "next"):
                continue
            if pattern is inline and len(heading) == 1 and match[0].rstrip()[-1] == "=":
                continue
            if section == "objective" and len(heading) > 1 and re.search(rf"{_MINUTES}", match[0]):
                continue  # "Strength 15 min": what was trained, not what was found
            if pattern is at_line and len(heading) == 1 and match["mark"].strip()[:1] not in (":", "=", "-", "–", "—"):
                continue
            if (
                pattern is at_line
                and match["mark"].strip()[:1] in ("-", "–", "—")
                and heading in ("today", "did", "pain", "pt", "patient", "home")
            ):
                continue
            bulleted = re.search(rf"[\r\n][ \t]*{_BULLET}[ \t]*\Z", "\n" + text[max(0, start - 6) : start]) is not None
            if (
                pattern is not alone
                and bulleted
                and scope == "section"
                and section in ("hep", "plan", "goals", "assessment", "history")
            ):
                scope = "line"
            marks[start] = (match.end(), section, scope)
    for start, content, section, scope in _other_headings(text, marks.keys()):
        marks[start] = (content, section, scope)
    line_end = {line.start: line.end for line in lines}
    starts = sorted(line_end)
    out: list[Section] = []
    ordered = sorted(marks.items())
    for i, (start, (content, section, scope)) in enumerate(ordered):
        own_line = line_end[starts[bisect_right(starts, start) - 1]]
        if scope == "line" and text[content:own_line].strip():
            later = [s for s, _ in ordered[i + 1 :] if s < own_line]
            end = min([own_line, *later])
        else:
            later = [s for s, (_, _, sc) in ordered[i + 1 :] if sc == "section" or scope == "line"]
            end = min([len(text), *later])
        out.append(Section(start, content, max(end, content), section))
    return tuple(out)


def _blocks(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> tuple[Block, ...]:
    known, at_line, inline, free = _block_table()
    heads: dict[int, tuple[int, str | None, bool, tuple[int, int], bool]] = {}
    closed: set[int] = set()
    for pattern in (at_line, inline):
        for match in pattern.finditer(text):
            start = match.start("all")
            term = re.sub(r"[ \t]+", " ", (match["h"] or "").lower()).strip()
            written = re.search(CODE, match["all"])
            if not term and not written:
                continue
            if len(re.findall(CODE, match["all"])) > 1 and len(re.findall(_MINUTES, match["all"])) > 1:
                continue  # "97110 15m / 97140 15m": charges
            if match["mark"] in ("|", "\t") and _TABLE_HEAD.search(
                text[match.end() : text.find("\n", match.end()) % (len(text) + 1)]
            ):
                continue  # "Exercise | sets | reps | min": the head of a table
            if pattern is inline and match["mark"] != ":" and not (written or re.search(_MINUTES, match["tail"])):
                continue  # ", balance - fair": only minutes make a heading of it ("/ neuro 15 min - tandem stance")
            base = next((known[t] for t in (term, term.split(" ", 1)[-1]) if t in known), None)
            mark = match["mark"].strip()
            alone = not mark and match["tail"].rstrip().endswith(".") and _OWN_TIME.match(text, match.end())
            if alone:
                closed.add(start)  # "Ther ex 20 min. Manual therapy 10 min.": each is all that is said of it
            if not mark and not written and not match["tail"].strip() and text[match.end() :].split("\n", 1)[0].strip():
                continue  # "Gait with walker ...": a sentence, no heading
            if (
                not mark
                and match["tail"].strip()
                and not written
                and re.match(r"[ \t]*(?:w/|with|on|in|for|to|using|over|,|\.)", text[match.end() :])
            ):
                continue  # "Gait training 10 min with walker": an activity with its minutes
            span = (match.start("h"), match.end("h")) if term else (start, start)
            heads.setdefault(
                start, (match.end(), written[0].upper() if written else base, bool(written), span, pattern is inline)
            )
    for match in _timed_term().finditer(text):
        start = match.start("h")
        if not any(begin <= start < end for begin, (end, *_) in heads.items()):
            term = re.sub(r"[ \t]+", " ", match["h"].lower())
            heads[start] = (match.end(), known.get(term), False, match.span("h"), True)
            closed.add(start)
    for match in free.finditer(text):
        if not any(match.start("all") <= s < match.end() for s in heads):
            start = match.start("all") + len(match["all"]) - len(match["all"].lstrip())
            heads[start] = (match.end(), match["code"].upper(), True, (start, start), True)
    stops = sorted({*heads, *(s.start for s in sections)})
    out = []
    for start, (content, code, in_digits, named, _) in sorted(heads.items()):
        stop = next((s for s in stops if s > start), len(text))
        end = content if start in closed else _block_end(text, lines, start, content, stop, code)
        if code == AQUATIC and (ashore := ASHORE.search(text, content, end)):
            end = ashore.start()
        out.append(Block(start, content, end, code, in_digits, named))
    return tuple(out)


MODALITY = re.compile(r"970[1-3]\d|G028[13]")
"""Codes whose heading names the one thing done: "hot pack (10)" heads nothing below it."""


AQUATIC = "97113"
ASHORE = re.compile(r"\b(?:(?:on |dry )?land\b(?! (?:on|in|with)\b)|out of the (?:pool|water)\b)", re.IGNORECASE)
"""Where work in the water ends."""


def _block_end(text: str, lines: Sequence[Line], start: int, content: int, stop: int, code: str | None) -> int:
    """Where a block ends: its own line, or, where the heading stands alone, the lines under it up to a blank one."""
    index = max(bisect_right(lines, start, key=lambda line: line.start) - 1, 0)
    own = lines[index]
    same_line = re.sub(_MINUTES, "", text[content : min(own.end, stop)]).strip(" \t|:-–—.")
    end = own.end
    if code and MODALITY.fullmatch(code):
        # "MHP 10' pre, ther ex 25' ...": what a modality's line lists after it is no part of it
        listed = re.compile(r"[,;.](?=\s)").search(text, content, min(end, stop))
        return max(content, listed.start() if listed else min(end, stop))
    under = False  # a deeper line stood under the heading: the next line that is not deeper ends the block
    indent = len(text[own.start : own.end]) - len(text[own.start : own.end].lstrip())
    bulleted = re.match(rf"[ \t]*{_BULLET}", text[own.start : own.end]) is not None
    for line in lines[index + 1 :]:
        if line.start >= stop or _UNKNOWN_HEAD.match(text[line.start : line.end]):
            break
        body = text[line.start : line.end]
        if not body.strip():
            if same_line or end > own.end:
                break
            continue
        deeper = len(body) - len(body.lstrip()) > indent
        bullet = re.match(rf"[ \t]*{_BULLET}", body) is not None
        wrapped = body.lstrip()[:1].islower() and text[: line.start].rstrip()[-1:] not in ".:"
        if not same_line and under and not deeper and not bullet:
            break
        under = under or deeper or bullet
        if same_line and not ((bullet and not bulleted) or deeper or (wrapped and not bullet)):
            break
        end = line.end
    return max(content, min(end, stop))


def read_layout(text: str) -> Layout:
    """The layout of a note's text; offsets are into the text exactly as given."""
    lines = _lines(text)
    sections = _sections(text, lines)
    blocks = _blocks(text, lines, sections)
    codes = tuple(
        CodeMention(m.start(), m.end(), m[0].upper())
        for m in re.finditer(rf"(?<![\w.]){CODE}(?!\d)", text, re.IGNORECASE)
    )
    return Layout(lines, sections, blocks, codes)
