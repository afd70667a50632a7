"""How well predicted notes agree with labelled ones: detection, coding, status, claim, minutes and alerts.

    scores = score(gold, predicted)
    scores.end_to_end.f1       # the headline: found, and with a code that a careful coder could defend

Definitions (records as in the output contract; only performed activities count, except for `status`):

- Two spans match where they share at least half of the shorter one's characters; one to one, largest overlap
  (intersection over union) first.
- detection: performed activities. A predicted one that matches a gold one of another status is a false positive, and
  the gold performed ones left over are misses.
- coding: of the matched performed pairs, the share with the gold code (strict) or an acceptable one (lenient).
- end to end: F1 where a hit is a matched performed pair with an acceptable code.
- status: of all matched pairs, the share with the same status.
- claim codes: micro F1 over the codes on the notes' lines.
- claim exact: share of notes with a claim whose lines agree in codes and units (null equals null).
- quiet negatives: of the notes with nothing performed, the share on which nothing performed was predicted.
- minutes: of the gold lines with minutes, the share predicted with the same minutes.
- alerts: micro F1 over the kinds of alerts that occur in the gold data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nlp_coder.learn.labels import match_spans

Record = Mapping[str, Any]
MOST_CONFUSED = 12


@dataclass(frozen=True, slots=True)
class F1:
    """Precision, recall and their harmonic mean, 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, hits: int, predicted: int, gold: int) -> F1:
        """hits: true positives. predicted, gold: all that were predicted and all that there are."""
        p = hits / predicted if predicted else 0.0
        r = hits / gold if gold else 0.0
        return cls(round(p, 4), round(r, 4), round(2 * p * r / (p + r) if p + r else 0.0, 4))

    def to_dict(self) -> dict[str, float]:
        """For JSON."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One place where prediction and label differ. quote: words of the note, "" for a claim."""

    note: str
    kind: Literal["code", "missed", "spurious", "claim"]
    quote: str
    gold: str
    predicted: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures; a share is None where nothing of its kind is in the gold data."""

    notes: int
    unpredicted: int
    detection: F1
    coding_strict: float | None
    coding_lenient: float | None
    end_to_end: F1
    status: float | None
    claim_codes: F1
    claim_exact: float | None
    quiet_negatives: float | None
    minutes: float | None
    alerts: F1
    confusion: Mapping[str, int]
    disagreements: tuple[Disagreement, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Every figure under its name, without the disagreements."""
        names = [n for n in self.__dataclass_fields__ if n != "disagreements"]
        plain = {n: getattr(self, n) for n in names}
        return {n: v.to_dict() if isinstance(v, F1) else dict(v) if n == "confusion" else v for n, v in plain.items()}


def match(gold: Sequence[Record], predicted: Sequence[Record]) -> list[tuple[int, int]]:
    """(gold index, predicted index) of the activities that match, one to one, largest overlap first."""
    spans = ([(a["start"], a["end"]) for a in side] for side in (gold, predicted))
    return match_spans(*spans)


def score(gold: Sequence[Record], predicted: Sequence[Record]) -> Scores:
    """The figures of predicted notes against gold ones, paired by id; a gold note without a prediction counts as empty."""
    counts: Counter[str] = Counter()
    confusion: Counter[tuple[str, str]] = Counter()
    found: list[Disagreement] = []
    for note in count_notes(gold, predicted):
        counts.update(note.counts)
        confusion.update(note.confusion)
        found += note.disagreements

    def share(name: str) -> float | None:
        return share_of(counts, name)

    def f1(name: str) -> F1:
        return f1_of(counts, name)

    return Scores(
        notes=len(gold), unpredicted=counts["unpredicted"], detection=f1("detection"),
        coding_strict=share("coding_strict"), coding_lenient=share("coding_lenient"), end_to_end=f1("end_to_end"),
        status=share("status"), claim_codes=f1("claim_codes"), claim_exact=share("claim_exact"),
        quiet_negatives=share("quiet_negatives"), minutes=share("minutes"), alerts=f1("alerts"),
        confusion={f"{a}->{b}": n for (a, b), n in confusion.most_common(MOST_CONFUSED)},
        disagreements=tuple(found),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoteCounts:
    """What one note adds to the sums that the figures are made of (the names of the sums are `FIGURES`')."""

    counts: Counter[str]
    confusion: Counter[tuple[str, str]]
    disagreements: Sequence[Disagreement]


FIGURES: Mapping[str, tuple[str, ...]] = {
    "detection": ("found", "performed_predicted", "performed_gold"),
    "coding_strict": ("strict", "found"),
    "coding_lenient": ("lenient", "found"),
    "end_to_end": ("lenient", "performed_predicted", "performed_gold"),
    "status": ("status_same", "matched"),
    "claim_codes": ("line_hits", "lines_predicted", "lines_gold"),
    "claim_exact": ("claims_same", "claims"),
    "quiet_negatives": ("quiet", "negatives"),
    "minutes": ("minutes_same", "minutes"),
    "alerts": ("alert_hits", "alerts_predicted", "alerts_gold"),
}
"""Each figure as (hits, of) for a share, or (hits, predicted, gold) for an F1, by the names of the sums."""


def count_notes(gold: Sequence[Record], predicted: Sequence[Record]) -> list[NoteCounts]:
    """What each gold note adds, in order; so that the figures of any sample of the notes can be summed up."""
    by_id = {p["id"]: p for p in predicted}
    kinds = {kind for g in gold for kind in _alert_kinds(g)}
    out = []
    for g in gold:
        counts: Counter[str] = Counter()
        confusion: Counter[tuple[str, str]] = Counter()
        p = by_id.get(g["id"])
        if p is None:
            counts["unpredicted"] += 1
            p = {}
        found = _count_activities(g, p, counts, confusion) + _count_lines(g, p, counts)
        theirs, ours = _alert_kinds(g), _alert_kinds(p) & kinds
        counts.update(alert_hits=len(theirs & ours), alerts_predicted=len(ours), alerts_gold=len(theirs))
        out.append(NoteCounts(counts, confusion, found))
    return out


def share_of(counts: Mapping[str, int], name: str) -> float | None:
    """A figure of `FIGURES` that is a share, from the sums of any notes; None where there is nothing to divide by."""
    hits, of = (counts.get(k, 0) for k in FIGURES[name])
    return round(hits / of, 4) if of else None


def f1_of(counts: Mapping[str, int], name: str) -> F1:
    """A figure of `FIGURES` that is an F1, likewise."""
    hits, theirs, ours = (counts.get(k, 0) for k in FIGURES[name])
    return F1.of(hits, theirs, ours)


def figure_of(counts: Mapping[str, int], name: str) -> float | None:
    """A figure of `FIGURES` as one number, likewise; of an F1 with its parts, the F1."""
    return share_of(counts, name) if len(FIGURES[name]) == 2 else f1_of(counts, name).f1


def _performed(activity: Record) -> bool:
    return bool(activity.get("status", "performed") == "performed")


def _alert_kinds(note: Record) -> set[str]:
    """The kinds of a note's alerts, which labels give as bare words."""
    return {a["kind"] if isinstance(a, Mapping) else a for a in note.get("alerts") or ()}


def _count_activities(
    g: Record, p: Record, counts: Counter[str], confusion: Counter[tuple[str, str]]
) -> list[Disagreement]:
    gold, predicted = g["activities"], p.get("activities") or []
    found_gold, found_predicted = set(), set()
    out = []
    for i, j in match(gold, predicted):
        counts["matched"] += 1
        counts["status_same"] += gold[i].get("status", "performed") == predicted[j].get("status", "performed")
        if not (_performed(gold[i]) and _performed(predicted[j])):
            continue
        found_gold.add(i)
        found_predicted.add(j)
        best, code = str(gold[i]["code"]), str(predicted[j].get("code"))
        defensible = {best, *map(str, gold[i].get("acceptable") or ())}
        counts.update(found=1, strict=int(code == best), lenient=int(code in defensible))
        if code not in defensible:
            confusion[best, code] += 1
            out.append(Disagreement(g["id"], "code", gold[i]["quote"], best, code))
    for i, a in enumerate(gold):
        if _performed(a):
            counts["performed_gold"] += 1
            if i not in found_gold:
                out.append(Disagreement(g["id"], "missed", a["quote"], str(a["code"]), ""))
    for j, a in enumerate(predicted):
        if _performed(a):
            counts["performed_predicted"] += 1
            if j not in found_predicted:
                out.append(Disagreement(g["id"], "spurious", g["text"][a["start"] : a["end"]], "", str(a.get("code"))))
    if not any(map(_performed, gold)):
        counts.update(negatives=1, quiet=int(not any(map(_performed, predicted))))
    return out


def _count_lines(g: Record, p: Record, counts: Counter[str]) -> list[Disagreement]:
    gold = {str(x["code"]): x for x in g.get("lines") or ()}
    predicted = {str(x["code"]): x for x in p.get("lines") or ()}
    counts.update(
        line_hits=len(gold.keys() & predicted.keys()), lines_predicted=len(predicted), lines_gold=len(gold),
    )  # fmt: skip
    for code, line in gold.items():
        if line.get("minutes") is not None:
            same = code in predicted and predicted[code].get("minutes") == line["minutes"]
            counts.update(minutes=1, minutes_same=int(same))
    if not gold:
        return []
    theirs = {code: x.get("units") for code, x in gold.items()}
    ours = {code: x.get("units") for code, x in predicted.items()}
    counts.update(claims=1, claims_same=int(theirs == ours))
    return [] if theirs == ours else [Disagreement(g["id"], "claim", "", str(theirs), str(ours))]
