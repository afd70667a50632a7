"""The figures of a model card, as rows of words."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from nlp_coder.classify.linear import LinearModel
from nlp_coder.extract.lexicon import shipped_lexicon
from nlp_coder.learn.answers import NO_LABEL, Answer, arrays, rows_by_note
from nlp_coder.learn.fitting import SEED
from nlp_coder.learn.intervals import Interval, interval_of, intervals
from nlp_coder.learn.labels import Twins, folds, wording
from nlp_coder.learn.reliability import calibration_error
from nlp_coder.learn.score import F1
from nlp_coder.learn.teach_codes import Example, code_model

PAIRS = 15
TOP_CODES, TOP_WORDS = 15, 8
SHARES = (0.125, 0.25, 0.5, 1.0)
FEW = 20
"""Codes with fewer labels are called weak (as in `labels audit`)."""
LOW = 0.75
"""Codes with an F1 below this are called weak (our own choice)."""

Row = tuple[str, ...]


def split_counts(records: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> list[Row]:
    """What was taught, by writer where writers are named, and what was held out."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for r in records:
        row = counts[str(r.get("writer") or "no writer named")]
        row["notes" if "lines" in r else "phrases"] += 1
        row["activities"] += len(r["activities"])
    names = sorted(counts, key=lambda w: (len(w), w))
    rows: list[Row] = [
        (f"taught, {w}", *(str(counts[w][k]) for k in ("notes", "phrases", "activities"))) for w in names
    ]
    return [*rows, ("held out, never taught", str(manifest["labels"]["held_out_notes"]), "", "")]


def code_counts(answers: Sequence[Answer]) -> list[Counter[str]]:
    """Of each note, by code: hit, labelled and given activities, as `CODE hit` and so on."""
    out: dict[int, Counter[str]] = defaultdict(Counter)
    for a in answers:
        given = a.label if a.right else a.given
        out[a.note].update((f"{a.label} gold", f"{given} given", *([f"{a.label} hit"] if a.right else [])))
    return list(out.values())


def by_code(answers: Sequence[Answer]) -> list[Row]:
    """Each labelled code with its labels, F1 and interval, recall and precision; most labels first."""
    notes = code_counts(answers)
    sums: Counter[str] = Counter()
    for n in notes:
        sums.update(n)
    codes = sorted({a.label for a in answers}, key=lambda c: (-sums[f"{c} gold"], c))
    ends = intervals(notes, {c: (f"{c} hit", f"{c} given", f"{c} gold") for c in codes})
    rows: list[Row] = []
    for c in codes:
        f = F1.of(sums[f"{c} hit"], sums[f"{c} given"], sums[f"{c} gold"])
        rows.append((c, str(sums[f"{c} gold"]), f"{f.f1:.2f}", shown(ends[c]), f"{f.recall:.2f}", f"{f.precision:.2f}"))
    return rows


def shown(ends: Interval | None) -> str:
    """An interval in words."""
    return "-" if ends is None else f"{ends[0]:.2f} to {ends[1]:.2f}"


def confusion_pairs(answers: Sequence[Answer]) -> list[Row]:
    """(labelled code, code given, times) of the wrong answers, most frequent first."""
    pairs = Counter((a.label, a.given) for a in answers if not a.right)
    return [(a, b, str(n)) for (a, b), n in sorted(pairs.items(), key=lambda x: (-x[1], x[0]))[:PAIRS]]


def error_interval(answers: Sequence[Answer]) -> Interval:
    """The interval of the calibration error."""
    said, right = arrays(answers)
    return interval_of(rows_by_note(answers), lambda rows: calibration_error(said[rows], right[rows]), draws=200)


def learning_curve(
    records: Sequence[dict[str, Any]], examples: Sequence[Example], probabilities: Sequence[dict[str, float]]
) -> list[tuple[int, float]]:
    """(labels taught, share of the first fold's activities with a defensible code) of the code model alone.

    The last point is the fold's own model; the others are taught on a random part of the same records.
    """
    train, test = next(folds(records, 5))
    held = set(test)
    tested = [j for j, e in enumerate(examples) if e.record in held]
    words = [wording(e.described.phrase) for e in examples]
    twins = Twins({words[j] for j in tested})
    order = list(train)
    random.Random(SEED).shuffle(order)
    out = []
    for share in SHARES:
        part = set(order[: round(share * len(order))])
        taught = [e for j, e in enumerate(examples) if e.record in part and not twins.has(words[j])]
        if len({e.code for e in taught}) < 2 or not tested:
            continue
        if share == 1.0:
            best = [max(probabilities[j], key=probabilities[j].__getitem__) for j in tested]
        else:
            model = code_model(taught)
            best = [model.best(examples[j].features) for j in tested]
        right = sum(code in examples[j].acceptable for code, j in zip(best, tested, strict=True))
        out.append((len(taught), right / len(tested)))
    return out


def top_words(model: LinearModel, codes: Sequence[str]) -> list[Row]:
    """The words (single, or two in a row) that raise each code most above the mean of all codes; only those that the
    lexicon knows are shown, as a label's own words may name a person."""
    known = shipped_lexicon().words
    above = model.weights - model.weights.mean(axis=1, keepdims=True)
    words = [
        (f[2:].replace("_", " "), row)
        for f, row in model.vocabulary.items()
        if f[:2] in ("w:", "2:") and len(f) > 4 and all(w in known for w in f[2:].split("_"))
    ]
    rows: list[Row] = []
    for code in codes:
        column = model.classes.index(code)
        best = sorted(words, key=lambda x: (-above[x[1], column], x[0]))[:TOP_WORDS]
        rows.append((code, ", ".join(w for w, row in best if above[row, column] > 0)))
    return rows


def frequent_codes(answers: Sequence[Answer], number: int = TOP_CODES) -> list[str]:
    """The codes with the most labels."""
    counts = Counter(a.label for a in answers)
    return sorted(counts, key=lambda c: (-counts[c], c))[:number]


def weaknesses(codes: Sequence[Answer], performed: Sequence[Answer]) -> list[str]:
    """What the figures say is weak, in words."""
    rows = by_code(codes)
    few = [r[0] for r in rows if int(r[1]) < FEW]
    low = [f"{r[0]} ({r[2]})" for r in rows if int(r[1]) >= FEW and float(r[2]) < LOW]
    out = []
    if few:
        out.append(f"Fewer than {FEW} labels, hardly learned: {', '.join(few)}.")
    if low:
        out.append(f"F1 of the code below {LOW} on wordings not seen: {', '.join(low)}.")
    if performed:
        none = sum(a.label == NO_LABEL for a in performed)
        wrong = sum(not a.right for a in performed) - none
        out.append(
            f"Of {len(performed)} activities found as performed in notes of writers not seen, {none / len(performed):.0%} were "
            f"none or not performed, and {wrong / len(performed):.0%} had a code that cannot be defended."
        )
    out.append(
        "Notes unlike those of the labels (other settings, layouts, languages, scanned text) are not measured here."
    )
    return out
