"""A new model against the one in use on notes that neither was taught on, and whether it may take its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_coder.coder import Coder
from nlp_coder.learn.score import F1, match, score
from nlp_coder.note import VisitContext

HEADLINE = 0.01
"""The end-to-end F1 may fall by this much."""
CODE = 0.10
"""The F1 of a code may fall by this much."""
LEAST = 5
"""Codes with fewer performed activities in the held-out notes say too little to refuse a model (margins: our own)."""
GIVEN = ("discipline", "unit_rule")
"""What the coder is told of a held-out note; all else is for it to find."""

Record = Mapping[str, Any]


class WorseModel(ValueError):
    """A new model may not replace the one in use; the message says what fell and what to do."""


@dataclass(frozen=True)
class Figures:
    """Of one model on the held-out notes: headline (end-to-end F1), claims exact, and F1 by code with its labels."""

    headline: float
    claim_exact: float | None
    by_code: Mapping[str, tuple[float, int]]

    def to_dict(self) -> dict[str, Any]:
        """For the manifest."""
        codes = {c: {"f1": f, "labels": n} for c, (f, n) in sorted(self.by_code.items())}
        return {"end_to_end_f1": self.headline, "claim_exact": self.claim_exact, "by_code": codes}


def figures(held: Sequence[Record], coder: Coder, step: Callable[[], None] = lambda: None) -> Figures:
    """The figures of a coder on labelled notes; step is called after each note."""
    return figures_of(*coded_again(held, coder, step))


def coded_again(
    held: Sequence[Record], coder: Coder, step: Callable[[], None] = lambda: None
) -> tuple[list[Record], list[Record]]:
    """(labelled notes, the same as a coder codes them), each with its number as id; step is called after each note."""
    gold: list[Record] = []
    coded: list[Record] = []
    for number, record in enumerate(held):
        note = coder.code(record["text"], context=VisitContext.from_dict({k: record.get(k) for k in GIVEN}))
        gold.append({**record, "id": number})
        coded.append({**note.to_dict(), "id": number})
        step()
    return gold, coded


def figures_of(gold: Sequence[Record], coded: Sequence[Record]) -> Figures:
    """The figures of coded notes against labelled ones of the same ids."""
    scores = score(gold, coded)
    return Figures(scores.end_to_end.f1, scores.claim_exact, by_code(gold, coded))


def by_code(gold: Sequence[Record], coded: Sequence[Record]) -> dict[str, tuple[float, int]]:
    """code -> (F1, labelled activities) of performed activities; a defensible code counts as the labelled one."""
    hits: Counter[str] = Counter()
    labelled: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for g, p in zip(gold, coded, strict=True):
        pairs = {j: i for i, j in match(g["activities"], p["activities"])}
        labelled.update(a["code"] for a in g["activities"] if a["status"] == "performed")
        for j, a in enumerate(p["activities"]):
            if a["status"] != "performed":
                continue
            code = a["code"]
            true = g["activities"][pairs[j]] if j in pairs else None
            if true and true["status"] == "performed" and code in {true["code"], *(true.get("acceptable") or ())}:
                code = true["code"]
                hits[code] += 1
            given[code] += 1
    return {c: (F1.of(hits[c], given[c], n).f1, n) for c, n in labelled.items()}


def fallen(before: Figures, after: Figures) -> list[str]:
    """What fell by more than its margin, in words; empty where the new model may take the place."""
    out = []
    if before.headline - after.headline > HEADLINE:
        out.append(f"end-to-end F1 {before.headline:.3f} -> {after.headline:.3f} (margin {HEADLINE})")
    for code, (f, n) in sorted(before.by_code.items()):
        new = after.by_code.get(code, (0.0, 0))[0]
        if n >= LEAST and f - new > CODE:
            out.append(f"{code} F1 {f:.3f} -> {new:.3f} on {n} labels (margin {CODE})")
    return out
