"""The coder of a process that codes notes and does nothing else."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp_coder.coder import Coder


def coder_to_stay(model: Path | None) -> Coder:
    """The coder of a model folder, by default the shipped one, for as long as the process lives.

    The garbage collector does not look for what has gone while a million words and weights come in, nor ever again
    among them: that is a tenth of the start of the command. A library's user loads with `Coder.load`, which leaves the
    collector alone. Raises ModelError, TableError (messages for people).
    """
    running = gc.isenabled()
    gc.disable()
    try:
        from nlp_coder.coder import Coder

        coder = Coder.load(model)
    finally:
        if running:
            gc.enable()
    gc.freeze()
    return coder
