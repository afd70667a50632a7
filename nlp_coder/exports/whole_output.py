"""The output written as a whole from the parts of its notes: text, an Excel workbook or Parquet, the same bytes each time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from nlp_coder.exports.flat_rows import Shape
from nlp_coder.exports.optional import optional
from nlp_coder.exports.result_file import result_file, result_path
from nlp_coder.exports.spreadsheet import SafeRows

ENDINGS = (".jsonl", ".csv", ".tsv", ".xlsx", ".parquet")
SHEET_ROWS, CELL = 1_048_576, 32_767
"""What Excel holds: rows of a sheet, characters of a cell."""
_LIBRARIES = {".xlsx": "openpyxl", ".parquet": "pyarrow"}
ROW_GROUP = 5_000


def check_library(path: Path) -> None:
    """Raises Problem where the library for the format is missing: before the work, not after it."""
    if library := _LIBRARIES.get(path.suffix.lower()):
        optional(library, path)


def write_whole(path: Path, shape: Shape | None, parts: Iterable[str]) -> None:
    """Write the output from the parts of its notes in order. shape: of its rows, None for whole records."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        assert shape is not None
        _workbook(path, shape, parts)
    elif ending == ".parquet":
        _parquet(path, shape, parts)
    else:
        with result_file(path) as handle:
            if shape is not None and ending in (".csv", ".tsv"):
                SafeRows(handle, shape.columns, "\t" if ending == ".tsv" else ",")
            for part in parts:
                handle.write(part)


@contextlib.contextmanager
def _binary_result(path: Path) -> Iterator[IO[bytes]]:
    """As result_file, for bytes."""
    place = result_path(path)
    number, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    try:
        with open(number, "w+b") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _workbook(path: Path, shape: Shape, parts: Iterable[str]) -> None:
    openpyxl = optional("openpyxl", path)
    with _scratch(path):
        book = openpyxl.Workbook(write_only=True)
        try:
            _fill(book, shape, parts)
            with tempfile.TemporaryFile() as packed:
                book.save(packed)
                with _binary_result(path) as handle:
                    _without_clock(packed, handle)
        except BaseException:
            # a sheet that is left open would complain when the interpreter clears it away
            for sheet in book.worksheets:
                with contextlib.suppress(Exception):
                    sheet.close()
            raise


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[None]:
    """The library's temporary files, which hold what the output holds, lie beside it in a folder of our own that is removed."""
    place, before = result_path(path), tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", suffix=".part", dir=place.parent) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def _fill(book: Any, shape: Shape, parts: Iterable[str]) -> None:
    sheet, used = None, SHEET_ROWS
    for row in _rows(parts):
        if used >= SHEET_ROWS:
            sheet = _sheet(book, shape)
            used = 1
        assert sheet is not None
        sheet.append([_cell(c) for c in row])
        used += 1
    if sheet is None:
        _sheet(book, shape)


def _sheet(book: Any, shape: Shape) -> Any:
    number = len(book.sheetnames) + 1
    sheet = book.create_sheet("coded" if number == 1 else f"coded {number}")
    sheet.freeze_panes = "A2"
    sheet.append(list(shape.columns))
    return sheet


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", value)
    return value if len(value) <= CELL else value[: CELL - 1] + "…"


def _without_clock(packed: IO[bytes], handle: IO[bytes]) -> None:
    """The workbook with its times of writing left out, so that the same notes give the same bytes."""
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            with source.open(entry) as inside, target.open(fixed, "w") as outside:
                if entry.filename == "docProps/core.xml":
                    outside.write(re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", inside.read()))
                else:
                    while chunk := inside.read(1 << 20):
                        outside.write(chunk)


def _rows(parts: Iterable[str]) -> Iterator[list[Any]]:
    for part in parts:
        yield from json.loads(part)


def _parquet(path: Path, shape: Shape | None, parts: Iterable[str]) -> None:
    from nlp_coder.exports.parquet_schema import flat_schema, parquet_record, record_schema

    arrow, parquet = optional("pyarrow", path), optional("pyarrow.parquet", path)
    schema = record_schema(arrow) if shape is None else flat_schema(arrow, shape)
    records: Iterable[dict[str, Any]]
    if shape is None:
        records = (parquet_record(json.loads(part)) for part in parts)
    else:
        records = (dict(zip(shape.columns, row, strict=True)) for row in _rows(parts))
    with _binary_result(path) as handle, parquet.ParquetWriter(handle, schema, compression="zstd") as writer:
        group: list[dict[str, Any]] = []
        for record in records:
            group.append(record)
            if len(group) == ROW_GROUP:
                writer.write_table(arrow.Table.from_pylist(group, schema))
                group = []
        if group:
            writer.write_table(arrow.Table.from_pylist(group, schema))
