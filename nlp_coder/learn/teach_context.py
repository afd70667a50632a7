"""Teaching the net that reads a whole note beside the phrase tagger (see `extract.context`), with thinc, spaCy's library."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import (
    Adam,
    HashEmbed,
    Maxout,
    Model,
    Softmax,
    chain,
    concatenate,
    fix_random_seed,
    residual,
    with_array,
)

from nlp_coder.extract.context import (
    CLASSES,
    OF_TABLES,
    OF_WORD,
    PIECES,
    ContextNet,
    Floats,
    seen,
    table_ids,
    word_ids,
)
from nlp_coder.extract.layers import layers_of
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.exchanged import told_anew, wordings
from nlp_coder.learn.fitting import SEED
from nlp_coder.learn.teach_tagger import Reader

WIDTH, ROUNDS = 96, 6
"""Units of a layer, how often the labels are gone through."""
STEPS = (1, 1, 2, 4, 8, 1)
"""Of each convolution, how far apart the tokens are that it brings together. On 726 notes of thirteen writers not seen the net
alone finds (performed F1) and tells the status so: (1, 1, 1, 1) .745, .818; (1, 1, 2, 4) .774, .857; (1, 2, 4, 8) .783, .874;
(1, 2, 4, 8, 16) .783, .878; (1, 1, 2, 4, 8) .800, .872; (1, 1, 2, 4, 8, 1) .822, .879."""
RATE, BATCH, WARM = 0.0015, 2000, 200
"""The highest learning rate, tokens of a step, steps until the rate is reached; from there it falls to nothing."""
DROPPED_UNITS = 0.15
DROPPED = {"word": 0.08, "form": 0.08, "class": 0.05, "term": 0.15, "cue": 0.1, "section": 0.1}
"""How often a column is hidden while teaching, so that the net does not lean on one. A word and its form are hidden together."""
COPIES, ANEW = 2, 0.5
"""How many times each record is told otherwise (see `exchanged`), and how often a round takes one of these for it: less log
loss on writers not seen (.247 to .234)."""
_HIDDEN = 1


Example = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""One record as the net is taught with it: tokens x columns, the class of each token."""


def context_examples(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> list[Example]:
    """What the net is taught of each record."""
    return [_example(record, reading) for record, reading in zip(records, readings, strict=True)]


def fit_contexts(
    records: Sequence[dict[str, Any]], readings: Sequence[Reading], parts: Sequence[Sequence[int]], jobs: int = 1
) -> Sequence[ContextNet]:
    """A net for each part (indices of records), taught on it alone, `jobs` at a time."""
    from joblib import Parallel, delayed

    examples = context_examples(records, readings)
    taught = Parallel(n_jobs=jobs)(
        delayed(_taught)([records[i] for i in part], [examples[i] for i in part]) for part in parts
    )
    return [ContextNet(*arrays) for arrays in taught]


def _taught(records: Sequence[dict[str, Any]], examples: Sequence[Example]) -> tuple[Any, ...]:
    """The arrays of a net: what another process can hand back."""
    net = fit_context(examples, anew(records))
    return net.tables, net.mix, net.mix_bias, net.convolutions, net.biases, net.norms, net.out, net.out_bias, net.steps


def anew(records: Sequence[dict[str, Any]]) -> list[list[Example]]:
    """What the net is taught of the records told otherwise, COPIES times: with activities that these records have, too."""
    reader, others, rng = Reader(), wordings(records), random.Random(SEED)
    copies = ([told_anew(record, others, rng) for record in records] for _ in range(COPIES))
    return [context_examples(copy, [reader.read(record["text"]) for record in copy]) for copy in copies]


def fit_context(examples: Sequence[Example], copies: Sequence[Sequence[Example]] = (), seed: int = SEED) -> ContextNet:
    """The net taught on labelled records; copies: the same records told otherwise, one of which takes a record's place in a
    round as often as ANEW says. The same examples and seed give the same net on one machine."""
    fix_random_seed(seed)
    rng = np.random.default_rng(seed)
    told = [k for k, e in enumerate(examples) if len(e[1])]
    copies = [[copy[k] for k in told] for copy in copies]
    examples = [examples[k] for k in told]
    model = context_model(WIDTH, STEPS)
    model.initialize(X=[ids for ids, _ in examples[:2]], Y=[_one_hot(labels) for _, labels in examples[:2]])
    optimizer = Adam(RATE, beta2=0.99, grad_clip=1.0)
    steps = ROUNDS * sum(len(labels) for _, labels in examples) / BATCH
    step = 0
    dealer = random.Random(seed)
    for _ in range(ROUNDS):
        drawn = [dealer.choice(copies)[k] if copies and dealer.random() < ANEW else e for k, e in enumerate(examples)]
        for batch in _batches(drawn, dealer):
            optimizer.learn_rate = RATE * min(1.0, step / WARM + 0.05) * max(0.02, 1 - step / steps)
            answers, learn = model.begin_update([_with_hidden(ids, rng) for ids, _ in batch])
            learn([(p - _one_hot(labels)) / 10 for p, (_, labels) in zip(answers, batch, strict=True)])
            model.finish_update(optimizer)
            step += 1
    return as_context(model, STEPS)


def context_model(width: int, steps: Sequence[int]) -> Model[Any, Any]:
    """The untaught net: from a list of arrays (tokens x columns) to a list of arrays (tokens x CLASSES)."""
    columns: list[Model[Any, Any]] = [
        HashEmbed(_table_width(name, width), rows, column=number, seed=number + 1)
        for number, (name, rows) in enumerate((*OF_WORD, *OF_TABLES))
    ]
    convolutions: list[Model[Any, Any]] = [
        residual(chain(_beside(step), Maxout(width, nP=PIECES, normalize=True, dropout=DROPPED_UNITS)))
        for step in steps
    ]
    return with_array(
        chain(
            concatenate(*columns),
            Maxout(width, nP=PIECES, normalize=True, dropout=DROPPED_UNITS),
            *convolutions,
            Softmax(len(CLASSES)),
        ),
        pad=sum(steps),
    )


def _beside(step: int) -> Model[Any, Any]:
    """thinc's layer that puts each row between those a step before and behind it (nothing past the ends)."""

    def forward(_: Model[Any, Any], x: Floats, is_train: bool) -> tuple[Floats, Callable[[Floats], Floats]]:
        width = x.shape[1]
        answer = np.zeros((len(x), 3 * width), x.dtype)
        answer[step:, :width] = x[:-step]
        answer[:, width : 2 * width] = x
        answer[:-step, 2 * width :] = x[step:]

        def back(change: Floats) -> Floats:
            before = change[:, width : 2 * width].copy()
            before[:-step] += change[step:, :width]
            before[step:] += change[:-step, 2 * width :]
            return before

        return answer, back

    def init(model: Model[Any, Any], X: Floats | None = None, Y: Any = None) -> None:
        if X is not None:
            model.set_dim("nI", X.shape[1])
            model.set_dim("nO", 3 * X.shape[1])

    return Model("beside", forward, init=init, dims={"nI": None, "nO": None})


def as_context(model: Model[Any, Any], steps: Sequence[int]) -> ContextNet:
    """The arrays of a taught net in the form that is applied; steps: those of its convolutions."""

    def param(node: Model[Any, Any], name: str) -> Floats:
        return np.array(node.get_param(name), np.float32)

    tables = [param(node, "E") for node in model.walk() if node.name == "hashembed"]
    maxouts = [node for node in model.walk() if node.name == "maxout"]
    norms = [np.stack([param(n, "G"), param(n, "b")]) for n in model.walk() if n.name == "layernorm"]
    out = next(node for node in model.walk() if node.name == "softmax")
    first, convolutions = maxouts[0], maxouts[1:]
    return ContextNet(
        tuple(tables),
        param(first, "W"),
        param(first, "b"),
        np.stack([param(c, "W") for c in convolutions]),
        np.stack([param(c, "b") for c in convolutions]),
        np.stack(norms),
        param(out, "W"),
        param(out, "b"),
        tuple(steps),
    )


def note_ids(reading: Reading) -> tuple[NDArray[np.uint64], list[int]]:
    """(tokens x columns as the net is taught with, the index of each of these tokens in the reading)."""
    note = seen(reading, layers_of(reading))
    rows = [
        (*word_ids(*word, reading.lexicon), *table_ids(*found))
        for word, found in zip(note.words, note.found, strict=True)
    ]
    return np.array(rows, np.uint64).reshape(len(rows), len(OF_WORD) + len(OF_TABLES)), note.index


def _table_width(name: str, width: int) -> int:
    return width if name in ("word", "form") else width // 2


def _example(record: dict[str, Any], reading: Reading) -> Example:
    ids, index = note_ids(reading)
    labels = np.zeros(len(index), np.int64)
    for a in record["activities"]:
        first = bisect_right(index, reading.token_at(a["start"]) - 1)
        last = bisect_left(index, reading.token_at(a["end"] - 1) + 1)
        place = "B"
        for k in range(first, last):
            if not reading.tokens[index[k]].isspace():
                labels[k] = CLASSES.index(f"{place}-{a['status']}")
                place = "I"
    return ids, labels


def _batches(examples: Sequence[Example], dealer: random.Random) -> list[list[Example]]:
    order = list(range(len(examples)))
    dealer.shuffle(order)
    out: list[list[Example]] = [[]]
    tokens = 0
    for k in order:
        if tokens >= BATCH:
            out.append([])
            tokens = 0
        out[-1].append(examples[k])
        tokens += len(examples[k][1])
    return out


def _with_hidden(ids: NDArray[np.uint64], rng: np.random.Generator) -> NDArray[np.uint64]:
    out = ids.copy()
    draws = rng.random(ids.shape)
    for number, (name, _) in enumerate((*OF_WORD, *OF_TABLES)):
        drawn = draws[:, 0] if name == "form" else draws[:, number]
        out[drawn < DROPPED.get(name, 0.0), number] = _HIDDEN
    return out


def _one_hot(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    answer: NDArray[np.float32] = np.eye(len(CLASSES), dtype=np.float32)[labels]
    return answer
