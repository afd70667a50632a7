"""Whatever is wrong with a file, what is said about it holds no word of a note: every kind, cut off or broken anywhere."""

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

from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.exports.open_export import export_rows
from nlp_coder.exports.read_options import ReadOptions
from nlp_coder.problem import Problem

CANARY = "Zyxwvut"
NOTES = [f"{CANARY} {i}: TherEx 15 min, quad sets {i}x10" for i in range(30)]


def table() -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "text"), *((str(i), f'{n}\n"firm"') for i, n in enumerate(NOTES))])
    return out.getvalue().encode()


def lines() -> bytes:
    return "".join(json.dumps({"id": str(i), "text": n, "group": n if i == 3 else None}) + "\n" for i, n in enumerate(NOTES)).encode()  # fmt: skip


def fhir() -> bytes:
    def document(i: int, note: str) -> dict[str, object]:
        data = base64.b64encode(note.encode()).decode()[: -3 if i == 2 else None]
        content = [{"attachment": {"contentType": "text/plain", "data": data}}]
        type = {"coding": [{"system": "http://loinc.org", "code": "11508-9"}]}
        return {
            "resourceType": "DocumentReference",
            "id": str(i),
            "status": "current",
            "type": type,
            "content": content,
        }

    return "".join(json.dumps(document(i, n)) + "\n" for i, n in enumerate(NOTES)).encode()


def hl7() -> bytes:
    out = []
    for i, note in enumerate(NOTES):
        out += [f"MSH|^~\\&|EMR|C|NLP|C|20260615||MDM^T02|{i}|P|2.5", f"TXA|1|PN|TX||||||||{i}", f"OBX|1|TX|11508-9^PT^LN||{note}"]  # fmt: skip
    return "\r".join(out).encode()


def cda() -> bytes:
    return f'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><text>{NOTES[0]}</text></section></component></structuredBody></component></ClinicalDocument>'.encode()  # fmt: skip


def sheet() -> bytes:
    openpyxl, out = pytest.importorskip("openpyxl"), io.BytesIO()
    book = openpyxl.Workbook()
    for row in [("id", "text"), *enumerate(NOTES)]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    arrow, out = pytest.importorskip("pyarrow"), io.BytesIO()
    import pyarrow.parquet

    pyarrow.parquet.write_table(
        arrow.table({"id": [str(i) for i in range(30)], "text": NOTES}), out, compression="none"
    )
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.csv", table())
        packed.writestr("b.jsonl", lines())
    return out.getvalue()


KINDS: dict[str, Callable[[], bytes]] = {
    "in.csv": table, "in.jsonl": lines, "in.ndjson": fhir, "in.hl7": hl7, "in.xml": cda, "in.xlsx": sheet, "in.parquet": parquet,
    "in.zip": archive, "in.jsonl.gz": lambda: gzip.compress(lines()), "in.txt": lambda: NOTES[0].encode() + b"\0",
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_is_said_of_a_damaged_file_holds_no_word_of_a_note(tmp_path: Path, name: str) -> None:
    whole, path = KINDS[name](), tmp_path / name
    said: list[str] = []
    options = ReadOptions(scratch=tmp_path, say=said.append)
    read = broken = 0
    for part in range(1, 12):
        cut = len(whole) * part // 11
        for data in (whole[:cut], whole[:cut] + b'"<\xff' + whole[cut:], whole[: cut // 2] + whole[cut // 2 + 7 :]):
            path.write_bytes(data)
            try:
                for row in export_rows(path, options=options):
                    if isinstance(row, BadRow):
                        broken += 1
                        said += [row.what, row.todo]
                        # an id is told, and is the file's own
                        assert CANARY not in row.id or name in ("in.csv", "in.zip", "in.hl7")
                    else:
                        assert isinstance(row, NoteRow)
                        read += 1
            except Problem as problem:
                broken += 1
                said.append(str(problem))
    assert broken and (read or name == "in.txt")
    assert not [words for words in said if CANARY in words]
