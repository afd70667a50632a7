"""Coded notes as JSON: one object of the output contract, alone and readable or one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nlp_coder.note import CodedNote


def note_json(note: CodedNote, *, with_text: bool = True) -> str:
    """One note, indented for reading, with a line end."""
    return json.dumps(note.to_dict(with_text=with_text), ensure_ascii=False, indent=2) + "\n"


def json_line(record: Mapping[str, Any]) -> str:
    """One record on one line, with a line end; halves of characters are escaped, so that every record can be written."""
    line = json.dumps(record, ensure_ascii=False)
    if not line.isprintable():
        # U+2028 and its like end a line for some readers; escaped they mean the same
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(record) + "\n"
        line = line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
    return line + "\n"
