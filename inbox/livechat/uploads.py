"""Files a visitor has sent ahead: their bytes are safe in storage, and a signed description goes back to his widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing

from inbox.chats.models import Visitor
from inbox.tickets.files import StoredFile

#: Seconds for which a file that was sent ahead can be put into a message.
GOOD_FOR = 24 * 3600
_FIELDS = ("sha256", "filename", "content_type", "size", "kind")


def describe(visitor: Visitor, file: StoredFile) -> str:
    """What the widget hands in with its message; it is good for this visitor only."""
    return signing.dumps({name: getattr(file, name) for name in _FIELDS}, salt=_salt(visitor), compress=True)


def uploaded(visitor: Visitor, given: Iterable[Any]) -> list[StoredFile]:
    """The files behind descriptions of ours; what is none of ours is left out."""
    found = []
    for one in given:
        try:
            found.append(StoredFile(**signing.loads(one, salt=_salt(visitor), max_age=GOOD_FOR)))
        except (signing.BadSignature, TypeError):
            continue
    return found


def _salt(visitor: Visitor) -> str:
    return f"chat upload {visitor.pk}"
