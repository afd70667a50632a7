"""The last word on a candidate phrase: no activity at all, or one that was performed, planned, given for home, ...

Small models, all taught on candidates of data/labels made by taggers that had not seen the writer: a first opinion
from the words at and around the phrase; a second one that also knows what the first thinks of the neighbours and decides
what stays; the status of what stays; and whether the note tells of anything performed at all (see `quiet`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nlp_coder.classify.linear import LinearModel
from nlp_coder.extract.candidates import Candidate, candidate_features
from nlp_coder.extract.company import in_company
from nlp_coder.extract.cues import said_after, said_before, said_by_head, said_by_list
from nlp_coder.extract.heading_words import MODALITY, block_code
from nlp_coder.extract.names_only import (
    arrivals,
    charged,
    charged_alone,
    collective,
    education,
    equipment,
    findings,
    handling,
    in_fields,
    introduced,
    item_end,
    item_start,
    of_the_other,
    purposes,
    summed_up,
    titles,
)
from nlp_coder.extract.quiet import QUIET, QUIET_AT, Weighed, quiet_features, says_no_visit
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.services_told import (
    charged_codes,
    done_for_minutes,
    evaluations,
    in_a_charge,
    modalities_joined,
    on_a_closed_line,
    on_a_sheet_for_home,
    spent_no_time,
    timed_behind,
    timed_headings,
    timed_services,
    under_its_minutes,
    walked_with_help,
)
from nlp_coder.extract.status import boxed_behind, left_blank, status_features, ticked
from nlp_coder.extract.surroundings import surroundings
from nlp_coder.extract.table import said_today, table_rows
from nlp_coder.extract.tests_told import tests_given
from nlp_coder.extract.trees import Trees

NO_ACTIVITY = "none"
JOTTING, JOTTING_AT = 120, 0.25
"""A single line of at most so many characters is most often one activity jotted down: its best candidate stays from
this probability on."""
_LEADS = re.compile(
    r"(?:to|in order to|simulating|while)[ \t]+(?:practi[cs]e|simulate|improve|normali[sz]e)?[ \t]*", re.IGNORECASE
)
_UNTICKED = re.compile(r"(?:\[[ \t_]{0,3}\]|☐|□|\([ \t_]{0,3}\))[ \t]*(?:\(?\d{5}\)?[ \t]*[-–:]?[ \t]*)?\Z")
"""A box without a tick and perhaps a code, before what was left out (annotation guide: declined)."""
UNTICKED_AT = 0.2
"""Words behind such a box stay from this probability of being an activity; a service's name always."""
_FOR_WHICH = re.compile(
    r"[ \t]*(?:(?:[x×][ \t]?)?\d[\dx×]*[ \t]*(?:reps|sets|min(?:utes|s)?\b|'|ft|feet)?[ \t]*)?,?[ \t]*"
    r"(?:to(?: practi[cs]e| simulate| improve| increase| normali[sz]e| restore| mimic| allow| facilitate)?|in order to|"
    r"to simulate|simulating|while|so (?:that )?(?:she|he|they|pt|patient) can|(?:w/|with) (?:vc|vcs|tc|verbal cues?|cues?|cueing) for)[ \t]*",
    re.IGNORECASE,
)
"""What stands between an activity and the words that say what it is for or how it is done."""
KEPT_AT = 0.5
"""A candidate stays from this probability of being an activity: found out of fold .867 (from 0.45 on .868, with more of what
prose only mentions)."""
_DONE: Mapping[str, float] = {"performed": 1.0}
"""The status of what words, not the model, say was performed."""
PERFORMED_AT = 0.35
"""It counts as performed from this probability of being an activity that was performed: of those below, found out of fold,
one in eight is."""


@dataclass(frozen=True)
class Judge:
    """first: candidate -> NO_ACTIVITY or a status. second: surroundings -> activity or not. status: of an activity.
    quiet: a whole note -> something performed or nothing."""

    first: LinearModel
    second: Trees
    status: LinearModel
    quiet: LinearModel


class Verdict(NamedTuple):
    """A phrase that is an activity. likely: how probably it is one; sure: how probably its status is right, if it is one."""

    start: int
    end: int
    status: str
    likely: float
    sure: float


def status_before(reading: Reading, start: int, found: Sequence[tuple[int, int, str]]) -> str | None:
    """The status of the last activity found in the same sentence before an offset, or None."""
    if not found:
        return None
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    return found[-1][2] if found[-1][0] >= sentence[0] else None


def verdict_features(
    reading: Reading,
    candidate: Candidate,
    every: Sequence[Candidate],
    spans: Sequence[tuple[int, int]],
    before: str | None,
) -> list[str]:
    """All features of a candidate; spans: those of `every`, before: see `status_before`."""
    return [
        *status_features(reading, candidate.start, candidate.end, spans, before),
        *candidate_features(reading, candidate, every),
    ]


def status_part(features: Sequence[str]) -> list[str]:
    """The features that bear on an activity's status: how sure the tagger was of the phrase does not."""
    return [f for f in features if not f.startswith(("likely", "least", "src"))]


def log_odds(probability: float) -> float:
    """The log odds of a probability, kept within what a table of numbers can hold."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def marks_of(features: Sequence[str]) -> tuple[bool, bool, bool]:
    """(has a dosage, has a time on its line, has a word the lexicon knows) as `surroundings` wants them."""
    return "dose" in features, "time" in features, "cl=none" not in features


def judged(reading: Reading, every: Sequence[Candidate], judge: Judge) -> list[Verdict]:
    """The candidates that are activities, in order. every: in order of start."""
    found = _judged(reading, every, judge) if every else []
    return found or [Verdict(a, b, "performed", KEPT_AT, 1.0) for a, b in charged_codes(reading)]


def _judged(reading: Reading, every: Sequence[Candidate], judge: Judge) -> list[Verdict]:
    spans = [(c.start, c.end) for c in every]
    rows = table_rows(reading.text, reading.layout.lines)
    row_starts = [r.start for r in rows]
    provisional: list[tuple[int, int, str]] = []
    plain: list[Mapping[str, float]] = []  # as the model alone gives the statuses
    statuses: list[Mapping[str, float]] = []
    odds: list[float] = []
    marks: list[tuple[bool, bool, bool]] = []
    unticked: list[bool] = []
    for candidate in every:
        before = status_before(reading, candidate.start, provisional)
        features = verdict_features(reading, candidate, every, spans, before)
        likely = 1 - judge.first.probabilities(features)[NO_ACTIVITY]
        at = bisect_right(row_starts, candidate.start) - 1
        row = rows[at] if at >= 0 and candidate.start < rows[at].end else None
        behind = boxed_behind(reading, candidate.start, candidate.end)
        before_it = reading.text[max(0, candidate.start - 20) : candidate.start] if behind is None else behind
        box = _UNTICKED.search(before_it) is not None
        aside = (
            (
                "declined"
                if box or left_blank(reading.text, candidate.end) or spent_no_time(reading, candidate.start)
                else None
            )
            or (said_today(row) if row else None)
            or said_before(reading.text, candidate.start)
            or said_after(reading.text, candidate.start, candidate.end)
            or (
                "performed"
                if (under_its_minutes(reading, candidate.start) and _head(reading, candidate.start) is None)
                or in_a_charge(reading, candidate.start)
                or ticked(reading, candidate.start, behind)
                else None
            )
            or ("home_program" if on_a_sheet_for_home(reading, candidate.start) else None)
        )
        plainly = judge.status.probabilities(features)  # its model knows the features of `status_part` only
        status: Mapping[str, float] = {aside: 1.0} if aside else _as_listed(reading, candidate.start, plainly)
        plain.append(plainly)
        statuses.append(status)
        odds.append(log_odds(likely))
        marks.append(marks_of(features))
        unticked.append(box)
        if likely >= KEPT_AT:
            provisional.append((candidate.start, candidate.end, _most(status)))
    second: list[float] = judge.second.probabilities(surroundings(reading, every, odds, marks, plain)).tolist()
    statuses = in_company(reading, every, second, statuses)
    kept = [
        p >= (UNTICKED_AT if box else KEPT_AT) or (box and block_code(reading.text[c.start : c.end]) is not None)
        for c, p, box in zip(every, second, unticked, strict=True)
    ]
    told = [
        *walked_with_help(reading, every),
        *done_for_minutes(reading, every),
        *on_a_closed_line(reading, every),
        *tests_given(reading, every, kept),
    ]
    for k in [*listed(reading, every, odds, marks, kept), *told]:
        kept[k] = True
    s = _Standing(reading, every, second, statuses, kept)
    jotting = len(reading.text) <= JOTTING and len(reading.layout.lines) == 1
    nothing_else = [k for k, c in enumerate(every) if jotting and _is_all(reading, c)]
    for k in told:
        s.done(k)
    for k in nothing_else:
        s.statuses[k] = _DONE
    if not any(s.kept) and jotting and not charged_codes(reading):
        best = second.index(max(second))
        s.kept[best] = second[best] >= JOTTING_AT
    sure = [c for c, keep in zip(every, s.kept, strict=True) if keep]
    timed = timed_headings(reading, every) | timed_services(reading, every, sure)
    timed |= {(every[k].start, every[k].end) for k in charged_alone(reading, every, s.kept)}
    _keep_timed(s, timed)
    _join_what_for(s)
    named = evaluations(reading, every)
    _keep_evaluations(s, named)
    _one_evaluation(s, named)
    _keep_joined(s)
    for k in [
        *collective(reading, every, s.kept), *summed_up(reading, every, s.kept), *charged(reading, every, s.kept),
        *arrivals(reading, every, s.kept), *equipment(reading, every, s.kept), *purposes(reading, every, s.kept),
        *titles(reading, every, s.kept), *handling(reading, every, s.kept), *findings(reading, every, s.kept),
        *education(reading, every, s.kept), *in_fields(reading, every, s.kept),
        *introduced(reading, every, s.kept),
        *of_the_other(reading, every, s.kept),
    ]:  # fmt: skip
        s.kept[k] = False
    certain = jotting or bool(timed or told)
    if "performed" in map(_most, s.statuses) and not nothing_else and _nothing_done(s, judge, marks, certain=certain):
        s.statuses = [_other_than_performed(status) for status in s.statuses]
    names = [_most(status) for status in s.statuses]
    for k, name in enumerate(names):
        if name == "performed" and not jotting and (every[k].start, every[k].end) not in timed:
            s.kept[k] = s.kept[k] and max(second[k], KEPT_AT) * s.statuses[k][name] >= PERFORMED_AT
    return [
        # what a rule keeps is no less likely
        Verdict(item_start(reading, c), item_end(reading, c), name, max(p, KEPT_AT), s.statuses[k][name])
        for k, (c, name, p) in enumerate(zip(every, names, second, strict=True))
        if s.kept[k]
    ]


def _is_all(reading: Reading, candidate: Candidate) -> bool:
    """Whether a note says nothing but one activity: no word then tells of another day ("training with a walker at home")."""
    words = re.sub(r"\W", "", reading.text)
    return len(re.sub(r"\W", "", reading.text[candidate.start : candidate.end])) == len(words)


@dataclass
class _Standing:
    """How a note's candidates stand while rules go over what the models think of them: per candidate the probability of
    being an activity, those of its statuses, and whether it stays."""

    reading: Reading
    every: Sequence[Candidate]
    likely: list[float]
    statuses: list[Mapping[str, float]]
    kept: list[bool]

    def done(self, k: int, unless: Sequence[str] = ()) -> None:
        """A candidate was performed, unless it reads as one of some statuses or words have decided."""
        if _most(self.statuses[k]) not in unless and len(self.statuses[k]) > 1:
            self.statuses[k] = _DONE


_LIST_JOINT = re.compile(r"[^.;:\n]{0,24}?,[ \t]*(?:and[ \t]+)?", re.IGNORECASE)
TAGGED_AT, OPINED_AT = 0.9, 0.7
"""What tagger and first opinion must think at least of an item that its list keeps."""


def listed(
    reading: Reading, every: Sequence[Candidate], odds: Sequence[float], marks: Sequence[tuple[bool, bool, bool]],
    kept: Sequence[bool],
) -> list[int]:  # fmt: skip
    """The candidates that the second opinion alone doubts, with dosage, behind or before a kept one with dosage in one list
    ("clamshells 3x10, monster walks x15")."""
    out = []
    for k, c in enumerate(every):
        sure = c.source == "tagger" and c.likely >= TAGGED_AT and odds[k] >= log_odds(OPINED_AT) and marks[k][0]
        if kept[k] or not sure:
            continue
        for a, b in ((k - 1, k), (k, k + 1)):
            if a < 0 or b == len(every) or not (kept[a] or kept[b]) or not (marks[a][0] and marks[b][0]):
                continue
            if _LIST_JOINT.fullmatch(reading.text, every[a].end, every[b].start):
                out.append(k)
    return out


def _keep_timed(s: _Standing, timed: Collection[tuple[int, int]]) -> None:
    """Services with their minutes stay; where no word declines them they were given."""
    for k, candidate in enumerate(s.every):
        if (candidate.start, candidate.end) in timed:
            s.kept[k] = True
            status = _most(s.statuses[k])
            if status == "declined" or (status == "home_program" and _modality_here(s.reading, candidate)):
                s.done(k)


_AT_HOME = re.compile(
    r"\bhome\b|\bHEP\b|\bprn\b|/ ?d(?:ay)?\b|\bdaily\b|nightly|\bq ?\d|\btimes a\b|\bbid\b|\btid\b", re.IGNORECASE
)


def _modality_here(reading: Reading, candidate: Candidate) -> bool:
    """Whether a modality stands on a line that says nothing of home or of how often: "- ice 10 min" over "HEP unchanged"."""
    code = block_code(reading.text[candidate.start : candidate.end])
    line = reading.layout.line_at(candidate.start)
    return (
        code is not None
        and MODALITY.fullmatch(code) is not None
        and not _AT_HOME.search(reading.text, line.start, line.end)
    )


def _join_what_for(s: _Standing) -> None:
    """ "squats x10 to practise getting off the toilet" is one activity: what it is for is part of it, whichever was seen."""
    text = s.reading.text
    for k in range(len(s.every) - 1, 0, -1):
        lead = _LEADS.match(text, s.every[k].start, s.every[k].end)
        stop = lead.end() if lead else s.every[k].start
        last = next((j for j in range(k - 1, -1, -1) if s.kept[j]), k - 1)  # what lies between was found to be nothing
        for j in dict.fromkeys((k - 1, last)):
            if s.kept[k] and s.every[j].end <= stop and _FOR_WHICH.fullmatch(text, s.every[j].end, stop):
                s.kept[k] = False
                if not s.kept[j]:
                    s.kept[j], s.statuses[j] = True, s.statuses[k]


def _keep_evaluations(s: _Standing, named: Sequence[int]) -> None:
    """Evaluations with their code or complexity stay, but for those inside another activity's words."""
    for k in named:
        if s.kept[k]:
            s.done(k, unless=("planned",))
        elif not any(
            keep and c.start < s.every[k].end and s.every[k].start < c.end
            for c, keep in zip(s.every, s.kept, strict=True)
        ):
            s.kept[k], s.statuses[k] = True, _DONE


def _one_evaluation(s: _Standing, named: Sequence[int]) -> None:
    """A visit has one evaluation, however often it is named ("OT EVALUATION - low complexity" over "... completed 25 min"): of
    several performed ones that with minutes stays, else the likeliest. None of 229 labelled notes with one has another."""
    given = [k for k in named if s.kept[k] and _most(s.statuses[k]) == "performed"]
    if len(given) < 2:
        return
    best = max(given, key=lambda k: (timed_behind(s.reading, s.every[k]), s.likely[k]))
    for k in given:
        s.kept[k] = k == best


def _keep_joined(s: _Standing) -> None:
    """Of modalities given together the doubtful one is what the sure one is."""
    for k, j in modalities_joined(s.reading, s.every):
        if s.kept[j]:
            if not s.kept[k]:
                s.kept[k], s.statuses[k] = True, s.statuses[j]
            s.likely[k] = max(s.likely[k], s.likely[j])


def _nothing_done(s: _Standing, judge: Judge, marks: Sequence[tuple[bool, bool, bool]], *, certain: bool) -> bool:
    """Whether nothing was performed in the note, whatever reads so. certain: services with minutes, or a jotting; such a
    note, and one of which words say what was done, is not doubted."""
    if says_no_visit(s.reading.text):
        return True
    decided = any(keep and dict(status) == _DONE for keep, status in zip(s.kept, s.statuses, strict=True))
    if certain or decided:
        return False
    weighed = weighed_up(s.likely, s.statuses, marks)
    return judge.quiet.probabilities(quiet_features(s.reading.text, weighed))[QUIET] >= QUIET_AT


def _head(reading: Reading, start: int) -> str | None:
    """What the words of its sentence and line before an offset decide alone."""
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    line = reading.layout.line_at(start)
    return said_by_head(reading.text[max(min(sentence[0], start), line.start) : start])


def _as_listed(reading: Reading, start: int, status: Mapping[str, float]) -> Mapping[str, float]:
    """The statuses of an activity, set right where the head of its sentence or of a list in it says otherwise.

    "HEP gets calf stretch as well" in a plan is home programme, no plan; "dropped clamshells" there is past. What reads
    as performed, declined or past for other reasons than a list stays; what reads as declined stays whatever the head.
    """
    said_most = _most(status)
    if said_most == "declined":
        return status
    name = _head(reading, start)
    if name is None and said_most in ("planned", "home_program"):
        sentence = part(reading.cuts.sentences, start, len(reading.text))
        said = said_by_list(reading.text[min(sentence[0], start) : start])
        name = said and (said[1] or said[0])
    return status if name in (None, said_most) else {name: 1.0}


def weighed_up(
    likely: Sequence[float], statuses: Sequence[Mapping[str, float]], marks: Sequence[tuple[bool, bool, bool]]
) -> list[Weighed]:
    """The candidates of a note as `quiet_features` wants them."""
    return [
        Weighed(p, s.get("performed", 0.0), p >= KEPT_AT, p >= KEPT_AT and _most(s) == "performed", *mark)
        for p, s, mark in zip(likely, statuses, marks, strict=True)
    ]


def _other_than_performed(status: Mapping[str, float]) -> Mapping[str, float]:
    """The statuses of a phrase of which it is known that it was not performed."""
    others = {name: p for name, p in status.items() if name != "performed"}
    total = sum(others.values())
    return {name: p / total for name, p in others.items()} if total else status


def _most(status: Mapping[str, float]) -> str:
    return max(status, key=status.__getitem__)
