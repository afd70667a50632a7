"""No note leaves the machine: the commands do their work where every connection and name look-up is forbidden."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

FORBID = """
import sys

def forbid(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        sys.stderr.write("NETWORK " + event + "\\n")
        raise PermissionError("the network is forbidden here")

sys.addaudithook(forbid)
"""


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Variables under which every Python process forbids the network, children included."""
    folder = tmp_path / "forbid"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FORBID, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_the_lock_works(offline: dict[str, str]) -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", code], env=offline, capture_output=True, text=True, check=False)
    assert done.returncode and "NETWORK" in done.stderr


def test_a_note_is_coded_without_the_network(run: Run, root: Path, offline: dict[str, str]) -> None:
    done = run("code", root / "data/examples/outpatient_knee.txt", "--format", "json", env=offline)
    assert done.returncode == 0 and b"NETWORK" not in done.stderr
    assert {line["code"] for line in json.loads(done.stdout)["lines"]} >= {"97110", "97140"}


def test_an_export_is_coded_by_several_processes_without_the_network(
    run: Run, root: Path, offline: dict[str, str], tmp_path: Path
) -> None:
    done = run("batch", root / "data/examples/week.jsonl", "coded.jsonl", "--jobs", "2", env=offline)
    assert done.returncode == 0 and b"NETWORK" not in done.stderr
    assert len((tmp_path / "coded.jsonl").read_text(encoding="utf-8").splitlines()) == 15
