"""A problem that the user can mend: what is wrong, where, and what to do. Its words never hold the text of a note."""

from __future__ import annotations

import os


class Problem(Exception):
    """Raised for unreadable input and wrong use; the command line shows it without a traceback.

    where: file, row or option. what: what is wrong there. todo: what the user can do about it.

    >>> print(Problem("visit.pdf", "is a PDF, not text", "export the note as text"))
    visit.pdf: is a PDF, not text; export the note as text
    """

    def __init__(self, where: str, what: str, todo: str) -> None:
        super().__init__(f"{where}: {what}; {todo}")
        self.where = where
        self.what = what
        self.todo = todo


def debugging() -> bool:
    """True where NLP_CODER_DEBUG is set: failures of the program then stop it and show where they came from."""
    return bool(os.environ.get("NLP_CODER_DEBUG"))
