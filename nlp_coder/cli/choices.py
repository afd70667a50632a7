"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How `code` shows a note."""

    table = "table"
    json = "json"
    csv = "csv"
    html = "html"


class Rule(StrEnum):
    """The unit rules."""

    cms = "cms"
    ama = "ama"


class Discipline(StrEnum):
    """Whose plan of care the visit stands under."""

    PT = "PT"
    OT = "OT"
    SLP = "SLP"


NoText = Annotated[bool, typer.Option("--no-text", help="Leave out every word of the note (health information).")]
ModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="DIR",
        envvar="NLP_CODER_MODEL",
        help="A model folder written by `train`; the shipped one if left out.",
    ),
]
