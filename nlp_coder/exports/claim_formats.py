"""The claim-ready formats by name: CMS-1500 service lines, X12 837P segments, FHIR R4 resources."""

from __future__ import annotations

import io
from datetime import date

from nlp_coder.exports.spreadsheet import SafeRows
from nlp_coder.note import CodedNote

CLAIM_FORMATS: dict[str, tuple[str, ...]] = {
    "cms1500": (".csv",),
    "x12": (".x12", ".837", ".edi"),
    "fhir": (".ndjson",),
}
"""Format -> endings of its files. `.csv` alone means claim lines with reasons, the others mean their format."""
_BY_ENDING = {ending: name for name, endings in CLAIM_FORMATS.items() for ending in endings if ending != ".csv"}


def format_of_ending(ending: str) -> str | None:
    """The claim-ready format that an ending alone stands for.

    >>> format_of_ending(".837"), format_of_ending(".csv")
    ('x12', None)
    """
    return _BY_ENDING.get(ending.lower())


def claim_header(name: str) -> str:
    """What stands before the notes of a file in this format."""
    if name != "cms1500":
        return ""
    from nlp_coder.exports.cms1500_rows import COLUMNS

    out = io.StringIO(newline="")
    SafeRows(out, COLUMNS)
    return out.getvalue()


def claim_text(note: CodedNote, name: str, *, with_text: bool, created: date) -> str:
    """A note's part of a file in this format; "" where it has no service line. created: the day of FHIR's Claim."""
    if name == "x12":
        from nlp_coder.exports.x12_segments import x12_segments

        return x12_segments(note)
    if name == "fhir":
        from nlp_coder.exports.fhir_claim import fhir_lines

        return fhir_lines(note, with_text=with_text, created=created)
    from nlp_coder.exports.cms1500_rows import cms1500_rows

    out = io.StringIO(newline="")
    rows = SafeRows(out, None)
    for cells in cms1500_rows(note):
        rows.write(cells)
    return out.getvalue()
