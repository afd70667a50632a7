"""Runs over whole exports: cut off anywhere, on several processes, with poisonous notes; rows in are rows out."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_coder.batch.journal import Journal, journal_path
from nlp_coder.batch.rendering import Rendering
from nlp_coder.batch.repeats import Repeats
from nlp_coder.batch.run_export import code_rows, write_output
from nlp_coder.batch.workers import Workers
from nlp_coder.exports.flat_rows import Shape
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.exports.open_export import export_rows
from nlp_coder.note import CodedNote, ServiceLine, VisitContext
from nlp_coder.problem import Problem

SHAPES = {".jsonl": None, ".csv": Shape("line"), ".tsv": Shape("note"), ".parquet": None, ".xlsx": Shape("line", True)}
CLAIMS = {".x12": "x12", ".ndjson": "fhir"}
"""Claim-ready outputs are written as any other."""


def rendering_of(ending: str) -> Rendering:
    """How a test's notes are written."""
    return Rendering(ending, SHAPES.get(ending), auto_at=0.9, claim=CLAIMS.get(ending), created=date(2026, 6, 15))


class Echo:
    """A coder that codes every note alike, fails on "crash" and never ends on "forever"."""

    def code(self, text: str, *, id: str = "note", context: VisitContext | None = None) -> CodedNote:
        if "crash" in text:
            raise IndexError(text)
        while "forever" in text:
            pass
        line = ServiceLine("97110", 1, 15, ("GP",), ())
        return CodedNote(id, text, "PT", "cms", (), (line,), 15, 15, (), context={"date_of_service": "2026-06-15"})


def rows(number: int) -> list[NoteRow | BadRow]:
    return [
        BadRow(i, str(i), "is empty", "give it") if i % 7 == 3 else NoteRow(i, str(i), f"note {i}", VisitContext())
        for i in range(number)
    ]


def run_to(output: Path, given: list[NoteRow | BadRow], *, stop_after: int | None = None, resume: bool = False) -> None:
    """A run in this process; stopped after so many pieces of work it leaves its journal as a killed one does."""
    rendering = rendering_of(output.suffix)
    journal = Journal(output, {"input": 1}, resume=resume, restart=False)
    steps = 0

    def after(tally: object) -> None:
        nonlocal steps
        steps += 1
        if steps == stop_after:
            raise ConnectionAbortedError

    try:
        code_rows(given, journal, rendering, load=Echo, model=None, jobs=1, after=after)
    except ConnectionAbortedError:
        journal.close(remove=False)
        return
    write_output(journal, output, rendering)
    journal.close(remove=True)


@pytest.mark.parametrize("ending", [*SHAPES, *CLAIMS])
def test_a_run_cut_at_any_byte_of_its_journal_goes_on_to_the_same_output(tmp_path: Path, ending: str) -> None:
    for library in ("openpyxl", "pyarrow"):
        pytest.importorskip(library)
    given = rows(170)
    whole = tmp_path / f"whole{ending}"
    run_to(whole, given)
    errors = (tmp_path / f"whole{ending}.errors.csv").read_bytes()
    output = tmp_path / f"cut{ending}"
    for stop in (1, 2, 4):
        for cut in (0, 1, 13, 200):
            run_to(output, given, stop_after=stop)
            journal = journal_path(output)
            os.truncate(journal, max(0, journal.stat().st_size - cut))
            with (
                pytest.raises(Problem, match="--resume")
                if journal.stat().st_size > 40
                else pytest.MonkeyPatch.context()
            ):
                Journal(output, {"input": 1}, resume=False, restart=False).close(remove=False)
            run_to(output, given, resume=True)
            assert output.read_bytes() == whole.read_bytes()
            assert (tmp_path / f"cut{ending}.errors.csv").read_bytes() == errors
            assert not journal.exists()
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_run_with_other_options_cannot_go_on_and_two_runs_keep_apart(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    journal = Journal(output, {"input": 1, "options": 2}, resume=False, restart=False)
    journal.add([{"out": "x"}])
    with pytest.raises(Problem, match="another run"):
        Journal(output, {"input": 1, "options": 2}, resume=True, restart=False)
    journal.close(remove=False)
    with pytest.raises(Problem, match="input changed"):
        Journal(output, {"input": 5, "options": 2}, resume=True, restart=False)
    again = Journal(output, {"input": 5, "options": 2}, resume=True, restart=True)
    assert again.done == 0 and (again.path.stat().st_mode & 0o777) == 0o600
    again.close(remove=True)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("ending", [*SHAPES, *CLAIMS])
def test_a_full_disk_leaves_what_was_done_and_nothing_else(
    tmp_path: Path, ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import gc
    import resource

    given = rows(170)
    whole, output = tmp_path / f"whole{ending}", tmp_path / f"out{ending}"
    run_to(whole, given)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    run_to(output, given, stop_after=5)  # all rows are coded, nothing is written
    journal = Journal(output, {"input": 1}, resume=True, restart=False)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError):
            write_output(journal, output, rendering_of(ending))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        journal.close(remove=False)
    gc.collect()
    assert "Traceback" not in capfd.readouterr().err
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith((".", "out"))] == [journal_path(output).name]
    run_to(output, given, resume=True)
    assert output.read_bytes() == whole.read_bytes()


def test_what_a_killed_writer_left_goes_with_the_next_run(tmp_path: Path) -> None:
    output = tmp_path / "out.xlsx"
    (tmp_path / ".out.xlsx.ab1_d3fg.part").mkdir()
    (tmp_path / ".out.xlsx.ab1_d3fg.part" / "sheet").write_text(CANARY)
    (tmp_path / ".out.xlsx.errors.csv.ab1_d3fg.part").write_text(CANARY)
    (tmp_path / ".out.xlsx.other.csv.ab1_d3fg.part").write_text("of another run, on out.xlsx.other.csv")
    run_to(output, rows(5))
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == [".out.xlsx.other.csv.ab1_d3fg.part"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_is_said_with_the_way_to_go_on(command: tuple[str, ...], tmp_path: Path, visits: Path) -> None:
    import resource

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    words = [*command, "batch", "in.jsonl", "out.csv", "--jobs", "1"]
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, preexec_fn=small, timeout=300, check=False)
    said = run.stderr.decode()
    assert run.returncode == 2 and "writing stopped (File too large)" in said and "--resume" in said
    assert CANARY not in said and "Traceback" not in said and not (tmp_path / "out.csv").exists()


cell = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\r\t\x85"), max_size=12
)


@given(st.lists(st.tuples(cell, cell), max_size=25), st.sampled_from([",", "\t", "|"]))
@settings(max_examples=40, deadline=None)
def test_rows_in_are_rows_coded_and_rows_in_errors(cells: list[tuple[str, str]], separator: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "in.csv", Path(folder) / "out.jsonl"
        with open(source, "w", newline="", encoding="utf-8") as handle:
            csv.writer(handle, delimiter=separator).writerows([("id", "text"), *cells])
        filled = sum(any(c.strip() for c in pair) for pair in cells)
        journal = Journal(output, {}, resume=False, restart=False)
        rendering = Rendering(".jsonl", None)
        stream = Repeats().checked(export_rows(source))
        tally = code_rows(stream, journal, rendering, load=Echo, model=None, jobs=1)
        errors = write_output(journal, output, rendering)
        journal.close(remove=True)
        assert tally.rows == filled == tally.coded + tally.errors
        assert len(output.read_text(encoding="utf-8").split("\n")) - 1 == tally.coded
        listed = 0
        if errors.exists():
            with open(errors, newline="", encoding="utf-8") as handle:
                listed = len(list(csv.DictReader(handle)))
        assert listed == tally.errors


def test_a_note_that_takes_too_long_goes_to_the_errors() -> None:
    rendering = Rendering(".jsonl", None, limit=0.2)
    result = rendering.result(NoteRow(4, "d", "forever and Abernathy", VisitContext()), Echo())
    assert result["error"][:3] == [4, "d", "took longer than 0.2 seconds"]
    assert "Abernathy" not in str(result)


def test_a_repeated_row_is_an_error_and_an_id_used_twice_is_told() -> None:
    repeats = Repeats()
    given = [
        NoteRow(2, "a", "one", VisitContext()),
        NoteRow(3, "a", "one", VisitContext()),
        NoteRow(4, "a", "two", VisitContext()),
    ]
    out = list(repeats.checked(given))
    assert [type(r).__name__ for r in out] == ["NoteRow", "BadRow", "NoteRow"]
    assert isinstance(out[1], BadRow) and "row 2" in out[1].what
    assert (repeats.same_id, repeats.first) == (1, [4])


def deadly(limit: float) -> tuple[Rendering, Callable[..., list[dict[str, Any]]]]:
    """A rendering that ends the process on "die" and on "hang" hears no alarm (as a library that never looks up), and the work of a
    worker that needs no model. Both are made here so that workers get them as they are and need not import this module.
    """
    from nlp_coder.batch.workers import one

    class Deadly(Rendering):
        __slots__ = ()

        def result(self, row: NoteRow | BadRow, coder: object) -> dict[str, Any]:
            import os
            import time

            if isinstance(row, NoteRow) and "die" in row.text:
                os._exit(9)
            if isinstance(row, NoteRow) and "hang" in row.text:
                time.sleep(3600)
            return {"out": row.id}

    def work(chunk: list[NoteRow | BadRow], rendering: Rendering, model: object) -> list[dict[str, Any]]:
        return [one(row, rendering, None) for row in chunk]

    return Deadly(".jsonl", None, limit=limit), work


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "words"), [(30.0, "ended the process"), (0.05, "took longer")])
def test_a_worker_that_dies_or_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch, limit: float, words: str) -> None:
    rendering, work = deadly(limit)
    monkeypatch.setattr("nlp_coder.batch.workers.CHUNK_ROWS", 10)
    monkeypatch.setattr("nlp_coder.batch.workers.work", work)
    given: list[NoteRow | BadRow] = [NoteRow(i, str(i), "fine", VisitContext()) for i in range(30)]
    given[15] = NoteRow(15, "15", "die" if limit > 1 else "hang", VisitContext())
    with Workers(2, rendering, Path("/nowhere")) as workers:
        got = [result for results in workers.results(given) for result in results]
    assert len(got) == 30
    assert [r["out"] for i, r in enumerate(got) if i != 15] == [str(i) for i in range(30) if i != 15]
    assert words in got[15]["error"][2]


NOTE = "TherEx 24 min: quad sets 3x10 for strength {}. Manual therapy 15 min: patellar mobilization"
CANARY = "Zyxwvut"


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    records = [
        {"id": str(i), "text": f"{NOTE.format(i)} {CANARY}", "patient_id": "p", "date_of_service": "2026-06-15"}
        for i in range(160)
    ]
    records.append({"id": "open", "text": f"Gait training 150 ft with walker. {CANARY}"})  # no minutes: to review
    path.write_text("".join(json.dumps(r) + "\n" for r in records) + f'{{"id": "bad {CANARY}\n')
    return path


def start(command: tuple[str, ...], folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*command, "batch", "in.jsonl", *words], cwd=folder, stderr=subprocess.PIPE, start_new_session=True
    )


def written(out: Path) -> dict[str, bytes]:
    """The output of a run, a file or a folder of files, with its list of errors."""
    files = [p for p in (out, *out.rglob("*"), out.with_name(f"{out.name}.errors.csv")) if p.is_file()]
    return {str(p.relative_to(out.parent)).replace(out.name, "OUT"): p.read_bytes() for p in files}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("ending", "how", "jobs", "words"),
    [
        ("jsonl", signal.SIGKILL, "1", ()), ("csv", signal.SIGKILL, "2", ()), ("parquet", signal.SIGKILL, "1", ()),
        ("xlsx", signal.SIGINT, "1", ()), ("tsv", signal.SIGKILL, "1", ()), ("ndjson", signal.SIGINT, "2", ()),
        ("csv", signal.SIGKILL, "1", ("--partition-by", "unit_rule")), ("csv", signal.SIGKILL, "1", ("--format", "cms1500")),
    ],
    ids=lambda value: value.name if isinstance(value, signal.Signals) else None,
)  # fmt: skip
def test_killed_at_random_points_it_goes_on_to_the_same_bytes(
    command: tuple[str, ...], tmp_path: Path, visits: Path, ending: str, how: signal.Signals, jobs: str,
    words: tuple[str, ...],
) -> None:  # fmt: skip
    options = (*words, "--no-text")
    whole = start(command, tmp_path, f"whole.{ending}", *options)
    said = whole.communicate(timeout=300)[1]
    assert whole.returncode == 1 and CANARY.encode() not in said, said
    out = f"cut.{ending}"
    run = start(command, tmp_path, out, *options, "--jobs", jobs)
    journal = journal_path(tmp_path / out)
    enough = random.Random(f"{ending}{jobs}{words}").randrange(200, 12_000)
    deadline = time.monotonic() + 200
    while (
        time.monotonic() < deadline
        and not (journal.exists() and journal.stat().st_size > enough)
        and run.poll() is None
    ):
        time.sleep(0.02)
    os.killpg(run.pid, how)
    said = run.communicate(timeout=60)[1]
    if how == signal.SIGINT and run.returncode != 1:
        assert run.returncode == 130 and b"--resume" in said
    last = start(command, tmp_path, out, *options, "--resume")
    said += last.communicate(timeout=300)[1]
    assert last.returncode == 1, said
    assert CANARY.encode() not in said
    assert written(tmp_path / out) == written(tmp_path / f"whole.{ending}")
    for file in tmp_path.rglob("*"):
        if file.is_file() and file != visits and file.suffix in (".jsonl", ".csv", ".tsv", ".ndjson"):
            assert CANARY not in file.read_text(encoding="utf-8")
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.slow
def test_no_word_of_a_note_in_report_review_file_messages_or_no_text_output(
    command: tuple[str, ...], tmp_path: Path, visits: Path
) -> None:
    words = ("--no-text", "--auto-at", "0.9", "--report", "r.html", "--review-file", "review.jsonl")
    run = start(command, tmp_path, "out.jsonl", *words)
    said = run.communicate(timeout=300)[1]
    assert run.returncode == 1 and CANARY.encode() not in said
    for name in ("out.jsonl", "out.jsonl.errors.csv", "r.html", "review.jsonl"):
        content = (tmp_path / name).read_text(encoding="utf-8")
        assert content and CANARY not in content
    kept = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {k["review"] for k in kept} <= {"auto", "review"}
    review = [json.loads(line)["id"] for line in (tmp_path / "review.jsonl").read_text().splitlines()]
    assert sorted(review) == sorted(k["id"] for k in kept if k["review"] == "review")
