"""What the phrase tagger is taught: lines as they are, with half of the lexicon unknown, and some in capitals."""

from __future__ import annotations

from typing import Any

from nlp_coder.learn.teach_tagger import CAPITALS, Reader, TaggedLine, tagged_lines


def _record(text: str, *quotes: str) -> dict[str, Any]:
    return {
        "text": text,
        "activities": [{"start": text.index(q), "end": text.index(q) + len(q), "quote": q} for q in quotes],
    }


def _in_capitals(lines: list[TaggedLine]) -> list[TaggedLine]:
    """The lines of which every token but numbers looks like one in capitals."""
    return [line for line in lines if all("sh=x" not in token for token in line.items.items())]


def test_one_record_in_six_is_also_taught_in_capitals_with_the_same_labels() -> None:
    reader = Reader()
    record = _record("TE 15 min: quad sets 3x10, heel slides x15\nMT 8 min: patellar mobs", "quad sets", "heel slides")
    records = [record] * (CAPITALS + 1)
    lines = tagged_lines(records, [reader.read(r["text"]) for r in records], reader)
    assert [len(_in_capitals(each)) for each in lines] == [2, *[0] * (CAPITALS - 1), 2]
    assert [line.labels for line in _in_capitals(lines[0])] == [line.labels for line in lines[0][:2]]


def test_a_text_that_changes_its_length_in_capitals_is_left_as_it_is() -> None:
    reader = Reader()
    for text, quote in (("Straße: quad sets 3x10", "quad sets"), ("QUAD SETS 3X10", "QUAD SETS")):
        record = _record(text, quote)
        lines = tagged_lines([record], [reader.read(text)], reader)[0]
        assert 1 <= len(lines) <= 2  # as it is, and perhaps with a term unknown
