"""Rows of exports: what is read, what is refused, and that one bad row never stops the rest."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp_coder.batch.error_rows import ErrorRows, errors_path
from nlp_coder.batch.note_stream import run
from nlp_coder.batch.service_stream import billed
from nlp_coder.bill import load_rulebook
from nlp_coder.bill.services import ServiceError
from nlp_coder.exports.csv_rows import csv_notes
from nlp_coder.exports.jsonl_rows import jsonl_notes
from nlp_coder.exports.note_rows import BadRow, NoteRow, note_row
from nlp_coder.note import CodedNote, VisitContext
from nlp_coder.problem import Problem


class Echo:
    """A coder that codes nothing; a text with "crash" makes it fail as a fault of the program would."""

    def code(self, text: str, *, id: str = "note", context: VisitContext | None = None) -> CodedNote:
        if "crash" in text:
            raise IndexError(text)
        if "payer" in text:
            raise ServiceError("context.payer", "'x' has no profile")
        return CodedNote(id, text, None, "cms", (), (), None, None, ())


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "in.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_csv_columns_in_any_case_and_order(csv_file: Callable[..., Path]) -> None:
    path = csv_file("Discipline,NOTE_TEXT,Unit Rule,junk,ID,Prior_Allowed_YTD,separate_time_documented\n"
                    'pt,"TE 15 min,\r\nquad ""sets""",AMA,x,7,"$1,250.50",yes\n')  # fmt: skip
    (row,) = csv_notes(path)
    assert isinstance(row, NoteRow)
    assert (row.number, row.id, row.text) == (2, "7", 'TE 15 min,\r\nquad "sets"')
    assert row.context == VisitContext(
        discipline="PT", unit_rule="ama", prior_allowed_ytd=1250.5, separate_time_documented=True
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_in_every_encoding(csv_file: Callable[..., Path], encoding: str) -> None:
    (row,) = csv_notes(csv_file("id;text\n1;“quad sets” 110°\n", encoding))
    assert isinstance(row, NoteRow) and row.text == "“quad sets” 110°"


def test_csv_rows_are_counted_as_a_spreadsheet_does(csv_file: Callable[..., Path]) -> None:
    rows = list(csv_notes(csv_file('id,text\na,"one\ntwo"\n\n,three\nb,\nc,x,y\nd,"a"b"\ne,last\n')))
    assert [(type(r).__name__, r.number, r.id) for r in rows] == [
        ("NoteRow", 2, "a"),
        ("NoteRow", 4, "row-4"),
        ("BadRow", 5, "b"),
        ("BadRow", 6, "c"),
        ("BadRow", 7, "row-7"),
        ("NoteRow", 8, "e"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("id,words\n1,TE\n", "no column `text`"),
        ("R knee quad sets 3x10, heel slides\nmore\n", "no column `text`"),
        ("%PDF-1.4", "is a PDF"),
        ("id,te\0xt\n", "NUL"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_without_its_words(
    csv_file: Callable[..., Path], text: str, words: str
) -> None:
    with pytest.raises(Problem, match=words) as caught:
        list(csv_notes(csv_file(text)))
    assert "knee" not in str(caught.value)


def test_jsonl_lines_good_and_bad(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines = [
        json.dumps({"id": 5, "text": "TE\r\n15\u2028min", "context": {"payer": "medicare"}}),
        "",
        "{broken",
        "[1]",
        json.dumps({"id": "x"}),
        json.dumps({"id": "y", "text": 7}),
        json.dumps({"id": "z", "text": "half \ud800"}),
        json.dumps({"id": "n", "text": "a\0b"}),
        json.dumps({"id": "r", "text": "t", "unit_rule": "8-minute"}),
        "[" * 100_000,
        json.dumps({"text": "no id", "setting": "outpatient ortho", "lines": []}),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = list(jsonl_notes(path))
    good = [r for r in rows if isinstance(r, NoteRow)]
    assert [(r.number, r.id, r.text) for r in good] == [(1, "5", "TE\r\n15\u2028min"), (11, "row-11", "no id")]
    assert good[0].context.payer == "medicare"
    bad = [r for r in rows if isinstance(r, BadRow)]
    assert [r.number for r in bad] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(r.what and r.todo for r in bad)


@pytest.mark.parametrize(
    "field",
    [
        {"context": "medicare"},
        {"payer": ["medicare"]},
        {"separate_time_documented": "maybe"},
        {"prior_allowed_ytd": "much"},
        {"group": "{"},
    ],
)
def test_context_that_cannot_be_used_names_its_field(field: dict[str, object]) -> None:
    row = note_row(3, {"id": "a", "text": "t", **field})
    assert isinstance(row, BadRow) and row.what.startswith(f"{next(iter(field))}: ")


def test_context_in_cells_is_read_as_json() -> None:
    row = note_row(1, {"id": "a", "text": "t", "group": '{"patients": 3}', "billed": ""})
    assert isinstance(row, NoteRow) and row.context.group == {"patients": 3} and row.context.billed == ()


def test_a_failing_note_stops_nothing_and_is_told_without_its_words() -> None:
    rows: list[NoteRow | BadRow] = [
        NoteRow(1, "a", "one", VisitContext()),
        NoteRow(2, "b", "crash of Mrs Smith", VisitContext()),
        NoteRow(3, "c", "payer", VisitContext()),
        BadRow(4, "d", "what", "todo"),
        NoteRow(5, "e", "two", VisitContext()),
    ]
    good: list[CodedNote] = []
    bad: list[BadRow] = []
    assert run(rows, Echo(), good.append, bad.append) == 2
    assert [n.id for n in good] == ["a", "e"]
    assert [b.number for b in bad] == [2, 3, 4]
    assert "Smith" not in str(bad) and "IndexError" in bad[0].what


def test_debugging_stops_at_the_first_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLP_CODER_DEBUG", "1")
    with pytest.raises(IndexError):
        run([NoteRow(2, "b", "crash", VisitContext())], Echo(), print, print)


def test_services_keep_their_ids_and_bad_ones_are_named() -> None:
    records = [
        (1, {"id": 4, "services": [{"code": "97110", "minutes": 23}], "rule": "cms"}),
        (2, {"services": [{"code": "99999", "minutes": 23}]}),
        (3, {"id": "c", "services": "97110"}),
    ]
    first, second, third = billed(records, load_rulebook())
    assert isinstance(first, dict) and first["id"] == 4 and first["lines"][0]["units"] == 2
    assert (
        isinstance(second, BadRow) and (second.number, second.id) == (2, "row-2") and "services[0].code" in second.what
    )
    assert isinstance(third, BadRow) and third.id == "c"


def test_error_rows_are_written_once_there_are_any_and_stale_ones_go(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    errors_path(output).write_text("old")
    with ErrorRows(output) as errors:
        pass
    assert not errors_path(output).exists()
    with ErrorRows(output) as errors:
        errors.add(BadRow(3, "=cmd()", "is empty", "give the text"))
    with open(errors_path(output), newline="") as handle:
        assert list(csv.DictReader(handle)) == [
            {"row": "3", "id": "'=cmd()", "what": "is empty", "what_to_do": "give the text"}
        ]


def test_a_record_without_text_holds_no_word_of_the_note(hand_note: CodedNote) -> None:
    record = json.dumps(hand_note.to_dict(with_text=False), ensure_ascii=False)
    for words in ("quad sets", "heel slides", "walked", "Balance on foam", "SPC", "foam", "week 4"):
        assert words in hand_note.text
        # the lexicon's own reason names its term, which is no quotation
        assert words not in record.replace("quad sets train strength", "")
    assert '"start": ' in record and hand_note.to_dict()["activities"][2]["assistance"] == "SPC"
