"""`nlp-coder ncci` through the process: CMS's forms and traps, what changed, and that the program then uses the set."""

from __future__ import annotations

import csv
import importlib.util
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("cms_form", Path(__file__).with_name("cms_form.py"))
assert _spec is not None and _spec.loader is not None
cms = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cms)

Run = Callable[..., subprocess.CompletedProcess[bytes]]

ZIP = "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f{}.zip"
EARLY = [("00100", "36000", "*", "19960101", "*", "1", "Other"), ("29105", "29125", "", "20100101", "*", "1", "Other")]
LATE = [
    # several rows of one pair: ended, back again, and one that never was
    ("97140", "97530", "", "19960401", "20191231", "1", "Mutually exclusive"),
    ("97140", "97530", "", "20201001", "20201001", "9", "Mutually exclusive"),
    ("97140", "97530", "", "20260701", "*", "1", "Mutually exclusive"),
    ("97012", "97140", "*", "19950101", "*", "0", "Standards"),
    ("97150", "97110", "", "20000101", "20251231", "1", "Mutually exclusive"),
    ("97530", "99213", "", "20000101", "*", "1", "Not ours"),
    ("J0585", "97110", "", "20000101", "*", "1", "Not ours"),
]


def said(done: subprocess.CompletedProcess[bytes], status: int = 0) -> str:
    text = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == status, text
    assert "Traceback" not in text
    return text


@pytest.fixture
def quarter(tmp_path: Path) -> list[str]:
    """The four parts of a practitioner's pair file and an MUE table of the same quarter."""
    for part, rows in {1: EARLY[:1], 2: EARLY[1:], 3: [], 4: LATE}.items():
        rows = rows or [("50000", "50010", "", "20000101", "*", "1", "Other")]
        name = ZIP.format(part)
        (tmp_path / name).write_bytes(cms.ptp_zip(f"ccipra-v322r0-f{part}", rows))
    mue = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
    rows = [("97110", "5", "3 Date of Service Edit: Clinical"), ("97035", "2", "3 Date of Service Edit: Clinical")]
    rows += [("97150", "1", "2 Date of Service Edit: Policy"), ("99213", "1", "3 Date of Service Edit: Clinical")]
    (tmp_path / mue).write_bytes(cms.mue_csv(rows))
    return [*(ZIP.format(n) for n in range(1, 5)), mue]


def test_a_quarter_is_kept_compared_and_used(run: Run, quarter: list[str], tmp_path: Path) -> None:
    out = said(run("ncci", "import", *quarter, "--out", "sets"))
    assert "practitioner  97140 / 97530: no edit -> indicator 1" in out
    assert "practitioner  97012 / 97140: indicator 1 -> indicator 0" in out
    assert "practitioner  97150 / 97110: indicator 1 -> no edit" in out
    assert "practitioner  MUE 97110: 6 (kind 3) -> 5 (kind 3)" in out
    assert "no hospital pair file was given" in out and "was not given: 0" not in out
    with open(tmp_path / "sets/2026q3/ncci_pairs.csv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    mine = [r for r in rows if (r["column1"], r["column2"]) == ("97140", "97530")]
    ours = [
        (r["modifier_indicator"], r["effective_from"], r["deleted_on"]) for r in mine if r["source"] == "ncci-2026q3"
    ]
    assert ours == [
        ("9", "2020-10-01", "2020-10-01"), ("1", "1996-04-01", "2019-12-31"), ("1", "2026-07-01", ""),
    ]  # fmt: skip
    assert not {"99213", "J0585", "00100"} & {r[c] for r in rows for c in ("column1", "column2")}

    use = {"NLP_CODER_NCCI": str(tmp_path / "sets")}
    shown = json.loads(run("ncci", "show", "97140", "--json", "--date", "2026-08-03", env=use).stdout)
    assert shown["quarter"] == "2026q3" and len(shown["files"]) == 5
    assert {"column1": "97012", "column2": "97140", "file": "practitioner", "indicator": 0} in shown["pairs"]
    assert {"column1": "97012", "column2": "97140", "file": "hospital", "indicator": 1} in shown["pairs"]
    services = [{"code": "97140", "minutes": 15}, {"code": "97530", "minutes": 15}]
    days = {"old": "2019-06-03", "none": "2025-06-03", "new": "2026-08-03"}
    lines = [{"id": i, "services": services, "context": {"payer": "medicare", "discipline": "PT", "date_of_service": d}}
             for i, d in days.items()]  # fmt: skip
    lines += [{"id": f"mue-{d}", "services": [{"code": "97110", "minutes": 90}],
               "context": {"payer": "medicare", "date_of_service": d}} for d in ("2026-06-30", "2026-07-01")]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    said(run("bill", "in.jsonl", "out.jsonl", env=use))
    billed = {x["id"]: x for x in map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())}
    kinds = {i: [a["kind"] for a in x["alerts"]] for i, x in billed.items()}
    assert kinds == {
        "old": ["ncci_pair"], "none": [], "new": ["ncci_pair"], "mue-2026-06-30": [], "mue-2026-07-01": ["mue_exceeded"],
    }  # fmt: skip
    assert "NCCI 2026q3 practitioner" in billed["new"]["lines"][0]["basis"]
    assert "2024q3" in json.loads(run("ncci", "show", "--json").stdout)["quarter"]


@pytest.mark.parametrize("form", ["txt", "xlsx", "csv"])
def test_the_forms_of_a_pair_file_say_the_same(run: Run, tmp_path: Path, form: str) -> None:
    name = f"ccipra-v322r0.{form}"
    if form == "csv":
        import io

        handle = io.StringIO()
        csv.writer(handle).writerows([*([n] for n in cms.NOTICE), *(h.split("\t") for h in cms.PTP_HEADER), *LATE])
        data = handle.getvalue().encode("utf-8-sig")
    else:
        data = cms.ptp_text(LATE) if form == "txt" else cms.ptp_workbook(LATE)
    (tmp_path / name).write_bytes(data)
    assert "practitioner pairs of 2026q3, 5 of 7 rows kept" in said(run("ncci", "import", name, "--out", "sets"))


def test_a_missing_part_loses_no_pair_of_the_other_parts(run: Run, quarter: list[str], tmp_path: Path) -> None:
    out = said(run("ncci", "import", quarter[1], "--out", "sets"))
    assert "part f1, f3, f4 of the practitioner pair file was not given" in out
    assert "97012 / 97140" not in out
    shown = run("ncci", "show", "97140", "--json", env={"NLP_CODER_NCCI": str(tmp_path / "sets")}).stdout
    assert any(p["column1"] == "97012" for p in json.loads(shown)["pairs"])


def test_the_hospital_file_comes_later(run: Run, quarter: list[str], tmp_path: Path) -> None:
    said(run("ncci", "import", *quarter, "--out", "sets"))
    (tmp_path / "ccioph-v322r0.txt").write_bytes(cms.ptp_text([("97012", "97140", "", "20260701", "*", "1", "x")]))
    said(run("ncci", "import", "ccioph-v322r0.txt", "--out", "sets"))
    use = {"NLP_CODER_NCCI": str(tmp_path / "sets")}
    shown = json.loads(run("ncci", "show", "97140", "--json", "--date", "2026-08-03", env=use).stdout)
    assert {(p["column1"], p["column2"], p["file"], p["indicator"]) for p in shown["pairs"]} == {
        ("97012", "97140", "practitioner", 0),
        ("97140", "97530", "practitioner", 1),
        ("97012", "97140", "hospital", 1),
    }


def test_rows_with_shared_days_and_rows_twice(run: Run, tmp_path: Path) -> None:
    rows = [
        ("97110", "97112", "", "20200101", "*", "0", "x"),
        ("97110", "97112", "", "20200101", "*", "0", "x"),
        ("97110", "97112", "", "20240101", "*", "1", "x"),
        ("97110", "97116", "", "20240101", "20230101", "1", "x"),
    ]
    (tmp_path / "ccipra-v322r0.txt").write_bytes(cms.ptp_text(rows))
    said(run("ncci", "import", "ccipra-v322r0.txt", "--out", "sets"))
    use = {"NLP_CODER_NCCI": str(tmp_path / "sets")}
    for day, expected in (("2023-12-31", [0]), ("2024-01-01", [1])):
        shown = json.loads(run("ncci", "show", "97110", "--json", "--date", day, env=use).stdout)
        mine = [p["indicator"] for p in shown["pairs"] if p["file"] == "practitioner"]
        assert mine == expected


def test_bad_rows_are_named_and_the_others_kept(run: Run, tmp_path: Path) -> None:
    rows = [
        ("97110", "97112", "", "20241301", "*", "0", "x"),
        ("97110", "97113", "", "20240101", "*", "7", "x"),
        ("97110", "97116", "", "20240101", "*", "1", "x"),
    ]
    (tmp_path / "ccipra-v322r0.txt").write_bytes(cms.ptp_text(rows))
    out = said(run("ncci", "import", "ccipra-v322r0.txt", "--out", "sets"), status=1)
    assert "ccipra-v322r0.txt row 9: 97110/97112: effective date '20241301' is no day of the calendar" in out
    assert "row 10: 97110/97113: modifier indicator '7'" in out
    assert "1 of 3 rows kept" in out


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("ccipra-v322r0.txt", b"only a notice\r\n", "holds neither PTP nor MUE rows"),
        ("ccipra-v322r0.zip", b"PK\x03\x04 cut off", "is no readable zip archive"),
        ("ccipra-v322r0.xlsx", b"no workbook", "is damaged"),
        ("ccipra-v322r0.pdf", b"%PDF-", "its ending .pdf is unknown"),
        ("edits-v322r0.txt", cms.ptp_text(LATE), "add --file practitioner or --file hospital"),
        ("practitioner-edits.txt", cms.ptp_text(LATE), "add --quarter"),
        ("2026q2-ccipra-v322r0.txt", cms.ptp_text(LATE), "2026q2 and 2026q3"),
        ("MCR_MUE_DMESupplierServices_Eff_07-01-2026.csv", cms.mue_csv([("97110", "1", "3 x")]), "equipment suppliers"),
    ],
)
def test_files_that_are_none(run: Run, tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert words in said(run("ncci", "import", name, "--out", "sets"), status=2)
    assert not (tmp_path / "sets").exists()


def test_options_in_place_of_names(run: Run, tmp_path: Path) -> None:
    (tmp_path / "edits.txt").write_bytes(cms.ptp_text(LATE))
    out = said(run("ncci", "import", "edits.txt", "--file", "hospital", "--quarter", "2026q1", "--out", "sets"))
    assert "hospital pairs of 2026q1" in out
    assert "write it as 2026q3" in said(
        run("ncci", "import", "edits.txt", "--quarter", "q1", "--out", "sets"), status=2
    )
    assert "no such file" in said(run("ncci", "import", "none.zip", "--out", "sets"), status=2)


def test_two_quarters_at_once(run: Run, tmp_path: Path) -> None:
    for name in ("ccipra-v321r0.txt", "ccioph-v322r0.txt"):
        (tmp_path / name).write_bytes(cms.ptp_text(LATE))
    out = said(run("ncci", "import", "ccipra-v321r0.txt", "ccioph-v322r0.txt", "--out", "sets"), status=2)
    assert "are of 2026q2 and 2026q3" in out


def test_a_damaged_set_is_said(run: Run, quarter: list[str], tmp_path: Path) -> None:
    said(run("ncci", "import", *quarter, "--out", "sets"))
    (tmp_path / "sets/2026q3/set.json").write_text("{")
    out = said(run("ncci", "show", env={"NLP_CODER_NCCI": str(tmp_path / "sets")}), status=2)
    assert "2026q3/set.json: is no JSON; import the quarter again" in out
