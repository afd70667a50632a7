"""A clinic's history as weak labels: a note's billed codes settle which code an activity of doubt most likely has.

Billed codes are of the whole note, so they say nothing of where an activity stands or of its status: they teach the code
model alone, and count little. The model in use finds the activities; of the codes it holds possible for one, the
billed ones are kept, the likeliest first. An activity none of whose codes was billed teaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nlp_coder.coder import Coder
from nlp_coder.note import VisitContext

WEIGHT = 0.2
"""What an activity labelled by its note's billed codes counts beside one labelled by a person (our own choice)."""
POSSIBLE = 0.05
"""A code is possible for an activity from this probability on."""


def weak_records(history: Iterable[Mapping[str, Any]], coder: Coder) -> list[dict[str, Any]]:
    """Records with the activities that a note's billed codes settle; notes without any are left out.

    history: notes with `text` and `billed` (see `label_input`).
    """
    out = []
    for record in history:
        billed = {str(b["code"]) for b in record["billed"]}
        given = {k: record.get(k) for k in ("discipline", "unit_rule")}
        note = coder.code(record["text"], context=VisitContext.from_dict(given))
        activities = []
        for a in note.activities:
            likely = [(a.code, a.confidence), *((o.code, o.confidence) for o in a.alternatives)]
            codes = [c for c, p in likely if c in billed and p >= POSSIBLE]
            if a.status == "performed" and codes:
                activities.append({"quote": a.quote, "start": a.start, "end": a.end, "status": a.status,
                                   "code": codes[0], "acceptable": codes})  # fmt: skip
        if activities:
            out.append({"text": record["text"], "discipline": note.discipline, "activities": activities})
    return out
