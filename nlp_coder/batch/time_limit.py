"""A limit of time for one piece of work, kept by the system's alarm clock (where the system has one)."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import threading
from collections.abc import Iterator


class OutOfTime(BaseException):
    """The work took too long. No Exception, so that no handler within the work takes it for a fault of its own."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after so many seconds. Without effect on Windows and outside the main thread.

    Regular expressions and Python code are stopped at once; for a library that never looks up there is `last_limit`.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def last_seconds(limit: float) -> float:
    """When a process is given up whose note may take `limit` seconds: the alarm clock has had its chance by then."""
    return 2 * limit + 1


@contextlib.contextmanager
def last_limit(limit: float) -> Iterator[None]:
    """Ends this process where the block takes more than `last_seconds`, even inside a library that never looks up.

    For workers only: their parent replaces them (workers.py).
    """
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(last_seconds(limit), exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
