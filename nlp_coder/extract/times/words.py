"""Words around a stated time: of headings, of rest, of other than treatment."""

from __future__ import annotations

import re
from functools import cache

from nlp_coder.extract.heading_words import CODE, block_code, block_terms, block_words
from nlp_coder.extract.numbers import CLOCK
from nlp_coder.extract.phrases import LETTERS, Phrases, matches_at
from nlp_coder.extract.reading import Reading

NO_TREATMENT = re.compile(
    r"\b(?:(?<!\bthe )rest(?:ed|s|ing)?|breaks?|recover(?:y|ed)?|settled|faded|fades|lost|missed|delay(?:ed)?|return(?:s|ed)? to|resolv(?:es|ed|ing)|wear(?:ing|s)?|wore|worn|every|q|each hour|ago|within|in under|per day|daily|drove|drive|driving|waited|late|sleep|slept|sleeping|"
    r"tolerat(?:es?|ed|ing)|held|could|can|able to (?:sit|stand|walk)|sits?|sat(?! for \d+ min\w* of\b)|stands?|stood|walks?|set ?up|setup|documentation|charting|until|after(?! (?:that|this|which|(?:we|I) did|the (?:eval\w*|exam\w*|assessment|warm[- ]?up|break|rest))\b)|for up to|up to|limit(?:ed)? to|(?<!together )(?<!these )(?<!these two )(?<!both )(?<!all )(?<!which )(?<!portion )(?<!part )(?<!block )(?<!segment )(?<!section )(?:lasted|lasting)|"
    r"connection (?:was )?(?:dropped|lost)|(?:call|video) dropped|dropped for|undress\w*|donn\w* gown|phone|travel|timer|MWT|min(?:ute)? walk|walk test|x/day|times a day|times daily|attention span|tolerance (?:now|is|was|up|of|to)|goal)\b",
    re.IGNORECASE,
)
REST_AFTER = re.compile(
    r"^\s{0,2}(?:of )?(?:(?:(?!with|incl|plus|and|exclu|not|minus)\w+ ){0,2}(?:breaks?|rests?)\b|(?:were |was )?(?:lost|missed|spent waiting)\b|delay|(?:each|every|per)[ \t]+(?:half[ \t-])?hour|and [\w-]+ seconds|break|recovery|pause|walk test|mwt|late\b|ago\b|later\b|before\b|after\b(?! that\b)|wear|on/|off\b|each hour|per day|/(?:day|station|side|leg|arm|exercise|set|bout|lap|hr|hour|session|wk|week)\b|x/|a day|(?:daily|weekly|monthly)(?![ \t]+(?:budget|plan|schedul|calendar|med|pill|menu|log|bill|routine))|every|timer|q\b|"
    r"setup|set-up|set up|to (?:settle|recover|rest)\b|warm[- ]?up period|unsupported|\d+x|bouts?\b|intervals?\b|between(?=[ \t]*(?:[.,;)]|$|(?:the )?(?:sets|bouts|reps|trials|exercises|tasks|walks|laps|efforts|rounds|stations)\b|each))|apart|prior|pre\b(?!-)|postprandial|post[- ]meds?)",
    re.IGNORECASE,
)


TOLERATED = re.compile(r"\btolerat(?:ed|ing|es)[ \t]*(?:a[ \t]|about[ \t]|only[ \t]|just[ \t])?\Z", re.IGNORECASE)
""" "Tolerated 12 min on the bike" is the bike's time (annotation guide)."""


def rest_follows(text: str, end: int, stop: int) -> bool:
    """Whether the words behind a time, in its sentence, say that it is rest or no treatment."""
    if text[end - 1] == "." and re.match(r"\s+[A-Z]", text[end : end + 3]):
        return False
    return REST_AFTER.match(text[end:stop]) is not None


MODALITY_AT_END = re.compile(
    r"[ \t]*(?:(?:\+|&|and\b|w/|with\b)[ \t]*[A-Za-z]{2,12}[ \t]*)?(?:together[ \t]+|x[ \t]?|for[ \t]+)?(?P<n>[5-9]|[12]\d|30)(?!\d)[ \t]+"
    r"(?:post\b|after(?:wards?)?\b[ \t]*(?:tx|treatment|ex|$|[.,;\r\n])|at (?:the )?end\b|to finish\b|together\b)",
    re.IGNORECASE,
)
""" "IFC + CP together 15 post", "ice 10 at end": a bare number, and when in the visit."""
AFTER_REST = re.compile(
    r"\bafter[ \t]+(?:(?:a|an|the|her|his|one|some|that)[ \t]+)?(?:\w+[ \t]+)?(?:rest|break|pause)(?=,?[ \t]+(?:we|I|she|he|they|pt|patient|client)\b)",
    re.IGNORECASE,
)
""" "After a rest we worked twelve minutes on ...": the time is the work's."""
OF_REST = re.compile(r"(?<!\bthe )\b(?:rests?|breaks?|pause)[ \t]*(?:of|x|for|:)?[ \t]*\Z", re.IGNORECASE)
""" "seated rest 3 min - 14 min": the first parts nothing."""
UNDER_IT = re.compile(r"[ \t]*(?:with|under|on)[ \t]+(?:(?:a|an|the|her|his)[ \t]+)?", re.IGNORECASE)
""" "Rests for 10 minutes with a cold pack": what joins rest to a modality given in it."""
TOLERANCE = re.compile(r"[ \t]*(?:of[ \t]+)?(?:standing|sitting|activity|upright)[ \t]+tol(?:erance)?\b", re.IGNORECASE)
""" "At the counter 3 min standing tolerance": how long the patient lasted."""
PART = re.compile(r"\bof[ \t]+(?:those|these|the|them)[ \t]+(?:minutes|mins?)\b", re.IGNORECASE)
""" "11 of those minutes": told as a part of a time before."""
EVERY = re.compile(r"\b(?:every|each|per|q|stations?[ \t]*[,:(-])[ \t]*\Z", re.IGNORECASE)


@cache
def term_pattern() -> re.Pattern[str]:
    words = block_words()
    return re.compile(
        rf"(?<![A-Za-z/])(?P<term>{words})(?![A-Za-z])\.?[ \t]*(?:\(?{CODE}\)?|\([A-Za-z][A-Za-z /,&-]{{1,20}}\)(?=[ \t]*\d))?[ \t]*(?:sub-?total|total|tot|time|mins?|minutes|x|for|@|was|took|lasted|ran|came to|accounted for)?(?:[ \t]*(?:today|incl(?:\.|uding|udes)?[ \t]+\w+))?[ \t]*(?:[:=–—-]|\.{{2,}}|…)?[ \t]*(?:\d[ \t]?(?:units?|un?\b)[ \t]*[,(:=/–—-]*[ \t]*|\d[ \t]*\((?=\d{{1,3}}[ \t]*(?:m|['’′])))?"
        rf"(?:(?P<a>{CLOCK})[ \t]*(?:-|–|to)[ \t]*(?P<b>{CLOCK})|(?P<m>\d{{1,3}})(?![\d:/%#]|\.\d|[ \t]*[-–][ \t]*\d|[ \t]*min\.?[ \t]*(?:A\b(?!-[a-z])|\(A\)|assist))[ \t]*(?P<unit>minutes|minute|mins|min|m\b|'|′|’)?(?![ \t]*(?:x|×|\*|ft|feet|reps|sets|units?|u\b|lbs?|sec|s\b|steps|stairs|laps?|lengths?|flights?|trips?|rounds?|ya?r?ds?|met(?:er|re)s?|[mk]?hz\b|w/cm|watts?\b|m?a\b|kg|cm\b|mm\b|\"|/\d|°|deg|[fc]\b|%)))",
        re.IGNORECASE,
    )


@cache
def _term_phrases() -> Phrases:
    """The same words by their first one, so that the pattern is tried only where one can begin."""
    return Phrases(block_terms(), r"(?<![A-Za-z/])", r"(?![A-Za-z])", LETTERS)


def terms_told(reading: Reading) -> list[re.Match[str]]:
    """Every heading's word with a number behind it that a note has; looked for once."""
    if "terms told" not in reading.kept:
        starts = (at for at, _ in _term_phrases().starts(reading.text))
        reading.kept["terms told"] = list(matches_at(term_pattern(), reading.text, starts))
    found: list[re.Match[str]] = reading.kept["terms told"]
    return found


@cache
def _term_first() -> re.Pattern[str]:
    return re.compile(rf"[ \t]*({block_words()})(?![A-Za-z])", re.IGNORECASE)


def term_after(after: str) -> str | None:
    """The code of a heading's word right behind a time ("= 20 min TE"), or None."""
    words = _term_first().match(after)
    return block_code(words[1]) if words else None


@cache
def _term_last() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z])(?:({CODE})|({block_words()}))(?:[ \t]+(?:part|portion|block|segment))?[ \t,:;–-]*$",
        re.IGNORECASE,
    )


def term_before(before: str) -> str | None:
    """The code of a heading's word or written code right before a "total" ("NMR total 17", "97110 tot 14"), or None."""
    named = term_that_ends(before)
    return named[1] if named else None


def term_that_ends(before: str) -> tuple[int, str | None] | None:
    """(where it begins, its code) of a heading's word or written code that ends a text; None where there is none."""
    words = _term_last().search(before)
    return None if words is None else (words.start(), words[1].upper() if words[1] else block_code(words[2]))
