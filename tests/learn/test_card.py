"""The model card: written with the model, true to its figures, without a word of the labels that the lexicon lacks."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import nlp_coder.learn
from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import shipped_lexicon
from nlp_coder.learn.answers import Answer
from nlp_coder.learn.card_figures import by_code, confusion_pairs
from nlp_coder.learn.train import train

NAME = "Oglethorpe"
"""A name in every note: it must not come out again."""
PICTURES = ("card_reliability.png", "card_coverage.png", "card_confusion.png", "card_learning.png")


@pytest.fixture(scope="module")
def model(
    root: Path, tmp_path_factory: pytest.TempPathFactory, small_parts: Callable[[], AbstractContextManager[None]]
) -> Path:
    """A model taught on a few of the project's notes, a name put into each."""
    folder = tmp_path_factory.mktemp("card")
    records = [json.loads(line) for line in (root / "data/labels/notes.jsonl").read_text(encoding="utf-8").splitlines()]
    few = [r for r in records if r["writer"] in ("w1", "w3") and len(r["activities"]) > 2]
    few = sorted(few, key=lambda r: len(r["text"]))[:36]
    for r in few:
        r["text"] += f"\nseen by {NAME} at {NAME} clinic"
        r["writer"] = None  # a user's notes name no writer: one in five is held out
    labels = folder / "labels.jsonl"
    labels.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in few), encoding="utf-8")
    with small_parts():
        train([labels], folder / "model", name="few", say=lambda words: None)
    return folder / "model"


@pytest.mark.slow
def test_the_card_stands_in_the_model_folder_with_its_pictures(model: Path) -> None:
    card = (model / "card.md").read_text(encoding="utf-8")
    page = (model / "card.html").read_text(encoding="utf-8")
    for title in ("Data and splits", "Held-out notes", "Confidence", "Codes", "Codes mixed up", "Known to be weak"):
        assert f"## {title}\n" in card and f"<h2>{title}</h2>" in page
    for name in PICTURES:
        assert (model / name).read_bytes().startswith(b"\x89PNG")
        assert f"]({name})" in card
    assert page.count("data:image/png;base64,") == len(PICTURES)
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    assert f"end-to-end F1 {manifest['figures']['end_to_end_f1']:.3f}" in card
    assert manifest["digest"][:16] in card


@pytest.mark.slow
def test_no_word_of_the_labels_but_the_lexicons(model: Path) -> None:
    for name in ("card.md", "card.html"):
        assert NAME.lower() not in (model / name).read_text(encoding="utf-8").lower()
    card = (model / "card.md").read_text(encoding="utf-8")
    rows = card.split("| code | words |\n|---|---|\n", 1)[1].split("\n\n", 1)[0].splitlines()
    words = {w for row in rows for w in re.split(r"[ ,]+", row.split("|")[2]) if w}
    assert len(words) > 20
    assert words <= shipped_lexicon().words


@pytest.mark.slow
def test_confidence_is_calibrated_and_a_model_loads_with_or_without_a_card(model: Path, tmp_path: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    assert 0.25 <= manifest["temperature"] <= 4
    assert manifest["certainty"]["product"] + manifest["certainty"]["activity"] > 0
    bare = tmp_path / "bare"
    shutil.copytree(model, bare)
    for path in bare.glob("card*"):
        path.unlink()
    text = "TE 15 min: quad sets 3x10, heel slides x15"
    assert Coder.load(bare).code(text).to_dict() == Coder.load(model).code(text).to_dict()
    del manifest["certainty"]  # a model of an earlier version has none
    (bare / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert Coder.load(bare).code(text).activities


@pytest.mark.slow
def test_without_matplotlib_the_card_has_words_only_and_it_is_said(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nlp_coder.learn.card as card

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in [n for n in sys.modules if n.startswith(("matplotlib.", "nlp_coder.learn.card_pictures"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(nlp_coder.learn, "card_pictures", raising=False)
    said: list[str] = []
    assert card._pictures(tmp_path, None, said.append) == {}  # type: ignore[arg-type]
    assert "matplotlib is missing" in said[0] and "pip install" in said[0]


ANSWERS = [
    Answer(0, "97110", "97110", 0.9, True), Answer(0, "97110", "97530", 0.6, False), Answer(1, "97110", "97140", 0.8, True),
    Answer(1, "97530", "97110", 0.5, False), Answer(2, "97530", "97530", 0.7, True),
]  # fmt: skip


def test_figures_by_code_count_a_defensible_code_as_the_labelled_one() -> None:
    rows = {r[0]: r for r in by_code(ANSWERS)}
    assert rows["97110"][:3] == ("97110", "3", "0.67") and rows["97110"][4:] == ("0.67", "0.67")
    assert rows["97530"][:3] == ("97530", "2", "0.50")
    assert "97140" not in rows
    low, high = map(float, rows["97110"][3].split(" to "))
    assert low <= 0.67 <= high


def test_mixed_up_codes_are_counted_most_frequent_first() -> None:
    more = [*ANSWERS, Answer(3, "97530", "97110", 0.5, False)]
    assert confusion_pairs(more) == [("97530", "97110", "2"), ("97110", "97530", "1")]
