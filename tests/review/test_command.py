"""`nlp-coder review` as a process: wrong use is told before any note is read; what cannot be read is told by row."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.jsonl",), "no such file"),
        (("notes.pdf",), "ending"),
        (("notes.jsonl", "--host", "0.0.0.0"), "every address"),
        (("notes.jsonl", "--host", "192.0.2.1"), "--expose"),
        (("notes.jsonl", "--double", "--adjudicate"), "exclude each other"),
        (("notes.jsonl", "--store", "notes.jsonl"), "notes itself"),
        (("notes.jsonl", "--store", "."), "is a folder"),
        (("notes.jsonl", "--reviewer", " "), "--reviewer"),
        (("notes.jsonl", "--port", "70000"), "port"),
        (("empty.jsonl",), "holds no note"),
    ],
)
def test_wrong_use_is_status_2_with_what_to_do(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    for name, content in (
        ("notes.jsonl", '{"id": "v1", "text": "Gait training 15 min."}\n'),
        ("notes.pdf", "%PDF-"),
        ("empty.jsonl", "\n"),
    ):
        (tmp_path / name).write_text(content)
    done = run("review", *words)
    assert done.returncode == 2 and said in done.stderr.decode(), done.stderr.decode()
    assert b"Traceback" not in done.stderr and b"Gait" not in done.stderr and not done.stdout


def test_good_rows_are_shown_bad_rows_told_and_ctrl_c_ends_it(command: tuple[str, ...], tmp_path: Path) -> None:
    good = {"id": "v1", "text": "Gait training 15 min."}
    wrong = {
        "id": "v2",
        "text": "Quad sets",
        "activities": [{"start": 0, "end": 99, "status": "performed", "code": "97110"}],
    }
    labelled = {
        "id": "v3",
        "text": "Quad sets",
        "activities": [{"quote": "Quad sets", "start": 0, "end": 9, "status": "planned", "code": "97112"}],
    }
    rows = [good, wrong, {"id": "v4"}, good, labelled]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows) + "{half\n")
    with subprocess.Popen([*command, "review", "notes.jsonl", "--reviewer", "ann"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        asked = urllib.request.Request(address, headers={"Accept": "application/json"})
        notes = json.load(urllib.request.urlopen(asked, timeout=30))["notes"]
        assert sorted(n["id"] for n in notes) == ["v1", "v3"]
        key = next(n["key"] for n in notes if n["id"] == "v3")
        shown = json.load(urllib.request.urlopen(urllib.request.Request(f"{address}note/{key}", headers={"Accept": "application/json"}), timeout=30))  # fmt: skip
        assert [(a["code"], a["status"]) for a in shown["note"]["activities"]] == [("97112", "planned")]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address.rsplit("/", 2)[0] + "/", timeout=30)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert [f"row {n}" in said for n in (2, 3, 6)] == [True] * 3 and "stands there twice" in said
    assert "Gait" not in said and "Quad" not in said and address.split("/")[3] not in said
