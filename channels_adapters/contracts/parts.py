"""What messages in both directions are made of: threads and attachments."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Visibility(enum.StrEnum):
    """Whether strangers can read the message at the network."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where a message belongs: lookup keys, the safest first (`mid:<...>`, `room:...`, `comment:...`).

    `answers` is the key of the very message it answers, `container` what it hangs under (a post, a
    video, a listing), `token` our own reply token found in it (plus-address), if any.
    """

    keys: tuple[str, ...] = ()
    answers: str = ""
    container: str = ""
    token: str = ""
    visibility: Visibility = Visibility.PRIVATE

    def named(self, kind: str) -> tuple[str, ...]:
        """What the keys of one kind (`room`) name."""
        return tuple(key.removeprefix(f"{kind}:") for key in self.keys if key.startswith(f"{kind}:"))


@dataclass(frozen=True, slots=True)
class MediaRef:
    """Content that must still be fetched: an opaque token and the instant it stops working.

    `sha256:<hex>` names bytes that lie in our own storage already.
    """

    token: str
    expires_at: datetime | None = None


class AttachmentKind(enum.StrEnum):
    """What an attachment is for its reader."""

    FILE = "file"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    MESSAGE = "message"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with its exact bytes, or a reference to fetch them. `content_id` names an inline part.

    `link` is an address at which anybody who has it can fetch the bytes for a while: for networks that fetch files
    themselves, and for files a network does not take. `sha256` (hex) is what the network says the bytes hash to.
    """

    kind: AttachmentKind
    filename: str
    content_type: str
    size: int
    content: bytes | None = field(default=None, repr=False)
    ref: MediaRef | None = None
    content_id: str = ""
    inline: bool = False
    link: str = ""
    sha256: str = ""
