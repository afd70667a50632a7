"""The codes of phrases found in labelled notes, weighed with those told together with them, as the program does it."""

from __future__ import annotations

from collections.abc import Sequence

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.classify.company import Ranked, weighed_together
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.roles import time_uses
from nlp_coder.extract.times.use import Placed, told_together
from nlp_coder.learn.teach_codes import Example
from nlp_coder.learn.teach_verdict import Judged, Opinion


def found_in_company(
    readings: Sequence[Reading],
    judged: Sequence[Judged],
    opinions: Sequence[Opinion],
    found: Sequence[Example],
    ranked: Sequence[Ranked],
) -> list[Ranked]:
    """The codes of each phrase of `found` (see `answers.kept_spans`) after its note's company.

    ranked: what each says alone. The notes' times are read with these codes, as the program reads them first.
    """
    timed = frozenset(code for code, rule in load_rulebook().codes.items() if rule.timed)
    out: list[Ranked] = []
    first = 0
    while first < len(found):
        record = found[first].record
        kept = opinions[record].kept()
        mine = ranked[first : first + len(kept)]
        candidates = [judged[record].candidates[k] for k in kept]
        placed = [
            Placed(c.start, c.end, max(s, key=s.__getitem__) == "performed", r[0][0], r[0][0] not in timed)
            for c, s, r in zip(candidates, (opinions[record].statuses[k] for k in kept), mine, strict=True)
        ]
        together = told_together(time_uses(readings[record], placed))
        lines = [readings[record].layout.line_at(c.start).start for c in candidates]
        out += weighed_together(mine, together, lines, {})
        first += len(kept)
    return out
