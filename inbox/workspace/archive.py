"""Several files in one archive, made while it leaves: never all of it in memory or on disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from asgiref.sync import sync_to_async

from inbox.tickets.filenames import clean_filename
from inbox.tickets.files import open_blob

_PIECE = 256 * 1024


def distinct(names: Iterable[str]) -> list[str]:
    """The names cleaned; a repeated one gets a number, as "report (2).pdf"."""
    taken: set[str] = set()
    given = []
    for name in names:
        clean = unique = clean_filename(name)
        number = 1
        while unique.lower() in taken:
            number += 1
            path = PurePosixPath(clean)
            unique = f"{path.stem} ({number}){path.suffix}"
        taken.add(unique.lower())
        given.append(unique)
    return given


async def zipped(files: Iterable[tuple[str, str]]) -> AsyncIterator[bytes]:
    """The archive of `files` (name and hash of the content), piece by piece; what is gone from storage is left out."""
    pieces = _pieces(files)
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece


def _pieces(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    out = _Outlet()
    # Most files people send are packed already.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, sha256 in files:
            try:
                content = open_blob(sha256)
            except FileNotFoundError:
                continue
            with content, archive.open(name, "w", force_zip64=True) as entry:
                while piece := content.read(_PIECE):
                    entry.write(piece)
                    yield out.taken()
    yield out.taken()


class _Outlet(io.RawIOBase):
    """Takes what the archive writes and hands it on; it can't go back, so the archive does not ask it to."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self._kept.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since last asked."""
        whole, self._kept = b"".join(self._kept), []
        return whole
