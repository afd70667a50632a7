"""Queries as a sheet to send to the therapist: plain text, one note after the other."""

from __future__ import annotations

import io
from typing import TextIO

from nlp_coder.bill.queries import queries
from nlp_coder.exports.claim_view import plain
from nlp_coder.note import CodedNote


def write_queries(note: CodedNote, handle: TextIO, *, with_text: bool = True) -> int:
    """Write a note's queries; a note without any leaves one line. Returns their number."""
    asked = queries(note, with_text=with_text)
    handle.write(f"Queries for note {plain(note.id)}\n")
    if not asked:
        handle.write("None.\n\n")
    for number, query in enumerate(asked, 1):
        handle.write(f"\n{number}. {query.question}\n")
        if query.quotes:
            handle.write(f"   The note says: {'; '.join(f'“{plain(q)}”' for q in query.quotes)}\n")
        elif query.places:
            handle.write(f"   About characters {', '.join(f'{a}-{b}' for a, b in query.places)} of the note\n")
        handle.writelines(f"   [ ] {choice}\n" for choice in query.choices)
        if not query.choices:
            handle.write("   Answer: ____\n")
    if asked:
        handle.write("\n")
    return len(asked)


def query_text(note: CodedNote, *, with_text: bool = True) -> str:
    """A note's queries as its part of a sheet for many notes; "" for a note without any."""
    out = io.StringIO()
    return out.getvalue() if write_queries(note, out, with_text=with_text) else ""
