"""What a reviewer can do to a draft: each change applied by itself, with what it changed from and to.

A change names its activity by place (`start-end`), so that it never hits another one after someone else's edit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nlp_coder.note import STATUSES, Status
from nlp_coder.recoding import Corrected, CorrectionError, check_activities
from nlp_coder.review.draft import Comment, Draft, Label, with_labels

DECIDES = {"accept": "accepted", "reject": "rejected", "skip": "skipped", "reopen": "open"}
LONGEST_COMMENT = 4000
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed. at: the activity's place, or the code of a line. before/after: plain values."""

    what: str
    at: str | None = None
    before: Any = None
    after: Any = None

    def to_dict(self) -> dict[str, Any]:
        """For the store."""
        return {"what": self.what, "at": self.at, "from": self.before, "to": self.after}


def apply(draft: Draft, action: str, fields: Fields, text: str, codes: frozenset[str], by: str, at: str) -> tuple[Draft, list[Change]]:  # fmt: skip
    """(the draft afterwards, what changed: nothing where the values stand there already).

    action: `edit`, `add`, `delete`, `line_minutes`, `comment`, or one of DECIDES. fields: as the page's forms send
    them. by, at: who and when. Raises CorrectionError naming the field and what to do; nothing is applied then.
    """
    if action in DECIDES:
        decision = DECIDES[action]
        if decision == draft.decision:
            return draft, []
        return replace(draft, decision=decision), [Change("decision", None, draft.decision, decision)]
    if action not in _ACTIONS:
        raise CorrectionError(f"the action is unknown; give one of {', '.join([*_ACTIONS, *DECIDES])}")
    after, changes = _ACTIONS[action](draft, fields, text, by, at)
    spans = [Corrected(x.start, x.end, x.status, x.code, minutes=x.minutes) for x in after.labels]
    check_activities(text, spans, codes)
    for label in after.labels:
        if unknown := [c for c in label.acceptable if c not in codes]:
            raise CorrectionError(f"code {unknown[0][:10]!r} is unknown; `nlp-coder codes` lists the codes")
    return after, changes


def _edit(draft: Draft, fields: Fields, text: str, by: str, at: str) -> tuple[Draft, list[Change]]:
    old = _named(draft, fields)
    new = old
    changes: list[Change] = []

    def change(what: str, before: Any, after: Any, **values: Any) -> None:
        nonlocal new
        if before != after:
            changes.append(Change(what, old.key, before, after))
            new = replace(new, settled=new.settled | {what}, **values)

    if "start" in fields or "end" in fields:
        start, end = trimmed(text, _number(fields, "start", old.start), _number(fields, "end", old.end))
        change("span", [old.start, old.end], [start, end], start=start, end=end)
    if "status" in fields:
        status = _status(fields)
        change("status", old.status, status, status=status)
    if code := fields.get("code", "").strip().upper():
        change("code", old.code, code, code=code, acceptable=(code,))
    if "also" in fields:
        also = tuple(dict.fromkeys([new.code, *fields["also"].upper().replace(",", " ").replace("/", " ").split()]))
        change("also", sorted(new.acceptable), sorted(also), acceptable=also)
    if "minutes" in fields:
        minutes = _minutes(fields)
        change("minutes", old.minutes, minutes, minutes=minutes)
    if not changes:
        return draft, []
    return with_labels(draft, [new if x is old else x for x in draft.labels]), changes


def _add(draft: Draft, fields: Fields, text: str, by: str, at: str) -> tuple[Draft, list[Change]]:
    start, end = trimmed(text, _number(fields, "start", None), _number(fields, "end", None))
    code = fields.get("code", "").strip().upper()
    if not code:
        raise CorrectionError("code: is missing; give the code of the added activity")
    settled = frozenset({"span", "code", "status"}) | ({"minutes"} if fields.get("minutes", "").strip() else set())
    label = Label(start, end, _status(fields), code, (code,), _minutes(fields), settled)
    added = Change("add", label.key, None, {"status": label.status, "code": code, "minutes": label.minutes})
    return with_labels(draft, [*draft.labels, label]), [added]


def _delete(draft: Draft, fields: Fields, text: str, by: str, at: str) -> tuple[Draft, list[Change]]:
    old = _named(draft, fields)
    gone = Change("delete", old.key, {"status": old.status, "code": old.code, "minutes": old.minutes}, None)
    return with_labels(draft, [x for x in draft.labels if x is not old]), [gone]


def _line_minutes(draft: Draft, fields: Fields, text: str, by: str, at: str) -> tuple[Draft, list[Change]]:
    code = fields.get("code", "").strip().upper()
    if not any(x.code == code and x.status == "performed" for x in draft.labels):
        raise CorrectionError("code: no performed activity has it; give a code of the claim")
    minutes = _minutes(fields)
    before = draft.line_minutes.get(code)
    if minutes == before:
        return draft, []
    kept = {c: m for c, m in draft.line_minutes.items() if c != code}
    if minutes is not None:
        kept[code] = minutes
    return replace(draft, line_minutes=kept, decision="open"), [Change("line_minutes", code, before, minutes)]


def _comment(draft: Draft, fields: Fields, text: str, by: str, at: str) -> tuple[Draft, list[Change]]:
    words = fields.get("words", "").strip()
    if not words or len(words) > LONGEST_COMMENT:
        raise CorrectionError(f"words: give a comment of 1 to {LONGEST_COMMENT} characters")
    return replace(draft, comments=(*draft.comments, Comment(by, at, words))), [Change("comment")]


_ACTIONS: dict[str, Callable[[Draft, Fields, str, str, str], tuple[Draft, list[Change]]]] = {
    "edit": _edit,
    "add": _add,
    "delete": _delete,
    "line_minutes": _line_minutes,
    "comment": _comment,
}


def _named(draft: Draft, fields: Fields) -> Label:
    for label in draft.labels:
        if label.key == fields.get("activity"):
            return label
    raise CorrectionError("activity: no activity stands at that place any more; load the note again")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A selection without the white space at its ends."""
    if not 0 <= start < end <= len(text):
        raise CorrectionError(f"start, end: not inside the note of {len(text)} characters; select words of the note")
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise CorrectionError("start, end: hold no words; select the words that name the activity")
    return start, end


def _number(fields: Fields, name: str, default: int | None) -> int:
    word = fields.get(name, "").strip()
    if not word and default is not None:
        return default
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise CorrectionError(f"{name}: is no whole number; give the place in characters, or select words of the note")
    return int(word)


def _minutes(fields: Fields) -> int | None:
    word = fields.get("minutes", "").strip()
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= 4 and int(word) <= 1440):
        raise CorrectionError("minutes: are not whole minutes of a day; give 0 to 1440, or leave it empty")
    return int(word)


def _status(fields: Fields) -> Status:
    word = fields.get("status", "performed").strip()
    if word not in STATUSES:
        raise CorrectionError(f"status: is unknown; give one of {', '.join(STATUSES)}")
    return word
