"""Libraries that only some formats need (`pip install "nlp-coder[exports]"`), with a clear word where one is missing."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from nlp_coder.problem import Problem


def optional(module: str, path: Path | str, extra: str = "exports") -> Any:
    """The module that the file `path` needs. extra: of pyproject.toml, which has it. Raises Problem where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise Problem(
            str(path), f"this needs the package {package}, which is not installed",
            f'install it with: pip install "nlp-coder[{extra}]"',
        ) from None  # fmt: skip
