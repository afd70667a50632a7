"""`--log` and `--queries` through the process: a canary of the note never reaches the log; --no-text quotes nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[bytes]]

NOTE = b"Zebrafinch Smith. Ther ex: canarysquats, bands. Ther act: practised lifting a box. tol well."


def test_the_log_of_code_and_bill_holds_no_word_of_the_note(run: Run, tmp_path: Path) -> None:
    assert run("code", "--log", "log", stdin=NOTE).returncode == 0
    rows = [{"id": "e1", "services": [{"code": "97110", "minutes": 33}]}, {"id": "e2", "services": "canarysquats"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert run("bill", "in.jsonl", "out.jsonl", "--log", "log").returncode == 1
    log = (tmp_path / "log").read_text()
    assert "canary" not in log and "Zebrafinch" not in log and "lifting" not in log
    events = [json.loads(line) for line in log.splitlines()]
    assert [(e["command"], e["event"]) for e in events] == [
        (c, e) for c in ("code", "bill") for e in ("begin", "ids", "end")
    ]
    assert events[0]["versions"]["digest"] and len(events[0]["inputs"][0]["sha256"]) == 64
    assert events[4]["ids"] == ["e1", "e2"] and events[5]["outcome"]["refused"] == 1 and events[5]["status"] == 1


def test_queries_quote_the_note_only_where_text_may_be_shown(run: Run) -> None:
    shown = run("code", "--queries", stdin=NOTE).stdout.decode()
    assert "The note says" in shown and "unable to determine" in shown
    bare = run("code", "--format", "queries", "--no-text", stdin=NOTE).stdout.decode()
    assert "canary" not in bare and "bands" not in bare and "characters" in bare


def test_the_checklist_is_explained(run: Run) -> None:
    shown = run("code", "--explain", stdin=NOTE).stdout.decode()
    assert "\nDocumentation\n" in shown and "missing:" in shown
    assert "What the note states" in run("code", "-f", "html", stdin=NOTE).stdout.decode()
