"""Copy-forward: what counts as copied, in whatever order the visits come, and the bound of what is kept."""

from __future__ import annotations

import pytest

from nlp_coder.batch import copy_forward
from nlp_coder.batch.copy_forward import CopyForward, with_copy_forward
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.note import Activity, CodedNote, VisitContext

DONE = (
    "TE 24 min: quad sets 3x10, heel slides x15, straight leg raises 2x10 with 3 lb, step ups 6 inch x12 at the rail\n"
)


def note(id, text, start=0):
    return CodedNote(id, text, "PT", "cms", (Activity("x", start, start + 1, "performed", "97110"),), (), 24, 24, ())


def kinds(coded):
    return [a.kind for a in coded.alerts]


@pytest.mark.parametrize(
    ("second", "copied"),
    [
        ("S: slept well today\n" + DONE, True),
        (DONE.replace("TE", "3/9 TE"), True),
        (DONE.replace("24 min", "26 min"), False),
        (DONE.replace("3 lb", "4 lb"), False),
        ("TE 24 min: bike for endurance 3x10 x15 2x10 3 lb 6 x12 then a long walk in the hall with the cane\n", False),
    ],
)
@pytest.mark.parametrize("days", [("2024-03-01", "2024-03-08"), ("2024-03-08", "2024-03-01")])
def test_only_unchanged_work_is_copied_in_either_order(second, copied, days):
    memory = CopyForward()
    assert kinds(memory.check(note("v1", DONE), "p", days[0])) == []
    found = memory.check(note("v2", second, second.index("TE")), "p", days[1])
    assert kinds(found) == (["copied_forward"] if copied else [])
    if copied:
        assert "v1" in found.alerts[0].message and "%" in found.alerts[0].message
        assert ("earlier" in found.alerts[0].message) == (days[0] < days[1])
        assert "quad" not in found.alerts[0].message


@pytest.mark.parametrize(
    ("patient", "day"), [("q", "2024-03-08"), (None, "2024-03-08"), ("p", None), ("p", "soon"), ("p", "2024-03-01")]
)
def test_other_patients_the_same_day_and_unknown_days_are_not_compared(patient, day):
    memory = CopyForward()
    memory.check(note("v1", DONE), "p", "2024-03-01")
    assert kinds(memory.check(note("v2", DONE), patient, day)) == []


def test_what_is_kept_is_bounded_and_holds_no_text(monkeypatch):
    monkeypatch.setattr(copy_forward, "PATIENTS", 3)
    memory = CopyForward()
    for i in range(20):
        memory.check(note(f"v{i}", DONE), f"p{i % 5}", f"2024-03-{i + 1:02}")
    assert len(memory._patients) == 3 and all(len(v) <= copy_forward.VISITS for v in memory._patients.values())
    assert "quad" not in repr(memory._patients)


def test_results_keep_their_rows_however_far_the_coder_reads_ahead():
    rows = [
        NoteRow(1, "a", DONE, VisitContext(patient_id="p", date_of_service="2024-03-01")),
        BadRow(2, "b", "bad", "mend"),
        NoteRow(3, "c", DONE, VisitContext(patient_id="p", date_of_service="2024-03-02")),
    ]

    def ahead(stream):
        return [r if isinstance(r, BadRow) else note(r.id, r.text) for r in list(stream)]

    found = list(with_copy_forward(rows, ahead))
    assert [r.id for r in found] == ["a", "b", "c"] and kinds(found[2]) == ["copied_forward"] and kinds(found[0]) == []
