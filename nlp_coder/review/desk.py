"""One reviewer's desk: the notes, what the store knows of them, and everything that can be done to one.

Pages and programs both work through it; it knows nothing of HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from nlp_coder.coder import Coder
from nlp_coder.note import CodedNote
from nlp_coder.recoding import CorrectionError
from nlp_coder.review.agreement import Comparison, compare
from nlp_coder.review.changes import Change, Fields, apply
from nlp_coder.review.draft import Draft, Label, draft_of, first_draft, guide_record, recoded
from nlp_coder.review.open_notes import Holder, OpenNotes
from nlp_coder.review.queue import Filter, Item, queue
from nlp_coder.review.store import LabelStore, Record


class HeldError(Exception):
    """Another reviewer has the note open."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(f"{holder.by} has had this note open since {holder.since}; read it, and change it when they are done")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A note as its page shows it. version: how many records the store has of it (0: as the program coded it)."""

    item: Item
    draft: Draft
    note: CodedNote
    version: int
    can_undo: bool
    history: tuple[Record, ...]
    holder: Holder | None


class Desk:
    """round: `single` (one shared history a note), `blind` (each reviewer alone), `adjudication` (settle blind notes)."""

    def __init__(
        self, items: Sequence[Item], store: LabelStore, coder: Coder, by: str, round: str, session: str,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.items = {i.key: i for i in items}
        self.store = store
        self.by = by
        self.round = round
        self._coder = coder
        self._open = OpenNotes(store, by, session)
        self._clock = clock

    def see(self, key: str, *, take: bool = False) -> Seen:
        """A note as it stands. take: open it for changes, so that other reviewers see that. Raises KeyError, Problem."""
        item = self.items[key]
        self.store.refresh()
        history = self.store.history(key, self.round, self.by)
        holder = self._holder(key, take)
        draft = self._draft(item, history)
        note = item.coded if not history else recoded(self._coder, item.id, item.text, item.context, draft)
        back = history[-1]["review"].get("back") if history else None
        return Seen(item, draft, note, len(history), isinstance(back, int), tuple(history), holder)

    def act(self, key: str, action: str, fields: Fields, seen: int) -> list[Change]:
        """Do something to a note and keep it; seen: the version on which the reviewer decided.

        action: `undo`, or one of `changes.apply`. Raises KeyError, CorrectionError, StaleError, HeldError, Problem.
        """
        item = self.items[key]
        holder = self._holder(key, take=True)
        if holder is not None:
            raise HeldError(holder)
        done: list[Change] = []

        def make(history: list[Record]) -> Record | None:
            draft = self._draft(item, history)
            back: int | None = len(history)
            if action == "undo":
                after, back = self._undone(item, history)
                changes = [Change("undo", None, len(history), history[-1]["review"]["back"])]
            else:
                after, changes = apply(draft, action, fields, item.text, self._coder.codes, self.by, self._now())
            if not changes:
                return None
            done.extend(changes)
            return self._record(item, after, action, changes, len(history), back)

        self.store.append(key, self.round, self.by, seen, make)
        return done

    def settle(self, key: str, labels: Sequence[Label], seen: int) -> None:
        """Adjudicate a note: these labels are its labels. Raises KeyError, CorrectionError, StaleError, Problem."""
        item = self.items[key]
        after = Draft(tuple(sorted(labels, key=lambda x: x.start)), "accepted")
        record = self._record(item, after, "adjudicate", [Change("adjudicate")], seen, seen)
        self.store.append(key, self.round, self.by, seen, lambda _: record)

    def decision(self, item: Item) -> str:
        """What was last decided of a note in this round."""
        history = self.store.history(item.key, self.round, self.by)
        return str(history[-1]["review"]["decision"]) if history else "open"

    def queue(self, wanted: Filter) -> list[Item]:
        """The waiting notes; in adjudication those that two reviewers or more finished blind."""
        self.store.refresh()
        items = list(self.items.values())
        if self.round == "adjudication":
            items = [i for i in items if len(self.finished(i.key)) > 1]
        return queue(items, wanted, self.decision)

    def finished(self, key: str) -> dict[str, Record]:
        """The last records of reviewers who accepted a note blind."""
        return {by: r for by, r in self.store.blind(key).items() if r["review"]["decision"] == "accepted"}

    def comparison(self, key: str) -> Comparison:
        """The blind reviewers' marks of a note side by side."""
        return compare({by: r["activities"] for by, r in sorted(self.finished(key).items())})

    def others(self) -> dict[str, Holder]:
        """Notes that other reviewers have open; none in blind work, which shows nothing of the others."""
        return {} if self.round == "blind" else self._open.others(self._clock())

    def close(self) -> None:
        """Give up what is open."""
        if self.round != "blind":
            self._open.give_up(self._clock())

    def _holder(self, key: str, take: bool) -> Holder | None:
        if self.round == "blind":
            return None
        return self._open.take(key, self._clock()) if take else self.others().get(key)

    def _draft(self, item: Item, history: list[Record]) -> Draft:
        return draft_of(history[-1]) if history else first_draft(item.coded)

    def _undone(self, item: Item, history: list[Record]) -> tuple[Draft, int | None]:
        """(the draft before the last change that still stands, where a further undo leads)."""
        back = history[-1]["review"].get("back") if history else None
        if not isinstance(back, int) or not 0 <= back < len(history):
            raise CorrectionError("undo: there is nothing to undo on this note")
        if back == 0:
            return first_draft(item.coded), None
        return draft_of(history[back - 1]), history[back - 1]["review"].get("back")

    def _record(self, item: Item, draft: Draft, action: str, changes: list[Change], version: int, back: int | None) -> Record:  # fmt: skip
        note = recoded(self._coder, item.id, item.text, item.context, draft)
        setting = item.context.setting
        review: dict[str, Any] = {
            "by": self.by, "at": self._now(), "round": self.round, "action": action, "decision": draft.decision,
            "from": version, "version": version + 1, "back": back,
            "base": dict(item.coded.model), "model": dict(note.model),
            "changes": [c.to_dict() for c in changes],
            "line_minutes": dict(draft.line_minutes),
            "comments": [{"by": c.by, "at": c.at, "words": c.words} for c in draft.comments],
        }  # fmt: skip
        context = replace(item.context, patient_id=None, visit_id=None, therapist_id=None).for_billing()
        return {**guide_record(note, draft, setting), "context": context, "review": review}

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
