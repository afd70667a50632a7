"""A C-CDA document (.xml) as a note: the titles and narrative of its sections, its id, day, patient and author.

XML is read without entities, document types and network (defusedxml).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nlp_coder.exports.markup_text import BREAKS, mark, tidy
from nlp_coder.exports.note_rows import Rows, note_row
from nlp_coder.exports.note_types import note_types
from nlp_coder.exports.optional import optional
from nlp_coder.exports.text_file import LARGEST_NOTE, open_binary
from nlp_coder.problem import Problem

_TODO = "export the note as C-CDA again, or as plain text"


def cda_notes(path: Path) -> Rows:
    """The one note of a document. Raises Problem where it is no C-CDA."""
    with open_binary(path) as handle:
        data = handle.read(LARGEST_NOTE + 1)
    if len(data) > LARGEST_NOTE:
        raise Problem(str(path), f"is larger than {LARGEST_NOTE // 1_000_000} MB, too much for one note", _TODO)
    record = cda_record(data, str(path))
    yield note_row(1, {**record, "id": record["id"] or path.stem})


def cda_record(data: bytes, where: str) -> dict[str, Any]:
    """Text, id and context of a document. Raises Problem for anything else than a C-CDA with narrative."""
    etree = optional("defusedxml.ElementTree", where)
    unsafe = optional("defusedxml.common", where).DefusedXmlException
    try:
        root = etree.fromstring(data, forbid_dtd=True)
    except unsafe:
        raise Problem(where, "declares a document type or entities, which are not safe to read", _TODO) from None
    except (etree.ParseError, ValueError, LookupError):
        raise Problem(where, "is damaged or cut off: it is no well-formed XML", _TODO) from None
    if _name(root) != "ClinicalDocument":
        raise Problem(where, "is XML, but no C-CDA document", _TODO)
    parts: list[str] = []
    for section in root.iter(_tag(root, "section")):
        for child in section:
            if _name(child) in ("title", "text"):
                parts.append("\n")
                _words(child, parts)
    text = tidy("".join(parts))
    if not text.strip():
        raise Problem(where, "has no narrative in its sections", _TODO)
    code = root.find(_tag(root, "code"))
    return {
        "id": _id(root.find(_tag(root, "id"))),
        "text": text,
        "discipline": note_types().get(code.get("code", ""), "") if code is not None else "",
        "date_of_service": _day(root),
        "patient_id": _id(root.find(_path(root, "recordTarget", "patientRole", "id"))),
        "visit_id": _id(root.find(_path(root, "componentOf", "encompassingEncounter", "id"))),
        "therapist_id": _id(root.find(_path(root, "author", "assignedAuthor", "id"))),
    }


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _tag(root: Any, name: str) -> str:
    """A name in the namespace of the document."""
    return f"{str(root.tag).rpartition('}')[0]}}}{name}" if "}" in str(root.tag) else name


def _path(root: Any, *names: str) -> str:
    return "/".join(_tag(root, n) for n in names)


def _id(element: Any) -> str:
    return "" if element is None else str(element.get("extension") or element.get("root") or "")


def _day(root: Any) -> str:
    """The day of the visit, else of the document; "" where neither is a day."""
    visit = root.find(_path(root, "componentOf", "encompassingEncounter", "effectiveTime"))
    low = visit.find(_tag(root, "low")) if visit is not None else None
    for element in (low, visit, root.find(_tag(root, "effectiveTime"))):
        m = re.match(r"(\d{4})(\d{2})(\d{2})", element.get("value", "") if element is not None else "")
        if m:
            return "-".join(m.groups())
    return ""


def _words(element: Any, parts: list[str]) -> None:
    name = _name(element)
    parts.append(mark(name))
    parts.append(re.sub(r"\s+", " ", element.text or ""))
    for child in element:
        _words(child, parts)
        parts.append(re.sub(r"\s+", " ", child.tail or ""))
    if name in BREAKS:
        parts.append("\n")
