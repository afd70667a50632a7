"""What a model answered beside what the labels say, one row an activity: what confidence and figures are measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp_coder.classify.certainty import Step, measured
from nlp_coder.extract.verdict import PERFORMED_AT
from nlp_coder.learn.score import match
from nlp_coder.learn.teach_codes import Example
from nlp_coder.learn.teach_verdict import Judged, Opinion

NO_LABEL = "-"
"""In the place of a labelled code: the words are no activity that was performed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """note: number of its record. label: the labelled code or NO_LABEL. right: whether the code given can be defended."""

    note: int
    label: str
    given: str
    confidence: float
    right: bool


def code_answers(examples: Sequence[Example], ranked: Sequence[Sequence[tuple[str, float]]]) -> list[Answer]:
    """The code of each labelled activity. ranked: codes with their probabilities, best first, by models that saw neither
    its note nor its wording."""
    out = []
    for example, ((code, confidence), *_) in zip(examples, ranked, strict=True):
        out.append(Answer(example.record, example.code, code, confidence, code in example.acceptable))
    return out


def found_answers(gold: Sequence[Mapping[str, Any]], coded: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Every activity that coded notes hold as performed, against labelled notes in the same order.

    Right: a performed activity is labelled there (see `learn.score` for what matches) and the code can be defended.
    """
    out = []
    for number, (g, p) in enumerate(zip(gold, coded, strict=True)):
        pairs = {j: i for i, j in match(g["activities"], p["activities"])}
        for j, a in enumerate(p["activities"]):
            if a["status"] != "performed":
                continue
            true = g["activities"][pairs[j]] if j in pairs else None
            done = true if true and true.get("status", "performed") == "performed" else None
            right = bool(done and a["code"] in {done["code"], *(done.get("acceptable") or ())})
            out.append(Answer(number, done["code"] if done else NO_LABEL, a["code"], a["confidence"], right))
    return out


def kept_spans(
    records: Sequence[Mapping[str, Any]], judged: Sequence[Judged], opinions: Sequence[Opinion]
) -> list[list[tuple[int, int]]]:
    """The phrases that stay in each labelled note, by opinions that were not taught on its writer; none of single phrases."""
    return [
        [(j.candidates[k].start, j.candidates[k].end) for k in o.kept()] if "lines" in r else []
        for r, j, o in zip(records, judged, opinions, strict=True)
    ]


def measures_and_right(
    records: Sequence[Mapping[str, Any]],
    judged: Sequence[Judged],
    opinions: Sequence[Opinion],
    found: Sequence[Example],
    ranked: Sequence[tuple[str, float]],
) -> tuple[list[tuple[float, ...]], list[Answer]]:
    """Of each kept phrase that would count as performed: the measures that `fit_certainty` weighs, and the answer.

    found: the kept phrases as examples, ranked: the best code of each with its probability. The answers' confidence is
    that in the code alone.
    """
    measures, answers = [], []
    codes = iter(zip(found, ranked, strict=True))
    for number, (record, j, opinion) in enumerate(zip(records, judged, opinions, strict=True)):
        if "lines" not in record:
            continue
        kept = opinion.kept()
        spans = [{"start": j.candidates[k].start, "end": j.candidates[k].end} for k in kept]
        labelled = {b: record["activities"][a] for a, b in match(record["activities"], spans)}
        steps, statuses, best = [], [], []
        for k in kept:
            _, (code, sure) = next(codes)
            status = max(opinion.statuses[k], key=opinion.statuses[k].__getitem__)
            statuses.append(status)
            best.append((code, sure))
            steps.append(Step(opinion.likely[k], opinion.statuses[k][status], sure))
        of_note = measured(steps, statuses, [code for code, _ in best], len(record["text"]))
        of_each = zip(of_note, steps, statuses, best, strict=True)
        for place, (each, step, status, (code, confidence)) in enumerate(of_each):
            if status != "performed" or step.activity * step.status < PERFORMED_AT:
                continue
            label = labelled.get(place)
            if label is not None and label["status"] != "performed":
                label = None
            right = label is not None and code in {label["code"], *(label.get("acceptable") or ())}
            measures.append(each)
            answers.append(Answer(number, label["code"] if label else NO_LABEL, code, confidence, right))
    return measures, answers


def arrays(answers: Sequence[Answer]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(confidences, right) as `learn.reliability` takes them."""
    return np.array([a.confidence for a in answers], float), np.array([a.right for a in answers], bool)


def rows_by_note(answers: Sequence[Answer]) -> list[list[int]]:
    """The rows of each note, for the bootstrap."""
    by_note: dict[int, list[int]] = {}
    for row, a in enumerate(answers):
        by_note.setdefault(a.note, []).append(row)
    return list(by_note.values())
