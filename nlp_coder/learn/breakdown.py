"""Figures by code, section, status and wording, each with the interval that so few notes leave open.

An activity that is both labelled and predicted counts where its label stands; a spurious one where it was predicted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlp_coder.extract.reading import Reading
from nlp_coder.learn.answers import arrays, found_answers, rows_by_note
from nlp_coder.learn.intervals import Interval, interval_of, intervals
from nlp_coder.learn.labels import Twins, wording
from nlp_coder.learn.reliability import calibration_error, coverage_at
from nlp_coder.learn.score import F1, FIGURES, count_notes, match

Record = Mapping[str, Any]
NEVER_SEEN, KNOWN = "never seen", "in the lexicon"
TAUGHT, NEW = "taught", "never taught"
KINDS = ("code", "section", "status", "wording", "taught")
"""What is told apart. wording: whether the lexicon has a term in the words of the activity. taught: whether the model was
taught that wording or a near-twin of it (told only where the caller knows)."""


@dataclass(frozen=True, slots=True)
class Group:
    """The activities of one code, section, status, wording, or of wordings taught or not.

    labels: labelled ones. found: F1 of finding them (of a code: with that code). right: F1 of finding and coding them (of
    a status: found with that status). interval: of `right`.
    """

    kind: str
    name: str
    labels: int
    found: F1
    right: F1
    interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "labels": self.labels,
            "found": self.found.to_dict(),
            "right": self.right.to_dict(),
            "interval": self.interval,
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """Of the activities found as performed: how many, the share that is right, the mean confidence, the expected
    calibration error with its interval, the share that passes at a precision of 95 %, and from which confidence on.

    Of those that were labelled as performed: covered, the share with a defensible code among `code` and `not_ruled_out`;
    several, the share of which more than one code is left.
    """

    activities: int
    right: float
    said: float
    gap: float
    gap_interval: Interval
    passes: float
    passes_from: float
    covered: float | None
    several: float | None


@dataclass(frozen=True)
class Breakdown:
    """intervals: of the plain figures (see `learn.score`). groups: most labels first within each kind. confidence: whether
    it is true; None where the predictions have none."""

    intervals: Mapping[str, Interval | None]
    groups: Sequence[Group]
    confidence: Trust | None

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the intervals, and kind -> name -> figures."""
        kinds: dict[str, Any] = {k: {g.name: g.to_dict() for g in self.groups if g.kind == k} for k in KINDS}
        if not kinds["taught"]:
            del kinds["taught"]  # nobody told what was taught
        trust = asdict(self.confidence) if self.confidence else None
        return {"intervals": dict(self.intervals), **kinds, "confidence": trust}


def breakdown(
    gold: Sequence[Record], predicted: Sequence[Record], read: Callable[[str], Reading],
    taught: Callable[[Record], Twins] | None = None,
) -> Breakdown:  # fmt: skip
    """The figures of predicted notes against labelled ones, paired by id, taken apart.

    read: reads a note's text. taught: the wordings that the model of a labelled note was taught.
    """
    by_id = {p["id"]: p for p in predicted}
    notes = [_note(g, by_id.get(g["id"], {}), read(g["text"]), taught(g) if taught else None) for g in gold]
    sums: Counter[str] = Counter()
    for n in notes:
        sums.update(n)
    keys = {k.rsplit("\t", 1)[0] for k in sums}
    ends = intervals(notes, {k: (f"{k}\tright", f"{k}\tgiven", f"{k}\tgold") for k in keys})
    groups = []
    for key in sorted(keys, key=lambda k: (KINDS.index(k.split("\t")[0]), -sums[f"{k}\tgold"], k)):
        kind, name = key.split("\t")
        labels, given = sums[f"{key}\tgold"], sums[f"{key}\tgiven"]
        found, right = (F1.of(sums[f"{key}\t{what}"], given, labels) for what in ("found", "right"))
        groups.append(Group(kind, name, labels, found, right, ends[key]))
    ends_of_figures = intervals([n.counts for n in count_notes(gold, predicted)], FIGURES)
    return Breakdown(ends_of_figures, groups, _trust(gold, [by_id.get(g["id"], {"activities": ()}) for g in gold]))


def _trust(gold: Sequence[Record], predicted: Sequence[Record]) -> Trust | None:
    if any("confidence" not in a for p in predicted for a in p.get("activities") or ()):
        return None
    answers = found_answers(gold, predicted)
    if not answers:
        return None
    said, right = arrays(answers)
    ends = interval_of(rows_by_note(answers), lambda rows: calibration_error(said[rows], right[rows]))
    figures = [round(float(x), 4) for x in (right.mean(), said.mean(), calibration_error(said, right))]
    passes, least = (round(x, 4) for x in coverage_at(said, right))
    return Trust(len(answers), figures[0], figures[1], figures[2], ends, passes, least, *_sets(gold, predicted))


def _sets(gold: Sequence[Record], predicted: Sequence[Record]) -> tuple[float | None, float | None]:
    """(covered, several) of `Trust`; None where the predictions tell no sets."""
    covered, several = [], []
    for g, p in zip(gold, predicted, strict=True):
        for i, j in match(g["activities"], p["activities"]):
            label, given = g["activities"][i], p["activities"][j]
            both = {a.get("status", "performed") for a in (label, given)}
            if both == {"performed"} and "not_ruled_out" in given:
                left = {given["code"], *given["not_ruled_out"]}
                covered.append(not left.isdisjoint({label["code"], *(label.get("acceptable") or ())}))
                several.append(len(left) > 1)
    if not covered:
        return None, None
    return round(sum(covered) / len(covered), 4), round(sum(several) / len(several), 4)


def _note(g: Record, p: Record, reading: Reading, taught: Twins | None) -> Counter[str]:
    out: Counter[str] = Counter()
    gold, predicted = g["activities"], p.get("activities") or []
    pair = {j: i for i, j in match(gold, predicted)}
    for a in gold:
        status = a.get("status", "performed")
        out[f"status\t{status}\tgold"] += 1
        if status == "performed":
            out.update(f"{kind}\tgold" for kind in _places(a, reading, str(a["code"]), taught))
    for j, a in enumerate(predicted):
        label = gold[pair[j]] if j in pair else None
        status = a.get("status", "performed")
        same = label is not None and label.get("status", "performed") == status
        out[f"status\t{status}\tgiven"] += 1
        if same:
            out.update((f"status\t{status}\tfound", f"status\t{status}\tright"))
        if status != "performed":
            continue
        done = label if same else None
        right = done is not None and str(a.get("code")) in {str(done["code"]), *map(str, done.get("acceptable") or ())}
        code = str(done["code"]) if done is not None and right else str(a.get("code"))
        for kind in _places(done or a, reading, code, taught):
            of_code = kind.startswith("code")
            out[f"{kind}\tgiven"] += 1
            out[f"{kind}\tfound"] += right if of_code else done is not None
            out[f"{kind}\tright"] += right
    return out


def _places(a: Record, reading: Reading, code: str, taught: Twins | None) -> list[str]:
    section = reading.layout.section_at(a["start"])
    known = any(reading.offsets[t.start] < a["end"] and reading.end_of(t.end - 1) > a["start"] for t in reading.terms)
    out = [
        f"code\t{code}",
        f"section\t{section.name if section else 'none'}",
        f"wording\t{KNOWN if known else NEVER_SEEN}",
    ]
    if taught is not None:
        words = reading.text[a["start"] : a["end"]]
        out.append(f"taught\t{TAUGHT if taught.has(wording(words)) else NEW}")
    return out
