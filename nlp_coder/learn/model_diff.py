"""What changes when another model codes the same notes: activities by status and code, claim lines, ids only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlp_coder.learn.score import match
from nlp_coder.note import CodedNote

NONE = "-"
"""In the place of a code: the activity is not found, or not performed."""


@dataclass
class Difference:
    """changes: (code before, code after) of performed activities -> ids of notes, once for each activity.

    lines: notes whose claim lines differ in codes or units.
    """

    notes: int = 0
    same: int = 0
    changes: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    lines: list[str] = field(default_factory=list)

    def add(self, before: CodedNote, after: CodedNote) -> None:
        """Count one note coded by both models."""
        self.notes += 1
        old, new = _performed(before), _performed(after)
        pairs = match(old, new)
        for i, j in pairs:
            if old[i]["code"] == new[j]["code"]:
                self.same += 1
            else:
                self.changes[old[i]["code"], new[j]["code"]].append(before.id)
        paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
        for i in set(range(len(old))) - paired_old:
            self.changes[old[i]["code"], NONE].append(before.id)
        for j in set(range(len(new))) - paired_new:
            self.changes[NONE, new[j]["code"]].append(before.id)
        if _lines(before) != _lines(after):
            self.lines.append(before.id)

    def ranked(self) -> list[tuple[str, str, list[str]]]:
        """(code before, code after, ids), most frequent first."""
        return sorted(((a, b, ids) for (a, b), ids in self.changes.items()), key=lambda r: (-len(r[2]), r[0], r[1]))


def _performed(note: CodedNote) -> list[Mapping[str, Any]]:
    return [{"start": a.start, "end": a.end, "code": a.code} for a in note.activities if a.status == "performed"]


def _lines(note: CodedNote) -> Iterable[tuple[str, int | None]]:
    return sorted(((x.code, x.units) for x in note.lines), key=str)
