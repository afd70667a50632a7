"""`nlp-coder labels audit` and `labels next`: which labels to look at again, and which notes to label next."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp_coder.cli.choices import ModelFolder
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.learn.label_input import LabelSet

_SHOWN = 10


def audit(
    labels: Annotated[list[Path], typer.Argument(metavar="LABELS...", help="Labels, as `train` takes them.")],
    suspects: Annotated[
        Path | None, typer.Option("--suspects", metavar="FILE", help="CSV of suspect labels; quotes the notes' words.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, metavar="N", help="So many suspects at most.")] = 100,
) -> None:
    """Hold labels against each other: suspect codes, near copies, leaks between training and held-out notes, balance.

    Suspect is a label where models that saw neither its note nor its wording are sure of another code. It may well be
    right: read it again. Standard output names ids and places only.

    Example:

    - `nlp-coder labels audit corrected.jsonl --suspects suspects.csv`
    """
    from nlp_coder.exports.result_file import result_file, result_path
    from nlp_coder.exports.spreadsheet import SafeRows

    if suspects is not None:
        for path in labels:
            result_path(suspects, not_over=path)
    records = _labels(labels).records
    from nlp_coder.learn.held_out import held_flags, is_note, leaks, note_copies
    from nlp_coder.learn.suspects import balance, find_suspects

    if len({a["code"] for r in records for a in r["activities"]}) < 2:
        raise Problem("the labels", "have one code only, so that none can be doubted", "give labels of several codes")

    def name(index: int) -> str:
        return str(records[index].get("id") or f"record-{index + 1}")

    held, copies = held_flags(records), note_copies(records)
    print(f"{len(records)} records, {sum(map(is_note, records))} of them notes, {sum(held)} held out")
    print(f"near copies: {len(copies)}")
    for i, j, share in copies[:_SHOWN]:
        print(f"  {name(i)} and {name(j)}: {share:.0%} of their words in a row")
    print(f"near copies of held-out notes among those taught (`train` leaves them out): {len(leaks(copies, held))}")
    rows = balance(records)
    few = [b for b in rows if b.few]
    print(f"codes: {len(rows)}; with few labels: {', '.join(f'{b.code} {b.activities}' for b in few) or 'none'}")
    print("most labels: " + ", ".join(f"{b.code} {b.activities} ({b.wordings} wordings)" for b in rows[-5:][::-1]))
    sys.stderr.write("suspect labels: codes out of fold, this takes as long as a part of training\n")
    found = find_suspects(records)
    total = sum(b.activities for b in rows)
    print(f"suspect labels: {len(found)} of {total}, most doubtful first")
    for s in found[: min(most, _SHOWN)]:
        print(f"  {name(s.record)} at {s.start}-{s.end}: {'/'.join(s.label)}, the models say {s.view} ({s.doubt:.2f})")
    if suspects is not None:
        with result_file(suspects) as handle:
            table = SafeRows(handle, ("id", "start", "end", "quote", "status", "label", "model", "confidence", "doubt"))
            for s in found[:most]:
                place = (name(s.record), s.start, s.end, s.quote, s.status)
                table.write((*place, "|".join(s.label), s.view, s.confidence, s.doubt))
        print(f"the first {min(most, len(found))} with their words in {suspects}")


def next_notes(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="How many notes.")],
    notes: Annotated[Path, typer.Argument(metavar="NOTES", help="Notes not labelled yet, any input of `batch`.")],
    labels: Annotated[
        list[Path] | None, typer.Option("--labels", metavar="FILE", help="What is labelled already; may be repeated.")
    ] = None,
    model: ModelFolder = None,
) -> None:
    """Name the notes to label next: unsure codes first, of rare codes and new wordings before many of one kind.

    Prints CSV: id, worth, lowest confidence, codes. Notes whose text is labelled already are passed over.

    Example:

    - `nlp-coder labels next 30 visits.jsonl --labels corrected.jsonl > next.csv`
    """
    records = _labels(labels).records if labels else []
    from nlp_coder.batch.note_stream import coded
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.exports.note_rows import BadRow
    from nlp_coder.exports.open_export import export_rows
    from nlp_coder.exports.spreadsheet import SafeRows
    from nlp_coder.learn.next_labels import Candidate, next_labels

    done = {r["text"] for r in records}
    candidates, bad = [], 0
    for result in coded(export_rows(notes), load_coder(model)):
        if isinstance(result, BadRow):
            bad += 1
            sys.stderr.write(f"{notes} row {result.number} ({result.id}): {result.what}; {result.todo}\n")
        elif result.text not in done:
            candidates.append(Candidate.of(result))
    table = SafeRows(sys.stdout, ("id", "worth", "lowest_confidence", "codes"))
    for c in next_labels(candidates, number, records):
        table.write((c.id, c.worth, c.lowest, " ".join(c.codes)))
    if bad:
        raise typer.Exit(1)


def _labels(paths: list[Path]) -> LabelSet:
    from nlp_coder.extract.lexicon import valid_codes
    from nlp_coder.learn.label_input import read_label_set

    return read_label_set(paths, valid_codes())
