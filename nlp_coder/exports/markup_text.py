"""The plain text of a narrative in HTML: paragraphs and rows on lines of their own, cells with a bar between them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from nlp_coder.problem import Problem

BREAKS = frozenset(
    {"p", "div", "br", "tr", "li", "item", "paragraph", "list", "table", "thead", "tbody", "ul", "ol", "caption", "title",
     "section", "text", "h1", "h2", "h3", "h4", "h5", "h6"}
)  # fmt: skip
CELLS = frozenset({"td", "th"})
ITEMS = frozenset({"li", "item"})
_HIDDEN = frozenset({"script", "style", "head"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in _HIDDEN
        self.parts.append(mark(tag))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # what is written over several lines of the source is one line of the page
            self.parts.append(re.sub(r"\s+", " ", data))


def mark(tag: str) -> str:
    """What stands before the words of an element: a line end, a dash before an item, a bar before a cell."""
    if tag in ITEMS:
        return "\n- "
    if tag in CELLS:
        return " | "
    return "\n" if tag in BREAKS else ""


def tidy(text: str) -> str:
    """Without empty cells at the line's start, spaces at its ends and more than one empty line.

    >>> tidy(" | TE | 15 min \\n\\n\\n\\n - SLR ")
    'TE | 15 min\\n\\n- SLR'
    """
    lines = (re.sub(r"^[ |]+|[ ]+$", "", re.sub(r"[ \t]+", " ", line)) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def markup_text(markup: str, where: str) -> str:
    """The words of HTML as plain text. Raises Problem where there are none."""
    words = _Words()
    words.feed(markup)
    words.close()
    text = tidy("".join(words.parts))
    if not text.strip():
        raise Problem(where, "holds no words", "export the note with its text")
    return text
