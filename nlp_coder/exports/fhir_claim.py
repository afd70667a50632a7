"""Service lines as FHIR R4: a draft Claim and its ChargeItems, with the note as a DocumentReference that supports them.

A skeleton: patient, provider and coverage, which FHIR demands, say that they are unknown (data-absent-reason); prices
and diagnoses are left out. Resources of one note have the same ids each time.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from nlp_coder.exports.code_labels import label_of
from nlp_coder.exports.json_record import json_line
from nlp_coder.exports.service_lines import service_lines
from nlp_coder.note import CodedNote, ServiceLine

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://nlp-coder/fhir")

UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
"""A reference to somebody whom the note does not name."""

Resource = dict[str, Any]


def fhir_bundle(note: CodedNote, *, with_text: bool, created: date) -> str:
    """The resources of a note in one collection, indented for reading, with a line end."""
    resources = _resources(note, with_text, created, lambda kind, id: f"urn:uuid:{id}")
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources]
    bundle: Resource = {"resourceType": "Bundle", "type": "collection"}
    if entries:
        bundle["entry"] = entries
    return json.dumps(bundle, ensure_ascii=False, indent=2) + "\n"


def fhir_lines(note: CodedNote, *, with_text: bool, created: date) -> str:
    """The resources of a note as NDJSON, a resource a row; "" for a note without service lines."""
    return "".join(map(json_line, _resources(note, with_text, created, lambda kind, id: f"{kind}/{id}")))


def _resources(note: CodedNote, with_text: bool, created: date, reference: Callable[[str, str], str]) -> list[Resource]:
    found = service_lines(note)
    if not found.lines:
        return []
    document = _document(note, with_text)
    support = {"reference": reference("DocumentReference", document["id"])}
    claim = _claim(note, found.lines, found.day, created, support)
    charges = [_charge(note, n, x, found.day, support) for n, x in enumerate(found.lines, 1)]
    return [document, claim, *charges]


def _document(note: CodedNote, with_text: bool) -> Resource:
    attachment: Resource = {"contentType": "text/plain; charset=utf-8", "title": note.id}
    if with_text:
        attachment["data"] = base64.b64encode(note.text.encode("utf-8", "replace")).decode()
    return {
        "resourceType": "DocumentReference",
        "id": _id(note, "document"),
        "identifier": [{"value": note.id}],
        "status": "current",
        "content": [{"attachment": attachment}],
    }


def _claim(
    note: CodedNote, lines: Sequence[ServiceLine], day: str | None, created: date, support: Resource
) -> Resource:
    items = []
    for number, line in enumerate(lines, 1):
        item: Resource = {"sequence": number, "informationSequence": [1], "productOrService": _procedure(line.code)}
        if line.modifiers:
            item["modifier"] = [{"coding": [{"system": _modifier_system(m), "code": m}]} for m in line.modifiers]
        if day is not None:
            item["servicedDate"] = day
        item["quantity"] = {"value": line.units}
        items.append(item)
    return {
        "resourceType": "Claim",
        "id": _id(note, "claim"),
        "identifier": [{"value": note.id}],
        "status": "draft",
        "type": {"coding": [{"system": f"{_TERMS}/claim-type", "code": "professional"}]},
        "use": "claim",
        "patient": UNKNOWN,
        "created": created.isoformat(),
        "provider": UNKNOWN,
        "priority": {"coding": [{"system": f"{_TERMS}/processpriority", "code": "normal"}]},
        "supportingInfo": [
            {
                "sequence": 1,
                "category": {"coding": [{"system": f"{_TERMS}/claiminformationcategory", "code": "attachment"}]},
                "valueReference": support,
            }
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": UNKNOWN}],
        "item": items,
    }


def _charge(note: CodedNote, number: int, line: ServiceLine, day: str | None, support: Resource) -> Resource:
    charge: Resource = {
        "resourceType": "ChargeItem",
        "id": _id(note, f"charge {number}"),
        "identifier": [{"value": f"{note.id}-{number}"}],
        "status": "billable",
        "code": _procedure(line.code),
        "subject": UNKNOWN,
        "quantity": {"value": line.units},
        "supportingInformation": [support],
    }
    if day is not None:
        charge["occurrenceDateTime"] = day
    return charge


def _procedure(code: str) -> Resource:
    concept: Resource = {"coding": [{"system": CPT if code.isdigit() else HCPCS, "code": code}]}
    if label := label_of(code):
        concept["text"] = label
    return concept


def _modifier_system(modifier: str) -> str:
    return CPT if modifier.isdigit() else HCPCS


def _id(note: CodedNote, what: str) -> str:
    return str(uuid.uuid5(_IDS, f"{note.id}\n{what}".encode("utf-8", "replace").decode()))
