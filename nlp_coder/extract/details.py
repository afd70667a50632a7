"""What the note says about one activity beside its name: dosage, body parts, level of assistance."""

from __future__ import annotations

from dataclasses import dataclass

from nlp_coder.extract.dosage import body_parts, together
from nlp_coder.extract.reading import Reading
from nlp_coder.note import BodyPart, Dosage


@dataclass(frozen=True, slots=True)
class Details:
    """Details of one activity; None or empty where the note is silent."""

    dosage: Dosage | None
    body_parts: tuple[BodyPart, ...]
    assistance: str | None


def details_of(reading: Reading, start: int, end: int, item: tuple[int, int]) -> Details:
    """Details of the activity at start:end whose own part of the note is item (start, end)."""
    dosage = together(q.value for q in reading.measures if start <= q.start < item[1])
    assistance = next(
        (reading.text[a:b] for a, b, name in reading.assistance if start <= a < item[1] and name != "cues"), None
    )
    cues = next((reading.text[a:b] for a, b, name in reading.assistance if start <= a < item[1]), None)
    parts = body_parts(reading.text[start:end]) or body_parts(reading.text[item[0] : item[1]])
    return Details(dosage, parts, assistance or cues)
