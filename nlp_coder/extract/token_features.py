"""What the phrase tagger sees of each token: the word, what the tables found there, and where it stands.

The features come in groups that depend on few things each (the word alone; the word before; the section, heading and
dose at the place ...). A group is named by its kind and what it depends on, so that the tagger may sum the weights of
a group once and look the sum up ever after (`spans.TaggerWeights`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from nlp_coder.extract.layout import Line
from nlp_coder.extract.lexicon import Lexicon, normal_form
from nlp_coder.extract.reading import Reading

Group = tuple[str, ...]
"""(kind, what it depends on ...): names a bundle of features; see `named`."""

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
        "ran",
        "led",
        "taught",
        "told",
        "said",
        "says",
        "reports",
        "states",
        "wants",
        "goal",
        "next",
    ]
)
_EDGE: tuple[Group, ...] = (("edge", "-2"), ("edge", "-1"), ("edge", "+1"), ("edge", "+2"))
_STEPS = ((-2, "-2"), (-1, "-1"), (1, "+1"), (2, "+2"))
_OUT = "O"


def shape(token: str) -> str:
    """The look of a token: digits, capitals, signs."""
    if token.isdigit():
        return f"d{min(len(token), 5)}"
    if token.replace(".", "").isdigit():
        return "d.d"
    if token.isalpha():
        if token.isupper():
            return f"X{min(len(token), 4)}"
        return "Xx" if token[0].isupper() else "x"
    return "sp" if token.isspace() else token[:1]


@dataclass(slots=True)
class Layers:
    """What the tables found at each token of a note, one list a layer."""

    term: list[str]
    code: list[str]
    dose: list[str]
    cue: list[str]
    head: list[str]
    section: list[str]


def layers_of(reading: Reading, dropped: frozenset[str] = frozenset()) -> Layers:
    """The layers of a note. dropped: lexicon terms to pass over, so that training meets what the lexicon does not know."""
    n = len(reading.tokens)
    offsets, layout = reading.offsets, reading.layout
    out = Layers([_OUT] * n, [""] * n, [_OUT] * n, [_OUT] * n, [_OUT] * n, ["none"] * n)
    for m in reading.terms:
        if m.term.term not in dropped:
            for i in range(m.start, m.end):
                out.term[i] = ("B" if i == m.start else "I") + m.term.cls
                out.code[i] = m.term.code
    for t in reading.times:
        _mark(offsets, t.start, t.end, out.dose, "clock" if t.clock else "min")
    for c in layout.codes:
        _mark(offsets, c.start, c.end, out.dose, "code")
    for q in reading.measures:
        _mark(offsets, q.start, q.end, out.dose, q.kind)
    for start, end, name in reading.assistance:
        _mark(offsets, start, end, out.dose, "cue" if name == "cues" else "assist")
    for start, end, _ in reading.devices:
        _mark(offsets, start, end, out.dose, "device")
    for k in reading.cues:
        if k.direction == "forward":
            _mark(offsets, k.start, k.end, out.cue, k.status)
    for block in layout.blocks:
        _mark(offsets, block.start, block.content, out.head, "head")
        if block.end > block.content:
            _mark(offsets, block.content, block.end, out.head, "in")
    for s in layout.sections:
        first, last = bisect_right(offsets, s.start) - 1, bisect_right(offsets, s.end - 1)
        for i in range(max(first, 0), last):
            out.section[i] = s.name if offsets[i] >= s.content else s.name + "-head"
    return out


def _mark(offsets: list[int], start: int, end: int, into: list[str], word: str) -> None:
    i = bisect_right(offsets, start) - 1
    if i < 0 or offsets[i] > end:
        return
    while i < len(into) and offsets[i] < end:
        if into[i] == _OUT:
            into[i] = word
        i += 1


def line_groups(
    reading: Reading, dropped: frozenset[str] = frozenset()
) -> Iterator[tuple[list[int], list[list[Group]]]]:
    """(token indices, the feature groups of each) of every line that has words."""
    layers = layers_of(reading, dropped)
    layout = reading.layout
    sectioned = "y" if any(s.name == "interventions" for s in layout.sections) else "b" if layout.blocks else "n"
    for line in layout.lines:
        first, last = bisect_right(reading.offsets, line.start - 1), bisect_right(reading.offsets, line.end - 1)
        index = [i for i in range(first, last) if not reading.tokens[i].isspace()]
        if index:
            yield index, _groups(reading, layers, line, index, sectioned)


def _groups(reading: Reading, layers: Layers, line: Line, index: list[int], sectioned: str) -> list[list[Group]]:
    tokens, offsets = reading.tokens, reading.offsets
    known_words = reading.lexicon.words
    term, dose, cue, section, head = layers.term, layers.dose, layers.cue, layers.section, layers.head
    low = [tokens[i].lower() for i in index]
    words = sum(t.isalpha() for t in low)
    kind = "long" if words > 25 else "mid" if words > 8 else "short"
    opening = tokens[index[0]]
    bullet = opening if not opening.isalnum() else "num" if opening.isdigit() else "word"
    items, clauses, sentences = (
        [bisect_right(starts, offsets[i]) for i in index]
        for starts in (reading.cuts.items, reading.cuts.clauses, reading.cuts.sentences)
    )
    item_dose: dict[int, set[str]] = {}
    item_term: dict[int, str] = {}
    for k, i in enumerate(index):
        if dose[i] != _OUT:
            item_dose.setdefault(items[k], set()).add(dose[i])
        if term[i] != _OUT:
            item_term.setdefault(items[k], term[i][1:])
    dose_of = {item: _dose_kind(found) for item, found in item_dose.items()}
    cue_now: dict[int, str] = {}
    first_word: dict[int, str] = {}
    verb: dict[int, str] = {}
    lead = "n"
    out: list[list[Group]] = []
    n = len(index)
    for k, i in enumerate(index):
        token, word, sentence = tokens[i], low[k], sentences[k]
        if cue[i] != _OUT:
            cue_now[sentence] = cue[i]
        first_word.setdefault(sentence, word)
        said = verb.get(sentence, "n")
        if word in _VERBS or (len(word) > 4 and word.endswith("ed") and word.isalpha()):
            verb[sentence] = word
        if token == ":" and k:
            lead = low[k - 1]
        place = (
            "c" if k == 0 or clauses[k] != clauses[k - 1] else "i" if items[k] != items[k - 1] else "-"
        )  # fmt: skip
        its_dose = dose_of.get(items[k], "n")
        known = "w" if normal_form(token) in known_words else "u"
        here = section[i]
        groups: list[Group] = [
            ("word", token), ("word in", here, word),
            ("found", term[i], layers.code[i], dose[i], cue[i], head[i], here),
            ("place", place, known, here, its_dose, head[i]),
            ("cue", cue_now.get(sentence, _OUT), term[i]),
            ("line", kind, here, sectioned, bullet, "u" if token.isupper() else "l"),
            ("first", first_word[sentence]), ("item", item_term.get(items[k], "n")), ("lead", lead),
            ("verb", said, token), ("class in", here, token),
        ]  # fmt: skip
        for number, (step, name) in enumerate(_STEPS):
            j = k + step
            if 0 <= j < n:
                o = index[j]
                if number in (1, 2):
                    glued = offsets[o] + len(tokens[o]) == offsets[i] or offsets[i] + len(token) == offsets[o]
                    groups += [
                        ("next word", name, tokens[o]),
                        ("next found", name, term[o], dose[o], cue[o], "i" if items[j] != items[k] else "-", "g" if glued else ""),
                        ("pair", name, low[j], word),
                    ]  # fmt: skip
                else:
                    groups += [("far word", name, tokens[o]), ("far found", name, term[o], dose[o])]
            else:
                groups.append(_EDGE[number])
        out.append(groups)
    return out


def _dose_kind(found: set[str]) -> str:
    if "min" in found or "clock" in found:
        return "t"
    return "d" if found & {"sets", "reps", "hold"} else "l"


def named(group: Group, lexicon: Lexicon) -> list[str]:
    """The names of a group's features."""
    kind = group[0]
    if kind == "word":
        token = group[1]
        low, form = token.lower(), normal_form(token)
        known = "w" if form in lexicon.words else "u"
        return [
            "b", "w=" + low, "f=" + form, "p=" + low[:3], "s=" + low[-3:], "sh=" + shape(token), "k=" + known,
            "wc=" + lexicon.word_class(form), "p4=" + low[:4], "s4=" + low[-4:],
        ]  # fmt: skip
    if kind == "word in":
        return ["S|w=" + group[1] + group[2]]
    if kind == "class in":
        return ["wc|S=" + lexicon.word_class(normal_form(group[2])) + group[1]]
    if kind == "verb":
        return ["pv=" + group[1], "pv|wc=" + group[1] + lexicon.word_class(normal_form(group[2]))]
    if kind == "found":
        _, term, code, dose, cue, head, section = group
        return [
            "t=" + term, "tc=" + code, "d=" + dose, "c=" + cue, "h=" + head, "S=" + section, "S|t=" + section + term,
            "S|h=" + section + head,
        ]  # fmt: skip
    if kind == "place":
        _, place, known, section, dose, head = group
        return [
            "pl=" + place, "pl|k=" + place + known, "S|id=" + section + dose, "pl|id=" + place + dose,
            "id|k=" + dose + known, "h|id|pl=" + head + dose + place,
        ]  # fmt: skip
    if kind == "cue":
        return ["cn=" + group[1], "cn|t=" + group[1] + group[2]]
    if kind == "line":
        _, length, section, sectioned, bullet, case = group
        return ["kind|S=" + length + section, "sec=" + sectioned, "sec|S=" + sectioned + section, "bl=" + bullet,
                "up|S=" + case + section]  # fmt: skip
    if kind in ("first", "item", "lead"):
        return [{"first": "fw=", "item": "it=", "lead": "ld="}[kind] + group[1]]
    step = group[1]
    if kind in ("next word", "far word"):
        token = group[2]
        form = normal_form(token)
        names = [step + "w=" + token.lower(), step + "wc=" + lexicon.word_class(form), step + "sh=" + shape(token)]
        return [*names, step + "f=" + form] if kind == "next word" else names
    if kind == "far found":
        return [step + "t=" + group[2], step + "d=" + group[3]]
    if kind == "next found":
        _, _, term, dose, cue, place, glued = group
        names = [step + "t=" + term, step + "d=" + dose, step + "c=" + cue, step + "pl=" + place]
        return [*names, step + "glued"] if glued else names
    if kind == "pair":
        return [step + "w|w=" + group[2] + "|" + group[3]]
    return [step + "edge"]


def line_features(
    reading: Reading, dropped: frozenset[str] = frozenset()
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """(token indices, their feature names) of each line that has words: what the tagger is trained on."""
    for index, groups in line_groups(reading, dropped):
        yield index, [[name for group in one for name in named(group, reading.lexicon)] for one in groups]
