"""The label store: nothing that was written is ever lost, whatever moment a crash chooses; two writers see each other."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("filelock", reason="the extra `review` is not installed")

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.learn.labels import LabelError, read_labels
from nlp_coder.problem import Problem
from nlp_coder.review.draft import note_key
from nlp_coder.review.open_notes import HELD, OpenNotes
from nlp_coder.review.store import LabelStore, StaleError

TEXT = "Quad sets 3x10 for strength.\r\nNext visit: step-ups 😀."


def record(number: int = 1, *, id: str = "v1", by: str = "ann", decision: str = "accepted", round: str = "single", code: str = "97110") -> dict[str, Any]:  # fmt: skip
    return {
        "id": id, "text": TEXT, "discipline": "PT", "unit_rule": "cms",
        "activities": [{"quote": "Quad sets", "start": 0, "end": 9, "status": "performed", "code": code,
                        "acceptable": [code], "minutes": None, "settled": ["code"]}],
        "lines": [{"code": code, "minutes": None, "units": None}],
        "review": {"by": by, "at": f"2026-01-01T00:00:{number:02d}Z", "decision": decision, "round": round,
                   "action": "accept", "version": number, "from": number - 1},
    }  # fmt: skip


def fill(path: Path, count: int) -> LabelStore:
    store = LabelStore.open(path)
    for n in range(1, count + 1):
        store.append(note_key("v1", TEXT), "single", "ann", n - 1, lambda _, n=n: record(n))  # type: ignore[misc]
    return store


@given(cut=st.integers(0, 10_000), count=st.integers(1, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_crash_at_any_byte_loses_no_whole_record(
    tmp_path_factory: pytest.TempPathFactory, cut: int, count: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "labels.jsonl"
    fill(path, count)
    whole = path.read_bytes()
    cut %= len(whole) + 1
    path.write_bytes(whole[:cut])
    store = LabelStore.open(path)
    # a record is whole when all of its line but the line end is there
    kept = sum(1 for i in range(1, count + 1) if len(b"\n".join(whole.split(b"\n")[:i])) <= cut)
    history = store.history(note_key("v1", TEXT), "single", "ann")
    assert [r["review"]["version"] for r in history] == list(range(1, kept + 1))
    assert path.read_bytes() == b"".join(line + b"\n" for line in whole.split(b"\n")[:kept])
    last = whole[:cut].split(b"\n")[-1]
    half = b"" if last in whole.split(b"\n") else last  # a line that only lacks its end is a whole record
    damaged = path.with_name("labels.jsonl.damaged")
    assert (damaged.read_bytes() == half + b"\n") if half else not damaged.exists()
    # and the work goes on
    store.append(note_key("v1", TEXT), "single", "ann", kept, lambda _: record(kept + 1))
    assert len(LabelStore.open(path).history(note_key("v1", TEXT), "single", "ann")) == kept + 1


def test_a_line_that_is_no_record_is_told_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    fill(path, 1)
    bad = record(9)
    bad["activities"][0]["end"] = 10_000
    path.write_text(path.read_text() + "{broken\n[]\n" + json.dumps(bad) + "\n" + json.dumps(record(2)) + "\n")
    store = LabelStore.open(path)
    assert list(store.problems) == [2, 3, 4]
    assert [r["review"]["version"] for r in store.history(note_key("v1", TEXT), "single", "ann")] == [1, 2]
    assert TEXT[:9] not in str(store.problems)


def test_it_is_private_and_says_what_is_wrong_with_a_folder(tmp_path: Path) -> None:
    LabelStore.open(tmp_path / "labels.jsonl")
    assert stat.S_IMODE((tmp_path / "labels.jsonl").stat().st_mode) == 0o600
    with pytest.raises(Problem, match="is a folder"):
        LabelStore.open(tmp_path)


def test_a_disk_that_refuses_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = fill(tmp_path / "labels.jsonl", 1)
    before = store.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nlp_coder.review.store.os.fsync", full)
    with pytest.raises(Problem, match="No space left"):
        store.append(note_key("v1", TEXT), "single", "ann", 1, lambda _: record(2))
    assert store.path.read_bytes() == before


def test_the_second_of_two_reviewers_is_told(tmp_path: Path) -> None:
    ann, bob = fill(tmp_path / "labels.jsonl", 1), LabelStore.open(tmp_path / "labels.jsonl")
    key = note_key("v1", TEXT)
    bob.append(key, "single", "bob", 1, lambda _: record(2, by="bob"))
    with pytest.raises(StaleError, match="bob changed this note"):
        ann.append(key, "single", "ann", 1, lambda _: record(2))
    assert [r["review"]["by"] for r in ann.history(key, "single", "ann")] == ["ann", "bob"]


def _many(path: Path, by: str, count: int) -> None:
    store = LabelStore.open(path)
    key = note_key("v1", TEXT)
    done = 0
    while done < count:
        store.refresh()
        seen = len(store.history(key, "single", by))
        try:
            store.append(key, "single", by, seen, lambda h: record(len(h) + 1, by=by))
            done += 1
        except StaleError:
            continue


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    path = tmp_path / "labels.jsonl"
    writers = [context.Process(target=_many, args=(path, name, 15)) for name in ("ann", "bob")]
    for w in writers:
        w.start()
    for w in writers:
        w.join(60)
        assert w.exitcode == 0
    versions = [r["review"]["version"] for r in LabelStore.open(path).history(note_key("v1", TEXT), "single", "x")]
    assert versions == list(range(1, 31))


def test_a_reviewer_sees_who_has_a_note_open(tmp_path: Path) -> None:
    store = LabelStore.open(tmp_path / "labels.jsonl")
    ann, bob = OpenNotes(store, "ann", "s1"), OpenNotes(LabelStore.open(store.path), "bob", "s2")
    assert ann.take("n1", 1000.0) is None
    held = bob.take("n1", 1001.0)
    assert held is not None and held.by == "ann"
    assert {k: h.by for k, h in bob.others(1001.0).items()} == {"n1": "ann"}
    assert ann.take("n2", 1002.0) is None and bob.take("n1", 1003.0) is None  # the next note gives the first one up
    assert ann.take("n1", 1003.0 + HELD + 1) is None  # a lock ends by itself
    bob.give_up(1004.0)
    (tmp_path / "labels.jsonl.open.json").write_text("{half")
    assert ann.others(1005.0) == {}


CODES = frozenset(load_rulebook().codes)


@pytest.mark.parametrize(
    ("records", "codes"),
    [
        ([record(1, code="97110"), record(2, code="97530")], ["97530"]),
        ([record(1), record(2, decision="rejected")], None),
        ([record(1), record(2, decision="skipped")], None),
        ([record(1, decision="open")], None),
        ([record(1, round="blind"), record(1, by="bob", round="blind")], ["97110"]),
        ([record(1, round="blind"), record(1, by="bob", round="blind", code="97530")], None),
        ([record(1, round="blind"), record(1, by="bob", round="blind", code="97530"),
          record(1, by="eve", round="adjudication", code="97112")], ["97112"]),
        ([record(1, id="a"), record(1, id="b", code="97112")], ["97110", "97112"]),
    ],
)  # fmt: skip
def test_training_reads_one_label_a_note(
    tmp_path: Path, records: list[dict[str, Any]], codes: list[str] | None
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    if codes is None:
        with pytest.raises(LabelError, match="no accepted note"):
            read_labels([path], CODES)
    else:
        labels = read_labels([path], CODES)
        assert [x["activities"][0]["code"] for x in labels] == codes
        assert all("review" not in x and "settled" not in x["activities"][0] for x in labels)
