"""Lists that the tagger took for one phrase: "quad sets, SAQ and heel slides" is three activities.

Each comma, slash, plus, ampersand or "and" inside a tagged phrase is a joint that either parts two activities or belongs
to one compound task ("carrying a tray and turning"). A small logistic regression trained on data/labels decides by
what stands on both sides.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from nlp_coder.extract.lexicon import normal_form
from nlp_coder.extract.reading import Reading

_JOINT = re.compile(
    r"\s*(?:,|;|\s\+\s|\+|\s&\s|&|(?<![wscp])/|\s[-–—]\s)\s*(?:(?:and|then|&)\s+)?|\s+(?:and then|and|then|plus|followed by|as well as)\s+(?:on\s+|with\s+)?",
    re.IGNORECASE,
)
JOINT_ONLY = re.compile(rf"(?:{_JOINT.pattern})", re.IGNORECASE)


MODALITIES_JOINED = re.compile(
    r"\s*(?:w/|with|in combo(?:ination)? with|/|\+|&|and|,|plus|then|followed by)\s*", re.IGNORECASE
)
"""What stands between two modalities that are two activities, whatever else it may be: "IFC w/ MHP"."""


def modality_pairs(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of what joins two modalities next to each other between two offsets, in order.

    Of the lexicon's terms the widest count: "US/ES combo" is one modality of its own.
    """
    places = [
        (reading.offsets[m.start], reading.end_of(m.end - 1))
        for m in reading.terms_inside(start, end)
        if m.term.cls == "modality"
    ]
    widest = sorted({p for p in places if not any(q != p and q[0] <= p[0] and p[1] <= q[1] for q in places)})
    return [
        (a[1], b[0])
        for a, b in itertools.pairwise(widest)
        if a[1] < b[0] and MODALITIES_JOINED.fullmatch(reading.text, a[1], b[0])
    ]


def joints(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every joint in a phrase that has words on both sides."""
    for m in _JOINT.finditer(text):
        if (
            m.start() > 0
            and m.end() < len(text)
            and any(c.isalpha() for c in text[: m.start()])
            and any(c.isalpha() for c in text[m.end() :])
        ):
            yield m.start(), m.end()


def _words(text: str) -> list[str]:
    return [normal_form(w) for w in re.findall(r"[A-Za-z]+|\d+", text)]


def joint_features(reading: Reading, start: int, at: tuple[int, int], end: int) -> list[str]:
    """Features of the joint at offsets `at` inside the phrase start:end of a note (left part, joint, right part)."""
    text, lexicon = reading.text, reading.lexicon
    left, sign, right = text[start : at[0]], re.sub(r"\s+", " ", text[at[0] : at[1]].strip().lower()), text[at[1] : end]
    next_joint = next(iter(joints(right)), None)
    near = right[: next_joint[0]] if next_joint else right
    lw, rw = _words(left), _words(near)
    terms = reading.terms_inside(start, end)
    l_terms = [m.term.cls for m in terms if reading.end_of(m.end - 1) <= at[0]]
    r_terms = [m.term.cls for m in terms if at[1] <= reading.offsets[m.start] < at[1] + len(near)]
    across = any(reading.offsets[m.start] < at[0] and reading.end_of(m.end - 1) > at[1] for m in terms)
    lc, rc = [lexicon.word_class(w) for w in lw], [lexicon.word_class(w) for w in rw]
    l_kind, r_kind = next((c for c in reversed(lc) if c), "n"), next((c for c in rc if c), "n")
    section = reading.layout.section_at(at[0])
    f = [
        "b", "j=" + sign, f"ln={min(len(lw), 5)}", f"rn={min(len(rw), 5)}", f"j|ln|rn={sign}|{min(len(lw), 3)}|{min(len(rw), 3)}",
        "lt=" + str(bool(l_terms)), "rt=" + str(bool(r_terms)), f"lt|rt|j={bool(l_terms)}{bool(r_terms)}{sign}", f"across={across}",
        "lk=" + l_kind, "rk=" + r_kind, f"lk|rk={l_kind}|{r_kind}", f"same={l_kind == r_kind}|{sign}",
        "ll=" + (lw[-1] if lw else ""), "rf=" + (rw[0] if rw else ""), "rl=" + (rw[-1] if rw else ""), "lf=" + (lw[0] if lw else ""),
        "lhead=" + str(bool(lw) and lw[-1] in lexicon.last_words), "rhead=" + str(bool(rw) and rw[-1] in lexicon.last_words),
        f"heads={bool(lw) and lw[-1] in lexicon.last_words}{bool(rw) and rw[-1] in lexicon.last_words}{sign}",
        "ring=" + str(bool(re.match(r"\w+ing\b", near.strip(), re.IGNORECASE))), "ling=" + str(bool(re.match(r"\w+ing\b", left.strip(), re.IGNORECASE))),
        "ings=" + str(bool(re.match(r"\w+ing\b", near.strip(), re.IGNORECASE))) + str(bool(re.match(r"\w+ing\b", left.strip(), re.IGNORECASE))),
        "lw/=" + str(bool(re.search(r"\bw/|\bwith\b|\bwhile\b|\bto\b|\bfrom\b", left))), "rw/=" + str(bool(re.search(r"\bw/|\bwith\b|\bwhile\b", near))),
        "S=" + (section.name if section else "none"), f"caps={near.strip()[:1].isupper()}", f"more={min(sum(1 for _ in joints(text[start:end])), 4)}",
    ]  # fmt: skip
    f += [f"lc={c}" for c in set(l_terms)] + [f"rc={c}" for c in set(r_terms)]
    f += [f"lwx={w}" for w in lw[-3:]] + [f"rwx={w}" for w in rw[:3]]
    return f


def split_spans(
    reading: Reading, spans: list[tuple[int, int]], parts: Callable[[list[str]], bool]
) -> list[tuple[int, int]]:
    """The spans with lists taken apart. parts: whether a joint with these features parts two activities."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        begin = start
        pairs = modality_pairs(reading, start, end)
        told = [(start + a, start + b) for a, b in joints(reading.text[start:end])]
        for at in sorted([*(j for j in told if not any(a < j[1] and j[0] < b for a, b in pairs)), *pairs]):
            if at[0] <= begin:
                continue
            if at in pairs or parts(joint_features(reading, begin, at, end)):
                out.append((begin, at[0]))
                begin = at[1]
        out.append((begin, end))
    return out
