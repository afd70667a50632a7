"""A PDF with a text layer as a note. A scan has no text: it is said, never guessed."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from nlp_coder.exports.note_rows import Rows, note_row
from nlp_coder.exports.optional import optional
from nlp_coder.exports.text_file import open_binary
from nlp_coder.problem import Problem

LARGEST = 100_000_000
"""Bytes of a PDF; a larger one is no note."""


def pdf_notes(path: Path) -> Rows:
    """The one note of a PDF. Raises Problem where it has no text."""
    with open_binary(path) as handle:
        data = handle.read(LARGEST + 1)
    yield note_row(1, {"id": path.stem, "text": pdf_text(data, str(path))})


def pdf_text(data: bytes, where: str) -> str:
    """The text of all pages, one after the other. Raises Problem for scans, locked and damaged files."""
    pypdf = optional("pypdf", where)
    if len(data) > LARGEST:
        raise Problem(
            where, f"is larger than {LARGEST // 1_000_000} MB, too much for one note", "give its pages as notes"
        )
    # its remarks on a file's faults may quote the file
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Problem(where, "is locked with a password", "save it without one")
        pages = [page.extract_text() for page in reader.pages]
    except Problem:
        raise
    except Exception as error:  # the library has no one kind of error for damaged files
        kind = type(error).__name__
        raise Problem(where, f"is a damaged PDF ({kind})", "export it again, or as plain text") from None
    if not any(p.strip() for p in pages):
        raise Problem(where, "is a scan: it holds pictures, no text", "run text recognition (OCR) on it first")
    return "\n".join(pages)
