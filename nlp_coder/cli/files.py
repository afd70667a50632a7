"""What the commands over files share: checks before the work, the bar while it runs, the closing words after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nlp_coder.exports.result_file import result_path
from nlp_coder.exports.text_file import open_binary
from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.batch.error_rows import ErrorRows
    from nlp_coder.exports.tracking import Tracker


def check_input(path: Path, endings: Sequence[str]) -> None:
    """Raises Problem where the input cannot be opened, is no ordinary file, or has another ending."""
    open_binary(path).close()
    if not path.is_file():
        raise Problem(str(path), "is no ordinary file", "name a file on the disk")
    _check_ending(path, endings, "reads")


def files_of(source: Path) -> list[Path]:
    """The files that are read: the one named, or all below a folder."""
    return sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]


def check_output(path: Path, endings: Sequence[str], source: Path) -> None:
    """Raises Problem where the output cannot be written, has another ending, or is the input."""
    _check_ending(path, endings, "writes")
    result_path(path, not_over=source)


def _check_ending(path: Path, endings: Sequence[str], does: str) -> None:
    if path.suffix.lower() not in endings:
        known = " and ".join(endings)
        raise Problem(
            str(path), f"its ending {path.suffix or '(none)'} is unknown", f"this command {does} {known} files"
        )


@contextmanager
def progress(track: Tracker, name: str) -> Iterator[Callable[[], None]]:
    """A bar on standard error where that is a terminal; gives the step to call after each row."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=track.size or None, rows=0)
        rows = 0

        def step() -> None:
            nonlocal rows
            rows += 1
            bar.update(task, completed=track.done, rows=rows)

        yield step


def finish(number: int, errors: ErrorRows, output: Path, noun: str) -> None:
    """Say on standard error what was done; ends with status 1 where rows could not be coded."""
    done = f"{number} {noun}{'' if number == 1 else 's'} written to {output}"
    if not errors.count:
        sys.stderr.write(f"{done}\n")
        return
    rows = "1 row" if errors.count == 1 else f"{errors.count} rows"
    sys.stderr.write(f"{done}; {rows} could not be coded: see {errors.path} for each with what to do\n")
    raise typer.Exit(1)
