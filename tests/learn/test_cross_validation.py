"""Cross-validation: writers stay on one side, every note is coded once a repeat, and by others' labels only."""

from __future__ import annotations

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from nlp_coder import tables
from nlp_coder.cli.app import app
from nlp_coder.learn import cross_validation as cv
from nlp_coder.learn.labels import LabelError

Run = Callable[..., subprocess.CompletedProcess[bytes]]
LABELS = tables.data_folder() / "labels" / "notes.jsonl"


def _record(writer: str | None, activities: int = 1) -> dict:
    return {"writer": writer, "activities": [{}] * activities, "text": "", "lines": []}


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 9)), min_size=1, max_size=60),
    st.integers(2, 5),
    st.integers(0, 99),
)
def test_writers_stay_together_and_no_fold_is_empty(rows: list[tuple[str, int]], folds: int, seed: int) -> None:
    records = [_record(w, n) for w, n in rows]
    if len({w for w, _ in rows}) < folds:
        with pytest.raises(LabelError, match="cannot be dealt"):
            cv.dealt(records, folds, seed)
        return
    where = cv.dealt(records, folds, seed)
    by_writer = defaultdict(set)
    for (writer, _), fold in zip(rows, where, strict=True):
        by_writer[writer].add(fold)
    assert all(len(f) == 1 for f in by_writer.values())
    assert set(where) == set(range(folds))


def test_notes_without_writers_are_dealt_one_by_one() -> None:
    where = cv.dealt([_record(None) for _ in range(40)], 4, 1)
    assert set(Counter(where).values()) == {10}
    assert where != cv.dealt([_record(None) for _ in range(40)], 4, 2)


def test_each_note_is_coded_by_others_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fold is taught and tested on, with the teaching itself left out."""
    records = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    records = [r for w in ("w1", "w2", "w5", "w9", "w13") for r in records if r["writer"] == w]
    records = records[::6]
    copy = {**records[0], "id": "a copy", "writer": "w13"}
    seen: list[tuple[set[str], set[str]]] = []

    def coded(taught: list[dict], tested: list[dict]) -> list[dict]:
        texts = {r["text"] for r in taught}
        assert not {r["writer"] for r in taught} & {r["writer"] for r in tested}
        assert not texts & {r["text"] for r in tested}, "a copy of a tested note was taught"
        seen.append((texts, {r["id"] for r in tested}))
        return [{"activities": r["activities"], "lines": r["lines"], "alerts": r["alerts"]} for r in tested]

    monkeypatch.setattr(cv, "_coded_by_others", coded)
    result = cv.cross_validation([*records, copy], 3, repeats=2, say=lambda _: None)
    assert len(seen) == 6
    assert sum(len(ids) for _, ids in seen) == 2 * (len(records) + 1)
    # what is predicted is what is labelled: every figure of every fold is whole
    assert {n: s.value for n, s in result.figures.items()} == dict.fromkeys(result.figures, 1.0)
    assert all(s.deviation == 0.0 for s in result.figures.values())
    assert result.notes == len(records) + 1
    taught = result.parts.to_dict()["taught"]
    performed = sum(a["status"] == "performed" for r in [*records, copy] for a in r["activities"])
    assert sum(g["labels"] for g in taught.values()) == performed


def test_too_few_labels_are_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    lines = LABELS.read_text(encoding="utf-8").splitlines()[:8]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("evaluate", path, "--cross-validate", "3")
    assert result.returncode == 2
    words = b" ".join(result.stderr.split())
    assert b"cannot be dealt into 3 folds" in words
    assert lines[0][40:80].encode() not in words


def test_a_whole_run(small_parts: Callable[[], AbstractContextManager[None]], tmp_path: Path) -> None:
    """Two folds taught in earnest on few notes: the figures of both as JSON."""
    records = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    records = [r for r in records if len(r["text"]) < 600]  # teaching takes as long as the notes are
    few = [r for w in ("w2", "w13") for r in [x for x in records if x["writer"] == w][:26]]
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in few), encoding="utf-8")
    with small_parts():
        done = CliRunner().invoke(app, ["evaluate", str(path), "--cross-validate", "2", "--json"])
    result = json.loads(done.stdout)
    assert [(r["writers"], r["notes"]) for r in sorted(result["runs"], key=lambda r: r["writers"])] == [
        (["w13"], 26),
        (["w2"], 26),
    ]
    whole = result["figures"]["end_to_end"]
    assert 0.3 < whole["lowest"] <= whole["value"] <= whole["highest"] < 0.95
    assert whole["interval"][0] < whole["value"] < whole["interval"][1]
