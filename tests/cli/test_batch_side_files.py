"""`nlp-coder batch` beside its output: the audit log, questions to therapists, copied visits, divided folders."""

from __future__ import annotations

import csv
import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

DONE = "Therapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10 with 3 lb, step ups x12 canaryword\n"
ROWS: list[dict[str, Any]] = [
    {"id": "v1", "text": DONE, "patient_id": "p1", "date_of_service": "2024-03-01", "payer": "medicare"},
    {"id": "v2", "text": DONE, "patient_id": "p1", "date_of_service": "2024-04-02", "payer": "commercial_ama"},
    {"id": "v3", "text": "Gait training with walker 150 ft canaryword.", "payer": "medicare"},
    {"id": "v4", "text": "Manual therapy 15 min: patellar mobilization canaryword"},
    {"id": "v5", "text": "canaryword", "payer": "nobody"},
]


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in ROWS))
    return path


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("visits")
def test_log_queries_and_copied_visits(run: Run, tmp_path: Path) -> None:
    words = ("batch", "in.jsonl", "out.jsonl", "--log", "runs.log", "--no-text", "--queries", "questions.txt")
    done = run(*words)
    assert done.returncode == 1, done.stderr
    copied = [r["id"] for r in records(tmp_path / "out.jsonl") if "copied_forward" in {a["kind"] for a in r["alerts"]}]
    assert copied == ["v2"]
    begin, ids, end = records(tmp_path / "runs.log")
    assert (begin["command"], begin["inputs"][0]["name"], ids["ids"]) == ("batch", "in.jsonl", [r["id"] for r in ROWS])
    assert (end["status"], end["outcome"]["done"], end["outcome"]["refused"]) == (1, 4, 1)
    assert end["outcome"]["warning copied_forward"] == 1
    asked = (tmp_path / "questions.txt").read_text(encoding="utf-8")
    assert "Queries for note v3\n\n1. " in asked and "None." not in asked and "v5" not in asked
    for file in tmp_path.iterdir():
        assert file.name == "in.jsonl" or "canaryword" not in file.read_text(encoding="utf-8")
        assert file.name == "in.jsonl" or stat.S_IMODE(file.stat().st_mode) == 0o600
    # the same command once more: lines are only added to the log
    assert run(*words).returncode == 1
    assert [r["event"] for r in records(tmp_path / "runs.log")] == ["begin", "ids", "end"] * 2


@pytest.mark.usefixtures("visits")
def test_a_folder_divided_by_payer_holds_what_the_whole_file_holds(run: Run, tmp_path: Path) -> None:
    assert run("batch", "in.jsonl", "whole.csv").returncode == 1
    assert run("batch", "in.jsonl", "parts.csv", "--partition-by", "payer").returncode == 1
    files = sorted((tmp_path / "parts.csv").rglob("*.csv"))
    assert [f.parent.name for f in files] == [
        "payer=__HIVE_DEFAULT_PARTITION__", "payer=commercial_ama", "payer=medicare",
    ]  # fmt: skip
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in files)
    assert all(stat.S_IMODE(f.parent.stat().st_mode) == 0o700 for f in files)
    rows = [row for f in files for row in csv.DictReader(f.open(newline="", encoding="utf-8"))]
    with open(tmp_path / "whole.csv", newline="", encoding="utf-8") as handle:
        whole = list(csv.DictReader(handle))
    assert sorted(map(str, rows)) == sorted(map(str, whole)) and len(rows) == 4
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize("column", ["month", "unit_rule"])
def test_pyarrow_reads_a_divided_folder(run: Run, tmp_path: Path, column: str) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    assert run("batch", "in.jsonl", "parts.parquet", "--partition-by", column).returncode == 1
    table = dataset.dataset(tmp_path / "parts.parquet", partitioning="hive").to_table()
    found = dict(zip(table["id"].to_pylist(), map(str, table[column].to_pylist()), strict=True))
    expected = {
        "month": {"v1": "2024-03", "v2": "2024-04", "v3": "None", "v4": "None"},
        "unit_rule": {"v1": "cms", "v2": "ama", "v3": "cms", "v4": "cms"},
    }
    assert found == expected[column]


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("out.jsonl", "--log", "in.jsonl"), "the input"),
        (("out.jsonl", "--queries", "q.csv"), "ending .csv"),
        (("out.jsonl", "--log", "q.txt", "--queries", "q.txt"), "named twice"),
        (("out.xlsx", "--partition-by", "payer"), "folder of records"),
        (("there.csv", "--partition-by", "payer"), "there already"),
        (("out.csv", "--partition-by", "patient_id"), "patient_id"),
    ],
)
def test_what_does_not_go_together_is_said_before_the_work(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "there.csv").mkdir()
    before = sorted(tmp_path.iterdir())
    done = run("batch", "in.jsonl", *words)
    assert done.returncode == 2 and said in " ".join(done.stderr.decode().split()), done.stderr
    assert b"Traceback" not in done.stderr and sorted(tmp_path.iterdir()) == before
