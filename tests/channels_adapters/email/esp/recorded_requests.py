"""Requests of providers: public recordings, used in place, and small ones of our own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from channels_adapters.contracts import Account, Payload
from tests.corpora import corpora

ADDRESS = "test@inbound.example.com"


@dataclass(frozen=True)
class Recorded:
    """A request as it was recorded, and what a known library made of it."""

    name: str
    provider: str
    payload: Payload
    status: int | None
    expected: Sequence[Mapping[str, Any]]


def recorded(provider: str = "*") -> list[Recorded]:
    """The public recordings of a provider, or of all."""
    files = sorted((corpora() / "webhooks").glob(f"email_{provider}/*.json"))
    return [_read(file.parent.name.removeprefix("email_"), file.stem, json.loads(file.read_text())) for file in files]


def _read(provider: str, name: str, found: Mapping[str, Any]) -> Recorded:
    request = found["request"]
    headers = {key: str(value) for key, value in request["headers"].items()}
    if (signature := headers.get("X-Mandrill-Signature", "")).startswith("b'"):
        # Recorded as Python shows bytes.
        headers["X-Mandrill-Signature"] = signature[2:-1]
    environ = {key[5:].replace("_", "-").title(): value for key, value in request["environ"].items()}
    headers |= {**environ, "Content-Type": request["content_type"]}
    payload = Payload(request["body"].encode(), headers, request["path"], request["method"])
    return Recorded(name, provider, payload, found["response_status"], found["anymail_event"] or ())


def request(body: object, url: str = "", **headers: str) -> Payload:
    """A request of our own with a JSON body; header names with underscores for dashes."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Payload(data, {"Content-Type": "application/json", **given}, url)


def form(fields: Mapping[str, str | bytes], files: Sequence[tuple[str, str, str, bytes]] = ()) -> Payload:
    """A request with a form; a file is the name of its field, its own name, its type and its content."""
    parts = [
        b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in fields.items()
    ]
    parts += [
        b'--XX\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
        % (name.encode(), filename.encode(), kind.encode(), content)
        for name, filename, kind, content in files
    ]
    return Payload(b"".join(parts) + b"--XX--\r\n", {"Content-Type": "multipart/form-data; boundary=XX"})


def at(payload: Payload, seconds: float) -> Payload:
    """The request as if it had arrived then."""
    return replace(payload, received_at=datetime.fromtimestamp(seconds, UTC))


def account(esp: str = "", **secrets: str) -> Account:
    """An account whose webhooks come from a provider."""
    return Account("email", ADDRESS, settings={"esp": esp} if esp else {}, secrets=secrets)


_SENT = b'{"type": "activity.sent", "data": {}}'
#: A request of MailerSend, signed with `key`.
SIGNED_WEBHOOK = request(_SENT, Signature=hmac.new(b"key", _SENT, hashlib.sha256).hexdigest())
