"""Notes in HL7 version 2 messages: MDM^T02 documents and ORU text results, one message a row, read as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from nlp_coder.exports.compressed import DAMAGED
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows, note_row
from nlp_coder.exports.optional import optional
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import LARGEST_NOTE, open_text
from nlp_coder.exports.tracking import Tracker
from nlp_coder.problem import Problem

KINDS = ("MDM", "ORU")
_FRAMES = str.maketrans("", "", "\x0b\x1c")
"""What brackets a message on the wire (MLLP)."""
_ENVELOPE = ("FHS", "BHS", "BTS", "FTS")


def hl7_notes(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a file of messages; a row's number is that of its message. Raises Problem."""
    hl7 = optional("hl7", path)
    with open_text(path, newline=None, encoding=options.encoding) as handle:
        number = 0
        try:
            for number, segments in enumerate(_messages(handle, path), start=1):
                if track is not None:
                    track.at(handle)
                yield _row(number, segments, hl7)
        except DAMAGED:
            what = "the file is damaged or cut off from here on"
            yield BadRow(number + 1, f"row-{number + 1}", what, "export it again, or name its --encoding")
            return
        if not number:
            raise Problem(str(path), "holds no HL7 message", "give messages that begin with MSH")


def _messages(handle: TextIO, path: Path) -> Iterator[list[str]]:
    """The segments of each message: MSH begins one."""
    segments: list[str] = []
    size = 0
    for line in handle:
        line = line.translate(_FRAMES).rstrip("\n")
        if not line or line[:3] in _ENVELOPE:
            continue
        if line.startswith("MSH"):
            if segments:
                yield segments
            segments, size = [], 0
        elif not segments:
            raise Problem(
                str(path), "is no HL7 file: its first segment is not MSH", "give messages that begin with MSH"
            )
        elif not re.match(r"[A-Z][A-Z0-9]{2}.", line):
            # a text with a real line end in it: the rest belongs to the segment before
            segments[-1] += "\\.br\\" + line
            line = ""
        if line:
            segments.append(line)
        size += len(line)
        if size > LARGEST_NOTE:
            raise Problem(str(path), "holds a message too large for a note", "check the export")
    if segments:
        yield segments


def _row(number: int, segments: list[str], hl7: Any) -> NoteRow | BadRow:
    try:
        message = hl7.parse("\r".join(segments) + "\r")
        kind = _field(message, "MSH", 9)
    except Exception as error:  # the library's errors may quote the message
        what = f"is no readable HL7 message ({type(error).__name__})"
        return BadRow(number, f"row-{number}", what, "export it again as HL7 version 2")
    given = _part(_field(message, "TXA", 12)) or _part(_field(message, "OBR", 3)) or _part(_field(message, "MSH", 10))
    id = given or f"row-{number}"
    if kind[:3] not in KINDS:
        return BadRow(number, id, "is neither an MDM nor an ORU message", "export documents as MDM^T02 or ORU^R01")
    lines: list[str] = []
    for segment in message:
        if str(segment[0]) == "OBX" and len(segment) > 5:
            value_type = str(segment[2])
            if value_type not in ("TX", "FT", "ST"):
                if not lines and value_type == "ED":
                    return BadRow(
                        number, id, "holds an attached file, no text", "export the text as OBX of type TX or FT"
                    )
                continue
            lines += [_plain(message, str(part)) for part in segment[5]]
    visit = _part(_field(message, "PV1", 19))
    return note_row(
        number,
        {
            "id": id,
            "text": "\n".join(lines),
            "patient_id": _part(_field(message, "PID", 3)),
            "visit_id": visit,
            "therapist_id": _part(_field(message, "TXA", 9)) or _part(_field(message, "OBR", 16)),
            "date_of_service": _day(
                _field(message, "TXA", 4) or _field(message, "OBR", 7) or _field(message, "PV1", 44)
            ),
        },
    )


def _field(message: Any, segment: str, number: int) -> str:
    """A field of the first segment of a name, "" where there is none."""
    for part in message:
        if str(part[0]) == segment:
            return str(part[number]) if len(part) > number else ""
    return ""


def _part(field: str) -> str:
    """The first component of the first repetition: an id without who gave it."""
    return re.split(r"[~^]", field)[0].strip()


def _day(stamp: str) -> str:
    m = re.match(r"(\d{4})(\d{2})(\d{2})", stamp)
    return "-".join(m.groups()) if m else ""


def _plain(message: Any, words: str) -> str:
    """Text without HL7's escapes; \\.br\\ and the like end a line."""
    words = re.sub(r"\\\.(?:br|sp\d*|ce)\\", "\n", words)
    words = re.sub(r"\\X0D(?:0A)?\\|\\X0A\\", "\n", words)
    return str(message.unescape(words))
