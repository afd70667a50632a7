"""Every kind of export: what is read of it, and what is said where it cannot be."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp_coder.exports.columns import parse_map
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.exports.open_export import export_rows
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.problem import Problem

NOTE = "TherEx 24 min: quad sets 3x10,\nSLR 2x10 – 90°"
OTHER = "Manual therapy 15 min: patellar mobilization"


def notes(path: Path, **options: object) -> list[NoteRow]:
    rows = list(export_rows(path, options=ReadOptions(**options)))  # type: ignore[arg-type]
    assert all(isinstance(r, NoteRow) for r in rows), rows
    return [r for r in rows if isinstance(r, NoteRow)]


def bad(path: Path) -> list[BadRow]:
    return [r for r in export_rows(path) if isinstance(r, BadRow)]


def as_csv(path: Path, separator: str = ",", encoding: str = "utf-8") -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows(
        [["ENC_ID", "Note Body", "DOS", "Payor"], ["a", NOTE, "6/5/2026", "medicare"], ["b", OTHER, "", ""]]
    )
    path.write_bytes(out.getvalue().encode(encoding))


def as_xlsx(path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from datetime import datetime

    book = openpyxl.Workbook()
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Visits")
    sheet.append(["Enc Id", "NoteBody", "dos", "payer"])
    sheet.append(["a", NOTE, datetime(2026, 6, 5), "medicare"])
    sheet.append(["b", OTHER, None, None])
    book.save(path)


def as_parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from datetime import date

    import pyarrow.parquet as pq

    pq.write_table(
        pa.table(
            {
                "enc_id": ["a", "b"],
                "note_body": [NOTE, OTHER],
                "dos": [date(2026, 6, 5), None],
                "payer": ["medicare", None],
            }
        ),
        path,
    )


def as_jsonl(path: Path) -> None:
    records = [
        {"enc_id": "a", "note_body": NOTE, "dos": "2026-06-05", "payer": "medicare"},
        {"enc_id": "b", "note_body": OTHER},
    ]
    data = "".join(json.dumps(r) + "\n" for r in records).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".zst":
        data = pytest.importorskip("zstandard").ZstdCompressor().compress(data)
    path.write_bytes(data)


TABLES: list[tuple[str, Callable[[Path], None], dict[str, object]]] = [
    ("in.csv", as_csv, {}),
    ("in.tsv", lambda p: as_csv(p, "\t"), {}),
    ("pipe.csv", lambda p: as_csv(p, "|"), {}),
    ("caret.csv", lambda p: as_csv(p, "^"), {}),
    ("bom.csv", lambda p: as_csv(p, encoding="utf-8-sig"), {}),
    ("wide.csv", lambda p: as_csv(p, encoding="utf-16"), {}),
    ("windows.csv", lambda p: as_csv(p, encoding="cp1252"), {}),
    ("named.csv", lambda p: as_csv(p, encoding="cp1252"), {"encoding": "cp1252"}),
    ("in.xlsx", as_xlsx, {"sheet": "Visits"}),
    ("in.parquet", as_parquet, {}),
    ("in.jsonl", as_jsonl, {}),
    ("in.jsonl.gz", as_jsonl, {}),
    ("in.jsonl.zst", as_jsonl, {}),
]


@pytest.mark.parametrize(("name", "write", "options"), TABLES, ids=[t[0] for t in TABLES])
def test_tables_are_read_alike(
    tmp_path: Path, name: str, write: Callable[[Path], None], options: dict[str, object]
) -> None:
    write(tmp_path / name)
    said: list[str] = []
    first, second = notes(tmp_path / name, say=said.append, **options)
    assert (first.id, first.text, second.id, second.text) == ("a", NOTE, "b", OTHER)
    assert (first.context.date_of_service, first.context.payer) == ("2026-06-05", "medicare")
    assert len(said) == 1 and "text from" in said[0] and "quad" not in said[0]


def test_columns_can_be_named_by_the_user(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("A,B,C\n1,TE 15 min,x\n")
    (row,) = notes(tmp_path / "in.csv", columns=parse_map("text=B, id = a"))
    assert (row.id, row.text) == ("1", "TE 15 min")
    with pytest.raises(Problem, match="no column 'Z'"):
        notes(tmp_path / "in.csv", columns=parse_map("text=Z"))


@pytest.mark.parametrize("words", ["text", "text=", "words=B", "text=A,text=B"])
def test_a_wrong_map_is_said(words: str) -> None:
    with pytest.raises(Problem, match="--map"):
        parse_map(words)


def test_a_preset_is_found_by_its_columns_or_named(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("encounter_num,patient_num,observation_blob\n7,9,TE 15 min\n")
    for preset in (None, "i2b2"):
        (row,) = notes(tmp_path / "in.csv", preset=preset)
        assert (row.id, row.context.patient_id) == ("7", "9")
    with pytest.raises(Problem, match="--preset"):
        notes(tmp_path / "in.csv", preset="nobody")


def test_codes_of_an_export_become_what_was_billed(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('id,note,cpt\n1,TE,"97110-GP-59 x2, 97140"\n2,TE,nonsense\n')
    good, wrong = export_rows(tmp_path / "in.csv")
    assert isinstance(good, NoteRow) and isinstance(wrong, BadRow)
    assert good.context.billed == [
        {"code": "97110", "units": 2, "modifiers": ["GP", "59"]},
        {"code": "97140", "units": 1, "modifiers": []},
    ]


def document(**more: object) -> dict[str, object]:
    data = base64.b64encode(NOTE.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": "d1", "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11508-9"}]},
        "subject": {"reference": "Patient/p7"}, "author": [{"reference": "Practitioner/t3"}],
        "context": {"encounter": [{"reference": "Encounter/e5"}], "period": {"start": "2026-06-05T08:00:00Z"}},
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data}}], **more,
    }  # fmt: skip


def test_fhir_documents(tmp_path: Path) -> None:
    inline = {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>TE 15 min</p><p>quad sets</p></div>',
    }
    ot = {"coding": [{"system": "http://loinc.org", "code": "11507-1"}]}
    radiology = {"coding": [{"system": "http://loinc.org", "code": "18748-4"}]}
    resources = [
        document(), document(id="d2", content=[], text=inline, type=ot), document(id="d3", type=radiology),
        {"resourceType": "Patient", "id": "p7"}, document(id="d5", content=[{"attachment": {"data": "%%%"}}]),
        document(id="d6", content="none"), document(id="d7", status="entered-in-error"),
    ]  # fmt: skip
    path = tmp_path / "docs.ndjson"
    path.write_text("".join(json.dumps(r) + "\n" for r in resources))
    rows = list(export_rows(path))
    first, second = rows[:2]
    assert isinstance(first, NoteRow) and isinstance(second, NoteRow)
    assert (first.id, first.text) == ("d1", NOTE)
    c = first.context
    assert (c.discipline, c.patient_id, c.visit_id, c.therapist_id, c.date_of_service) == (
        "PT",
        "p7",
        "e5",
        "t3",
        "2026-06-05",
    )
    assert (second.text, second.context.discipline) == ("TE 15 min\n\nquad sets", "OT")
    assert [(r.number, r.id) for r in rows[2:] if isinstance(r, BadRow)] == [
        (3, "d3"),
        (4, "p7"),
        (5, "d5"),
        (6, "d6"),
        (7, "d7"),
    ]


CDA = """<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2" extension="doc-4"/>
<code code="11508-9"/><effectiveTime value="20260605"/><recordTarget><patientRole><id extension="p7"/></patientRole></recordTarget>
<component><structuredBody><component><section><title>Interventions</title><text><table><tr><td>Quad sets</td><td>10 min</td></tr></table>
<list><item>Gait &amp; stairs</item></list></text></section></component></structuredBody></component></ClinicalDocument>"""


def test_cda_narrative_without_entities(tmp_path: Path) -> None:
    pytest.importorskip("defusedxml")
    (tmp_path / "n.xml").write_text(CDA)
    (row,) = notes(tmp_path / "n.xml")
    assert (row.id, row.context.discipline, row.context.date_of_service) == ("doc-4", "PT", "2026-06-05")
    assert "Interventions" in row.text and "Quad sets | 10 min" in row.text and "- Gait & stairs" in row.text
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    attack = CDA.replace("?>", f'?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>', 1).replace("Quad sets", "&e;")
    for text, words in ((attack, "not safe"), (CDA[:400], "cut off"), ("<a/>", "no C-CDA")):
        (tmp_path / "n.xml").write_text(text)
        with pytest.raises(Problem, match=words) as caught:
            notes(tmp_path / "n.xml")
        assert "SECRET" not in str(caught.value)


def test_hl7_messages(tmp_path: Path) -> None:
    pytest.importorskip("hl7")
    head = "MSH|^~\\&|EMR|CL|X|Y|20260605||{}|{}|P|2.5\rPID|1||p7^^^MRN\r"
    text = (
        head.format("MDM^T02", "m1") + "TXA|1|PN|TX|20260605||||||||d9^EMR\rOBX|1|TX|||TE 15 min\\.br\\quad sets \\T\\ SLR\rOBX|2|TX|||gait\r"
        + head.format("ADT^A01", "m2") + "PV1|1\r" + head.format("ORU^R01", "m3") + "OBR|1||r3|x|||20260606\rOBX|1|FT|||one~two\r"
    )  # fmt: skip
    (tmp_path / "n.hl7").write_bytes(text.encode())
    first, second, third = export_rows(tmp_path / "n.hl7")
    assert isinstance(first, NoteRow) and isinstance(third, NoteRow)
    assert (first.id, first.text) == ("d9", "TE 15 min\nquad sets & SLR\ngait")
    assert (first.context.patient_id, first.context.date_of_service) == ("p7", "2026-06-05")
    assert isinstance(second, BadRow) and second.id == "m2"
    assert (third.id, third.text, third.context.date_of_service) == ("r3", "one\ntwo", "2026-06-06")


def pdf(words: str | None) -> bytes:
    """A page with or without a text layer, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode() if words else b"0 0 10 10 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    )


def test_pdf_with_a_text_layer_and_a_scan(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "v7.pdf").write_bytes(pdf("TE 15 min: quad sets"))
    (row,) = notes(tmp_path / "v7.pdf")
    assert row.id == "v7" and row.text.strip() == "TE 15 min: quad sets"
    for content, words in ((pdf(None), "is a scan"), (b"%PDF-1.4 nothing", "damaged")):
        (tmp_path / "v7.pdf").write_bytes(content)
        with pytest.raises(Problem, match=words):
            notes(tmp_path / "v7.pdf")


def test_a_folder_and_a_zip_of_anything(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(NOTE)
    (folder / "b.txt").write_text("")
    as_csv(folder / "c.csv")
    (folder / "deep" / "d.jsonl").write_text('{"text": "TE"}\n{broken\n')
    (folder / "e.docx").write_bytes(b"PK")
    (folder / "_SUCCESS").write_text("")
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, file.relative_to(folder))
        archive.writestr("../../evil.txt", "TE 15 min")
    for source, extra in ((folder, []), (packed, ["evil"])):
        rows = list(export_rows(source, options=ReadOptions(scratch=tmp_path)))
        assert sorted(r.id for r in rows if isinstance(r, NoteRow)) == sorted(["a", "a", "b", "deep/d.jsonl:1", *extra])
        assert sorted(r.id for r in rows if isinstance(r, BadRow)) == ["b", "deep/d.jsonl:2", "e"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all", "all.zip"]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w") as inside,
    ):
        for _ in range(110):
            inside.write(b"\0" * 1_000_000)
    with pytest.raises(Problem, match="bomb"):
        list(export_rows(tmp_path / "b.zip"))


@pytest.mark.parametrize("name", ["in.jsonl.gz", "in.jsonl.zst", "in.parquet", "in.xlsx", "in.zip"])
def test_a_cut_off_file_is_said(tmp_path: Path, name: str) -> None:
    whole = tmp_path / f"whole{name}"
    if "jsonl" in name:
        lines = "".join(json.dumps({"id": str(i), "text": f"{NOTE} {i * 7919 % 1009}"}) + "\n" for i in range(2000))
        if name.endswith("gz"):
            whole.write_bytes(gzip.compress(lines.encode()))
        else:
            whole.write_bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(lines.encode()))
    elif name == "in.parquet":
        as_parquet(whole)
    elif name == "in.xlsx":
        as_xlsx(whole)
    else:
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("a.txt", NOTE)
    data = whole.read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 2 // 3])
    if "jsonl" in name:
        (last,) = bad(tmp_path / name)
        assert "cut off" in last.what
    else:
        with pytest.raises(Problem):
            list(export_rows(tmp_path / name))
