"""`nlp-coder batch` and `bill` through the process: order, bad rows, what is written and what is not."""

from __future__ import annotations

import csv
import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

EXERCISE = "Therapeutic exercise 24 min:\r\nquad sets 3x10, straight leg raises 2x10\r\n"
MANUAL = "Manual therapy 15 min: patellar mobilization"


def write_jsonl(path: Path, records: list[object]) -> None:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_bytes(("\n".join(lines) + "\n").encode())


def errors(path: Path) -> list[tuple[str, str]]:
    with open(path, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert all(r["what"] and r["what_to_do"] for r in rows)
    return [(r["row"], r["id"]) for r in rows]


def test_jsonl_keeps_order_text_and_context(run: Run, tmp_path: Path) -> None:
    records: list[object] = [
        {"id": "b", "text": EXERCISE, "discipline": "PT"},
        {"id": "a", "text": MANUAL, "unit_rule": "ama"},
        {"id": "n", "text": "Pt cancelled."},
    ]
    write_jsonl(tmp_path / "in.jsonl", records)
    done = run("batch", "in.jsonl", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert (
        done.stderr.decode().endswith("3 rows read = 3 coded, written to out.jsonl, + 0 in errors\n")
        and not done.stdout
    )
    got = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [g["id"] for g in got] == ["b", "a", "n"]
    assert got[0]["text"] == EXERCISE and got[0]["discipline"] == "PT" and got[1]["unit_rule"] == "ama"
    assert [[(x["code"], x["units"]) for x in g["lines"]] for g in got] == [[("97110", 2)], [("97140", 1)], []]
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_bad_rows_are_listed_and_stop_nothing(run: Run, tmp_path: Path) -> None:
    records: list[object] = [
        {"id": "1", "text": EXERCISE},
        "{nonsense about Mrs Abernathy",
        {"id": "3", "text": ""},
        {"id": "4", "text": MANUAL, "payer": "nobody"},
        {"id": "5", "text": MANUAL, "date_of_service": "soon"},
        {"id": "6", "text": MANUAL},
    ]
    write_jsonl(tmp_path / "in.jsonl", records)
    done = run("batch", "in.jsonl", "out.csv", "--no-text")
    assert done.returncode == 1
    assert done.stderr.decode().endswith(
        "6 rows read = 2 coded, written to out.csv, + 4 in errors: see out.csv.errors.csv\n"
    )
    assert errors(tmp_path / "out.csv.errors.csv") == [("2", "row-2"), ("3", "3"), ("4", "4"), ("5", "5")]
    assert "Abernathy" not in (tmp_path / "out.csv.errors.csv").read_text()
    out = (tmp_path / "out.csv").read_text()
    assert "quad" not in out
    with open(tmp_path / "out.csv", newline="") as handle:
        assert [(r["id"], r["code"], r["units"]) for r in csv.DictReader(handle)] == [
            ("1", "97110", "2"),
            ("6", "97140", "1"),
        ]
    # the next run without bad rows takes the old list away
    write_jsonl(tmp_path / "in.jsonl", records[:1])
    assert run("batch", "in.jsonl", "out.csv").returncode == 0
    assert not (tmp_path / "out.csv.errors.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_in_jsonl_out(run: Run, tmp_path: Path, encoding: str) -> None:
    text = EXERCISE + "“ok” at 90°"
    with open(tmp_path / "in.csv", "w", newline="", encoding=encoding) as handle:
        writer = csv.writer(handle)
        writer.writerows([["Note", "Discipline", "ID"], [text, "pt", "=1"], ["", "", "2"]])
    done = run("batch", "in.csv", "out.jsonl")
    assert done.returncode == 1, done.stderr
    (record,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (record["id"], record["text"], record["discipline"]) == ("=1", text, "PT")
    assert errors(tmp_path / "out.jsonl.errors.csv") == [("3", "2")]


def test_a_spreadsheet_never_gets_a_formula(run: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", [{"id": "=HYPERLINK(1)", "text": EXERCISE}])
    run("batch", "in.jsonl", "out.csv")
    assert "\n'=HYPERLINK(1)," in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.jsonl", "out.jsonl"), "no such file"),
        (("in.xyz", "out.jsonl"), "ending .xyz is unknown"),
        (("in.jsonl", "out.docx"), "ending .docx is unknown"),
        (("in.jsonl", "none/out.csv"), "no folder"),
        (("in.jsonl", "in.jsonl"), "the input itself"),
        ((".", "out.jsonl"), "lies in the folder that is read"),
        (("words.csv", "out.jsonl"), "no column `text`"),
        (("pdf.csv", "out.jsonl"), "PDF"),
        (("in.jsonl",), "OUT"),
    ],
)
def test_what_cannot_be_read_or_written_is_said_and_nothing_is_left(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    write_jsonl(tmp_path / "in.jsonl", [{"id": "1", "text": EXERCISE}])
    (tmp_path / "in.xyz").write_text("x")
    (tmp_path / "words.csv").write_text("id,words\n1,quad sets\n")
    (tmp_path / "pdf.csv").write_bytes(b"%PDF-1.7")
    before = sorted(tmp_path.iterdir())
    done = run("batch", *words)
    assert done.returncode == 2
    assert said in done.stderr.decode() and b"Traceback" not in done.stderr and b"quad" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_million_characters_of_rows_stream(run: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", [{"id": str(i), "text": MANUAL} for i in range(300)])
    assert run("batch", "in.jsonl", "out.jsonl").returncode == 0
    ids = [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert ids == [str(i) for i in range(300)]


def test_bill_reads_structured_services(run: Run, tmp_path: Path) -> None:
    records: list[object] = [
        {"id": "e1", "rule": "cms", "services": [{"code": "97110", "minutes": 33}, {"code": "97140", "minutes": 7}],
         "context": {"payer": "medicare", "discipline": "PT"}},
        {"id": "e2", "services": [{"code": "97110", "minutes": -3}]},
        "oops",
        {"id": "e4", "services": [{"code": "97110", "minutes": 33}, {"code": "97140", "minutes": 7}], "rule": "ama"},
        {"id": "e5", "services": [{"code": "97110", "minutes": None}]},
    ]  # fmt: skip
    write_jsonl(tmp_path / "in.jsonl", records)
    done = run("bill", "in.jsonl", "out.jsonl")
    assert done.returncode == 1, done.stderr
    got = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(g["id"], {x["code"]: x["units"] for x in g["lines"]}) for g in got] == [
        ("e1", {"97110": 2, "97140": 1}),
        ("e4", {"97110": 2, "97140": 0}),
        ("e5", {"97110": None}),
    ]
    assert got[0]["lines"][0]["modifiers"] == ["GP"]
    assert [a["kind"] for a in got[2]["alerts"]] == ["missing_minutes"]
    assert errors(tmp_path / "out.jsonl.errors.csv") == [("2", "e2"), ("3", "row-3")]


def test_bill_takes_jsonl_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id\n")
    done = run("bill", "in.csv", "out.jsonl")
    assert done.returncode == 2 and b".jsonl" in done.stderr
