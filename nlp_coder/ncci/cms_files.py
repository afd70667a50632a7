"""CMS's quarterly files as rows of cells: zip archives, tab-delimited text, workbooks and CSV, whatever is given.

    for table in tables_of(Path("medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f1.zip")):
        for number, cells in table.rows(): ...

Text is latin-1 with CRLF; notices and a header that wraps over lines come first and are rows like any other here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from nlp_coder.exports.optional import optional
from nlp_coder.problem import Problem

ENDINGS = (".txt", ".csv", ".xlsx")
LARGEST = 2_000_000_000
"""Bytes of one unpacked table. CMS's largest is under a tenth of it; more is no NCCI file."""

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class CmsTable:
    """One table: where it lies, for messages; its names, which tell kind and quarter; and its rows, read when asked."""

    where: str
    names: tuple[str, ...]
    rows: Callable[[], Rows]


def tables_of(path: Path) -> list[CmsTable]:
    """The tables of one file; of an archive each table once, its text before its workbook. Raises Problem."""
    ending = path.suffix.lower()
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "there is no such file"
        raise Problem(str(path), what, "name the files that you downloaded from CMS")
    if ending == ".zip":
        return _members(path)
    if ending not in ENDINGS:
        known = ", ".join((".zip", *ENDINGS))
        raise Problem(
            str(path), f"its ending {ending or '(none)'} is unknown", f"give CMS's files as they are: {known}"
        )
    return [CmsTable(path.name, (path.name,), lambda: _rows(path.name, ending, lambda: open(path, "rb")))]


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _members(path: Path) -> list[CmsTable]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX")]
    except (zipfile.BadZipFile, OSError):
        raise Problem(str(path), "is no readable zip archive", "download it again") from None
    best: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = PurePosixPath(info.filename)
        if name.suffix.lower() not in ENDINGS:
            continue
        if info.file_size > LARGEST:
            raise Problem(f"{path}: {name.name}", "unpacks to over 2 GB", "this is no NCCI file; download it again")
        if info.flag_bits & 1:
            raise Problem(f"{path}: {name.name}", "is encrypted", "unpack it and give the table itself")
        known = best.get(name.stem.lower())
        # the same table as text and as workbook: the text is read, it is many times faster
        if known is None or ENDINGS.index(name.suffix.lower()) < ENDINGS.index(
            PurePosixPath(known.filename).suffix.lower()
        ):
            best[name.stem.lower()] = info
    if not best:
        raise Problem(str(path), "holds no .txt, .csv or .xlsx table", "give CMS's PTP or MUE files")
    return [_member(path, info) for info in best.values()]


def _member(path: Path, info: zipfile.ZipInfo) -> CmsTable:
    name = PurePosixPath(info.filename)
    where = f"{path.name}: {name.name}"

    def opened() -> BinaryIO:
        with zipfile.ZipFile(path) as archive:
            # a workbook is read at random places, so that it has to lie in memory
            return io.BytesIO(archive.read(info))

    return CmsTable(where, (name.name, path.name), lambda: _rows(where, name.suffix.lower(), opened))


def _rows(where: str, ending: str, opened: Callable[[], BinaryIO]) -> Rows:
    try:
        with opened() as handle:
            yield from _workbook(where, handle) if ending == ".xlsx" else _text(handle, ending)
    except zipfile.BadZipFile:
        raise Problem(where, "is damaged", "download it again") from None
    except csv.Error as error:
        raise Problem(where, f"is no readable table ({error})", "download it again") from None


def _text(handle: BinaryIO, ending: str) -> Rows:
    head = handle.read(3)
    encoding = "utf-8-sig" if head == b"\xef\xbb\xbf" else "latin-1"
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding=encoding, errors="replace", newline="")
    first = list(itertools.islice(text, 200))
    # a .csv that was saved with tabs, or the reverse, is common after a detour through a spreadsheet
    tabs, commas = sum(line.count("\t") for line in first), sum(line.count(",") for line in first)
    tabbed = tabs > commas or (ending == ".txt" and tabs > 0)
    lines = itertools.chain(first, text)
    if tabbed:
        for number, line in enumerate(lines, 1):
            yield number, [_clean(cell) for cell in line.rstrip("\r\n").split("\t")]
        return
    reader = csv.reader(lines)
    for row in reader:
        yield reader.line_num, [_clean(cell) for cell in row]


def _workbook(where: str, handle: BinaryIO) -> Rows:
    openpyxl = optional("openpyxl", where)
    broken = optional("openpyxl.utils.exceptions", where).InvalidFileException
    try:
        book = openpyxl.load_workbook(handle, read_only=True, data_only=True)
    except (broken, KeyError, ValueError):
        raise Problem(where, "is no readable workbook", "download it again") from None
    for sheet in book.worksheets:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """A workbook's cell as CMS's text file writes it: codes and dates without a point, real dates as digits."""
    if isinstance(value, (datetime, date)):
        return f"{value:%Y%m%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else _clean(str(value))


def _clean(cell: str) -> str:
    return " ".join(cell.strip('" \t\r\n').split())
