"""Activity phrases: a linear-chain CRF over the tokens of each line, fed with what the tables find there.

The lexicon is evidence, not the answer: an exercise nobody listed is found by its dosage, its place in a list under an
intervention heading, its neighbours and its endings. Trained on data/labels (see `nlp_coder.learn`); figures are in
the model card, `nlp-coder train` prints them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Protocol

from nlp_coder.extract.lexicon import normal_form
from nlp_coder.extract.reading import Reading

LABELS = ("O", "B", "I")
_VERBS = frozenset(
    [
        "did",
        "had",
        "has",
        "have",
        "was",
        "were",
        "is",
        "are",
        "will",
        "may",
        "can",
        "could",
        "able",
        "continue",
        "add",
        "plan",
        "practice",
        "perform",
        "complete",
        "do",
        "does",
        "work",
        "worked",
        "began",
        "gave",
        "took",
        "went",
        "began",
        "ran",
        "led",
        "taught",
        "told",
        "said",
        "says",
        "states",
        "reports",
        "wants",
        "goal",
        "next",
    ]
)


class Tagger(Protocol):
    """Anything that labels a sequence of feature lists (python-crfsuite's Tagger does)."""

    def tag(self, xseq: list[list[str]], /) -> list[str]:
        """One label for each item."""
        ...


def _shape(token: str) -> str:
    if token.isdigit():
        return f"d{min(len(token), 5)}"
    if token.replace(".", "").isdigit():
        return "d.d"
    if token.isalpha():
        if token.isupper():
            return f"X{min(len(token), 4)}"
        if token[0].isupper():
            return "Xx"
        return "x"
    if token.isspace():
        return "sp"
    return token[:1]


def _mark(offsets: list[int], n: int, start: int, end: int, into: list[str], word: str, *, bio: bool = False) -> None:
    first = bisect_right(offsets, start) - 1
    if first < 0 or offsets[first] > end:
        return
    i = first
    while i < n and offsets[i] < end:
        if into[i] == "O":
            into[i] = ("B" if i == first else "I") + word if bio else word
        i += 1


def line_features(
    reading: Reading, dropped: frozenset[str] = frozenset()
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """(token indices, their features) of each line that has words.

    dropped: lexicon terms to pass over, so that training meets activities the lexicon does not know.
    """
    tokens, offsets, layout, text = reading.tokens, reading.offsets, reading.layout, reading.text
    n = len(tokens)
    term = ["O"] * n
    code = [""] * n
    for m in reading.terms:
        if m.term.term in dropped:
            continue
        for i in range(m.start, m.end):
            term[i] = ("B" if i == m.start else "I") + m.term.cls
            code[i] = m.term.code
    dose = ["O"] * n
    for t in reading.times:
        _mark(offsets, n, t.start, t.end, dose, "clock" if t.clock else "min")
    for c in layout.codes:
        _mark(offsets, n, c.start, c.end, dose, "code")
    for q in reading.measures:
        _mark(offsets, n, q.start, q.end, dose, q.kind)
    for start, end, name in reading.assistance:
        _mark(offsets, n, start, end, dose, "cue" if name == "cues" else "assist")
    for start, end, _ in reading.devices:
        _mark(offsets, n, start, end, dose, "device")
    cue = ["O"] * n
    for k in reading.cues:
        if k.direction == "forward":
            _mark(offsets, n, k.start, k.end, cue, k.status)
    head = ["O"] * n
    for b in layout.blocks:
        _mark(offsets, n, b.start, b.content, head, "head")
        if b.end > b.content:
            _mark(offsets, n, b.content, b.end, head, "in")
    section = ["none"] * n
    for s in layout.sections:
        first, last = bisect_right(offsets, s.start) - 1, bisect_right(offsets, s.end - 1)
        for i in range(max(first, 0), last):
            section[i] = s.name if offsets[i] >= s.content else s.name + "-head"
    forms = [normal_form(t) for t in tokens]
    known_words = reading.lexicon.words
    word_class = [reading.lexicon.word_class(f) for f in forms]
    sentences, clauses, items = reading.cuts.sentences, reading.cuts.clauses, reading.cuts.items
    sectioned = "y" if any(s.name == "interventions" for s in layout.sections) else "b" if layout.blocks else "n"
    for line in layout.lines:
        a, b = bisect_right(offsets, line.start - 1), bisect_right(offsets, line.end - 1)
        index = [i for i in range(a, b) if not tokens[i].isspace()]
        if not index:
            continue
        words = sum(tokens[i].isalpha() for i in index)
        kind = "long" if words > 25 else "mid" if words > 8 else "short"
        bullet = tokens[index[0]] if not tokens[index[0]].isalnum() else "num" if tokens[index[0]].isdigit() else "word"
        item_no = [bisect_right(items, offsets[i]) for i in index]
        clause_no = [bisect_right(clauses, offsets[i]) for i in index]
        sentence_no = [bisect_right(sentences, offsets[i]) for i in index]
        item_dose: dict[int, set[str]] = {}
        item_terms: dict[int, str] = {}
        clause_dose: dict[int, set[str]] = {}
        for k, i in enumerate(index):
            if dose[i] != "O":
                item_dose.setdefault(item_no[k], set()).add(dose[i])
                clause_dose.setdefault(clause_no[k], set()).add(dose[i])
            if term[i] != "O":
                item_terms.setdefault(item_no[k], term[i][1:])
        features: list[list[str]] = []
        cue_now: dict[int, str] = {}
        first_word: dict[int, str] = {}
        verb: dict[int, str] = {}
        lead = "n"
        for k, i in enumerate(index):
            low = tokens[i].lower()
            if cue[i] != "O":
                cue_now[sentence_no[k]] = cue[i]
            first_word.setdefault(sentence_no[k], low)
            said = verb.get(sentence_no[k], "n")
            if low in _VERBS or (len(low) > 4 and low.endswith("ed") and low.isalpha()):
                verb[sentence_no[k]] = low
            if tokens[i] == ":" and k:
                lead = tokens[index[k - 1]].lower()
            new_item = k == 0 or item_no[k] != item_no[k - 1]
            new_clause = k == 0 or clause_no[k] != clause_no[k - 1]
            place = "c" if new_clause else "i" if new_item else "-"
            doses = item_dose.get(item_no[k], ())
            its_dose = (
                "t" if "min" in doses or "clock" in doses else "d" if {"sets", "reps", "hold"} & set(doses)
                else "l" if doses else "n"
            )  # fmt: skip
            known = "w" if forms[i] in known_words else "u"
            f = [
                "b", "w=" + low, "f=" + forms[i], "p=" + low[:3], "s=" + low[-3:], "sh=" + _shape(tokens[i]),
                "t=" + term[i], "tc=" + code[i], "d=" + dose[i], "c=" + cue[i], "h=" + head[i], "S=" + section[i],
                "pl=" + place, "k=" + known, "pl|k=" + place + known, "S|t=" + section[i] + term[i], "S|w=" + section[i] + low,
                "S|id=" + section[i] + its_dose, "pl|id=" + place + its_dose, "id|k=" + its_dose + known,
                "h|id|pl=" + head[i] + its_dose + place, "cn=" + cue_now.get(sentence_no[k], "O"),
                "cn|t=" + cue_now.get(sentence_no[k], "O") + term[i], "S|h=" + section[i] + head[i],
                "kind|S=" + kind + section[i], "sec=" + sectioned, "sec|S=" + sectioned + section[i],
                "fw=" + first_word[sentence_no[k]], "it=" + item_terms.get(item_no[k], "n"), "bl=" + bullet,
                "wc=" + word_class[i], "wc|S=" + word_class[i] + section[i], "pv=" + said, "pv|wc=" + said + word_class[i],
                "ld=" + lead, "p4=" + low[:4], "s4=" + low[-4:],
                "up|S=" + ("u" if tokens[i].isupper() else "l") + section[i],
            ]  # fmt: skip
            for step, name in ((-2, "-2"), (-1, "-1"), (1, "+1"), (2, "+2")):
                j = k + step
                if 0 <= j < len(index):
                    o = index[j]
                    f += [
                        name + "w=" + tokens[o].lower(),
                        name + "t=" + term[o],
                        name + "wc=" + word_class[o],
                        name + "d=" + dose[o],
                        name + "sh=" + _shape(tokens[o]),
                    ]
                    if step in (-1, 1):
                        f += [
                            name + "f=" + forms[o],
                            name + "w|w=" + tokens[o].lower() + "|" + low,
                            name + "pl=" + ("i" if item_no[j] != item_no[k] else "-"),
                            name + "c=" + cue[o],
                        ]
                        if offsets[o] + len(tokens[o]) == offsets[i] or offsets[i] + len(tokens[i]) == offsets[o]:
                            f.append(name + "glued")
                else:
                    f.append(name + "edge")
            features.append(f)
        yield index, features
    del text


def tag_spans(reading: Reading, tagger: Tagger) -> list[tuple[int, int]]:
    """(start, end) character offsets of the activity phrases of a note, in order, none overlapping."""
    out: list[tuple[int, int]] = []
    for index, features in line_features(reading):
        open_start: int | None = None
        last = 0
        for i, label in zip(index, tagger.tag(features), strict=True):
            if label == "B" or (label == "I" and open_start is None):
                if open_start is not None:
                    out.append((open_start, last))
                open_start = reading.offsets[i]
            elif label == "O" and open_start is not None:
                out.append((open_start, last))
                open_start = None
            if open_start is not None:
                last = reading.end_of(i)
        if open_start is not None:
            out.append((open_start, last))
    return [trimmed for trimmed in (_trimmed(reading.text, *span) for span in out) if trimmed]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without white space and loose signs at its ends, or None where nothing is left."""
    while start < end and text[start] in " \t,;:.-–—•*/&+|":
        start += 1
    while end > start and text[end - 1] in " \t,;:.-–—•*&+|":
        end -= 1
    return (start, end) if end > start and any(c.isalpha() for c in text[start:end]) else None


def gold_labels(reading: Reading, index: list[int], spans: list[tuple[int, int]]) -> list[str]:
    """The labels of a line's tokens for known activity spans (for training)."""
    labels = []
    for i in index:
        start, end = reading.offsets[i], reading.end_of(i)
        label = "O"
        for a, b in spans:
            if a < end and start < b:
                label = "B" if start <= a else "I"
                break
        labels.append(label)
    # a span whose first token is white space or glued begins with its first real token
    for k, label in enumerate(labels):
        if label == "I" and (k == 0 or labels[k - 1] == "O"):
            labels[k] = "B"
    return labels
