"""The shipped model is what `make train` writes from the shipped labels and tables."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.learn.fitting import as_linear
from nlp_coder.learn.held_out import split_off
from nlp_coder.learn.label_input import read_label_set
from nlp_coder.learn.teach import tables_digest
from nlp_coder.learn.teach_tagger import Reader, fit_split, split_examples
from nlp_coder.model import load_model

Record = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(root: Path) -> Record:
    """What the shipped model says of itself."""
    return dict(json.loads((root / "models/default/manifest.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def taught(root: Path) -> list[Record]:
    """The records that the shipped labels teach."""
    known = frozenset(c for c, r in load_rulebook().codes.items() if r.deleted_from is None)
    labels = root / "data/labels"
    return split_off(read_label_set([labels / "notes.jsonl", labels / "phrases.jsonl"], known).records).taught


def test_it_was_taught_on_the_shipped_labels(manifest: Record, taught: list[Record]) -> None:
    digest = hashlib.sha256()
    for record in taught:
        digest.update(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    assert manifest["labels"]["records"] == len(taught), "`make train` on the new labels"
    assert manifest["labels"]["digest"] == digest.hexdigest(), "`make train` on the new labels"


def test_it_was_taught_with_the_shipped_tables(manifest: Record) -> None:
    assert manifest["tables_digest"] == tables_digest(), "`make train` with the new tables"


@pytest.mark.slow
def test_a_part_trained_again_answers_as_the_shipped_one(taught: list[Record]) -> None:
    """The smallest part from all records; the whole takes ten minutes: `make train`, then compare the digests."""
    reader = Reader()
    readings = [reader.read(r["text"]) for r in taught]
    again, shipped = as_linear(fit_split(taught, readings)), load_model().split
    asked = 0
    for record, reading in list(zip(taught, readings, strict=True))[::10]:
        for features, _ in split_examples(record, reading):
            asked += 1
            assert again.probabilities(features)["split"] == pytest.approx(
                shipped.probabilities(features)["split"], abs=2e-3
            )
    assert asked > 300
