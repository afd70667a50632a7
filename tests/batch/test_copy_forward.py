"""Copy-forward: what counts as copied, in whatever order the visits come, and the bound of what is kept."""

from __future__ import annotations

import json

import pytest

from nlp_coder.batch import copy_forward
from nlp_coder.batch.copy_forward import CopyForward, Visit, visit_of
from nlp_coder.batch.journal import Journal
from nlp_coder.batch.rendering import Rendering
from nlp_coder.batch.run_export import code_rows, write_output
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.note import Activity, CodedNote, VisitContext

DONE = (
    "TE 24 min: quad sets 3x10, heel slides x15, straight leg raises 2x10 with 3 lb, step ups 6 inch x12 at the rail\n"
)


def note(id, text, start=0):
    return CodedNote(id, text, "PT", "cms", (Activity("x", start, start + 1, "performed", "97110"),), (), 24, 24, ())


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
    assert memory.check(visit_of(note("v1", DONE), "p", days[0])) is None
    found = memory.check(visit_of(note("v2", second, second.index("TE")), "p", days[1]))
    assert (found is not None) == copied
    if found is not None:
        assert found.kind == "copied_forward" and "v1" in found.message and "%" in found.message
        assert ("earlier" in found.message) == (days[0] < days[1])
        assert "quad" not in found.message


@pytest.mark.parametrize(
    ("patient", "day"), [("q", "2024-03-08"), (None, "2024-03-08"), ("p", None), ("p", "soon"), ("p", "2024-03-01")]
)
def test_other_patients_the_same_day_and_unknown_days_are_not_compared(patient, day):
    memory = CopyForward()
    memory.check(visit_of(note("v1", DONE), "p", "2024-03-01"))
    visit = visit_of(note("v2", DONE), patient, day)
    assert visit is None or memory.check(visit) is None


def test_what_is_kept_is_bounded_and_holds_no_text(monkeypatch):
    monkeypatch.setattr(copy_forward, "PATIENTS", 3)
    memory = CopyForward()
    for i in range(20):
        memory.check(visit_of(note(f"v{i}", DONE), f"p{i % 5}", f"2024-03-{i + 1:02}"))
    assert len(memory._patients) == 3 and all(len(v) <= copy_forward.VISITS for v in memory._patients.values())
    assert "quad" not in repr(memory._patients)


def test_a_visit_comes_back_from_its_packed_form():
    visit = visit_of(note("v1", DONE), "p", "2024-03-01")
    assert Visit.unpacked(json.loads(json.dumps(visit.packed()))) == visit


class Reads:
    """A coder that takes each note for one performed exercise."""

    def code(self, text, *, id="note", context=None):
        return note(id, text)


@pytest.mark.parametrize("stop", [None, 1, 2])
def test_a_run_says_what_is_copied_whether_or_not_it_was_cut_off(tmp_path, stop):
    given = [
        NoteRow(n, str(n), DONE, VisitContext(patient_id=f"p{n % 3}", date_of_service=f"2024-03-{n // 3 + 1:02}"))
        if n % 7 else BadRow(n, str(n), "bad", "mend") for n in range(84)
    ]  # fmt: skip
    rendering, output = Rendering(".jsonl", None), tmp_path / "out.jsonl"
    steps = []

    def after(tally):
        steps.append(tally)
        if len(steps) == stop:
            raise ConnectionAbortedError

    for resume in (False, True):
        journal = Journal(output, {}, resume=resume, restart=False)
        try:
            code_rows(given, journal, rendering, load=Reads, model=None, jobs=1, after=after)
        except ConnectionAbortedError:
            assert not resume
            journal.close(remove=False)
            continue
        write_output(journal, output, rendering)
        assert "straight leg" not in json.dumps([{**r, "out": ""} for r in journal.results()])
        journal.close(remove=True)
        break
    records = [json.loads(line) for line in output.read_text().splitlines()]
    first = {"1", "2", "3"}
    assert {r["id"] for r in records if not r["alerts"]} == first and len(records) == 72
    assert all("unchanged in the earlier visit" in r["alerts"][0]["message"] for r in records if r["id"] not in first)
