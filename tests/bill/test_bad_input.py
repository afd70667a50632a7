"""Records that cannot be billed: one clear message with the field, so that the caller reports the row and goes on."""

from __future__ import annotations

from datetime import date

import pytest

from nlp_coder.bill import ServiceError, bill_record, load_rulebook


def service(code="97110", minutes=15):
    return {"services": [{"code": code, "minutes": minutes}]}


def context(**fields):
    return {**service(), "context": fields}


@pytest.mark.parametrize(
    ("record", "field", "words"),
    [
        (service(minutes=-5), "services[0].minutes", "negative"),
        (service(minutes=7.5), "services[0].minutes", "not whole"),
        (service(minutes=float("nan")), "services[0].minutes", "not whole"),
        (service(minutes=float("inf")), "services[0].minutes", "not whole"),
        (service(minutes=1441), "services[0].minutes", "more than a day"),
        (service(minutes="15"), "services[0].minutes", "no number"),
        (service(minutes=True), "services[0].minutes", "no number"),
        (service(code="99999"), "services[0].code", "no code this program knows"),
        (service(code=None), "services[0].code", "missing"),
        ({"services": service(minutes=1000)["services"] * 2}, "services", "more than a day"),
        ({"services": "97110"}, "services", "list"),
        ({"services": ["97110"]}, "services[0]", "object"),
        ([], "record", "JSON object"),
        ({**service(), "rule": "both"}, "rule", "cms or ama"),
        ({**service(), "context": []} | {"context": "x"}, "context", "object"),
        (context(unit_rule="both"), "context.unit_rule", "cms or ama"),
        (context(payer="Nobody Health"), "context.payer", "known are commercial_ama"),
        (context(payer=7), "context.payer", "text"),
        (context(date_of_service="08/15/2024"), "context.date_of_service", "YYYY-MM-DD"),
        (context(date_of_service="2024-02-30"), "context.date_of_service", "YYYY-MM-DD"),
        (context(date_of_service="2026-11-02"), "context.date_of_service", "future"),
        (context(separate_time_documented="yes"), "context.separate_time_documented", "true, false"),
        (context(encounter="third"), "context.encounter", "initial or subsequent"),
        (context(prior_allowed_ytd=-1), "context.prior_allowed_ytd", "dollars"),
        (context(prior_allowed_ytd=True), "context.prior_allowed_ytd", "dollars"),
        (context(group=3), "context.group", "object"),
        (context(group={"patients": 0}), "context.group.patients", "whole number"),
        (context(group={"same_minutes_as": "97110"}), "context.group.same_minutes_as", "list"),
        (context(furnished_minutes=[1]), "context.furnished_minutes", "object"),
        (context(furnished_minutes={"97110": 15}), "context.furnished_minutes.97110", "therapist and assistant"),
        (
            context(furnished_minutes={"97110": {"assistant": -1}}),
            "context.furnished_minutes.97110.assistant",
            "negative",
        ),
        (
            context(furnished_minutes={"97110": {"therapist": 10, "aide": 5}}),
            "context.furnished_minutes.97110.aide",
            "not billable",
        ),
        (context(discipline="chef"), "context.discipline", "PT, OT or SLP"),
        (context(requested_modifiers={"97110": 52}), "context.requested_modifiers.97110", "list"),
    ],
)
def test_message_names_the_field(record, field, words):
    with pytest.raises(ServiceError) as caught:
        bill_record(record, load_rulebook(), today=date(2026, 11, 1))
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ") and words in str(caught.value)


def test_forgiven_forms():
    record = {
        "services": [{"code": 97110, "minutes": 15.0}, {"code": " g0283 "}],
        "context": {"payer": "Workers' Comp"},
    }
    billed = bill_record(record, load_rulebook())
    assert [x["code"] for x in billed["lines"]] == ["97110", "G0283"]
    assert billed["payer"] == "workers_comp"


def test_nothing_performed():
    billed = bill_record({"id": 1, "services": []}, load_rulebook())
    assert (billed["lines"], billed["alerts"], billed["timed_minutes"]) == ([], [], 0)
