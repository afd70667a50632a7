"""`nlp-coder bill`: services already coded in, units, modifiers, edits and alerts out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.cli.choices import LogFile, PayersFolder

ENDINGS = (".jsonl",)


def bill(
    services: Annotated[Path, typer.Argument(metavar="SERVICES", help="Services with minutes: .jsonl.")],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="Claim lines and alerts: .jsonl.")],
    log: LogFile = None,
    payers: PayersFolder = None,
) -> None:
    """Bill structured services: units, modifiers and alerts, without a note.

    Each line of the input is {"id": "v1", "services": [{"code": "97110", "minutes": 33}], "context": {"payer":
    "medicare", "discipline": "PT"}}. A row that cannot be billed goes to OUTPUT.errors.csv; the exit status is then 1.

    Example:

    - `nlp-coder bill flowsheet.jsonl claims.jsonl`
    """
    from nlp_coder.cli.files import check_input, check_output, finish, progress

    check_input(services, ENDINGS)
    check_output(output, ENDINGS, services)
    from nlp_coder.batch.audit_log import audit_log
    from nlp_coder.batch.error_rows import ErrorRows
    from nlp_coder.batch.service_stream import billed
    from nlp_coder.bill import load_rulebook
    from nlp_coder.exports.json_record import json_line
    from nlp_coder.exports.jsonl_rows import jsonl_records
    from nlp_coder.exports.note_rows import BadRow
    from nlp_coder.exports.result_file import result_file
    from nlp_coder.exports.tracking import Tracker

    track, number = Tracker(services), 0
    with audit_log(log, "bill", not_over=[services, output]) as entries:
        rulebook = load_rulebook(payers=payers)
        entries.begin([services], {"rules": rulebook.digest})
        with result_file(output) as handle, ErrorRows(output) as errors, progress(track, services.name) as step:
            for result in billed(jsonl_records(services, track), rulebook):
                if isinstance(result, BadRow):
                    errors.add(result)
                    entries.refused(result.id)
                else:
                    handle.write(json_line(result))
                    entries.done(result["id"], result["alerts"])
                    number += 1
                step()
        finish(number, errors, output, "record")
