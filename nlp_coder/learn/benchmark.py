"""The published benchmark: the program on the locked notes, beside simpler ways, with half its lexicon, and disturbed.

    python -m nlp_coder.learn.benchmark data/labels data/benchmark README.md

prints every figure, writes DIR/results.json, and the table between the marks of the README. `make benchmark` runs it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp_coder import tables
from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import valid_codes
from nlp_coder.learn.baselines import Row, baselines
from nlp_coder.learn.breakdown import NEVER_SEEN, Breakdown, breakdown
from nlp_coder.learn.compare import GIVEN
from nlp_coder.learn.figure_tables import show_figures
from nlp_coder.learn.half_lexicon import Half, half_lexicon
from nlp_coder.learn.held_out import split_off
from nlp_coder.learn.labels import read_labels
from nlp_coder.learn.robustness import Rate, Robustness, sample
from nlp_coder.learn.score import Scores, score
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.model import load_model
from nlp_coder.note import VisitContext

FIGURES = re.compile(r"(<!-- generated: figures -->\n).*?(<!-- end -->\n)", re.DOTALL)
SHOWN = {
    "detection": "activities found, F1",
    "coding_lenient": "code of a found activity among the defensible ones",
    "end_to_end": "found and coded rightly, F1",
    "status": "status (performed, planned, home, declined, past)",
    "minutes": "minutes of a line as labelled",
    "claim_exact": "whole claim exactly as labelled",
    "quiet_negatives": "notes with nothing performed left without a claim",
    "alerts": "alerts, F1",
}


LOCKED, EVERYDAY, PUBLISHED = "locked", "everyday", "published"
OTHERS = {EVERYDAY: "everyday notes", PUBLISHED: "notes as pages show them"}
"""The parts that no model is taught: crowded notes, on which all is measured, plain ones as most therapists write, and such as
are found on public pages (samples, phrase banks, reports, doctors' notes), all in the writers' own words."""


def notes_of(records: Sequence[Mapping[str, Any]], folder: Path, part: str = LOCKED) -> list[dict[str, Any]]:
    """The notes of a part by the ids of notes.csv. Raises TableError where one of them is not labelled."""
    by_id = {r["id"]: r for r in records}
    ids = [row["id"] for _, row in tables.rows(folder / "notes.csv", ["id", "part"]) if row["part"] == part]
    if missing := [i for i in ids if i not in by_id]:
        raise tables.TableError(f"notes.csv: {', '.join(missing[:5])} is in no label file; `make labels` compiles them")
    return [dict(by_id[i]) for i in ids]


def measured(labels: Path, folder: Path) -> dict[str, Any]:
    """Run everything on the shipped model, print it, and give what results.json holds."""
    records = read_labels([labels / "notes.jsonl", labels / "phrases.jsonl"], valid_codes())
    gold = notes_of(records, folder)
    shipped = tables.models_folder() / "default"
    coder, model = Coder.load(shipped), load_model(shipped)
    coded = _coded(coder, gold)
    scores, parts = score(gold, coded), breakdown(gold, coded, Reader().read)
    others = {name: _part(coder, notes_of(records, folder, name)) for name in OTHERS}
    rows = baselines(gold, coded, split_off(records).taught, coder, model)
    halves = half_lexicon(gold, coder, model)
    rates = Robustness(sample(records), coder).rates()
    _show(scores, parts, rows, halves, rates)
    for part, figures in others.items():
        print(f"\n{OTHERS[part].capitalize()} ({figures['notes']})")
        for name, value in figures["figures"].items():
            print(f"{name:16} {value}")
    return {
        "model": model.digest, "notes": len(gold), "figures": scores.to_dict(), "details": parts.to_dict(),
        **others,
        "ways": {r.name: r.to_dict() for r in rows},
        "half_lexicon": [
            {"seed": h.seed, "terms": h.terms, "detection": h.detection, "end_to_end": h.end_to_end} for h in halves
        ],
        "robustness": {r.kind: {x.name: [round(x.share, 3), x.of] for x in rates if x.kind == r.kind} for r in rates},
    }  # fmt: skip


def _part(coder: Coder, gold: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of a part's notes."""
    coded = _coded(coder, gold)
    details = breakdown(gold, coded, Reader().read).to_dict()
    return {"notes": len(gold), "figures": score(gold, coded).to_dict(), "details": details}


def _coded(coder: Coder, gold: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    contexts = [VisitContext.from_dict({k: g.get(k) for k in GIVEN}) for g in gold]
    return [coder.code(g["text"], id=g["id"], context=c).to_dict() for g, c in zip(gold, contexts, strict=True)]


def _show(scores: Scores, parts: Breakdown, rows: Sequence[Row], halves: Sequence[Half], rates: Sequence[Rate]) -> None:
    for name, value in scores.to_dict().items():
        print(f"{name:16} {value}")
    show_figures(parts, rows)
    print("\nHalf of the lexicon's terms unknown (seed, terms, F1 found, F1 found and right)")
    for h in halves:
        print(f"{'all' if h.seed is None else h.seed:>4} {h.terms:5} {h.detection:.3f} {h.end_to_end:.3f}")
    for kind, title in (
        ("same", "Written otherwise, coded the same"),
        ("other", "A cue put before it, its status heard"),
    ):
        print(f"\n{title} (rate, of)")
        for r in rates:
            if r.kind == kind:
                print(f"{r.name:28} {r.share:.3f} {r.of}")


def readme_table(results: Mapping[str, Any]) -> str:
    """The figures as the README shows them."""
    details = results["details"]
    parts = [(results[name], words) for name, words in OTHERS.items()] + [(results, "crowded notes")]
    heads = [f"{part['notes']} {words} | 95 % interval" for part, words in parts]
    rows = [f"| figure | {' | '.join(heads)} |", "|---" * (1 + 2 * len(parts)) + "|"]
    for name, words in SHOWN.items():
        cells = []
        for part, _ in parts:
            value = part["figures"][name]
            number = value["f1"] if isinstance(value, dict) else value
            cells.append(f"{_number(number)} | {_ends(part['details']['intervals'][name])}")
        rows.append(f"| {words} | {' | '.join(cells)} |")
    rows += [
        "",
        "Simpler ways on the crowded notes (a defensible code for the labelled activities; found and coded rightly, F1):",
        "",
    ]
    rows += ["| way | code | found and coded |", "|---|---|---|"]
    rows += [f"| {n} | {w['lenient']:.2f} | {w['end_to_end']['f1']:.2f} |" for n, w in results["ways"].items()]
    whole, *halves = results["half_lexicon"]
    fall = whole["detection"] - sum(h["detection"] for h in halves) / len(halves)
    unseen, trust = details["wording"].get(NEVER_SEEN), details["confidence"]
    rows.append("")
    if unseen:
        rows.append(f"Activities in whose words the lexicon has no term: found F1 {unseen['found']['f1']:.2f} ({unseen['labels']} labels). "
                    f"With a random half of the lexicon unknown, finding loses {max(fall, 0.0):.2f}.")  # fmt: skip
    if trust:
        rows.append(f"Confidence: {trust['said']:.2f} said, {trust['right']:.2f} right, calibration error {trust['gap']:.2f}; "
                    f"{trust['passes']:.0%} of the activities may pass unread at 95 % precision. "
                    f"Of the codes not ruled out at 95 % one is right for {trust['covered']:.0%}; {trust['several']:.0%} leave more than one.")  # fmt: skip
    return "\n".join(rows) + "\n"


def with_figures(text: str, results: Mapping[str, Any]) -> str:
    """The README with the table of the results between its marks."""
    return FIGURES.sub(lambda m: m[1] + readme_table(results) + m[2], text)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _ends(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"


def main(words: Sequence[str]) -> None:
    """LABELS DIR README: see the module."""
    labels, folder, readme = map(Path, words)
    results = measured(labels, folder)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    readme.write_text(with_figures(readme.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
