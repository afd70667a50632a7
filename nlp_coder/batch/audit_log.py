"""The audit log: who ran what, when, on which input, with what outcome. Lines are only ever added, and hold no note text.

Each run is one `begin`, an `ids` line for every ID_ROWS ids and one `end`, tied by `run`; a run that was killed has no
`end`. The file is its owner's alone (0600) and two writers take turns (a lock for each line).
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlp_coder.exports.text_file import CHUNK, open_binary, reason
from nlp_coder.problem import Problem
from nlp_coder.version import __version__

ID_ROWS = 1000
"""Ids on one line of the log, and the most that are kept in memory."""


class AuditLog:
    """One run's entries. Without a path nothing is written."""

    def __init__(self, path: Path | None, command: str) -> None:
        self._path = path
        self._same = {"run": uuid.uuid4().hex, "command": command}
        self._ids: list[str] = []
        self._outcome: Counter[str] = Counter()

    def begin(self, inputs: Iterable[Path | bytes], versions: Mapping[str, str]) -> None:
        """The run begins. inputs: files, or the bytes of standard input. Raises Problem where nothing can be written."""
        if self._path is not None:
            digests = [_input(i) for i in inputs]
            self._write("begin", who=_user(), inputs=digests, versions={"program": __version__, **versions})

    def done(self, id: object, alerts: Iterable[Mapping[str, Any]] = ()) -> None:
        """One more note or record has its result."""
        self._outcome["done"] += 1
        self._outcome.update(f"{a['severity']} {a['kind']}" for a in alerts)
        self._add(id)

    def refused(self, id: object) -> None:
        """One more row could not be coded."""
        self._outcome["refused"] += 1
        self._add(id)

    def end(self, status: int, error: str | None = None) -> None:
        """The run ends. error: the kind of a failure, never its words."""
        self._flush()
        more = {} if error is None else {"error": error}
        self._write("end", outcome=dict(sorted(self._outcome.items())), status=status, **more)

    def _add(self, id: object) -> None:
        self._ids.append(str(id))
        if len(self._ids) >= ID_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._ids:
            self._write("ids", ids=self._ids)
            self._ids = []

    def _write(self, event: str, **fields: Any) -> None:
        if self._path is None:
            return
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"when": when, "event": event, **self._same, **fields}) + "\n"
        try:
            number = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                with _locked(number):
                    data = line.encode()
                    while data:
                        data = data[os.write(number, data) :]
            finally:
                os.close(number)
        except OSError as error:
            raise Problem(
                str(self._path), f"cannot be written ({reason(error)})", "name a log file of your own"
            ) from None


@contextmanager
def audit_log(path: Path | None, command: str, *, not_over: Iterable[Path | None] = ()) -> Iterator[AuditLog]:
    """The log of one run, closed with the run's exit status whatever happens. not_over: files that are no log.

    Raises Problem where the log is one of them: a run that shall be logged does not run without it.
    """
    if path is not None and any(p is not None and p.resolve() == path.resolve() for p in not_over):
        raise Problem(str(path), "is the input or the output itself", "name another file for the log")
    log = AuditLog(path, command)
    try:
        yield log
    except BaseException as error:
        status = getattr(error, "exit_code", getattr(error, "code", 2))
        ended = type(error).__name__ in ("Exit", "SystemExit")
        log.end(status if isinstance(status, int) else 2, None if ended else type(error).__name__)
        raise
    log.end(0)


def _input(source: Path | bytes) -> dict[str, Any]:
    total = hashlib.sha256()
    if isinstance(source, bytes):
        total.update(source)
        return {"name": "-", "bytes": len(source), "sha256": total.hexdigest()}
    size = 0
    with open_binary(source) as handle:
        while chunk := handle.read(CHUNK):
            total.update(chunk)
            size += len(chunk)
    return {"name": source.name, "bytes": size, "sha256": total.hexdigest()}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


@contextmanager
def _locked(number: int) -> Iterator[None]:
    """The file locked against other writers while the block runs."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(number, fcntl.LOCK_UN)
