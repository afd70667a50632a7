"""Result files that are whole or not there: written beside their place under another name, then moved into it.

They hold health information, so that only their owner may read them (mode 0600).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from nlp_coder.exports.text_file import reason
from nlp_coder.problem import Problem


def result_path(path: Path, *, not_over: Path | None = None) -> Path:
    """Where a result will lie, links followed. Raises Problem where nothing can be written there.

    not_over: the input, which a result never replaces.
    """
    place = path.resolve()
    if place.is_dir():
        raise Problem(str(path), "is a folder", "name the file to write in it")
    if place.exists() and not place.is_file():
        raise Problem(str(path), "is no ordinary file", "name a file to write")
    if not place.parent.is_dir():
        raise Problem(str(path), f"there is no folder {place.parent}", "make it first, or name another")
    if not_over is not None and place == not_over.resolve():
        raise Problem(str(path), "is the input itself", "name another file for the output")
    return place


@contextlib.contextmanager
def result_file(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file to write, which takes its place only when the block ends without an error."""
    place = result_path(path)
    try:
        number, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    except OSError as error:
        raise Problem(str(path), f"cannot be written ({reason(error)})", "name a place where you may write") from None
    part = Path(name)
    try:
        with open(number, "w", encoding="utf-8", newline="") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
