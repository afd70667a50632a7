"""The types of coded notes in Parquet: the output contract's record with nested activities, lines and alerts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nlp_coder.exports.flat_rows import Shape

_AS_JSON = ("context", "model")
"""Objects whose keys vary are kept as JSON text."""


def flat_schema(arrow: Any, shape: Shape) -> Any:
    """The schema of rows."""
    types = {"whole": arrow.int32(), "fraction": arrow.float64(), "text": arrow.string()}
    return arrow.schema([(column, types[shape.kind(column)]) for column in shape.columns])


def record_schema(arrow: Any) -> Any:
    """The schema of whole records. `review` is null where nobody asked for it."""
    text, whole, number, truth = arrow.string(), arrow.int32(), arrow.float64(), arrow.bool_()

    def listed(**fields: Any) -> Any:
        return arrow.list_(arrow.struct(list(fields.items())))

    place = {"start": whole, "end": whole}
    dosage = arrow.struct(
        [
            ("sets", whole),
            ("reps", whole),
            ("hold_seconds", whole),
            *((n, text) for n in ("load", "resistance", "level", "distance")),
        ]
    )
    activities = listed(
        quote=text, **place, status=text, code=text, confidence=number,
        alternatives=listed(code=text, confidence=number), not_ruled_out=arrow.list_(text), minutes=whole, minutes_from=text, dosage=dosage,
        body_parts=listed(name=text, side=text), purposes=arrow.list_(text), assistance=text,
        evidence=listed(kind=text, id=text, code=text, weight=number, reason=text, source=text, **place),
    )  # fmt: skip
    lines = listed(
        code=text, units=whole, minutes=whole, modifiers=arrow.list_(text), activities=arrow.list_(whole), timed=truth,
        billable=truth, explanation=text, basis=text,
    )  # fmt: skip
    return arrow.schema([
        ("id", text), ("text", text), ("discipline", text), ("unit_rule", text), ("activities", activities), ("lines", lines),
        ("timed_minutes", whole), ("total_minutes", whole), ("stated_timed_minutes", whole), ("stated_total_minutes", whole),
        ("alerts", listed(kind=text, severity=text, message=text, code=text, element=text, **place)),
        ("unit_explanation", arrow.list_(text)),
        ("unit_table", listed(code=text, minutes=whole, whole=whole, remainder=whole, left_over_unit=truth, cms=whole,
                              ama=whole)),
        ("documentation", listed(code=text, element=text, present=truth, places=arrow.list_(arrow.list_(whole)),
                                 look_for=text, named=truth, source=text)),
        ("context", text), ("model", text), ("review", text),
    ])  # fmt: skip


def parquet_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its varying objects as JSON text."""
    return {k: json.dumps(v, ensure_ascii=False) if k in _AS_JSON else v for k, v in record.items()}
