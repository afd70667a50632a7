"""The words of headings, from the tables: sections, blocks of a code, and what any other heading is about.

Rows of data/lexicon/sections.csv, blocks.csv and section_words.csv become the expressions that `layout` reads a note with.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache

from nlp_coder import tables
from nlp_coder.extract.numbers import SPELLED
from nlp_coder.extract.phrases import matches_at

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
BULLET = r"(?:[-–—*•●▪◦·○>+➢✓✔]|\(?\d{1,2}[.)](?!\d)|\(?[a-h][.)](?=\s)|\[[ xX✓_]?\]|[☐☑☒□■]|\|)"
_START = rf"(?:^|(?<=\n)|(?<=\r))[ \t\"“]*(?:{BULLET}[ \t]*){{0,2}}"
CODE = r"(?:9[0-9]{4}|G0[0-9]{3}|G0515|2056[01]|29[0-9]{3}|64550)"
_CODE_WORD = rf"(?:CPT\s*(?:code)?\s*:?\s*#?)?[(\[\"“]?{CODE}[)\]\"”]?"
MINUTES_WRITTEN = r"(?:\d{1,3}\s*(?:minutes|minute|mins|min|m\b|'|’|′)\.?)"
_UNITS = r"(?:\d\s*(?:units?|un?\b)|x\s*\d(?!\d)(?=\s*(?:units?|un?\b|[:;,)\-–—]|$)))"
_CLOCK = r"(?:\d{1,2}:?\d{2}\s*[ap]?m?\s*[-–]\s*\d{1,2}:?\d{2}\s*[ap]?m?)"
_BEHIND_CODE = (
    r"(?:(?<=\d{5}[ \t])|(?<=\d{5}[ \t]{2})|(?<=\d{5}[ \t]{3})|(?<=\d{5}[ \t]{4})|(?<=\d{5}))[ \t]*(?<=[ \t])"
)
# "TE 24:", "MT 15 -": a bare number counts as the block's minutes only right before the heading's end
_BARE = r"(?:[ \t]*[-–—:x×/=]?[ \t]*(?:[5-9]|[1-8]\d)(?=[ \t]*(?::(?!\d)|=|[-–—]+[ \t]|[\r\n]|\Z)))"
_TAIL = rf"(?:[ \t]*(?:[-–—,/@x×:|]|for|\.{{3,}})?[ \t]*(?:{_CODE_WORD}|{MINUTES_WRITTEN}|{SPELLED}[ \t-]minutes?\b|{_UNITS}|{_CLOCK}|\([^()\n]{{1,40}}\)|\[\d{{1,2}}\]))*(?:{_BARE}|\.{{3,}}[ \t]*\d{{1,3}}(?=\s|\Z)|{_BEHIND_CODE}\d{{1,2}}(?=[ \t]+[A-Za-z]|[ \t]{{2,}}\d)(?![ \t]*(?:sets?|reps?|units?|un?|steps?|stairs|x|min\w*|m|ft|feet|lbs?|of|and|or|to)\b|[ \t]*[x×]|[ \t]+\d+[ \t]*[x×])|(?<=\d{{5}})[ \t]*[-–—=][ \t]*(?:[5-9]|[1-8]\d)(?=[ \t]{{2,}}[A-Za-z]))?"

MODALITY = re.compile(r"970[1-3]\d|G028[13]")
"""Codes whose heading names the one thing done: "hot pack (10)" heads nothing below it."""


def alternatives(words: Sequence[str]) -> str:
    """The words as alternatives of a regular expression, the longest first; a space matches any number of blanks."""
    return _alternatives(tuple(words))


@lru_cache(maxsize=64)
def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"[ \t]+") for w in sorted(words, key=len, reverse=True))


@cache
def section_table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
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
        + MINUTES_WRITTEN
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


def other_headings(
    text: str, line_starts: Sequence[int], taken: Collection[int]
) -> Iterator[tuple[int, int, str, str]]:
    """(start, content, section, scope) of headings that only their words tell: "Home Program Modifications:"; but for those
    that start where one is taken already."""
    if (title := _HEP_TITLE.match(text)) and title.start("h") not in taken:
        yield title.start("h"), title.end(), "hep", "section"
    for match in matches_at(_ANY_HEADING, text, line_starts):
        start, words = match.start("h"), match["h"]
        if start in taken or block_code(words) is not None:
            continue
        section = next((name for pattern, name in _section_words() if pattern.search(words)), None)
        if section is None or (match["more"] and (section not in _LINE_ONLY or not words[0].isupper())):
            continue
        content = match.start("more") if match["more"] else match.end()
        yield start, content, section, "line" if match["more"] else "section"


_THER = re.compile(r"(?:ther|therapeutic) ")
""" "Ther. activities" is written for either."""


@cache
def block_terms() -> dict[str, str]:
    """Heading term (lower case) -> the code it stands for, from data/lexicon/blocks.csv."""
    path = tables.data_folder() / "lexicon" / "blocks.csv"
    known: dict[str, str] = {}
    for _, row in tables.rows(path, ["code", "terms", "source"]):
        for term in tables.listed(row["terms"]):
            known.setdefault(term.lower(), row["code"])
    for term, code in list(known.items()):
        known.setdefault(term.replace(" ", "-"), code)  # "thera-act"
        if first := _THER.match(term):
            known.setdefault(f"ther. {term[first.end() :]}", code)
    return known


def block_code(words: str) -> str | None:
    """The code that words stand for as a heading, whatever their case and spaces; None where they are no heading."""
    return block_terms().get(re.sub(r"\s+", " ", words.lower()))


@cache
def block_words() -> str:
    """All headings' words as alternatives of a regular expression."""
    return alternatives(list(block_terms()))


@cache
def timed_term() -> re.Pattern[str]:
    """A heading's words with a time of their own as one sentence among others ("... MT 10 min. Gait 8 min.")."""
    words = block_words()
    return re.compile(
        rf"(?<=[.;])[ \t]+(?P<h>{words})(?![A-Za-z])[ \t]*(?:x|for|-|–|:)?[ \t]*\d{{1,3}}[ \t]*(?:minutes?|mins?|'|′|’)(?=[ \t]*(?:[.;\r\n]|$))",
        re.IGNORECASE,
    )


@cache
def block_table() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    known = block_terms()
    words = alternatives(list(known))
    who = r"(?:(?:skilled|pt|ot|bue|ble|ue|le|b|r|l|seated|standing|supine|mat|gym|land|individual|1:1|one[- ]on[- ]one)[ \t]+)?"
    head = rf"(?P<pre>{who}(?P<code>{_CODE_WORD})[ \t]*[-–—:,|\t]*[ \t]*)?(?P<h>{who}(?:{words})(?![A-Za-z]))?"
    tail = rf"(?P<tail>{_TAIL})"
    opening = rf"(?:(?:service|procedure|code|intervention)s?[ \t]*\d?[ \t]*:[ \t]*|(?:block|part|circuit)[ \t]+[A-Z0-9][ \t]*[:.)–-]?[ \t]*)?(?={who}(?:{words}|CPT|[(\[\"“]?{CODE}))(?P<all>{head}{tail})[ \t]*(?P<mark>::?|=|[-–—]+(?=[ \t])|\t+|\||(?=[\r\n]|$)|(?=[ \t]))"
    at_line = re.compile(_START + opening, re.IGNORECASE)
    in_section = re.compile(r"[ \t]*" + opening, re.IGNORECASE)  # "O: NMR 18 - bridging"
    inline = re.compile(
        rf"(?<=[.;,|)\]/])[ \t]+(?:then[ \t]+|and[ \t]+)?(?P<all>{head}{tail})[ \t]*(?P<mark>:|[-–—](?=[ \t])|,?(?=[ \t]+[A-Za-z]))",
        re.IGNORECASE,
    )
    # a free heading: a short lead that holds a written code and ends in a colon ("1:1 in water 24 min (97113): ...")
    free = re.compile(
        rf"(?:^|(?<=[\n\r])|(?<=[.;] ))(?P<all>[^\n\r;]{{0,110}}?\(?(?P<code>{CODE})\)?[^\n\r:.;\"]{{0,30}}):(?=\s)",
        re.IGNORECASE,
    )
    return known, at_line, in_section, inline, free
