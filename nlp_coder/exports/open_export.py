"""An export of any kind opened by its ending: one file, a folder of files, or a .zip of them."""

from __future__ import annotations

import errno
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nlp_coder.exports.compressed import ENDINGS as COMPRESSED
from nlp_coder.exports.compressed import plain_suffix
from nlp_coder.exports.note_rows import BadRow, NoteRow, Rows, note_row
from nlp_coder.exports.read_options import DEFAULT, ReadOptions
from nlp_coder.exports.text_file import LARGEST_NOTE, decode_note, open_binary
from nlp_coder.exports.tracking import Tracker
from nlp_coder.exports.zip_guard import check_archive
from nlp_coder.problem import Problem

TABLES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson", ".hl7")
"""Many notes a file."""
DOCUMENTS = (".txt", ".xml", ".pdf")
"""One note a file."""
ENDINGS = (*TABLES, *DOCUMENTS, ".zip")
_PACKABLE = (".csv", ".tsv", ".jsonl", ".ndjson", ".hl7")


def readable(path: Path) -> bool:
    """True where the ending tells a format that is read."""
    packed = path.suffix.lower() in COMPRESSED
    return plain_suffix(path) in (_PACKABLE if packed else ENDINGS)


def export_rows(path: Path, track: Tracker | None = None, options: ReadOptions = DEFAULT) -> Rows:
    """The rows of an export in their order: a folder's files by name, an archive's as they lie in it.

    Raises Problem where it cannot be read as a whole. In a folder or archive a file that cannot be read is a bad row.
    """
    if path.is_dir():
        yield from _folder(path, track, options)
    elif plain_suffix(path) == ".zip":
        yield from _archive(path, track, options)
    else:
        yield from _file(path, track, options)


def _file(path: Path, track: Tracker | None, options: ReadOptions) -> Rows:
    if not readable(path):
        raise Problem(
            str(path), f"its ending {path.suffix or '(none)'} is unknown", f"give one of {', '.join(ENDINGS)}"
        )
    kind = plain_suffix(path)
    if kind in (".csv", ".tsv"):
        from nlp_coder.exports.csv_rows import csv_notes

        yield from csv_notes(path, track, options)
    elif kind in (".jsonl", ".ndjson"):
        from nlp_coder.exports.jsonl_rows import jsonl_notes

        yield from jsonl_notes(path, track, options)
    elif kind == ".xlsx":
        from nlp_coder.exports.sheet_notes import sheet_notes

        yield from sheet_notes(path, options)
    elif kind == ".parquet":
        from nlp_coder.exports.parquet_notes import parquet_notes

        yield from parquet_notes(path, track, options)
    elif kind == ".hl7":
        from nlp_coder.exports.hl7_notes import hl7_notes

        yield from hl7_notes(path, track, options)
    elif kind == ".xml":
        from nlp_coder.exports.cda_notes import cda_notes

        yield from cda_notes(path)
    elif kind == ".pdf":
        from nlp_coder.exports.pdf_notes import pdf_notes

        yield from pdf_notes(path)
    else:
        with open_binary(path) as handle:
            text = decode_note(handle.read(LARGEST_NOTE + 1), str(path), options.encoding)
        yield note_row(1, {"id": path.stem, "text": text})


def _folder(path: Path, track: Tracker | None, options: ReadOptions) -> Rows:
    """All files below a folder; hidden ones and markers such as _SUCCESS are no part of an export."""
    files = sorted(
        p
        for p in path.rglob("*")
        if p.is_file() and not any(x.startswith((".", "_")) for x in p.relative_to(path).parts)
    )
    if not files:
        raise Problem(str(path), "is a folder without files", f"put files in it that end in {', '.join(ENDINGS)}")
    for number, file in enumerate(files, start=1):
        yield from _part(number, file, file.relative_to(path).as_posix(), track, options)


def _archive(path: Path, track: Tracker | None, options: ReadOptions) -> Rows:
    with open_binary(path) as handle:
        try:
            archive = zipfile.ZipFile(handle)
        except (zipfile.BadZipFile, EOFError, ValueError):
            raise Problem(str(path), "is a damaged or cut-off .zip file", "pack it again") from None
        with archive, tempfile.TemporaryDirectory(prefix=".nlp-coder-", dir=options.scratch) as scratch:
            check_archive(archive, path)
            entries = [e for e in archive.infolist() if not e.is_dir() and not _marker(e.filename)]
            if not entries:
                raise Problem(str(path), "is a .zip without files", f"put files in it that end in {', '.join(ENDINGS)}")
            for number, entry in enumerate(entries, start=1):
                # the name inside is never used as a place: only its last part, in a folder of our own
                name = Path(entry.filename.replace("\\", "/")).name
                place = Path(scratch) / f"{number}" / name
                place.parent.mkdir(mode=0o700)
                if _unpacked(archive, entry, place):
                    yield from _part(number, place, entry.filename, track, options)
                else:
                    yield BadRow(
                        number, Path(name).stem, f"{entry.filename}: is damaged in the archive", "pack it again"
                    )
                place.unlink(missing_ok=True)  # an entry that cannot be opened has made none


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> bool:
    """Write an entry to a place of our own; False where it is damaged. Raises OSError where the disk is full."""
    try:
        with archive.open(entry) as source, open(place, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        return False
    except OSError as error:
        if error.errno != errno.EINVAL:  # a damaged directory sends the reader to a place before the file
            raise
        return False
    return True


def _marker(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", "_")) for part in parts if part not in (".", ".."))


def _part(
    number: int, path: Path, name: str, track: Tracker | None, options: ReadOptions
) -> Iterator[NoteRow | BadRow]:
    """The rows of one file of several. A document's row is called by the file's name and counted by its place."""
    document = path.suffix.lower() in DOCUMENTS
    if path.suffix.lower() == ".zip":
        yield BadRow(number, path.stem, f"{name}: is an archive inside another", "unpack it first")
        return
    rows = _file(path, None, options)
    try:
        for row in rows:
            if document:
                row = replace(row, number=number)
            elif row.id == f"row-{row.number}":
                # numbers begin anew in each file: the file's name keeps them apart
                row = replace(row, id=f"{name}:{row.number}")
            yield replace(row, what=f"{name}: {row.what}") if isinstance(row, BadRow) else row
    except Problem as problem:
        if problem.where != str(path):
            raise
        yield BadRow(number, path.stem, f"{name}: {problem.what}", problem.todo)
    if track is not None:
        track.done = min(track.size, track.done + path.stat().st_size)
