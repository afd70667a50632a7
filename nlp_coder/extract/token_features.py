"""What the phrase tagger sees of each token: the word, what the tables found there, and where it stands.

The features come in groups that depend on few things each (the word alone; the word before; the section, heading and
dose at the place ...). A `Book` turns each group into whatever its reader needs, once, and looks it up ever after: the
names themselves where the tagger is taught, the row with their summed weights where it is applied (`spans.TaggerWeights`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from nlp_coder.extract.layers import OUT, Layers, layers_of
from nlp_coder.extract.lexicon import Lexicon, normal_form
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.shorthand import BULLET_SIGN, BULLETS

V = TypeVar("V")
_VERBS = frozenset((
    "did", "had", "has", "have", "was", "were", "is", "are", "will", "may", "can", "could", "able", "continue", "add",
    "plan", "practice", "perform", "complete", "do", "does", "work", "worked", "began", "gave", "took", "went", "ran",
    "led", "taught", "told", "said", "says", "reports", "states", "wants", "goal", "next",
    "required", "requires", "needed", "needs", "completed", "completes", "performed", "performs", "participated", "engaged",
    "tolerated", "demonstrated", "demonstrates", "instructed", "educated", "received", "receives", "provided", "applied",
    "used", "utilized", "ambulated", "ambulates", "transferred", "transfers", "walked", "mobilised", "mobilized", "stood",
    "addressed", "focused", "focus", "included", "includes", "consisted", "progressed", "introduced", "trialled", "trialed",
    "presents", "presented", "continues", "continued", "denies", "reported", "improve", "increase", "facilitated",
    "assisted", "attempted", "declined", "recommend", "recommended", "should", "would", "must", "unable", "limited",
))  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Word(Generic[V]):
    """What depends on a token's text alone. known: w or u; own: its features; steps: those it has for the token two
    after, one after, one before and two before it."""

    low: str
    known: str
    cls: str
    case: str
    alpha: bool
    verb: bool
    own: V
    steps: tuple[V, V, V, V]


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """What depends on what the tables found at a token: its own features, and those it has for the tokens around it.

    Those for the tokens right beside it also depend on what parts the two: 0 nothing, 1 they are glued, 2 an item begins, 3 both.
    """

    section: str
    own: V
    far: tuple[V, V]
    before: tuple[V, V, V, V]
    after: tuple[V, V, V, V]


class _Kept(dict[Any, V]):
    """A dict that makes what it lacks."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Any], V]) -> None:
        self._make = make

    def __missing__(self, key: Any) -> V:
        value = self[key] = self._make(key)
        return value


class Book(Generic[V]):
    """Every group of features met so far, as what `take` makes of its names. Each attribute is a dict by what the group
    depends on; it makes the groups it lacks."""

    def __init__(self, take: Callable[[Sequence[str]], V], lone: Mapping[str, V], lexicon: Lexicon) -> None:
        """take: what is made of a group's names. lone: the same for a name that is a group of its own; these are many,
        so they are not kept."""
        self.lexicon = lexicon
        self.lone = lone
        self.nothing = take(())
        self.edges = tuple(lone[step + "edge"] for step in ("-2", "-1", "+1", "+2"))
        self.words: _Kept[Word[V]] = _Kept(lambda token: _word(token, lexicon, take))
        self.found: _Kept[Found[V]] = _Kept(lambda key: _found(key, take))
        self.places: _Kept[V] = _Kept(lambda key: take(_place_names(*key)))
        self.cues: _Kept[V] = _Kept(lambda key: take(("cn=" + key[0], "cn|t=" + key[0] + key[1])))
        self.lines: _Kept[V] = _Kept(lambda key: take(_line_names(*key)))
        self.verbs: _Kept[V] = _Kept(lambda key: take(("pv=" + key[0], "pv|wc=" + key[0] + key[1])))

    def __len__(self) -> int:
        """How many groups are kept."""
        return sum(len(kept) for kept in vars(self).values() if isinstance(kept, _Kept))


def _word(token: str, lexicon: Lexicon, take: Callable[[Sequence[str]], V]) -> Word[V]:
    low, form, look = token.lower(), normal_form(token), shape(token)
    known, cls = "w" if form in lexicon.words else "u", lexicon.word_class(form)
    own = (
        "b", "w=" + low, "f=" + form, "p=" + low[:3], "s=" + low[-3:], "sh=" + look, "k=" + known, "wc=" + cls,
        "p4=" + low[:4], "s4=" + low[-4:],
    )  # fmt: skip

    def seen(step: str) -> V:
        names = [step + "w=" + low, step + "wc=" + cls, step + "sh=" + look]
        return take([*names, step + "f=" + form] if step[1] == "1" else names)

    verb = low in _VERBS or (len(low) > 4 and low.endswith("ed") and low.isalpha())
    steps = (seen("-2"), seen("-1"), seen("+1"), seen("+2"))
    return Word(low, known, cls, "u" if token.isupper() else "l", low.isalpha(), verb, take(own), steps)


def _found(key: tuple[str, ...], take: Callable[[Sequence[str]], V]) -> Found[V]:
    term, code, dose, cue, head, section = key
    own = (
        "t=" + term, "tc=" + code, "d=" + dose, "c=" + cue, "h=" + head, "S=" + section, "S|t=" + section + term,
        "S|h=" + section + head,
    )  # fmt: skip

    def beside(step: str) -> tuple[V, V, V, V]:
        names = (step + "t=" + term, step + "d=" + dose, step + "c=" + cue)
        same, other, glued = step + "pl=-", step + "pl=i", step + "glued"
        return take((*names, same)), take((*names, same, glued)), take((*names, other)), take((*names, other, glued))

    far = (take(("-2t=" + term, "-2d=" + dose)), take(("+2t=" + term, "+2d=" + dose)))
    return Found(section, take(own), far, beside("-1"), beside("+1"))


def _place_names(place: str, known: str, section: str, dose: str, head: str) -> tuple[str, ...]:
    return (
        "pl=" + place, "pl|k=" + place + known, "S|id=" + section + dose, "pl|id=" + place + dose, "id|k=" + dose + known,
        "h|id|pl=" + head + dose + place,
    )  # fmt: skip


def _line_names(length: str, sectioned: str, bullet: str, section: str, case: str) -> tuple[str, ...]:
    return (
        "kind|S=" + length + section, "sec=" + sectioned, "sec|S=" + sectioned + section, "bl=" + bullet,
        "up|S=" + case + section,
    )  # fmt: skip


def note_columns(reading: Reading, layers: Layers, book: Book[V]) -> tuple[list[list[int]], list[list[V]]]:
    """(the token indices of every line that has words, the groups: one list a kind, one entry a token of those lines)."""
    layout, offsets, tokens = reading.layout, reading.offsets, reading.tokens
    sectioned = "y" if any(s.name == "interventions" for s in layout.sections) else "b" if layout.blocks else "n"
    found = [
        book.found[key]
        for key in zip(layers.term, layers.code, layers.dose, layers.cue, layers.head, layers.section, strict=True)
    ]
    spaces = [t.isspace() for t in tokens]
    places = np.array(offsets)
    begins = np.searchsorted(places, [line.start for line in layout.lines])
    ends = np.searchsorted(places, [line.end for line in layout.lines])
    parts = [np.searchsorted(starts, places, side="right").tolist() for starts in reading.cuts.levels]
    lines: list[list[int]] = []
    columns: list[list[V]] = [[] for _ in range(21)]
    for first, last in zip(begins.tolist(), ends.tolist(), strict=True):
        index = [i for i in range(first, last) if not spaces[i]]
        if index:
            lines.append(index)
            for column, more in zip(columns, _line(reading, book, layers, found, parts, index, sectioned), strict=True):
                column += more
    return lines, columns


def _line(
    reading: Reading, book: Book[V], layers: Layers, found: Sequence[Found[V]], parts: Sequence[Sequence[int]],
    index: Sequence[int], sectioned: str,
) -> list[list[V]]:  # fmt: skip
    """The groups of one line's tokens, one list a kind."""
    offsets, n = reading.offsets, len(index)
    tokens = [reading.tokens[i] for i in index]
    if tokens[0] in BULLETS:  # "-", "*" and the others are one sign, whoever writes them
        tokens[0] = BULLET_SIGN
    words = [book.words[t] for t in tokens]
    sites = [found[i] for i in index]
    low = [w.low for w in words]
    sentences, clauses, items = ([level[i] for i in index] for level in parts)
    count = sum(w.alpha for w in words)
    opening = tokens[0]
    bullet = opening if not opening.isalnum() else "num" if opening.isdigit() else "word"
    line = ("long" if count > 25 else "mid" if count > 8 else "short", sectioned, bullet)
    doses, terms = _of_items(layers, index, items)
    item_doses = [doses.get(item, "n") for item in items]
    news = [a != b for a, b in itertools.pairwise(items)]
    between = [
        (2 if new else 0) + (offsets[i] + len(token) == offsets[j])
        for new, (i, j), token in zip(news, itertools.pairwise(index), tokens, strict=False)
    ]
    places = ["c"] + [
        "c" if a != b else "i" if new else "-" for (a, b), new in zip(itertools.pairwise(clauses), news, strict=True)
    ]
    cues, firsts, leads, verbs = _said_before(book, layers, index, tokens, words, sentences)
    no, (edge_2, edge_1, edge1, edge2) = book.nothing, book.edges
    edge_2s, edge2s = [edge_2] * min(n, 2), [edge2] * min(n, 2)
    sections = [s.section for s in sites]
    of_line = {key: book.lines[(*line, *key)] for key in {(s, w.case) for s, w in zip(sections, words, strict=True)}}
    lone, places_of = book.lone, book.places
    return [
        [w.own for w in words],
        [lone["S|w=" + s + word] for s, word in zip(sections, low, strict=True)],
        [s.own for s in sites],
        [
            places_of[place, w.known, s, dose, layers.head[i]]
            for place, w, s, dose, i in zip(places, words, sections, item_doses, index, strict=True)
        ],
        cues,
        [of_line[s, w.case] for s, w in zip(sections, words, strict=True)],
        firsts,
        [lone["it=" + terms.get(item, "n")] for item in items] if terms else [lone["it=n"]] * n,
        leads,
        verbs,
        [lone["wc|S=" + w.cls + s] for w, s in zip(words, sections, strict=True)],
        # two tokens before, one before, one after, two after
        edge_2s + [w.steps[0] for w in words[:-2]],
        [no] * len(edge_2s) + [s.far[0] for s in sites[:-2]],
        [edge_1] + [w.steps[1] for w in words[:-1]],
        [no] + [s.before[gap] for s, gap in zip(sites, between, strict=False)],
        [no] + [lone["-1w|w=" + a + "|" + b] for a, b in itertools.pairwise(low)],
        [w.steps[2] for w in words[1:]] + [edge1],
        [s.after[gap] for s, gap in zip(sites[1:], between, strict=True)] + [no],
        [lone["+1w|w=" + b + "|" + a] for a, b in itertools.pairwise(low)] + [no],
        [w.steps[3] for w in words[2:]] + edge2s,
        [s.far[1] for s in sites[2:]] + [no] * len(edge2s),
    ]


def _of_items(layers: Layers, index: Sequence[int], items: Sequence[int]) -> tuple[dict[int, str], dict[int, str]]:
    """(item -> the kind of its dosage, item -> the class of its first term), for those that have one."""
    doses: dict[int, set[str]] = {}
    terms: dict[int, str] = {}
    for i, item in zip(index, items, strict=True):
        if layers.dose[i] != OUT:
            doses.setdefault(item, set()).add(layers.dose[i])
        if layers.term[i] != OUT:
            terms.setdefault(item, layers.term[i][1:])
    return {item: _dose_kind(kinds) for item, kinds in doses.items()}, terms


def _dose_kind(found: set[str]) -> str:
    if "min" in found or "clock" in found:
        return "t"
    return "d" if found & {"sets", "reps", "hold"} else "l"


def _said_before(
    book: Book[V], layers: Layers, index: Sequence[int], tokens: Sequence[str], words: Sequence[Word[V]], sentences: Sequence[int]
) -> tuple[list[V], list[V], list[V], list[V]]:  # fmt: skip
    """What each token's sentence or line has said up to it: the last cue, its first word, the last lead, the last verb."""
    cues: list[V] = []
    firsts: list[V] = []
    leads: list[V] = []
    verbs: list[V] = []
    here, now, verb = -1, OUT, "n"
    first, lead = book.nothing, book.lone["ld=n"]
    for k, (i, word, sentence) in enumerate(zip(index, words, sentences, strict=True)):
        if sentence != here:
            here, now, verb, first = sentence, OUT, "n", book.lone["fw=" + word.low]
        if layers.cue[i] != OUT:
            now = layers.cue[i]
        cues.append(book.cues[now, layers.term[i]])
        firsts.append(first)
        verbs.append(book.verbs[verb, word.cls])
        if word.verb:
            verb = word.low
        if tokens[k] == ":" and k:
            lead = book.lone["ld=" + words[k - 1].low]
        leads.append(lead)
    return cues, firsts, leads, verbs


class _Alone(dict[str, Sequence[str]]):
    """Each name as a group of its own."""

    def __missing__(self, name: str) -> Sequence[str]:
        return (name,)


def line_features(
    reading: Reading, dropped: frozenset[str] = frozenset()
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """(token indices, their feature names) of each line that has words: what the tagger is trained on."""
    book: Book[Sequence[str]] = Book(tuple, _Alone(), reading.lexicon)
    lines, columns = note_columns(reading, layers_of(reading, dropped), book)
    tokens = [[name for group in groups for name in group] for groups in zip(*columns, strict=True)]
    at = 0
    for index in lines:
        yield index, tokens[at : at + len(index)]
        at += len(index)
