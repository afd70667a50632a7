"""Chunks of rows through several processes, results in the order of the rows.

A worker that dies or does not answer in time is replaced; what it worked on is done again alone, then row by row, so
that one poisonous note is found and goes to the errors while every other is coded.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_coder.batch.rendering import Rendering, error_result, too_long
from nlp_coder.batch.time_limit import last_limit, last_seconds
from nlp_coder.exports.note_rows import BadRow, NoteRow

Row = NoteRow | BadRow
Result = dict[str, Any]
CHUNK_ROWS, CHUNK_CHARACTERS = 40, 100_000
START = 120.0
"""Seconds that a worker may take to load the model."""
_coder: Any = None


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in pieces of work: a few dozen, fewer where the notes are long."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row.text) if isinstance(row, NoteRow) else 0
        if len(chunk) >= CHUNK_ROWS or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def begin_worker() -> None:
    """A worker leaves Ctrl-C to its parent, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(chunk: Sequence[Row], rendering: Rendering, model: Path | None) -> list[Result]:
    """The results of a chunk, in a worker: the model is loaded once and kept."""
    global _coder
    if _coder is None:
        from nlp_coder.loaded_to_stay import coder_to_stay

        _coder = coder_to_stay(model)
    return [one(row, rendering, _coder) for row in chunk]


def one(row: Row, rendering: Rendering, coder: Any) -> Result:
    """The result of a row; a row that nothing stops ends the worker."""
    with last_limit(rendering.limit):
        return rendering.result(row, coder)


@dataclass
class _Task:
    chunk: list[Row]
    future: Future[list[Result]] | None


class Workers:
    """A pool of processes. Use as a context manager; leaving it ends them."""

    def __init__(self, jobs: int, rendering: Rendering, model: Path | None) -> None:
        self._jobs, self._rendering, self._model = jobs, rendering, model
        self._pool: Any = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def results(self, rows: Iterable[Row]) -> Iterator[list[Result]]:
        """The results of each chunk in order; at most a few chunks a worker are under way."""
        waiting: deque[_Task] = deque()
        for chunk in chunks(rows):
            waiting.append(_Task(chunk, self._submit(chunk)))
            if len(waiting) >= 3 * self._jobs:
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _first(self, waiting: deque[_Task]) -> list[Result]:
        task = waiting.popleft()
        if task.future is None:
            task.future = self._submit(task.chunk)
        try:
            # those before it in the queue share its worker, so that it may have to wait for them
            return task.future.result(timeout=START + self._rendering.limit * len(task.chunk) * 3)
        except (BrokenExecutor, FutureTimeout):
            self._end()
            results = self._alone(task.chunk)
            for other in waiting:
                if other.future is None or not other.future.done() or other.future.exception() is not None:
                    other.future = None
            return results

    def _alone(self, chunk: list[Row]) -> list[Result]:
        """A chunk that may have ended its worker, by itself; then each of its rows by itself."""
        start = time.monotonic()
        try:
            return self._submit(chunk).result(timeout=START + self._rendering.limit * len(chunk))
        except (BrokenExecutor, FutureTimeout) as error:
            self._end()
            if len(chunk) > 1:
                return [result for row in chunk for result in self._alone([row])]
            slow = isinstance(error, FutureTimeout) or time.monotonic() - start >= last_seconds(self._rendering.limit)
            return [error_result(_poisonous(chunk[0], slow, self._rendering.limit))]

    def _submit(self, chunk: list[Row]) -> Future[list[Result]]:
        if self._pool is None:
            from joblib.externals.loky import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(max_workers=self._jobs, initializer=begin_worker)
        try:
            future: Future[list[Result]] = self._pool.submit(work, chunk, self._rendering, self._model)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        return future

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)
            self._pool = None


def _poisonous(row: Row, slow: bool, limit: float) -> BadRow:
    if isinstance(row, BadRow):
        return row
    if slow:
        return too_long(row, limit)
    what = "ended the process that coded it (it may have run out of memory)"
    return BadRow(row.number, row.id, what, "code it by hand; report it without the note's text")
