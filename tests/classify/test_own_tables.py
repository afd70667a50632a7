"""A user's own lexicon and rules over the shipped ones: used, named in the evidence, checked like the shipped ones."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp_coder.tables import data_folder

Run = Callable[..., subprocess.CompletedProcess[bytes]]
TERMS = "term,variants,class,trains,code,also,source\n"
NOTE = b"NMR 20 min: glimwort cascade, tandem stance 2x30 s\nTE 15 min: quad sets on biofeedback x10"


def own(tmp_path: Path, terms: str = "", rules: str = "") -> Path:
    folder = tmp_path / "own"
    (folder / "lexicon").mkdir(parents=True)
    (folder / "rules").mkdir()
    if terms:
        (folder / "lexicon/activities_mine.csv").write_text(TERMS + terms, encoding="utf-8")
    if rules:
        with open(data_folder() / "rules/coding_rules.csv", encoding="utf-8") as shipped:
            head = shipped.readline()
        columns = head.strip().split(",")
        row = dict(part.split("=", 1) for part in rules.split(";"))
        cells = ",".join(row.get(c, "") for c in columns)
        (folder / "rules/coding_rules_mine.csv").write_text(head + cells + "\n", encoding="utf-8")
    return folder


RULE = "id=our-quads;code=97112;strength=0.9;phrase=quad sets on biofeedback;reason=our policy;source=policy 3"


def test_own_rows_count_and_are_named(run: Run, tmp_path: Path) -> None:
    folder = own(tmp_path, "glimwort cascade,,balance,balance,97112,,our clinic\n", RULE)
    done = run("code", "--tables", folder, "--format", "json", stdin=NOTE)
    note = json.loads(done.stdout)
    evidence = {a["quote"]: [(e["kind"], e["source"]) for e in a["evidence"]] for a in note["activities"]}
    assert ("lexicon", "own: our clinic") in evidence["glimwort cascade"]
    assert any(("rule", "own: policy 3") in found for found in evidence.values())
    assert note["model"]["own_tables"]
    shipped = json.loads(run("code", "--format", "json", stdin=NOTE).stdout)
    assert "own_tables" not in shipped["model"] and "own:" not in json.dumps(shipped)


def test_an_own_term_wins_over_the_shipped_one(run: Run, tmp_path: Path) -> None:
    folder = own(tmp_path, "quad sets,,neuro,motor_control,97112,97110,our clinic\n")
    note = json.loads(run("code", "--format", "json", stdin=NOTE, env={"NLP_CODER_TABLES": str(folder)}).stdout)
    found = [
        e
        for a in note["activities"]
        for e in a["evidence"]
        if e["kind"] == "lexicon" and e["source"] == "own: our clinic"
    ]
    assert [e["code"] for e in found] == ["97112"]


@pytest.mark.parametrize(
    ("terms", "rules", "said"),
    [
        ("glimwort,,balance,,99999,,x\n", "", "activities_mine.csv row 2: code '99999'"),
        ("glimwort,,juggling,,97112,,x\n", "", "activities_mine.csv row 2: class 'juggling'"),
        ("glimwort,,balance,,97112,,\n", "", "activities_mine.csv row 2: source is empty"),
        ("", "id=a;code=97112;strength=0.9;reason=r;source=s", "coding_rules_mine.csv row 2: no condition"),
        ("", RULE.replace("0.9", "7"), "coding_rules_mine.csv row 2: strength"),
        ("", "", "holds no table"),
    ],
)
def test_a_wrong_row_is_told_by_file_and_row(run: Run, tmp_path: Path, terms: str, rules: str, said: str) -> None:
    done = run("code", "--tables", own(tmp_path, terms, rules), stdin=NOTE)
    assert done.returncode == 2 and said in done.stderr.decode() and b"Traceback" not in done.stderr


def test_a_file_that_is_not_read_is_no_silence(run: Run, tmp_path: Path) -> None:
    folder = own(tmp_path, "glimwort,,balance,,97112,,x\n")
    (folder / "lexicon/activity.csv").write_text(TERMS, encoding="utf-8")
    done = run("code", "--tables", folder, stdin=NOTE)
    assert done.returncode == 2 and b"activity.csv is not read" in done.stderr
