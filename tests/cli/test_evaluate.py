"""`nlp-coder evaluate`: the same figures as the reference scorer, and labels that cannot be used are said."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.learn.score import F1, match, score

Run = Callable[..., subprocess.CompletedProcess[bytes]]
FOLDER = Path(__file__).parent / "score"


def records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    result: dict[str, Any] = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    return result


def test_every_figure_equals_the_reference_scorers(golden: dict[str, Any]) -> None:
    scores = score(records("gold.jsonl"), records("predicted.jsonl"))
    assert scores.to_dict() == golden["figures"]
    assert list(scores.to_dict()) == list(golden["figures"])
    assert [[d.note, d.kind, d.quote, d.gold, d.predicted] for d in scores.disagreements] == golden["errors"]


def test_the_command_prints_the_same_figures(run: Run, golden: dict[str, Any]) -> None:
    words = ("evaluate", FOLDER / "gold.jsonl", "--predicted", FOLDER / "predicted.jsonl")
    assert json.loads(run(*words, "--json").stdout) == golden["figures"]
    shown = run(*words, "--errors", "3").stdout.decode().splitlines()
    assert [row.split()[0] for row in shown[:-3]] == list(golden["figures"])
    assert [row.split("\t") for row in shown[-3:]] == golden["errors"][:3]


def test_a_perfect_prediction_scores_one() -> None:
    gold = records("gold.jsonl")
    scores = score(gold, gold)
    assert scores.detection == scores.end_to_end == scores.claim_codes == scores.alerts == F1(1.0, 1.0, 1.0)
    assert (scores.status, scores.claim_exact, scores.quiet_negatives, scores.minutes) == (1.0, 1.0, 1.0, 1.0)
    assert not scores.disagreements


def test_shares_of_nothing_are_none() -> None:
    scores = score([], [])
    assert scores.status is None and scores.detection == F1(0.0, 0.0, 0.0)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda x: {"start": x[0], "end": x[0] + x[1]}))


@given(spans, spans)
def test_matching_is_one_to_one_and_by_half(gold: list[dict[str, int]], predicted: list[dict[str, int]]) -> None:
    pairs = match(gold, predicted)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        g, p = gold[i], predicted[j]
        shared = min(g["end"], p["end"]) - max(g["start"], p["start"])
        assert 2 * shared >= min(g["end"] - g["start"], p["end"] - p["start"]) > 0


def test_notes_are_coded_where_no_prediction_is_given(run: Run) -> None:
    done = run("evaluate", FOLDER / "gold.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["notes"] == 6 and figures["unpredicted"] == 0
    assert figures["end_to_end"]["f1"] > 0.3


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([""], "holds no notes"),
        (["{oops"], "row 1"),
        (['{"id": "a", "activities": []}'], "has no text"),
        (['{"id": "a", "text": "Mrs Abernathy"}'], "no activities"),
        (['{"id": "a", "text": "t", "activities": [{"start": 0}]}'], "activity 0 has no quote and end and code"),
        (['{"text": "t", "activities": []}'], "has no id"),
        (['{"id": "a", "text": "t", "activities": []}'] * 2, "twice"),
    ],
)
def test_labels_that_cannot_be_used_are_said(run: Run, tmp_path: Path, lines: list[str], words: str) -> None:
    (tmp_path / "labels.jsonl").write_text("\n".join(lines) + "\n")
    done = run("evaluate", "labels.jsonl")
    assert done.returncode == 2 and words in done.stderr.decode(), done.stderr
    assert b"Abernathy" not in done.stderr and b"Traceback" not in done.stderr


def test_training_refuses_what_it_cannot_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"id": "a"}\n')
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("keep me")
    for words, said in (
        (("train", "none.jsonl", "--out", "model"), "no such file"),
        (("train", "labels.jsonl", "--out", "labels.jsonl"), "is a file"),
        (("train", "labels.jsonl", "--out", "full"), "other files"),
        (("train", "labels.jsonl", "--out", "model"), "labels.jsonl line 1"),
        (("train", "labels.jsonl", "--out", "model", "--keep", "brain"), "is no part of a model"),
    ):
        done = run(*words)
        assert done.returncode == 2 and said in done.stderr.decode(), done.stderr
        assert not (tmp_path / "model").exists()
    assert (tmp_path / "full" / "thesis.txt").read_text() == "keep me"
