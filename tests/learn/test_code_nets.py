"""The nets of the code model: fitted by scikit-learn, applied with plain arrays, averaged with the linear part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp_coder.classify.net import CodeModel
from nlp_coder.learn.fitting import as_linear, fit_linear, fit_nets
from nlp_coder.model import load_model, load_nets, save_nets

# a treadmill alone is strength or endurance, with a step cue gait; neither word decides alone
FEATURES = [["treadmill", "endurance"], ["treadmill", "step"], ["bike", "endurance"], ["stairs", "step"]] * 12
CODES = ["97110", "97116", "97110", "97116"] * 12


def test_the_same_examples_give_the_same_nets() -> None:
    first, again = fit_nets(FEATURES, CODES), fit_nets(FEATURES, CODES)
    for a, b in zip(first, again, strict=True):
        assert a.vocabulary == b.vocabulary and np.array_equal(a.hidden, b.hidden) and np.array_equal(a.out, b.out)
    assert not np.array_equal(first[0].hidden, first[1].hidden)  # they begin from other chance weights


def test_nets_come_back_from_their_file(tmp_path: Path) -> None:
    nets = fit_nets(FEATURES, CODES)
    save_nets(tmp_path / "nets.npz", nets)
    for before, after in zip(nets, load_nets(tmp_path / "nets.npz"), strict=True):
        for features in FEATURES[:4]:
            assert before.probabilities(features) == pytest.approx(after.probabilities(features), abs=1e-6)


@pytest.mark.parametrize("codes", [CODES, ["97110", "97116", "97112", "97116"] * 12], ids=["two codes", "three"])
def test_what_a_net_says_is_what_scikit_learn_says(codes: list[str]) -> None:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.neural_network import MLPClassifier

    from nlp_coder.learn import fitting

    rows = DictVectorizer(dtype=np.float32)
    table = rows.fit_transform([dict.fromkeys(f, 1.0) for f in FEATURES])
    with pytest.warns(ConvergenceWarning):  # five rounds, on purpose
        net = MLPClassifier((8,), max_iter=5, random_state=1).fit(table, codes)
    ours = fitting._as_net(net, rows.feature_names_)
    for features, expected in zip(FEATURES, net.predict_proba(table), strict=True):
        assert ours.probabilities(features) == pytest.approx(expected, abs=2e-3)  # weights are kept in half precision


def test_the_code_model_is_half_linear_half_nets() -> None:
    linear, nets = as_linear(fit_linear(FEATURES, CODES, [1.0] * len(CODES), 1.0)), fit_nets(FEATURES, CODES)
    both = CodeModel(linear, nets)
    for features in [*FEATURES[:4], ["unheard of"], []]:
        found = both.probabilities(features)
        assert sum(found.values()) == pytest.approx(1)
        mean = np.mean([n.probabilities(features) for n in nets], axis=0)
        for code, p in zip(nets[0].classes, mean, strict=True):
            assert found[code] == pytest.approx((linear.probabilities(features)[code] + p) / 2)
        assert both.best(features) == max(found, key=found.__getitem__)
    assert CodeModel(linear).probabilities(FEATURES[0]) == linear.probabilities(FEATURES[0])


def test_a_label_seen_once_is_left_to_the_linear_part() -> None:
    nets = fit_nets([*FEATURES, ["laser"]], [*CODES, "97026"])
    assert "97026" not in nets[0].classes


def test_the_shipped_nets_know_codes_of_the_linear_part_only() -> None:
    model = load_model().code
    assert model.nets and set(model.nets[0].classes) <= set(model.linear.classes)
