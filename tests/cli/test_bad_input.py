"""Bad input through the process: what, where and what to do on standard error; no traceback, no note text, exit 2."""

from __future__ import annotations

import codecs
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

SECRET = "Mrs Abernathy"
NOTE = f"{SECRET}: therapeutic exercise 15 min: quad sets 3x10\n"


def refused(done: subprocess.CompletedProcess[bytes], *words: str) -> str:
    """The message of a run that must have failed as the contract says."""
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert not done.stdout
    assert "Traceback" not in said and SECRET not in said and "failed" not in said
    for word in words:
        assert word in said, said
    return said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"  \r\n\t\n", "is empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF"),
        (b"PK\x03\x04\x14\x00", "Word, Excel or zip"),
        (NOTE.encode() + b"\x00\x00", "NUL"),
        (bytes(range(256)) * 40, "NUL"),
        (b"\x7fELF\x02\x01\x01" + b"\x03\x04\x05" * 50, "binary"),
    ],
    ids=["empty", "blank", "pdf", "docx", "nul", "bytes", "elf"],
)
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_what_is_no_note(run: Run, tmp_path: Path, data: bytes, words: str, way: str) -> None:
    (tmp_path / "visit.txt").write_bytes(data)
    done = run("code", "visit.txt") if way == "file" else run("code", stdin=data)
    refused(done, words, "visit.txt: " if way == "file" else "standard input: ")


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + NOTE.encode(),
        NOTE.encode("utf-16"),
        NOTE.replace(":", " –", 1).encode("cp1252"),
        NOTE.encode("utf-16-le"),
    ],
    ids=["bom", "utf-16", "cp1252", "utf-16-bare"],
)
def test_other_encodings_are_read(run: Run, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "visit.txt").write_bytes(data)
    done = run("code", "visit.txt", "-f", "json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["text"].startswith(SECRET)
    assert [a["quote"] for a in record["activities"]] == ["quad sets"]


def test_a_note_without_activities_is_no_error(run: Run) -> None:
    done = run("code", stdin=b"Pt called to cancel, has a cold. Will call back on Monday.")
    assert done.returncode == 0 and not done.stderr
    assert "Nothing billable" in done.stdout.decode()


def test_files_that_are_not_there_or_no_files(run: Run, tmp_path: Path) -> None:
    refused(run("code", "none.txt"), "none.txt", "no such file")
    refused(run("code", "."), "is a folder")
    (tmp_path / "visits.csv").write_text("id,text\n1,x\n")
    refused(run("code", "visits.csv"), "nlp-coder batch")
    (tmp_path / "visit.txt").write_text(NOTE)
    refused(run("code", "visit.txt", "-o", "none/out.html"), "no folder")
    refused(run("code", "visit.txt", "-o", "visit.txt"), "is the input itself")
    assert (tmp_path / "visit.txt").read_text() == NOTE


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rule", "8minute"), "--rule"),
        (("--format", "pdf"), "--format"),
        (("--discipline", "MD"), "--discipline"),
        (("--payer", "nobody"), "--payer"),
        (("--setting", "moon"), "--setting"),
        (("--date", "yesterday"), "--date"),
        (("--date", "2999-01-01"), "--date"),
        (("--colour",), "--colour"),
    ],
)
def test_options_that_are_wrong_are_named(run: Run, options: tuple[str, ...], words: str) -> None:
    refused(run("code", *options, stdin=NOTE.encode()), words)


def test_unknown_code_and_command(run: Run) -> None:
    refused(run("codes", "97111"), "97111", "did you mean 97110")
    refused(run("codes", "zzz"), "nlp-coder codes")
    refused(run("cod", "x"), "cod")


def test_models_that_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "visit.txt").write_text(NOTE)
    (tmp_path / "empty").mkdir()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "manifest.json").write_text('{"lang": "en", "name": "core_web_sm"}')
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_bytes(b"\x80\x04\x95")
    for name, words in (("none", "no such folder"), ("visit.txt", "is no folder"), ("empty", "no nlp-coder model"),
                        ("foreign", "foreign"), ("broken", "broken")):  # fmt: skip
        refused(run("code", "visit.txt", "--model", name), words, "nlp-coder train")


def test_a_damaged_model_is_refused(run: Run, tmp_path: Path) -> None:
    import shutil

    from nlp_coder.tables import models_folder

    shutil.copytree(models_folder() / "default", tmp_path / "damaged")
    with open(tmp_path / "damaged" / "code.npz", "r+b") as handle:
        handle.seek(100)
        handle.write(b"\xff\xff\xff\xff")
    (tmp_path / "visit.txt").write_text(NOTE)
    refused(run("code", "visit.txt", "--model", "damaged"), "code.npz")


def test_minutes_beyond_a_day_do_not_stop_the_note(run: Run) -> None:
    done = run("code", stdin=b"Therapeutic exercise 2500 min: quad sets 3x10")
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr and b"quad sets" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["Therapeutic exercise: quad sets 3x10, heel slides x15 for ROM.\n", "A", "x ", "1,"])
def test_a_note_of_five_megabytes_ends_in_bounded_time(run: Run, unit: str) -> None:
    done = run("code", "-f", "csv", stdin=(unit * (5_000_000 // len(unit))).encode(), timeout=60)
    assert b"Traceback" not in done.stderr and done.returncode in (0, 1, 2)
