"""`nlp-coder codes`: the list, and one code with its rules, reasons and sources."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def test_the_list_names_every_code(run: Run) -> None:
    shown = run("codes").stdout.decode()
    facts = json.loads(run("codes", "--json").stdout)
    assert len(facts) > 90
    assert [f["code"] for f in facts] == [row.split()[0] for row in shown.splitlines()[1:] if not row.startswith(" ")]
    by_code = {f["code"]: f for f in facts}
    assert by_code["97110"]["timed"] and not by_code["97150"]["timed"]
    assert by_code["97762"]["status"] == "deleted" and by_code["97762"]["replaced_by"] == ["97763"]


def test_one_code_with_its_rules_and_their_sources(run: Run) -> None:
    shown = run("codes", "97112").stdout.decode()
    sheet = json.loads(run("codes", "97112", "--json").stdout)
    assert sheet["rules"] and all(r["reason"] and r["source"] for r in sheet["rules"])
    assert sheet["rules"][0]["code"] == "97112"
    assert "NCCI pairs" in shown and "The note should say" in shown
    assert f"Coding rules ({len(sheet['rules'])})" in shown
    assert all(r["id"] in shown for r in sheet["rules"])


def test_codes_in_any_case(run: Run) -> None:
    assert json.loads(run("codes", "g0283", "--json").stdout)["code"] == "G0283"
