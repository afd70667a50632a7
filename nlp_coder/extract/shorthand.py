"""Tokens of therapy shorthand: words, numbers and signs come apart, so that "rows3x10" and "STM/MFR" can be read."""

from __future__ import annotations

import re

BULLETS = frozenset("-–—*•●▪◦·○>+➢✓")
"""Signs that begin a line of a list; which of them says nothing of the line."""
BULLET_SIGN = "•"
"""What stands for all of them where a model is asked."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|[^\S ]+| +|.", re.DOTALL)


def split_text(text: str) -> tuple[list[str], list[int]]:
    """(tokens, where each begins). A single space after a token is none of its own, any other white space is."""
    tokens: list[str] = []
    offsets: list[int] = []
    at, spaced = 0, True  # spaced: the space after the last token is used up
    for piece in _TOKEN.findall(text):
        if piece[0] == " " and not spaced:
            at, piece, spaced = at + 1, piece[1:], True
            if not piece:
                continue
        tokens.append(piece)
        offsets.append(at)
        at += len(piece)
        spaced = False
    return tokens, offsets
