"""What a run has done so far, kept beside its output, so that a run that was cut off can go on where it stopped.

The journal is a row of frames: length, checksum, and a packed list of results in the order of the rows. A frame that was
cut off is dropped when it is opened again. The output is made from the journal when all rows are done, so that it is the same however
often the run was cut off. Only its owner may read it; it is removed when the output is in its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from nlp_coder.exports.text_file import reason
from nlp_coder.problem import Problem

_HEAD = struct.Struct("<4sII")
_MARK = b"nlpc"


def journal_path(output: Path) -> Path:
    """Where the journal of an output lies."""
    place = output.resolve()
    return place.with_name(f".{place.name}.unfinished")


class Journal:
    """done: rows that the journal holds. Only one run may hold it at a time."""

    def __init__(self, output: Path, settings: Mapping[str, Any], *, resume: bool, restart: bool) -> None:
        """Opens the journal, anew or where it stopped. Raises Problem where it cannot be written or does not fit.

        settings: what decides the output (input, options, versions); a run with others cannot go on.
        """
        self.output, self.path, self.done = output, journal_path(output), 0
        try:
            number = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise Problem(
                str(output), f"cannot be written ({reason(error)})", "name a place where you may write"
            ) from None
        self._handle: BinaryIO = os.fdopen(number, "r+b", buffering=0)
        _lock(self._handle, output)
        _clear_leftovers(output)
        head = next(self._frames(), None)
        if head is not None and not resume and not restart:
            self._handle.close()
            raise Problem(
                str(output), "a run that was cut off lies beside it",
                "give --resume to go on with it, or --restart to begin anew",
            )  # fmt: skip
        settings = json.loads(json.dumps(settings))
        if head is not None and resume and not restart:
            if head != settings:
                changed = sorted(k for k in {*head, *settings} if head.get(k) != settings.get(k))
                self._handle.close()
                raise Problem(
                    str(output), f"the run cannot go on: {', '.join(changed)} changed since",
                    "give what it began with, or --restart to begin anew",
                )  # fmt: skip
            end = start = _frame_end(self._handle, 0)
            for results, after in self._frames_from(start):
                self.done += len(results)
                end = after
            self._handle.truncate(end)
            self._handle.seek(end)
        else:
            self._handle.truncate(0)
            self._handle.seek(0)
            self._write(settings)

    def add(self, results: list[dict[str, Any]]) -> None:
        """Keep the results of further rows. Raises OSError where the disk is full."""
        self._write(results)
        self.done += len(results)

    def results(self) -> Iterator[dict[str, Any]]:
        """All results in the order of their rows."""
        for results, _ in self._frames_from(_frame_end(self._handle, 0)):
            yield from results

    def close(self, *, remove: bool) -> None:
        """Let go of the journal; remove it where the output is done."""
        if remove:
            self.path.unlink(missing_ok=True)
        self._handle.close()

    def _write(self, content: object) -> None:
        packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 1)
        frame = _HEAD.pack(_MARK, len(packed), zlib.crc32(packed)) + packed
        start = self._handle.tell()
        view = memoryview(frame)
        try:
            while view:
                view = view[self._handle.write(view) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._handle.truncate(start)
                self._handle.seek(start)
            raise

    def _frames(self) -> Iterator[Any]:
        for content, _ in self._frames_from(0):
            yield content

    def _frames_from(self, start: int) -> Iterator[tuple[Any, int]]:
        """(content, where the frame ends) of each sound frame."""
        while True:
            self._handle.seek(start)
            content, end = _frame(self._handle, start)
            if end == start:
                return
            yield content, end
            start = end


def _frame(handle: BinaryIO, start: int) -> tuple[Any, int]:
    head = handle.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None, start
    mark, length, checksum = _HEAD.unpack(head)
    if mark != _MARK:
        return None, start
    packed = b""
    while len(packed) < length and (part := handle.read(length - len(packed))):
        packed += part
    if len(packed) < length or zlib.crc32(packed) != checksum:
        return None, start
    return json.loads(zlib.decompress(packed)), start + _HEAD.size + length


def _frame_end(handle: BinaryIO, start: int) -> int:
    handle.seek(start)
    return _frame(handle, start)[1]


def _clear_leftovers(output: Path) -> None:
    """Remove what a run that was killed while it wrote has left beside its output. Only for the run that holds the lock."""
    place = output.resolve()
    ours = re.compile(rf"\.{re.escape(place.name)}(\.errors\.csv|\.left_out\.csv)?\.[a-z0-9_]{{8}}\.part")
    for left in place.parent.iterdir():
        if ours.fullmatch(left.name):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)


def _lock(handle: BinaryIO, output: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: an open file cannot be replaced there, which keeps two runs apart well enough
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise Problem(str(output), "another run is writing it", "wait for it, or name another output") from None
