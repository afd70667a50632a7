"""The coding rules: which code the words, purpose and context of one activity speak for, and why.

The rules are rows of `data/rules/coding_rules.csv`. A row holds where all its filled cells hold:

    phrase, item, heading   word patterns (`rule_words`) in the activity's own words, in its clause, in its heading
    not                     word patterns that must stand neither in the clause nor in the heading
    class, purpose          `a | b` either, `a + b` both, `!a` absent, `none` nothing at all; in class, `movement`
                            stands for every class of movement (MOVEMENT)
    group                   yes or no
    discipline, encounter   PT | OT | SLP; initial | subsequent; `none` where the note does not say

A row whose id begins with `@` is no rule but a list of words (in its phrase cell) that the word cells of the rows below
may name: `@hands`, or inside a pattern, `@reaching + @objects`.

`strength` says how much the row counts: about 0.2 for the bare movement, 0.5 for context, 0.8 for a stated purpose, 0.95
for words that name the service. Strength 1 is law: where such a row holds, rows for other codes are not heard.
`also` lists further codes that a careful coder could defend on the same ground. The law is the annotation guide; where
a seed document says otherwise, the guide's code stands in `code` and the seed's in `also`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TypeVar

from nlp_coder.classify.described import CLASSES, PURPOSES, Described
from nlp_coder.classify.rule_purposes import purpose_spans
from nlp_coder.classify.rule_words import Words, anchors_of, compile_words, folded
from nlp_coder.note import Evidence
from nlp_coder.tables import TableError, data_folder, listed, own_tables, rows

COLUMNS = ("id", "code?", "also?", "strength?", "class?", "phrase?", "item?", "heading?", "purpose?", "not?", "group?",
           "discipline?", "encounter?", "reason", "source")  # fmt: skip
MOVEMENT = frozenset(
    ("exercise", "stretch", "rom", "aerobic", "balance", "vestibular", "coordination", "posture", "neuro", "gait",
     "stairs", "transfer", "bed_mobility", "functional", "fine_motor", "lifting")
)  # fmt: skip
LAW = 1.0
_WORD_COLUMNS = ("phrase", "item", "heading", "not")
_LIST = re.compile(r"@\w+")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Named:
    """A compiled class or purpose cell: one set of `wanted` inside what is there, nothing of `absent` in it."""

    wanted: tuple[frozenset[str], ...]
    absent: frozenset[str]
    or_nothing: bool

    def holds(self, have: frozenset[str]) -> bool:
        """True where what was found satisfies the cell."""
        if self.absent & have:
            return False
        if not have and self.or_nothing:
            return True
        return any(w <= have for w in self.wanted) or not (self.wanted or self.or_nothing)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table, compiled. strength: 0-1. group: None where the row does not ask."""

    id: str
    code: str
    also: tuple[str, ...]
    strength: float
    reason: str
    source: str
    classes: Named | None
    purposes: Named | None
    phrase: Words | None
    item: Words | None
    heading: Words | None
    absent: Words | None
    group: bool | None
    disciplines: tuple[str, ...]
    encounters: tuple[str, ...]


class RuleBook:
    """Every rule, by what may call it up. Raises TableError, with file and row, where a row cannot be used.

    path: the rules table; codes: the known codes and their status (default: `data/rules/codes.csv`). own: tables of
    the user, whose rows are added with ids of their own and may name the word lists of the first table.
    """

    def __init__(self, path: Path, codes: Mapping[str, str] | None = None, own: Sequence[Path] = ()) -> None:
        self.rules: dict[str, Rule] = {}
        known = known_codes() if codes is None else codes
        lists: dict[str, str] = {}
        every = [(table, number, row) for table in (path, *own) for number, row in rows(table, COLUMNS)]
        for table, number, row in every:
            at = f"{table.name if table is path else table} row {number}"
            if table is not path:
                row["source"] = f"own: {row['source']}"
            for column in _WORD_COLUMNS:
                row[column] = _spelled_out(row[column], lists, f"{at}: {column}")
            if row["id"].startswith("@"):
                if row["id"] in lists or not row["phrase"]:
                    raise TableError(f"{at}: a word list needs an id of its own and its words in the phrase cell")
                lists[row["id"]] = row["phrase"]
                continue
            rule = _rule(row, known, at)
            if rule.id in self.rules:
                raise TableError(f"{at}: id {rule.id!r} stands in an earlier row; rename one")
            self.rules[rule.id] = rule
        self._by_word: dict[str, list[Rule]] = {}
        self._by_purpose: dict[str, list[Rule]] = {}
        self._by_class: dict[str, list[Rule]] = {}
        self._by_heading: dict[str, list[Rule]] = {}
        self._always: list[Rule] = []
        for rule in self.rules.values():
            self._file(rule)

    def match(self, described: Described, item_start: int = 0) -> list[Evidence]:
        """The evidence of every rule that holds, strongest first.

        item_start: where the item begins in the note. `start`/`end` of the evidence are the deciding words, counted
        from there (with 0: offsets in the item). A rule of class, heading or group alone points at the phrase.
        """
        item = folded(described.item or described.phrase)
        phrase = folded(described.phrase)
        heading = folded(described.heading)
        item_keys, phrase_keys, heading_keys = anchors_of(item), anchors_of(phrase), anchors_of(heading)
        keys: set[str] = item_keys if phrase in item else {*item_keys, *phrase_keys}
        classes, purposes = frozenset(described.classes), frozenset(described.purposes)
        near = {rule.id: rule for key in keys & self._by_word.keys() for rule in self._by_word[key]}
        for table, have in ((self._by_purpose, purposes or {"none"}), (self._by_class, classes or {"none"})):
            near.update((rule.id, rule) for name in have if name in table for rule in table[name])
        near.update((rule.id, rule) for key in heading_keys & self._by_heading.keys() for rule in self._by_heading[key])
        phrase_at = max(item.find(phrase), 0)
        held: list[tuple[Rule, int, int]] = []
        aims: Sequence[tuple[str, int, int]] | None = None
        for rule in (*self._always, *near.values()):
            if not _asks_right(rule, described, classes, purposes):
                continue
            in_phrase = rule.phrase.find(phrase, keys, phrase_keys) if rule.phrase else None
            in_item = rule.item.find(item, keys, item_keys) if rule.item else None
            if (rule.phrase and not in_phrase) or (rule.item and not in_item):
                continue
            if rule.heading and not rule.heading.find(heading, heading_keys):
                continue
            if rule.absent and (rule.absent.find(item, keys, item_keys) or rule.absent.find(heading, heading_keys)):
                continue
            at = in_item or ((in_phrase[0] + phrase_at, in_phrase[1] + phrase_at) if in_phrase else None)
            if at is None and rule.purposes and rule.purposes.wanted:
                aims = purpose_spans(item) if aims is None else aims
                at = _aim(rule.purposes, aims)
            start, end = at or (phrase_at, phrase_at + len(phrase))
            held.append((rule, start, end))
        law = {rule.code for rule, _, _ in held if rule.strength == LAW}
        held.sort(key=lambda h: (-h[0].strength, h[0].id))
        return [
            Evidence("rule", rule.id, rule.code, rule.strength, rule.reason, rule.source,
                     item_start + start, item_start + end)
            for rule, start, end in held
            if not law or rule.code in law
        ]  # fmt: skip

    def defensible(self, evidence: Iterable[Evidence]) -> frozenset[str]:
        """Every code that the rules behind this evidence speak for or allow: among these a tie may be settled."""
        found: set[str] = set()
        for piece in evidence:
            rule = self.rules.get(piece.id) if piece.kind == "rule" else None
            if rule:
                found |= {rule.code, *rule.also}
        return frozenset(found)

    def _file(self, rule: Rule) -> None:
        words = rule.phrase or rule.item
        if words:
            for anchor in words.anchors:
                self._by_word.setdefault(anchor, []).append(rule)
            return
        for named, table in ((rule.purposes, self._by_purpose), (rule.classes, self._by_class)):
            if named and (named.wanted or named.or_nothing):
                keys = {next(iter(sorted(w))) for w in named.wanted} | ({"none"} if named.or_nothing else set())
                for key in keys:
                    table.setdefault(key, []).append(rule)
                return
        if rule.heading:
            for anchor in rule.heading.anchors:
                self._by_heading.setdefault(anchor, []).append(rule)
            return
        self._always.append(rule)


def rule_book(path: Path | None = None) -> RuleBook:
    """The rules as shipped with the user's own (`tables.own_tables`), or another table alone, compiled once."""
    return _rule_book(path, None if path else own_tables())


@cache
def _rule_book(path: Path | None, own: Path | None) -> RuleBook:
    added = sorted((own / "rules").glob("coding_rules*.csv")) if own else ()
    return RuleBook(path or data_folder() / "rules" / "coding_rules.csv", own=added)


def match(described: Described, item_start: int = 0) -> list[Evidence]:
    """The evidence of the shipped rules for one activity, strongest first; see `RuleBook.match`.

    >>> from nlp_coder.classify.described import Described
    >>> match(Described("squats", "squats for quad strength", classes=("exercise",), purposes=("strength",)))[0].code
    '97110'
    """
    return rule_book().match(described, item_start)


def weights(evidence: Iterable[Evidence]) -> dict[str, float]:
    """code -> sum of the weights that speak for it, highest first."""
    sums: dict[str, float] = {}
    for piece in evidence:
        sums[piece.code] = sums.get(piece.code, 0.0) + piece.weight
    return dict(sorted(sums.items(), key=lambda kv: (-kv[1], kv[0])))


@cache
def known_codes() -> dict[str, str]:
    """code -> status of `data/rules/codes.csv`."""
    return {row["code"]: row["status"] for _, row in rows(data_folder() / "rules" / "codes.csv", ("code", "status"))}


def _asks_right(rule: Rule, described: Described, classes: frozenset[str], purposes: frozenset[str]) -> bool:
    return (
        (rule.classes is None or rule.classes.holds(classes))
        and (rule.purposes is None or rule.purposes.holds(purposes))
        and (rule.group is None or rule.group == described.group)
        and (not rule.disciplines or (described.discipline or "none") in rule.disciplines)
        and (not rule.encounters or (described.encounter or "none") in rule.encounters)
    )


def _aim(wanted: Named, aims: Sequence[tuple[str, int, int]]) -> tuple[int, int] | None:
    names = frozenset().union(*wanted.wanted)
    for purpose, start, end in aims:
        if purpose in names:
            return start, end
    return None


def _spelled_out(cell: str, lists: Mapping[str, str], at: str) -> str:
    """The cell with every `@name` replaced by that list's words, each in turn."""
    if "@" not in cell:
        return cell
    spelled: list[str] = []
    for alternative in listed(cell):
        names = _LIST.findall(alternative)
        for name in names:
            if name not in lists:
                raise TableError(f"{at}: no row above has the id {name}; known lists are {', '.join(lists) or 'none'}")
        between = _LIST.split(alternative)
        for words in product(*(listed(lists[name]) for name in names)):
            spelled.append(between[0] + "".join(word + rest for word, rest in zip(words, between[1:], strict=True)))
    return "|".join(spelled)


def _rule(row: Mapping[str, str], known: Mapping[str, str], at: str) -> Rule:
    """One row as a rule; TableError where it has no condition, or names what does not exist."""
    for code in (row["code"], *listed(row["also"])):
        if code not in known:
            raise TableError(f"{at}: code {code or '(empty)'} is not in codes.csv; add it there or correct it")
        if known[code] == "deleted":
            raise TableError(f"{at}: code {code} is deleted; name its successor")
    try:
        strength = float(row["strength"])
    except ValueError:
        strength = -1.0
    if not 0 < strength <= LAW:
        raise TableError(f"{at}: strength is {row['strength']!r}; write a number above 0 and up to 1")
    if row["group"] not in ("", "yes", "no"):
        raise TableError(f"{at}: group is {row['group']!r}; write yes, no or nothing")
    rule = Rule(
        id=row["id"], code=row["code"], also=listed(row["also"]), strength=strength, reason=row["reason"],
        source=row["source"],
        classes=_cell(row, "class", at, lambda cell: _named(cell, CLASSES)),
        purposes=_cell(row, "purpose", at, lambda cell: _named(cell, PURPOSES)),
        phrase=_cell(row, "phrase", at, compile_words), item=_cell(row, "item", at, compile_words),
        heading=_cell(row, "heading", at, compile_words), absent=_cell(row, "not", at, compile_words),
        group=None if not row["group"] else row["group"] == "yes",
        disciplines=_one_of(row, "discipline", ("PT", "OT", "SLP", "none"), at),
        encounters=_one_of(row, "encounter", ("initial", "subsequent", "none"), at),
    )  # fmt: skip
    if not any((rule.classes, rule.purposes, rule.phrase, rule.item, rule.heading)) and rule.group is None:
        raise TableError(f"{at}: no condition; fill in class, phrase, item, heading, purpose or group")
    return rule


def _cell(row: Mapping[str, str], column: str, at: str, compiled: Callable[[str], _T]) -> _T | None:
    if not row[column]:
        return None
    try:
        return compiled(row[column])
    except ValueError as error:
        raise TableError(f"{at}: {column} {error}") from error


def _named(cell: str, known: tuple[str, ...]) -> Named:
    wanted: list[frozenset[str]] = []
    absent: set[str] = set()
    nothing = False
    for part in listed(cell):
        if part == "none":
            nothing = True
        elif part == "movement" and known is CLASSES:
            wanted += [frozenset((name,)) for name in sorted(MOVEMENT)]
        elif part.startswith("!"):
            absent.add(part[1:])
        else:
            wanted.append(frozenset(name.strip() for name in part.split("+")))
    for name in sorted(absent.union(*wanted)):
        if name not in known:
            raise ValueError(f"{name!r} is unknown; known are {', '.join(known)}")
    return Named(tuple(wanted), frozenset(absent), nothing)


def _one_of(row: Mapping[str, str], column: str, known: tuple[str, ...], at: str) -> tuple[str, ...]:
    for name in listed(row[column]):
        if name not in known:
            raise TableError(f"{at}: {column} {name!r} is unknown; known are {', '.join(known)}")
    return listed(row[column])
