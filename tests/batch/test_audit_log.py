"""The audit log: what it holds, what it never holds, and two writers at once."""

from __future__ import annotations

import json
import stat
import threading

import pytest

from nlp_coder.batch.audit_log import ID_ROWS, audit_log
from nlp_coder.problem import Problem


def lines(path):
    return [json.loads(x) for x in path.read_text().splitlines()]


def test_begin_ids_and_end_of_a_run(tmp_path):
    source, path = tmp_path / "in.jsonl", tmp_path / "log"
    source.write_text("canary")
    with audit_log(path, "batch") as log:
        log.begin([source], {"rules": "abc"})
        for i in range(ID_ROWS + 1):
            log.done(i, [{"kind": "ncci_pair", "severity": "error", "message": "canary"}])
        log.refused("bad")
    begin, ids, more, end = lines(path)
    assert begin["who"] and begin["when"].endswith("+00:00") and begin["inputs"][0]["bytes"] == 6
    assert len(ids["ids"]) == ID_ROWS and more["ids"] == [str(ID_ROWS), "bad"]
    assert end["outcome"] == {"done": ID_ROWS + 1, "error ncci_pair": ID_ROWS + 1, "refused": 1} and end["status"] == 0
    assert len({x["run"] for x in lines(path)}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "canary" not in path.read_text()


def test_a_failure_is_logged_by_its_kind_only(tmp_path):
    with pytest.raises(ValueError), audit_log(tmp_path / "log", "code"):
        raise ValueError("canary")
    assert lines(tmp_path / "log")[-1]["error"] == "ValueError" and "canary" not in (tmp_path / "log").read_text()


def test_a_log_is_never_the_input_and_must_be_writable(tmp_path):
    with pytest.raises(Problem, match="itself"), audit_log(tmp_path / "x", "code", not_over=[tmp_path / "x"]):
        pass
    with pytest.raises(Problem, match="cannot be written"), audit_log(tmp_path / "none" / "x", "code") as log:
        log.begin([], {})


def test_two_writers_never_mix_their_lines(tmp_path):
    path = tmp_path / "log"

    def run(name):
        with audit_log(path, name) as log:
            log.begin([b""], {})
            for i in range(3 * ID_ROWS):
                log.done(f"{name}-{i}" * 5)

    threads = [threading.Thread(target=run, args=(n,)) for n in ("a", "b", "c")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(len(x.get("ids", ())) for x in lines(path)) == 9 * ID_ROWS
