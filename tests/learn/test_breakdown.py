"""Figures taken apart, and the simpler ways of coding beside the program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp_coder.coder import Coder
from nlp_coder.learn.baselines import KEYWORDS, PRODUCT, baselines, keyword_places, keywords
from nlp_coder.learn.breakdown import KNOWN, NEVER_SEEN, breakdown
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.model import load_model

Run = Callable[..., subprocess.CompletedProcess[bytes]]
SCORED = Path(__file__).parent.parent / "cli" / "score"
TEXT = "Interventions:\nQuad sets 3x10. Frobbled the widget 5 min.\nPlan: heel slides next visit."


def _activity(words: str, code: str, status: str = "performed", **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"quote": words, "start": start, "end": start + len(words), "code": code, "status": status, **more}


GOLD = [{"id": "a", "text": TEXT, "activities": [
    _activity("Quad sets", "97110"), _activity("Frobbled the widget", "97530", acceptable=["97530", "97535"]),
    _activity("heel slides", "97110", "planned"),
]}]  # fmt: skip


def test_each_activity_counts_in_its_code_section_status_and_wording() -> None:
    predicted = [{"id": "a", "activities": [
        _activity("Quad sets", "97112", confidence=0.9), _activity("Frobbled the widget", "97535", confidence=0.8),
        _activity("heel slides", "97110", confidence=0.4),
    ]}]  # fmt: skip
    found = breakdown(GOLD, predicted, Reader().read)
    groups = {(g.kind, g.name): g for g in found.groups}
    assert groups["code", "97530"].right.f1 == 1.0  # a defensible code counts as the labelled one
    assert groups["code", "97110"].right.f1 == 0.0 and groups["code", "97110"].labels == 1
    assert groups["wording", NEVER_SEEN].labels == 1 and groups["wording", NEVER_SEEN].right.f1 == 1.0
    known = groups["wording", KNOWN]
    assert (known.labels, known.found.recall, known.found.precision, known.right.f1) == (1, 1.0, 0.5, 0.0)
    assert groups["status", "planned"].found.recall == 0.0 and groups["status", "performed"].found.precision == 0.6667
    assert groups["section", "plan"].labels == 0 and groups["section", "plan"].found.precision == 0.0
    assert found.confidence and (found.confidence.activities, found.confidence.right) == (3, 0.3333)
    assert found.confidence.gap == pytest.approx((0.9 + 0.2 + 0.4) / 3, abs=1e-3)


def test_predictions_without_confidence_are_scored_all_the_same() -> None:
    found = breakdown(GOLD, [{**GOLD[0]}], Reader().read)
    assert found.confidence is None and all(g.right.f1 == 1.0 for g in found.groups)


def test_the_keyword_dictionary_has_thirty_words_each_with_a_source() -> None:
    words = keywords()
    assert len(words) == 30
    assert [c for _, c in keyword_places("Gait w/ RW, then sit to stands; hot packs", words)] == [
        "97116",
        "97530",
        "97010",
    ]
    assert keyword_places("regained aggregate", words) == []


def test_every_way_codes_the_same_activities(coder: Coder) -> None:
    note = coder.code(TEXT, id="a").to_dict()
    taught = [{"activities": [{"quote": q, "code": c} for q, c in
               (("quad sets", "97110"), ("heel slides", "97110"), ("sit to stand", "97530"), ("sit to stand", "97530"),
                ("quad sets", "97110"))]}]  # fmt: skip
    rows = {r.name: r for r in baselines(GOLD, [note], taught, coder, load_model())}
    assert len(rows) == 6 and rows["most frequent code (97110)"].lenient == 0.5
    assert rows[KEYWORDS].end_to_end.f1 < rows[PRODUCT].end_to_end.f1
    assert rows[PRODUCT].lenient >= 0.5


def test_the_command_shows_details_and_only_the_locked_where_asked(run: Run, tmp_path: Path) -> None:
    words = ("evaluate", SCORED / "gold.jsonl", "--predicted", SCORED / "predicted.jsonl", "--details")
    figures = json.loads(run(*words, "--json").stdout)
    plain = json.loads((SCORED / "golden.json").read_text(encoding="utf-8"))["figures"]
    details = figures.pop("details")
    assert figures == plain
    low, high = details["intervals"]["end_to_end"]
    assert low <= plain["end_to_end"]["f1"] <= high
    assert set(details) == {"intervals", "code", "section", "status", "wording", "confidence"}
    assert "By wording" in run(*words).stdout.decode()
    refused = run("evaluate", SCORED / "gold.jsonl", "--predicted", SCORED / "predicted.jsonl", "--locked")
    assert refused.returncode == 2 and b"holds no note of" in refused.stderr
    labels = [{**json.loads(x), "writer": w} for x, w in zip((SCORED / "gold.jsonl").read_text().splitlines(), ["w1", "w4"], strict=False)]  # fmt: skip
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    one = run("evaluate", "labels.jsonl", "--predicted", SCORED / "predicted.jsonl", "--locked", "--json")
    assert json.loads(one.stdout)["notes"] == 1
    none = run("evaluate", SCORED / "gold.jsonl", "--baselines", SCORED / "gold.jsonl")
    assert none.returncode == 2 and b"no activity beside the tested" in none.stderr
