"""Labelled activities with a cue put before them: what the status model is taught beside the labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlp_coder.learn.cued import cued_examples, taught_cues
from nlp_coder.learn.perturbations import cued_text
from nlp_coder.learn.teach_verdict import Cued, fit_status
from nlp_coder.model import load_model
from nlp_coder.note import STATUSES


@pytest.mark.parametrize(
    ("text", "quote", "after"),
    [
        ("Quad sets 3x10.", "Quad sets", "HEP: quad sets 3x10."),  # the capital of the sentence goes
        ("- SLR 2x10", "SLR", "- HEP: SLR 2x10"),
        ("TE: bike", "bike", "TE: HEP: bike"),
    ],
)
def test_a_cue_stands_before_the_activity_and_the_place_follows(text: str, quote: str, after: str) -> None:
    start = text.index(quote)
    changed, first, last = cued_text(text, start, start + len(quote), "HEP: ")
    assert changed == after and changed[first:last].lower() == quote.lower()


def test_the_table_has_cues_for_every_status() -> None:
    assert set(taught_cues()) == set(STATUSES) and all(len(words) >= 5 for words in taught_cues().values())


@pytest.fixture(scope="module")
def records(root: Path) -> list[dict[str, Any]]:
    """A few labelled notes."""
    lines = (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()
    return [r for r in map(json.loads, lines) if r["writer"] == "w1"][:25]


def test_the_same_notes_give_the_same_examples_and_leave_the_labels_alone(records: list[dict[str, Any]]) -> None:
    model, before = load_model(), json.dumps(records)
    cued = cued_examples(records, model.tagger, model.split)
    assert cued == cued_examples(records, model.tagger, model.split)
    assert json.dumps(records) == before
    assert len(cued) >= 10 and len({c.status for c in cued}) >= 3
    assert not any(f.startswith(("likely", "least", "src")) for c in cued for f in c.features)


def test_what_a_cue_teaches_counts() -> None:
    from nlp_coder.learn.fitting import as_linear
    from nlp_coder.learn.teach_verdict import Judged

    labels = ["performed"] * 40 + ["declined"] * 10
    judged = [Judged([], [["cue=no", "line=a"]] * 40 + [["line=b"]] * 10, labels)]
    plain = as_linear(fit_status(judged))
    taught = as_linear(fit_status(judged, [Cued(0, ["cue=no", "line=a"], "declined")] * 600))
    assert plain.best(["cue=no", "line=a"]) == "performed" and taught.best(["cue=no", "line=a"]) == "declined"
