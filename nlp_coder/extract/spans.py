"""Activity phrases: a linear-chain CRF over the tokens of each line, fed with what the tables find there.

The lexicon is evidence, not the answer: an exercise nobody listed is found by its dosage, its place in a list under an
intervention heading, its neighbours and its endings. Trained on data/labels with CRFsuite (see `nlp_coder.learn`), applied
here from its plain weights: the same answers (a test says so) many times faster, and no compiled model file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from nlp_coder.extract.context import ContextNet, as_scores, as_statuses, probabilities
from nlp_coder.extract.layers import Layers, layers_of
from nlp_coder.extract.lexicon import Lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.token_features import Book, note_columns

LABELS = ("O", "B", "I")
_SIGNS = " \t,;:.-–—•*&+|"
_KEPT_GROUPS = 200_000
"""Groups of features kept; past this the store starts anew, so that memory stays bounded over a long run."""


class _Known(dict[str, int]):
    """The row of each feature; 0 where a name is unknown."""

    def __missing__(self, name: str) -> int:
        return 0


class _Rows:
    """One matrix of weights by label: a row of zeros, one of each feature, and, added as they are met, one of each group
    of features that was asked for."""

    def __init__(self, vocabulary: dict[str, int], weights: NDArray[np.float32]) -> None:
        self.known = _Known(zip(vocabulary, (row + 1 for row in vocabulary.values()), strict=True))
        self._used = len(weights) + 1
        self._lock = Lock()
        self.matrix = np.zeros((self._used + 4096, weights.shape[1]), np.float32)
        self.matrix[1 : self._used] = weights

    def row(self, names: Sequence[str]) -> int:
        """The row with the summed weights of some features; unknown ones count for nothing."""
        known = [row for name in names if (row := self.known[name])]
        if len(known) < 2:
            return known[0] if known else 0
        with self._lock:  # threads may share the tagger
            row = self._used
            if row == len(self.matrix):
                self.matrix = np.concatenate([self.matrix, np.zeros_like(self.matrix)])
            self.matrix[row] = self.matrix[known].sum(axis=0)
            self._used += 1
        return row


@dataclass
class TaggerWeights:
    """The CRF's weights: of each feature for each label (rows follow `vocabulary`), and of each step between labels."""

    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    steps: NDArray[np.float32]
    _store: tuple[Book[int], _Rows] | None = field(default=None, repr=False)

    def label(
        self, reading: Reading, layers: Layers, heard: NDArray[np.float32] | None = None
    ) -> list[tuple[list[int], list[int], list[float]]]:
        """For every line with words: its tokens' indices, the best label (index into LABELS) of each, and how likely each
        is within an activity. heard: log odds of LABELS for each token of the note, added to what the weights say."""
        book, rows = self._kept(reading.lexicon)
        lines, columns = note_columns(reading, layers, book)
        if not lines:
            return []
        sums = rows.matrix[np.array(columns)].sum(axis=0)
        if heard is not None:
            sums = sums + heard[[i for index in lines for i in index]]
        scores = sums.tolist()
        odds = np.exp(sums - sums.max(axis=1, keepdims=True)).astype(np.float64).tolist()
        steps = self.steps.tolist()
        raised = np.exp(self.steps).astype(np.float64).tolist()
        out, at = [], 0
        for index in lines:
            end = at + len(index)
            out.append((index, _path(scores[at:end], steps), _inside(odds[at:end], raised)))
            at = end
        return out

    def _kept(self, lexicon: Lexicon) -> tuple[Book[int], _Rows]:
        """The store of groups; a new one for another lexicon, and where it has grown too large."""
        store = self._store
        if store is None or store[0].lexicon is not lexicon or len(store[0]) > _KEPT_GROUPS:
            rows = _Rows(self.vocabulary, self.weights)
            store = self._store = Book(rows.row, rows.known, lexicon), rows
        return store


def _path(scores: list[list[float]], steps: list[list[float]]) -> list[int]:
    """The best path (Viterbi) through the labels."""
    (oo, ob, oi), (bo, bb, bi), (io, ib, ii) = steps
    o, b, i = scores[0]
    back: list[tuple[int, int, int]] = []
    for x, y, z in scores[1:]:
        came = []
        values = []
        for from_o, from_b, from_i in ((o + oo, b + bo, i + io), (o + ob, b + bb, i + ib), (o + oi, b + bi, i + ii)):
            if from_o >= from_b:
                best, label = (from_o, 0) if from_o >= from_i else (from_i, 2)
            else:
                best, label = (from_b, 1) if from_b >= from_i else (from_i, 2)
            came.append(label)
            values.append(best)
        back.append((came[0], came[1], came[2]))
        o, b, i = values[0] + x, values[1] + y, values[2] + z
    last = [o, b, i]
    path = [last.index(max(last))]
    for came_from in reversed(back):
        path.append(came_from[path[-1]])
    return path[::-1]


def _inside(odds: list[list[float]], steps: list[list[float]]) -> list[float]:
    """The probability of each token to be within an activity (forward and backward sums over all paths)."""
    (oo, ob, oi), (bo, bb, bi), (io, ib, ii) = steps
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


@dataclass(frozen=True)
class Tagger:
    """words: the weights of the features of a line. context: the nets that read the whole note beside them; none in models of
    earlier releases."""

    words: TaggerWeights
    context: tuple[ContextNet, ...] = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the tagger says of a note: spans are (start, end) offsets of activity phrases in order, none overlapping;
    faint the phrases it half believed in; inside how likely each token is within an activity; statuses how likely within one
    of each status (tokens x `note.STATUSES`), as the context net hears them."""

    spans: list[tuple[int, int]]
    faint: list[tuple[int, int]]
    inside: list[float]
    statuses: NDArray[np.float32] | None = None


CONTEXT_SHARE = 0.5
"""What the context net's log odds count beside the weights': on writers not seen better than 1 and than no net (tagged phrases
.83 against .79)."""
FAINT = 0.2
"""From this probability a token that is in no span belongs to a faint phrase."""


def tag_spans(reading: Reading, tagger: Tagger) -> Tagged:
    """The activity phrases of a note."""
    layers = layers_of(reading)
    said = probabilities(reading, layers, tagger.context) if tagger.context else None
    heard = None if said is None else CONTEXT_SHARE * as_scores(said)
    statuses = None if said is None else as_statuses(said)
    out: list[tuple[int, int]] = []
    faint: list[tuple[int, int]] = []
    inside = [0.0] * len(reading.tokens)
    for index, labels, likely in tagger.words.label(reading, layers, heard):
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
    return Tagged(_all_trimmed(reading.text, out), _all_trimmed(reading.text, faint), inside, statuses)


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
