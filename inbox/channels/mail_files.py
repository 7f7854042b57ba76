"""Files that hold mail: an mbox, a single mail, an archive (zip, tar, tar.gz) of a maildir, of mboxes or of mails.

Nothing is ever unpacked to disk. Positions count the bytes of all files inside, one behind the other, so that reading
can go on where it stopped.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from inbox.channels.mbox import MOST_BYTES, Found, is_mbox, mails

MOST_FILES = 2_000_000
MOST_UNPACKED = 200 * 1024**3
#: Mail packs to a fifth or a tenth of its size; what packs to less than a hundredth is made to fill a disk.
_MOST_RATIO = 100
_UNSUSPICIOUS = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_SNIFFED = 4096
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[!-9;-~]+[ \t]*:|>?From )")
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_GZIPPED = b"\x1f\x8b"
_ARCHIVES = (*_ZIPPED, _GZIPPED, b"BZh", b"\xfd7zXZ\x00")
_MAIL_ENDINGS = (".eml", ".mbox", ".mbx", ".mail", ".msg")


class Unusable(ValueError):
    """The file can't be read as mail; the sentence is for the person who chose it."""


def examined(file: IO[bytes], packed: int) -> int:
    """The number of bytes there are to read in `file` of `packed` bytes. Raises `Unusable`, before anything is taken.

    Refused: archives that unpack to a hundred times their size, that name places outside of themselves, that are
    protected by a password or damaged, and files without mail.
    """
    end, has_mail = 0, False
    with _told():
        for count, part in enumerate(_parts(file)):
            has_mail = has_mail or _is_mail(part.name, part.beginning())
            end = part.start + (part.length(_allowed(packed)) if part.size is None else part.size)
            if end > _allowed(packed) or count > MOST_FILES:
                raise Unusable(_("This archive unpacks to far more than mail would, so nothing of it was taken."))
    if not has_mail:
        raise Unusable(
            _("There is no mail in this file. Choose an mbox, a maildir packed as zip or tar.gz, or .eml files.")
        )
    return end


def found_mails(file: IO[bytes], position: int = 0) -> Iterator[Found]:
    """The mails in `file` from `position` on, each with the position behind it. Raises `Unusable` if it is damaged."""
    with _told():
        for part in _parts(file):
            if part.size is not None and part.start + part.size <= position:
                continue
            if _is_mail(part.name, part.beginning()):
                yield from part.mails(max(position - part.start, 0))


def holds_many(file: IO[bytes]) -> bool:
    """Whether `file` is a mailbox or an archive rather than one mail."""
    file.seek(0)
    beginning = file.read(_SNIFFED)
    file.seek(0)
    return is_mbox(beginning) or beginning.startswith(_ARCHIVES) or beginning[257:262] == b"ustar"


class _Part:
    """A file inside the upload: its name, where it begins, its size (None: not known before it was read)."""

    def __init__(self, name: str, start: int, size: int | None, file: Any, *, is_stream: bool = False) -> None:
        self.name, self.start, self.size = name, start, size
        self._given, self._is_stream = file, is_stream
        self._file = io.BufferedReader(_Raw(file), _CHUNK)

    def beginning(self) -> bytes:
        """The first bytes, which are still there afterwards."""
        return self._file.peek(_SNIFFED)[:_SNIFFED]

    def length(self, most: int) -> int:
        """What is in it, counted until there is more than `most`."""
        size = 0
        while size <= most and (chunk := self._file.read(_CHUNK)):
            size += len(chunk)
        return size

    def mails(self, skipped: int) -> Iterator[Found]:
        """The mails behind the first `skipped` bytes."""
        if is_mbox(self.beginning()):
            yield from mails(self._behind(skipped), self.start + skipped)
        else:
            body = self._file.read(MOST_BYTES + 1)
            yield Found(body if len(body) <= MOST_BYTES else None, self.start + (self.size or len(body)))

    def _behind(self, skipped: int) -> IO[bytes]:
        if skipped and not self._is_stream:
            self._given.seek(skipped)
            return io.BufferedReader(_Raw(self._given), _CHUNK)
        while skipped and (chunk := self._file.read(min(skipped, _CHUNK))):
            skipped -= len(chunk)
        return self._file


class _Raw(io.RawIOBase):
    """Any file as the raw side of a buffered reader, which does not close it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _allowed(packed: int) -> int:
    return min(MOST_UNPACKED, max(packed * _MOST_RATIO, _UNSUSPICIOUS))


def _is_mail(name: str, beginning: bytes) -> bool:
    """By where it lies (a maildir's `cur` and `new`), else by its ending and what it begins with."""
    path = PurePosixPath(name)
    if path.parent.name in ("cur", "new"):
        return bool(beginning)
    if path.parent.name == "tmp" or path.name.startswith("._"):
        return False
    if path.suffix and not path.suffix[1:].isdigit() and path.suffix.lower() not in _MAIL_ENDINGS:
        return is_mbox(beginning)
    return bool(_FIRST_LINE.match(beginning.lstrip(b"\r\n")))


def _parts(file: IO[bytes]) -> Iterator[_Part]:
    file.seek(0)
    beginning = file.read(512)
    file.seek(0)
    if beginning.startswith(_ZIPPED):
        yield from _zipped(file)
    elif beginning.startswith(_GZIPPED) and gzip.GzipFile(fileobj=file).read(512)[257:262] != b"ustar":
        file.seek(0)
        yield _Part("", 0, None, gzip.GzipFile(fileobj=file))
    elif beginning.startswith(_ARCHIVES) or beginning[257:262] == b"ustar":
        file.seek(0)
        yield from _tarred(file)
    else:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        yield _Part("", 0, size, file)


def _zipped(file: IO[bytes]) -> Iterator[_Part]:
    start = 0
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            _must_be_inside(entry.filename)
            if entry.flag_bits & 1:
                raise Unusable(_("This archive is protected by a password. Pack it again without one."))
            if not entry.is_dir():
                with archive.open(entry) as opened:
                    yield _Part(entry.filename, start, entry.file_size, opened)
                start += entry.file_size


def _tarred(file: IO[bytes]) -> Iterator[_Part]:
    start = 0
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for entry in archive:
            _must_be_inside(entry.name)
            # Links and devices hold no mail of their own, and are never followed.
            if entry.isreg() and (opened := archive.extractfile(entry)):
                yield _Part(entry.name, start, entry.size, opened, is_stream=True)
                start += entry.size


def _must_be_inside(name: str) -> None:
    """Nothing is written under these names; an archive that has such ones was made to do harm elsewhere."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise Unusable(_("This archive names places outside of itself, so nothing of it was taken."))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise Unusable(
            _("The file is damaged, or it was not sent completely: %(reason)s") % {"reason": error}
        ) from error
