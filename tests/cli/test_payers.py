"""`nlp-coder payers` and `--payers`: a profile of the user's own beside the shipped ones."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp_coder.bill import load_rulebook
from nlp_coder.bill.load_payers import read_payer
from nlp_coder.bill.table_checks import Checker
from nlp_coder.tables import TableError

Run = Callable[..., subprocess.CompletedProcess[bytes]]

PROFILE = """\
name = "blue_cross"
label = "Blue Cross of our state"
aliases = ["bcbs"]
unit_rule = "cms"
therapy_modifiers = true
therapy_modifiers_on_all_codes = true
assistant_modifiers = false
kx = false
most_units = 4
sources = ["contract of 2026"]

[edits]
ncci = false
mue = false
mue_zero_not_paid = false

[[not_paid]]
code = "97014"
use = "G0283"
source = "provider manual 2026, p. 7"

[[extra_pairs]]
column1 = "97140"
column2 = "97530"
source = "contract of 2026, p. 4"
effective_from = 2026-01-01

[[required_modifiers]]
modifier = "96"
codes = ["97110"]
source = "provider manual 2026"
effective_to = 2026-06-30
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "blue_cross.toml").write_text(PROFILE)
    return folder


def claim(run: Run, tmp_path: Path, payer: str, day: str, *words: object, env: dict[str, str] | None = None):
    services = [
        {"code": c, "minutes": m}
        for c, m in (("97110", 30), ("97140", 15), ("97530", 15), ("97014", 15), ("98941", 15))
    ]
    context = {"payer": payer, "discipline": "PT", "date_of_service": day, "separate_time_documented": True}
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "services": services, "context": context}) + "\n")
    done = run("bill", "in.jsonl", "out.jsonl", *words, env=env)
    if done.returncode:
        return done, {}, set()
    out = json.loads((tmp_path / "out.jsonl").read_text())
    return (
        done,
        {x["code"]: set(x["modifiers"]) for x in out["lines"] if x["billable"]},
        {a["kind"] for a in out["alerts"]},
    )


@pytest.mark.parametrize("payer", ["blue_cross", "Blue Cross", "BCBS"])
def test_a_profile_of_ones_own_decides(run: Run, own: Path, tmp_path: Path, payer: str) -> None:
    done, lines, kinds = claim(run, tmp_path, payer, "2026-03-02", "--payers", own)
    assert done.returncode == 0, done.stderr
    assert lines == {"97110": {"GP", "96"}, "97140": {"GP"}, "97530": {"GP", "59"}, "98941": {"GP"}}
    assert kinds == {"not_payable", "payer_pair", "payer_limit"}


def test_dates_of_a_profiles_entries(run: Run, own: Path, tmp_path: Path) -> None:
    use = {"NLP_CODER_PAYERS": str(own)}
    assert claim(run, tmp_path, "bcbs", "2025-12-31", env=use)[1]["97530"] == {"GP"}
    assert claim(run, tmp_path, "bcbs", "2026-07-01", env=use)[1]["97110"] == {"GP"}


def test_a_profile_with_a_shipped_name_stands_in_its_place(run: Run, own: Path, tmp_path: Path) -> None:
    text = PROFILE.replace('"blue_cross"', '"medicaid"').replace('["bcbs"]', "[]")
    (own / "medicaid.toml").write_text(text)
    shown = run("payers", "show", "medicaid", "--payers", own).stdout.decode()
    assert "Blue Cross of our state (yours)" in shown
    listed = run("payers", "list", env={"NLP_CODER_PAYERS": str(own), "COLUMNS": "200"}).stdout.decode()
    assert [x.split()[0] for x in listed.splitlines() if " yours" in x] == ["blue_cross", "medicaid"]
    assert "state_medicaid" not in listed
    assert run("payers", "show", "state_medicaid", "--payers", own).returncode == 2


def test_without_the_folder_the_payer_is_unknown(run: Run, own: Path, tmp_path: Path) -> None:
    assert claim(run, tmp_path, "blue_cross_of_us", "2026-03-02")[0].returncode == 1


def test_check_says_what_the_profile_does(run: Run, own: Path) -> None:
    done = run("payers", "check", own / "blue_cross.toml")
    said = done.stdout.decode()
    assert done.returncode == 0 and not done.stderr
    assert "blue_cross.toml is right." in said and "59 on 97530 beside 97140" in said
    rows = {line.split()[0]: line for line in said.splitlines() if line[:5].isdecimal()}
    assert "2 units GP 96" in rows["97110"] or "2 units GP" in rows["97110"]
    assert rows["97014"].count("not billed") == 2 and rows["97010"].count("not billed") == 1
    assert "payer_limit" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit_rule = "cms"', 'unit_rule = "half"', "must be one of cms, ama"),
        ('name = "blue_cross"', 'name = "aetna"', "it must be the file's own"),
        ("most_units = 4", "most_units = 0", "must be a whole number from 1"),
        ("kx = false", "kxx = false", "key 'kxx' is unknown"),
        ('code = "97014"', 'code = "97xyz"', "[[not_paid]] 1: code '97xyz' is not in codes.csv"),
        ('column2 = "97530"', 'column2 = "97140"', "the same code 97140"),
        ("effective_from = 2026-01-01", 'effective_from = "2026-01-01"', "a date without quotes"),
        ("effective_to = 2026-06-30", "effective_from = 2027-01-01\neffective_to = 2026-06-30", "lies before"),
        ('modifier = "96"', 'modifier = "59"', "follows from the visit"),
        ('modifier = "96"', 'modifier = "9"', "two letters or digits"),
        ('codes = ["97110"]', "codes = []", "codes is empty"),
        ('aliases = ["bcbs"]', 'aliases = ["Blue Cross"]', "small letters"),
        ('sources = ["contract of 2026"]', "sources = []", "name at least one source"),
        ("[edits]", "[edits", "not readable as TOML"),
    ],
)
def test_what_is_wrong_is_said(own: Path, old: str, new: str, words: str) -> None:
    path = own / "blue_cross.toml"
    assert old in PROFILE
    path.write_text(PROFILE.replace(old, new, 1))
    book = load_rulebook()
    with pytest.raises(TableError) as caught:
        read_payer(path, Checker(frozenset(book.codes), frozenset(book.sources)), own=True)
    assert "blue_cross.toml" in str(caught.value) and words in str(caught.value)


def test_a_wrong_profile_stops_a_run_before_anything_is_written(run: Run, own: Path, tmp_path: Path) -> None:
    (own / "blue_cross.toml").write_text(PROFILE.replace("kx = false", "kxx = false"))
    checked = run("payers", "check", own / "blue_cross.toml")
    billed = claim(run, tmp_path, "medicare", "2026-03-02", "--payers", own)[0]
    for done in (checked, billed):
        said = done.stderr.decode()
        assert done.returncode == 2 and not done.stdout
        assert "blue_cross.toml: key 'kxx' is unknown" in said and "Traceback" not in said
    assert not (tmp_path / "out.jsonl").exists()


def test_files_and_folders_that_are_not_there(run: Run, own: Path, tmp_path: Path) -> None:
    for words, said in (
        (("payers", "check", "none.toml"), "no such file"),
        (("payers", "list", "--payers", "none"), "no such folder"),
        (("payers", "show", "nobody"), "known are commercial_ama"),
    ):
        done = run(*words)
        assert done.returncode == 2 and said in done.stderr.decode()
    (own / "second.toml").write_text(PROFILE.replace('"blue_cross"', '"second"'))
    assert "'bcbs' is already that of blue_cross" in run("payers", "list", "--payers", own).stderr.decode()


@pytest.mark.parametrize(
    "words", [("payers", "list"), ("payers", "show"), ("payers", "check"), ("ncci", "import"), ("ncci", "show")]
)
def test_help_has_an_example(run: Run, words: tuple[str, str]) -> None:
    done = run(*words, "--help")
    assert done.returncode == 0
    assert f"nlp-coder {' '.join(words)}" in done.stdout.decode().split("Example", 1)[1]
