"""A note pasted at a prompt: it ends at Ctrl-D or at a line that holds a single dot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PROMPT = "Paste the note. It ends at Ctrl-D or at a line with a single dot (.):\n"
_END = {b"\x04", b"\x1a"}
_ERASE = {b"\x7f", b"\b"}


def pasted_note() -> bytes:
    """The note's bytes, read from the terminal; the prompt goes to standard error."""
    sys.stderr.write(PROMPT)
    sys.stderr.flush()
    number = sys.stdin.fileno()
    with _whole_lines_off(number):
        return read_paste(lambda: os.read(number, 1))


def read_paste(read: Callable[[], bytes]) -> bytes:
    """Bytes one by one up to the end mark, which is left out; a backspace takes the last byte of its line away."""
    lines, line = [], bytearray()  # type: tuple[list[bytes], bytearray]
    while True:
        byte = read()
        if not byte or byte in _END:
            break
        if byte in _ERASE:
            # a character of several bytes goes as one
            while line and line[-1] & 0xC0 == 0x80:
                line.pop()
            if line:
                line.pop()
        elif byte == b"\n":
            if line.strip() == b".":
                line.clear()
                break
            lines.append(bytes(line) + b"\n")
            line.clear()
        else:
            line += byte
    return b"".join(lines) + bytes(line)


@contextmanager
def _whole_lines_off(number: int) -> Iterator[None]:
    """Read the terminal byte by byte: line by line it would cut rows of more than 4,095 characters, a note on one line."""
    try:
        import termios
    except ImportError:
        yield
        return
    before = termios.tcgetattr(number)
    now = termios.tcgetattr(number)
    now[3] &= ~termios.ICANON
    now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(number, termios.TCSADRAIN, now)
        yield
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
