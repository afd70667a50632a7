"""What a whole note says of each of its tokens: a small convolutional net beside the phrase tagger's features.

The tagger (`spans`) weighs features somebody thought of, one line at a time. The net has none but hashed words, their looks
and what the tables found, and reads over line ends; the two err in different places, and their joint opinion is better than
either. It also hears what is planned, declined, for home or long past. Taught with thinc, spaCy's own library (see
`nlp_coder.learn.teach_context`), applied here with the same kernels; what depends on a word alone is kept for the next time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_coder.extract.layers import Layers
from nlp_coder.extract.lexicon import Lexicon, normal_form
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.shorthand import BULLET_SIGN, BULLETS
from nlp_coder.extract.token_features import shape
from nlp_coder.note import STATUSES

CLASSES = ("O", *(f"{place}-{status}" for status in STATUSES for place in "BI"))
OF_WORD = (("word", 12_000), ("form", 10_000), ("head", 4_000), ("tail", 4_000), ("look", 600), ("class", 300))
"""Columns that depend on a token alone, and the rows of each one's table; names are hashed into them."""
OF_TABLES = (("term", 1_500), ("dose", 300), ("cue", 300), ("section", 100))
"""Columns that depend on what the tables found at a token."""
PIECES = 3
"""Linear pieces of a maxout unit."""
PLAIN = 1
"""The step of a convolution over a token's neighbours; longer steps see farther: the token so many before and behind."""
_NEWLINE = "\n"
_TINY = 1e-6
MOST_KEPT = 20_000
"""Words, and findings, whose part in the first layer is kept; past this they are forgotten, so that memory stays bounded."""

Floats = NDArray[np.float32]


def hashed(name: str) -> int:
    """A name as the number a table is entered with, the same on every machine."""
    return zlib.crc32(name.encode())


def word_ids(token: str, glued: bool, lexicon: Lexicon) -> tuple[int, ...]:
    """The entries of OF_WORD for a token; glued: whether nothing stands between it and the token before."""
    low, form = token.lower(), normal_form(token)
    names = ("w" + low, "f" + form, "p" + low[:4], "s" + low[-4:], f"sh{shape(token)}{'g' if glued else 's'}")
    return (*map(hashed, names), hashed("wc" + lexicon.word_class(form)))


def table_ids(term: str, code: str, dose: str, cue: str, head: str, section: str) -> tuple[int, ...]:
    """The entries of OF_TABLES for what the tables found (see `layers.Layers`)."""
    return hashed("t" + term + code), hashed("d" + dose), hashed("c" + cue + head), hashed("S" + section)


@dataclass(frozen=True, slots=True)
class Seen:
    """The tokens a net reads: their indices (words and line ends), what stands there (text, glued), what was found there."""

    index: list[int]
    words: list[tuple[str, bool]]
    found: list[tuple[str, ...]]


def seen(reading: Reading, layers: Layers) -> Seen:
    """A note as the net reads it: blanks left out, line ends kept, the bullets at the heads of lines one sign."""
    out = Seen([], [], [])
    end, before = -1, _NEWLINE
    for i, (token, offset) in enumerate(zip(reading.tokens, reading.offsets, strict=True)):
        if token.isspace():
            if _NEWLINE not in token:
                continue
            token = _NEWLINE
        elif before == _NEWLINE and token in BULLETS:
            token = BULLET_SIGN
        out.index.append(i)
        out.words.append((token, end == offset))
        end, before = (-1 if token == _NEWLINE else offset + len(reading.tokens[i])), token
        out.found.append(
            (layers.term[i], layers.code[i], layers.dose[i], layers.cue[i], layers.head[i], layers.section[i])
        )
    return out


class _Kept:
    """The parts of the first layer that were asked for before, one row of a matrix for each key."""

    def __init__(self, width: int) -> None:
        self._row: dict[Any, int] = {}
        self._matrix = np.zeros((256, width), np.float32)

    def __len__(self) -> int:
        return len(self._row)

    def rows(self, keys: Sequence[Any], make: Callable[[list[Any]], list[Floats]]) -> Floats:
        """A row for each key; those not met before are made."""
        new = [key for key in dict.fromkeys(keys) if key not in self._row]
        for key, made in zip(new, make(new) if new else (), strict=True):
            number = self._row[key] = len(self._row)
            if number == len(self._matrix):
                self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
            self._matrix[number] = made
        answer: Floats = self._matrix[[self._row[key] for key in keys]]
        return answer


@dataclass
class ContextNet:
    """tables: one of each column of OF_WORD and OF_TABLES (rows x width). The first layer mixes a token's columns: mix
    (units x PIECES x all widths), mix_bias. Each convolution is over a token, the one its step before and the one its step
    behind: weights (units x PIECES x 3 units), bias; steps: one number for each. Each of these layers is followed by a norm:
    (gain, shift). out: classes x units."""

    tables: tuple[Floats, ...]
    mix: Floats
    mix_bias: Floats
    convolutions: Floats
    biases: Floats
    norms: Floats
    out: Floats
    out_bias: Floats
    steps: tuple[int, ...]
    _kept: tuple[Lexicon, _Kept, _Kept] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _mixes: tuple[Floats, Floats] = field(init=False, repr=False)
    _layers: tuple[tuple[int, Floats, Floats, Floats], ...] = field(init=False, repr=False)
    _mix_bias: Floats = field(init=False, repr=False)
    _edge: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lays the weights out as they are used: the first layer's in those of a word's columns and those of the tables',
        the pieces of a unit a whole row of units apart (see `_pieces`), matrices so that rows are multiplied by them."""
        at = sum(t.shape[1] for t in self.tables[: len(OF_WORD)])
        flat = _pieces(self.mix)
        self._mixes = np.ascontiguousarray(flat[:, :at]), np.ascontiguousarray(flat[:, at:])
        self._mix_bias = _pieces(self.mix_bias)
        each = zip(self.steps, self.convolutions, self.biases, self.norms[1:], strict=True)
        self._layers = tuple(
            (step, np.ascontiguousarray(_pieces(weights).T), _pieces(bias), norm) for step, weights, bias, norm in each
        )
        split, columns = len(OF_WORD), len(self.tables)
        with _threads().limit(
            limits=1, user_api="blas"
        ):  # as where notes are read: threads would add up in another order
            empty = self._parts([(0,) * split], 0)[0] + self._parts([(0,) * (columns - split)], split)[0]
        self._edge = np.repeat(empty[None], self.reach, axis=0)

    @property
    def reach(self) -> int:
        """How many tokens to either side a token's answer depends on."""
        return sum(self.steps)

    def answer(self, note: Seen, lexicon: Lexicon) -> Floats:
        """The probabilities of CLASSES at each token that the net reads, at least one."""
        return self._answer(self._mixed(note, lexicon))

    def _answer(self, x: Floats) -> Floats:
        x = _normed(_highest(x), self.norms[0])
        for step, weights, bias, norm in self._layers:
            # the rows at both ends have served when those farther in have heard them, and go
            raised = np.concatenate([x[: -2 * step], x[step:-step], x[2 * step :]], axis=1) @ weights
            raised += bias
            inner = x[step:-step]
            x = _normed(_highest(raised), norm)
            x += inner
        scores = x @ self.out.T + self.out_bias
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        answer: Floats = raised / raised.sum(axis=1, keepdims=True)
        return answer

    def _mixed(self, note: Seen, lexicon: Lexicon) -> Floats:
        """The first layer before its maxout, with the rows of an empty token around the note as in training."""
        with self._lock:  # threads may share the net
            kept = self._kept
            if kept is None or kept[0] is not lexicon or max(len(kept[1]), len(kept[2])) > MOST_KEPT:
                kept = self._kept = lexicon, _Kept(self.mix_bias.size), _Kept(self.mix_bias.size)
            rows = kept[1].rows(
                note.words, lambda new: self._parts([word_ids(token, glued, lexicon) for token, glued in new], 0)
            )
            rows += kept[2].rows(note.found, lambda new: self._parts([table_ids(*key) for key in new], len(OF_WORD)))
        mixed: Floats = np.concatenate([self._edge, rows, self._edge])
        mixed += self._mix_bias
        return mixed

    def _parts(self, ids: Sequence[tuple[int, ...]], first: int) -> list[Floats]:
        """What some columns, from number `first` on, give to the first layer: one row for each of the ids."""
        ops = _kernels()
        entries = np.array(ids, np.uint64)
        tables = self.tables[first : first + entries.shape[1]]
        wide = [
            table[ops.hash(np.ascontiguousarray(entries[:, k]), first + k + 1) % len(table)].sum(axis=1)
            for k, table in enumerate(tables)
        ]
        summed = np.concatenate(wide, axis=1)
        mix = self._mixes[bool(first)]
        # row by row: what a word gives must not depend on the words it is met with, or results would differ by processes
        return [row @ mix.T for row in summed]


def probabilities(reading: Reading, layers: Layers, nets: Sequence[ContextNet]) -> Floats:
    """Tokens x CLASSES: how likely each token begins or goes on with an activity of a status; 1 for O at blanks.

    nets: one or more, of whose answers it is the mean: taught on different records, they err in different places.
    """
    note = seen(reading, layers)
    answer = np.zeros((len(reading.tokens), len(CLASSES)), np.float32)
    answer[:, 0] = 1
    if note.index:
        with _threads().limit(limits=1, user_api="blas"):
            total = nets[0].answer(note, reading.lexicon)
            for net in nets[1:]:
                total = total + net.answer(note, reading.lexicon)
        answer[note.index] = total / np.float32(len(nets))
    return answer


@cache
def _kernels() -> Any:
    """thinc's kernels for one processor, the same whatever else is installed."""
    from thinc.backends import NumpyOps

    return NumpyOps()


@cache
def _threads() -> Any:
    """What keeps the matrices of a note on one thread: they are small, so that is faster, and whoever runs several
    processes gets the same answers."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _pieces(layer: Floats) -> Floats:
    """A layer's weights or bias (units x PIECES, ...) with the first pieces of all units first, then the second ones, ..."""
    answer: Floats = np.ascontiguousarray(np.swapaxes(layer, 0, 1)).reshape(-1, *layer.shape[2:])
    return answer


def _highest(raised: Floats) -> Floats:
    """Each unit's highest piece (maxout), of rows laid out as `_pieces` has them."""
    units = raised.shape[1] // PIECES
    answer: Floats = np.maximum(raised[:, :units], raised[:, units : 2 * units])
    for piece in range(2, PIECES):
        np.maximum(answer, raised[:, piece * units : (piece + 1) * units], out=answer)
    return answer


def _normed(x: Floats, norm: Floats) -> Floats:
    """Layer normalisation as thinc has it, written over x; norm: (gain, shift)."""
    width = np.float32(x.shape[1])
    x -= np.add.reduce(x, axis=1, keepdims=True) / width
    variance = np.add.reduce(np.square(x), axis=1, keepdims=True) / width + np.float32(1e-8)
    x *= variance ** np.float32(-0.5)
    x *= norm[0]
    x += norm[1]
    return x


def as_scores(probabilities: Floats) -> Floats:
    """Log odds of O, B and I (as the tagger's weights have them) from the probabilities of CLASSES."""
    begins, goes_on = probabilities[:, 1::2].sum(axis=1), probabilities[:, 2::2].sum(axis=1)
    answer: Floats = np.log(np.stack([probabilities[:, 0], begins, goes_on], axis=1) + _TINY)
    return answer


def as_statuses(probabilities: Floats) -> Floats:
    """Tokens x STATUSES: how likely each token is within an activity of that status."""
    answer: Floats = probabilities[:, 1::2] + probabilities[:, 2::2]
    return answer
