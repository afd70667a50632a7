"""Labels to other tools and back lose nothing; a copy without names keeps every label at its words."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("filelock", reason="the extra `review` is not installed")

from nlp_coder.exports.note_rows import BadRow
from nlp_coder.note import STATUSES
from nlp_coder.review.agreement import agreements, kappa
from nlp_coder.review.deidentify import deidentify, replacements
from nlp_coder.review.label_files import read_label_file, write_label_file

CODES = frozenset({"97110", "97112", "97530"})
ENDING = {"label-studio": "json", "prodigy": "jsonl", "csv": "csv"}


@st.composite
def labelled(draw: st.DrawFn) -> dict[str, Any]:
    """A note of words (with emoji, quotes, line ends), some of them activities."""
    words = draw(
        st.lists(st.text("ab é😀,;\"'\r\n/|", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=8)
    )
    text, activities = "", []
    for word in words:
        start = len(text)
        text += word
        if draw(st.booleans()):
            code = draw(st.sampled_from(sorted(CODES)))
            activities.append({
                "quote": word, "start": start, "end": len(text), "status": draw(st.sampled_from(STATUSES)), "code": code,
                "acceptable": list(dict.fromkeys([code, *draw(st.lists(st.sampled_from(sorted(CODES)), max_size=2))])),
                "minutes": draw(st.none() | st.integers(0, 90)),
            })  # fmt: skip
        text += " "
    return {"id": "n1", "discipline": "PT", "setting": None, "unit_rule": "cms", "text": text, "activities": activities}


@pytest.mark.parametrize("format", sorted(ENDING))
@given(record=labelled())
@settings(max_examples=60, deadline=None)
def test_there_and_back_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, format: str, record: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("labels") / f"x.{ENDING[format]}"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        write_label_file(handle, [record], format)
    (back,) = read_label_file(path, format, CODES)
    assert back == {"source": "imported", **record}


def prodigy(**more: Any) -> dict[str, Any]:
    return {"text": "quad sets 3x10", "spans": [{"start": 0, "end": 9, "label": "97110"}], "answer": "accept", **more}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (prodigy(answer="reject"), "not accepted"),
        (prodigy(text=""), "no text"),
        (prodigy(spans=[{"start": 0, "end": 99, "label": "97110"}]), "outside"),
        (prodigy(spans=[{"start": 0, "end": 9, "label": "97110", "text": "other"}]), "quote"),
        (prodigy(spans=[{"start": 0, "end": 9, "label": "EXERCISE"}]), "unknown"),
        (prodigy(spans=[{"start": 0, "end": 9, "label": "97110:done"}]), "status"),
        (
            prodigy(spans=[{"start": 0, "end": 9, "label": "97110"}, {"start": 5, "end": 12, "label": "97110"}]),
            "overlaps",
        ),
        (prodigy(spans=[{"start": "x", "end": 9, "label": "97110"}]), "not as prodigy"),
        (prodigy(spans=[{"end": 9}]), "not as prodigy"),
    ],
)
def test_a_bad_row_is_told_and_stops_nothing(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(map(json.dumps, [row, prodigy()])))
    bad, good = read_label_file(path, "prodigy", CODES)
    assert isinstance(bad, BadRow) and said in bad.what and bad.number == 1 and "quad" not in bad.what + bad.todo
    assert not isinstance(good, BadRow) and good["activities"][0]["quote"] == "quad sets"


NOTE = (
    "Patient: Maria Delgado-Ruiz  DOB: 03/04/1961  MRN: 00482913\r\n"
    "Visit 2026-01-30, referred by Dr. Okafor on January 5, 2026. Lives at 412 W Maple Street, Apt 3, Dayton, OH 45402.\n"
    "Call (937) 555-0142 or m.delgado@example.org. Gait training 15 min with Maria on stairs, 4/5 strength, 3-10 reps.\n"
    "Signed: Jonas Weber, DPT"
)


def label_of(words: str, text: str = NOTE) -> dict[str, Any]:
    start = text.index(words)
    return {"quote": words, "start": start, "end": start + len(words), "status": "performed", "code": "97116", "acceptable": ["97116"], "minutes": None}  # fmt: skip


def test_what_identifies_is_replaced_and_labels_stay_at_their_words() -> None:
    marks = [label_of("Gait training"), label_of("with Maria on stairs")]
    done = deidentify({"id": "v1", "text": NOTE, "activities": marks, "alerts": [{"kind": "plan_only"}], "evidence": ["x"], "patient_id": "p9"}, b"s")  # fmt: skip
    text = done.record["text"]
    gone = ("Maria", "Delgado", "Ruiz", "03/04/1961", "00482913", "Okafor", "2026-01-30", "412", "Maple", "Dayton", "45402", "555", "m.delgado", "Jonas", "Weber")  # fmt: skip
    assert [w for w in gone if w in text] == []
    assert [w for w in ("Gait training 15 min", "4/5 strength", "3-10 reps", "\r\n", "DPT") if w not in text] == []
    assert [a["quote"] for a in done.record["activities"]] == ["Gait training", "with [NAME] on stairs"]
    assert all(text[a["start"] : a["end"]] == a["quote"] for a in done.record["activities"])
    assert dict(done.counts) == {"name": 4, "date": 3, "number": 1, "phone": 1, "email": 1, "address": 1}
    assert not {"evidence", "patient_id"} & set(done.record) and done.record["id"] != "v1"


def test_days_between_dates_stay_true_and_are_moved() -> None:
    text = "Seen 2026-01-30 and 02/14/26 and March 1, 2026 and 5 mar 2026; not 13/45/2026."
    moved = {r.words for r in replacements(text, 40)}
    assert moved == {"2026-03-11", "03/26/26", "April 10, 2026", "14 apr 2026"}
    one, other = (
        deidentify({"id": i, "text": "on 2026-01-30", "activities": []}, b"s").record["text"] for i in ("a", "b")
    )
    assert one != other and "2026-01-30" not in one
    assert abs((date.fromisoformat(one[3:]) - date(2026, 1, 30)).days) in range(1, 366)


@given(st.integers(0, len(NOTE) - 2), st.integers(1, 60))
def test_any_span_stays_inside_the_copy_and_in_order(start: int, length: int) -> None:
    end = min(start + length, len(NOTE))
    mark = {"quote": NOTE[start:end], "start": start, "end": end, "status": "performed", "code": "97110"}
    done = deidentify({"id": "v1", "text": NOTE, "activities": [mark]}, b"s")
    (a,) = done.record["activities"]
    assert 0 <= a["start"] < a["end"] <= len(done.record["text"])
    assert done.record["text"][a["start"] : a["end"]] == a["quote"]


def test_kappa_and_span_f1_by_hand() -> None:
    def mark(start: int, code: str, status: str = "performed") -> dict[str, Any]:
        return {"start": start, "end": start + 8, "code": code, "status": status}

    ann = [mark(0, "97110"), mark(10, "97110"), mark(20, "97530"), mark(30, "97112")]
    bob = [mark(0, "97110"), mark(11, "97530", "planned"), mark(20, "97530"), mark(50, "97110")]
    (a,) = agreements([{"ann": ann, "bob": bob}, {"ann": ann}])
    assert (a.notes, a.units, a.span_f1, a.status) == (1, 5, 0.75, 0.6667)
    # 97110: ann yes,yes,no,no,no; bob yes,no,no,no,yes: observed 3/5, chance (2*2 + 3*3)/25
    assert a.by_code["97110"] == (round((0.6 - 0.52) / 0.48, 4), 3)
    assert kappa([]) is None and kappa([("x", "x")]) is None and kappa([("x", "y"), ("y", "x")]) == -1.0


def test_the_commands(run: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path) -> None:
    text = "Patient: Maria Delgado. Gait training 15 min."
    label = {
        "id": "v1",
        "discipline": "PT",
        "unit_rule": "cms",
        "text": text,
        "activities": [label_of("Gait training", text)],
        "lines": [],
    }
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n")
    for out in ("tasks.json", "labels.csv", "prodigy.jsonl"):
        done = run("labels", "export", "labels.jsonl", out)
        assert done.returncode == 0, done.stderr
        done = run("labels", "import", out, "back.jsonl")
        assert done.returncode == 0 and b"1 labelled notes" in done.stderr
        assert json.loads((tmp_path / "back.jsonl").read_text())["activities"] == label["activities"]
    done = run("labels", "deidentify", "labels.jsonl", "shared.jsonl", "--report", "replaced.csv")
    assert done.returncode == 0 and b"not a guarantee" in done.stderr and b"Maria" not in done.stderr
    assert "Maria" not in (tmp_path / "shared.jsonl").read_text() + (tmp_path / "replaced.csv").read_text()
    with open(tmp_path / "replaced.csv", newline="") as handle:
        assert [r["kind"] for r in csv.DictReader(handle)] == ["name"]
    assert run("labels", "agreement", "labels.jsonl").returncode == 2
    assert run("labels", "import", "none.json", "x.jsonl").returncode == 2
    (tmp_path / "bad.jsonl").write_text(json.dumps(prodigy(answer="reject")) + "\n" + json.dumps(prodigy()) + "\n")
    assert run("labels", "import", "bad.jsonl", "some.jsonl").returncode == 1
