"""Rows of any Spark table as rows of notes, and visits that belong together brought into one partition.

The frame that comes out is the same for every source: `key` (who belongs together), `place` and `number` (where the row
stands), and `row`, the NoteRow or BadRow as bytes that only our own workers read.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nlp_coder.exports.columns import Columns
from nlp_coder.exports.csv_rows import cells_row
from nlp_coder.exports.jsonl_rows import RecordShapes, parsed_line
from nlp_coder.exports.note_rows import BadRow, NoteRow, plain_value
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.spark.guard import guarded

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Row = NoteRow | BadRow
ROWS = "key string, place string, number long, row binary"
PLACE, NUMBER, BLOCK = "__place", "__number", "__block"
"""Columns that a source may add: its file, the row's number, and where its block of the file begins."""

Reader = Callable[[int, Mapping[str, Any]], Row | None]
"""Makes the row of a record with its number; None for a blank line."""


def table_reader(names: Sequence[str], columns: Columns, options: ReadOptions) -> Reader:
    """For typed tables. names: of the columns in the order in which `columns` was found."""

    def read(number: int, record: Mapping[str, Any]) -> Row:
        return options.row(number, columns.record(plain_value(record.get(n)) for n in names))

    return read


def csv_reader(names: Sequence[str], columns: Columns, options: ReadOptions, separator: str, torn: str) -> Reader:
    """For CSV that Spark parsed. torn: its column for the whole text of a row that does not fit the header."""

    def read(number: int, record: Mapping[str, Any]) -> Row | None:
        cells = [record.get(n) or "" for n in names]
        if whole := record.get(torn):
            import csv
            import io

            try:
                cells = next(csv.reader(io.StringIO(whole, newline=""), delimiter=separator, strict=True), [])
            except csv.Error as error:
                todo = "close the quotes of the cell, and write a quote inside a cell twice"
                return BadRow(number, f"row-{number}", f"is not valid CSV ({error})", todo)
        if not any(cell.strip() for cell in cells):
            return None
        return cells_row(number, columns, cells, options)

    return read


def line_reader(options: ReadOptions) -> Reader:
    """For lines of JSON, FHIR resources among them."""
    shapes = RecordShapes(options)

    def read(number: int, record: Mapping[str, Any]) -> Row | None:
        item = parsed_line(number, record.get("value") or "")
        return item if item is None or isinstance(item, BadRow) else shapes.row(*item)

    return read


def note_rows(
    frame: DataFrame, reader: Reader, *, starts: Mapping[tuple[str, int], int], root: str, partitions: int
) -> DataFrame:
    """The rows of notes of a table, visits of one patient (else equal ids) in one partition, in the order of the rows.

    starts: number of the first row of each block of a file, for a source without numbers of its own. root: the folder that
    is left off the files' names, "" for a single file, whose name is not told. partitions: of the frame that comes out.
    """

    def read(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow

        types = [("key", pyarrow.string()), ("place", pyarrow.string()), ("number", pyarrow.int64()), ("row", pyarrow.binary())]  # fmt: skip
        schema = pyarrow.schema(types)
        seen: dict[tuple[str, int], int] = {}
        for batch in batches:
            out = []
            for record in batch.to_pylist():
                place, block = record.get(PLACE) or "", record.get(BLOCK) or 0
                number = record.get(NUMBER)
                if number is None:
                    at = (place, block)
                    number = seen[at] = seen.get(at, starts.get(at, 1) - 1) + 1
                row = reader(number, record)
                if row is not None:
                    row = _named(row, place, root)
                    out.append((_key(row), place, number, pickle.dumps(row)))
            columns = zip(*out, strict=True) if out else ((),) * 4
            yield pyarrow.RecordBatch.from_arrays([pyarrow.array(c, t) for c, (_, t) in zip(columns, types, strict=True)], schema=schema)  # fmt: skip

    rows = frame.mapInArrow(guarded(read), ROWS)
    return rows.repartition(partitions, "key").sortWithinPartitions("place", "number")


def _key(row: Row) -> str:
    return row.context.patient_id or row.id if isinstance(row, NoteRow) else row.id


def _named(row: Row, place: str, root: str) -> Row:
    """A row of one of several files tells its file, as a folder read on one machine does."""
    if not root:
        return row
    from dataclasses import replace

    name = place.removeprefix(root).lstrip("/")
    if row.id == f"row-{row.number}":
        row = replace(row, id=f"{name}:{row.number}")
    return replace(row, what=f"{name}: {row.what}") if isinstance(row, BadRow) else row
