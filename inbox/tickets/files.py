"""Attachments' bytes in storage, under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

_CHUNK = 1024 * 1024
_keepers: list[Callable[[Collection[str]], set[str]]] = []


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are safe in storage, with the name it came under."""

    filename: str
    content_type: str
    size: int
    sha256: str
    kind: str = "file"
    content_id: str = ""
    is_inline: bool = False


def path_of(sha256: str) -> str:
    """Where the bytes with this hash lie in storage."""
    return f"blobs/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def store(
    content: bytes,
    *,
    filename: str,
    content_type: str,
    kind: str = "file",
    content_id: str = "",
    is_inline: bool = False,
) -> StoredFile:
    """Put `content` into storage (once, however often it comes) and describe it.

    On a local disk: temporary file, fsync, rename, so that a name never points at half a file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = path_of(sha256)
    if not default_storage.exists(name):
        if isinstance(default_storage, FileSystemStorage):
            _write_durably(Path(default_storage.path(name)), [content])
        else:
            default_storage.save(name, ContentFile(content))
    return StoredFile(filename[:255], content_type[:160], len(content), sha256, kind, content_id[:255], is_inline)


def store_file(file: IO[bytes], *, filename: str, content_type: str) -> StoredFile:
    """As `store`, for content that may be larger than the memory: `file` is read from its beginning, twice."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        digest.update(chunk)
        size += len(chunk)
    sha256 = digest.hexdigest()
    name = path_of(sha256)
    if not default_storage.exists(name):
        if isinstance(default_storage, FileSystemStorage):
            _write_durably(Path(default_storage.path(name)), _chunks(file))
        else:
            file.seek(0)
            default_storage.save(name, File(file))
    return StoredFile(filename[:255], content_type[:160], size, sha256)


def open_blob(sha256: str) -> IO[bytes]:
    """The bytes with this hash, open for reading."""
    return default_storage.open(path_of(sha256), "rb")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _write_durably(target: Path, content: Iterable[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
        draft.writelines(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def keep(in_use: Callable[[Collection[str]], set[str]]) -> None:
    """Register who else needs bytes of storage: told hashes, `in_use` names those that must stay."""
    if in_use not in _keepers:
        _keepers.append(in_use)


def forget_unused(hashes: Iterable[str]) -> None:
    """Delete the bytes with these hashes from storage where nothing needs them.

    That is attachments, planned replies, pictures of agents, and what others registered (`keep`).
    """
    from inbox.agents.models import Agent
    from inbox.tickets.models import Attachment, ScheduledReply

    wanted = set(hashes)
    if not wanted:
        return
    used = set(Attachment.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
    planned = ScheduledReply.objects.exclude(files=[]).values_list("files", flat=True)
    used |= {file["sha256"] for files in planned for file in files}
    used |= set(Agent.objects.filter(picture__in=wanted).values_list("picture", flat=True))
    for in_use in _keepers:
        used |= in_use(wanted)
    for sha256 in wanted - used:
        default_storage.delete(path_of(sha256))
