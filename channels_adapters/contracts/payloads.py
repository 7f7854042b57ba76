"""What arrives, for whom, and how it is refused."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _read_only(mapping: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(mapping)


# These values travel between processes, and read-only mappings don't pickle by themselves.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class Malformed(Exception):
    """The payload can't be understood at all; the sentence says why. It is kept in quarantine."""


class InvalidSignature(Exception):
    """The payload does not prove that it comes from the network (or no secret is set to check it with)."""


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as plain values. `address` is the mail address or the network's own id."""

    kind: str
    address: str
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False)

    def valid_secrets(self, name: str) -> tuple[str, ...]:
        """The secret of that name and, while it is kept, the one before it: either proves what arrives."""
        return tuple(filter(None, (self.secrets.get(name, ""), self.secrets.get(f"{name}_before", ""))))


@dataclass(frozen=True, slots=True)
class Payload:
    """What arrived, raw. A mail is a payload with only a body; a webhook has all of it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    url: str = ""
    method: str = "POST"
    remote_addr: str = ""
    received_at: datetime | None = None

    @property
    def is_request(self) -> bool:
        """True for a webhook's request, False for a bare mail or frame."""
        return bool(self.url) or any(name.lower() == "content-type" for name in self.headers)

    def header(self, name: str) -> str:
        """The header of that name, in any case of letters; "" where there is none."""
        wanted = name.lower()
        return next((value for given, value in self.headers.items() if given.lower() == wanted), "")

    @property
    def query(self) -> Mapping[str, str]:
        """The fields in the address, each with its last value; none where the address can't be read."""
        try:
            return {name: values[-1] for name, values in parse_qs(urlsplit(self.url).query).items()}
        except ValueError:
            return {}


@dataclass(frozen=True, slots=True)
class Handshake:
    """An answer the network expects to its own check of our URL, in place of events."""

    body: bytes
    content_type: str = "text/plain"
    status: int = 200
