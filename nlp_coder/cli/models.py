"""`nlp-coder models`: the shipped model and the user's own, which is in use, and what changes from one to another."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.model_store import Kept

app = typer.Typer(no_args_is_help=True, help="Models: list, show, put in use, compare, go back.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="A model's name in `models list`.")]


@app.command("list")
def list_models() -> None:
    """The models by name: version, parent, digests of model and labels, figures; `*` marks the one in use.

    Example:

    - `nlp-coder models list`
    """
    from rich.table import Table

    from nlp_coder.exports.terminal import drawing
    from nlp_coder.model_store import kept

    models = kept()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for name in ("", "Name", "Version", "Digest", "Parent", "Labels", "Label digest", "F1", "Held out", ""):
        table.add_column(name, no_wrap=True)
    for m in models:
        table.add_row("*" if m.in_use else "", m.name, *_cells(m))
    with drawing(sys.stdout) as console:
        console.print(table)
    if any(m.problem for m in models):
        raise typer.Exit(1)


def _cells(m: Kept) -> list[str]:
    labels, figures, parent = m.manifest.get("labels") or {}, m.manifest.get("figures") or {}, m.manifest.get("parent")
    f1 = figures.get("end_to_end_f1")
    notes = [m.problem, "forced" if m.manifest.get("forced") else ""]
    return [
        str(m.manifest.get("version", "-")), str(m.manifest.get("digest", "-"))[:12],
        f"{parent['name']} {parent['digest'][:8]}" if parent else "-", str(labels.get("records", "-")),
        str(labels.get("digest", "-"))[:12], "-" if f1 is None else f"{f1:.3f}", str(figures.get("notes", "-")),
        ", ".join(filter(None, notes)),
    ]  # fmt: skip


@app.command()
def show(name: Name) -> None:
    """A model's manifest: digests, labels, figures by code, what it was compared with (JSON).

    Example:

    - `nlp-coder models show default`
    """
    from nlp_coder.model import load_model
    from nlp_coder.model_store import folder_of

    folder = folder_of(name)
    print(json.dumps({"folder": str(folder), **load_model(folder).manifest}, ensure_ascii=False, indent=1))


@app.command()
def use(name: Name) -> None:
    """Put a model in use for all commands that are given no --model. `default` is the shipped one.

    Example:

    - `nlp-coder models use default`
    """
    from nlp_coder.model_store import use

    use(name)
    print(f"model {name} is in use")


@app.command()
def rollback() -> None:
    """Put the model in use that was in use before.

    Example:

    - `nlp-coder models rollback`
    """
    from nlp_coder.model_store import rollback

    print(f"model {rollback()} is in use")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A model's name, or a model folder.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    notes: Annotated[Path, typer.Argument(metavar="NOTES", help="Notes to code with both, any input of `batch`.")],
    examples: Annotated[int, typer.Option(min=0, metavar="N", help="Ids shown for each change.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all ids.")] = False,
) -> None:
    """Code the same notes with two models and show what changes, by code; ids only, no words of the notes.

    Example:

    - `nlp-coder models diff default mine-1 visits.jsonl`
    """
    from nlp_coder.batch.note_stream import one_note
    from nlp_coder.coder import Coder
    from nlp_coder.exports.note_rows import BadRow
    from nlp_coder.exports.open_export import export_rows
    from nlp_coder.learn.model_diff import Difference

    old, new = Coder.load(_folder(before)), Coder.load(_folder(after))

    found, bad = Difference(), 0
    for row in export_rows(notes):
        results = [one_note(row, c) for c in (old, new)] if not isinstance(row, BadRow) else [row]
        if wrong := next((r for r in results if isinstance(r, BadRow)), None):
            bad += 1
            sys.stderr.write(f"{notes} row {wrong.number} ({wrong.id}): {wrong.what}; {wrong.todo}\n")
            continue
        found.add(*(r for r in results if not isinstance(r, BadRow)))
    if as_json:
        changes = [{"before": a, "after": b, "activities": len(ids), "notes": ids} for a, b, ids in found.ranked()]
        whole = {"notes": found.notes, "same": found.same, "changes": changes, "claims_changed": found.lines}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        print(f"{found.notes} notes; {found.same} performed activities keep their code")
        print(f"{len(found.lines)} notes whose claim lines change{_some(found.lines, examples)}")
        for a, b, ids in found.ranked():
            print(f"{a:>5} -> {b:5} {len(ids):4} activities{_some(list(dict.fromkeys(ids)), examples)}")
    if bad:
        raise typer.Exit(1)


def _folder(name: str) -> Path:
    from nlp_coder.model_store import folder_of, names

    if name in names() or not Path(name).is_dir():
        return folder_of(name)
    if not (Path(name) / "manifest.json").is_file():
        raise Problem(name, "is no model folder", "give a model's name or a folder written by `train`")
    return Path(name)


def _some(ids: list[str], number: int) -> str:
    return f": {', '.join(ids[:number])}{' ...' if len(ids) > number else ''}" if ids and number else ""
