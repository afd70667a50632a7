"""The user's models: in use, back again, and training that never loses the old one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp_coder.model import FILES, ModelError, load_model
from nlp_coder.model_store import folder_of, history, in_use, kept, new_name, rollback, use
from nlp_coder.problem import Problem

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with one of the user's own."""
    monkeypatch.setenv("NLP_CODER_MODELS", str(tmp_path / "models"))
    shutil.copytree(root / "models/default", tmp_path / "models/mine-1")
    return tmp_path / "models"


def test_a_model_is_put_in_use_and_taken_back(home: Path, root: Path) -> None:
    assert in_use() == root / "models/default" and new_name("mine") == "mine-2"
    use("mine-1")
    assert in_use() == home / "mine-1" and [k.name for k in kept() if k.in_use] == ["mine-1"]
    assert rollback() == "default" and in_use() == root / "models/default"
    with pytest.raises(Problem, match="none was before"):
        rollback()


@pytest.mark.parametrize("name", ["../mine-1", "none", "", "a/b", ".hidden"])
def test_a_name_never_leaves_the_folder(home: Path, name: str) -> None:
    with pytest.raises(Problem):
        folder_of(name)


@pytest.mark.parametrize("name", FILES)
def test_a_half_written_model_is_refused_and_the_one_in_use_stays(home: Path, name: str) -> None:
    path = home / "mine-1" / name
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match=name):
        use("mine-1")
    path.unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        use("mine-1")
    assert history() == ["default"]


def test_a_model_in_use_that_is_gone_is_said(home: Path) -> None:
    use("mine-1")
    shutil.rmtree(home / "mine-1")
    with pytest.raises(Problem, match="rollback"):
        load_model()
    assert rollback() == "default"


def test_the_command_lists_and_compares(run: Run, home: Path, root: Path) -> None:
    done = run("models", "use", "mine-1", env={"NLP_CODER_MODELS": str(home)})
    assert done.returncode == 0
    listed = run("models", "list", env={"NLP_CODER_MODELS": str(home)}).stdout.decode()
    assert [line.split()[:2] for line in listed.splitlines()[1:]][1] == ["*", "mine-1"]
    week = str(root / "data/examples/week.jsonl")
    found = json.loads(
        run("models", "diff", "default", "mine-1", week, "--json", env={"NLP_CODER_MODELS": str(home)}).stdout
    )
    assert found["notes"] > 5 and found["same"] > 20 and found["changes"] == [] and found["claims_changed"] == []


@pytest.mark.slow
def test_the_same_labels_give_the_same_model_and_a_worse_one_replaces_nothing(
    run: Run, home: Path, root: Path, tmp_path: Path
) -> None:
    lines = (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()
    by_writer = [json.loads(x) for x in lines]
    few = [r for r in by_writer if r["writer"] == "w1"][:25] + [r for r in by_writer if r["writer"] == "w4"][:15]
    (tmp_path / "few.jsonl").write_text("\n".join(map(json.dumps, few)), encoding="utf-8")
    env = {"NLP_CODER_MODELS": str(home)}
    refused = run("train", "few.jsonl", env=env, timeout=300)
    assert refused.returncode == 1 and b"not written" in refused.stderr and b"--force" in refused.stderr
    assert sorted(p.name for p in home.iterdir()) == ["mine-1"]
    forced = run("train", "few.jsonl", "--force", env=env, timeout=300)
    assert forced.returncode == 0, forced.stderr
    manifest = json.loads((home / "mine-2/manifest.json").read_text())
    assert manifest["forced"] and manifest["compared"]["fell"] and manifest["parent"]["name"] == "default"
    aside = run("train", "few.jsonl", "--out", "aside", env=env, timeout=300)
    assert (
        aside.returncode == 0
        and json.loads((tmp_path / "aside/manifest.json").read_text())["digest"] == manifest["digest"]
    )
