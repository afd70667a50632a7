"""Notes of a FHIR R4 export (NDJSON): one DocumentReference a row, its text inline or in base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from nlp_coder.exports.markup_text import markup_text
from nlp_coder.exports.note_rows import BadRow, NoteRow, note_row
from nlp_coder.exports.note_types import note_types
from nlp_coder.exports.text_file import decode_note
from nlp_coder.problem import Problem

_LOINC = "loinc.org"


def fhir_row(number: int, resource: Mapping[str, Any]) -> NoteRow | BadRow:
    """The note of one resource, or why it is none (another resource, another kind of note, no text)."""
    id = str(resource.get("id") or f"row-{number}")
    try:
        kind = resource.get("resourceType")
        if kind != "DocumentReference":
            raise Problem("resourceType", "is no DocumentReference", "export DocumentReference resources")
        if resource.get("status") == "entered-in-error":
            raise Problem("status", "is entered-in-error", "leave the document out, or correct its status")
        discipline = _discipline(resource)
        return note_row(number, {**_context(resource), "id": id, "discipline": discipline, "text": _text(resource)})
    except Problem as problem:
        return BadRow(number, id, f"{problem.where}: {problem.what}", problem.todo)
    except (AttributeError, TypeError, KeyError, IndexError):
        # a list where an object belongs, and the like
        return BadRow(number, id, "is not shaped as a FHIR R4 DocumentReference", "export it again as FHIR R4")


def _discipline(resource: Mapping[str, Any]) -> str:
    """The discipline that the note's type stands for, "" where it has no LOINC type. Raises Problem for other kinds."""
    codes = [
        str(c.get("code"))
        for c in (resource.get("type") or {}).get("coding") or ()
        if _LOINC in str(c.get("system", _LOINC))
    ]
    known = [note_types()[c] for c in codes if c in note_types()]
    if codes and not known:
        listed = ", ".join(note_types())
        raise Problem("type", "is another kind of note than a therapy note", f"export the LOINC types {listed}")
    return known[0] if known else ""


def _context(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What the resource says of the visit; references give the id after the last slash."""
    inner = resource.get("context") or {}
    period = inner.get("period") or {}
    return {
        "patient_id": _reference(resource.get("subject")),
        "visit_id": _reference(next(iter(inner.get("encounter") or ()), None)),
        "therapist_id": _reference(next(iter(resource.get("author") or ()), None)),
        "date_of_service": str(period.get("start") or resource.get("date") or "")[:10],
    }


def _reference(value: Mapping[str, Any] | None) -> str:
    return str((value or {}).get("reference") or "").rpartition("/")[2]


def _text(resource: Mapping[str, Any]) -> str:
    """The text of the first attachment that has one, else of the resource's narrative. Raises Problem."""
    refused: Problem | None = None
    for attachment in _attachments(resource):
        try:
            text = _attached(attachment, resource)
        except Problem as problem:
            refused = problem
            continue
        if text.strip():
            return text
    narrative = (resource.get("text") or {}).get("div")
    if narrative:
        return markup_text(str(narrative), "text.div")
    raise refused or Problem("content", "holds no text", "export the documents with their data (attachment.data)")


def _attachments(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Plain text before the other forms of the same note."""
    found: Sequence[Mapping[str, Any]] = [c["attachment"] for c in resource.get("content") or () if c.get("attachment")]
    yield from sorted(found, key=lambda a: not str(a.get("contentType") or "text/plain").startswith("text/plain"))


def _attached(attachment: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    kind, data = str(attachment.get("contentType") or "text/plain"), attachment.get("data")
    url = str(attachment.get("url") or "")
    if data is None and url.startswith("data:"):
        head, _, body = url[5:].partition(",")
        kind = head.removesuffix(";base64") or kind
        content = _decoded(body) if head.endswith(";base64") else unquote_to_bytes(body)
    elif data is None:
        inside = next(
            (c for c in resource.get("contained") or () if url.startswith("#") and c.get("id") == url[1:]), None
        )
        if inside is None or inside.get("data") is None:
            raise Problem("content", "only points to the text elsewhere", "export the documents with their data")
        kind, content = str(inside.get("contentType") or kind), _decoded(inside["data"])
    else:
        content = _decoded(data)
    return _as_text(content, kind)


def _decoded(data: object) -> bytes:
    try:
        return base64.b64decode(re.sub(r"\s+", "", str(data)), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("content", "is no valid base64", "export the document again") from None


def _as_text(content: bytes, kind: str) -> str:
    media, _, rest = kind.partition(";")
    media = media.strip().lower()
    if media == "application/pdf":
        from nlp_coder.exports.pdf_notes import pdf_text

        return pdf_text(content, "content")
    charset = re.search(r"charset=\"?([\w.-]+)", rest)
    text = decode_note(content, "content", charset[1] if charset else None)
    if media in ("text/html", "application/xhtml+xml"):
        return markup_text(text, "content")
    if media in ("text/xml", "application/xml", "application/hl7-v3+xml", "application/hl7-cda+xml"):
        from nlp_coder.exports.cda_notes import cda_record

        return str(cda_record(content, "content")["text"])
    if not media.startswith("text/plain"):
        raise Problem("content", "is neither plain text, HTML, XML nor PDF", "export the note as plain text")
    return text
