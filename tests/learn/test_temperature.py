"""The temperature makes a confidence as often right as it says."""

from __future__ import annotations

import pytest

from nlp_coder.classify.weigh import Voices, Weights, weigh
from nlp_coder.learn.weights import fit_temperature

WEIGHTS = Weights(model=1.0)


def _voices(p: float) -> Voices:
    return Voices({"97110": p, "97530": 1 - p}, (), None, (), None)


@pytest.mark.parametrize(("said", "right"), [(0.99, 80), (0.9, 70), (0.8, 80), (0.6, 75)])
def test_confidence_meets_share_right(said: float, right: int) -> None:
    voices = [_voices(said)] * 100
    acceptable = [("97110",)] * right + [("97530",)] * (100 - right)
    temperature = fit_temperature(voices, acceptable, WEIGHTS)
    assert weigh(voices[0], WEIGHTS, temperature)[0][1] == pytest.approx(right / 100, abs=0.01)


def test_any_defensible_code_counts() -> None:
    voices = [_voices(0.8)] * 100
    both = fit_temperature(voices, [("97530", "97110")] * 100, WEIGHTS)
    assert both == pytest.approx(0.25, abs=0.01)


def test_no_example_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one example"):
        fit_temperature([], [], WEIGHTS)
