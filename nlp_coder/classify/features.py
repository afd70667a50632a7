"""Features of a described activity for the linear model: its words, their pieces, its surroundings, and what the tables say.

The therapist's own heading and code are left out on purpose: the model judges the description alone, so that a code
that contradicts it can be noticed; `weigh` brings the heading in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

from nlp_coder.classify.described import Described
from nlp_coder.extract.lexicon import normal_form
from nlp_coder.note import Evidence

_WORD = re.compile(r"[A-Za-z]+|\d+|//|[#/]")


def words_of(text: str) -> list[str]:
    """Normal forms of the words of a phrase; numbers count as one word."""
    return ["0" if w.isdigit() else normal_form(w) for w in _WORD.findall(text)]


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...]:
    """The features of a word's pieces of three to five letters."""
    padded = f"<{word}>"
    return tuple(f"g:{padded[i : i + n]}" for n in (3, 4, 5) for i in range(len(padded) - n + 1))


def code_features(activity: Described, votes: Sequence[Evidence]) -> list[str]:
    """Feature names of one activity; each counts once. votes: what the coding rules say."""
    words = words_of(activity.phrase)
    f = {"bias"}
    f.update(f"w:{w}" for w in words)
    f.update(f"2:{a}_{b}" for a, b in itertools.pairwise(words))
    if words:
        f.update((f"first:{words[0]}", f"last:{words[-1]}", f"len:{min(len(words), 6)}"))
    f.update(*map(_pieces, set(words)))
    place = activity.item.find(activity.phrase)
    before = words_of(activity.item[:place])[-5:] if place > 0 else []
    after = words_of(activity.item[place + len(activity.phrase) :])[:14] if place >= 0 else []
    f.update(f"c:{w}" for w in before + after)
    f.update(f"c2:{a}_{b}" for a, b in itertools.pairwise(after))
    f.update(f"cls:{c}" for c in activity.classes)
    f.update(f"tr:{t}" for t in activity.trains)
    if activity.lexicon_code:
        f.update((f"lex:{activity.lexicon_code}", *(f"also:{c}" for c in activity.lexicon_also)))
    else:
        f.add("lex:none")
    f.update(f"pur:{p}" for p in activity.purposes)
    f.update(f"pur|cls:{p}|{c}" for p in activity.purposes for c in activity.classes)
    if not activity.purposes:
        f.add("pur:none")
    f.add("sec:" + activity.section)
    f.add("disc:" + (activity.discipline or "?"))
    if activity.discipline:
        f.update(f"disc|cls:{activity.discipline}|{c}" for c in activity.classes)
    if activity.group:
        f.add("group")
    best: dict[str, float] = {}
    for vote in votes:
        best[vote.code] = best.get(vote.code, 0.0) + vote.weight
    for code, weight in best.items():
        f.update((f"rule:{code}", f"rule:{code}:{min(int(weight * 2), 4)}"))
    if best:
        f.add("top:" + max(best, key=lambda c: (best[c], c)))
    return sorted(f)
