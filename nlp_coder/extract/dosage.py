"""Quantities in therapy shorthand: sets, reps, holds, loads, levels, distances, and the words for help and devices.

`measures(text)` gives every quantity with its kind and place. It knows the forms ("3x10", "x15", "30s hold", "3#",
"lvl 4", "gr III", "150 ft"), not the activities they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp_coder import tables
from nlp_coder.extract.phrases import Phrases
from nlp_coder.note import BodyPart, Dosage

_N = r"\d{1,4}(?:\.\d+)?"
_COLOUR = r"(?:yellow|red|green|blue|black|silver|gold|tan|beige|orange|purple|grey|gray|pink|white|peach|heavy|hvy|medium|med|light|lt|extra heavy|soft|firm)"
_BAND = r"(?:tb|t-?band|theraband|thera-band|band|bands|tubing|loop|putty|theraputty|powerweb|flexbar|digiflex|digi-flex|clothespins?|gripper|sponge)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "sets",
        r"\b(?P<s>\d{1,2})\s*[xX×*]\s*(?P<r>\d{1,3})(?!\d|\s*(?:ft|feet|foot|'|min|m\b|meters|yards|steps|stairs|laps))(?:\s*[xX×]\s*(?P<h2>\d{1,3})\s*(?:s\b|secs?\b|seconds?\b|\"|”|'')?)?(?:\s*(?P<h>s\b|secs?\b|seconds?\b|\"|”|''))?(?:\s*reps?\b)?",
    ),
    ("sets", r"\b(?P<s>\d{1,2})\s*sets?(?:\s*(?:of|x|×)\s*(?P<r>\d{1,3}))?(?:\s*reps?\b)?"),
    (
        "reps",
        r"(?<![\w.])[xX×]\s*(?P<r>\d{1,3})\b(?!\s*(?:min|m\b|'|ft|feet|/|units?\b|wks?|weeks?|days?|visits?))(?:\s*(?P<h>s\b|secs?\b|\"|”))?(?:\s*(?:reps?|ea|each)\b)?",
    ),
    ("reps", r"\b(?P<r>\d{1,3})\s*(?:reps?|repetitions?|times|trials)\b(?!\s*(?:a|per)\s+(?:day|week))"),
    (
        "hold",
        rf"\b(?:hold(?:s|ing)?\s*(?:of|for|x)?\s*)?(?P<h>{_N})\s*-?\s*(?:seconds?|secs?|s|\"|”|'')(?![A-Za-z0-9/])(?:\s*holds?\b)?",
    ),
    ("load", rf"(?<![\w.])(?P<l>{_N}\s*(?:#s?|lbs?\b\.?|pounds?\b|kgs?\b|oz\b)|#\s*\d{{1,3}}\b)"),
    ("resistance", rf"\b(?P<c>{_COLOUR})(?:/{_COLOUR})?(?:\s*(?:level\s*\d+\s*)?{_BAND}\b|\s+(?:resistance|tb)\b)"),
    (
        "level",
        r"\b(?P<v>(?:level|lvl|lv|res(?:istance)?)\s*:?\s*\d{1,2}|L(?:evel)?\s?\d{1,2}(?!\s*-\s*[SL5]|/)|(?:grades?|gr\.?)\s*(?:I{1,3}V?|IV|V|[1-5])(?:\s*[-–/+]{1,2}\s*(?:I{1,3}V?|IV|V|[1-5]))?|RPE\s*\d{1,2}|\d+(?:\.\d+)?\s*mph|\d{1,2}\s*%\s*(?:grade|incline)|(?:incline|grade)\s*\d{1,2}\s*%?)(?!\w)",
    ),
    (
        "distance",
        rf"(?<![\w.])(?P<d>{_N}[ \t]*(?:'[ \t]*x|ft\b\.?|feet\b|foot\b|meters?\b|metres?\b|yards?\b|yds?\b|laps?\b|lengths?\b|steps\b|stairs\b|blocks?\b|miles?\b))",
    ),
)
_COMPILED = tuple((kind, re.compile(p, re.IGNORECASE)) for kind, p in _PATTERNS)


_HEIGHT_BEFORE = re.compile(
    r"\b(?:steps?|box(?:es)?|blocks?|platforms?|stools?|stairs?|curbs?|kerbs?|hurdles?|ramps?|bolsters?|wedges?|risers?)"
    r"(?:[ -](?:ups?|downs?|overs?|taps?|touch(?:es)?|jumps?))?(?:[ \t]+(?:on|onto|off|over|from|at|of|to|a|an|the|fwd|lat|lateral|forward))*[ \t,(]*\Z",
    re.IGNORECASE,
)
_HEIGHT_AFTER = re.compile(
    r"[ \t-]*(?:high[ \t]+)?(?:steps?|box|blocks?|platforms?|stools?|stairs?|curb|kerb|hurdles?|bolster|wedge|risers?|balls?|seat|chair|mat|surface|doorway|diameter|tall|wide)\b",
    re.IGNORECASE,
)
_INCHES = ('"', "”", "''")


def _a_height(text: str, m: re.Match[str]) -> bool:
    """Whether the sign behind a number means inches: "step downs 4\"", "6\" box"."""
    if not m[0].rstrip().endswith(_INCHES):
        return False
    before = text[max(0, m.start() - 48) : m.start()]
    return bool(_HEIGHT_BEFORE.search(before) or _HEIGHT_AFTER.match(text, m.end()))


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity at start:end of a text; kind: sets, reps, hold, load, resistance, level, distance."""

    start: int
    end: int
    kind: str
    value: Dosage


def measures(text: str) -> list[Measure]:
    """Every quantity of a text in order of start, none overlapping."""
    out: list[Measure] = []
    taken = bytearray(len(text))
    for kind, pattern in _COMPILED:
        for m in pattern.finditer(text):
            if any(taken[m.start() : m.end()]):
                continue
            taken[m.start() : m.end()] = b"\1" * (m.end() - m.start())
            value = Dosage() if kind == "hold" and _a_height(text, m) else _value(kind, m)
            out.append(Measure(m.start(), m.end(), kind, value))
    return sorted(out, key=lambda x: x.start)


def _value(kind: str, m: re.Match[str]) -> Dosage:
    groups = m.groupdict()
    if kind == "sets":
        sets, reps = int(groups["s"]), int(groups["r"]) if groups.get("r") else None
        if groups.get("h2"):
            return Dosage(sets=sets, reps=reps, hold_seconds=int(groups["h2"]))
        if groups.get("h"):  # "3x30s": sets of one hold
            return Dosage(sets=sets, hold_seconds=reps)
        return Dosage(sets=sets, reps=reps)
    if kind == "reps":
        if groups.get("h"):
            return Dosage(hold_seconds=int(groups["r"]))
        return Dosage(reps=int(groups["r"]))
    if kind == "hold":
        return Dosage(hold_seconds=round(float(groups["h"])))
    if kind == "load":
        return Dosage(load=groups["l"].strip())
    if kind == "resistance":
        return Dosage(resistance=m[0].strip())
    if kind == "level":
        return Dosage(level=groups["v"].strip())
    return Dosage(distance=re.sub(r"\s*x$", "", groups["d"].strip()))


def together(parts: Iterable[Dosage]) -> Dosage | None:
    """One dosage of several measures: the first that names each quantity; None where there is none."""
    values: dict[str, object] = {}
    for part in parts:
        for name in Dosage.__slots__:
            value = getattr(part, name)
            if value is not None:
                values.setdefault(name, value)
    return Dosage(**values) if values else None  # type: ignore[arg-type]


@cache
def _terms(kind: str) -> tuple[Phrases, dict[str, str]]:
    names: dict[str, str] = {}
    path = tables.data_folder() / "lexicon" / "terms.csv"
    for _, row in tables.rows(path, ["kind", "name", "terms", "source"]):
        if row["kind"] == kind:
            for term in tables.listed(row["terms"]):
                names[term.lower()] = row["name"]
    return Phrases(names, r"(?<![\w/])", r"(?!\w)"), names


@lru_cache(maxsize=64)  # an item, and a note, is asked by several in a row
def named(kind: str, text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, canonical name) of every term of a kind of terms.csv (assistance, device, body_part) in a text."""
    phrases, names = _terms(kind)
    return tuple((m.start(), m.end(), names[re.sub(r"\s+", " ", m[0].lower())]) for m in phrases.finditer(text))


_SIDE = re.compile(
    r"\b(?:(?P<b>bilateral(?:ly)?|bilat\.?|both|B/L|BL|b(?=\s)|B|BUEs?|BLEs?)|(?P<l>left|lt\.?|L|LUE|LLE)|(?P<r>right|rt\.?|R|RUE|RLE))(?![\w'/])",
    re.IGNORECASE,
)


def body_parts(text: str) -> tuple[BodyPart, ...]:
    """Body parts a text names, each once, with the side written next to it ("R UT" -> neck, right)."""
    out: dict[str, BodyPart] = {}
    for start, end, name in named("body_part", text):
        window = text[max(0, start - 14) : end] + " " + text[end : end + 6]
        side = None
        for m in _SIDE.finditer(window):
            if len(m[0]) == 1 and not m[0].isupper():
                continue
            side = "bilateral" if m["b"] else "left" if m["l"] else "right"
        if name not in out or (out[name].side is None and side):
            out[name] = BodyPart(name, side)
    return tuple(out.values())
