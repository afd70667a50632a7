"""Whether an activity was performed, planned, given for home, declined or done before.

`status_features` turns what stands around a phrase (section, cues with direction and scope, tick boxes, dosage, the
words nearby) into features; a logistic regression trained on data/labels weighs them. Section and cue are evidence,
neither is a verdict: a plan may stand among the interventions, work done may be told under the assessment.
`cue_verdict` says in words which cue spoke for a status other than performed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from nlp_coder.extract.cues import Cue
from nlp_coder.extract.reading import Reading, part

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|[^\w\s]")
_UNTICKED = re.compile(r"(?:\[[ _]?\]|\([ ]\)|☐|□)[ \t]*\Z")
_TICKED = re.compile(r"(?:\[[xX✓√]\]|\([xX]\)|☑|☒|■|✓|✔)[ \t]*\Z")
_BLANK = re.compile(
    r"[ \t]*(?:[:=-]?[ \t]*\(?blank\)?|(?:\([^)]*\))?[ \t]*[:=x-]?[ \t]*(?:_{2,}|\.{4,}|\[\s*\]|—+\s*(?=$|[\r\n|])))"
)
_QUIET = re.compile(
    r"\bno[- ]?show|\bcancel|did not (?:come|attend|arrive)|\bDNA\b|nothing (?:was )?(?:done|performed|billed)|0 min(?:utes)?\b|not seen\b|"
    r"refused (?:therapy|treatment|session|ot|pt|all)|declined (?:therapy|treatment|session|ot|pt|all|to participate)|no (?:treatment|charge|tx)\b|"
    r"telephone|phone call|missed visit|unable to (?:see|treat)|attempt(?:ed)?\b.{0,40}\b(?:refus|declin|unavail|asleep|off unit)",
    re.IGNORECASE,
)


def _scoped(reading: Reading, start: int, end: int) -> Iterator[tuple[Cue, str, int]]:
    """(cue, where it stands, distance in characters) of the cues whose direction and scope reach a span."""
    text_end = len(reading.text)
    clause = part(reading.cuts.clauses, start, text_end)
    sentence = part(reading.cuts.sentences, start, text_end)
    for cue in reading.cues:
        if cue.end < sentence[0] or cue.start > sentence[1]:
            continue
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
        between = (
            sum(1 for a, b in others if cue.end <= a < b <= start)
            if where in ("before", "earlier")
            else sum(1 for a, b in others if end <= a < b <= cue.start)
        )
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
    doses = {q.kind for q in reading.measures if end <= q.start < max(clause[1], item[1]) and q.start - end < 60}
    if doses:
        f += ["dose", "dose|S=" + name]
    if any(t.start < line.end and t.end > line.start for t in reading.times):
        f += ["time", "time|S=" + name]
    if any(end <= s < clause[1] for s, _, n in reading.assistance):
        f += ["assist", "assist|S=" + name]
    words_before = [w.lower() for w in _WORD.findall(text[sentence[0] : start])]
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
    if any(re.search(r"[a-z]{3}ed$", w) for w in words_before):
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
    following = text[sentence[1] : sentence[1] + 60].lower()
    f += [f"nw={w}" for w in _WORD.findall(following)[:4] if w.isalpha()]
    previous = text[max(0, sentence[0] - 90) : sentence[0]].lower()
    f += [f"pw={w}" for w in _WORD.findall(previous)[-6:] if w.isalpha()]
    line_no = bisect_right(layout.lines, line.start, key=lambda x: x.start)
    f.append(
        "place="
        + (
            "top"
            if line_no <= max(1, len(layout.lines) // 4)
            else "end"
            if line_no > 3 * len(layout.lines) / 4
            else "mid"
        )
    )
    if _QUIET.search(text):
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
