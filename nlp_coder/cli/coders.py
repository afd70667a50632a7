"""The coder that a command uses; spaCy and the model are loaded here and nowhere earlier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nlp_coder.problem import Problem

if TYPE_CHECKING:
    from nlp_coder.coder import Coder


def load_coder(model: Path | None) -> Coder:
    """The coder of a model folder, by default the shipped one. Raises Problem or ModelError (words for people)."""
    if model is not None and not model.is_dir():
        what = "is no folder" if model.exists() else "there is no such folder"
        raise Problem(str(model), what, "give a model folder written by `nlp-coder train`")
    from nlp_coder.loaded_to_stay import coder_to_stay

    return coder_to_stay(model)
