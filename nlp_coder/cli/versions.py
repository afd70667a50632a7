"""`nlp-coder --version`: program, model and rules, so that a claim can be traced to what coded it."""

from __future__ import annotations

import sys

from nlp_coder.version import __version__


def print_versions() -> None:
    """Print one row for each of program, model and rules; a model that cannot be read is said, not raised."""
    from nlp_coder.bill import load_rulebook

    print(f"nlp-coder {__version__}")
    try:
        from nlp_coder.model import load_model

        model = load_model()
        print(f"model {model.name} {model.version} {model.digest[:12]}")
    except ValueError as error:
        print("model cannot be read")
        sys.stderr.write(f"nlp-coder: {error}\n")
    print(f"rules {load_rulebook().digest[:12]}")
