"""The loop closed: a term that the model does not know is corrected on the page, and the model trained on it knows it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from nlp_coder.coder import Coder
from nlp_coder.exports.note_rows import NoteRow
from nlp_coder.learn.train import train
from nlp_coder.note import VisitContext
from nlp_coder.review.desk import Desk
from nlp_coder.review.draft import note_key
from nlp_coder.review.queue import Item
from nlp_coder.review.store import LabelStore

TERM = "glimwort cascade"
NOTES = [
    f"Pt tolerated session well.\n{lead} {TERM} {tail}\nReports less pain."
    for lead, tail in (
        ("Did", "with L leg x10."), ("Then", "seated, 2 sets."), ("Practised", "on mat x12."), ("Started with", "x8 each side."),
        ("Performed", "standing, 3x10."), ("Added", "supine x15."), ("Finished with", "at rail x6."), ("Repeated", "slowly x10."),
        ("Began", "with R arm x10."), ("Completed", "2x8."), ("Next", "x20 on table."), ("Worked on", "3 rounds."),
    )
]  # fmt: skip


def found(coder: Coder, text: str) -> list[tuple[str, str]]:
    return [(a.quote, a.code) for a in coder.code(text).activities]


@pytest.mark.slow
def test_corrected_notes_teach_the_next_model(
    run: Callable[..., subprocess.CompletedProcess[bytes]], small_parts: Callable[[], AbstractContextManager[None]],
    browser: Any, coder: Coder, tmp_path: Path, root: Path,
) -> None:  # fmt: skip
    fresh = f"Pt in good spirits.\nCarried out {TERM} on the mat x10.\nHome after."
    before = coder
    rows = [NoteRow(n, f"g{n}", text, VisitContext(discipline="PT")) for n, text in enumerate(NOTES)]
    items = [
        Item(note_key(r.id, r.text), r.id, r.text, r.context, before.code(r.text, id=r.id, context=r.context))
        for r in rows
    ]
    desk = Desk(items, LabelStore.open(tmp_path / "store.jsonl"), before, "ann", "single", "s")
    pages = type(browser)(desk)
    for item in items:
        state = pages.json(f"/note/{item.key}")
        for a in state["note"]["activities"]:
            state = pages.post(
                item.key, action="delete", activity=f"{a['start']}-{a['end']}", version=state["version"]
            ).json()
        start = item.text.index(TERM)
        state = pages.post(
            item.key, action="add", start=start, end=start + len(TERM), code="97112", version=state["version"]
        ).json()
        assert pages.post(item.key, action="accept", version=state["version"]).json()["decision"] == "accepted"
    some = (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[:20]
    (tmp_path / "base.jsonl").write_text("".join(some), encoding="utf-8")
    with small_parts():
        train([tmp_path / "base.jsonl", tmp_path / "store.jsonl"], tmp_path / "after", say=lambda words: None)
    assert (TERM, "97112") not in found(before, fresh)
    assert (TERM, "97112") in found(Coder.load(tmp_path / "after"), fresh)
    figures = json.loads(run("evaluate", "store.jsonl", "--model", "after", "--json").stdout)
    assert figures["notes"] == len(NOTES) and figures["end_to_end"]["f1"] > 0.9
