"""The pictures of a model card, drawn without a screen (matplotlib's Agg)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nlp_coder.learn.answers import Answer, arrays
from nlp_coder.learn.reliability import PRECISION, precision_by_coverage, reliability

CODES = 14
_MARKS = ("o", "s", "^")


def reliability_picture(folder: Path, curves: Mapping[str, Sequence[Answer]], before: Sequence[Answer]) -> str:
    """Share right by confidence; `before`: the same answers with the confidence in the code alone."""
    figure = Figure(figsize=(6, 5))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8, label="as said")
    for (name, answers), mark in zip({**curves, "before calibration": before}.items(), _MARKS, strict=False):
        if answers:
            bins = reliability(*arrays(answers))
            style = ":" if answers is before else "-"
            axes.plot(
                [b.said for b in bins], [b.right for b in bins], style, marker=mark, label=f"{name} ({len(answers)})"
            )
    axes.set(
        xlabel="confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02), title="Found, status and code right"
    )
    axes.legend()
    return _saved(figure, folder, "reliability")


def coverage_picture(folder: Path, curves: Mapping[str, Sequence[Answer]]) -> str:
    """Precision by the share of activities that passes, surest first."""
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for (name, answers), style in zip(curves.items(), ("-", "--"), strict=False):
        if answers:
            coverage, precision = precision_by_coverage(*arrays(answers))
            axes.plot(coverage, precision, style, label=name)
    axes.axhline(PRECISION, color="grey", linewidth=0.8)
    axes.set(xlabel="share that passes, surest first", ylabel="share right", xlim=(0, 1), ylim=(0.5, 1.01))
    axes.legend()
    return _saved(figure, folder, "coverage")


def confusion_picture(folder: Path, answers: Sequence[Answer]) -> str:
    """Labelled code by code given, of the most frequent codes; shares of each row. A defensible code stands as labelled."""
    counts = Counter(a.label for a in answers)
    codes = sorted(counts, key=lambda c: (-counts[c], c))[:CODES]
    place = {c: i for i, c in enumerate(codes)}
    table = np.zeros((len(codes), len(codes) + 1))
    for a in answers:
        if a.label in place:
            table[place[a.label], place[a.label] if a.right else place.get(a.given, len(codes))] += 1
    shares = table / table.sum(axis=1, keepdims=True)
    figure = Figure(figsize=(8, 7))
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (i, j), share in np.ndenumerate(shares):
        if share >= 0.005:
            axes.text(
                j, i, f"{share:.0%}", ha="center", va="center", fontsize=7, color="white" if share > 0.6 else "black"
            )
    axes.set_xticks(range(len(codes) + 1), [*codes, "other"], rotation=60, ha="right")
    axes.set_yticks(range(len(codes)), codes)
    axes.set(xlabel="code given", ylabel="labelled code")
    return _saved(figure, folder, "confusion")


def learning_picture(folder: Path, curve: Sequence[tuple[int, float]]) -> str:
    """Share with a defensible code by labels taught; "" where there are no two points."""
    if len(curve) < 2:
        return ""
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    axes.plot([n for n, _ in curve], [share for _, share in curve], marker="o")
    axes.set(xlabel="labelled activities taught", ylabel="share with a defensible code", xscale="log", ylim=(0, 1))
    return _saved(figure, folder, "learning")


def _saved(figure: Figure, folder: Path, name: str) -> str:
    file = f"card_{name}.png"
    figure.set_layout_engine("tight")
    FigureCanvasAgg(figure)  # Agg whatever the user has set
    figure.savefig(folder / file, metadata={"Software": None})
    return file
