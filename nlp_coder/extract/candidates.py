"""Phrases that may be activities: what the tagger marked, lexicon terms it passed over, and unclaimed items of lists.

The tagger is careful about what it knows and blind to what it has never met; a second look (`verdict` in status.py)
judges every candidate by its surroundings and drops what is none. So the tagger need not be right alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp_coder.extract.heading_words import CODE
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.spans import Tagged
from nlp_coder.extract.split import split_spans
from nlp_coder.extract.times.words import terms_told
from nlp_coder.note import STATUSES

_LEAD = re.compile(
    r"(?:[\s\-–—•●▪*·○>+|/~:;,.)\]✓✔☑☐□x]+|\d{1,2}[.)]\s*|\(\w[.)]\s*|\[[ xX]?\]\s*|(?:then|and|also|w/|with|pt|patient|performed|completed|"
    r"practiced|did|tx|rx|the|a|an|some|followed by|finally|next|plus|incl|including|worked on|trained in|training in|continued)\b[\s:]*)+",
    re.IGNORECASE,
)
_STOP = re.compile(
    rf"\s*(?:[,;|\t(\[=→]|\s[-–—]{{1,2}}\s|\.{{2,}}|:\s|\bx\s*\d|\d+\s*[x×]\s*\d|\d+\s*(?:reps|sets|min|sec|s\b|'|\"|lbs?|#|ft|%|°|deg)|#\s*\d|"
    rf"\bfor\s+(?:strength|endurance|balance|rom|\d)|\b(?:min|mod|max|cga|sba)\s*a?\b|\bvc\b|\bcues?\b|{CODE}|[.!?](?:\s|$))",
    re.IGNORECASE,
)


_LIKELY_STEPS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
_LIKELY = [f"likely>{step}" for step in _LIKELY_STEPS]
_LEAST_STEPS = (0.05, 0.2, 0.5, 0.8, 0.95)
_HEARD_STEPS = (0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97)
_LEAST = [f"least>{step}" for step in _LEAST_STEPS]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase at start:end; source: `tagger`, `faint` (the tagger's half belief), `term` (a lexicon term) or `item` (an
    unclaimed list item). likely: the tagger's mean probability over its words, least: the smallest of them. heard: the mean
    probability of each of `note.STATUSES` over its words by the context net; empty where there is no net."""

    start: int
    end: int
    source: str
    likely: float = 1.0
    least: float = 1.0
    heard: tuple[float, ...] = ()


def candidates(
    reading: Reading,
    phrases: Sequence[tuple[int, int]],
    tagged: Tagged,
    parts: Callable[[list[str]], bool],
) -> list[Candidate]:
    """All candidates of a note in order of start, none overlapping.

    phrases: the tagged ones, taken apart. tagged: all that the tagger said. parts: see `split.split_spans`.
    """
    inside = tagged.inside

    def candidate(start: int, end: int, source: str) -> Candidate:
        first, last = bisect_right(reading.offsets, start) - 1, bisect_right(reading.offsets, end - 1)
        index = [i for i in range(max(first, 0), last) if not reading.tokens[i].isspace()]
        likely = [inside[i] for i in index] or [0.0]
        heard = () if tagged.statuses is None or not index else tuple(tagged.statuses[index].mean(axis=0).tolist())
        return Candidate(start, end, source, sum(likely) / len(likely), min(likely), heard)

    out = [candidate(a, b, "tagger") for a, b in phrases]
    taken = bytearray(len(reading.text))
    # a heading is no item, but a note of one line that is nothing else ("standing balance") may name what was done
    heads = [b for b in reading.layout.blocks if len(reading.layout.lines) > 1 or reading.text[b.content :].strip()]
    for start, end in [*phrases, *((b.start, b.content) for b in heads)]:
        taken[start:end] = b"\1" * (end - start)

    def take(start: int, end: int, source: str) -> None:
        if taken.find(1, start, end) < 0:
            out.append(candidate(start, end, source))
            taken[start:end] = b"\1" * (end - start)

    for start, end in split_spans(reading, _items(reading), parts):
        take(start, end, "item")
    for start, end in zip(*reading.term_places, strict=True):
        if end - start >= 2:
            take(start, end, "term")
    for m in terms_told(reading):  # "TA 15, TE 15" may be all that a note says
        take(m.start("term"), m.end("term"), "term")
    for start, end in tagged.faint:
        take(start, end, "faint")
    return sorted(out, key=lambda c: c.start)


def _heard_names(heard: tuple[float, ...]) -> list[str]:
    """What the context net thinks of the phrase: is it an activity, and of which status."""
    whole = sum(heard)
    if not heard:
        return []
    out = [f"ctx>{step}" for step in _HEARD_STEPS[: bisect_left(_HEARD_STEPS, whole)]]
    for name, p in zip(STATUSES, heard, strict=True):
        share = p / (whole + 1e-6)
        out += [f"ctx {name}>{step}" for step in _HEARD_STEPS[: bisect_left(_HEARD_STEPS, share)]]
    return out


def _items(reading: Reading) -> list[tuple[int, int]]:
    """The named part of each item of the lists that stand in a block or among the interventions."""
    text, layout = reading.text, reading.layout
    out = []
    starts = reading.cuts.items
    for i, start in enumerate(starts):
        stop = starts[i + 1] if i + 1 < len(starts) else len(text)
        line = layout.line_at(start)
        stop = min(stop, line.end)
        block = layout.block_at(start)
        section = layout.section_at(start)
        begin = start
        if block and block.start <= start < block.content:
            begin = block.content
        if begin >= stop:
            continue
        listed = block is not None and begin >= block.content
        listed = listed or (section is not None and section.name == "interventions" and start >= section.content)
        if not listed:
            # "Tomorrow: ...", "Not today: potty, sock donning": what a cue at the clause's head speaks of
            clause = part(reading.cuts.clauses, start, len(text))
            near = reading.cues[
                bisect_left(reading.cue_starts, clause[0]) : bisect_right(reading.cue_starts, clause[0] + 14)
            ]
            cue = next((c for c in near if c.direction == "forward" and c.end <= stop), None)
            if cue is None:
                continue
            begin = max(begin, cue.end)
        body = text[begin:stop]
        lead = _LEAD.match(body)
        begin += lead.end() if lead else 0
        m = _STOP.search(text, begin, stop)
        end = m.start() if m else stop
        while end > begin and text[end - 1] in " \t,;:.-–—*&+/":
            end -= 1
        words = text[begin:end].split()
        if 1 <= len(words) <= 12 and sum(c.isalpha() for c in text[begin:end]) >= 3:
            out.append((begin, end))
    return out


def _start(candidate: Candidate) -> int:
    return candidate.start


def candidate_features(reading: Reading, candidate: Candidate, every: Sequence[Candidate]) -> list[str]:
    """What tells a real activity from a finding that uses its words: the phrase itself, its source, its neighbours."""
    text = reading.text
    start, end = candidate.start, candidate.end
    line = reading.layout.line_at(start)
    clause = part(reading.cuts.clauses, start, len(text))
    inside = reading.terms_in(start, end)
    words = reading.words_within(start, end)
    section = reading.layout.section_at(start)
    name = section.name if section else "none"
    f = ["src=" + candidate.source, "src|S=" + candidate.source + name, f"n={min(len(words), 8)}"]
    f += [
        f"likely={int(candidate.likely * 10)}|{candidate.source}",
        f"least={int(candidate.least * 5)}|{candidate.source}",
    ]
    f += _LIKELY[: bisect_left(_LIKELY_STEPS, candidate.likely)]
    f += _LEAST[: bisect_left(_LEAST_STEPS, candidate.least)]
    f += _heard_names(candidate.heard)
    f += [f"pw={w}" for w in words] + [f"ph={'_'.join(words[:2])}", f"pl={words[-1] if words else ''}"]
    classes = sorted({m.term.cls for m in inside})
    f += [f"cl={c}" for c in classes] or ["cl=none"]
    f += [f"cl|S={c}|{name}" for c in classes]
    f += [f"src|cl={candidate.source}|{c}" for c in classes]
    first, last = (bisect_left(every, at, key=_start) for at in (line.start, line.end))
    same_line = [c for c in every[first:last] if c is not candidate]
    tagged = sum(c.source == "tagger" for c in same_line)
    f += [f"line_tagged={min(tagged, 4)}|{candidate.source}", f"line_n={min(len(same_line), 6)}"]
    same_clause = [c for c in same_line if clause[0] <= c.start < clause[1]]
    f.append(f"clause_tagged={min(sum(c.source == 'tagger' for c in same_clause), 3)}|{candidate.source}")
    before = [c for c in same_line if c.end <= start]
    after = [c for c in same_line if c.start >= end]
    f.append(
        "prev="
        + (before[-1].source if before else "-")
        + "|next="
        + (after[0].source if after else "-")
        + "|"
        + candidate.source
    )
    f.append(f"prose={'y' if reading.words_on(line) > 25 else 'n'}|{candidate.source}|{name}")
    f.append("caps=" + ("y" if text[start:end].isupper() else "n"))
    block = reading.layout.block_at(start)
    f.append(f"blk={'head' if block and start < block.content else 'in' if block else 'n'}|{candidate.source}")
    at = text[end : end + 12]
    f.append(
        "after="
        + (
            "colon"
            if re.match(r"\s*:", at)
            else "num"
            if re.match(r"\s*\d", at)
            else "slash5"
            if re.match(r"\s*\d\+?/5", at)
            else "word"
            if re.match(r"\s*[A-Za-z]", at)
            else "sign"
        )
    )
    if re.match(r"\s*[:=]?\s*(?:[RL]\s*)?-?\d+(?:\.\d+)?\s*(?:/|°|deg|%|-\s*\d|\+)", at) or re.match(
        r"\s*\(?[+-]\)?(?:\s|,|$)", at
    ):
        f.append("measured")
    return f
