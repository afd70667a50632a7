"""Activity phrases: a linear-chain CRF over the tokens of each line, fed with what the tables find there.

The lexicon is evidence, not the answer: an exercise nobody listed is found by its dosage, its place in a list under an
intervention heading, its neighbours and its endings. Trained on data/labels with CRFsuite (see `nlp_coder.learn`), applied
here from its plain weights: the same answers (a test says so) many times faster, and no compiled model file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp_coder.extract.lexicon import Lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.token_features import Group, line_groups, named

LABELS = ("O", "B", "I")
_SIGNS = " \t,;:.-–—•*&+|"
_KEPT_GROUPS = 200_000
"""Group sums kept; past this the store starts anew, so that memory stays bounded over a long run."""


@dataclass
class TaggerWeights:
    """The CRF's weights: of each feature for each label (rows follow `vocabulary`), and of each step between labels."""

    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    steps: NDArray[np.float32]
    _rows: dict[Group, int] = field(default_factory=dict, repr=False)
    _sums: NDArray[np.float32] = field(default_factory=lambda: np.zeros((4096, 3), np.float32), repr=False)

    def label(self, lines: Sequence[list[list[Group]]], lexicon: Lexicon) -> list[tuple[list[int], list[float]]]:
        """The best label (index into LABELS) of every token of every line, and how likely each is within an activity."""
        if len(self._rows) > _KEPT_GROUPS:
            self._rows, self._sums = {}, np.zeros((4096, 3), np.float32)
        rows = self._rows
        flat: list[int] = []
        starts: list[int] = []
        for line in lines:
            for groups in line:
                starts.append(len(flat))
                for group in groups:
                    row = rows.get(group)
                    if row is None:
                        row = self._row(group, lexicon)
                    flat.append(row)
        if not starts:
            return []
        sums = np.add.reduceat(self._sums[flat], starts, axis=0)
        scores = sums.tolist()
        odds = np.exp(sums - sums.max(axis=1, keepdims=True)).astype(np.float64).tolist()
        out, at = [], 0
        for line in lines:
            end = at + len(line)
            out.append((self._path(scores[at:end]), self._inside(odds[at:end])))
            at = end
        return out

    def _row(self, group: Group, lexicon: Lexicon) -> int:
        row = len(self._rows)
        if row == len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
        known = [self.vocabulary[name] for name in named(group, lexicon) if name in self.vocabulary]
        if known:
            self._sums[row] = self.weights[known].sum(axis=0)
        self._rows[group] = row
        return row

    def _path(self, scores: list[list[float]]) -> list[int]:
        """The best path (Viterbi) through the labels."""
        steps = self.steps.tolist()
        best = scores[0]
        back: list[tuple[int, int, int]] = []
        for score in scores[1:]:
            came: list[int] = []
            value: list[float] = []
            for to in (0, 1, 2):
                ways = (best[0] + steps[0][to], best[1] + steps[1][to], best[2] + steps[2][to])
                top = max(ways)
                came.append(ways.index(top))
                value.append(top + score[to])
            best = value
            back.append((came[0], came[1], came[2]))
        path = [best.index(max(best))]
        for came_from in reversed(back):
            path.append(came_from[path[-1]])
        return path[::-1]

    def _inside(self, odds: list[list[float]]) -> list[float]:
        """The probability of each token to be within an activity (forward and backward sums over all paths)."""
        (oo, ob, oi), (bo, bb, bi), (io, ib, ii) = np.exp(self.steps).astype(np.float64).tolist()
        o, b, i = odds[0]
        forward = []
        for k, (x, y, z) in enumerate(odds):
            if k:
                o, b, i = (o * oo + b * bo + i * io) * x, (o * ob + b * bb + i * ib) * y, (o * oi + b * bi + i * ii) * z
            total = o + b + i
            o, b, i = o / total, b / total, i / total
            forward.append((o, b, i))
        o = b = i = 1.0
        out = [0.0] * len(odds)
        for k in range(len(odds) - 1, -1, -1):
            f, g, h = forward[k]
            no, yes = f * o, g * b + h * i
            out[k] = yes / (no + yes)
            x, y, z = odds[k]
            o, b, i = x * o, y * b, z * i
            o, b, i = oo * o + ob * b + oi * i, bo * o + bb * b + bi * i, io * o + ib * b + ii * i
            total = o + b + i
            o, b, i = o / total, b / total, i / total
        return out


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the tagger says of a note: spans are (start, end) offsets of activity phrases in order, none overlapping;
    faint the phrases it half believed in; inside how likely each token is within an activity."""

    spans: list[tuple[int, int]]
    faint: list[tuple[int, int]]
    inside: list[float]


FAINT = 0.2
"""From this probability a token that is in no span belongs to a faint phrase."""


def tag_spans(reading: Reading, tagger: TaggerWeights) -> Tagged:
    """The activity phrases of a note."""
    lines = list(line_groups(reading))
    out: list[tuple[int, int]] = []
    faint: list[tuple[int, int]] = []
    inside = [0.0] * len(reading.tokens)
    answers = tagger.label([g for _, g in lines], reading.lexicon)
    for (index, _), (labels, likely) in zip(lines, answers, strict=True):
        for i, p in zip(index, likely, strict=True):
            inside[i] = p
        faint += _faint(reading, index, labels, likely)
        begun: int | None = None
        last = 0
        for i, label in zip(index, labels, strict=True):
            if begun is not None and label != 2:
                out.append((begun, last))
                begun = None
            if label and begun is None:
                begun = reading.offsets[i]
            if begun is not None:
                last = reading.end_of(i)
        if begun is not None:
            out.append((begun, last))
    return Tagged(_all_trimmed(reading.text, out), _all_trimmed(reading.text, faint), inside)


def _faint(reading: Reading, index: list[int], labels: list[int], likely: list[float]) -> list[tuple[int, int]]:
    """Runs of tokens outside every span that may yet be an activity."""
    out = []
    begun: int | None = None
    last = 0
    for i, label, p in zip(index, labels, likely, strict=True):
        if label == 0 and p >= FAINT:
            begun = reading.offsets[i] if begun is None else begun
            last = reading.end_of(i)
        elif begun is not None:
            out.append((begun, last))
            begun = None
    if begun is not None:
        out.append((begun, last))
    return out


def _all_trimmed(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [trimmed for trimmed in (_trimmed(text, *span) for span in spans) if trimmed]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without white space and loose signs at its ends, or None where nothing is left."""
    while start < end and text[start] in _SIGNS + "/":
        start += 1
    while end > start and text[end - 1] in _SIGNS:
        end -= 1
    return (start, end) if end > start and any(c.isalpha() for c in text[start:end]) else None


def gold_labels(reading: Reading, index: list[int], spans: list[tuple[int, int]]) -> list[str]:
    """The labels of a line's tokens for known activity spans (for training)."""
    labels = []
    for i in index:
        start, end = reading.offsets[i], reading.end_of(i)
        label = "O"
        for a, b in spans:
            if a < end and start < b:
                label = "B" if start <= a else "I"
                break
        labels.append(label)
    # a span whose first token is white space or glued begins with its first real token
    for k, label in enumerate(labels):
        if label == "I" and (k == 0 or labels[k - 1] == "O"):
            labels[k] = "B"
    return labels
