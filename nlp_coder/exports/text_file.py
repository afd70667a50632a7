"""Text as people's systems write it: which encoding a file is in, and a clear word where it is no text at all.

A file is read as its byte order mark says; without one as UTF-8, else UTF-16 where every other byte is empty, else as
Windows-1252. Line ends are kept as they are, so that offsets count the characters of the file.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from nlp_coder.exports.compressed import DAMAGED, unpacked
from nlp_coder.problem import Problem

CHUNK = 1 << 20
LARGEST_NOTE = 20_000_000
"""Bytes. A note longer than this is a mistake (a whole export given as one note)."""

_AS_TEXT = "export or copy the note as plain text"
_SIGNATURES = (
    (b"%PDF-", "is a PDF, not text", _AS_TEXT),
    (b"PK\x03\x04", "is a Word, Excel or zip file, not text", _AS_TEXT),
    (b"\xd0\xcf\x11\xe0", "is an old Word or Excel file, not text", _AS_TEXT),
    (b"{\\rtf", "is rich text (RTF), not plain text", "save it as plain text"),
    (b"\x1f\x8b", "is compressed (gzip)", "unpack it first"),
    (b"\x89PNG", "is a picture, not text", "type or paste the note"),
    (b"\xff\xd8\xff", "is a picture, not text", "type or paste the note"),
    (b"GIF8", "is a picture, not text", "type or paste the note"),
    (b"PAR1", "is a Parquet file, not text", "export it as CSV or JSON Lines"),
    (b"SQLite format 3", "is a database, not text", "export it as CSV or JSON Lines"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = "holds NUL bytes, so it is binary or damaged"
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")


def encoding_of(chunks: Iterable[bytes], where: str) -> str:
    """The encoding of text given in chunks of bytes. Raises Problem where it is binary or in no encoding we know."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    encoding, windows = "utf-8", True
    for number, chunk in enumerate(chunks):
        if number == 0:
            for signature, what, todo in _SIGNATURES:
                if chunk.startswith(signature):
                    raise Problem(where, what, todo)
            for mark, name in _MARKS:
                if chunk.startswith(mark):
                    return name
            if b"\0" in chunk[:4096]:
                return _without_mark(chunk[:4096], where)
            head = chunk[:4096]
            if sum(b in _CONTROLS for b in head) > len(head) // 50:
                raise Problem(where, "holds control bytes, so it is binary or damaged", _AS_TEXT)
        if b"\0" in chunk:
            raise Problem(where, _BINARY, _AS_TEXT)
        if encoding == "utf-8":
            try:
                utf8.decode(chunk)
            except UnicodeDecodeError:
                encoding = "cp1252"
        windows = windows and not any(b in chunk for b in b"\x81\x8d\x8f\x90\x9d")
    if encoding == "utf-8":
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            encoding = "cp1252"
    if encoding == "cp1252" and not windows:
        raise Problem(where, "is neither UTF-8 nor Windows text", "save it as UTF-8")
    return encoding


def _without_mark(head: bytes, where: str) -> str:
    """UTF-16 without a byte order mark: mostly plain letters, so that nearly every other byte is NUL."""
    half = len(head) // 2
    first, second = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if second > half * 0.6 and first <= half * 0.02:
        return "utf-16-le"
    if first > half * 0.6 and second <= half * 0.02:
        return "utf-16-be"
    raise Problem(where, _BINARY, _AS_TEXT)


def open_binary(path: Path) -> BinaryIO:
    """The file opened for reading. Raises Problem where it is missing, a folder or not ours to read."""
    where = str(path)
    try:
        if path.is_dir():
            raise Problem(where, "is a folder", "name a file in it")
        return open(path, "rb")
    except FileNotFoundError:
        raise Problem(where, "there is no such file", "check the name") from None
    except PermissionError:
        raise Problem(where, "may not be read", "check the file's permissions") from None
    except (OSError, ValueError) as error:
        raise Problem(where, f"cannot be opened ({reason(error)})", "check the name") from None


def open_text(path: Path, *, newline: str | None = "", encoding: str | None = None) -> TextIO:
    """A text file of any size, also .gz or .zst, opened in its own encoding, line ends as they are. Raises Problem.

    encoding: the one the user names, None to find it out.
    """
    if encoding is None:
        with open_binary(path) as handle, unpacked(handle, path) as plain:
            encoding = encoding_of(_until_damaged(plain), str(path))
    else:
        encoding = named_encoding(encoding)
    return io.TextIOWrapper(unpacked(open_binary(path), path), encoding=encoding, errors="strict", newline=newline)


def named_encoding(name: str) -> str:
    """An encoding as Python calls it; UTF-8 and UTF-16 with or without a byte order mark. Raises Problem."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)
    except (LookupError, ValueError):
        raise Problem("--encoding", f"{name!r} is unknown", "give one such as utf-8, cp1252 or utf-16") from None
    return "utf-8-sig" if known == "utf-8" else known


def _until_damaged(handle: BinaryIO) -> Iterator[bytes]:
    """The file's chunks; a cut-off compressed file ends after its last whole line (reading the rows says so)."""
    held = b""
    while True:
        try:
            chunk = handle.read(CHUNK)
        except DAMAGED:
            yield held[: held.rfind(b"\n") + 1]
            return
        if held:
            yield held
        if not chunk:
            return
        held = chunk


def read_note(path: Path) -> str:
    """The text of one note. Raises Problem where it is not readable, no text, or empty."""
    with open_binary(path) as handle:
        return decode_note(handle.read(LARGEST_NOTE + 1), str(path))


def decode_note(data: bytes, where: str, encoding: str | None = None) -> str:
    """The text of one note from its bytes, without a byte order mark. Raises Problem."""
    if len(data) > LARGEST_NOTE:
        raise Problem(
            where,
            f"is larger than {LARGEST_NOTE // 1_000_000} MB, too much for one note",
            "use `nlp-coder batch` for an export of many notes",
        )
    if not data.strip():
        raise Problem(where, "is empty", "give the text of a note")
    if encoding is None:
        encoding = encoding_of((data[i : i + CHUNK] for i in range(0, len(data), CHUNK)), where)
    else:
        encoding = named_encoding(encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Problem(where, f"is damaged: not all of it is {encoding.upper()}", "save it as UTF-8") from None
    return checked_note(text, where)


LONGEST_NOTE = 60_000
"""Characters: some thirty pages. A longer text is an export or a fault, and would take minutes."""


def checked_note(text: str, where: str) -> str:
    """The text itself where it can be coded. Raises Problem for empty text, NULs and halves of characters."""
    if len(text) > LONGEST_NOTE:
        raise Problem(where, f"has {len(text):,} characters, too many for one visit's note", "split it by visit")
    if not text.strip():
        raise Problem(where, "is empty", "give the text of a note")
    if "\0" in text:
        raise Problem(where, _BINARY, _AS_TEXT)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Problem(where, "holds half of a character (a lone surrogate)", "export it again as UTF-8") from None
    return text


def reason(error: Exception) -> str:
    """Why the system refused, without the values it refused."""
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
