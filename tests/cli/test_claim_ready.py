"""Claim-ready skeletons through the process: what is written, what is left out and said."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

NOTES = [
    {"id": "a", "text": "Therapeutic exercise 24 min: quad sets 3x10. Cold pack 10 min to the knee.", "discipline": "PT",
     "payer": "medicare", "date_of_service": "2024-08-15"},
    {"id": "b", "text": "Gait training with walker 150 ft, cues for step length", "discipline": "PT"},
    {"id": "c", "text": ""},
]  # fmt: skip


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(n) + "\n" for n in NOTES), encoding="utf-8")
    return path


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("output", "words"), [("o.x12", ()), ("o.csv", ("--format", "cms1500")), ("o.ndjson", ())])
def test_batch_writes_skeletons_and_lists_what_it_leaves_out(
    run: Run, notes: Path, output: str, words: tuple[str, ...], jobs: int
) -> None:
    done = run("batch", "in.jsonl", output, *words, "--no-text", "--jobs", jobs)
    assert done.returncode == 1, done.stderr
    said = done.stderr.decode()
    assert "lines left out: 2" in said and "is a skeleton: add charges" in said and "+ 1 in errors" in said
    text = (notes.parent / output).read_text(encoding="utf-8")
    assert "97110" in text and "97010" not in text and "97116" not in text and "quad" not in text
    with open(notes.parent / f"{output}.left_out.csv", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(r["id"], r["code"]) for r in rows] == [("a", "97010"), ("b", "97116")] and all(r["why"] for r in rows)
    if output == "o.csv":
        assert text.startswith("id,form,line,24A_from") and "\na,1,1,08/15/2024" in text


@pytest.mark.parametrize("format", ["cms1500", "x12", "fhir"])
def test_code_says_what_is_left_out_and_what_is_to_add(run: Run, root: Path, format: str) -> None:
    example = root / "data/examples/outpatient_knee.txt"
    done = run("code", example, "--format", format, "--no-text")
    assert done.returncode == 0
    said, text = done.stderr.decode(), done.stdout.decode()
    assert "97010 is left out" in said and "add the date of service (--date), charges" in said
    assert "97110" in text and "97010" not in text and "quad" not in text.lower()


def test_the_claim_page_in_a_browser(run: Run, root: Path, tmp_path: Path) -> None:
    import shutil

    browser = next((b for name in ("chromium", "chromium-browser", "google-chrome") if (b := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium or Chrome on this machine")
    done = run("code", root / "data/examples/outpatient_knee.txt", "--format", "html", "--output", "visit.html")
    assert done.returncode == 0, done.stderr
    call = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    place = (tmp_path / "visit.html").as_uri()
    dom = subprocess.run([*call, "--dump-dom", place], capture_output=True, timeout=120, check=True).stdout.decode()
    assert 'id="claim"' in dom and "97110" in dom


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("in.jsonl", "o.jsonl", "--format", "x12"), ".x12"),
        (("in.jsonl", "o.x12", "--per", "note"), "--per"),
        (("in.jsonl", "o.ndjson", "--auto-at", "0.9"), "--auto-at"),
    ],
)
def test_options_that_do_not_go_together(run: Run, notes: Path, words: tuple[str, ...], said: str) -> None:
    done = run("batch", *words)
    assert done.returncode == 2 and said in done.stderr.decode()
    assert sorted(p.name for p in notes.parent.iterdir()) == ["in.jsonl"]
