"""What arrived, for people who look into it: headers by name, the request of a webhook, and the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.email.mime import read_head
from channels_adapters.email.words import decode_words, header_bytes
from inbox.channels.models import Envelope
from inbox.workspace.payloads import visible

_HEAD = 256 * 1024
_LONGEST = 4000
#: Parts of the names of headers that hold a secret between us and whoever sent the request.
_SECRET = ("authorization", "cookie", "secret", "token", "api-key", "password")


@dataclass(frozen=True, slots=True)
class Header:
    """A header as it was written, and as it reads where that is something else."""

    name: str
    value: str
    reads: str = ""


def headers_of(body: bytes) -> list[Header]:
    """The headers of a mail, in their order; empty for what is none."""
    found = []
    for name, raw in read_head(body[:_HEAD]).headers:
        value = header_bytes(raw).strip()[:_LONGEST]
        reads = decode_words(value).strip()
        found.append(Header(visible(name), visible(value), visible(reads) if reads != value else ""))
    return found


def request_of(envelope: Envelope) -> Sequence[Header]:
    """The headers of the request that brought a payload, without what only the sender and we may know."""
    return told(envelope.headers) if envelope.url or envelope.headers else ()


def told(headers: Mapping[str, str]) -> list[Header]:
    """Headers of a request by name, secrets left out."""
    return [
        Header(name, "•••" if any(part in name.lower() for part in _SECRET) else visible(str(value))[:_LONGEST])
        for name, value in sorted(headers.items())
    ]
