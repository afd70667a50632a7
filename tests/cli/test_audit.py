"""`nlp-coder audit` through the process: joining, bad rows, what is written, the page in a browser."""

from __future__ import annotations

import csv
import json
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

EXERCISE = "Therapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10"
MANUAL = "Manual therapy 15 min: patellar mobilization"
VISIT = {"payer": "medicare", "discipline": "PT", "date_of_service": "2024-08-15"}


def table(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter=separator))


def found(path: Path) -> list[tuple[str, str, str, str]]:
    return [(r["id"], r["row"], r["billed_code"] or r["documented_code"], r["result"]) for r in table(path)]


def write_jsonl(path: Path, records: list[object]) -> None:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


def test_a_table_with_a_claim_line_a_row(run: Run, tmp_path: Path) -> None:
    rows = [
        ["Visit_ID", "Therapist", "payer", "discipline", "DOS", "Note", "CPT", "Units", "CPT_Modifier"],
        ["V1", "T1", "medicare", "PT", "8/15/2024", f"{EXERCISE}. {MANUAL}.", "97110", "3", "GP"],
        ["V2", "T2", "medicare", "PT", "8/15/2024", EXERCISE, "97530", "2", "GP"],
        ["V1", "T1", "medicare", "PT", "8/15/2024", "", "97140", "1", "GO"],
        ["V3", "T2", "medicare", "PT", "8/15/2024", "", "97110", "1", "GP"],
        ["V4", "T2", "medicare", "PT", "8/15/2024", EXERCISE, "", "", ""],
        ["V5", "T2", "medicare", "PT", "8/15/2024", EXERCISE, "97110", "two", "GP"],
        ["V1", "T1", "medicare", "PT", "8/15/2024", MANUAL, "97035", "1", "GP"],
    ]
    with open(tmp_path / "in.csv", "w", newline="") as handle:
        csv.writer(handle).writerows(rows)
    done = run("audit", "in.csv", "out.csv")
    assert done.returncode == 1, done.stderr
    assert found(tmp_path / "out.csv") == [
        ("V1", "2", "97110", "units differ"),
        ("V1", "4", "97140", "wrong or missing modifier"),
        ("V1", "8", "97035", "not supported by the note"),
        ("V2", "3", "97530", "code disagrees"),
        ("V4", "", "97110", "documented but not billed"),
    ]
    errors = table(tmp_path / "out.csv.errors.csv")
    assert {(e["row"], e["id"]) for e in errors} == {("8", "V1"), ("7", "V5"), ("5", "V3"), ("6", "V4")}
    said = " ".join(e["what"] for e in errors)
    assert all(
        w in said
        for w in (
            "another note in row 2",
            "billed.units: 'two'",
            "a claim without its note",
            "a note without its claim",
        )
    )
    assert all(e["what_to_do"] for e in errors)
    first = table(tmp_path / "out.csv")[0]
    assert (first["units_cms"], first["units_ama"], first["documented_units"], first["therapist_id"]) == (
        "2",
        "2",
        "2",
        "T1",
    )
    words = done.stdout.decode()
    assert "4 visits" in words and "T1" in words and "97530" in words
    everything = words + done.stderr.decode() + (tmp_path / "out.csv").read_text() + said
    assert "quad" not in everything and "patellar" not in everything
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600


def test_billed_in_the_note_and_an_empty_claim(run: Run, tmp_path: Path) -> None:
    notes: list[object] = [
        {"id": "a", "text": EXERCISE, **VISIT, "billed": [{"code": "97110", "units": 2, "modifiers": ["GP"]}]},
        {"id": "b", "text": MANUAL, **VISIT, "billed": []},
        {"id": "c", "text": MANUAL, "context": {**VISIT, "billed": [{"code": "97140", "units": 1, "modifiers": "GP"}]}},
    ]
    write_jsonl(tmp_path / "in.jsonl", notes)
    done = run("audit", "in.jsonl", "out.jsonl")
    assert done.returncode == 0, done.stderr
    got = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(g["id"], g["result"], g["flagged"]) for g in got] == [
        ("a", ["agrees"], False),
        ("b", ["not_billed"], True),
        ("c", ["agrees"], False),
    ]
    assert not (tmp_path / "out.jsonl.errors.csv").exists()


@pytest.mark.parametrize("claims", ["claims.csv", "claims.jsonl"])
def test_claims_in_a_file_of_their_own(run: Run, tmp_path: Path, claims: str) -> None:
    write_jsonl(
        tmp_path / "notes.jsonl",
        [
            {"id": "n1", "visit_id": "V1", "text": EXERCISE, "discipline": "PT", "cpt": "97110", "units": 7},
            {"id": "n2", "text": MANUAL, **VISIT},
        ],
    )
    lines = [
        {"encounter": "V1", "code": "97110", "units": 2, "mod1": "GP", "mod2": "59", "payer": "medicare", "dos": "2024-08-15"},
        {"encounter": "n2", "code": "97140", "units": 1, "mod1": "GP", "mod2": "", "payer": "", "dos": ""},
        {"encounter": "n2", "code": "99999", "units": 1, "mod1": "GP", "mod2": "", "payer": "", "dos": ""},
        {"encounter": "V9", "code": "97140", "units": 1, "mod1": "GP", "mod2": "", "payer": "", "dos": ""},
    ]  # fmt: skip
    if claims.endswith("csv"):
        with open(tmp_path / claims, "w", newline="") as handle:
            writer = csv.DictWriter(handle, lines[0])
            writer.writeheader()
            writer.writerows(lines)
    else:
        write_jsonl(tmp_path / claims, lines)  # type: ignore[arg-type]
    done = run("audit", "notes.jsonl", "out.tsv", "--claims", claims)
    assert done.returncode == 1, done.stderr
    got = table(tmp_path / "out.tsv", "\t")
    assert [(g["id"], g["result"], g["extra_modifiers"]) for g in got] == [
        ("n1", "wrong or missing modifier", "59"),
        ("n2", "agrees", ""),
    ]
    assert got[0]["date_of_service"] == "2024-08-15"
    said = [e["what"] for e in table(tmp_path / "out.tsv.errors.csv")]
    assert len(said) == 2 and "'99999'" in said[0] and "V9: a claim without its note" in said[1]


def test_a_sample_is_the_same_for_the_same_seed(run: Run, tmp_path: Path) -> None:
    notes: list[object] = []
    for n in range(12):
        text, code, units = (EXERCISE, "97110", 2) if n % 3 else (MANUAL, "97140", 1)
        notes.append(
            {"id": f"v{n}", "text": text, **VISIT, "billed": [{"code": code, "units": units, "modifiers": ["GP"]}]}
        )
    write_jsonl(tmp_path / "in.jsonl", notes)
    for out, seed in (("a.csv", 3), ("b.csv", 3), ("c.csv", 4)):
        done = run("audit", "in.jsonl", out, "--sample", 6, "--seed", seed)
        assert done.returncode == 0, done.stderr
        assert f"6 of 12 lines by chance within each code, seed {seed}" in done.stderr.decode()
    a, b, c = ((tmp_path / f"{x}.csv").read_text() for x in "abc")
    assert a == b != c
    rows = table(tmp_path / "a.csv")
    assert sorted(r["billed_code"] for r in rows) == ["97110"] * 4 + ["97140"] * 2
    assert {r["weight"] for r in rows} == {"2.0"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.csv", "out.csv"), "no such file"),
        (("in.jsonl", "out.xlsx"), ".csv and .tsv and .jsonl"),
        (("in.jsonl", "in.jsonl"), "the input itself"),
        (("in.jsonl", "out.csv", "--claims", "none.csv"), "no such file"),
        (("in.jsonl", "out.csv", "--claims", "words.csv"), "no column for billed"),
        (("in.jsonl", "out.csv", "--report", "out.csv"), ".html"),
        (("in.jsonl", "words.csv", "--claims", "words.csv"), "cannot be written"),
        (("in.jsonl", "out.csv", "--sample", "0"), "sample"),
    ],
)
def test_wrong_use_is_said_and_writes_nothing(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    write_jsonl(tmp_path / "in.jsonl", [{"id": "a", "text": EXERCISE}])
    (tmp_path / "words.csv").write_text("visit_id,words\nV1,x\n")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = run("audit", *words)
    assert done.returncode == 2 and said in done.stderr.decode() and b"Traceback" not in done.stderr
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.fixture
def report(run: Run, tmp_path: Path) -> Path:
    """The page of an audit whose names hold marks that HTML must escape."""
    notes: list[object] = [
        {"id": "<b>1</b>", "text": EXERCISE, **VISIT, "therapist_id": "O'Neil & <Co>",
         "billed": [{"code": "97110", "units": 3, "modifiers": ["GP"]}]},
        {"id": "2", "text": MANUAL, **VISIT, "billed": [{"code": "97140", "units": 1, "modifiers": ["GP"]}]},
    ]  # fmt: skip
    write_jsonl(tmp_path / "in.jsonl", notes)
    done = run("audit", "in.jsonl", "out.csv", "--report", "report.html")
    assert done.returncode == 0, done.stderr
    return tmp_path / "report.html"


def test_the_page_stands_alone_and_quotes_no_note(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "quad" not in page and "patellar" not in page
    assert not re.search(r"(src|href)=|url\(|<script|@import", page)
    assert "<b>1</b>" not in page and "&lt;b&gt;1" in page and "O&#39;Neil &amp; &lt;Co&gt;" in page
    assert page.count("<svg") == 3 and "Billed 3 units of 97110" in page


def test_the_page_in_a_browser(report: Path) -> None:
    browser = next((b for name in ("chromium", "chromium-browser", "google-chrome") if (b := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium or Chrome on this machine")
    call = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={report.parent / 'profile'}"]
    shown = subprocess.run([*call, "--dump-dom", report.as_uri()], capture_output=True, timeout=120, check=True)
    dom = shown.stdout.decode()
    # one dot for each code and therapist that has judged lines, one bar for each result
    assert dom.count("<circle") == 4 and dom.count("<rect") == 2 and "Lines to look at" in dom
    printed = report.with_suffix(".pdf")
    subprocess.run([*call, f"--print-to-pdf={printed}", report.as_uri()], capture_output=True, timeout=120, check=True)
    assert printed.read_bytes().startswith(b"%PDF-")


def test_the_log_counts_results_and_holds_no_word_of_the_note(run: Run, tmp_path: Path) -> None:
    text = f"{EXERCISE} – canaryword"
    with open(tmp_path / "in.csv", "w", newline="", encoding="cp1252") as handle:
        csv.writer(handle).writerows(
            [["visit_id", "note", "cpt", "units"], ["V1", text, "97110", "2"], ["V2", text, "97140", "x"]]
        )
    done = run("audit", "in.csv", "out.csv", "--log", "runs.log", "--encoding", "cp1252")
    assert done.returncode == 1, done.stderr
    log = (tmp_path / "runs.log").read_text()
    assert "canaryword" not in log
    begin, ids, end = map(json.loads, log.splitlines())
    assert begin["command"] == "audit" and len(begin["inputs"][0]["sha256"]) == 64
    assert sorted(ids["ids"]) == ["V1", "V2", "V2"] and (end["status"], end["outcome"]["refused"]) == (1, 1)
    assert sum(n for k, n in end["outcome"].items() if k.startswith("line ")) >= 1
