"""Marked text to records, records read back, and splits that leak nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp_coder.learn.compile import compile_folder
from nlp_coder.learn.labels import LabelError, Twins, folds, match_spans, read_labels, wording
from nlp_coder.learn.markup import MarkupError, unmark

KNOWN = frozenset({"97110", "97140", "97116"})


def test_marks_become_activities_with_their_places() -> None:
    got = unmark("TE 🦵: {{quad sets|97110|8}} 3x10; HEP {{café stretch|97110/97140|home}}", "x")
    assert "{{" not in got.text
    assert [got.text[a["start"] : a["end"]] for a in got.activities] == ["quad sets", "café stretch"]
    assert [(a["status"], a["minutes"]) for a in got.activities] == [("performed", 8), ("home_program", None)]
    assert got.activities[1]["acceptable"] == ["97110", "97140"]


@pytest.mark.parametrize(
    "marked", ["{{quad sets}}", "{{quad sets|9711}}", "{{quad sets |97110}}", "{{a|97110|soon}}", "{{a|97110", "b}}"]
)
def test_a_wrong_mark_is_refused_with_its_place(marked: str) -> None:
    with pytest.raises(MarkupError, match=r"notes-x\.txt line 3"):
        unmark(marked, "notes-x.txt line 3")


def compiled(tmp_path: Path, body: str, lines: str) -> tuple[list[str], dict[str, object] | None]:
    (tmp_path / "notes-w1-1.txt").write_text(f"#### id=w1-1 rule=cms\n{body}\n#### lines {lines}\n", encoding="utf-8")
    complaints = compile_folder(tmp_path, tmp_path)
    rows = (tmp_path / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    return complaints, json.loads(rows[0]) if rows else None


def test_units_and_alerts_are_derived(tmp_path: Path) -> None:
    complaints, note = compiled(tmp_path, "{{quad sets|97110|33}}, {{STM|97140|7}}", "97110=33 97140=7")
    assert complaints == [] and note is not None
    assert {x["code"]: x["units"] for x in note["lines"]} == {"97110": 2, "97140": 1}  # type: ignore[attr-defined]
    assert note["alerts"] == ["below_eight_minutes"] and note["total_minutes"] == 40


@pytest.mark.parametrize(
    ("body", "lines", "word"),
    [
        ("{{quad sets|97110|10}}", "97110=12", "activity minutes"),
        ("{{quad sets|97110}}", "97140=12", "but lines"),
        ("{{quad sets|97110}}", "97110=12 alerts=ncci_pair", "derived or unknown"),
        ("{{quad sets|97110}}", "97110=12 total=5", "below the timed"),
        ("{{brace check|97762}}", "97762=12", "unknown or deleted"),
    ],
)
def test_contradictions_are_said(tmp_path: Path, body: str, lines: str, word: str) -> None:
    complaints, _ = compiled(tmp_path, body, lines)
    assert any(word in c and "notes-w1-1.txt" in c for c in complaints), complaints


def label(**change: object) -> dict[str, object]:
    activity = {"quote": "quad sets", "start": 0, "end": 9, "status": "performed", "code": "97110", **change}
    return {"text": "quad sets 3x10", "activities": [activity]}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "no record"),
        ("{}", "no record"),
        (json.dumps(label(start=1)), "the quote is not the text"),
        (json.dumps(label(status="maybe")), "status"),
        (json.dumps(label(code="99999")), "99999"),
    ],
)
def test_a_wrong_label_names_file_and_line(tmp_path: Path, line: str, word: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(label()) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"mine\.jsonl line 2") as caught:
        read_labels([path], KNOWN)
    assert word in str(caught.value) and "quad sets" not in str(caught.value)


def test_missing_and_empty_label_files(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="no such file"):
        read_labels([tmp_path / "none.jsonl"], KNOWN)
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(LabelError, match="no records"):
        read_labels([tmp_path / "empty.jsonl"], KNOWN)


def test_near_wordings_are_twins_and_others_are_not() -> None:
    twins = Twins([wording("standing hip abduction with band"), wording("quad sets")])
    assert twins.has(wording("quad sets R")) and twins.has(wording("hip abduction standing w/ band"))
    assert not twins.has(wording("hip bridges with band")) and not twins.has(frozenset())


@pytest.mark.parametrize(("size", "k"), [(10, 3), (5, 5), (2, 3)])
def test_folds_test_each_record_once_and_never_teach_it(size: int, k: int) -> None:
    parts = list(folds([{}] * size, k))
    assert sorted(i for _, test in parts for i in test) == list(range(size))
    assert all(not set(train) & set(test) and len(train) + len(test) == size for train, test in parts)


def test_spans_are_matched_one_to_one_best_first() -> None:
    assert match_spans([(0, 10), (20, 30)], [(0, 4), (0, 10), (26, 40)]) == [(0, 1)]
    assert match_spans([(0, 10)], [(5, 15)]) == [(0, 0)]
    assert match_spans([(0, 10)], [(10, 20)]) == []


def test_a_folder_without_marked_files_loses_no_labels(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text("kept", encoding="utf-8")
    (complaint,) = compile_folder(tmp_path / "nowhere", tmp_path)
    assert "no notes-*.txt" in complaint and (tmp_path / "notes.jsonl").read_text(encoding="utf-8") == "kept"
