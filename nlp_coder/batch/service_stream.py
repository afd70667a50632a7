"""Structured services through billing: a stream of records in, a stream of billed records out, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nlp_coder.bill import Rulebook, ServiceError, bill_record
from nlp_coder.exports.note_rows import BadRow
from nlp_coder.problem import debugging


def billed(
    records: Iterable[tuple[int, dict[str, Any]] | BadRow], rulebook: Rulebook
) -> Iterator[dict[str, Any] | BadRow]:
    """Each record's lines and alerts, or what is wrong with it. A record without an id is called by its row."""
    for item in records:
        if isinstance(item, BadRow):
            yield item
            continue
        number, record = item
        given = record.get("id")
        id = f"row-{number}" if given is None or given == "" else given
        try:
            yield {**bill_record(record, rulebook), "id": id}
        except ServiceError as error:
            yield BadRow(number, str(id), str(error), "correct the field")
        except Exception as error:
            if debugging():
                raise
            # as with notes: one record that the program fails on does not stop the others
            yield BadRow(number, str(id), f"the program failed on this record ({type(error).__name__})", "report it")
