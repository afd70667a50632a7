"""The benchmark's split is of ids that exist, the README holds its results, and they are those of the shipped model."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nlp_coder import tables
from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import read_terms
from nlp_coder.learn.benchmark import EVERYDAY, FIGURES, LOCKED, PUBLISHED, SHOWN, notes_of, readme_table, with_figures
from nlp_coder.learn.half_lexicon import MAY_FALL, half_lexicon, half_of
from nlp_coder.learn.held_out import LOCKED_WRITERS
from nlp_coder.learn.perturbations import OTHER, SAME
from nlp_coder.learn.robustness import PART
from nlp_coder.model import load_model


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    """The benchmark's."""
    return root / "data" / "benchmark"


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, Any]:
    """Those of the last run."""
    return dict(json.loads((folder / "results.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def records(root: Path) -> list[dict[str, Any]]:
    """The labelled notes."""
    return [json.loads(line) for line in (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_readme_holds_the_results(root: Path, results: dict[str, Any]) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert FIGURES.search(text) and with_figures(text, results) == text, "run `make benchmark`"
    changed = {**results, "figures": {**results["figures"], "status": 0.123}}
    assert with_figures(text, changed) != text and "| 0.12 |" in readme_table(changed)
    assert set(SHOWN) <= set(results["figures"])


def test_the_results_are_those_of_the_shipped_model(root: Path, results: dict[str, Any]) -> None:
    manifest = json.loads((root / "models/default/manifest.json").read_text(encoding="utf-8"))
    assert results["model"] == manifest["digest"], "run `make benchmark` on the new model"


def test_the_split_is_the_locked_writers_notes_and_others(folder: Path, records: list[dict[str, Any]]) -> None:
    with open(folder / "notes.csv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({r["id"] for r in rows}) == len(rows)
    writer = {r["id"]: r["writer"] for r in records}
    by_part = Counter((r["part"], writer[r["id"]] in LOCKED_WRITERS) for r in rows)
    plain, published = by_part.pop((EVERYDAY, True)), by_part.pop((PUBLISHED, True))
    assert plain >= 110 and published >= 50
    plain += published
    assert by_part == {(LOCKED, True): sum(w in LOCKED_WRITERS for w in writer.values()) - plain, (PART, False): 40}
    for part in (LOCKED, EVERYDAY, PUBLISHED):
        assert [g["id"] for g in notes_of(records, folder, part)] == [r["id"] for r in rows if r["part"] == part]
    with pytest.raises(tables.TableError, match="is in no label file"):
        notes_of(records[:1], folder)


def test_every_way_and_every_rate_is_in_the_results(results: dict[str, Any]) -> None:
    assert len(results["ways"]) == 6
    both = results["ways"]["rules and model (the program)"]
    for name in ("rules and lexicon alone", "model alone"):
        assert both["end_to_end"]["f1"] >= results["ways"][name]["end_to_end"]["f1"]
    assert set(results["robustness"]["same"]) == set(SAME) and set(results["robustness"]["other"]) == set(OTHER)


def test_half_of_the_lexicon_costs_little_and_is_half(
    coder: Coder, folder: Path, records: list[dict[str, Any]], results: dict[str, Any]
) -> None:
    whole, *halves = results["half_lexicon"]
    assert len(halves) == 3
    assert whole["detection"] - sum(h["detection"] for h in halves) / 3 <= MAY_FALL
    terms = read_terms(tables.data_folder() / "lexicon")
    half = half_of(terms, 1)
    assert half == half_of(terms, 1) != half_of(terms, 2)
    assert not {t.term for _, t in half} & ({t.term for _, t in terms} - {t.term for _, t in half})
    assert abs(len({t.term for _, t in half}) * 2 - len({t.term for _, t in terms})) <= 1


def test_with_all_terms_the_figures_are_the_plain_ones(coder: Coder, records: list[dict[str, Any]]) -> None:
    few = [r for r in records if r["writer"] == "w1"][:5]
    from nlp_coder.learn.compare import coded_again
    from nlp_coder.learn.score import score

    gold, coded = coded_again(few, coder)
    scores = score(gold, coded)
    first = half_lexicon(gold, coder, load_model())[0]
    assert (first.seed, first.detection, first.end_to_end) == (None, scores.detection.f1, scores.end_to_end.f1)
