"""How a note is laid out: its lines, the section each part stands in, and the blocks a therapist's heading opens.

A section (subjective, objective, interventions, hep, assessment, goals, plan, history, billing, education) is a prior
for an activity's status, never a verdict. A block is a heading such as "TE 21':", "97112 (10 min) -" or "THERAPEUTIC
EXERCISE (97110): 23 min" with the part of the note it governs. Headings are rows of data/lexicon/sections.csv and
blocks.csv, words that tell what any other heading is about rows of section_words.csv; this module holds the mechanism only. Works on any text: no headings at all gives one region "none".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from nlp_coder.extract.heading_words import (
    BULLET,
    CODE,
    MINUTES_WRITTEN,
    MODALITY,
    block_table,
    other_headings,
    section_table,
    timed_term,
)
from nlp_coder.extract.phrases import matches_at

BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
"""What parts two paragraphs."""
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

    def stands_in(self, offset: int, names: Collection[str]) -> bool:
        """Whether an offset lies in a section of one of some names."""
        section = self.section_at(offset)
        return section is not None and section.name in names

    def block_at(self, offset: int) -> Block | None:
        """The block whose heading or text holds an offset."""
        offsets, held = self._blocks_at
        return held[bisect_right(offsets, offset) - 1]

    def heading_at(self, offset: int) -> Block | None:
        """The block whose heading holds an offset."""
        block = self.block_at(offset)
        return block if block and block.start <= offset < block.content else None

    def line_number(self, offset: int) -> int:
        """The index of the line that holds an offset."""
        return max(bisect_right(self._line_starts, offset) - 1, 0)

    def line_at(self, offset: int) -> Line:
        """The line that holds an offset."""
        return self.lines[max(bisect_right(self._line_starts, offset) - 1, 0)]


_OWN_TIME = re.compile(r"[ \t]*[A-Za-z][^.;:,\r\n]{1,40}?\b\d{1,3}[ \t]*(?:minutes?|mins?|m\b|'|′|’)", re.IGNORECASE)
"""A short phrase with a time of its own, right after what looked like a heading."""


_TIMED_CODE = re.compile(
    rf"{CODE}\b.*?(?:minutes?|mins?\b|m\b|['’′])\.?[ \t]*\Z|{CODE}[ \t]+\d{{1,2}}[ \t]*\Z", re.IGNORECASE
)


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
    known, at_line, alone, inline = section_table()
    marks: dict[int, tuple[int, str, str]] = {}  # start of heading -> (content, section, scope)
    line_starts = [line.start for line in lines]
    for pattern in (alone, at_line, inline):
        for match in inline.finditer(text) if pattern is inline else matches_at(pattern, text, line_starts):
            heading = re.sub(r"[ \t]+", " ", match["h"].lower())
            section, scope = known[heading]
            start = match.start("h")
            if start in marks:
                continue
            if pattern is inline and not text[start].isupper() and heading not in ("hep", "next"):
                continue
            if pattern is inline and len(heading) == 1 and match[0].rstrip()[-1] == "=":
                continue
            if section == "objective" and len(heading) > 1 and re.search(rf"{MINUTES_WRITTEN}", match[0]):
                continue  # "Strength 15 min": what was trained, not what was found
            if pattern is at_line and len(heading) == 1 and match["mark"].strip()[:1] not in (":", "=", "-", "–", "—"):
                continue
            if (
                pattern is at_line
                and match["mark"].strip()[:1] in ("-", "–", "—")
                and heading in ("today", "did", "pain", "pt", "patient", "home")
            ):
                continue
            bulleted = re.search(rf"[\r\n][ \t]*{BULLET}[ \t]*\Z", "\n" + text[max(0, start - 6) : start]) is not None
            if (
                pattern is not alone
                and bulleted
                and scope == "section"
                and section in ("hep", "plan", "goals", "assessment", "history")
            ):
                scope = "line"
            marks[start] = (match.end(), section, scope)
    for start, content, section, scope in other_headings(text, line_starts, marks.keys()):
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


SIGN_AND_BLANK = re.compile(r"[.;,|)\]/][ \t]")
"""Where a heading may stand inside a line."""


def _blocks(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> tuple[Block, ...]:
    known, at_line, in_section, inline, free = block_table()
    heads: dict[int, tuple[int, str | None, bool, tuple[int, int], bool]] = {}
    closed: set[int] = set()
    line_starts = [line.start for line in lines]
    behind_signs = [m.start() + 1 for m in SIGN_AND_BLANK.finditer(text)]
    told = [s.content for s in sections if s.name in ("objective", "interventions")]
    for pattern, starts in ((at_line, line_starts), (in_section, told), (inline, behind_signs)):
        for match in matches_at(pattern, text, starts):
            start = match.start("all")
            term = re.sub(r"[ \t]+", " ", (match["h"] or "").lower()).strip()
            written = re.search(CODE, match["all"])
            if not term and not written:
                continue
            if len(re.findall(CODE, match["all"])) > 1 and len(re.findall(MINUTES_WRITTEN, match["all"])) > 1:
                continue  # "97110 15m / 97140 15m": charges
            if match["mark"] in ("|", "\t") and _TABLE_HEAD.search(
                text[match.end() : text.find("\n", match.end()) % (len(text) + 1)]
            ):
                continue  # "Exercise | sets | reps | min": the head of a table
            if (
                pattern is not at_line
                and match["mark"] != ":"
                and not (written or re.search(MINUTES_WRITTEN, match["tail"]))
                and not (pattern is in_section and re.search(r"\d", match["tail"]))
            ):
                continue  # ", balance - fair": only minutes make a heading of it ("/ neuro 15 min - tandem stance")
            if (
                pattern is not at_line
                and match["mark"] in ("", ",")
                and not (match["code"] and _TIMED_CODE.search(match["all"]))
            ):
                continue  # ", gait with walker": only a code with its minutes needs no sign behind it ("; 97110 6 HS stretch")
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
                start,
                (match.end(), written[0].upper() if written else base, bool(written), span, pattern is not at_line),
            )
    for match in matches_at(timed_term(), text, behind_signs):
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


AQUATIC = "97113"
ASHORE = re.compile(r"\b(?:(?:on |dry )?land\b(?! (?:on|in|with)\b)|out of the (?:pool|water)\b)", re.IGNORECASE)
"""Where work in the water ends."""


def _block_end(text: str, lines: Sequence[Line], start: int, content: int, stop: int, code: str | None) -> int:
    """Where a block ends: its own line, or, where the heading stands alone, the lines under it up to a blank one."""
    index = max(bisect_right(lines, start, key=lambda line: line.start) - 1, 0)
    own = lines[index]
    same_line = re.sub(MINUTES_WRITTEN, "", text[content : min(own.end, stop)]).strip(" \t|:-–—.")
    end = own.end
    if code and MODALITY.fullmatch(code):
        # "MHP 10' pre, ther ex 25' ...": what a modality's line lists after it is no part of it
        listed = re.compile(r"[,;.](?=\s)").search(text, content, min(end, stop))
        return max(content, listed.start() if listed else min(end, stop))
    under = False  # a deeper line stood under the heading: the next line that is not deeper ends the block
    indent = len(text[own.start : own.end]) - len(text[own.start : own.end].lstrip())
    bulleted = re.match(rf"[ \t]*{BULLET}", text[own.start : own.end]) is not None
    for line in lines[index + 1 :]:
        if line.start >= stop or _UNKNOWN_HEAD.match(text[line.start : line.end]):
            break
        body = text[line.start : line.end]
        if not body.strip():
            if same_line or end > own.end:
                break
            continue
        deeper = len(body) - len(body.lstrip()) > indent
        bullet = re.match(rf"[ \t]*{BULLET}", body) is not None
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
