"""`nlp-coder explain`: a stored result told again, with and without its text, and against today's rules."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]
NOTE = b"Medicare. Therapeutic exercise 24 min: quad sets 3x10 for strength. Manual therapy 15 min: patellar mobs."


@pytest.mark.parametrize("no_text", [False, True])
def test_a_stored_result_is_told_and_compared(run: Run, tmp_path: Path, no_text: bool) -> None:
    done = run("code", "-f", "json", *(["--no-text"] if no_text else []), stdin=NOTE)
    record = json.loads(done.stdout)
    changed = {**record, "id": "changed", "lines": [{**record["lines"][0], "units": 9}, *record["lines"][1:]]}
    (tmp_path / "r.jsonl").write_text("broken\n" + json.dumps(record) + "\n" + json.dumps(changed) + "\n")
    told = run("explain", "r.jsonl", "note")
    shown = told.stdout.decode()
    assert told.returncode == 0, told.stderr
    assert "Documentation" in shown and "rules: the same" in shown and "billed again: no line differs" in shown
    assert ("coded again: no line differs" in shown) != no_text and ("patellar" in shown) != no_text
    assert "9 units" in run("explain", "r.jsonl", "changed").stdout.decode()
    missing = run("explain", "r.jsonl", "nobody")
    assert missing.returncode == 2 and b"no note of that id" in missing.stderr
