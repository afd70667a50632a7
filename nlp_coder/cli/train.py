"""`nlp-coder train`: labels to a model folder, compared with the model in use before it takes its place."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.problem import Problem


def train(
    labels: Annotated[
        list[Path],
        typer.Argument(
            metavar="LABELS...",
            help="Labelled notes, label stores or notes with `billed` codes (.jsonl), phrase tables (.csv).",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="The model folder to write; left out: among your models, and used."
        ),
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the model is called.")] = "mine",
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="PART",
            help="A part that stays that of the model in use: spans, split, verdict, second, status, quiet or code. May be given more than once.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a model by a worse one; its manifest says so.")
    ] = False,
) -> None:
    """Train a model from labels, compare it with the one in use, and put it in its place where it is not worse.

    Of your notes one in five is held out and never learned from. Where the end-to-end F1 on these falls by more than 0.01,
    or that of a code (5 labels or more) by more than 0.10, nothing is replaced (status 1). The old model is kept:
    `nlp-coder models rollback`.

    Examples:

    - `nlp-coder train data/labels/notes.jsonl data/labels/phrases.jsonl corrected.jsonl`
    - `nlp-coder train data/labels/notes.jsonl phrases.csv history.jsonl --out models/mine`
    """  # fmt: skip
    from nlp_coder import model_store

    in_use = model_store.in_use()
    if out is None:
        called = model_store.new_name(name)
        place, against, strict = model_store.models_home() / called, in_use, True
    else:
        called, place = name, out
        if out.exists() and not out.is_dir():
            raise Problem(str(out), "is a file", "name a folder for the model")
        if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
            raise Problem(str(out), "holds other files than a model", "name an empty or new folder")
        strict = (out / "manifest.json").is_file()
        against = out if strict else in_use
    _check_parts(keep or ())
    from nlp_coder.learn.compare import WorseModel
    from nlp_coder.learn.train import train as train_model

    started = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {words}", file=sys.stderr, flush=True)

    try:
        train_model(labels, place, name=called, say=say, against=against, strict=strict, force=force, keep=keep or ())
    except WorseModel as error:
        sys.stderr.write(f"nlp-coder: {error}\n")
        raise typer.Exit(1) from None
    if out is None:
        model_store.use(called)
        print(f"model {called} is in use; `nlp-coder models rollback` goes back")
    else:
        print(f"model written to {out}; use it with --model {out}")


def _check_parts(names: Sequence[str]) -> None:
    from nlp_coder.model import PARTS

    for name in names:
        if name not in PARTS:
            raise Problem(f"--keep {name}", "is no part of a model", "name one of: " + ", ".join(PARTS))
