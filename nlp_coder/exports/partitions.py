"""An output as a folder of files, one for each value of a column, as Spark, DuckDB and pyarrow read it (`payer=medicare/…`)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from nlp_coder.exports.flat_rows import Shape
from nlp_coder.exports.result_file import result_path
from nlp_coder.exports.whole_output import write_whole
from nlp_coder.note import CodedNote, VisitContext

ENDINGS = (".jsonl", ".csv", ".tsv", ".parquet")
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""The name of the part for notes without a value, as Hive chose it."""

_IN_MEMORY = 8_000_000
"""Characters that are kept before they go to the disk."""


def partition_value(note: CodedNote, context: VisitContext, column: str) -> str:
    """The value for a note of a field of the note or its context, or its `month`; "" where neither the note nor its row says it."""
    if column == "month":
        return (context.date_of_service or "")[:7]
    own = getattr(note, column, None) or note.context.get(column)
    return str(own or getattr(context, column) or "")


def write_partitioned(path: Path, shape: Shape | None, column: str, parts: Iterable[tuple[str, str]]) -> None:
    """Write the folder `path`, which appears when it is whole. parts: (value, part of the output) of each note.

    Raises Problem where there is something of that name already.
    """
    place = result_path(path)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", suffix=".part", dir=place.parent) as scratch:
        spools = _spooled(Path(scratch), parts)
        whole = Path(scratch) / "whole"
        whole.mkdir(mode=0o700)
        for value, spool in spools.items():
            folder = whole / f"{column}={quote(value, safe='') or NO_VALUE}"
            folder.mkdir(mode=0o700)
            write_whole(folder / f"part-0{place.suffix.lower()}", shape, _read(spool))
            spool.unlink()
        whole.rename(place)


def _spooled(scratch: Path, parts: Iterable[tuple[str, str]]) -> dict[str, Path]:
    """The parts of each value in a file of their own, so that any number of values needs one pass and little memory."""
    files: dict[str, Path] = {}
    waiting: dict[str, list[str]] = {}
    size = 0

    def flush() -> None:
        for value, lines in waiting.items():
            path = files.setdefault(value, scratch / str(len(files)))
            with open(path, "a", encoding="utf-8") as handle:
                handle.writelines(lines)
        waiting.clear()

    for value, part in parts:
        line = json.dumps(part) + "\n"
        waiting.setdefault(value, []).append(line)
        size += len(line)
        if size > _IN_MEMORY:
            flush()
            size = 0
    flush()
    return files


def _read(spool: Path) -> Iterator[str]:
    with open(spool, encoding="utf-8") as handle:
        for line in handle:
            yield json.loads(line)
