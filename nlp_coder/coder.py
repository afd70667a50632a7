"""Text in, coded note out: extract, code, bring minutes together, bill, say what is wrong.

>>> from nlp_coder import Coder
>>> note = Coder.load().code("TE 15 min: quad sets 3x10, heel slides x15")
>>> [(line.code, line.units) for line in note.lines]
[('97110', 1)]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlp_coder.alerts import WrittenCode, note_alerts
from nlp_coder.bill.claim import bill_services
from nlp_coder.bill.documentation import checklist
from nlp_coder.bill.minutes import ServiceMinutes, StatedTime, possible_minutes, service_minutes
from nlp_coder.bill.rulebook import UNSTATED, Rulebook, load_rulebook
from nlp_coder.bill.services import Service, ServiceError, discipline_of
from nlp_coder.classify.certainty import Certainty, Step, measured
from nlp_coder.classify.coding import Decision, as_a_listed_test, decide
from nlp_coder.classify.company import as_accounted, as_charged, as_one_service, in_company
from nlp_coder.classify.describe import describe, told_heading
from nlp_coder.classify.described import Described
from nlp_coder.classify.needed import impossible_codes
from nlp_coder.extract.heading_words import MODALITY, block_code
from nlp_coder.extract.layout import CodeMention
from nlp_coder.extract.pipeline import SPANS, model_of, therapy_pipeline
from nlp_coder.extract.reading import Reading, part
from nlp_coder.extract.tests_told import in_a_test_list
from nlp_coder.extract.times.remaining import unbilled_minutes
from nlp_coder.extract.times.roles import time_uses
from nlp_coder.extract.times.use import Placed, TimeUse, told_together
from nlp_coder.extract.visit import visit_words
from nlp_coder.model import Model, ModelError
from nlp_coder.note import Activity, Alert, CodedNote, VisitContext
from nlp_coder.recoding import Found, Settled
from nlp_coder.tables import own_digest
from nlp_coder.version import __version__

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Coder", "ModelError"]

STIMULATION = ("97014", "G0283")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, as broken exports hold them: no text that spaCy takes; one sign stands for it, so that places stay."""
DOUBTFUL = 0.9
"""Below this probability of being an activity a phrase has no say in what minutes the surer ones share."""


class Coder:
    """Codes notes. Load once, use for many; not changed by coding, so that threads may share it."""

    def __init__(self, nlp: Language, model: Model, rulebook: Rulebook) -> None:
        self._nlp = nlp
        self._model = model
        self._rulebook = rulebook
        self._own = own_digest()

    @classmethod
    def load(cls, model: Path | None = None) -> Coder:
        """The coder of a model folder, by default the shipped one. Raises ModelError, TableError (messages for people)."""
        nlp = therapy_pipeline(model)
        return cls(nlp, model_of(nlp), load_rulebook())

    @property
    def versions(self) -> Mapping[str, str]:
        """Program, model and rules with their digests, as every record names them."""
        return {
            "program": __version__, "name": self._model.name, "version": self._model.version,
            "digest": self._model.digest, "rules": self._rulebook.digest,
            "ncci": f"{self._rulebook.ncci.quarter} {self._rulebook.ncci.digest}",
            **({"own_tables": self._own} if self._own else {}),
        }  # fmt: skip

    def code(self, text: str, *, id: str = "note", context: VisitContext | None = None) -> CodedNote:
        """Code one note.

        context: what is known of the visit beside its text; it wins over what the text says. Any text is accepted;
        one without activities gives a note without lines. Raises ServiceError where the context itself cannot be used
        (an unknown payer, a malformed date).
        """
        reading, found = self.find(text)
        return self.settle(reading, found, Settled(), id=id, context=context)

    def find(self, text: str) -> tuple[Reading, list[Found]]:
        """What the tables find in a note, and its activities in order of their place."""
        doc = self._nlp(_SURROGATE.sub("\ufffd", text))
        return doc._.reading, [
            Found(s.start_char, s.end_char, s._.status, s._.details, s._.verdict) for s in doc.spans[SPANS]
        ]

    @property
    def codes(self) -> frozenset[str]:
        """The codes that billing knows."""
        return frozenset(self._rulebook.codes)

    def read(self, text: str) -> Reading:
        """What the tables find in a note, before its activities are looked for."""
        reading: Reading = self._nlp.get_pipe("therapy_reading")(
            self._nlp.make_doc(_SURROGATE.sub("\ufffd", text))
        )._.reading
        return reading

    def settle(
        self, reading: Reading, found: Sequence[Found], settled: Settled, *, id: str, context: VisitContext | None
    ) -> CodedNote:
        """Code and bill the activities found; settled: what a person decided about them (see `recoding.recode`)."""
        text, layout = reading.original, reading.layout
        context, remarks = _completed(context or VisitContext(), text, self._rulebook)
        places = sorted((f.start, f.end) for f in found)
        decisions: list[Decision] = []
        said: list[Described] = []
        written: list[WrittenCode | None] = []  # codes in digits
        impossible = impossible_codes(reading.text)
        headed: list[str | None] = []  # codes in digits or that a heading stands for
        for item in found:
            start, end = item.start, item.end
            described, item_start = describe(
                reading, start, end, places, discipline=context.discipline, encounter=context.encounter
            )
            heading, at = _heading_code(reading, start, end, places, self._rulebook)
            if heading and _another_modality(described, heading):
                heading, at = None, None
            digits = at is not None
            if in_a_test_list(reading, start):
                decisions.append(as_a_listed_test())
            else:
                decisions.append(decide(described, item_start, heading, digits, self._model, impossible))
            said.append(described)
            written.append(WrittenCode(heading, at) if heading and at is not None else None)
            headed.append(heading)
        lines = [layout.line_at(f.start).start for f in found]
        timed = frozenset(c for c, rule in self._rulebook.codes.items() if rule.timed)

        def by_payer(coded: Sequence[Decision]) -> list[Decision]:
            return [
                _stimulation(d, context, self._rulebook, w.code if w else None)
                for d, w in zip(coded, written, strict=True)
            ]

        def told(coded: Sequence[Decision]) -> list[Decision]:
            """The decisions with the payer's codes, and with what a person settled."""
            return settled.decisions(by_payer(coded))

        least, sure = self._model.ruled_out_below, settled.sure_codes
        alone = told(decisions)
        uses = _uses(reading, found, alone, timed)
        together = told_together(uses)
        decisions = told(in_company(decisions, together, lines, least, sure))
        decisions = told(as_one_service(decisions, together, timed, least, sure))
        done = [f.status == "performed" for f in found]
        charged = {u.code for u in uses if u.role == "code" and u.code is not None and u.code in self._rulebook.codes}
        decisions = told(as_charged(decisions, done, charged, headed, least, sure))
        if [d.code for d in alone] != [d.code for d in decisions]:
            uses = _uses(reading, found, decisions, timed)
        minutes = _service_minutes(reading, found, decisions, settled, uses, timed, headed)
        if untold := _left_over(minutes, timed):
            shared = [(u.activities, u.code) for u in uses if len(u.activities) > 1 or u.code]
            known = {c for c, v in minutes.by_code.items() if v is not None}
            before = [d.code for d in decisions]
            decisions = told(as_accounted(decisions, done, shared, known, untold, least, sure))
            if before != [d.code for d in decisions]:
                uses = _uses(reading, found, decisions, timed)
                minutes = _service_minutes(reading, found, decisions, settled, uses, timed, headed)
        activities = [
            Activity(
                quote=text[f.start : f.end], start=f.start, end=f.end, status=f.status, code=d.code,
                confidence=d.confidence, alternatives=d.alternatives, not_ruled_out=d.not_ruled_out,
                dosage=f.details.dosage, body_parts=f.details.body_parts, purposes=s.purposes,
                assistance=f.details.assistance, evidence=d.evidence,
            )
            for f, d, s in zip(found, decisions, said, strict=True)
        ]  # fmt: skip
        minutes = settled.sums(possible_minutes(minutes))
        activities = _with_minutes(activities, minutes, uses)
        codes = [a.code if a.status == "performed" else None for a in activities]
        services = [
            Service(code, value, tuple(i for i, c in enumerate(codes) if c == code))
            for code, value in minutes.by_code.items()
        ]
        claim = bill_services(services, context, self._rulebook, from_note=True)
        alerts = remarks + note_alerts(text, reading, activities, decisions, written, minutes, claim, self._rulebook)
        return CodedNote(
            id=id, text=text, discipline=context.discipline, unit_rule=claim.unit_rule,
            activities=_as_sure(activities, found, len(text), self._model.certainty),
            lines=claim.lines, timed_minutes=claim.timed_minutes, total_minutes=minutes.total,
            alerts=alerts, stated_timed_minutes=minutes.stated_timed, stated_total_minutes=minutes.stated_total,
            unit_explanation=claim.explanation, unit_table=tuple(asdict(r) for r in claim.unit_table),
            documentation=checklist(reading, activities, claim.lines, self._rulebook),
            context={**context.for_billing(), "rules_date": claim.rules_date.isoformat()}, model=self.versions,
        )  # fmt: skip


def _uses(
    reading: Reading, found: Sequence[Found], decisions: Sequence[Decision], timed: Collection[str]
) -> list[TimeUse]:
    """What the stated times belong to, given the codes of the activities."""
    placed = [
        Placed(f.start, f.end, f.status == "performed", d.code, d.code not in timed)
        for f, d in zip(found, decisions, strict=True)
    ]
    return time_uses(reading, placed)


def _service_minutes(
    reading: Reading, found: Sequence[Found], decisions: Sequence[Decision], settled: Settled, uses: Sequence[TimeUse],
    timed: frozenset[str], headed: Sequence[str | None],
) -> ServiceMinutes:  # fmt: skip
    """The minutes of each service, given the codes of the activities and what the stated times belong to."""
    text = reading.original
    starts = [
        max(reading.layout.line_at(f.start).start, part(reading.cuts.sentences, f.start, len(text))[0]) for f in found
    ]
    return service_minutes(
        [d.code if f.status == "performed" else None for f, d in zip(found, decisions, strict=True)],
        settled.times([StatedTime(u.minutes, u.role, u.activities, u.code, u.clock) for u in uses]),
        timed,
        headed,
        starts,
        unbilled=unbilled_minutes(text),
        doubtful=frozenset(i for i, f in enumerate(found) if f.verdict and f.verdict.likely < DOUBTFUL),
    )


def _left_over(minutes: ServiceMinutes, timed: frozenset[str]) -> frozenset[str]:
    """The timed codes that are left without minutes where those of the others make up the note's stated total."""
    known = {c: v for c, v in minutes.by_code.items() if v is not None}
    whole = sum(known.values()) == minutes.stated_total
    whole = whole or sum(v for c, v in known.items() if c in timed) == minutes.stated_timed
    return frozenset(c for c in minutes.by_code if c in timed and c not in known) if whole and known else frozenset()


def _completed(context: VisitContext, text: str, rulebook: Rulebook) -> tuple[VisitContext, tuple[Alert, ...]]:
    """The context with what the note itself says filled into its gaps, and what had to be set aside.

    A discipline that bills none of these codes (an exercise physiologist's note in the export) must not lose the note:
    it counts as not stated, and an alert says so.
    """
    said = visit_words(text)
    payer = context.payer or (said.payer if said.payer in rulebook.payer_names() else None)
    remarks: tuple[Alert, ...] = ()
    try:
        discipline = discipline_of(context)
    except ServiceError:
        discipline = None
        remarks = (
            Alert(
                "unknown_discipline", "warning",
                "The visit's discipline is none of PT, OT and SLP: it counts as not stated, and no discipline modifier is set. "
                "Correct it, or check that the provider may bill these codes.",
            ),
        )  # fmt: skip
    return replace(context, discipline=discipline or said.discipline, payer=payer), remarks


def _heading_code(
    reading: Reading, start: int, end: int, places: list[tuple[int, int]], rulebook: Rulebook
) -> tuple[str | None, int | None]:
    """(the code the therapist wrote for an activity or its heading stands for, where it is written if in digits).

    A code in digits after the activity on its own line counts where no other activity stands between; a deleted code
    counts as its successor where it has exactly one.
    """
    own = next((c.code for c in reading.layout.codes if (c.start, c.end) == (start, end)), None)
    if own is not None:  # a note that names its services by their codes alone
        return _valid(own, start, rulebook)
    block = reading.layout.block_at(start)
    code = block.code if block else told_heading(reading, start, places)[1] or block_code(reading.text[start:end])
    at = block.start if block and block.written else None
    if at is None:
        line = reading.layout.line_at(start)
        codes = reading.layout.codes
        first = bisect_left(codes, end, key=_start)
        leading = codes[first - 1] if first else None
        if leading and leading.start >= line.start and _LEADS_ITS_ITEM.fullmatch(reading.text, leading.end, start):
            return _valid(leading.code, line.start, rulebook)
        if leading and _charged_before(reading, start, leading, places):
            return _valid(leading.code, leading.start, rulebook)
        after = codes[first : max(bisect_left(codes, line.end, key=_start), first)]
        behind = [a for a, _ in places[bisect_left(places, (end, -1)) : bisect_left(places, (line.end, -1))]]
        trailing = after[0] if after else None
        if (
            trailing
            and (re.search(r"\.\s", reading.text[end : trailing.start]) or reading.layout.heading_at(trailing.start))
            and any(a > trailing.start for a in behind)
        ):
            trailing = None  # "... ER 3x10. 97112 8 min rhythmic stab": it heads what follows
        if trailing and len(after) > 1 and not any(after[0].end <= a < after[1].start for a in behind):
            trailing = None  # "... 97110x3 97140x1": a charge line, no code of this activity
        if (
            trailing
            and ";" not in reading.text[end : trailing.start]
            and not any(a < trailing.start and ";" in reading.text[end:a] for a in behind)
        ):
            code, at = trailing.code, line.start
    return _valid(code, at, rulebook)


_LEADS_ITS_ITEM = re.compile(
    r"\)?[ \t]*(?:[x×@(]?[ \t]*\d{1,3}[ \t]*(?:minutes|mins?|m|['’′])\)?)?[ \t]*[-–—:=]?[ \t]*", re.IGNORECASE
)
""" "97110 therapeutic exercise 28 min and 97140 manual therapy 12 min", "97140 x 14 min - press-ups": the code before each is
its own."""


_CHARGED_AS = re.compile(
    r"\b(?:bill(?:ed|ing)?|cod(?:ed?|ing)|charg(?:ed?|ing)|entered|recorded|logged|counted|put down|under)(?:[ \t]+(?:it|this|these|them|here|on the claim))?(?:[ \t]+(?:as|under|to|for|code|CPT))*[ \t]*[(:]?[ \t]*\Z",
    re.IGNORECASE,
)
""" "20 minutes billed as 97140, in which she performed dead bugs", "Under 97116 eleven minutes, heel slides"."""


def _charged_before(reading: Reading, start: int, code: CodeMention, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence says of what follows, before its first activity, which code it was billed as."""
    sentence = part(reading.cuts.sentences, start, len(reading.text))
    first = places[bisect_left(places, (sentence[0], -1))][0]
    return sentence[0] <= code.start < first and bool(_CHARGED_AS.search(reading.text, sentence[0], code.start))


def _valid(code: str | None, at: int | None, rulebook: Rulebook) -> tuple[str | None, int | None]:
    """A written code and its place, a deleted one as its only successor; (None, None) where there is none."""
    if code is None or code not in rulebook.codes:
        return None, None
    rule = rulebook.codes[code]
    if rule.deleted_from is not None:
        code = rule.replaced_by[0] if len(rule.replaced_by) == 1 else None
    return code, at if code is not None else None


def _another_modality(described: Described, heading: str) -> bool:
    """Whether an item is a modality of its own under another's code ("97014: IFC 15 min with ice")."""
    own = described.lexicon_code
    if own is None or own == heading or {own, heading} == set(STIMULATION):
        return False
    return MODALITY.fullmatch(own) is not None and MODALITY.fullmatch(heading) is not None


def _start(mention: CodeMention) -> int:
    return mention.start


def _stimulation(decision: Decision, context: VisitContext, rulebook: Rulebook, written: str | None) -> Decision:
    """Unattended stimulation takes the payer's code: G0283 for Medicare or a silent note, 97014 for others (guide).

    written: the code the therapist wrote for it in digits; where the payer is not stated it stands.
    """
    if decision.code not in STIMULATION:
        return decision
    unattended, medicares = STIMULATION
    profile = rulebook.payer(context.payer)
    # the payer's profile says whether it takes 97014; a silent note is taken as Medicare's unless it counts by ama
    if profile is None or profile.name == UNSTATED:
        wants = written != unattended
    else:
        wants = any(e.code == unattended and e.use == medicares for e in profile.not_paid)
    code = medicares if wants and context.unit_rule != "ama" else unattended
    if code == decision.code:
        return decision
    others = tuple(replace(a, code=decision.code) if a.code == code else a for a in decision.alternatives)
    also = tuple(decision.code if c == code else c for c in decision.not_ruled_out)
    return replace(decision, code=code, alternatives=others, not_ruled_out=also)


def _as_sure(
    activities: Sequence[Activity], found: Sequence[Found], length: int, certainty: Certainty | None
) -> tuple[Activity, ...]:
    """The activities with the confidence in place, status and code together; until here it was that in the code alone.

    What is said of codes (alerts, documentation) rests on the code alone; what may pass without a look, on all three. An
    activity whose place a person has settled keeps its own.
    """
    judged = [(i, f.verdict) for i, f in enumerate(found) if f.verdict is not None]
    if certainty is None or not judged:
        return tuple(activities)
    steps = [Step(v.likely, v.sure, activities[i].confidence) for i, v in judged]
    measures = measured(
        steps, [activities[i].status for i, _ in judged], [activities[i].code for i, _ in judged], length
    )
    out = list(activities)
    for (i, _), each in zip(judged, measures, strict=True):
        code, joint = activities[i].confidence, certainty.joint(each)
        # so that all codes together stay within 1
        left = min(joint / max(code, 1e-9), (1 - joint) / max(1 - code, 1e-9))
        others = tuple(replace(a, confidence=a.confidence * left) for a in activities[i].alternatives)
        out[i] = replace(activities[i], confidence=joint, alternatives=others)
    return tuple(out)


def _with_minutes(activities: list[Activity], minutes: ServiceMinutes, uses: list[TimeUse]) -> list[Activity]:
    """The activities with the minutes stated for each alone, and where these come from."""
    source: dict[int, str] = {}
    for use in uses:
        for index in use.activities:
            if len(use.activities) == 1:
                how = "clock" if use.clock else "block" if use.role == "block" else "activity"
                source.setdefault(index, how)
    return [
        replace(a, minutes=minutes.own[i], minutes_from=source.get(i, "activity")) if i in minutes.own else a
        for i, a in enumerate(activities)
    ]
