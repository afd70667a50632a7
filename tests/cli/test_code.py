"""`nlp-coder code` through the process: every format, every option, every way a note comes in."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nlp_coder.cli.pasting import read_paste

Run = Callable[..., subprocess.CompletedProcess[bytes]]

NOTE = (
    "Outpatient PT, Medicare\r\n"
    "Therapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10 for strength\r\n"
    "Manual therapy 8 min: patellar mobilization grade III\r\n"
    "Declined the cold pack today.\r\n"
    "HEP: heel slides twice a day. Next visit add step-ups.\r\n"
)


def coded(done: subprocess.CompletedProcess[bytes]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr.decode()
    record: dict[str, object] = json.loads(done.stdout)
    return record


def test_json_is_the_contracts_record(run: Run, tmp_path: Path) -> None:
    (tmp_path / "visit 7.txt").write_bytes(NOTE.encode())
    record = coded(run("code", "visit 7.txt", "--format", "json"))
    assert record["id"] == "visit 7" and record["text"] == NOTE
    for a in record["activities"]:  # type: ignore[attr-defined]
        assert NOTE[a["start"] : a["end"]] == a["quote"]
        assert 0 <= a["confidence"] <= 1
    lines = {x["code"]: (x["minutes"], x["units"]) for x in record["lines"]}  # type: ignore[attr-defined]
    assert lines == {"97110": (24, 2), "97140": (8, 0)}
    assert set(record["model"]) >= {"program", "digest", "rules"}  # type: ignore[call-overload]


def test_the_rule_on_the_command_line_wins(run: Run) -> None:
    record = coded(run("code", "--rule", "ama", "-f", "json", stdin=NOTE.encode()))
    assert record["unit_rule"] == "ama"
    assert {x["code"]: x["units"] for x in record["lines"]} == {"97110": 2, "97140": 1}  # type: ignore[attr-defined]


def test_context_options_reach_the_claim(run: Run) -> None:
    options = ("--discipline", "ot", "--payer", "medicare", "--setting", "snf", "--date", "2024-08-15")
    record = coded(run("code", "-f", "json", *options, stdin=NOTE.encode()))
    assert record["discipline"] == "OT"
    assert {tuple(x["modifiers"]) for x in record["lines"] if x["billable"]} == {("GO",)}  # type: ignore[attr-defined]
    assert "2024-08-15" in str(record["unit_explanation"])


def test_no_text_leaves_out_the_notes_words(run: Run) -> None:
    for format in ("table", "json", "csv", "html"):
        done = run("code", "-", "--no-text", "--format", format, stdin=NOTE.encode())
        assert done.returncode == 0
        shown = done.stdout.decode()
        assert not [w for w in ("straight leg raises", "patellar mobilization", "heel slides") if w in shown], format


def test_csv_and_html_and_table(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("code", "-f", "csv", stdin=NOTE.encode()).stdout.decode(), newline="")))
    assert [r["code"] for r in rows] == ["97110", "97140"]
    page = run("code", "-f", "html", "--explain", stdin=NOTE.encode()).stdout.decode()
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n")
    table = run("code", "--explain", stdin=NOTE.encode()).stdout.decode()
    assert "Left out" in table and "\x1b" not in table
    assert table.index("97140  manual") < table.index("Activities") < table.index("Left out") < table.index("\nUnits\n")


def test_output_is_written_whole_and_private(run: Run, tmp_path: Path) -> None:
    done = run("code", "-f", "html", "-o", "visit.html", stdin=NOTE.encode())
    assert done.returncode == 0 and not done.stdout
    written = tmp_path / "visit.html"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["visit.html"]


def test_a_reader_that_leaves_is_no_error(command: tuple[str, ...]) -> None:
    with subprocess.Popen([*command, "codes"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (b"one\ntwo\n.\nthree", b"one\ntwo\n"),
        (b"one\n . \n", b"one\n"),
        (b"one\ntwo\x04three", b"one\ntwo"),
        (b"onx\x7fe\n\x04", b"one\n"),
        ("caf\u00e9\u00e8\b\x04".encode(), "caf\u00e9".encode()),
        (b"\x7f\x7fone.\n.5\n\x04", b"one.\n.5\n"),
        (b"", b""),
    ],
)
def test_a_paste_ends_at_a_dot_or_ctrl_d(keys: bytes, text: bytes) -> None:
    stream = iter([keys[i : i + 1] for i in range(len(keys))])
    assert read_paste(lambda: next(stream, b"")) == text


@pytest.mark.parametrize("end", [b"\n.\n", b"\x04"], ids=["dot", "ctrl-d"])
def test_a_note_is_pasted_at_the_prompt(command: tuple[str, ...], end: bytes) -> None:
    # one row of more than 4,095 characters, which a terminal that reads by lines would cut
    words = (
        b"Therapeutic exercise 24 min: quad sets 3x10. "
        + b"Patient tolerated it well. " * 200
        + b"Gait training 8 min."
    )
    master, slave = pty.openpty()
    with subprocess.Popen([*command, "code", "-f", "json"], stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
        os.close(slave)
        assert process.stdout is not None and process.stderr is not None
        prompt = process.stderr.readline()
        assert b"Ctrl-D" in prompt and b"single dot" in prompt
        time.sleep(0.3)
        for piece in _pieces(words + end, 512):
            os.write(master, piece)
            os.set_blocking(master, False)
            time.sleep(0.01)
            with contextlib.suppress(BlockingIOError):
                os.read(master, 65536)  # the echo
            os.set_blocking(master, True)
        out, error = process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == 0, error
    assert json.loads(out)["text"].strip() == words.decode()


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for i in range(0, len(data), size):
        yield data[i : i + size]


@pytest.mark.slow
def test_start_up_takes_at_most_three_times_a_blank_spacy(command: tuple[str, ...], root: Path) -> None:
    def best(*words: str) -> float:
        times = []
        for _ in range(4):
            begin = time.perf_counter()
            subprocess.run(words, capture_output=True, check=True, stdin=subprocess.DEVNULL)
            times.append(time.perf_counter() - begin)
        return min(times)

    blank = best(sys.executable, "-c", "import spacy; spacy.blank('en')")
    ours = best(*command, "code", str(root / "data/examples/outpatient_knee.txt"))
    assert ours <= 3 * blank, f"{ours:.2f} s against {blank:.2f} s"
