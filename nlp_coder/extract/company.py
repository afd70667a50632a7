"""What the activities of one sentence say about each other's status.

"She will get shoulder stretching and work-lift training" tells of two things to come, though only the first stands beside
the word that says so. Each status is weighed with those of the sentence, most with its neighbours that no such word parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nlp_coder.company import NEAREST, weighed_with
from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.reading import Reading, part

NEIGHBOUR, SENTENCE = 0.8, 0.2
"""How much the mean log probability of the others counts beside an activity's own (1): the next ones in a list, and the
rest of its sentence. Chosen on statuses predicted for writers not seen: .952 right without, .957 with; 68 mended, 24
spoilt of 8,231."""
HEARD_AT = 0.2
"""Candidates below this probability of being an activity are not heard."""
UNHEARD = 0.05
"""A status that a neighbour all but rules out is held against an activity no more than this."""
_PARTS = re.compile(
    r"[;:.\n\[\]☐☑✓]|\b(?:but|however|instead|then|next|will|not|deferred|declined|held|hep|home|plan|except|although|while|refused)\b",
    re.IGNORECASE,
)
"""What parts two neighbours, so that they share no more than their sentence."""


def in_company(
    reading: Reading,
    every: Sequence[Candidate],
    likely: Sequence[float],
    statuses: Sequence[Mapping[str, float]],
) -> list[Mapping[str, float]]:
    """The statuses of the candidates (in order of start), each weighed with those of its sentence.

    likely: per candidate the probability of being an activity. A status that words decide (probability 1) stays.
    """
    heard = [k for k, p in enumerate(likely) if p >= HEARD_AT]
    sentences = {k: part(reading.cuts.sentences, every[k].start, len(reading.text))[0] for k in heard}
    out = list(statuses)
    for place, k in enumerate(heard):
        if len(statuses[k]) < 2:
            continue
        beside = [
            j for j in heard[max(place - 1, 0) : place + 2]
            if j != k and sentences[j] == sentences[k]
            and not _PARTS.search(reading.text, min(every[j].end, every[k].end), max(every[j].start, every[k].start))
        ]  # fmt: skip
        about = heard[max(place - NEAREST, 0) : place + NEAREST + 1]
        others = [j for j in about if j != k and sentences[j] == sentences[k] and j not in beside]
        if beside or others:
            near, far = [statuses[j] for j in beside], [statuses[j] for j in others]
            out[k] = weighed_with(statuses[k], [(near, NEIGHBOUR), (far, SENTENCE)], UNHEARD)
    return out
