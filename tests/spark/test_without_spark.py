"""What holds of the Spark engine where no Spark is installed: wrong use is said, a failing task quotes nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from nlp_coder.spark.guard import TaskFailed, guarded

Run = Callable[..., CompletedProcess[bytes]]


def test_a_failing_task_names_the_kind_of_its_error_and_nothing_else() -> None:
    def step(batches: Iterable[object]) -> Iterator[object]:
        yield from batches
        raise ValueError("Zyxwvut said her knee hurts")

    with pytest.raises(TaskFailed) as caught:
        list(guarded(step)([1, 2]))
    assert str(caught.value) == "ValueError" and caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("out.xlsx",), "none that Spark writes"),
        (("out.jsonl", "--report", "r.html"), "--report"),
        (("out.jsonl", "--resume"), "--resume"),
        (("out.jsonl", "--model", "nowhere"), "no model folder"),
    ],
)
def test_wrong_use_is_said_before_spark_starts(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("batch", "in.jsonl", *words, "--engine", "spark")
    assert result.returncode == 2 and said in result.stderr.decode() and b"Traceback" not in result.stderr


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="pyspark is installed")
def test_a_missing_library_is_said_with_the_way_to_install_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "quad sets"}\n')
    result = run("batch", "in.jsonl", "out.jsonl", "--engine", "spark")
    assert result.returncode == 2 and b"nlp-coder[spark]" in result.stderr and not (tmp_path / "out.jsonl").exists()
