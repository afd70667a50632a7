"""Repeated cross-validation: every labelled note coded by a model that was taught on none of its writer's words.

One split can be lucky. Here the writers are dealt into folds, anew for every repeat; each fold's notes are coded by a
whole model (all parts, all weights) that was taught on the other folds, without near copies of the tested notes. Notes of
a clinic, which name no writer, are dealt one by one. A full training is run per fold: minutes each on the project's labels.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp_coder.coder import Coder
from nlp_coder.learn.breakdown import Breakdown, breakdown
from nlp_coder.learn.compare import coded_again
from nlp_coder.learn.held_out import is_note, leaks, note_copies
from nlp_coder.learn.intervals import Interval, intervals
from nlp_coder.learn.labels import LabelError, Twins, wording
from nlp_coder.learn.score import FIGURES, count_notes, figure_of
from nlp_coder.learn.teach import teach
from nlp_coder.learn.teach_tagger import Reader

Record = dict[str, Any]
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure: over all notes, its bootstrap interval by note, and mean, standard deviation, lowest and highest fold."""

    value: float | None
    interval: Interval | None
    mean: float
    deviation: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class CrossValidation:
    """figures: by name of `learn.score`. parts: the notes of the first repeat taken apart (a wording counts as taught where
    it or a near-twin stood in the training part). runs: each fold's figures with its writers and numbers of notes."""

    folds: int
    repeats: int
    notes: int
    figures: Mapping[str, Spread]
    parts: Breakdown
    runs: Sequence[Mapping[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        figures = {n: asdict(s) for n, s in self.figures.items()}
        plain = {"folds": self.folds, "repeats": self.repeats, "notes": self.notes, "figures": figures}
        return plain | {"details": self.parts.to_dict(), "runs": list(self.runs)}


def dealt(records: Sequence[Record], folds: int, seed: int) -> list[int]:
    """The fold of each record: writers stay together, folds have about equal numbers of activities, the seed deals anew.

    Raises LabelError where there are fewer writers (or, where none are named, records) than folds.
    """
    named = any(r.get("writer") for r in records)
    names = [str(r.get("writer") or "no writer") if named else f"#{i}" for i, r in enumerate(records)]
    size: Counter[str] = Counter()
    for name, record in zip(names, records, strict=True):
        size[name] += len(record["activities"]) + 1
    if len(size) < folds:
        who = "writers" if named else "records"
        raise LabelError(f"{len(size)} {who} cannot be dealt into {folds} folds: ask for at most {len(size)}")
    order = sorted(size)
    random.Random(seed).shuffle(order)
    load = [0] * folds
    place = {}
    for number, name in enumerate(order):
        # the first ones found the folds, so that none stays empty
        place[name] = number if number < folds else load.index(min(load))
        load[place[name]] += size[name]
    return [place[name] for name in names]


def cross_validation(
    records: Sequence[Record], folds: int, repeats: int = 1, jobs: int = 1, say: Callable[[str], None] = print
) -> CrossValidation:
    """Teach and test folds x repeats models on labelled notes and phrases; notes are tested, phrases only teach.

    jobs: models taught at the same time. Raises LabelError where the records are too few for the folds.
    """
    from joblib import Parallel, delayed

    if folds < 2:
        raise LabelError("cross-validation needs at least two folds")
    copies = note_copies(records)
    tasks = []
    for repeat in range(repeats):
        where = dealt(records, folds, SEED + repeat)
        for fold in range(folds):
            held = [w == fold and is_note(r) for w, r in zip(where, records, strict=True)]
            out = leaks(copies, held) | {i for i, w in enumerate(where) if w == fold}
            taught = [r for i, r in enumerate(records) if i not in out]
            tested = [i for i, h in enumerate(held) if h]
            if not tested:
                raise LabelError(f"fold {fold + 1} holds no note, only phrases: ask for fewer folds")
            tasks.append((repeat, fold, taught, tested))
    running = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_coded_by_others)(taught, [records[i] for i in tested]) for _, _, taught, tested in tasks
    )
    runs: list[dict[str, Any]] = []
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    first: list[tuple[Record, Mapping[str, Any], Twins]] = []
    for (repeat, fold, taught, tested), predicted in zip(tasks, running, strict=True):
        gold = [{**records[i], "id": i} for i in tested]
        theirs = [{**p, "id": i} for p, i in zip(predicted, tested, strict=True)]
        whole: Counter[str] = Counter()
        for i, note in zip(tested, count_notes(gold, theirs), strict=True):
            sums[i].update(note.counts)
            whole.update(note.counts)
        figures = {name: figure_of(whole, name) for name in FIGURES}
        writers = sorted({str(r["writer"]) for r in gold if r.get("writer")})
        runs.append({"repeat": repeat + 1, "fold": fold + 1, "notes": len(gold), "writers": writers, **figures})
        say(f"repeat {repeat + 1}, fold {fold + 1}: {len(gold)} notes, end-to-end F1 {figures['end_to_end']:.3f}")
        if repeat == 0:
            known = Twins({wording(a["quote"]) for r in taught for a in r["activities"]})
            first += [(g, p, known) for g, p in zip(gold, theirs, strict=True)]
    twins = {g["id"]: known for g, _, known in first}
    parts = breakdown([g for g, _, _ in first], [p for _, p, _ in first], Reader().read, lambda note: twins[note["id"]])
    return CrossValidation(folds, repeats, len(first), _spreads(list(sums.values()), runs), parts, runs)


def _coded_by_others(taught: Sequence[Record], tested: Sequence[Record]) -> list[Mapping[str, Any]]:
    """The tested notes as a model codes them that was taught on the others."""
    with tempfile.TemporaryDirectory() as temporary:
        teach(taught, Path(temporary), name="fold", say=lambda _: None)
        return list(coded_again(tested, Coder.load(Path(temporary)))[1])


def _spreads(notes: Sequence[Counter[str]], runs: Sequence[Mapping[str, Any]]) -> dict[str, Spread]:
    ends = intervals(notes, FIGURES)
    whole: Counter[str] = Counter()
    for n in notes:
        whole.update(n)
    out = {}
    for name in FIGURES:
        each = [r[name] for r in runs if r[name] is not None]
        if not each:
            continue
        deviation = statistics.stdev(each) if len(each) > 1 else 0.0
        mean = round(statistics.mean(each), 4)
        out[name] = Spread(figure_of(whole, name), ends[name], mean, round(deviation, 4), min(each), max(each))
    return out
