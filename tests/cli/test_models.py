"""The user's models: in use, back again, and training that never loses the old one."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nlp_coder.cli.app import app
from nlp_coder.learn import train
from nlp_coder.learn.teach import Taught, teach
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


class TaughtOnce:
    """Teaches the first time in earnest; then hands out what was taught."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taught: Taught | None = None

    def __call__(self, records: Sequence[dict[str, Any]], folder: Path, **more: Any) -> Taught:
        if self.taught is None:
            self.taught = copy.deepcopy(teach(records, folder, **more))
            shutil.copytree(folder, self.folder)
        else:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return copy.deepcopy(self.taught)


@pytest.mark.slow
def test_the_same_labels_give_the_same_model_and_a_worse_one_replaces_nothing(
    home: Path,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small_parts: Callable[[], AbstractContextManager[None]],
) -> None:
    """The same in this process and in another one."""
    records = [json.loads(x) for x in (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()]
    records = sorted((r for r in records if len(r["activities"]) > 1), key=lambda r: len(r["text"]))
    few = [r for r in records if r["writer"] == "w1"][:22] + [r for r in records if r["writer"] == "w4"][:8]
    path, aside = tmp_path / "few.jsonl", tmp_path / "aside"
    path.write_text("\n".join(map(json.dumps, few)), encoding="utf-8")
    monkeypatch.setattr(train, "teach", TaughtOnce(tmp_path / "taught"))
    with small_parts():
        refused = CliRunner().invoke(app, ["train", str(path)])
        assert refused.exit_code == 1 and "not written" in refused.stderr and "--force" in refused.stderr
        assert sorted(p.name for p in home.iterdir()) == ["mine-1"]
        beside = CliRunner().invoke(app, ["train", str(path), "--out", str(aside)])
        assert beside.exit_code == 0, beside.stderr
    command = [sys.executable, str(root / "tests/small_parts.py")]
    forced = subprocess.run([*command, "train", path, "--force"], capture_output=True, timeout=300, check=False)
    assert forced.returncode == 0, forced.stderr
    manifest = json.loads((home / "mine-2/manifest.json").read_text())
    assert manifest["forced"] and manifest["compared"]["fell"] and manifest["parent"]["name"] == "default"
    assert json.loads((aside / "manifest.json").read_text())["digest"] == manifest["digest"]
