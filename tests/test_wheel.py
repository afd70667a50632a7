"""The packages work away from the checkout: built, installed in a fresh environment, run in an empty folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NOTE = "PT, Medicare. Therapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10 for strength.\n"


@pytest.fixture(scope="module")
def packages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(source package, wheel built from it)."""
    out = tmp_path_factory.mktemp("dist")
    # without isolation: the build backend of this environment, so that nothing is fetched
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(root)],
        check=True,
        capture_output=True,
    )
    (source,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    return source, wheel


def test_the_wheel_holds_tables_model_and_page(packages: tuple[Path, Path]) -> None:
    names = zipfile.ZipFile(packages[1]).namelist()
    for name in (
        "nlp_coder/py.typed",
        "nlp_coder/exports/page.html",
        "nlp_coder/exports/page.css",
        "nlp_coder/_data/exports/columns.csv",
        "nlp_coder/_data/rules/codes.csv",
        "nlp_coder/_data/rules/payers/medicare.toml",
        "nlp_coder/_data/lexicon/status_cues.csv",
        "nlp_coder/_data/examples/outpatient_knee.txt",
        "nlp_coder/_models/default/manifest.json",
    ):
        assert name in names
    assert not [n for n in names if n.startswith(("tests/", "data/", "notebooks/")) or "labels" in n.split("/")]


def test_the_source_package_holds_what_a_change_needs(packages: tuple[Path, Path]) -> None:
    with tarfile.open(packages[0]) as archive:
        names = {n.partition("/")[2] for n in archive.getnames()}
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "SECURITY.md",
        "tests/test_wheel.py",
        "data/README.md",
        "data/labels/README.md",
        "docs/record.md",
        "docs/commands/code.md",
        "notebooks/01_code_a_week.ipynb",
        "data/rules/codes.csv",
        "models/default/manifest.json",
    ):
        assert name in names


def test_the_installed_wheel_codes_a_note_in_an_empty_folder(packages: tuple[Path, Path], tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    # the dependencies are those of the running environment; the package itself is the wheel's
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    # the running environment's pip: to put one into the fresh environment takes longer than all else here
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", packages[1]], check=True)
    paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "dependencies.pth").write_text("\n".join(paths) + "\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def run(*words: str, stdin: str = "") -> str:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, cwd=empty, env=clean, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run(str(python), "-c", "import nlp_coder; print(nlp_coder.__file__)")
    assert where.startswith(str(site))
    command = str(home / "bin" / "nlp-coder")
    shown = run(command, "code", stdin=NOTE)
    assert "97110" in shown and "24 timed minutes" in shown
    assert run(command, "code", "--format", "html", stdin=NOTE).startswith("<!DOCTYPE html>")
    assert "97112" in run(command, "codes")
    assert len(run(command, "--version").splitlines()) == 3
    assert not list(empty.iterdir())
