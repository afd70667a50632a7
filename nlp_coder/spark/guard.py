"""What leaves a Spark task when it fails: Spark logs a task's error on every machine, and it must not quote a note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Step = Callable[[Iterable[Any]], Iterator[Any]]


class TaskFailed(RuntimeError):
    """A task could not go on. Its words name the kind of the error and nothing of the data."""


def guarded(step: Step) -> Step:
    """The step; an error inside it becomes TaskFailed without the error's own words (they may hold a cell)."""

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        try:
            yield from step(batches)
        except (TaskFailed, GeneratorExit):
            raise
        except Exception as error:
            kind = type(error).__name__
            words = str(error) if kind in ("ModelError", "TableError") else ""  # these are about our own files
            raise TaskFailed(f"{kind} {words}".strip()) from None

    return run
