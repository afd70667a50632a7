"""The command `nlp-coder`: its commands, and what happens to an error on the way out.

Exit status: 0 done; 1 the input was read but some of it could not be coded; 2 wrong usage or unreadable input.
"""

from __future__ import annotations

import io
import signal
import sys
import traceback
from typing import Annotated

import typer

from nlp_coder.cli import (
    audit,
    batch,
    bill,
    code,
    codes,
    evaluate,
    explain,
    labels,
    models,
    ncci,
    payers,
    review,
    train,
)
from nlp_coder.problem import Problem, debugging

app = typer.Typer(
    name="nlp-coder",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from nlp_coder.cli.versions import print_versions

        print_versions()
        raise typer.Exit


@app.callback()
def nlp_coder(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the versions of program, model and rules."
        ),
    ] = False,
) -> None:
    """Therapy notes to CPT claim lines, units and alerts, each with its reason.

    What it writes is a proposal for a coder to check. Notes stay on this machine.
    """


app.command("code")(code.code)
app.command("batch")(batch.batch)
app.command("bill")(bill.bill)
app.command("audit")(audit.audit)
app.command("codes")(codes.codes)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.add_typer(payers.app, name="payers")
app.add_typer(ncci.app, name="ncci")
app.command("train")(train.train)
app.add_typer(models.app, name="models")
app.command("review")(review.review)
app.add_typer(labels.app, name="labels")


def main() -> None:
    """Run the command line; every error becomes words on standard error and an exit status."""
    # an ended program must not leave half-written results behind: SystemExit lets them be removed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot show a character shows "?"; files and pipes are UTF-8 everywhere
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        app()
    except Exception as error:
        if debugging():
            traceback.print_exc()
        sys.stderr.write(f"nlp-coder: {_words(error)}\n")
        sys.exit(2)


def _words(error: Exception) -> str:
    """What the user is told. Words of errors that are not written for people may hold note text: they are left out."""
    if isinstance(error, Problem):
        return str(error)
    if type(error).__module__.startswith("nlp_coder.") and isinstance(error, ValueError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}; check the file, the disk and the permissions"
    if isinstance(error, MemoryError):
        return "there is not enough memory; give smaller files"
    step = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{step.name}, line {step.lineno}"
    return (
        f"the program failed ({type(error).__name__} in {place}); this is a fault of ours: please report it without the "
        "note's text. NLP_CODER_DEBUG=1 shows where it happened"
    )


if __name__ == "__main__":
    main()
