"""A word of the note in no output of `code --no-text`, whatever the format."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from nlp_coder.cli.choices import Format

Run = Callable[..., subprocess.CompletedProcess[bytes]]
NOTE = (
    b"Canaryname. TE 24 min: canaryword squats 3x10 for strength\nMT 15 min: patellar canaryword mobs\nHEP: canaryword"
)


@pytest.mark.parametrize("format", list(Format))
def test_no_word_of_the_note_without_text(run: Run, format: Format) -> None:
    done = run("code", "--no-text", "--format", format, "--date", "2024-08-15", stdin=NOTE)
    assert done.returncode == 0 and done.stdout, done.stderr
    assert b"canary" not in (done.stdout + done.stderr).lower()
