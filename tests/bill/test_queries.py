"""Queries: no question leads, names payment or a code; every choice leaves a way out; no text where none is wanted."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill.queries import ALWAYS, queries, read_templates, templates
from nlp_coder.bill.table_checks import Checker
from nlp_coder.exports.query_sheet import write_queries
from nlp_coder.note import Activity, Alert, CodedNote, DocumentationItem
from nlp_coder.tables import TableError

TEXT = "canary-sets 3x10, zebra-walk"
MONEY = re.compile(
    r"\b(?:pay\w*|paid|reimburs\w*|dollar\w*|money|cost\w*|bill\w*|claim\w*|revenue|den(?:y|ied|ial)\w*|fee\w*|charg\w*|audit\w*|"
    r"insur\w*|units?|code \d|\d{5}|G0\d{3})\b|\$", re.IGNORECASE,
)  # fmt: skip
LEADING = re.compile(
    r"\b(?:should|would you agree|don't you|isn't|wasn't|didn't|please (?:add|document|write|say) that|so that (?:it|we)|do you mean|was it not|right\?)",
    re.IGNORECASE,
)
YES_NO = re.compile(r"^(?:was|were|is|are|did|do|does|can|could|has|have)\b", re.IGNORECASE)


def note(alerts=(), documentation=()):
    activities = (
        Activity(TEXT[:11], 0, 11, "performed", "97110", 0.9),
        Activity(TEXT[18:], 18, len(TEXT), "performed", "97116", 0.9),
    )
    return CodedNote(
        "n", TEXT, "PT", "cms", activities, (), None, None, tuple(alerts), documentation=tuple(documentation)
    )


@pytest.mark.parametrize("template", list(templates().values()), ids=lambda t: f"{t.kind}-{t.element}")
def test_no_template_leads_or_names_money(template):
    words = " ".join((template.question, *template.choices))
    assert not MONEY.search(words) and not LEADING.search(words)
    assert not YES_NO.match(template.question)
    if template.choices:
        assert template.choices[-2:] == ALWAYS and len(template.choices) >= 4


@given(
    st.lists(st.tuples(st.sampled_from(sorted(templates())), st.sampled_from(["97110", "97116", None]), st.booleans())),
    st.lists(st.sampled_from(["body_part", "purpose", "assistance"])),
    st.booleans(),
)
def test_every_alert_asks_compliantly(kinds, missing, with_text):
    alerts = [
        Alert(k, "info", "97110 pays more", c, e or None, 0 if placed else None, 11 if placed else None)
        for (k, e), c, placed in kinds
    ]
    asked = note(alerts, [DocumentationItem("97110", e, False) for e in missing])
    for query in queries(asked, with_text=with_text):
        words = " ".join((query.question, *query.choices))
        assert not MONEY.search(words) and not LEADING.search(words)
        assert all(q in TEXT for q in query.quotes)
        assert with_text or not query.quotes
    sheet = io.StringIO()
    write_queries(asked, sheet, with_text=with_text)
    shown = sheet.getvalue()
    assert "97110" not in shown and "pays" not in shown
    if not with_text:
        assert "canary" not in shown and "zebra" not in shown


def test_a_present_element_is_not_asked_and_each_question_once():
    item = DocumentationItem("97110", "purpose", True)
    missing = DocumentationItem("97110", "purpose", False)
    assert queries(note(documentation=[item])) == ()
    assert [q.quotes for q in queries(note(documentation=[missing, missing]))] == [("canary-sets",)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,,choice,Which?,a|b,M", "unable to determine"),
        ("x,,open,Which?,a,M", "no choices"),
        ("x,,maybe,Which?,,M", "form"),
        ("x,,open,Which?,,Z", "sources.csv"),
        ("x,,open,Which?,,M\nx,,open,What?,,M", "twice"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, said):
    path = tmp_path / "queries.csv"
    path.write_text(f"kind,element,form,question,choices,source\n{row}\n")
    with pytest.raises(TableError, match=r"queries.csv row \d.*" + said):
        read_templates(path, Checker(frozenset(), frozenset({"M"})))
