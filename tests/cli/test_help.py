"""Help that is quick, complete and has examples."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COMMANDS = ("code", "batch", "bill", "audit", "codes", "evaluate", "train", "review")
HEAVY = ("spacy", "sklearn", "pandas", "scipy", "numpy", "jinja2", "skops")

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def modules_after(*words: str, cwd: Path) -> tuple[int, set[str]]:
    """Exit status and top-level modules that one run of the command imports."""
    code = (
        "import sys, json; from nlp_coder.cli.app import main; status = 0\n"
        f"sys.argv = ['nlp-coder', *{list(words)!r}]\n"
        "try: main()\n"
        "except SystemExit as e: status = e.code or 0\n"
        "sys.stderr.write('\\n' + json.dumps([status, sorted({m.split('.')[0] for m in sys.modules})]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=cwd, check=True, stdin=subprocess.DEVNULL
    )
    status, modules = json.loads(done.stderr.decode().splitlines()[-1])
    return status, set(modules)


@pytest.mark.parametrize("words", [("--help",), *((c, "--help") for c in COMMANDS), ("code", "--format", "x")])
def test_help_imports_nothing_heavy(words: tuple[str, ...], root: Path) -> None:
    _, modules = modules_after(*words, cwd=root)
    assert not modules & set(HEAVY)


def test_coding_a_note_imports_neither_pandas_nor_scikit_learn(root: Path) -> None:
    status, modules = modules_after("code", str(root / "data/examples/outpatient_knee.txt"), cwd=root)
    assert status == 0 and "spacy" in modules
    assert not modules & {"pandas", "sklearn", "scipy", "skops", "joblib"}


def test_importing_the_package_is_cheap(root: Path) -> None:
    code = "import sys, nlp_coder; nlp_coder.__version__; print('spacy' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, check=True, text=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0 and not done.stderr
    assert f"nlp-coder {name}" in done.stdout.decode().split("Example", 1)[1]


def test_no_command_shows_all_of_them(run: Run) -> None:
    shown = run("--help").stdout.decode()
    assert [c for c in COMMANDS if c in shown] == list(COMMANDS)


def test_version_names_program_model_and_rules(run: Run) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert [row.split()[0] for row in done.stdout.decode().splitlines()] == ["nlp-coder", "model", "rules"]
