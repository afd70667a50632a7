"""What a long run says while it goes: a bar on a terminal, a plain line now and then elsewhere. Never a word of a note."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlp_coder.batch.run_export import Tally
    from nlp_coder.exports.tracking import Tracker

EVERY = 15.0
"""Seconds between plain lines."""


class Reporter:
    """Says on standard error how a run goes. quiet: only what is urgent."""

    def __init__(self, source: Path, track: Tracker, *, quiet: bool = False) -> None:
        self.track = track
        self._name, self._quiet = source.name, quiet
        self._said: set[str] = set()
        self._bar: Any = None
        self._task: Any = None
        self._start = self._last = time.monotonic()
        self._before: int | None = None

    def say(self, message: str, *, urgent: bool = False) -> None:
        """One line."""
        if urgent or not self._quiet:
            if self._bar is not None:
                self._bar.console.print(message, markup=False, highlight=False, soft_wrap=True)
            else:
                sys.stderr.write(f"{message}\n")

    def say_once(self, message: str) -> None:
        """The columns found: the many files of a folder have them alike."""
        words = message.partition(": ")[2]
        if words not in self._said and len(self._said) < 20:
            self._said.add(words)
            self.say(message)

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the rows are coded."""
        if self._quiet or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as self._bar:
            self._task = self._bar.add_task(self._name, total=self.track.size or None, words="")
            yield
        self._bar = None

    def step(self, tally: Tally) -> None:
        """After each piece of work."""
        now = time.monotonic()
        if self._before is None:
            self._before = tally.rows
        rate = (tally.rows - self._before) / max(now - self._start, 0.001)
        words = f"{tally.rows:,} rows, {rate:.0f}/s, {tally.alerts:,} error alerts, {tally.errors:,} not coded"
        if self._bar is not None:
            self._bar.update(self._task, completed=self.track.done, words=words)
        elif now - self._last >= EVERY:
            self._last = now
            share = self.track.done / self.track.size if self.track.size else 0.0
            left = f", about {(now - self._start) * (1 - share) / share:.0f} s left" if 0 < share < 1 else ""
            self.say(f"{self._name}: {words}{left}")
