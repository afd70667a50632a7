"""The label store: JSON Lines that only grow, one whole labelled note for each thing that a reviewer did.

Safe against a crash at any moment: a record counts once its line is whole and on the disk; the half of a line that a
crash leaves is taken out on the next opening and kept beside the store (`NAME.damaged`). Safe against several reviewers:
every append happens under a lock of the file (`NAME.lock`), after what others appended was read.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from nlp_coder.exports.text_file import reason
from nlp_coder.note import STATUSES
from nlp_coder.problem import Problem
from nlp_coder.review.draft import note_key

Record = dict[str, Any]
PATIENCE = 20.0
"""Seconds that a write waits for another reviewer's write."""


class StaleError(Exception):
    """Somebody else changed the note meanwhile. by, at: who and when last."""

    def __init__(self, by: str, at: str) -> None:
        super().__init__(f"{by} changed this note at {at}; what you see now is the newest, make your change again")
        self.by = by
        self.at = at


class LabelStore:
    """The histories of all notes of a store. Open it with `LabelStore.open`.

    problems: lines that are no records, by number, in words; they are passed over and stay in the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: dict[int, str] = {}
        self.repaired = False
        self._lock = FileLock(f"{path}.lock", timeout=PATIENCE, mode=0o600)
        self._read = 0
        self._lines = 0
        self._histories: dict[str, list[Record]] = {}

    @classmethod
    def open(cls, path: Path) -> LabelStore:
        """The store at a path, made where there is none, mended where a crash left half a line. Raises Problem."""
        if path.is_dir():
            raise Problem(str(path), "is a folder", "name the file of the label store")
        store = cls(path)
        with store.locked():
            try:
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                store._mend()
                store._refresh()
            except OSError as error:
                raise Problem(str(path), f"cannot be used ({reason(error)})", "check the folder and its permissions") from None  # fmt: skip
        return store

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes to the store, or to its reviewers' locks, inside the block. Raises Problem."""
        try:
            with self._lock:
                yield
        except Timeout:
            raise Problem(f"{self.path}.lock", "another reviewer's program holds it", "try again; end that program if it hangs") from None  # fmt: skip
        except OSError as error:
            raise Problem(str(self.path), f"cannot be used ({reason(error)})", "check the disk, the folder and its permissions") from None  # fmt: skip

    def history(self, key: str, round: str, by: str) -> list[Record]:
        """The records of a note (see `note_key`) in one round, oldest first; blind: those of one reviewer only."""
        return [r for r in self._histories.get(key, ()) if _belongs(r, round, by)]

    def blind(self, key: str) -> dict[str, Record]:
        """Each reviewer's last record of a note that was coded blind."""
        return {r["review"]["by"]: r for r in self._histories.get(key, ()) if r["review"]["round"] == "blind"}

    def blind_marks(self) -> list[dict[str, list[Record]]]:
        """Of each note that somebody accepted blind: the activities by reviewer."""
        finished = (
            {by: r["activities"] for by, r in self.blind(key).items() if r["review"]["decision"] == "accepted"}
            for key in self._histories
        )
        return [marks for marks in finished if marks]

    def refresh(self) -> None:
        """Read what others appended. Raises Problem."""
        with self.locked():
            self._mend()
            self._refresh()

    def append(self, key: str, round: str, by: str, seen: int, make: Callable[[list[Record]], Record | None]) -> Record | None:  # fmt: skip
        """Append what `make` builds from the note's history; it may return None for nothing to write.

        seen: the version that the change was made on (0: the note as coded). Raises StaleError where the note went on
        meanwhile, Problem where the disk refuses; the store is then as before.
        """
        with self.locked():
            self._mend()
            self._refresh()
            history = self.history(key, round, by)
            if len(history) != seen:
                last = history[-1]["review"] if history else {"by": "somebody", "at": "an unknown time"}
                raise StaleError(str(last["by"]), str(last["at"]))
            record = make(history)
            if record is None:
                return None
            line = json.dumps(record, ensure_ascii=False, separators=(", ", ": "))
            self._write(line.encode("utf-8", "surrogatepass") + b"\n")
            self._refresh()
        return record

    def _write(self, line: bytes) -> None:
        size = self.path.stat().st_size
        try:
            with open(self.path, "ab", buffering=0) as handle:
                done = 0
                while done < len(line):
                    done += handle.write(line[done:])
                os.fsync(handle.fileno())
        except OSError:
            with contextlib.suppress(OSError):  # the first error is the one to tell; opening mends what is left
                os.truncate(self.path, size)
            raise

    def _mend(self) -> None:
        """Complete or take out a last line without its end: a crash fell into its writing."""
        size = self.path.stat().st_size
        if size == 0:
            return
        with open(self.path, "r+b") as handle:
            handle.seek(-1, os.SEEK_END)
            if handle.read(1) == b"\n":
                return
            whole = _last_line_at(handle, size)
            handle.seek(whole)
            rest = handle.read()
            if isinstance(_parsed(rest), dict):
                handle.seek(0, os.SEEK_END)
                handle.write(b"\n")
            else:
                damaged = self.path.with_name(self.path.name + ".damaged")
                with open(os.open(damaged, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "ab") as kept:
                    kept.write(rest + b"\n")
                    kept.flush()
                    os.fsync(kept.fileno())
                handle.truncate(whole)
                self.repaired = True
            handle.flush()
            os.fsync(handle.fileno())

    def _refresh(self) -> None:
        if self.path.stat().st_size < self._read:  # replaced or cut by somebody: all of it anew
            self._read, self._lines, self._histories, self.problems = 0, 0, {}, {}
        with open(self.path, "rb") as handle:
            handle.seek(self._read)
            for line in handle:
                self._read += len(line)
                self._lines += 1
                if not line.strip():
                    continue
                record = _parsed(line)
                if not _is_record(record):
                    self.problems[self._lines] = "is no record of a label store; it is passed over"
                    continue
                self._histories.setdefault(note_key(record["id"], record["text"]), []).append(record)


def _belongs(record: Record, round: str, by: str) -> bool:
    review = record["review"]
    return bool(review["round"] == round and (round != "blind" or review["by"] == by))


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or not isinstance(record.get("text"), str):
        return False
    review = record.get("review")
    return (
        isinstance(record.get("activities"), list)
        and all(_is_activity(a, len(record["text"])) for a in record["activities"])
        and isinstance(review, dict)
        and all(isinstance(review.get(n), str) for n in ("by", "at", "decision", "round"))
    )


def _is_activity(activity: Any, length: int) -> bool:
    if not isinstance(activity, dict) or not isinstance(activity.get("code"), str):
        return False
    start, end = activity.get("start"), activity.get("end")
    placed = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length
    return placed and activity.get("status") in STATUSES


def _last_line_at(handle: Any, size: int) -> int:
    """Where the last line begins."""
    end = size
    while end > 0:
        begin = max(0, end - (1 << 16))
        handle.seek(begin)
        found = handle.read(end - begin).rfind(b"\n")
        if found >= 0:
            return int(begin + found + 1)
        end = begin
    return 0
