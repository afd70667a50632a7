"""Compressed files (.gz, .zst) opened as if they were not."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from nlp_coder.exports.optional import optional

if TYPE_CHECKING:
    from typing import BinaryIO

ENDINGS = (".gz", ".zst")
DAMAGED = (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a damaged or cut-off file raises."""


def plain_suffix(path: Path) -> str:
    """The ending that tells the format, in small letters, without the compression's.

    >>> plain_suffix(Path("visits.JSONL.gz"))
    '.jsonl'
    """
    last = path.suffix.lower()
    return Path(path.stem).suffix.lower() if last in ENDINGS else last


def unpacked(handle: BinaryIO, path: Path) -> BinaryIO:
    """A reader of the plain bytes of an opened file. Raises Problem where the library is missing."""
    last = path.suffix.lower()
    if last == ".gz":
        reader = io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=handle)))
    elif last == ".zst":
        reader = io.BufferedReader(_Zstandard(handle, optional("zstandard", path)))
    else:
        return handle
    reader.packed = handle  # type: ignore[attr-defined]  # how far a progress bar has come counts packed bytes
    return cast("BinaryIO", reader)


class _Zstandard(io.RawIOBase):
    """Reads the frames of a Zstandard file; one that is cut off is an error (the library's own reader just ends)."""

    def __init__(self, handle: IO[bytes], zstandard: Any) -> None:
        self._handle = handle
        self._zstandard = zstandard
        self._frame: Any = None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if not self._more():
                return 0
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _more(self) -> bool:
        packed = self._handle.read(1 << 16)
        if not packed:
            if self._frame is not None:
                raise EOFError("the file is cut off")
            return False
        try:
            while packed:
                self._frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
                self._ready += self._frame.decompress(packed)
                packed = b""
                if self._frame.eof:
                    packed, self._frame = self._frame.unused_data, None
        except self._zstandard.ZstdError as error:
            raise EOFError("the file is damaged") from error
        return True

    def close(self) -> None:
        self._handle.close()
        super().close()
