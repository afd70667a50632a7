"""The lines of a note that a claim can carry, and those that it cannot, each with its reason.

Claim-ready files are skeletons: nothing that the note does not give is made up. Whoever bills adds it (`TO_ADD`).
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp_coder.note import CodedNote, ServiceLine

TO_ADD = "charges, diagnosis pointers, place of service, patient, payer and provider"
MOST_MODIFIERS = 4
"""Modifiers of a service line in CMS-1500 item 24D and in the 837P's SV101."""


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """lines: with units and at most four modifiers. left_out: (code, why) of the others. day: ISO, None if not given."""

    lines: tuple[ServiceLine, ...]
    left_out: tuple[tuple[str, str], ...]
    day: str | None


def service_lines(note: CodedNote) -> ServiceLines:
    """What a claim-ready file writes of a note, and what it leaves out."""
    lines: list[ServiceLine] = []
    out: list[tuple[str, str]] = []
    for line in note.lines:
        if not line.billable or line.units == 0:
            out.append((line.code, f"not billable: {line.explanation}".strip()))
        elif line.units is None:
            out.append((line.code, "its units are open: the note does not state its minutes"))
        elif len(line.modifiers) > MOST_MODIFIERS:
            out.append(
                (line.code, f"it has {len(line.modifiers)} modifiers, and a service line holds {MOST_MODIFIERS}")
            )
        else:
            lines.append(line)
    return ServiceLines(tuple(lines), tuple(out), note.context.get("date_of_service"))
