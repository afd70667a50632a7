"""Notes coded by Spark on two local cores: the same results as on one machine, whatever fails on the way.

pyspark is some 400 MB and needs Java: without them these tests are skipped and say so; `make spark` installs and runs them.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp_coder.batch.journal import Journal
from nlp_coder.batch.rendering import Rendering
from nlp_coder.batch.repeats import Repeats
from nlp_coder.batch.run_export import code_rows, write_output
from nlp_coder.coder import Coder
from nlp_coder.exports.flat_rows import Shape
from nlp_coder.exports.open_export import export_rows

pytest.importorskip("pyspark", reason="pyspark is not installed: `make spark` installs it and runs these tests")
if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
    pytest.skip("Spark needs Java 17 or newer, which is not here", allow_module_level=True)

from nlp_coder.spark import code_dataframe
from nlp_coder.spark.coding import ERROR, STATE, Shipped, coded
from nlp_coder.spark.run import configured, run_export
from nlp_coder.spark.sources import rows_of

pytestmark = pytest.mark.slow
CANARY = "Zyxwvut"
NOTE = (
    'TherEx 24 min: quad sets 3x10 for strength {}.\r\nManual therapy 15 min: "firm" patellar mobilization, grade III'
)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Two cores; a task that fails is tried three times."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = configured(SparkSession.builder.master("local[2,3]")).config("spark.sql.shuffle.partitions", "3")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def visits() -> list[dict[str, Any]]:
    """Notes of a few patients: copied ones, a repeated one, and such as cannot be coded."""
    out: list[dict[str, Any]] = [
        {"id": f"v{i}", "text": NOTE.format(i if i % 3 else "again"), "patient_id": f"p{i % 4}", "payer": "medicare",
         "date_of_service": f"2026-06-{1 + i:02}", "discipline": "PT"} for i in range(16)
    ]  # fmt: skip
    out.insert(5, {**out[2]})
    out.insert(9, {"id": "empty", "text": ""})
    out.insert(11, {"id": "=1+1", "text": f"Gait training 10 min, 150 ft {CANARY}", "payer": "nobody knows it"})
    out.append({"text": "Gait training 10 min: 150 ft with walker, cues for step length"})
    return out


def write(path: Path, kind: str) -> Path:
    """The visits as a file; the JSONL one has a line that is no JSON."""
    path = path / f"in{kind}"
    if kind == ".jsonl":
        lines = [json.dumps(r) for r in visits()]
        lines[7:7] = ["", f'{{"id": "{CANARY}']
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif kind == ".csv":
        columns = list(visits()[0])
        with open(path, "w", newline="", encoding="utf-8-sig") as handle:
            writer = csv.writer(handle, delimiter=";", lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([r.get(c, "") for c in columns] for r in visits())
            handle.write(f"v90;{CANARY};p;medicare;2026-06-01;PT;one more\nv91;Gait training 10 min: 150 ft\n")
    else:
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(visits()), path)
    return path


def on_one_machine(source: Path, output: Path, rendering: Rendering) -> list[list[str]]:
    """The same rows through the run of one machine. The rows of its list of errors."""
    journal = Journal(output, {}, resume=False, restart=False)
    code_rows(Repeats().checked(export_rows(source)), journal, rendering, load=Coder.load, model=None, jobs=1)
    errors = write_output(journal, output, rendering)
    journal.close(remove=True)
    return listed(errors)


def listed(path: Path) -> list[list[str]]:
    """The cells of a .csv file, or of all files of a folder of them."""
    out: list[list[str]] = []
    for part in sorted(path.glob("part-*")) if path.is_dir() else [path]:
        with open(part, newline="", encoding="utf-8") as handle:
            out += list(csv.reader(handle))[1:]
    return sorted(out)


@pytest.mark.parametrize("kind", [".jsonl", ".csv", ".parquet"])
def test_the_output_is_that_of_one_machine(
    spark: Any, tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path, kind)
    one, many = tmp_path / f"one{kind}", tmp_path / f"many{kind}"
    shape = Shape("line", True) if kind == ".csv" else None
    errors = on_one_machine(source, one, Rendering(kind, shape, auto_at=0.9))
    # a row of a table on Spark is a row of harmless cells
    rendering = Rendering(".xlsx" if kind == ".csv" else kind, shape, auto_at=0.9)
    from nlp_coder.exports.read_options import DEFAULT

    outcome = run_export(spark, str(source), str(many), rendering, DEFAULT, None)
    assert listed(Path(outcome.errors_at)) == errors and outcome.errors == len(errors) >= 3
    if kind == ".jsonl":
        lines = [line for part in many.glob("part-*") for line in part.read_text(encoding="utf-8").splitlines()]
        assert sorted(lines) == sorted(one.read_text(encoding="utf-8").splitlines())
        assert outcome.coded == len(lines) and any('"copied_forward"' in line for line in lines)
    elif kind == ".csv":
        assert listed(many) == listed(one)
    else:
        import pyarrow.parquet

        def records(path: Path) -> list[dict[str, Any]]:
            return sorted(pyarrow.parquet.read_table(path).to_pylist(), key=lambda r: str(r["id"]))

        assert records(many) == records(one)
        assert pyarrow.parquet.read_schema(next(many.glob("part-*"))).names == pyarrow.parquet.read_schema(one).names
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


def test_a_dataframe_gets_typed_records_and_errors_as_rows(spark: Any, root: Path) -> None:
    rows = [("a", "Quad sets 3x10, 15 min", "ama"), ("b", "", "cms"), ("c", "Gait training 8 min", "8-minute")]
    frame = spark.createDataFrame(rows, "ENC_ID string, NOTE_BODY string, unit_rule string")
    columns = {"id": "ENC_ID", "text": "NOTE_BODY"}
    out = code_dataframe(frame, columns=columns, with_text=False, model=root / "models" / "default")
    got = {row["id"]: row for row in out.collect()}
    coder = Coder.load()
    (line,) = got["a"]["lines"]
    expected = coder.code("Quad sets 3x10, 15 min").lines[0]
    assert (line["code"], line["minutes"], got["a"]["unit_rule"]) == (expected.code, expected.minutes, "ama")
    assert got["a"]["error"] is None and got["a"]["text"] is None
    assert (got["b"]["error"]["what"], got["c"]["error"]["what"]) == ("text: is empty", "unit_rule: is unknown")
    per_line = code_dataframe(frame, columns=columns, per="line").where("error is null").collect()
    assert [(row["id"], row["code"], row["units"]) for row in per_line] == [("a", "97110", 1)]


def test_a_task_that_is_tried_again_writes_nothing_twice(spark: Any, tmp_path: Path) -> None:
    from nlp_coder.exports.read_options import DEFAULT
    from nlp_coder.spark.run import _write

    source, output = write(tmp_path, ".jsonl"), tmp_path / "out.jsonl"
    rendering = Rendering(".jsonl", None)
    frame = coded(rows_of(spark, str(source), DEFAULT, 3), rendering, Shipped())

    failed = tmp_path / "failed"

    def first_try_fails(batches: Iterable[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        for batch in batches:
            yield batch
            if TaskContext.get().attemptNumber() == 0:
                failed.touch()
                raise RuntimeError("lost")

    flaky = frame.where(f"{ERROR} is null").drop(STATE, ERROR).mapInArrow(first_try_fails, "value string")
    _write(flaky, str(output), rendering)
    lines = [line for part in output.glob("part-*") for line in part.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(set(lines)) > 10
    assert failed.exists()


def test_what_cannot_be_read_or_is_there_already_is_said(spark: Any, tmp_path: Path) -> None:
    from nlp_coder.exports.read_options import DEFAULT
    from nlp_coder.problem import Problem

    rendering = Rendering(".jsonl", None)
    with pytest.raises(Problem, match="is not there"):
        run_export(spark, str(tmp_path / "no.jsonl"), str(tmp_path / "o.jsonl"), rendering, DEFAULT, None)
    source = write(tmp_path, ".csv")
    (tmp_path / "o.csv").mkdir()
    with pytest.raises(Problem, match="there already"):
        run_export(spark, str(source), str(tmp_path / "o.csv"), Rendering(".xlsx", Shape("line")), DEFAULT, None)
    source.write_text("a;b\nwords;more\n")
    with pytest.raises(Problem, match="no column `text`"):
        run_export(spark, str(source), str(tmp_path / "p.jsonl"), rendering, DEFAULT, None)
