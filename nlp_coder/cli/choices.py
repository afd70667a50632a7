"""Options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nlp_coder.problem import Problem


class Format(StrEnum):
    """How `code` shows a note."""

    table = "table"
    json = "json"
    csv = "csv"
    html = "html"
    queries = "queries"
    cms1500 = "cms1500"
    x12 = "x12"
    fhir = "fhir"


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
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="FILE",
        envvar="NLP_CODER_LOG",
        help="Add to this audit log who ran what, when, with what outcome; never text.",
    ),
]
ModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="DIR",
        envvar="NLP_CODER_MODEL",
        help="A model folder written by `train`; the shipped one if left out.",
    ),
]


def _payers_folder(folder: Path | None) -> Path | None:
    """Makes the folder known to whatever loads the rules, worker processes included."""
    if folder is None:
        return None
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "there is no such folder"
        raise Problem(str(folder), what, "name the folder of your payer profiles (*.toml)")
    os.environ["NLP_CODER_PAYERS"] = str(folder.resolve())
    return folder


PayersFolder = Annotated[
    Path | None,
    typer.Option(
        "--payers",
        metavar="DIR",
        envvar="NLP_CODER_PAYERS",
        callback=_payers_folder,
        help="A folder with payer profiles of your own (NAME.toml), beside the shipped ones.",
    ),
]


def _tables_folder(folder: Path | None) -> Path | None:
    """Makes the folder known to whatever reads the tables, worker processes included."""
    if folder is not None:
        os.environ["NLP_CODER_TABLES"] = str(folder.resolve())
    return folder


TablesFolder = Annotated[
    Path | None,
    typer.Option(
        "--tables",
        metavar="DIR",
        envvar="NLP_CODER_TABLES",
        callback=_tables_folder,
        help="A folder with rows of your own over the shipped ones: lexicon/activities*.csv, rules/coding_rules*.csv.",
    ),
]
