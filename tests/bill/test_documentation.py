"""Documentation: the checklist by code with the words that show each element, and the one alert of a note."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from nlp_coder import Coder
from nlp_coder.bill import checklist, load_rulebook, note_alert
from nlp_coder.bill.documentation_words import DocumentationWords
from nlp_coder.bill.table_checks import Checker
from nlp_coder.extract.lexicon import Lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.note import Activity, BodyPart, Dosage, ServiceLine, VisitContext
from nlp_coder.tables import TableError

KNEE = (BodyPart("knee", "left"),)


def activity(code="97110", status="performed", quote="x", start=0, **fields):
    return Activity(quote, start, start + len(quote), status, code, 0.9, **fields)


def read(text, *phrases, minutes=None):
    """The checklist of a text whose activities are given as (phrase, code): {(code, element): (present, words)}."""
    activities = [activity(code, quote=words, start=text.index(words)) for words, code in phrases]
    lines = [ServiceLine(code, None, m) for code, m in (minutes or {}).items()]
    reading = Reading.of(text, Lexicon([]))
    found = checklist(reading, activities, lines, load_rulebook())
    return {(d.code, d.element): (d.present, [text[a:b] for a, b in d.places]) for d in found}


def test_present_elements_come_with_the_words_that_show_them():
    found = read("L knee OA. SAQ 3x10 for quad strength so she can climb stairs. Knee flex 118.", ("SAQ", "97110"))
    assert all(present for present, _ in found.values())
    assert "strength" in found["97110", "purpose"][1]
    assert "3x10" in found["97110", "quantity"][1]
    assert any("118" in words for words in found["97110", "objective_measure"][1])


def test_a_bare_note_misses_every_element():
    found = read("bands, tol well. cont.", ("bands", "97110"))
    assert {element for (_, element), (present, _) in found.items() if present is False} == {
        "body_part", "quantity", "purpose", "functional_goal", "objective_measure",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "phrase", "code", "element", "present"),
    [
        ("clams, bridges = 14", "clams", "97110", "quantity", True),
        ("clams, bridges", "clams", "97110", "quantity", False),
        ("walked in the hall, cues for heel strike", "walked", "97116", "purpose", True),
        ("walked with RW", "walked", "97116", "assistance", True),
        ("walked outside", "walked", "97116", "assistance", False),
        ("balance group, 4 patients", "balance", "97150", "group_size", True),
        ("class of seven: balance", "balance", "97150", "group_size", True),
        ("group class: balance", "balance", "97150", "group_size", False),
        ("balance, attended class till noon", "balance", "97150", "group_size", None),
        ("hamstring str, clams x12", "clams", "97110", "purpose", True),
        ("static stand, eyes closed", "static stand", "97112", "purpose", True),
        ("clams. FIM toileting 4", "clams", "97110", "objective_measure", True),
        ("peg board, needed 4 redirections", "peg board", "97530", "assistance", True),
        ("grip test battery in a group", "grip test battery", "97750", "one_on_one", False),
        ("grip test battery 1:1", "grip test battery", "97750", "one_on_one", True),
        ("grip test battery", "grip test battery", "97750", "one_on_one", None),
        ("STM, pain 6 -> 3", "STM", "97140", "objective_measure", True),
        ("STM, tolerated well", "STM", "97140", "objective_measure", False),
    ],
)
def test_an_element_and_its_wordings(text, phrase, code, element, present):
    assert read(text, (phrase, code))[code, element][0] is present


@pytest.mark.parametrize(("below", "present"), [("10 min each", True), ("each 10 min", True), ("10 am", False)])
def test_a_time_for_each_item_of_the_line_above_is_a_quantity(below, present):
    found = read(f"clams, tandem on foam\n{below}", ("clams", "97110"), ("tandem", "97112"))
    assert found["97110", "quantity"][0] is present


def test_minutes_of_the_line_are_a_quantity():
    assert read("bands", ("bands", "97110"), minutes={"97110": 12})["97110", "quantity"][0] is True


def test_only_performed_activities_of_a_sure_code_have_a_checklist():
    reading = Reading.of("bands", Lexicon([]))
    unsure = Activity("bands", 0, 5, "performed", "97110", 0.3)
    assert checklist(reading, [activity(status="planned"), unsure], [], load_rulebook()) == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nonsense,*,words,cue,M", "element"),
        ("quantity,12345,words,cue,M", "codes.csv"),
        ("quantity,*,never,cue,M", "how"),
        ("quantity,*,words,*,M", "needs one word"),
        ("quantity,*,words,cue,nowhere", "sources.csv"),
    ],
)
def test_a_bad_cue_row_is_named(tmp_path, row, said):
    path = tmp_path / "documentation_cues.csv"
    path.write_text(f"element,codes,how,cue,source\n{row}\n")
    with pytest.raises(TableError, match=r"documentation_cues.csv row 2.*" + said):
        DocumentationWords(path, Checker(frozenset({"97110"}), frozenset({"M"})), frozenset({"quantity"}))


@pytest.mark.parametrize(
    ("activities", "raised"),
    [
        ([], False),
        ([activity()], True),
        ([activity(), activity("97530")], True),
        ([activity(), activity("97530", purposes=("balance",))], False),
        ([activity(), activity("97140", body_parts=KNEE)], False),
        ([activity(), activity("97535", body_parts=KNEE)], True),
        ([activity(), activity("97140", status="planned", body_parts=KNEE)], True),
        ([activity(status="home_program")], False),
        ([activity("97010")], False),
        ([activity(dosage=Dosage(sets=3), assistance="CGA")], True),
    ],
)
def test_a_note_bare_of_body_part_and_purpose(activities, raised):
    alert = note_alert(activities)
    assert (alert is not None) == raised
    if alert:
        assert alert.kind == "missing_documentation" and alert.element == "purpose"


def test_a_note_that_says_the_part_elsewhere_is_not_bare():
    assert note_alert([activity()], "R hip. bands, bike") is None
    assert note_alert([activity()], "L biceps tendon repair of the shoulder. bands") is None
    assert note_alert([activity()], "tol well. bands") is not None


def test_the_hand_judged_alerts_are_kept(root):
    with open(root / "data/benchmark/documentation_alerts.csv", newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert {r["right"] for r in rows} == {"yes", "no"} and all(r["why"] for r in rows)
    known = {(d.code, d.element) for d in load_rulebook().documentation}
    assert all((r["code"], r["element"]) in known for r in rows)
    assert Counter(r["sample"] for r in rows) == {"1": 100, "2": 100, "3": 122}
    assert len({(r["id"], r["code"], r["element"]) for r in rows if r["sample"] == "3"}) == 122


def test_of_the_misses_judged_last_most_that_are_still_named_are_right_and_the_right_ones_are_kept(root):
    """Measured: 80 of 98 still named are right, 80 of 80 right ones are still named. The floors leave a retrained model
    room to read a few activities otherwise."""
    with open(root / "data/benchmark/documentation_alerts.csv", newline="", encoding="utf-8") as handle:
        judged = {
            (r["id"], r["code"], r["element"]): r["right"] == "yes"
            for r in csv.DictReader(handle)
            if r["sample"] == "3"
        }
    ids = {note for note, _, _ in judged}
    with open(root / "data/labels/notes.jsonl", encoding="utf-8") as handle:
        records = [r for line in handle if (r := json.loads(line))["id"] in ids]
    assert {r["id"] for r in records} == ids
    coder, named = Coder.load(), set()
    for r in records:
        context = VisitContext.from_dict({k: r[k] for k in ("discipline", "unit_rule") if r.get(k)})
        coded = coder.code(r["text"], id=r["id"], context=context)
        named |= {(r["id"], d.code, d.element) for d in coded.documentation if d.named and d.present is False}
    still = judged.keys() & named
    right = sum(judged[k] for k in still)
    assert right >= 0.78 * len(still)
    assert right >= 0.9 * sum(judged.values())
