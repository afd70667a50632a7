"""`nlp-coder ncci`: CMS's quarterly NCCI files of the user's own, and the set in use."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.problem import Problem

app = typer.Typer(no_args_is_help=True, help="CMS's quarterly NCCI pair (PTP) and MUE files.")
_SHOWN_BAD_ROWS = 20


class CmsFile(StrEnum):
    """Whose file it is."""

    practitioner = "practitioner"
    hospital = "hospital"


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="As downloaded: .zip, .txt, .xlsx or .csv.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Keep the set there, not in your data folder.")
    ] = None,
    quarter: Annotated[
        str | None, typer.Option(metavar="2026q3", help="The quarter, where the names do not say it.")
    ] = None,
    file: Annotated[
        CmsFile | None, typer.Option("--file", help="Whose file it is, where the names do not say it.")
    ] = None,
) -> None:
    """Load a quarter's PTP edits and MUEs from cms.gov: therapy codes only, with what changes for your claims.

    The pairs of the newest quarter hold from then on for every date of service, an MUE from its quarter on. A row that
    cannot be read is named and left out, and the exit status is then 1.

    Example:

    - `nlp-coder ncci import medicare-ncci-2026q3-practitioner-ptp-edits-*.zip MCR_MUE_PractitionerServices_*.csv`
    """
    from nlp_coder.bill.ncci_sets import quarter_start
    from nlp_coder.bill.rulebook import NCCI_VARIABLE, load_rulebook, ncci_home
    from nlp_coder.ncci.cms_files import digest_of, tables_of
    from nlp_coder.ncci.cms_rows import content_of
    from nlp_coder.ncci.quarter import codes_of, quarter_of, write_quarter

    if quarter is not None:
        try:
            quarter_start(quarter)
        except ValueError as error:
            raise Problem("--quarter", str(error).partition("; ")[0], "write it as 2026q3") from None
    root = out or ncci_home()
    if root is None:
        raise Problem(NCCI_VARIABLE, "asks for the shipped set", "unset it, or name a folder with --out")
    book = load_rulebook(ncci=root)
    contents = [
        content_of(table, codes_of(book), file.value if file else None, quarter)
        for path in files
        for table in tables_of(path)
    ]
    made = quarter_of(contents, book)
    sources = [{"name": path.name, "sha256": digest_of(path)} for path in files]
    place = write_quarter(root, made, sources)
    for content in contents:
        kept = len(content.pairs) + len(content.mues)
        kind = "pairs" if content.kind == "ptp" else "MUEs"
        print(f"{content.where}: {content.file} {kind} of {content.quarter}, {kept} of {content.total} rows kept")
    print(f"\nChanges on {quarter_start(made.quarter)} against {book.ncci.quarter}, which was in use:")
    for change in made.changes:
        print(f"  {change.file:12}  {change.what}: {change.before} -> {change.after}")
    if not made.changes:
        print("  none for therapy codes")
    for words in made.kept:
        sys.stderr.write(f"note: {words}\n")
    print(f"\nWritten to {place}")
    if book.ncci.effective_from > quarter_start(made.quarter):
        print(f"Pairs stay those of {book.ncci.quarter}, which is newer; the MUEs serve dates of {made.quarter}.")
    elif out is not None:
        print(f"To use it: {NCCI_VARIABLE}={out}")
    if _say_bad_rows([(c.where, number, what) for c in contents for number, what in c.bad]):
        raise typer.Exit(1)


def _say_bad_rows(bad: list[tuple[str, int, str]]) -> bool:
    for where, number, what in bad[:_SHOWN_BAD_ROWS]:
        sys.stderr.write(f"{where} row {number}: {what}; left out, compare it with CMS's file\n")
    if len(bad) > _SHOWN_BAD_ROWS:
        sys.stderr.write(f"and {len(bad) - _SHOWN_BAD_ROWS} more rows left out\n")
    return bool(bad)


@app.command("show")
def show(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="The pairs of one code.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Pairs in force that day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """The NCCI set in use: quarter, digest, files; with a code, its pairs and MUE.

    Example:

    - `nlp-coder ncci show 97140 --date 2026-06-15`
    """
    from nlp_coder.bill.rulebook import load_rulebook, ncci_home
    from nlp_coder.exports.ncci_sheet import ncci_sheet

    try:
        on = date.fromisoformat(day) if day else date.today()
    except ValueError:
        raise Problem("--date", "is no date", "write it as YYYY-MM-DD") from None
    book = load_rulebook()
    word = code.strip().upper() if code else None
    if word is not None and word not in book.codes:
        raise Problem(word[:20], "is no code that this program knows", "`nlp-coder codes` lists those that it knows")
    sheet = ncci_sheet(book, on, word, ncci_home())
    if as_json:
        print(json.dumps(sheet, indent=2))
        return
    print(f"NCCI set in use: {sheet['quarter']} (from {sheet['effective_from']}), digest {sheet['digest']}")
    print(f"From: {sheet['folder']}")
    for entry in sheet["files"]:
        print(f"  {entry['name']}  sha256 {entry['sha256'][:16]}")
    for name, number in sheet["pairs_in_force"].items():
        print(f"Pairs of therapy codes in force on {sheet['date']}, {name} file: {number}")
    print(f"MUE quarters known: {', '.join(sheet['mue_quarters'])}")
    for pair in sheet.get("pairs", []):
        what = "with a modifier where separate" if pair["indicator"] else "never together"
        print(f"- {pair['column2']} beside {pair['column1']}, {pair['file']}: {what}")
    for name, number in sheet.get("mue", {}).items():
        print(f"- MUE of {word}, {name}: {'not listed' if number is None else number}")
