"""Labelled notes and phrases written by hand in marked-up text, and their compilation to the record of the contract.

A file of marked notes holds notes like this one (see data/labels/README.md for the whole guide):

    #### id=w1-001 discipline=PT setting="outpatient ortho" rule=cms
    TE 21': {{bike rocking for ROM|97110|8}}, {{quad sets|97110}} 10x10s
    P: add {{TKE w/ band|97110|plan}}
    #### lines 97110=21 97010=? total=48 alerts=minutes_mismatch

Each mark is {{words|code[/other defensible codes][|status][|minutes]}}. A file of marked phrases holds one-line notes,
one a line, marked the same way; a line without a mark holds no activity. Units, timed minutes and the alerts that
follow from the lines are derived, never written.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATUS_WORDS = {
    "home": "home_program", "home_program": "home_program", "plan": "planned", "planned": "planned",
    "decl": "declined", "declined": "declined", "hist": "historical", "historical": "historical",
    "done": "performed", "performed": "performed",
}  # fmt: skip
ALERT_WORDS = {"minutes_mismatch", "code_disagrees", "missing_documentation", "overlapping_times", "mue_exceeded"}
_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_CODE = re.compile(r"[0-9G][0-9]{4}")


class MarkupError(ValueError):
    """A marked file is not as it must be; the message names file and line."""


@dataclass(frozen=True)
class Marked:
    """A text with its marks taken out, and the activities they named (records of the contract, in order of start)."""

    text: str
    activities: tuple[dict[str, Any], ...]


def unmark(marked: str, where: str) -> Marked:
    """Take the marks out of a text. where: file and line, for the error message. Raises MarkupError."""
    out: list[str] = []
    activities: list[dict[str, Any]] = []
    length = last = 0
    for mark in _MARK.finditer(marked):
        before = marked[last : mark.start()]
        out.append(before)
        length += len(before)
        parts = mark[1].split("|")
        words, codes = parts[0], parts[1].split("/") if len(parts) > 1 else []
        if not words or words != words.strip() or words[-1] in ",;:.":
            raise MarkupError(f"{where}: mark {mark.start()}: words are empty or end in a space or , ; : .")
        if not codes or not all(_CODE.fullmatch(c) for c in codes):
            raise MarkupError(f"{where}: mark {words[:30]!r}: the code is missing or no code: {codes}")
        status, minutes = "performed", None
        for part in parts[2:]:
            if part.isdigit():
                minutes = int(part)
            elif part in STATUS_WORDS:
                status = STATUS_WORDS[part]
            else:
                raise MarkupError(f"{where}: mark {words[:30]!r}: {part!r} is neither minutes nor a status")
        activities.append(
            {"quote": words, "start": length, "end": length + len(words), "status": status, "code": codes[0],
             "acceptable": list(dict.fromkeys(codes)), "minutes": minutes}
        )  # fmt: skip
        out.append(words)
        length += len(words)
        last = mark.end()
    out.append(marked[last:])
    text = "".join(out)
    if "{{" in text or "}}" in text:
        raise MarkupError(f"{where}: a mark is not closed or not opened")
    return Marked(text, tuple(activities))


def marked_notes(path: Path) -> Iterator[tuple[int, dict[str, str], Marked, dict[str, str]]]:
    """(line number, head, marked text, tail) of each note of a file; head and tail as their key=value pairs."""
    head: dict[str, str] | None = None
    body: list[str] = []
    start = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.startswith("####"):
            body.append(line)
            continue
        try:
            words = shlex.split(line[4:], posix=True)
        except ValueError as error:
            raise MarkupError(f"{path.name} line {number}: {error}") from None
        pairs = dict(w.split("=", 1) for w in words if "=" in w)
        if words and words[0] == "lines":
            if head is None:
                raise MarkupError(f"{path.name} line {number}: 'lines' without a note before it")
            yield start, head, unmark("\n".join(body).strip("\n"), f"{path.name} line {start}"), pairs
            head = None
        else:
            if head is not None:
                raise MarkupError(f"{path.name} line {number}: the note of line {start} has no '#### lines' row")
            if "id" not in pairs or pairs.get("rule", "cms") not in ("cms", "ama"):
                raise MarkupError(f"{path.name} line {number}: a note needs id=… and rule=cms or rule=ama")
            head, body, start = pairs, [], number
    if head is not None:
        raise MarkupError(f"{path.name} line {start}: the note has no '#### lines' row")


def marked_phrases(path: Path) -> Iterator[tuple[int, Marked]]:
    """(line number, marked one-line note) of a file of phrases; blank lines and those that begin with # passed over."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, unmark(line.strip(), f"{path.name} line {number}")
