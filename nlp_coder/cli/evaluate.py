"""`nlp-coder evaluate`: a model's figures on labelled notes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp_coder.cli.choices import ModelFolder, TablesFolder
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.learn.baselines import Row
    from nlp_coder.learn.breakdown import Breakdown
    from nlp_coder.learn.score import Scores

_GIVEN = ("id", "text", "discipline", "unit_rule")
"""What the coder is told of a labelled note; all else is for it to find."""


def evaluate(
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS", help="Labelled notes (JSON Lines), or a folder with notes.jsonl.")
    ],
    errors: Annotated[
        int, typer.Option("--errors", min=0, metavar="N", help="Show N disagreements (they quote the notes).")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    predicted: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Score these coded notes and code nothing.")
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Also intervals, and figures by code, section, status and wording.")
    ] = False,
    baselines: Annotated[
        list[Path] | None,
        typer.Option(
            "--baselines", metavar="LABELS", help="Compare with simpler ways of coding, taught on these labels."
        ),
    ] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="Only notes of the writers that no shipped model is taught on.")
    ] = False,
    cross_validate: Annotated[
        int | None,
        typer.Option(
            "--cross-validate", min=2, metavar="FOLDS",
            help="Teach that many models, each on the labels of other writers, and score what they say of the rest.",
        ),
    ] = None,
    repeats: Annotated[
        int, typer.Option("--repeats", min=1, metavar="N", help="Deal the folds anew N times (--cross-validate).")
    ] = 1,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, metavar="N", help="Models taught at the same time (--cross-validate).")
    ] = 1,
    model: ModelFolder = None,
    tables: TablesFolder = None,
) -> None:  # fmt: skip
    """Score a model on labelled notes: detection, codes, status, claims, minutes, alerts.

    Intervals are of 95 %, drawn by note. `never seen` wordings are those in which the lexicon has no term.

    Examples:

    - `nlp-coder evaluate data/labels/notes.jsonl --errors 20`
    - `nlp-coder evaluate labels.jsonl --predicted coded.jsonl --json`
    - `nlp-coder evaluate data/labels --locked --details --baselines data/labels/notes.jsonl`
    - `nlp-coder evaluate data/labels --cross-validate 5 --repeats 2 --jobs 2`
    """
    if cross_validate is not None:
        if predicted or baselines or locked or errors or model:
            raise typer.BadParameter(
                "goes with --repeats, --jobs, --details and --json only", param_hint="--cross-validate"
            )
        _cross_validate(labels, cross_validate, repeats, jobs, details, as_json)
        return
    path = labels / "notes.jsonl" if labels.is_dir() else labels
    gold = _labelled(path)
    if locked:
        gold = _locked(gold, path)
    theirs = _coded(gold, model) if predicted is None else _records(predicted)
    from nlp_coder.learn.score import score

    scores = score(gold, theirs)
    figures: dict[str, Any] = scores.to_dict()
    parts = _breakdown(gold, theirs) if details else None
    rows = _baselines(gold, theirs, baselines, model) if baselines else None
    if as_json:
        figures |= {"details": parts.to_dict()} if parts else {}
        figures |= {"baselines": {r.name: r.to_dict() for r in rows}} if rows else {}
        print(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        _print(scores, parts)
        if parts or rows:
            from nlp_coder.learn.figure_tables import show_figures

            show_figures(parts, rows or ())
    for d in scores.disagreements[:errors]:
        row = (d.note, d.kind, " ".join(d.quote.split()), d.gold, d.predicted)
        # beside JSON they would make standard output unreadable for programs
        print("\t".join(row), file=sys.stderr if as_json else sys.stdout)
    if predicted is None and scores.unpredicted:
        raise typer.Exit(1)


def _print(scores: Scores, parts: Breakdown | None) -> None:
    for name, value in scores.to_dict().items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{k} {v}" for k, v in value.items())
        ends = parts.intervals.get(name) if parts else None
        print(f"{name:16} {'-' if value is None else value}" + (f"  [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else ""))


def _cross_validate(labels: Path, folds: int, repeats: int, jobs: int, details: bool, as_json: bool) -> None:
    from nlp_coder.extract.lexicon import valid_codes
    from nlp_coder.learn.cross_validation import cross_validation
    from nlp_coder.learn.figure_tables import show_figures, show_spreads
    from nlp_coder.learn.held_out import LOCKED_WRITERS
    from nlp_coder.learn.label_input import LabelError
    from nlp_coder.learn.labels import read_labels

    files = (
        [p for n in ("notes.jsonl", "phrases.jsonl") if (p := labels / n).is_file()] if labels.is_dir() else [labels]
    )
    try:
        records = [r for r in read_labels(files, valid_codes()) if r.get("writer") not in LOCKED_WRITERS]
        result = cross_validation(records, folds, repeats, jobs, lambda words: print(words, file=sys.stderr))
    except LabelError as error:
        raise Problem(str(labels), str(error), "give more labels or fewer folds") from error
    if as_json:
        print(json.dumps(result.to_dict(), ensure_ascii=False, indent=1))
        return
    show_spreads(result)
    if details:
        show_figures(result.parts, ())


def _locked(gold: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    from nlp_coder.learn.held_out import LOCKED_WRITERS

    kept = [g for g in gold if g.get("writer") in LOCKED_WRITERS]
    if not kept:
        raise Problem(str(path), f"holds no note of {', '.join(sorted(LOCKED_WRITERS))}", "leave out --locked")
    return kept


def _breakdown(gold: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Breakdown:
    from nlp_coder.learn.breakdown import breakdown
    from nlp_coder.learn.teach_tagger import Reader

    return breakdown(gold, theirs, Reader().read)


def _baselines(
    gold: list[dict[str, Any]], theirs: list[dict[str, Any]], taught: list[Path], model: Path | None
) -> list[Row]:
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.extract.lexicon import valid_codes
    from nlp_coder.learn.baselines import baselines
    from nlp_coder.learn.held_out import split_off
    from nlp_coder.learn.labels import read_labels
    from nlp_coder.model import load_model

    coder = load_coder(model)
    tested = {g["text"] for g in gold}
    labels = [r for r in split_off(read_labels(taught, valid_codes())).taught if r["text"] not in tested]
    if not any(r["activities"] for r in labels):
        raise Problem(str(taught[0]), "holds no activity beside the tested and the held-out notes", "give more labels")
    return baselines(gold, theirs, labels, coder, load_model(model))


def _records(path: Path) -> list[dict[str, Any]]:
    """All records of a JSON Lines file. Raises Problem for the first row that is none: figures over a part would mislead."""
    from nlp_coder.exports.jsonl_rows import jsonl_records
    from nlp_coder.exports.note_rows import BadRow

    records = []
    for item in jsonl_records(path):
        if isinstance(item, BadRow):
            raise Problem(f"{path} row {item.number}", item.what, item.todo)
        number, record = item
        if "id" not in record:
            raise Problem(f"{path} row {number}", "has no id", "give each note its id")
        records.append(record)
    if not records:
        raise Problem(str(path), "holds no notes", "give JSON Lines of labelled notes")
    return records


def _labelled(path: Path) -> list[dict[str, Any]]:
    from nlp_coder.learn.reviewed import settled

    records = settled(_records(path))
    if not records:
        raise Problem(str(path), "holds no accepted note", "accept notes in `nlp-coder review` first")
    seen: set[str] = set()
    for record in records:
        where = f"{path}, note {record['id']}"
        if record["id"] in seen:
            raise Problem(where, "stands there twice", "give each note an id of its own")
        seen.add(record["id"])
        if not isinstance(record.get("text"), str):
            raise Problem(where, "has no text", "labels need the notes' text")
        activities = record.get("activities")
        if not isinstance(activities, list):
            raise Problem(where, "has no activities", "a note without any has an empty list")
        for number, activity in enumerate(activities):
            missing = [f for f in ("quote", "start", "end", "code") if f not in activity]
            if missing:
                raise Problem(where, f"activity {number} has no {' and '.join(missing)}", "see data/labels/README.md")
    return records


def _coded(gold: list[dict[str, Any]], model: Path | None) -> list[dict[str, Any]]:
    from nlp_coder.batch.note_stream import coded
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.exports.note_rows import BadRow, note_row

    rows = (note_row(n, {k: g.get(k) for k in _GIVEN}) for n, g in enumerate(gold, 1))
    out = []
    for result in coded(rows, load_coder(model)):
        if isinstance(result, BadRow):
            sys.stderr.write(f"nlp-coder: note {result.id} could not be coded: {result.what}\n")
        else:
            out.append(result.to_dict())
    return out
