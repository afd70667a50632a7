"""Parquet in: one file, read in batches. A folder of parts is read file by file (see open_export)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from nlp_coder.exports.columns import find_columns
from nlp_coder.exports.note_rows import Rows, plain_value
from nlp_coder.exports.optional import optional
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import open_binary
from nlp_coder.exports.tracking import Tracker
from nlp_coder.problem import Problem

BATCH = 500


def parquet_notes(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The notes of a file, rows numbered from 1. `column=value` folders above it count as columns. Raises Problem."""
    parquet, arrow = optional("pyarrow.parquet", path), optional("pyarrow", path)
    open_binary(path).close()
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError):
        raise Problem(str(path), "is a damaged or cut-off Parquet file", "export it again") from None
    with file:
        above = [m.groups() for part in path.parts[:-1] if (m := re.fullmatch(r"([^=]+)=(.*)", part))]
        header = [*file.schema_arrow.names, *(name for name, _ in above)]
        columns = find_columns(header, str(path), options)
        options.say(f"{path.name}: {columns.described()}")
        folders = [unquote(value) for _, value in above]
        wanted = [h for h, n in zip(file.schema_arrow.names, columns.names, strict=False) if n]
        number, total = 0, max(1, file.metadata.num_rows)
        try:
            for batch in file.iter_batches(batch_size=BATCH, columns=wanted):
                for row in batch.to_pylist():
                    number += 1
                    cells = [plain_value(row.get(name)) for name in file.schema_arrow.names]
                    yield options.row(number, columns.record([*cells, *folders]))
                if track is not None:
                    track.done = track.size * number // total
        except (arrow.ArrowException, OSError):
            raise Problem(str(path), f"is damaged after row {number}", "export it again") from None
