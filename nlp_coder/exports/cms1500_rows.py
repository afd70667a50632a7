"""Service lines as the columns 24A to 24J of the CMS-1500 form. What is not known stays empty: it is for the biller to add."""

from __future__ import annotations

from collections.abc import Iterator

from nlp_coder.exports.service_lines import MOST_MODIFIERS, service_lines
from nlp_coder.note import CodedNote

COLUMNS: tuple[str, ...] = (
    "id", "form", "line", "24A_from", "24A_to", "24B_place_of_service", "24C_emg", "24D_cpt_hcpcs",
    *(f"24D_modifier_{n}" for n in range(1, MOST_MODIFIERS + 1)), "24E_diagnosis_pointer", "24F_charges",
    "24G_days_or_units", "24H_epsdt", "24I_id_qualifier", "24J_rendering_provider_id",
)  # fmt: skip
LINES_OF_A_FORM = 6


def cms1500_rows(note: CodedNote) -> Iterator[list[object]]:
    """One row a service line, cells in the order of COLUMNS. Days as MM/DD/YYYY."""
    found = service_lines(note)
    day = "" if found.day is None else "{1}/{2}/{0}".format(*found.day.split("-"))
    for number, line in enumerate(found.lines):
        form, place = divmod(number, LINES_OF_A_FORM)
        modifiers = [*line.modifiers, *[""] * MOST_MODIFIERS][:MOST_MODIFIERS]
        yield [
            note.id, form + 1, place + 1, day, day, "", "", line.code, *modifiers, "", "", line.units, "", "", "",
        ]  # fmt: skip
