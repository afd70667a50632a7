"""Fitting the small models: scikit-learn estimators, and their weights as the plain arrays the program applies."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from nlp_coder.classify.linear import LinearModel
from nlp_coder.classify.net import Net
from nlp_coder.extract.trees import Trees

SEED = 20261124
TOLERANCE = 2e-3
"""Where fitting a linear model stops; smaller steps change next to no answer and take many times as long."""
RARE = 2
"""Features seen in fewer examples are left out of the linear models."""
NETS, UNITS, DECAY, ROUNDS = 2, 32, 0.003, 10
"""How many nets, their hidden units, how strongly weights decay, how often the examples are gone through. Chosen out of
fold: 64 units or stronger decay were no better."""
TREES = {
    "n_estimators": 300, "max_depth": 5, "learning_rate": 0.05, "subsample": 0.6, "min_samples_leaf": 40, "max_features": 0.25,
}  # fmt: skip
"""Chosen on candidates of writers not seen (10,420 labelled activities): found .858 with 60 trees of depth 3 over the first two
rows of columns, .861 with these trees, .867 with all columns; more or deeper trees were no better."""


def fit_linear(features: Sequence[list[str]], labels: Sequence[str], weights: Sequence[float], c: float) -> Pipeline:
    """A DictVectorizer and a LogisticRegression over feature names; weights: how much each example counts."""
    model = Pipeline([
        ("vectorize", DictVectorizer(dtype=np.float32)),
        ("classify", LogisticRegression(C=c, max_iter=500, tol=TOLERANCE, random_state=SEED)),
    ])  # fmt: skip
    counts = Counter(name for f in features for name in f)
    kept = [{name: 1.0 for name in f if counts[name] >= RARE} for f in features]
    model.fit(kept, list(labels), classify__sample_weight=list(weights))
    classifier = model.named_steps["classify"]
    classifier.coef_ = classifier.coef_.astype(np.float32)  # half the size on disk, the same answers
    return model


def as_linear(model: Pipeline) -> LinearModel:
    """The pipeline's arrays in the form that is applied without scikit-learn; weights of no effect are left out."""
    vectorizer, classifier = model.named_steps["vectorize"], model.named_steps["classify"]
    coefficients, intercept = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # one column speaks for the second class; softmax over (0, x) is its sigmoid
        coefficients = np.vstack([0 * coefficients, coefficients])
        intercept = np.concatenate([0 * intercept, intercept])
    weights = coefficients.T.astype(np.float16).astype(np.float32)
    kept = np.abs(weights).max(axis=1) >= 0.003
    names = [n for n, k in zip(vectorizer.feature_names_, kept, strict=True) if k]
    return LinearModel(
        tuple(str(c) for c in classifier.classes_), {n: i for i, n in enumerate(names)}, weights[kept],
        intercept.astype(np.float32),
    )  # fmt: skip


def fit_nets(features: Sequence[list[str]], labels: Sequence[str]) -> tuple[Net, ...]:
    """Small nets over feature names, each begun from other chance weights; labels seen once are left out.

    One thread, so that the same examples give the same weights whatever the machine has.
    """
    seen = Counter(labels)
    kept = [i for i, label in enumerate(labels) if seen[label] >= RARE] or list(range(len(labels)))
    vectorizer = DictVectorizer(dtype=np.float32)
    counts = Counter(name for i in kept for name in features[i])
    rows = vectorizer.fit_transform([{n: 1.0 for n in features[i] if counts[n] >= RARE} for i in kept])
    answers = [labels[i] for i in kept]
    out = []
    with threadpool_limits(1):
        for number in range(NETS):
            net = MLPClassifier(
                (UNITS,), alpha=DECAY, max_iter=ROUNDS, batch_size=min(128, len(kept)), tol=0, n_iter_no_change=ROUNDS,
                random_state=SEED + number,
            )  # fmt: skip
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is chosen, not a limit
                net.fit(rows, answers)
            out.append(_as_net(net, vectorizer.feature_names_))
    return tuple(out)


def _as_net(net: MLPClassifier, names: Sequence[str]) -> Net:
    hidden, out = net.coefs_
    hidden_bias, out_bias = net.intercepts_
    if len(net.classes_) == 2:  # one column speaks for the second class; softmax over (0, x) is its sigmoid
        out, out_bias = np.hstack([0 * out, out]), np.concatenate([0 * out_bias, out_bias])
    return Net(
        tuple(str(c) for c in net.classes_), {n: i for i, n in enumerate(names)},
        hidden.astype(np.float16).astype(np.float32), hidden_bias.astype(np.float32), out.astype(np.float32),
        out_bias.astype(np.float32),
    )  # fmt: skip


def fit_trees(rows: NDArray[np.float64], yes: Sequence[bool], weights: Sequence[float]) -> GradientBoostingClassifier:
    """Boosted trees that tell yes from no; weights: how much each row counts."""
    model = GradientBoostingClassifier(init="zero", random_state=SEED, **TREES)
    return model.fit(rows.astype(np.float32), np.asarray(yes), np.asarray(weights))


def as_trees(model: GradientBoostingClassifier) -> Trees:
    """The trees as complete trees of one depth: a branch that ends early is continued with the same answer."""
    depth = int(model.max_depth)
    count = len(model.estimators_)
    inner = 2**depth - 1
    columns = np.zeros((count, inner), np.int32)
    thresholds = np.full((count, inner), np.inf, np.float32)
    leaves = np.zeros((count, inner + 1), np.float32)
    for number, (estimator,) in enumerate(model.estimators_):
        tree = estimator.tree_
        todo = [(0, 0)]
        while todo:
            node, place = todo.pop()
            left, right = tree.children_left[node], tree.children_right[node]
            if place >= inner:
                leaves[number, place - inner] = model.learning_rate * tree.value[node, 0, 0]
            elif left < 0:
                todo += [(node, 2 * place + 1), (node, 2 * place + 2)]
            else:
                columns[number, place], thresholds[number, place] = tree.feature[node], tree.threshold[node]
                todo += [(left, 2 * place + 1), (right, 2 * place + 2)]
    return Trees(columns, thresholds, leaves)
