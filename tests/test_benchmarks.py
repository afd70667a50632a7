"""The benchmark measures what it says, and its pages hold the figures of the last run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HISTORY = ROOT / "benchmarks" / "history.jsonl"
sys.path.insert(0, str(ROOT / "benchmarks"))

import contestants  # noqa: E402
import measures  # noqa: E402
import tables  # noqa: E402


@pytest.mark.parametrize("page", tables.PAGES, ids=lambda p: p.name)
def test_the_pages_hold_the_figures_of_the_last_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "<!-- measured: " in text
    assert tables.written(text, tables.last_run()) == text, "run `python benchmarks/tables.py`"


def test_each_run_of_the_history_says_where_and_when_it_was_made() -> None:
    for line in HISTORY.read_text(encoding="utf-8").splitlines():
        run = json.loads(line)
        assert {"date", "commit", "machine", "cores", *tables.TABLES} - {"night"} <= set(run)
        assert run["contest"]["floor"]["of_floor"] == 1 and run["processes"]["same_bytes"]


def test_notes_are_of_the_length_asked_for_and_the_same_each_time() -> None:
    notes = measures.shuffled_notes(20, 900, 3)
    assert all(len(n) >= 900 for n in notes) and len(set(notes)) == 20
    assert notes == measures.shuffled_notes(20, 900, 3)


@pytest.mark.parametrize("name", ["floor", "ruler", "nlp-coder"])
def test_a_contestant_takes_all_notes(name: str) -> None:
    assert contestants.rate(name, measures.real_notes(3, 1), ["quad sets"], 0.0) > 0


def test_the_arithmetic_of_a_night() -> None:
    run = {
        "contest": {"nlp-coder": {"per_second": 100.0}},
        "characters": 500,
        "memory": {"500": 300.0},
        "date": "2026-01-01T",
        "machine": "m",
    }
    words = tables.night(run)
    # 10,000,000 / 100 / 3,600 = 27.8 core hours; with headroom 36.1; in 8 hours 5 cores
    assert "27.8 core hours" in words and "**5 cores**" in words and "$1.81 a night" in words
