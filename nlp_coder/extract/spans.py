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

    def label(self, lines: Sequence[list[list[Group]]], lexicon: Lexicon) -> list[list[int]]:
        """The best label (index into LABELS) of every token of every line."""
        if len(self._rows) > _KEPT_GROUPS:
            self._rows, self._sums = {}, np.zeros((4096, 3), np.float32)
        rows, flat, starts = self._rows, [], []
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
        scores = np.add.reduceat(self._sums[flat], starts, axis=0).tolist()
        out, at = [], 0
        for line in lines:
            out.append(self._path(scores[at : at + len(line)]))
            at += len(line)
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


def tag_spans(reading: Reading, tagger: TaggerWeights) -> list[tuple[int, int]]:
    """(start, end) character offsets of the activity phrases of a note, in order, none overlapping."""
    lines = list(line_groups(reading))
    out: list[tuple[int, int]] = []
    for (index, _), labels in zip(lines, tagger.label([g for _, g in lines], reading.lexicon), strict=True):
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
    return [trimmed for trimmed in (_trimmed(reading.text, *span) for span in out) if trimmed]


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
