"""The models of a user: folders by name in their data folder, which of them is in use, and which was before.

The shipped model is called `default` and is only read. The folder is NLP_CODER_MODELS, else `models` in the user's data
folder; `in_use.json` in it holds the names that were put in use, the last one being in use.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_coder import tables
from nlp_coder.problem import Problem

VARIABLE = "NLP_CODER_MODELS"
SHIPPED = "default"
KEPT = 50
"""Names of former models that are remembered."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A model of the store. problem: why its manifest cannot be read, "" where it can."""

    name: str
    folder: Path
    in_use: bool
    manifest: dict[str, Any]
    problem: str


def models_home() -> Path:
    """The folder of the user's models, which need not exist."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("nlp-coder", appauthor=False) / "models"


def folder_of(name: str) -> Path:
    """The folder of a model by its name. Raises Problem for a name that no model has."""
    folder = tables.models_folder() / SHIPPED if name == SHIPPED else models_home() / checked_name(name)
    if not (folder / "manifest.json").is_file():
        raise Problem(repr(name[:64]), "is the name of no model", f"known are {', '.join(names())}")
    return folder


def checked_name(name: str) -> str:
    """The name itself. Raises Problem where it could leave the folder or is the shipped model's."""
    if not _NAME.fullmatch(name) or ".." in name or name == SHIPPED:
        what = "is the shipped model's name" if name == SHIPPED else "cannot be the name of a model"
        raise Problem(repr(name[:64]), what, "use letters, digits, - and _")
    return name


def names() -> list[str]:
    """The names of all models, the shipped one first."""
    home = models_home()
    own = sorted(p.parent.name for p in home.glob("*/manifest.json") if _NAME.fullmatch(p.parent.name))
    return [SHIPPED, *(n for n in own if n != SHIPPED and not n.endswith(".old"))]


def new_name(stem: str) -> str:
    """`STEM-1`, or the next number that no model or leftover has."""
    taken = [p.name for p in models_home().glob(f"{checked_name(stem)}-*")]
    numbers = [int(n) for t in taken if (n := t.removeprefix(f"{stem}-")).isdigit()]
    return f"{stem}-{max(numbers, default=0) + 1}"


def history() -> list[str]:
    """The names put in use one after another, the shipped model first. Raises Problem where the file is damaged."""
    path = models_home() / "in_use.json"
    try:
        names = json.loads(path.read_text(encoding="utf-8"))["history"]
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise ValueError
    except FileNotFoundError:
        return [SHIPPED]
    except (ValueError, KeyError, TypeError):
        raise Problem(str(path), "cannot be read", "remove it; then the shipped model is in use") from None
    return [SHIPPED, *names]


def in_use() -> Path:
    """The folder of the model in use. Raises Problem where that model is gone."""
    name = history()[-1]
    try:
        return folder_of(name)
    except Problem:
        raise Problem(
            f"the model in use, {name!r},", f"is not in {models_home()} any more", "run `nlp-coder models rollback` or `models use default`"
        ) from None  # fmt: skip


def use(name: str) -> None:
    """Put a model in use. Raises Problem for an unknown name and ModelError for a model that cannot be loaded."""
    from nlp_coder.model import load_model

    load_model(folder_of(name))
    _remember([*history()[1:], name])


def rollback() -> str:
    """Put the model in use that was in use before; its name. Raises Problem where there was none, or it is gone."""
    before = history()
    if len(before) < 2:
        raise Problem("the shipped model", "is in use and none was before it", "`nlp-coder models list` shows them")
    name = before[-2]
    folder_of(name)
    _remember(before[1:-1])
    return name


def _remember(names: Sequence[str]) -> None:
    from nlp_coder.exports.result_file import result_file

    home = models_home()
    home.mkdir(parents=True, exist_ok=True)
    with result_file(home / "in_use.json") as handle:
        handle.write(json.dumps({"history": list(names)[-KEPT:]}, indent=1) + "\n")


def kept() -> list[Kept]:
    """Every model with its manifest."""
    used = history()[-1]
    out = []
    for name in names():
        folder, manifest, problem = folder_of(name), {}, ""  # type: tuple[Path, dict[str, Any], str]
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if not isinstance(manifest, dict):
                raise ValueError
        except (OSError, ValueError):
            manifest, problem = {}, "its manifest cannot be read"
        out.append(Kept(name, folder, name == used, manifest, problem))
    return out
