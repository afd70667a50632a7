"""Notes written otherwise: changes of layout that must not change what is coded, and words that must.

A change takes the reading of a note and gives its text anew; None where the note offers no place for it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from nlp_coder import tables
from nlp_coder.extract.layout import Section
from nlp_coder.extract.reading import Reading

Change = Callable[[Reading], str | None]
SEED = 11
_HEAD = re.compile(r"[A-Za-z][A-Za-z/&' -]*[A-Za-z]|[A-Za-z]")
_BEGINS = re.compile(r"(?:\A|[\r\n][ \t]*(?:[-*•][ \t]*)?|[.!?:][ \t]+)\Z")
_CELLS = re.compile(r"\||\S(?:\t| {3,})[ \t]*\S")
_BULLET = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?", re.MULTILINE)


def _each_line(change: Callable[[str], str]) -> Change:
    def changed(reading: Reading) -> str | None:
        return "\n".join(change(line) if line.strip() else line for line in reading.text.splitlines())

    return changed


def _heads(reading: Reading) -> list[tuple[int, int, Section]]:
    """(start, end, section) of the words of each section heading."""
    out = []
    for section in reading.layout.sections:
        found = _HEAD.search(reading.text, section.start, section.content)
        if found:
            out.append((*found.span(), section))
    return out


def _headings(change: Callable[[str, Section], str]) -> Change:
    def changed(reading: Reading) -> str | None:
        text, heads = reading.text, _heads(reading)
        for start, end, section in reversed(heads):
            text = text[:start] + change(text[start:end], section) + text[end:]
        return text if heads else None

    return changed


def _bullets(mark: str) -> Change:
    def changed(reading: Reading) -> str | None:
        heads = {reading.layout.line_at(start).start for start, _, _ in _heads(reading)}
        lines = [(line.start, reading.text[line.start : line.end]) for line in reading.layout.lines]
        return "\n".join(
            text if start in heads or not text.strip() else _BULLET.sub(mark, text, count=1) for start, text in lines
        )

    return changed


def _other_order(reading: Reading) -> str | None:
    """The sections in the opposite order, what stands before the first one kept there; headings within lines stay."""
    line_starts = {line.start for line in reading.layout.lines}
    starts = [s.start for s in reading.layout.sections if s.start in line_starts]
    if len(starts) < 2:
        return None
    ends = [*starts[1:], len(reading.text)]
    parts = [reading.text[a:b].rstrip("\r\n") for a, b in zip(starts, ends, strict=True)]
    return "\n".join([reading.text[: starts[0]].rstrip("\r\n"), *reversed(parts)]).lstrip("\n")


@cache
def _names() -> Mapping[str, Sequence[str]]:
    path = tables.data_folder() / "benchmark" / "headings.csv"
    out: dict[str, list[str]] = {}
    for _, row in tables.rows(path, ["section", "name", "source"]):
        out.setdefault(row["section"], []).append(row["name"])
    return out


def _renamed(words: str, section: Section) -> str:
    others = [n for n in _names().get(section.name, ()) if n.lower() != words.lower()]
    return random.Random(f"{SEED} {words}").choice(others) if others else words


def _quotes(text: str) -> str:
    return re.sub(r'"([^"\n]*)"', r"“\1”", text).replace("'", "’")


_PAGE = 78


def broken(text: str, width: int) -> str:
    """A text with blanks at a width made line ends, as mail programs do; as long as before."""
    out, begin, blank = list(text), 0, -1
    for place, sign in enumerate(text):
        if sign in "\r\n":
            begin, blank = place + 1, -1
        elif sign == " ":
            blank = place
        if place - begin >= width and blank > begin:
            out[blank], begin, blank = "\n", blank + 1, -1
    return "".join(out)


def _broken(reading: Reading) -> str | None:
    """The text broken at a page's width; None where hardly a line is longer."""
    text = broken(reading.original, _PAGE)
    return text if text.count("\n") > reading.original.count("\n") + 2 else None


SAME: Mapping[str, Change] = {
    "headings in capitals": _headings(lambda words, _: words.upper()),
    "headings in small letters": _headings(lambda words, _: words.lower() if len(words) > 2 else words),
    "headings by other names": _headings(_renamed),
    "sections in another order": _other_order,
    "bullets -": _bullets("- "),
    "bullets •": _bullets("• "),
    "Windows line ends": lambda r: r.text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "blank lines between": lambda r: r.text.replace("\r\n", "\n").replace("\n", "\n\n"),
    "lines indented by tabs": _each_line(lambda line: "\t" + line),
    "tabs after colons": lambda r: re.sub(r":[ ]+", ":\t", r.text),
    "spaces at line ends": _each_line(lambda line: line + "  "),
    "dashes of Unicode": lambda r: re.sub(r"(?<= )-(?= )", "–", r.text),
    "quotes of Unicode": lambda r: _quotes(r.text),
    "broken at 78 characters": _broken,
    "all on one line": lambda r: " ".join(r.text.split()) if "\n" in r.text.strip() else None,
    "all in capitals": lambda r: r.text.upper() if len(r.text.upper()) == len(r.text) else None,
}
"""What must not change activities, codes or status."""

OTHER: Mapping[str, tuple[str, str, str]] = {
    "Declined": ("Declined ", "", "declined"),
    "No ... today": ("No ", " today", "declined"),
    "HEP:": ("HEP: ", "", "home_program"),
    "Next visit:": ("Next visit: ", "", "planned"),
    "Last visit:": ("Last visit: ", "", "historical"),
}
"""What is put before and behind an activity, and the status that it must give it."""


def insertable(reading: Reading, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The activities before which a cue can be put as a therapist would write it: where a line, a sentence, or what
    follows a colon begins, and in no table, whose cells say what was done."""
    return [
        (a, b) for a, b in spans
        if _BEGINS.search(reading.text, max(a - 20, 0), a)
        and not _CELLS.search(reading.text, (line := reading.layout.line_at(a)).start, line.end)
    ]  # fmt: skip
