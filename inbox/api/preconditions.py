"""Changing only what one has read: ETag and If-Match (RFC 9110)."""

from __future__ import annotations

import hashlib

from django.utils.http import parse_etags

from inbox.api.authentication import AgentRequest
from inbox.api.problems import ChangedMeanwhile, VersionNotSaid


def etag(*parts: object) -> str:
    """The ETag of something whose every change changes one of the parts."""
    text = "\n".join(map(str, parts))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def check(request: AgentRequest, current: str) -> None:
    """Let a change pass that says it is one of what there is now, or of whatever there is (`*`).

    Raises `VersionNotSaid` and `ChangedMeanwhile`.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionNotSaid
    if current not in (known := parse_etags(given)) and "*" not in known:
        raise ChangedMeanwhile
