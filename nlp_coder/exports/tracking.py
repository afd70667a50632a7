"""How far a reader has come in its file, for a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO


class Tracker:
    """size: bytes of the file. done: bytes read of it so far."""

    def __init__(self, path: Path) -> None:
        self.size = path.stat().st_size if path.is_file() else 0
        self.done = 0

    def at(self, handle: TextIO) -> None:
        """Note where the handle is."""
        buffer = getattr(handle, "buffer", None)
        buffer = getattr(buffer, "packed", buffer)
        if buffer is not None:
            self.done = min(buffer.tell(), self.size)
