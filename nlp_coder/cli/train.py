"""`nlp-coder train`: labelled notes and phrases to a model folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.problem import Problem


def train(
    labels: Annotated[
        list[Path], typer.Argument(metavar="LABELS...", help="JSON Lines of labelled notes and phrases.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to write the model folder.")],
) -> None:
    """Train a model from labels and write its folder: tagger, status and code models, manifest and card.

    Example:

    - `nlp-coder train data/labels/notes.jsonl data/labels/phrases.jsonl --out models/default`
    """
    for path in labels:
        from nlp_coder.exports.text_file import open_binary

        open_binary(path).close()
    if out.exists() and not out.is_dir():
        raise Problem(str(out), "is a file", "name a folder for the model")
    if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise Problem(str(out), "holds other files than a model", "name an empty or new folder")
    from nlp_coder.learn.train import train as train_model

    train_model(labels, out, say=lambda words: print(words, file=sys.stderr, flush=True))
    print(f"model written to {out}; use it with --model {out}")
