"""nlp-coder: a therapy note in, coded claim lines out, each with its reason.

>>> from nlp_coder import Coder
>>> note = Coder.load().code("TE 15 min: quad sets 3x10, heel slides x15")
>>> [(line.code, line.units) for line in note.lines]
[('97110', 1)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nlp_coder.note import Activity, Alert, CodedNote, ServiceLine, VisitContext
from nlp_coder.version import __version__

if TYPE_CHECKING:
    from nlp_coder.coder import Coder

__all__ = ["Activity", "Alert", "CodedNote", "Coder", "ServiceLine", "VisitContext", "__version__"]


def __getattr__(name: str) -> Any:
    # spaCy takes most of a second to import: whoever only asks for the version or the help does not wait for it
    if name == "Coder":
        from nlp_coder.coder import Coder

        return Coder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
