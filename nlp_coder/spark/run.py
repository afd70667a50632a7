"""A whole export on Spark: files in, files out, written by Spark's own committer, so that a retried task leaves no second copy."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp_coder.batch.rendering import Rendering
from nlp_coder.exports.optional import optional
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.problem import Problem
from nlp_coder.spark.coding import ERROR, STATE, Shipped, coded, default_partitions
from nlp_coder.spark.sources import rows_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ENDINGS = (".jsonl", ".csv", ".parquet")
"""What Spark writes: each a folder of that name."""

_TABLE = {
    "quote": '"', "escape": '"', "emptyValue": "", "nullValue": "", "header": True, "lineSep": "\n",
    "ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. errors_at: where bad rows are listed."""

    coded: int
    review: int
    errors: int
    errors_at: str


@contextmanager
def session(jobs: int | None) -> Iterator[SparkSession]:
    """The session of this program: the one that spark-submit set up, else Spark on this machine. Raises Problem.

    jobs: cores, where nothing else says so; None for all. Spark's own log is set to errors: it names no data.
    """
    module = optional("pyspark.sql", "--engine spark", "spark")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = configured(module.SparkSession.builder.appName("nlp-coder"))
    if jobs is not None:
        builder = builder.master(f"local[{jobs}]").config("spark.sql.shuffle.partitions", str(2 * jobs))
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        what = f"Spark did not start ({type(error).__name__})"
        raise Problem("--engine spark", what, "install Java 17 or newer and set JAVA_HOME, then try again") from None
    try:
        yield spark
    finally:
        spark.stop()


def configured(builder: Any) -> Any:
    """A builder of sessions with what a run relies on: days as written, columns of folders as text, a log of errors only."""
    return (
        builder.config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    )


def run_export(spark: SparkSession, source: str, output: str, rendering: Rendering, options: ReadOptions, model: Path | None) -> Outcome:  # fmt: skip
    """Code the export `source` into `output`, which must not be there yet; bad rows into `output`.errors.csv.

    The coded rows are kept on the workers' disks until both are written. Raises Problem where the input cannot be read or
    the output cannot be written; its words never quote a note.
    """
    errors = optional("pyspark.errors", source, "spark")
    core = optional("pyspark", source, "spark")
    try:
        rows = rows_of(spark, source, options, default_partitions(spark))
        frame = coded(rows, rendering, Shipped.to_workers(spark, model)).persist(core.StorageLevel.DISK_ONLY)
        counts: dict[str | None, int] = {row[STATE]: row["count"] for row in frame.groupBy(STATE).count().collect()}
        bad = counts.get("error", 0)
        errors_at = f"{output}.errors.csv"
        if bad:
            listed = (
                frame.where(f"{ERROR} is not null").select(f"{ERROR}.*").coalesce(1).sortWithinPartitions("row", "id")
            )
            _write_table(_harmless(listed), errors_at)
        good = frame.where(f"{ERROR} is null").drop(STATE, ERROR)
        _write(good, output, rendering)
        frame.unpersist()
    except errors.AnalysisException as error:
        kind = error.getCondition() or ""
        if "ALREADY_EXISTS" in kind:
            raise Problem(output, "or its errors are there already", "name a place that is not there yet") from None
        raise Problem(source, f"Spark cannot read it ({kind or 'AnalysisException'})", "check the path") from None
    except errors.PySparkException as error:
        raise Problem(
            output, _failed(error), "look into Spark's own pages, then run it anew to another place"
        ) from None
    except Exception as error:
        if type(error).__name__ not in ("Py4JJavaError", "Py4JError"):
            raise
        raise Problem(
            output, _failed(error), "look into Spark's own pages, then run it anew to another place"
        ) from None
    review = counts.get("review", 0)
    return Outcome(counts.get("coded", 0) + review, review, bad, errors_at)


def _failed(error: Exception) -> str:
    return f"the Spark job failed ({type(error).__name__})"


def _harmless(frame: DataFrame) -> DataFrame:
    """Text cells that a spreadsheet would take for a formula get an apostrophe, as exports.spreadsheet.safe_cell gives them."""
    functions: Any = optional("pyspark.sql.functions", "a Spark run", "spark")
    pattern = r"^\s*[=+\-@\t\r\n＝＋－＠]|^[\t\r\n]"
    for name, kind in frame.dtypes:
        if kind == "string":
            cell = functions.col(name)
            frame = frame.withColumn(name, functions.when(cell.rlike(pattern), functions.concat(functions.lit("'"), cell)).otherwise(cell))  # fmt: skip
    return frame


def _write(frame: DataFrame, output: str, rendering: Rendering) -> None:
    if rendering.ending == ".xlsx":  # rows of harmless cells, see cli.batch_spark
        _write_table(frame, output, rendering.partition)
        return
    writer = frame.write.mode("errorifexists")
    if rendering.partition is not None:
        writer = writer.partitionBy(rendering.partition)
    if rendering.ending == ".jsonl":
        writer.option("lineSep", "\n").text(output)
    else:
        writer.option("compression", "zstd").parquet(output)


def _write_table(frame: DataFrame, output: str, partition: str | None = None) -> None:
    writer = frame.write.mode("errorifexists").options(**_TABLE)
    (writer.partitionBy(partition) if partition else writer).csv(output)
