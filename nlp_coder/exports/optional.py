"""Libraries that only some formats need (`pip install "nlp-coder[exports]"`), with a clear word where one is missing."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from nlp_coder.problem import Problem


def optional(module: str, path: Path | str) -> Any:
    """The module that the file `path` needs. Raises Problem where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise Problem(
            str(path), f"this format needs the package {package}, which is not installed",
            'install it with: pip install "nlp-coder[exports]"',
        ) from None  # fmt: skip
