"""The net that reads a whole note: taught by thinc, applied with plain arrays, the same whatever was read before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_coder.extract.context import CLASSES, PLAIN, ContextNet, as_scores, as_statuses, probabilities
from nlp_coder.extract.layers import layers_of
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import Tagger, tag_spans
from nlp_coder.learn import teach_context
from nlp_coder.learn.teach_context import (
    as_context,
    context_examples,
    context_model,
    fit_context,
    fit_contexts,
    note_ids,
)
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.model import load_contexts, load_model, save_contexts
from nlp_coder.note import STATUSES

READER = Reader()
NOTES = [
    "TE 15': quad sets 3x10, heel slides x20\n- SLS on foam 3x30s\nPlan: add step-ups next visit",
    "Pt declined gait today.\n\n• sock aid x2\n• reacher\nHEP: bridges 2x10 daily",
    "no",
]


STEPS = (1, 3)


def _stirred(seed: int) -> ContextNet:
    """A net with chance weights everywhere, and the answers of thinc's own model of it."""
    return as_context(_model(seed), STEPS)


def _model(seed: int):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    model = context_model(width=8, steps=STEPS)
    ids, _ = note_ids(READER.read(NOTES[0]))
    model.initialize(X=[ids], Y=[np.zeros((len(ids), len(CLASSES)), np.float32)])
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name):
                shape = node.get_param(name).shape
                node.set_param(name, rng.normal(0, 0.5, shape).astype(np.float32))
    return model


NET = _stirred(1)


def _said(net: ContextNet, reading: Reading) -> np.ndarray:
    return probabilities(reading, layers_of(reading), [net])


@pytest.mark.parametrize("text", NOTES)
def test_the_net_says_what_thinc_says(text: str) -> None:
    reading = READER.read(text)
    ids, index = note_ids(reading)
    assert _said(NET, reading)[index] == pytest.approx(_model(1).predict([ids])[0], abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*NOTES, "", " \n\t ", "STM R UT 10'", "ß…– 9 é"]), max_size=4))
def test_a_note_is_read_the_same_whatever_was_read_before(before: list[str]) -> None:
    net = _stirred(1)
    for text in before:
        _said(net, READER.read(text))
    reading = READER.read(NOTES[1])
    assert np.array_equal(_said(net, reading), _said(_stirred(1), reading))  # to the last bit: two processes must agree


@given(st.text(max_size=60))
def test_any_text_gets_an_answer_for_each_token(text: str) -> None:
    reading = READER.read(text)
    said = _said(NET, reading)
    assert said.shape == (len(reading.tokens), len(CLASSES))
    assert said.sum(axis=1) == pytest.approx(np.ones(len(said)), abs=1e-4)
    assert as_statuses(said).shape == (len(said), len(STATUSES))
    assert np.isfinite(as_scores(said)).all()


def test_bullets_are_one_sign_and_blanks_are_none() -> None:
    dash, dot = (READER.read(f"{sign} quad sets x10") for sign in "-•")
    assert np.array_equal(_said(NET, dash), _said(NET, dot))
    wide = READER.read("-   quad    sets x10")
    assert _said(NET, wide)[[i for i, t in enumerate(wide.tokens) if not t.isspace()]] == pytest.approx(
        _said(NET, dash)[[i for i, t in enumerate(dash.tokens) if not t.isspace()]]
    )


def test_a_net_comes_back_from_its_file(tmp_path: Path) -> None:
    other = _stirred(2)
    save_contexts(tmp_path / "context.npz", [NET, other])
    reading = READER.read(NOTES[0])
    back = load_contexts(tmp_path / "context.npz")
    assert [net.steps for net in back] == [STEPS, STEPS]
    for net, written in zip(back, (NET, other), strict=True):
        assert _said(net, reading) == pytest.approx(_said(written, reading), abs=5e-3)


def test_several_nets_answer_with_their_mean() -> None:
    nets, reading = [NET, _stirred(2), _stirred(3)], READER.read(NOTES[1])
    mean = np.mean([_said(net, reading) for net in nets], axis=0)
    assert probabilities(reading, layers_of(reading), nets) == pytest.approx(mean, abs=1e-6)


def test_the_same_examples_teach_the_same_net_and_it_learns_them(monkeypatch: pytest.MonkeyPatch) -> None:
    # small steps, of which the highest rate is reached soon: a few examples are enough
    for name, value in {"WIDTH": 32, "BATCH": 50, "WARM": 5, "RATE": 0.01}.items():
        monkeypatch.setattr(teach_context, name, value)
    text = "Did quad sets x10. Declined stairs."
    spans = [("quad sets", "performed"), ("stairs", "declined")]
    activities = [{"start": text.index(w), "end": text.index(w) + len(w), "status": s} for w, s in spans]
    examples = context_examples([{"activities": activities}], [READER.read(text)]) * 60
    net, again = fit_context(examples), fit_context(examples)
    reading = READER.read(text)
    assert np.array_equal(_said(net, reading), _said(again, reading))
    best = {t: CLASSES[k] for t, k in zip(reading.tokens, _said(net, reading).argmax(axis=1), strict=True)}
    assert (best["quad"], best["sets"], best["stairs"], best["Did"]) == (
        "B-performed",
        "I-performed",
        "B-declined",
        "O",
    )


@pytest.mark.slow
def test_nets_taught_at_the_same_time_are_those_taught_one_after_the_other() -> None:
    text = "Did quad sets x10."
    at = text.index("quad")
    record = {"text": text, "activities": [{"start": at, "end": at + 9, "status": "performed", "code": "97110"}]}
    reading = READER.read(text)
    one, two = (fit_contexts([record] * 2, [reading] * 2, [[0, 1], [1]], jobs) for jobs in (1, 2))
    for net, same in zip(one, two, strict=True):
        assert np.array_equal(_said(net, reading), _said(same, reading))
    assert not np.array_equal(_said(one[0], reading), _said(one[1], reading))


def test_a_file_of_before_several_nets_and_of_before_the_steps_is_read(tmp_path: Path) -> None:
    save_contexts(tmp_path / "context.npz", [NET])
    with np.load(tmp_path / "context.npz") as arrays:
        one = {name: arrays[name] if name == "steps" else arrays[name][0] for name in arrays.files}
    np.savez(tmp_path / "one.npz", **one)
    np.savez(tmp_path / "plain.npz", **{name: array for name, array in one.items() if name != "steps"})
    (single,), (plain,) = (load_contexts(tmp_path / name) for name in ("one.npz", "plain.npz"))
    assert (single.steps, plain.steps) == (STEPS, (PLAIN, PLAIN))
    reading = READER.read(NOTES[0])
    assert _said(single, reading) == pytest.approx(_said(NET, reading), abs=5e-3)


def test_a_model_without_the_net_still_tags() -> None:
    tagger = load_model().tagger
    assert tagger.context
    reading = READER.read(NOTES[0])
    alone = tag_spans(reading, Tagger(tagger.words))
    assert alone.statuses is None and alone.spans
    both = tag_spans(reading, tagger)
    assert both.statuses is not None and both.statuses.shape == (len(reading.tokens), len(STATUSES))
