"""The spaCy pipeline by itself and the coder, which codes what it finds, see the same in the same text."""

from __future__ import annotations

import pytest

from nlp_coder import Coder
from nlp_coder.extract.pipeline import SPANS, therapy_pipeline
from nlp_coder.extract.verdict import PERFORMED_AT

NOTES = [
    "TE 15': quad sets 3x10,  heel slides x15\nMT 8 min: patellar mobs gr III",
    "Gait  training w/FWW 150ft CGA; stairs x4. HEP: SLR 2x10",
    "\tNMR—tandem stance 3x30s on foam\r\n\r\nPlan: step-ups next visit\n",
    "été: rows3x10 STM/MFR  ",
    "   ",
    "",
]


@pytest.fixture(scope="module")
def both():
    return Coder.load(), therapy_pipeline()


@pytest.mark.parametrize("text", NOTES)
def test_the_same_activities_with_the_same_details(both, text):
    coder, nlp = both
    note, doc = coder.code(text), nlp(text)
    spans = doc.spans[SPANS]
    assert [(s.start_char, s.end_char, s._.status) for s in spans] == [
        (a.start, a.end, a.status) for a in note.activities
    ]
    assert [(s._.details.dosage, s._.details.assistance) for s in spans] == [
        (a.dosage, a.assistance) for a in note.activities
    ]


@pytest.mark.parametrize("text", NOTES)
def test_the_same_tokens(both, text):
    coder, nlp = both
    reading, doc = coder.read(text), nlp.make_doc(text)
    assert doc.text == text
    assert reading.tokens == [t.text for t in doc]
    assert reading.offsets == [t.idx for t in doc]


def test_what_counts_as_performed_is_likelier_so_than_not(both):
    _, nlp = both
    doc = nlp(
        "Pt seen in the gym, tired after a poor night. Discussed pacing, walking to the gate and using the rail.\n"
        "Did seated marches x20, then sit to stand from the armchair x8. May try the step next week; would like the garden path.\n"
        "Able to stand at the sink. Theraband rows 3x10, rest twice. Daughter asked about bathing.\n"
    )
    done = [s for s in doc.spans[SPANS] if s._.status == "performed"]
    assert "seated marches" in {s.text for s in done}
    assert all(s._.verdict.likely * s._.verdict.sure >= PERFORMED_AT for s in done)
