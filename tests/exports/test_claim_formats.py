"""Claim-ready skeletons against their standards: CMS-1500 columns, X12 837P loop 2400, FHIR R4 resources."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.exports.claim_formats import claim_header, claim_text, format_of_ending
from nlp_coder.exports.cms1500_rows import COLUMNS
from nlp_coder.exports.fhir_claim import fhir_bundle
from nlp_coder.exports.service_lines import service_lines
from nlp_coder.exports.x12_segments import line_reference, x12_segments
from nlp_coder.note import CodedNote, ServiceLine

DAY = date(2026, 11, 25)


def note(
    *lines: ServiceLine, id: str = "visit-7", day: str | None = "2026-06-15", text: str = "Zoë: TE 23 min"
) -> CodedNote:
    context = {"date_of_service": day} if day else {}
    return CodedNote(id, text, "PT", "cms", (), lines, 23, 23, (), context={**context, "rules_date": "2026-06-15"})


FULL = note(
    ServiceLine("97110", 2, 23, ("GP", "KX")),
    ServiceLine("G0283", 1, None, ("GP",), timed=False),
    ServiceLine("97140", 1, 12, ("GP", "59", "KX", "CQ")),
    ServiceLine("97530", 0, 5, (), billable=False, explanation="5 minutes earn no unit."),
    ServiceLine("97116", None, None, ("GP",)),
    ServiceLine("97112", 1, 15, ("GP", "59", "KX", "CQ", "LT")),
)


def test_what_is_left_out_is_said() -> None:
    found = service_lines(FULL)
    assert [x.code for x in found.lines] == ["97110", "G0283", "97140"]
    assert [c for c, _ in found.left_out] == ["97530", "97116", "97112"]
    reasons = [why for _, why in found.left_out]
    assert "earn no unit" in reasons[0] and "minutes" in reasons[1] and "5 modifiers" in reasons[2]


def test_cms1500_has_its_columns_and_nothing_invented() -> None:
    text = claim_header("cms1500") + claim_text(FULL, "cms1500", with_text=True, created=DAY)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 3
    assert [(r["24D_cpt_hcpcs"], r["24G_days_or_units"], r["24A_from"], r["24A_to"]) for r in rows] == [
        ("97110", "2", "06/15/2026", "06/15/2026"),
        ("G0283", "1", "06/15/2026", "06/15/2026"),
        ("97140", "1", "06/15/2026", "06/15/2026"),
    ]
    assert [rows[2][f"24D_modifier_{n}"] for n in (1, 2, 3, 4)] == ["GP", "59", "KX", "CQ"]
    unknown = ("24B_place_of_service", "24C_emg", "24E_diagnosis_pointer", "24F_charges", "24H_epsdt", "24I_id_qualifier", "24J_rendering_provider_id")  # fmt: skip
    assert not any(r[c] for r in rows for c in unknown)
    undated = claim_text(note(ServiceLine("97110", 1, 15), day=None), "cms1500", with_text=True, created=DAY)
    assert undated.startswith("visit-7,1,1,,,")


def test_a_form_has_six_lines() -> None:
    codes = ("97110", "97112", "97116", "97140", "97530", "97535", "97035")
    text = claim_header("cms1500") + claim_text(
        note(*(ServiceLine(c, 1, 15) for c in codes)), "cms1500", with_text=True, created=DAY
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["form"], r["line"]) for r in rows] == [("1", str(n)) for n in range(1, 7)] + [("2", "1")]


def loops(text: str) -> list[dict[str, list[str]]]:
    """Loops 2400 by a parser that takes nothing but what the 837P guide allows there, in its order."""
    shapes = {
        "LX": [r"[1-9]\d{0,5}"],
        "SV1": [r"HC:[0-9A-Z]{5}(:[0-9A-Z]{2}){0,4}", r"", r"UN", r"[1-9]\d{0,7}"],
        "DTP": [r"472", r"D8", r"\d{8}"],
        "REF": [r"6R", r"[A-Z0-9 !\"&'()+,\-./;?=]{1,30}"],
    }
    assert text == "" or text.endswith("~\n")
    out: list[dict[str, list[str]]] = []
    for row in text.split("~\n")[:-1]:
        name, *elements = row.split("*")
        assert name in shapes and len(elements) == len(shapes[name]), row
        assert all(re.fullmatch(shape, e) for shape, e in zip(shapes[name], elements, strict=True)), row
        assert elements[-1], "an empty element at the end"
        if name == "LX":
            out.append({})
        assert name not in out[-1] and list(shapes).index(name) >= len([k for k in out[-1] if k != "DTP"]), "order"
        out[-1][name] = elements
    for number, loop in enumerate(out, 1):
        assert loop["LX"] == [str(number)] and "SV1" in loop and "REF" in loop
        if "DTP" in loop:
            date.fromisoformat(re.sub(r"(....)(..)(..)", r"\1-\2-\3", loop["DTP"][2]))
    return out


def test_x12_segments_of_a_note() -> None:
    assert x12_segments(FULL).splitlines() == [
        "LX*1~", "SV1*HC:97110:GP:KX**UN*2~", "DTP*472*D8*20260615~", "REF*6R*VISIT-7-1~",
        "LX*2~", "SV1*HC:G0283:GP**UN*1~", "DTP*472*D8*20260615~", "REF*6R*VISIT-7-2~",
        "LX*3~", "SV1*HC:97140:GP:59:KX:CQ**UN*1~", "DTP*472*D8*20260615~", "REF*6R*VISIT-7-3~",
    ]  # fmt: skip
    assert len(loops(x12_segments(FULL))) == 3
    assert (
        "DTP" not in x12_segments(replace(FULL, context={}))
        and len(loops(x12_segments(replace(FULL, context={})))) == 3
    )
    assert x12_segments(note()) == ""


@given(st.text(max_size=60), st.text(max_size=60), st.integers(1, 999))
def test_any_id_becomes_a_reference_of_its_own(one: str, two: str, number: int) -> None:
    line = ServiceLine("97110", 1, 15, ("GP",))
    (loop,) = loops(x12_segments(note(line, id=one)))
    assert loop["REF"][1] == line_reference(one, 1)
    if one.strip().upper() != two.strip().upper():
        assert line_reference(one, number) != line_reference(two, number)


def interchange(segments: str) -> str:
    """A whole 837P around the segments, with made-up parties, as a biller's software would send it."""
    rows = [
        "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *260615*1200*^*00501*000000001*0*T*:",
        "GS*HC*SUBMITTER*RECEIVER*20260615*1200*1*X*005010X222A1", "ST*837*0001*005010X222A1",
        "BHT*0019*00*1*20260615*1200*CH", "NM1*41*2*CLINIC*****46*11", "PER*IC*DESK*TE*5555555555",
        "NM1*40*2*PAYER*****46*22", "HL*1**20*1", "NM1*85*2*CLINIC*****XX*1234567893", "N3*1 STREET",
        "N4*TOWN*OH*432150000", "REF*EI*123456789", "HL*2*1*22*0", "SBR*P*18*******MB", "NM1*IL*1*DOE*PAT****MI*1A",
        "N3*2 STREET", "N4*TOWN*OH*432150000", "DMG*D8*19500101*F", "NM1*PR*2*PAYER*****PI*33", "CLM*1*300***11:B:1*Y*A*Y*Y",
        "HI*ABK:M25561",
    ]  # fmt: skip
    body = [r for r in segments.split("~\n") if r]
    inside = len(rows) - 2 + len(body) + 1
    rows += [*body, f"SE*{inside}*0001", "GE*1*1", "IEA*1*000000001"]
    return "".join(f"{r}~\n" for r in rows)


def pyx12_errors(text: str) -> list[dict[str, Any]]:
    """What pyx12 finds wrong with an interchange by its own map of the guide."""
    pytest.importorskip("pyx12", reason="pyx12 is not installed (extra `test`)")
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    found = io.StringIO()
    x12n_document(params(), io.StringIO(text), None, None, fd_json=found)
    report = json.loads(found.getvalue())
    errors: list[dict[str, Any]] = []

    def walk(value: object, place: str) -> None:
        if isinstance(value, dict):
            if "code" in value or "err_cde" in value:
                errors.append({**value, "place": place})
            for key, inner in value.items():
                walk(inner, f"{place}/{key}")
        elif isinstance(value, list):
            for inner in value:
                walk(inner, place)

    walk(report, "")
    return errors


def test_pyx12_accepts_the_segments_once_the_biller_has_filled_them() -> None:
    filled = re.sub(r"(SV1\*[^*]+)\*\*(UN\*\d+)~", r"\1*100*\2***1~", x12_segments(FULL))
    assert filled.count("*100*UN") == 3
    assert pyx12_errors(interchange(filled)) == []
    # and it would say so: a wrong qualifier and the two elements that are left to the biller
    assert pyx12_errors(interchange(filled.replace("D8*2026", "D9*2026")))
    left = " ".join(e["err_str"] for e in pyx12_errors(interchange(x12_segments(FULL))))
    assert "SV102" in left and "SV107" in left and "DTP" not in left and "REF" not in left and "SV101" not in left


@pytest.mark.parametrize("with_text", [True, False])
@pytest.mark.parametrize("day", ["2026-06-15", None])
def test_fhir_resources_are_valid_r4(with_text: bool, day: str | None) -> None:
    pytest.importorskip("fhir.resources", reason="fhir.resources is not installed (extra `test`)")
    from fhir.resources.R4B.bundle import Bundle

    one = replace(FULL, context={"date_of_service": day} if day else {})
    bundle = json.loads(fhir_bundle(one, with_text=with_text, created=DAY))
    Bundle.model_validate(bundle)
    entries = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
    kinds = [r["resourceType"] for r in entries.values()]
    assert kinds == ["DocumentReference", "Claim", "ChargeItem", "ChargeItem", "ChargeItem"]
    document, claim, *charges = entries.values()
    assert claim["status"] == "draft" and claim["created"] == "2026-11-25"
    assert [(i["productOrService"]["coding"][0]["code"], i["quantity"]["value"]) for i in claim["item"]] == [
        ("97110", 2), ("G0283", 1), ("97140", 1),
    ]  # fmt: skip
    assert [i["productOrService"]["coding"][0]["system"].split("//www.")[1][:3] for i in claim["item"]] == [
        "ama",
        "cms",
        "ama",
    ]
    assert all(i.get("servicedDate") == day for i in claim["item"])
    support = claim["supportingInfo"][0]["valueReference"]["reference"]
    assert entries[support] is document and all(c["supportingInformation"][0]["reference"] == support for c in charges)
    data = document["content"][0]["attachment"].get("data")
    assert (base64.b64decode(data).decode() if data else None) == (FULL.text if with_text else None)
    # nobody and nothing is made up
    words = json.dumps(bundle)
    assert not re.search(r"diagnosis|unitPrice|\"net\"|priceOverride|us-npi", words)
    assert "data-absent-reason" in json.dumps([claim["patient"], claim["provider"], claim["insurance"]])


def test_fhir_lines_are_one_resource_a_row_and_valid() -> None:
    pytest.importorskip("fhir.resources", reason="fhir.resources is not installed (extra `test`)")
    from fhir.resources.R4B import get_fhir_model_class

    text = claim_text(FULL, "fhir", with_text=True, created=DAY)
    resources = [json.loads(row) for row in text.splitlines()]
    for resource in resources:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    place = resources[1]["supportingInfo"][0]["valueReference"]["reference"]
    assert place == f"DocumentReference/{resources[0]['id']}"
    assert text == claim_text(FULL, "fhir", with_text=True, created=DAY)
    assert claim_text(note(), "fhir", with_text=True, created=DAY) == ""


def test_an_ending_tells_the_format() -> None:
    assert [format_of_ending(e) for e in (".X12", ".837", ".edi", ".ndjson", ".csv", ".jsonl")] == [
        "x12", "x12", "x12", "fhir", None, None,
    ]  # fmt: skip
