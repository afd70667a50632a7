"""Archives that would unpack to far more than a person sends (zip bombs) are refused before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from nlp_coder.problem import Problem

LARGEST = 50_000_000_000
"""Bytes unpacked: a year of notes of a large group stays far below."""
STEEPEST = 200
"""Times the packed size. Text packs 3 to 20 times; only made-up data packs more than this."""
SMALL = 100_000_000
"""Bytes that may unpack at any steepness."""
MOST = 200_000
"""Files in one archive."""


def check_archive(archive: zipfile.ZipFile, path: Path) -> None:
    """Raises Problem where an archive is locked or would unpack to too much."""
    entries = archive.infolist()
    size = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    if len(entries) > MOST:
        raise Problem(str(path), f"holds more than {MOST:,} files", "give several smaller archives")
    if size > LARGEST or (size > SMALL and size / packed > STEEPEST):
        raise Problem(
            str(path), "would unpack to far more than its size (a zip bomb?)", "unpack it yourself and check it"
        )
    if any(e.flag_bits & 1 for e in entries):
        raise Problem(str(path), "is locked with a password", "unpack it yourself")
