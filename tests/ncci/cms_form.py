"""Small files in exactly the form of CMS's quarterly ones; the licence words are our own, the rows are made up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

NOTICE = (
    "Notice in the place of the licence: the code set is its owner's, and these rows are made up.",
    "All rights are those of the owners.",
    "",
)
PTP_HEADER = (
    "Column 1/Column 2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t* = in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
PtpRow = tuple[str, str, str, str, str, str, str]


def ptp_text(rows: Sequence[PtpRow]) -> bytes:
    """The .TXT of a part: notice, wrapped header, tab-delimited rows, CRLF, latin-1."""
    lines = [*NOTICE, *PTP_HEADER, *("\t".join(row) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def ptp_workbook(rows: Sequence[PtpRow]) -> bytes:
    """The .xlsx of a part: the same, with codes and dates as numbers where they are digits, as spreadsheets keep them."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for line in (*NOTICE, *PTP_HEADER):
        sheet.append(line.split("\t"))
    for row in rows:
        sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    handle = io.BytesIO()
    book.save(handle)
    return handle.getvalue()


def ptp_zip(stem: str, rows: Sequence[PtpRow]) -> bytes:
    """A zip of one part with its text and its workbook."""
    handle = io.BytesIO()
    with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{stem}.xlsx", ptp_workbook(rows))
        archive.writestr(f"{stem}.TXT", ptp_text(rows))
    return handle.getvalue()


def mue_csv(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """The MUE .csv: two copyright lines, a header whose first name has a line break, four columns."""
    head = (
        '"Notice in the place of the licence, over\r\ntwo lines",,,\r\n"Made up, for tests",,,\r\n'
        '"HCPCS/\nCPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\r\n'
    )
    body = "".join(f'{code},{units},"{kind}","Nature of Service/Procedure"\r\n' for code, units, kind in rows)
    return (head + body).encode("latin-1")
