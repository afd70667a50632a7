"""Whether an activity was performed, planned, given for home, declined or done before.

`status_features` turns what stands around a phrase (section, cues with direction and scope, tick boxes, dosage, the
words nearby) into features; a logistic regression trained on data/labels weighs them. Section and cue are evidence,
neither is a verdict: a plan may stand among the interventions, work done may be told under the assessment.
`cue_verdict` says in words which cue spoke for a status other than performed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlp_coder.extract.cues import Cue
from nlp_coder.extract.reading import Reading, next_from, part
from nlp_coder.extract.shorthand import BULLET_SIGN, BULLETS

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|[^\w\s]")
_OPEN_BOX, _TICKED_BOX = r"\[[ _]?\]|\([ ]\)|☐|□", r"\[[xX✓√]\]|\([xX]\)|☑|☒"
_UNTICKED = re.compile(rf"(?:{_OPEN_BOX})[ \t]*\Z")
_TICKED = re.compile(rf"(?:{_TICKED_BOX}|■|✓|✔)[ \t]*\Z")
_BLANK = re.compile(
    r"[ \t]*(?:[:=-]?[ \t]*\(?blank\)?|(?:\([^)]*\))?[ \t]*[:=x-]?[ \t]*(?:(?:_{2,}|\.{4,})(?![ \t._]*\d)|\[\s*\]|—+\s*(?=$|[\r\n|])))"
)
_LEFT_BLANK = re.compile(
    r"(?:[ \t]*\([^()\n]*\))?[ \t]*[:=x-]?[ \t]*(?:_{3,}|\.{4,})[ \t_.x]*(?:min(?:utes|s)?\b\.?|reps\b)?[ \t]*(?=[\r\n]|\Z)",
    re.IGNORECASE,
)


BOX_TICKED = re.compile(rf"(?:{_TICKED_BOX})[ \t]*\Z")  # a tick without its box may be a bullet
_BOX_LEFT = re.compile(_OPEN_BOX)


_BOX = re.compile(rf"{_OPEN_BOX}|{_TICKED_BOX}")


def boxed_behind(reading: Reading, start: int, end: int) -> str | None:
    """The box right behind an item of a line whose names stand before their boxes ("US [ ]  IFC [x] w/ CP [x]"); "" where there
    is none, None on other lines."""
    line = reading.layout.line_at(start)
    first = _BOX.search(reading.text, line.start, line.end)
    if first is None or not re.search(r"[A-Za-z]", reading.text[line.start : first.start()].rsplit(":", 1)[-1]):
        return None
    following = _BOX.search(reading.text, end, line.end)
    near = following and not re.search(r"[A-Za-z]{2}", reading.text[end : following.start()])
    return following[0] if following and near else ""


def ticked(reading: Reading, start: int, behind: str | None) -> bool:
    """Whether a ticked box stands right before an item, or behind it where its line has them there, in a note that has others
    left open, and no list for home or plan holds it: "[x] STM   [ ] taping". behind: see `boxed_behind`."""
    line = reading.layout.line_at(start)
    if behind is not None:
        if not re.fullmatch(_TICKED_BOX, behind):
            return False
    elif not BOX_TICKED.search(reading.text, max(line.start, start - 6), start):
        return False
    elsewhere = reading.layout.stands_in(start, ("hep", "plan", "goals", "history"))
    return not elsewhere and _BOX_LEFT.search(reading.text) is not None


def left_blank(text: str, end: int) -> bool:
    """Whether nothing but a blank to fill in stands behind an item on its line ("Lunges ........", "US: ____ min"): a
    template's line that was not used (annotation guide: declined)."""
    return _LEFT_BLANK.match(text, end) is not None


_QUIET = re.compile(
    r"\bno[- ]?show|\bcancel|did not (?:come|attend|arrive)|\bDNA\b|nothing (?:was )?(?:done|performed|billed)|(?<![\d.])0 min(?:utes)?\b|not seen\b|"
    r"refused (?:therapy|treatment|session|ot|pt|all)|declined (?:therapy|treatment|session|ot|pt|all|to participate)|no (?:treatment|charge|tx)\b|"
    r"telephone|phone call|missed visit|unable to (?:see|treat)|attempt(?:ed)?\b.{0,40}\b(?:refus|declin|unavail|asleep|off unit)",
    re.IGNORECASE,
)


_QUIET_SIGNS = (
    "show", "cancel", "did not ", "dna", "nothing", "0 min", "not seen", "refused ", "declined ", "no treatment", "no charge",
    "no tx", "telephone", "phone call", "missed visit", "unable to ", "attempt",
)  # fmt: skip
"""One of these stands in every text that `_QUIET` finds something in: a fast first look."""


@lru_cache(maxsize=4)
def tells_of_no_visit(text: str) -> bool:
    """Whether a note says that the visit did not take place; asked for every phrase of a note in turn."""
    low = text.lower()
    return any(sign in low for sign in _QUIET_SIGNS) and _QUIET.search(text) is not None


_PAST = re.compile(r"[a-z]{3}ed$")
_KEPT_BEFORE = 6
"""So many words right before a phrase are looked at."""


class _Told:
    """The words of one sentence, and the features of what stands around it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._words: list[str] = []
        self._past: int | None = None  # the first word in the past tense
        for m in _WORD.finditer(text, start, end):
            self._starts.append(m.start())
            self._ends.append(m.end())
            self._words.append(m[0].lower() if self._words or m[0] not in BULLETS else BULLET_SIGN)
            if self._past is None and _PAST.search(self._words[-1]):
                self._past = len(self._words) - 1
        following = text[end : end + 60].lower()
        previous = text[max(0, start - 90) : start].lower()
        self.around = [f"nw={w}" for w in _WORD.findall(following)[:4] if w.isalpha()]
        self.around += [f"pw={w}" for w in _WORD.findall(previous)[-6:] if w.isalpha()]

    def up_to(self, offset: int) -> tuple[list[str], bool]:
        """(the first two and the last words before an offset, whether any is in the past tense)."""
        count = bisect_left(self._starts, offset)
        words = self._words[: min(2, count)] + self._words[max(2, count - _KEPT_BEFORE) : count]
        past = self._past is not None and self._past < count
        if count and self._ends[count - 1] > offset:  # the offset cuts a word
            cut = _WORD.findall(self._text[self._starts[count - 1] : offset])
            words[-1:] = [w.lower() for w in cut]
            past = (self._past is not None and self._past < count - 1) or any(_PAST.search(w.lower()) for w in cut)
        return words, past


def _told(reading: Reading, start: int, end: int) -> _Told:
    """The words of a sentence, read once."""
    kept: dict[int, _Told] = reading.kept.setdefault("sentences", {})
    told = kept.get(start)
    if told is None:
        told = kept[start] = _Told(reading.text, start, end)
    return told


def _within(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """How many of the spans (in order of start) lie within start:end."""
    count = 0
    for k in range(bisect_left(spans, (start, -1)), len(spans)):
        a, b = spans[k]
        if a >= end:
            break
        count += a < b <= end
    return count


def _scoped(reading: Reading, start: int, end: int) -> Iterator[tuple[Cue, str, int]]:
    """(cue, where it stands, distance in characters) of the cues whose direction and scope reach a span."""
    text_end = len(reading.text)
    clause = part(reading.cuts.clauses, start, text_end)
    sentence = part(reading.cuts.sentences, start, text_end)
    for cue in reading.cues_between(*sentence):
        if cue.start < end and start < cue.end:
            yield cue, "in", 0
        elif cue.direction == "forward" and cue.end <= start and cue.start >= sentence[0]:
            if cue.start >= clause[0]:
                yield cue, "before", start - cue.end
            else:
                yield cue, "earlier", start - cue.end
        elif cue.direction == "backward" and cue.start >= end and cue.start <= clause[1]:
            yield cue, "after", cue.start - end


def status_features(
    reading: Reading, start: int, end: int, others: Sequence[tuple[int, int]] = (), before: str | None = None
) -> list[str]:
    """Features of the activity at start:end.

    others: all activity spans of the note (to know what stands between a cue and the phrase). before: the status of
    the activity before it in the same sentence, or None.
    """
    text, layout = reading.text, reading.layout
    section = layout.section_at(start)
    name = section.name if section else "none"
    block = layout.block_at(start)
    line = layout.line_at(start)
    sentence = part(reading.cuts.sentences, start, len(text))
    clause = part(reading.cuts.clauses, start, len(text))
    f = [
        "b",
        "S=" + name,
        "block=" + ("y" if block else "n"),
        "S|block=" + name + ("y" if block else "n"),
        "before=" + (before or "-"),
    ]
    lead = text[max(line.start, start - 6) : start]
    if _UNTICKED.search(lead):
        f.append("box=open")
    elif _TICKED.search(lead):
        f.append("box=ticked")
    if _BLANK.match(text[end : end + 30]):
        f.append("blank")
    nearest: dict[str, tuple[int, Cue]] = {}
    for cue, where, distance in _scoped(reading, start, end):
        between = _within(others, cue.end, start) if where in ("before", "earlier") else _within(others, end, cue.start)
        near = "0" if distance <= 1 else "1" if distance <= 12 else "2" if distance <= 40 else "3"
        f += [
            f"cue={cue.status}|{where}",
            f"cue={cue.status}|{where}|{near}",
            f"cue={cue.status}|{where}|n{min(between, 3)}",
        ]
        words = re.sub(r"\s+", " ", text[cue.start : cue.end].lower())
        f.append(f"cw={words}|{where}")
        f.append(f"cs={cue.status}|{where}|{name}")
        if where not in nearest or distance < nearest[where][0]:
            nearest[where] = (distance, cue)
    for where, (_, cue) in nearest.items():
        f.append(f"near={cue.status}|{where}")
    f.append("nears=" + "|".join(f"{w}:{nearest[w][1].status}" for w in sorted(nearest)))
    item = part(reading.cuts.items, start, len(text))
    dose = next_from(reading.measure_starts, end)
    if dose is not None and dose < min(max(clause[1], item[1]), end + 60):
        kind = reading.measures[bisect_left(reading.measure_starts, dose)].kind
        near = (
            "y" if len(text[end:dose].strip(" \t:,;(x-–=")) == 0 else "n"
        )  # "SLS: 3x30s" was done, "SLS: 12 s" measured
        f += ["dose", "dose|S=" + name, f"dk={kind}|{near}"]
    if reading.has_time(line):
        f += ["time", "time|S=" + name]
    own = next_from(reading.time_starts, end)
    if own is not None and own < min(item[1], end + 45):
        f.append("own time")  # what has its minutes was most likely done today
    help_at = next_from(reading.assistance_starts, end)
    if help_at is not None and help_at < clause[1]:
        f += ["assist", "assist|S=" + name]
    told = _told(reading, *sentence)
    words_before, past = told.up_to(start)
    words_after = [w.lower() for w in _WORD.findall(text[end : min(sentence[1], end + 80)])]
    f += (
        [f"b1={w}" for w in words_before[-1:]]
        + [f"b2={w}" for w in words_before[-2:-1]]
        + [f"bw={w}" for w in words_before[-6:]]
    )
    f += [f"a1={w}" for w in words_after[:1]] + [f"aw={w}" for w in words_after[:6]]
    f += [
        "b12=" + "_".join(words_before[-2:]),
        "first=" + "_".join(words_before[:1]),
        "first2=" + "_".join(words_before[:2]),
    ]
    if past:
        f.append("past")
    colon = text.rfind(":", line.start, start)
    if colon > 0:
        lead_words = [w.lower() for w in _WORD.findall(text[max(line.start, sentence[0] - 40, colon - 30) : colon])][
            -3:
        ]
        f += [
            "lead=" + "_".join(lead_words[-2:]),
            "lead1=" + "".join(lead_words[-1:]),
            "lead|sent=" + "".join(lead_words[-1:]) + str(colon >= sentence[0]),
        ]
    f += [f"lw={w.lower()}" for w in _WORD.findall(text[line.start : min(line.start + 30, start)])[:3]]
    f += [f"aw2={w}" for w in words_after[6:12]]
    f += told.around
    line_no = layout.line_number(line.start) + 1
    count = len(layout.lines)
    f.append("place=" + ("top" if line_no <= max(1, count // 4) else "end" if line_no > 3 * count / 4 else "mid"))
    if tells_of_no_visit(text):
        f += ["quiet", "quiet|S=" + name]
    f.append("single=" + ("y" if len(layout.lines) == 1 and len(text) < 160 else "n"))
    f.append("alltimes=" + ("y" if reading.times else "n"))
    return f


def cue_verdict(reading: Reading, start: int, end: int, status: str) -> tuple[int, int] | None:
    """The place of the cue nearest to a span that speaks for a status, or None (then section or wording decided)."""
    best: tuple[int, tuple[int, int]] | None = None
    for cue, _, distance in _scoped(reading, start, end):
        if cue.status == status and (best is None or distance < best[0]):
            best = (distance, (cue.start, cue.end))
    return best[1] if best else None
