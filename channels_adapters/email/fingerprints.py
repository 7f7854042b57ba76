"""What makes a mail the same mail, whichever way it came."""

from __future__ import annotations

import hashlib

from channels_adapters.email.body import Body
from channels_adapters.email.mime import Part

# What its author wrote. Servers on the way add, fold and reorder others, and pack the body anew.
_HEADERS = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")


def fingerprint(head: Part, body: Body) -> str:
    """A digest of what the author wrote and attached, and of nothing that servers add on the way.

    The same mail by two routes has one fingerprint; the same Message-ID over other words has another.
    """
    digest = hashlib.sha256()
    for name in _HEADERS:
        for value in head.header_values(name):
            digest.update(name.encode() + b":" + b"".join(value.split()) + b"\n")
    for text in (body.text, body.html):
        digest.update("".join(text.split()).encode("utf-8", "replace") + b"\n")
    for attachment in body.attachments:
        if attachment.filename == "original.eml":
            continue
        digest.update(f"{attachment.content_type} {attachment.size}\n".encode("utf-8", "replace"))
        digest.update(attachment.content or b"")
    return digest.hexdigest()
