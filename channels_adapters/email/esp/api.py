"""What sending by any provider's API has in common: the key, one request by the safe way out, what answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, Recipient, Refusal, SendError
from channels_adapters.email.compose import mail_identifier
from channels_adapters.email.esp.written import mailbox
from channels_adapters.wording import say

_TIMEOUT = 60.0
_MAX_ANSWER = 1024 * 1024
_RECIPIENT = re.compile(r"recipient|inactive|suppress|'to'|\"to\"|\bto (?:field|parameter|address)|email address", re.I)
_MOST_WAIT = timedelta(hours=6)


def api_key(account: Account, name: str = "api_key") -> str:
    """The key the provider knows us by. Raises `SendError` where there is none."""
    if key := account.secrets.get(name, "").strip():
        return key
    raise SendError(Fault.AUTH, say("No API key is set for this account."))


def external_ids(own: str, provider: str, given: Sequence[str], region: str = "") -> tuple[str, ...]:
    """Our Message-ID, the provider's ids, and the Message-IDs it makes of them."""
    found = [own]
    for one in given:
        found.append(one)
        if provider == "amazon_ses":
            # The first for us-east-1, the second for all other regions.
            found += [f"<{one}@email.amazonses.com>", f"<{one}@{region}.amazonses.com>"]
        elif provider == "postmark":
            found.append(f"<{one}@mtasv.net>")
    return tuple(dict.fromkeys(one for one in found if one))


def mailboxes(people: Mapping[str, Recipient]) -> dict[str, list[str]]:
    """The recipients by role, as they stand in a header."""
    found: dict[str, list[str]] = {}
    for address, one in people.items():
        found.setdefault(one.role, []).append(mailbox(" ".join(one.person.name.split()), address))
    return found


def posted(request: httpx.Request) -> httpx.Response:
    """The answer to a request by the safe way out. Raises `SendError`: `unknown_outcome` once the request has left."""
    try:
        with network.http_client(_TIMEOUT, _MAX_ANSWER) as client:
            return client.send(request)
    except (network.TooLarge, httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError) as problem:
        raise SendError(
            Fault.UNKNOWN_OUTCOME,
            say("The mail was sent, but there was no answer: %(problem)s", problem=type(problem).__name__),
        ) from problem
    except network.Forbidden as problem:
        raise SendError(Fault.AUTH, problem.said) from problem
    except (httpx.HTTPError, httpx.InvalidURL, network.NetworkError) as problem:
        raise SendError(
            Fault.TEMPORARY, say("No connection to %(where)s: %(problem)s", where=request.url.host, problem=problem)
        ) from problem


def refusal(status: int, text: str, headers: Mapping[str, str]) -> SendError:
    """What an answer other than success means."""
    reason = f"{status} {' '.join(text.split())}"[:1000].strip()
    if status == 429:
        return SendError(Fault.RATE_LIMITED, reason, retry_after=_wait(headers))
    if status >= 500 or status in (408, 425):
        return SendError(Fault.TEMPORARY, reason, retry_after=_wait(headers))
    if status == 403 and _RECIPIENT.search(text):
        # Trial accounts may write to some addresses only.
        return SendError(Fault.NOT_ALLOWED, reason)
    if status in (401, 403, 404):
        return SendError(Fault.AUTH, reason)
    if status == 413:
        return SendError(Fault.TOO_LARGE, reason)
    if status == 402:
        return SendError(Fault.BLOCKED, reason)
    return SendError(Fault.RECIPIENT if _RECIPIENT.search(text) else Fault.CONTENT, reason)


def refused(people: Mapping[str, Recipient], reasons: Mapping[str, str]) -> tuple[Refusal, ...]:
    """The refusals of single recipients, by address."""
    return tuple(
        Refusal(mail_identifier(people[address].person), reason)
        for address, reason in reasons.items()
        if address in people
    )


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """How long the provider asks to wait: seconds or a date (RFC 9110, 10.2.3)."""
    text = str(headers.get("retry-after") or headers.get("Retry-After") or "").strip()
    try:
        wait = (
            timedelta(seconds=float(text))
            if re.fullmatch(r"\d{1,9}(\.\d+)?", text)
            else parsedate_to_datetime(text) - datetime.now(UTC)
        )
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), _MOST_WAIT)
