"""`nlp-coder review`: read, correct and keep coded notes on a page of this computer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.cli.choices import ModelFolder, TablesFolder
from nlp_coder.problem import Problem


def review(
    notes: Annotated[
        Path,
        typer.Argument(metavar="NOTES", help="Notes, coded notes or labels (.jsonl), notes (.csv), one note (.txt)."),
    ],
    store: Annotated[
        Path, typer.Option("--store", "-s", metavar="FILE", help="The label store; made where there is none.")
    ] = Path("labels.jsonl"),
    reviewer: Annotated[
        str | None,
        typer.Option("--reviewer", metavar="NAME", help="Whose decisions these are; your login if left out."),
    ] = None,
    double: Annotated[
        bool, typer.Option("--double", help="Blind double coding: you see nothing of what others decide.")
    ] = False,
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Settle the notes that two or more have coded blind.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    expose: Annotated[
        bool, typer.Option("--expose", help="Allow a --host that other computers reach (unencrypted).")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    model: ModelFolder = None,
    tables: TablesFolder = None,
) -> None:
    """Read, correct and accept coded notes on a local page; every decision is kept as a label.

    The page prints its address with a token that is new each time; only this computer reaches it. Accepted notes are
    labels for `train` and `evaluate`. Ctrl-C ends it.

    Examples:

    - `nlp-coder review visits.jsonl --store labels.jsonl`
    - `nlp-coder review visits.jsonl --store labels.jsonl --double --reviewer ann`
    - `nlp-coder review visits.jsonl --store labels.jsonl --adjudicate`
    """
    if double and adjudicate:
        raise Problem("--double, --adjudicate", "exclude each other", "give one of them")
    try:
        from nlp_coder.review import serve
    except ModuleNotFoundError as error:
        raise Problem(
            "nlp-coder review", f"needs {error.name}", 'install it: pip install "nlp-coder[review]"'
        ) from None
    from nlp_coder.cli.coders import load_coder
    from nlp_coder.cli.files import check_input, progress
    from nlp_coder.exports.tracking import Tracker
    from nlp_coder.review.source import ENDINGS
    from nlp_coder.review.store import LabelStore

    name = _name(reviewer)
    address = serve.checked_address(host, expose)
    check_input(notes, ENDINGS)
    if notes.resolve() == store.resolve():
        raise Problem("--store", "is the file of notes itself", "name another file")
    kept = LabelStore.open(store)
    if kept.repaired:
        _tell(f"{store}: a crash had left half a record at its end; it is now in {store}.damaged, the rest is whole")
    for line, what in kept.problems.items():
        _tell(f"{store} line {line}: {what}; restore the store from a copy if labels are missing")
    coder = load_coder(model)
    with progress(Tracker(notes), notes.name) as step:
        items, bad = serve.gathered(notes, coder, _tell, step)
    opened = serve.listen(address, port)

    def ready(url: str) -> None:
        print(url, flush=True)
        _tell(f"{len(items)} notes; Ctrl-C ends the review. Keep the address to yourself: it opens the notes")
        if open_browser:
            import webbrowser

            webbrowser.open(url)

    round = "blind" if double else "adjudication" if adjudicate else "single"
    serve.serve(items, kept, coder, name, round, opened, ready)
    if bad:
        raise typer.Exit(1)


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _name(given: str | None) -> str:
    import getpass

    try:
        name = (given if given is not None else getpass.getuser()).strip()
    except (OSError, KeyError):
        name = ""
    if not name or len(name) > 60 or not name.isprintable():
        raise Problem("--reviewer", "is no name", "give a name of 1 to 60 characters")
    return name
