"""Drawing on the terminal, or into a file as on one: words are printed as they are, never read as markup."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

NO_TERMINAL_WIDTH = 100
"""Columns where the output is no terminal and COLUMNS is not set."""


@contextmanager
def drawing(handle: TextIO, width: int | None = None) -> Iterator[Console]:
    """A console that writes to the handle; where that is no terminal, plain text without spaces at line ends."""
    if handle.isatty():
        yield _console(handle, width)
        return
    if width is None and not os.environ.get("COLUMNS"):
        width = NO_TERMINAL_WIDTH
    drawn = io.StringIO()
    yield _console(drawn, width)
    handle.writelines(f"{row.rstrip()}\n" for row in drawn.getvalue().split("\n")[:-1])


def _console(handle: TextIO, width: int | None) -> Console:
    return Console(file=handle, highlight=False, markup=False, emoji=False, width=width)
