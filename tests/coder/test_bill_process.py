"""The published unit and claim cases through `nlp-coder bill` as a process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def billed(run: Run, cases: Path, out: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    done = run("bill", cases, out)
    assert done.returncode == 0, done.stderr
    pairs = [[json.loads(x) for x in p.read_text(encoding="utf-8").splitlines()] for p in (cases, out)]
    assert [c["id"] for c in pairs[0]] == [r["id"] for r in pairs[1]]
    return list(zip(*pairs, strict=True))


def test_unit_cases(run: Run, root: Path, tmp_path: Path) -> None:
    pairs = billed(run, root / "tests/data/unit_cases.jsonl", tmp_path / "out.jsonl")
    wrong = [c["id"] for c, r in pairs if {x["code"]: x["units"] for x in r["lines"]} != c["expected"]]
    assert len(pairs) == 31 and not wrong


def test_claim_cases(run: Run, root: Path, tmp_path: Path) -> None:
    pairs = billed(run, root / "tests/data/claim_cases.jsonl", tmp_path / "out.jsonl")
    for case, record in pairs:
        modifiers = {x["code"]: set(x["modifiers"]) for x in record["lines"] if x["billable"]}
        assert modifiers == {c: set(m) for c, m in case["expected_modifiers"].items()}, case["id"]
        assert {a["kind"] for a in record["alerts"]} >= set(case["expected_alerts"]), case["id"]
    assert len(pairs) == 10
