"""What is given to learn from: kinds of files, and every fault by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp_coder.learn.held_out import check_enough, held_flags, leaks, note_copies, split_off
from nlp_coder.learn.label_input import SHOWN, LabelError, read_label_set

KNOWN = frozenset({"97110", "97140", "97112"})


def phrase(text: str = "quad sets", **change: object) -> dict[str, object]:
    activity = {"quote": text, "start": 0, "end": len(text), "status": "performed", "code": "97110", **change}
    return {"id": text, "text": text, "activities": [activity]}


def test_a_phrase_table_becomes_labels_whatever_its_line_ends_and_mark(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_bytes(
        '\ufeffPhrase,Code,Acceptable\r\nwall slides,97110,97112|97110\n\n"STM, upper traps",97140,\r\n'.encode()
    )
    records = read_label_set([table], KNOWN).records
    assert [(r["text"], r["activities"][0]["code"], r["activities"][0]["acceptable"]) for r in records] == [
        ("wall slides", "97110", ["97110", "97112"]), ("STM, upper traps", "97140", ["97140"]),
    ]  # fmt: skip


def test_billed_history_is_kept_apart_from_labels(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    rows = [phrase(), {"text": "TE 15 min", "billed": [{"code": "97110", "units": 1}]}]
    path.write_text("\r\n".join(map(json.dumps, rows)), encoding="utf-8", newline="")
    found = read_label_set([path], KNOWN)
    assert len(found.records) == 1 and [r["text"] for r in found.history] == ["TE 15 min"]


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.csv", "phrase,kode\nx,97110\n", "line 1: column code is missing"),
        ("a.csv", "phrase,code\nquad sets,\n", "line 2: no record: its code is empty"),
        ("a.csv", "phrase,code\nheel, slides,97110\n", "line 2: no record: it has more cells"),
        ("a.csv", "phrase,code\nquad sets,99999\n", "line 2: code '99999' is not a valid code"),
        ("a.csv", "phrase,code\nquad sets,97110\nQuad  sets,97140\n", "line 3: the same phrase has code 97140 here"),
        ("a.jsonl", "", "holds no records"),
        ("a.jsonl", json.dumps(phrase(end=99)), "line 1: the offsets"),
        ("a.jsonl", json.dumps(phrase(start="0")), "line 1: the offsets"),
        ("a.jsonl", json.dumps({"text": "x", "activities": [{"code": "97110"}]}), "line 1: an activity lacks"),
        ("a.jsonl", json.dumps({"text": "x", "billed": ["97110"]}), "line 1: billed is no list"),
        ("a.jsonl", json.dumps({"text": "x", "billed": [{"code": "1"}]}), "line 1: code '1'"),
    ],
)
def test_a_fault_is_told_by_file_and_line_without_the_words(tmp_path: Path, name: str, body: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(body, encoding="utf-8")
    with pytest.raises(LabelError) as caught:
        read_label_set([path], KNOWN)
    assert words in str(caught.value) and name in str(caught.value)
    assert "uad" not in str(caught.value) and "slides" not in str(caught.value)


def test_all_faults_are_told_at_once_up_to_a_number(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("{\n" * (SHOWN + 5), encoding="utf-8")
    with pytest.raises(LabelError) as caught:
        read_label_set([path], KNOWN)
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 1 and "line 20" in lines[-2] and "5 more" in lines[-1]


def test_phrases_that_defend_each_other_are_no_contradiction(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("phrase,code,acceptable\nbridges,97110,97112\nbridges,97112,\n", encoding="utf-8")
    assert len(read_label_set([path], KNOWN).records) == 2


def note(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "activities": [], "lines": [], **more}


def test_a_copy_of_a_held_out_note_is_not_taught() -> None:
    body = "Patient did heel slides and quad sets with good form and no rise of pain today after the session"
    texts = [f"{body} number {n}" for n in range(40)]
    far = [note(f"{n} " + " ".join(f"word{n}x{i}" for i in range(12))) for n in range(60)]
    records = [note(t) for t in texts] + far
    held = held_flags(records)
    assert any(held) and not all(held) and held == held_flags(records)  # type: ignore[comparison-overlap]
    parts = split_off(records)
    assert parts.copies == len(leaks(note_copies(records), held)) > 0
    taught = {str(r["text"]) for r in parts.taught}
    assert not taught & {str(r["text"]) for r in parts.held}
    assert not (any(held[:40]) and any(t.startswith(body) for t in taught))


def test_too_little_to_learn_from_is_said() -> None:
    marked = {"activities": [{"code": "97110", "status": "performed"}]}
    with pytest.raises(LabelError, match="19 labelled notes"):
        check_enough([note("a", **marked)] * 19)
    with pytest.raises(LabelError, match="the same code"):
        check_enough([note("a", **marked)] * 20)
    other = {"activities": [{"code": "97112", "status": "performed"}]}
    with pytest.raises(LabelError, match="the same status"):
        check_enough([note("a", **marked), note("b", **other)] * 10)
