"""Structured services as JSON: a record of the output contract in, a record with lines and alerts out.

{"id": "e1", "services": [{"code": "97110", "minutes": 33}], "context": {"payer": "medicare", ...}, "rule": "cms"}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from nlp_coder.bill.claim import bill_services
from nlp_coder.bill.rulebook import Rulebook
from nlp_coder.bill.services import Service, ServiceError
from nlp_coder.note import UNIT_RULES, VisitContext


def read_record(record: Mapping[str, Any]) -> tuple[list[Service], VisitContext]:
    """Services and context of one record; `context.unit_rule` wins over the record's `rule`. Raises ServiceError."""
    if not isinstance(record, Mapping):
        raise ServiceError("record", "must be a JSON object with services and context")
    services = record.get("services")
    if not isinstance(services, list):
        raise ServiceError("services", "must be a list of {code, minutes}")
    read = []
    for number, service in enumerate(services):
        if not isinstance(service, Mapping):
            raise ServiceError(f"services[{number}]", "must be an object with code and minutes")
        # types are checked where the services are billed, so that API callers get the same messages
        read.append(Service(service.get("code"), service.get("minutes")))  # type: ignore[arg-type]
    given = record.get("context") or {}
    if not isinstance(given, Mapping):
        raise ServiceError("context", "must be an object")
    context = VisitContext.from_dict(given)
    rule = record.get("rule") or record.get("unit_rule")
    if context.unit_rule is None and rule is not None:
        if rule not in UNIT_RULES:
            raise ServiceError("rule", f"{str(rule)[:20]!r} must be cms or ama")
        context = replace(context, unit_rule=rule)
    return read, context


def bill_record(record: Mapping[str, Any], rulebook: Rulebook, *, today: date | None = None) -> dict[str, Any]:
    """The billed record. Raises ServiceError naming the field; the caller knows the row and its id."""
    services, context = read_record(record)
    claim = bill_services(services, context, rulebook, today=today)
    return {
        "id": record.get("id"),
        "discipline": context.discipline,
        "payer": claim.payer,
        "unit_rule": claim.unit_rule,
        "lines": [{**asdict(x), "modifiers": list(x.modifiers), "activities": list(x.activities)} for x in claim.lines],
        "alerts": [asdict(a) for a in claim.alerts],
        "timed_minutes": claim.timed_minutes,
        "total_minutes": claim.total_minutes,
        "unit_explanation": list(claim.explanation),
        "unit_table": [asdict(row) for row in claim.unit_table],
        "unit_alternatives": [dict(a) for a in claim.unit_alternatives],
        "rules_date": claim.rules_date.isoformat(),
        "date_stated": context.date_of_service is not None,
        "rules_digest": rulebook.digest,
        "ncci": {"quarter": rulebook.ncci.quarter, "digest": rulebook.ncci.digest},
    }
