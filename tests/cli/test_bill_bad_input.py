"""`nlp-coder bill` on a file with every kind of wrong record: each is named with row and field, the good ones go through."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

GOOD = {
    "id": "good",
    "services": [{"code": "97110", "minutes": 15}],
    "context": {"discipline": "PT", "payer": "medicare"},
}


def record(id: str, *, code: object = "97110", minutes: object = 15, **context: object) -> dict[str, object]:
    return {"id": id, "services": [{"code": code, "minutes": minutes}], "context": context}


TOMORROW = (date.today() + timedelta(days=2)).isoformat()
WRONG: list[tuple[object, str, str]] = [
    (record("negative", minutes=-5), "services[0].minutes", "negative"),
    (record("fraction", minutes=7.5), "services[0].minutes", "not whole"),
    (record("day", minutes=1441), "services[0].minutes", "more than a day"),
    (record("words", minutes="fifteen"), "services[0].minutes", "no number"),
    (record("code", code="99999"), "services[0].code", "no code this program knows"),
    (record("no-code", code=None), "services[0].code", "missing"),
    (record("future", date_of_service=TOMORROW), "context.date_of_service", "future"),
    (record("malformed", date_of_service="8/15/24"), "context.date_of_service", "YYYY-MM-DD"),
    (record("no-day", date_of_service="2026-02-30"), "context.date_of_service", "YYYY-MM-DD"),
    (record("payer", payer="Nobody Health"), "context.payer", "known are"),
    (record("rule", unit_rule="both"), "context.unit_rule", "cms or ama"),
    (record("discipline", discipline="chef"), "context.discipline", "PT, OT or SLP"),
    (record("dollars", prior_allowed_ytd=-1), "context.prior_allowed_ytd", "dollars"),
    (record("shares", furnished_minutes={"97110": {"assistant": -1}}), "assistant", "negative"),
    ({"id": "none"}, "services", "list"),
    ({"id": "total", "services": [{"code": c, "minutes": 900} for c in ("97110", "97140")]}, "services", "more than a day"),
    ("no object", "", "no JSON object"),
]  # fmt: skip


@pytest.fixture
def billed(
    run: Run, tmp_path: Path
) -> tuple[subprocess.CompletedProcess[bytes], list[dict[str, object]], list[dict[str, str]]]:
    """The run over all wrong records with a good one before, between and after; its results and its error rows."""
    rows: list[object] = [GOOD, *(x for x, _, _ in WRONG[:5]), {**GOOD, "id": "good-2"}, *(x for x, _, _ in WRONG[5:])]
    text = "".join(json.dumps(x) + "\n" for x in rows) + "{not json\n" + json.dumps({**GOOD, "id": "good-3"}) + "\n"
    (tmp_path / "in.jsonl").write_text(text)
    done = run("bill", "in.jsonl", "out.jsonl")
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    with open(tmp_path / "out.jsonl.errors.csv", encoding="utf-8", newline="") as handle:
        return done, out, list(csv.DictReader(handle))


def test_every_wrong_record_is_named_and_the_others_go_through(billed) -> None:
    done, out, errors = billed
    assert done.returncode == 1
    assert [x["id"] for x in out] == ["good", "good-2", "good-3"]
    assert all([(x["code"], x["units"], x["modifiers"]) for x in r["lines"]] == [("97110", 1, ["GP"])] for r in out)
    assert len(errors) == len(WRONG) + 1
    rows = [int(e["row"]) for e in errors]
    assert rows == [*range(2, 7), *range(8, 8 + len(WRONG) - 5 + 1)]
    for (given, field, words), error in zip(WRONG, errors, strict=False):
        assert field in error["what"] and words in f"{error['what']} {error['what_to_do']}", given
        assert error["what_to_do"]
        if isinstance(given, dict):
            assert error["id"] == given["id"]
    assert "not valid JSON" in errors[-1]["what"]
    said = done.stderr.decode()
    assert f"{len(errors)} rows could not be coded: see out.jsonl.errors.csv" in said and "Traceback" not in said


def test_what_is_odd_but_clear_is_billed_and_said(run: Run, tmp_path: Path) -> None:
    odd = {
        "id": "odd",
        "services": [
            {"code": "97110", "minutes": 10},
            {"code": " 97110", "minutes": 5},
            {"code": "97161"},
            {"code": "97161"},
        ],
        "context": {
            "setting": "moon base",
            "requested_modifiers": {"97112": ["59"]},
            "furnished_minutes": {"97110": {"therapist": 5}},
        },
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(odd) + "\n")
    assert run("bill", "in.jsonl", "out.jsonl").returncode == 0
    assert not (tmp_path / "out.jsonl.errors.csv").exists()
    out = json.loads((tmp_path / "out.jsonl").read_text())
    words = " ".join(out["unit_explanation"])
    assert "97110 is listed 2 times: 10 + 5 = 15 min on one line." in words
    assert "97161 is listed 2 times: one line, one a day." in words
    assert "requested_modifiers speaks of 97112, which is not among the services" in words
    assert "Setting 'moon base' is not in settings.csv: the practitioner files are used." in words
    assert "today: no date of service given" in words and out["date_stated"] is False
    assert [(x["code"], x["units"]) for x in out["lines"]] == [("97110", 1), ("97161", 1)]


def test_lines_say_their_numbers_and_what_they_rest_on(run: Run, tmp_path: Path) -> None:
    services = [{"code": "97110", "minutes": 33}, {"code": "97140", "minutes": 7}, {"code": "97012", "minutes": 15}]
    context = {"discipline": "PT", "payer": "medicare", "date_of_service": "2025-06-02", "separate_time_documented": True,
               "prior_allowed_ytd": 2500, "furnished_minutes": {"97110": {"therapist": 10, "assistant": 23}}}  # fmt: skip
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "services": services, "context": context}) + "\n")
    assert run("bill", "in.jsonl", "out.jsonl").returncode == 0
    out = json.loads((tmp_path / "out.jsonl").read_text())
    table = {r["code"]: (r["minutes"], r["whole"], r["remainder"], r["cms"], r["ama"]) for r in out["unit_table"]}
    assert table == {"97110": (33, 2, 3, 2, 2), "97140": (7, 0, 7, 1, 0)}
    by_code = {x["code"]: x["explanation"] for x in out["lines"]}
    assert "2 units: 33 min = 2 x 15 + 3" in by_code["97110"]
    assert "therapist 10 min, assistant 23 min" in by_code["97110"]
    assert "1 unit: 7 min = 0 x 15 + 7; its 7 min left take one of the day's left-over units" in by_code["97140"]
    assert "59: column 2 beside 97012, separate time documented" in by_code["97140"]
    assert "KX: $2,500.00 allowed before this visit reach the 2025 threshold of $2,410" in by_code["97012"]
    assert "untimed, one a day; its 15 min count in the total time only" in by_code["97012"]
    assert "The AMA's midpoint rule would give 97110 2, 97140 0: 2 in all, not 3." in " ".join(out["unit_explanation"])
    for line in out["lines"]:
        assert (
            f"rules {out['rules_digest']} of 2025-06-02; payer medicare; NCCI {out['ncci']['quarter']}" in line["basis"]
        )
    assert out["rules_date"] == "2025-06-02" and out["date_stated"] is True
