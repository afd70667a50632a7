"""`nlp-coder labels`: labels in and out of other tools, how reviewers agree, and copies without names."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.cli import labels_check
from nlp_coder.problem import Problem

app = typer.Typer(no_args_is_help=True, help="Labels in and out of other tools, agreement, copies without names.")
app.command("audit")(labels_check.audit)
app.command("next")(labels_check.next_notes)


class Tool(StrEnum):
    """Whose format a file of labels has."""

    studio = "label-studio"
    prodigy = "prodigy"
    csv = "csv"


_ENDINGS = {".json": Tool.studio, ".jsonl": Tool.prodigy, ".csv": Tool.csv}
Kind = Annotated[
    Tool | None, typer.Option("--format", "-f", help="By the ending if left out: .json, .jsonl (Prodigy), .csv.")
]


@app.command("import")
def import_labels(
    source: Annotated[Path, typer.Argument(metavar="IN", help="An export of Label Studio or Prodigy, or a CSV.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="Labelled notes (.jsonl), for `train` and `review`.")],
    format: Kind = None,
) -> None:
    """Read labels of another tool; what cannot be read is told by row, the rest is written (status 1 then).

    Examples:

    - `nlp-coder labels import project.json labels.jsonl`
    - `nlp-coder labels import annotations.jsonl labels.jsonl --format prodigy`
    """
    codes = _codes_and_extra()
    from nlp_coder.exports.json_record import json_line
    from nlp_coder.exports.note_rows import BadRow
    from nlp_coder.exports.result_file import result_file, result_path
    from nlp_coder.review.label_files import read_label_file

    result_path(output, not_over=source)
    good = bad = 0
    with result_file(output) as handle:
        for item in read_label_file(source, _tool(format, source), codes):
            if isinstance(item, BadRow):
                bad += 1
                _tell(f"{source} row {item.number} ({item.id}): {item.what}; {item.todo}")
            else:
                good += 1
                handle.write(json_line(item))
        if not good:
            raise Problem(str(source), "holds no label that can be used", "see the rows above")
    _tell(f"{good} labelled notes written to {output}{f'; {bad} rows left out' if bad else ''}")
    if bad:
        raise typer.Exit(1)


@app.command("export")
def export_labels(
    source: Annotated[Path, typer.Argument(metavar="LABELS", help="Labelled notes or a label store (.jsonl).")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write.")],
    format: Kind = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Write Label Studio's labelling interface there.")
    ] = None,
) -> None:
    """Write labels for another tool; of a label store the accepted notes.

    Examples:

    - `nlp-coder labels export labels.jsonl tasks.json --config interface.xml`
    - `nlp-coder labels export labels.jsonl labels.csv`
    """
    codes = _codes_and_extra()
    from nlp_coder.exports.result_file import result_file, result_path
    from nlp_coder.learn.labels import read_labels
    from nlp_coder.review.label_files import write_label_file
    from nlp_coder.review.label_studio import studio_config

    tool = _tool(format, output)
    result_path(output, not_over=source)
    records = read_labels([source], codes)
    with result_file(output) as handle:
        number = write_label_file(handle, records, tool)
    if config is not None:
        with result_file(config) as handle:
            handle.write(studio_config(codes))
    _tell(f"{number} labelled notes written to {output}")


@app.command()
def agreement(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="A label store with blind double coding.")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """How far reviewers agree who coded blind (`review --double`): F1 of spans, Cohen's kappa per code.

    Example:

    - `nlp-coder labels agreement labels.jsonl`
    """
    _codes_and_extra()
    import json
    from dataclasses import asdict

    from nlp_coder.exports.text_file import open_binary
    from nlp_coder.review.agreement import agreements
    from nlp_coder.review.store import LabelStore

    open_binary(store).close()
    kept = LabelStore.open(store)
    for line, what in kept.problems.items():
        _tell(f"{store} line {line}: {what}")
    found = agreements(kept.blind_marks())
    if not found:
        raise Problem(str(store), "no note was accepted by two blind reviewers", "let two review it with --double")
    if as_json:
        print(json.dumps([asdict(a) for a in found], ensure_ascii=False, indent=1))
    else:
        for a in found:
            print(f"{a.reviewers[0]} and {a.reviewers[1]}: {a.notes} notes, {a.units} units")
            for name, value in (("span F1", a.span_f1), ("status", a.status), ("kappa, all codes", a.kappa)):
                print(f"  {name:18} {_figure(value)}")
            for code, (k, n) in a.by_code.items():
                print(f"  kappa {code:12} {_figure(k)}  ({n} units)")
    if kept.problems:
        raise typer.Exit(1)


@app.command()
def deidentify(
    source: Annotated[Path, typer.Argument(metavar="LABELS", help="Labelled notes or a label store (.jsonl).")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The copy (.jsonl).")],
    report: Annotated[
        Path, typer.Option("--report", metavar="FILE", help="CSV: each replaced place by note and kind.")
    ],
    names: Annotated[
        Path | None, typer.Option("--names", metavar="FILE", help="Names in these notes, one a line.")
    ] = None,
) -> None:
    """Copy labels with names, dates (moved), phones, record numbers and addresses replaced. A help, not a guarantee.

    A person must read the copy before it is given away: a name that nothing announces is not found. The labels stay at
    their words. Days between dates of one patient stay true; the number of days is new in each run and kept nowhere.

    Example:

    - `nlp-coder labels deidentify labels.jsonl shared.jsonl --report replaced.csv --names patients.txt`
    """
    codes = _codes_and_extra()
    import csv
    import secrets

    from nlp_coder.exports.json_record import json_line
    from nlp_coder.exports.result_file import result_file, result_path
    from nlp_coder.exports.text_file import open_text
    from nlp_coder.learn.labels import read_labels
    from nlp_coder.review.deidentify import KINDS
    from nlp_coder.review.deidentify import deidentify as without_names

    for path in (output, report):
        result_path(path, not_over=source)
    if output.resolve() == report.resolve():
        raise Problem("--report", "is the output itself", "name another file")
    known: list[str] = []
    if names is not None:
        with open_text(names) as handle:
            known = [line.strip() for line in handle if line.strip()]
    secret = secrets.token_bytes(32)
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    records = read_labels([source], codes)
    with result_file(output) as handle, result_file(report) as told:
        rows = csv.writer(told)
        rows.writerow(["note", "kind", "start", "end"])
        for record in records:
            done = without_names(record, secret, known)
            handle.write(json_line(done.record))
            for kind, n in done.counts.items():
                counts[kind] += n
            rows.writerows([done.record["id"], kind, start, end] for kind, start, end in done.places)
    said = ", ".join(f"{n} {kind}" for kind, n in counts.items())
    _tell(f"{len(records)} notes written to {output}; replaced: {said}; places in {report}")
    _tell("This is a help, not a guarantee: read the copy before you give it to anybody")


def _tool(given: Tool | None, path: Path) -> str:
    tool = given or _ENDINGS.get(path.suffix.lower())
    if tool is None:
        raise Problem(str(path), "its ending says no format", f"give --format {', '.join(Tool)}")
    return tool.value


def _codes_and_extra() -> frozenset[str]:
    """The known codes. Raises Problem where the extra `review` is not installed."""
    try:
        import filelock  # noqa: F401
    except ModuleNotFoundError as error:
        raise Problem(
            "nlp-coder labels", f"needs {error.name}", 'install it: pip install "nlp-coder[review]"'
        ) from None
    from nlp_coder.bill.rulebook import load_rulebook

    return frozenset(load_rulebook().codes)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
