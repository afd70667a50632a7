"""Which encodings are read, and what is refused with which words."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.exports.text_file import LARGEST_NOTE, decode_note, read_note
from nlp_coder.problem import Problem

NOTE = "Knee flex 110°, “quad sets” 3×10\r\nPt naïve to HEP – café visit\r\n"


@pytest.mark.parametrize(
    "data",
    [
        NOTE.encode("utf-8"),
        codecs.BOM_UTF8 + NOTE.encode("utf-8"),
        NOTE.encode("utf-16"),
        codecs.BOM_UTF16_BE + NOTE.encode("utf-16-be"),
        NOTE.encode("utf-16-le"),
        NOTE.encode("utf-16-be"),
        NOTE.encode("utf-32"),
        NOTE.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16", "utf-16-be-bom", "utf-16-le-bare", "utf-16-be-bare", "utf-32", "windows"],
)
def test_every_encoding_gives_the_same_text_with_its_line_ends(data: bytes) -> None:
    assert decode_note(data, "visit.txt") == NOTE


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_utf8_text_comes_back_as_it_is(text: str) -> None:
    if text.encode("utf-8").startswith((codecs.BOM_UTF8, b"%PDF-", b"PK", b"{\\rtf", b"GIF8", b"PAR1", b"SQLite")):
        return
    assert decode_note(text.encode("utf-8"), "x") == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t ", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04....", "Word, Excel or zip"),
        (b"\xd0\xcf\x11\xe0....", "old Word or Excel"),
        (b"{\\rtf1 quad sets}", "rich text"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"TE 15 min\x00 quad sets", "NUL"),
        (b"a" * 2_000_000 + b"\x00", "NUL"),
        (bytes(range(256)) * 20, "NUL"),
        (b"\x01\x02\x03\x04 quad \x05\x06" * 20, "control bytes"),
        (b"quad sets \x81\x8d", "neither UTF-8 nor Windows"),
        ("quad sets".encode("utf-16")[:-1], "damaged"),
        (b"a" * (LARGEST_NOTE + 1), "too much for one note"),
    ],
)
def test_what_is_no_note_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Problem, match=words) as caught:
        decode_note(data, "visit.txt")
    assert str(caught.value).startswith("visit.txt: ")
    assert caught.value.todo
    assert "quad" not in str(caught.value)


def test_a_character_cut_by_a_read_is_no_reason_for_another_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp_coder.exports.text_file.LONGEST_NOTE", 1 << 21)  # the read is cut at 1 << 20 bytes
    path = tmp_path / "long.txt"
    text = "a" * ((1 << 20) - 1) + "é" + "b"
    path.write_bytes(text.encode("utf-8"))
    assert read_note(path) == text


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file"):
        read_note(tmp_path / "none.txt")
    with pytest.raises(Problem, match="is a folder"):
        read_note(tmp_path)
    with pytest.raises(Problem, match="cannot be opened"):
        read_note(tmp_path / "a\0b")
