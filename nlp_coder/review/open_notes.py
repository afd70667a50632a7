"""Which reviewer has which note open: shown to the others, so that no two correct the same note at once.

The locks lie beside the store (`NAME.open.json`): keys of notes, names and times, no words of a note. A lock ends with
the reviewer's next note, or by itself after a while without a change.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from nlp_coder.exports.result_file import result_file
from nlp_coder.review.store import LabelStore

HELD = 900.0
"""Seconds that a note stays locked after its reviewer last did something to it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a note open. until: seconds since the epoch."""

    by: str
    until: float

    @property
    def since(self) -> str:
        """When they last touched it, as a local time of day."""
        return time.strftime("%H:%M", time.localtime(self.until - HELD))


class OpenNotes:
    """The locks of one reviewer's program. by: the reviewer; session: a word of their own, so that the same name twice
    is two programs."""

    def __init__(self, store: LabelStore, by: str, session: str) -> None:
        self._store = store
        self._by = by
        self._session = session
        self._path = store.path.with_name(store.path.name + ".open.json")

    def take(self, key: str, now: float) -> Holder | None:
        """Open a note: None where it is ours now, else the other who holds it. Ours from before is given up."""
        with self._store.locked():
            held = self._valid(now)
            other = held.get(key)
            if other is not None and other["session"] != self._session:
                return Holder(str(other["by"]), float(other["until"]))
            held = {k: h for k, h in held.items() if h["session"] != self._session}
            held[key] = {"by": self._by, "session": self._session, "until": now + HELD}
            self._save(held)
        return None

    def others(self, now: float) -> dict[str, Holder]:
        """Notes that others have open."""
        with self._store.locked():
            held = self._valid(now)
        return {k: Holder(str(h["by"]), float(h["until"])) for k, h in held.items() if h["session"] != self._session}

    def give_up(self, now: float) -> None:
        """Close whatever we have open (at the program's end)."""
        with self._store.locked():
            self._save({k: h for k, h in self._valid(now).items() if h["session"] != self._session})

    def _valid(self, now: float) -> dict[str, dict[str, str | float]]:
        held = _read(self._path)
        return {k: h for k, h in held.items() if now < float(h["until"]) <= now + 2 * HELD}

    def _save(self, held: dict[str, dict[str, str | float]]) -> None:
        with result_file(self._path) as handle:
            json.dump(held, handle)


def _read(path: Path) -> dict[str, dict[str, str | float]]:
    """The locks on the disk; a file that cannot be read is no lock: the store's versions still keep changes apart."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(k): {"by": str(h["by"]), "session": str(h["session"]), "until": float(h["until"])}
            for k, h in held.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        path.replace(f"{path}.damaged")
        return {}
