"""Notes of a Spark DataFrame coded by its Python workers: the same rows, words and types as on one machine."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp_coder.batch.copy_forward import CopyForward
from nlp_coder.batch.rendering import Rendering
from nlp_coder.batch.repeats import Repeats
from nlp_coder.batch.run_export import compared
from nlp_coder.exports.columns import find_columns
from nlp_coder.exports.flat_rows import Per, Shape
from nlp_coder.exports.optional import optional
from nlp_coder.exports.parquet_schema import flat_schema, parquet_record, record_schema
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.spark.guard import guarded
from nlp_coder.spark.rows import NUMBER, note_rows, table_reader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from nlp_coder.coder import Coder

STEP = 200
"""Rows that are handed back to Spark at once: records are some ten times as large as their notes."""

STATE, ERROR = "__state", "error"
"""STATE: coded, review or error, once for each note (null on its further rows). ERROR: what is wrong with a row."""

_coders: dict[str, Coder] = {}


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model folder that Spark copies to every worker. name: of the folder there, "" for the shipped model."""

    name: str = ""

    @classmethod
    def to_workers(cls, spark: SparkSession, model: Path | None) -> Shipped:
        """Have the folder copied to where each worker finds it."""
        if model is None:
            return cls()
        spark.sparkContext.addFile(str(model.resolve()), recursive=True)
        return cls(model.resolve().name)

    def coder(self) -> Coder:
        """The coder of this Python worker, loaded once and kept for all its tasks."""
        if self.name not in _coders:
            from nlp_coder.coder import Coder

            folder = None
            if self.name:
                from pyspark import SparkFiles

                folder = Path(SparkFiles.get(self.name))
            _coders[self.name] = Coder.load(folder)
        return _coders[self.name]


def code_dataframe(
    df: DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    per: Per | None = None,
    with_text: bool = True,
    auto_at: float | None = None,
    time_limit: float = 60.0,
    model: Path | None = None,
    partitions: int | None = None,
) -> DataFrame:
    """Code the notes of a DataFrame: a record for each row, or rows per line, note or activity.

    Columns are found by their names as in files (note, id, payer, patient_id, …); columns: our field -> column where the
    names do not tell. The result has the columns of the output contract (as `batch` writes Parquet) and `error`: null, or for
    a row that cannot be coded its row, id, what is wrong and what to do; such a row stops nothing. time_limit: seconds for
    one note. model: a folder, copied to every worker. partitions: of the coding, by default spark.sql.shuffle.partitions; a
    few thousand notes each is right. Visits of one patient share a partition, so that repeated rows and copied notes are
    found. Rows without an id are called by a number that is theirs alone, not by their place. Raises Problem where no
    column holds notes or pyspark is missing.
    """
    functions = optional("pyspark.sql.functions", "code_dataframe", "spark")
    options = ReadOptions(columns=dict(columns or {}))
    found = find_columns(df.columns, "the DataFrame", options)
    wanted = [name for name, field in zip(df.columns, found.names, strict=True) if field]
    frame = df.select(*(f"`{name}`" for name in wanted), (functions.monotonically_increasing_id() + 1).alias(NUMBER))
    found = find_columns(wanted, "the DataFrame", options)
    spark = df.sparkSession
    rows = note_rows(
        frame, table_reader(wanted, found, options), starts={}, root="", partitions=partitions or default_partitions(spark)
    )  # fmt: skip
    rendering = Rendering(".parquet", Shape(per, auto_at is not None) if per else None, with_text, auto_at, time_limit)
    return coded(rows, rendering, Shipped.to_workers(spark, model)).drop(STATE)


def default_partitions(spark: SparkSession) -> int:
    """As many as Spark is told to make."""
    return int(spark.conf.get("spark.sql.shuffle.partitions") or 200)


def output_schema(rendering: Rendering) -> Any:
    """The Arrow schema of coded rows: the contract's columns, then STATE and ERROR. Lines of JSON are one column `value`."""
    arrow = optional("pyarrow", "a Spark run", "spark")
    text = arrow.string()
    if rendering.ending == ".jsonl":
        schema = arrow.schema([("value", text)])
    elif rendering.shape is None:
        schema = record_schema(arrow)
    else:
        schema = flat_schema(arrow, rendering.shape)
    if rendering.partition is not None and rendering.partition not in schema.names:
        schema = schema.append(arrow.field(rendering.partition, text))
    error = arrow.struct([("row", arrow.int64()), ("id", text), ("what", text), ("what_to_do", text)])
    return schema.append(arrow.field(STATE, text)).append(arrow.field(ERROR, error))


def coded(rows: DataFrame, rendering: Rendering, shipped: Shipped) -> DataFrame:
    """The coded rows of a frame of `note_rows`, typed as `output_schema` says."""
    types = optional("pyspark.sql.pandas.types", "a Spark run", "spark")

    def code(frames: Iterable[Any]) -> Iterator[Any]:
        schema = output_schema(rendering)
        coder = shipped.coder()
        repeats, visits = Repeats(), CopyForward()
        given = (pickle.loads(row) for frame in frames for row in frame["row"])
        out: list[dict[str, Any]] = []
        for row in repeats.checked(given):
            out.extend(_records(compared(rendering.result(row, coder), visits, rendering), rendering))
            if len(out) >= STEP:
                yield _typed(out, schema)
                out = []
        if out:
            yield _typed(out, schema)

    return rows.mapInPandas(guarded(code), types.from_arrow_schema(output_schema(rendering)))


def _records(result: dict[str, Any], rendering: Rendering) -> Iterator[dict[str, Any]]:
    """A result as rows of the output."""
    if "error" in result:
        row, id, what, todo = result["error"]
        yield {"id": id, STATE: "error", ERROR: {"row": row, "id": id, "what": what, "what_to_do": todo}}
        return
    out, shape = result["out"], rendering.shape
    records: Iterable[dict[str, Any]]
    if rendering.ending == ".jsonl":
        records = ({"value": line} for line in out.removesuffix("\n").split("\n"))
    elif shape is None:
        records = [parquet_record(json.loads(out))]
    else:
        records = (dict(zip(shape.columns, row, strict=True)) for row in json.loads(out))
    state: str | None = result["review"] if result["review"] == "review" else "coded"
    for record in records:
        if rendering.partition is not None:
            record[rendering.partition] = result["partition"] or None
        yield {**record, STATE: state}
        state = None


def _typed(records: list[dict[str, Any]], schema: Any) -> Any:
    """A pandas frame that holds exactly what the schema says.

    Arrow checks and converts it here, where `guarded` keeps an error's words; whole numbers and nulls stay what they are.
    """
    pandas, arrow = optional("pandas", "a Spark run", "spark"), optional("pyarrow", "a Spark run", "spark")
    table = arrow.Table.from_pylist(records, schema)
    return pandas.DataFrame({n: pandas.Series(table[n].to_pylist(), dtype=object) for n in schema.names})
