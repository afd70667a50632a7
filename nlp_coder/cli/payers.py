"""`nlp-coder payers`: the payer profiles, shipped and the user's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.cli.choices import PayersFolder
from nlp_coder.problem import Problem

app = typer.Typer(no_args_is_help=True, help="Payer profiles: unit rule, edits, modifiers, codes not paid.")


@app.command("list")
def list_payers(payers: PayersFolder = None) -> None:
    """The profiles by name, with their unit rule and the other names they answer to.

    Example:

    - `nlp-coder payers list --payers my-payers`
    """
    from rich.table import Table

    from nlp_coder.bill import load_rulebook
    from nlp_coder.exports.terminal import drawing

    book = load_rulebook(payers=payers)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for name in ("Name", "Payer", "Units", "From", "Also called"):
        table.add_column(name, no_wrap=name in ("Name", "Units", "From"))
    for name in book.payer_names():
        p = book.payers[name]
        called = sorted(a for a, q in book.payers.items() if q is p and a != name)
        table.add_row(name, p.label, p.unit_rule, "yours" if p.own else "shipped", ", ".join(called))
    with drawing(sys.stdout) as console:
        console.print(table)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A profile's name, or another name of it.")],
    payers: PayersFolder = None,
) -> None:
    """What a profile says.

    Example:

    - `nlp-coder payers show medicare`
    """
    from nlp_coder.bill import load_rulebook
    from nlp_coder.exports.payer_sheet import payer_lines

    book = load_rulebook(payers=payers)
    profile = book.payer(name)
    if profile is None:
        raise Problem(repr(name[:40]), "has no profile", f"known are {', '.join(book.payer_names())}")
    print("\n".join(payer_lines(profile)))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A profile of yours, NAME.toml.")],
) -> None:
    """Say what is wrong with a profile, or what it says and how a sample claim fares under it and under Medicare.

    Example:

    - `nlp-coder payers check my-payers/blue_cross.toml`
    """
    from nlp_coder.bill import load_rulebook
    from nlp_coder.exports.payer_sheet import dry_run, payer_lines

    if not file.is_file():
        raise Problem(str(file), "is a folder" if file.is_dir() else "there is no such file", "name a .toml file")
    if file.suffix != ".toml":
        raise Problem(str(file), "does not end in .toml", "name it after its payer, as in blue_cross.toml")
    from nlp_coder.bill.load_payers import read_payer
    from nlp_coder.bill.table_checks import Checker

    book = load_rulebook()
    profile = read_payer(file, Checker(frozenset(book.codes), frozenset(book.sources)), own=True)
    print("\n".join([f"{file.name} is right.", "", *payer_lines(profile), "", *dry_run(profile, book)]))
