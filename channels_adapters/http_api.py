"""Calls to networks' HTTP interfaces: one request, and what went wrong as a `SendError` with the right fault."""

from __future__ import annotations

import json as json_format
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from channels_adapters.contracts import Fault, SendError
from channels_adapters.network import MAX_BYTES, NetworkError, TooLarge, fetch, http_client

_MOST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a network, read to its end; `data` is its JSON, or {} where it has none. Header names are lower."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        """Whether the status says so."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> timedelta | None:
        """The wait that is asked for (RFC 9110, 10.2.3), at most a day."""
        return _wait(self.headers.get("retry-after", ""))

    def failure(self, reason: str = "") -> SendError:
        """What a status alone tells: 429 come back later, 5xx a passing trouble, 401 and 403 our credentials.

        504 says that somebody behind the network's door may have taken it.
        """
        if self.status == 429:
            fault = Fault.RATE_LIMITED
        elif self.status == 504:
            fault = Fault.UNKNOWN_OUTCOME
        elif self.status >= 500 or self.status == 408:
            fault = Fault.TEMPORARY
        elif self.status in (401, 403):
            fault = Fault.AUTH
        elif self.status == 413:
            fault = Fault.TOO_LARGE
        else:
            fault = Fault.CONTENT
        return SendError(
            fault, reason or f"The network answers with status {self.status}.", retry_after=self.retry_after
        )


def call(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    json: object | None = None,
    data: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float = 30.0,
    is_safe: bool | None = None,
) -> Answer:
    """One request and its answer, whatever its status: whoever calls looks at it.

    Raises `SendError`: `TEMPORARY` where nothing was handed over, `UNKNOWN_OUTCOME` where the request was out and no
    answer came back. Requests that may be made twice without harm (`is_safe`; GET is) are `TEMPORARY` then, too.
    `files` are `(name, bytes, content type)` by field.
    """
    is_safe = method == "GET" if is_safe is None else is_safe
    body: Any = content
    given = {"Accept": "application/json", **(headers or {})}
    if json is not None:
        body = json_format.dumps(json, ensure_ascii=False).encode("utf-8", "replace")
        given.setdefault("Content-Type", "application/json")
    try:
        with http_client(timeout) as client:
            answer = client.request(
                method, url, params=params, content=body, data=data, files=files, headers=given, auth=auth
            )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
        raise SendError(Fault.TEMPORARY, _told(url, problem)) from problem
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
        raise SendError(Fault.CONTENT, _told(url, problem)) from problem
    except TooLarge as problem:
        raise SendError(Fault.TEMPORARY if is_safe else Fault.UNKNOWN_OUTCOME, str(problem)) from problem
    except NetworkError as problem:
        raise SendError(Fault.TEMPORARY, str(problem)) from problem
    except httpx.HTTPError as problem:
        raise SendError(Fault.TEMPORARY if is_safe else Fault.UNKNOWN_OUTCOME, _told(url, problem)) from problem
    return Answer(answer.status_code, _lower(answer.headers), answer.content, _json(answer.content))


def download(url: str, *, headers: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes at an address. Raises `SendError`: `MEDIA` where they can't be had, `TEMPORARY` where later perhaps."""
    try:
        found = fetch(url, max_bytes, headers=headers)
    except NetworkError as problem:
        fault = Fault.TEMPORARY if isinstance(problem.__cause__, httpx.TransportError) else Fault.MEDIA
        raise SendError(fault, str(problem)) from problem
    if found.status == 429 or found.status >= 500:
        wait = _wait({name.lower(): value for name, value in found.headers.items()}.get("retry-after", ""))
        raise SendError(Fault.TEMPORARY, f"The file can't be had now (status {found.status}).", retry_after=wait)
    if found.status != 200:
        raise SendError(Fault.MEDIA, f"The file can't be had (status {found.status}).")
    return found.body


def _lower(headers: httpx.Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        data = json_format.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {"": data}


def _wait(text: str) -> timedelta | None:
    try:
        wait = timedelta(seconds=float(text)) if text.strip()[:1].isdigit() else _until(text)
    except (ValueError, OverflowError):
        return None
    return None if wait is None else min(max(wait, timedelta(0)), _MOST_WAIT)


def _until(text: str) -> timedelta | None:
    if not text.strip():
        return None
    at = parsedate_to_datetime(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)


def _told(url: str, problem: Exception) -> str:
    """In words, without the address's path and query: they may hold a secret."""
    return f"{httpx.URL(url).host or 'The network'}: {type(problem).__name__}"
