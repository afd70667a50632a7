"""Documentation: the checklist by code and the one alert of a note."""

from __future__ import annotations

import pytest

from nlp_coder.bill import documentation_alerts, elements, load_rulebook, note_alert
from nlp_coder.note import Activity, BodyPart, Dosage

KNEE = (BodyPart("knee", "left"),)


def activity(code="97110", status="performed", **fields):
    return Activity("x", 0, 1, status, code, **fields)


def checklist(code, *activities, stated=()):
    return {e.name: e.present for e in elements(code, activities, load_rulebook(), stated=stated)}


def test_checklist_says_present_missing_or_unknown():
    found = checklist("97110", activity(body_parts=KNEE, dosage=Dosage(sets=3)))
    assert found == {
        "body_part": True,
        "quantity": True,
        "purpose": False,
        "functional_goal": None,
        "objective_measure": None,
    }
    assert checklist("97110", activity(minutes=5), stated=["functional_goal"])["functional_goal"] is True
    assert checklist("97116", activity("97116", assistance="CGA"))["assistance"] is True
    assert checklist("97110", activity("97110", dosage=Dosage()))["quantity"] is False


def test_only_performed_activities_of_the_code_count():
    assert checklist("97110", activity(status="planned", body_parts=KNEE), activity("97140", body_parts=KNEE)) == {
        **checklist("97110"),
        "body_part": False,
    }


def test_alerts_name_the_contract_elements_only():
    found = documentation_alerts("97112", [activity("97112")], load_rulebook())
    assert [(a.kind, a.element) for a in found] == [
        ("missing_documentation", "purpose"),
        ("missing_documentation", "quantity"),
    ]
    assert documentation_alerts("97112", [activity("97110")], load_rulebook()) == []
    assert documentation_alerts("97012", [activity("97012")], load_rulebook()) == []


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
