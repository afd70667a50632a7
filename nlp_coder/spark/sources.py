"""Files that Spark reads (a file or folder, here or on any store it knows) as rows of notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nlp_coder.exports.columns import find_columns
from nlp_coder.exports.csv_rows import SEPARATORS
from nlp_coder.exports.optional import optional
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.problem import Problem
from nlp_coder.spark.rows import BLOCK, NUMBER, PLACE, Reader, csv_reader, line_reader, note_rows, table_reader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TORN = "__torn"
KINDS: Mapping[str, str] = {".csv": "csv", ".tsv": "csv", ".jsonl": "lines", ".ndjson": "lines", ".parquet": "parquet"}
"""Ending -> how Spark reads it. `.gz` may follow for text."""


def rows_of(spark: SparkSession, source: str, options: ReadOptions, partitions: int) -> DataFrame:
    """The rows of notes of a file or folder. Raises Problem where it is not there or its columns say nothing."""
    functions = optional("pyspark.sql.functions", source, "spark")
    files = _files(spark, source)
    kind = _kind(source, files)
    say, name = options.say, source.rstrip("/").rpartition("/")[2]
    options = replace(options, say=DEFAULT.say)  # what says it cannot travel to the workers
    meta = [functions.col("_metadata.file_path").alias(PLACE)]
    starts: dict[tuple[str, int], int] = {}
    reader: Reader
    if kind == "parquet":
        table = spark.read.parquet(source)
        columns = find_columns(table.columns, source, options)
        say(f"{name}: {columns.described()}")
        wanted = [n for n, field in zip(table.columns, columns.names, strict=True) if field]
        reader = table_reader(wanted, find_columns(wanted, source, options), options)
        meta.append((functions.col("_metadata.row_index") + 1).alias(NUMBER))
        frame = table.select(*(f"`{n}`" for n in wanted), *meta)
    elif kind == "lines":
        text = spark.read.option("lineSep", "\n").option("recursiveFileLookup", "true").text(source)
        frame = text.select("value", *meta, functions.col("_metadata.file_block_start").alias(BLOCK))
        starts = _starts(frame)
        reader = line_reader(options)
    else:
        separator, names = _header(spark, files, options)
        columns = find_columns(names, source, options)
        say(f"{name}: {columns.described()}")
        plain = [f"c{i}" for i in range(len(names))]
        table = spark.read.csv(
            source, schema=", ".join(f"{n} string" for n in [*plain, _TORN]), sep=separator, header=True, enforceSchema=True,
            multiLine=True, quote='"', escape='"', encoding=options.encoding or "UTF-8", columnNameOfCorruptRecord=_TORN,
            mode="PERMISSIVE", ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False, maxCharsPerColumn=-1, recursiveFileLookup=True,
        )  # fmt: skip
        frame = table.select(*plain, _TORN, *meta)
        # a spreadsheet shows the header as row 1
        starts = {(file, 0): 2 for file in files}
        reader = csv_reader(plain, columns, options, separator, _TORN)
    alone = len(files) == 1 and files[0].rstrip("/").endswith(source.rstrip("/").rpartition("/")[2])
    return note_rows(frame, reader, starts=starts, root="" if alone else _root(files, source), partitions=partitions)


def _files(spark: SparkSession, source: str) -> list[str]:
    """The files below a path, as Spark names them, in order."""
    errors = optional("pyspark.errors", source, "spark")
    try:
        found = (
            spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(source).select("path").collect()
        )
    except errors.AnalysisException:
        raise Problem(source, "is not there", "name a file or folder that Spark can read") from None
    if not found:
        raise Problem(source, "is a folder without files", "name a folder of Parquet, CSV or JSONL files")
    return sorted(row["path"] for row in found)


def _kind(source: str, files: list[str]) -> str:
    kinds = {KINDS.get(_ending(file), "") for file in files}
    if len(kinds) != 1 or kinds == {""}:
        raise Problem(
            source, "is no table of one kind that Spark reads", f"give {', '.join(KINDS)}, or leave --engine spark out"
        )
    return kinds.pop()


def _ending(file: str) -> str:
    name = file.rpartition("/")[2].lower().removesuffix(".gz")
    return f".{name.rpartition('.')[2]}"


def _root(files: list[str], source: str) -> str:
    """The part of the files' names that the folder is."""
    tail = source.rstrip("/").rpartition("/")[2]
    place = files[0].find(f"/{tail}/")
    return files[0][: place + len(tail) + 2] if place >= 0 else files[0].rpartition("/")[0]


def _starts(frame: DataFrame) -> dict[tuple[str, int], int]:
    """(file, where a block begins) -> number of its first line: large files are read in several blocks at once."""
    starts: dict[tuple[str, int], int] = {}
    place, number = "", 1
    for row in sorted(frame.groupBy(PLACE, BLOCK).count().collect()):
        if row[PLACE] != place:
            place, number = row[PLACE], 1
        starts[row[PLACE], row[BLOCK]] = number
        number += row["count"]
    return starts


def _header(spark: SparkSession, files: list[str], options: ReadOptions) -> tuple[str, list[str]]:
    """(separator, names of the columns), the same in all files. Raises Problem where they differ."""
    import csv

    found: tuple[str, list[str]] | None = None
    for file in files:
        lines = spark.read.csv(
            file, schema="line string", sep="\u0001", quote="", encoding=options.encoding or "UTF-8", maxCharsPerColumn=-1
        ).head(1)  # fmt: skip
        line = ((lines[0]["line"] if lines else "") or "").removeprefix("\ufeff").rstrip("\r")
        separator: Any = max(SEPARATORS, key=line.count)
        header = separator, next(csv.reader([line], delimiter=separator), [])
        if found is not None and header != found:
            raise Problem(file, "has another header than the files before it", "put files of one kind in a folder")
        found = header
    assert found is not None
    return found
