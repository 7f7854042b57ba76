"""Sending by the API of a provider: one request, and every way it can end told apart.

Our Message-ID goes along. Providers that replace it (Amazon SES, Resend, Brevo, Mailjet) tell an id of their own, which
is kept beside ours with the Message-ID made of it, where that is known. An answer that names none of them comes
home by the reply address.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from channels_adapters import network
from channels_adapters.contracts import (
    Account,
    CheckResult,
    Fault,
    OutboundMessage,
    Recipient,
    Refusal,
    SendError,
    Sent,
)
from channels_adapters.email.compose import address_of, compose, mail_identifier, message_id_of, sender_of
from channels_adapters.email.esp.providers import LABELS
from channels_adapters.email.esp.sigv4 import Key, signed
from channels_adapters.email.esp.written import mailbox
from channels_adapters.wording import say

TIMEOUT = 60.0
_MAX_ANSWER = 1024 * 1024
_RECIPIENT = re.compile(r"recipient|inactive|suppress|'to'|\"to\"|\bto (?:field|parameter|address)|email address", re.I)
_MOST_WAIT = timedelta(hours=6)


def sends(account: Account) -> bool:
    """Whether mails of the account leave by a provider's API."""
    return str(account.settings.get("outgoing") or "") in LABELS


def send_by_api(message: OutboundMessage, account: Account) -> Sent:
    """Hand the mail to the provider once. Raises `SendError`; recipients it refused alone are in `Sent.refused`."""
    left_out = {one.value for one in message.already_sent}
    people = {address_of(one.person): one for one in message.to if mail_identifier(one.person).value not in left_out}
    if not people:
        raise SendError(Fault.RECIPIENT, say("Every recipient has it already."))
    name = str(account.settings["outgoing"])
    if name == "amazon_ses":
        return _by_ses(message, account, people)
    from channels_adapters.email.esp.library import send_by_library

    return send_by_library(name, message, account, people)


def check_sending(account: Account) -> Iterator[CheckResult]:
    """Whether all is there that sending by the provider needs."""
    label = say("Outgoing mail by %(provider)s", provider=LABELS[str(account.settings["outgoing"])])
    try:
        sender_of(account)
        if account.settings["outgoing"] == "amazon_ses":
            Key.of(account)
        else:
            api_key(account)
    except SendError as problem:
        yield CheckResult(label, False, problem.reason)
    else:
        yield CheckResult(label, True)


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


def refusal(status: int, text: str, headers: Mapping[str, str]) -> SendError:
    """What an answer other than success means."""
    reason = f"{status} {' '.join(text.split())}"[:1000].strip()
    if status == 429:
        return SendError(Fault.RATE_LIMITED, reason, retry_after=_wait(headers))
    if status >= 500 or status in (408, 425):
        return SendError(Fault.TEMPORARY, reason, retry_after=_wait(headers))
    if status in (401, 403, 404):
        return SendError(Fault.AUTH, reason)
    if status == 413:
        return SendError(Fault.TOO_LARGE, reason)
    if status == 402:
        return SendError(Fault.BLOCKED, reason)
    return SendError(Fault.RECIPIENT if _RECIPIENT.search(text) else Fault.CONTENT, reason)


def mailboxes(people: Mapping[str, Recipient]) -> dict[str, list[str]]:
    """The recipients by role, as they stand in a header."""
    found: dict[str, list[str]] = {}
    for address, one in people.items():
        found.setdefault(one.role, []).append(mailbox(" ".join(one.person.name.split()), address))
    return found


def refused(people: Mapping[str, Recipient], reasons: Mapping[str, str]) -> tuple[Refusal, ...]:
    """The refusals of single recipients, by address."""
    return tuple(
        Refusal(mail_identifier(people[address].person), reason)
        for address, reason in reasons.items()
        if address in people
    )


def _by_ses(message: OutboundMessage, account: Account, people: Mapping[str, Recipient]) -> Sent:
    """SES v2 `SendEmail` with the whole mail as we wrote it."""
    key = Key.of(account)
    base = str(account.settings.get("api_url") or f"https://email.{key.region}.amazonaws.com").rstrip("/")
    url = f"{base}/v2/email/outbound-emails"
    body = json.dumps(
        {
            "FromEmailAddress": sender_of(account),
            "Destination": {
                name: [address for address, one in people.items() if one.role == role]
                for role, name in (("to", "ToAddresses"), ("cc", "CcAddresses"), ("bcc", "BccAddresses"))
                if any(one.role == role for one in people.values())
            },
            "Content": {"Raw": {"Data": b64encode(compose(message, account)).decode()}},
        }
    ).encode()
    headers = {**signed(key, "ses", "POST", url, body), "Content-Type": "application/json"}
    answer = posted(httpx.Request("POST", url, headers=headers, content=body))
    if answer.status_code != 200:
        raise _ses_refusal(answer)
    try:
        given: Any = answer.json()
        identifier = str(given["MessageId"])
    except (ValueError, LookupError, TypeError) as problem:
        raise SendError(
            Fault.UNKNOWN_OUTCOME, say("Amazon SES took the mail with an answer nobody understands.")
        ) from problem
    return Sent(external_ids(message_id_of(message, account), "amazon_ses", [identifier], key.region))


def _ses_refusal(answer: httpx.Response) -> SendError:
    text, kind = answer.text[:2000], answer.headers.get("x-amzn-errortype", "")
    problem = refusal(answer.status_code, f"{kind.partition(':')[0]} {text}", answer.headers)
    if kind.startswith(("TooManyRequests", "LimitExceeded", "Throttling")):
        return SendError(Fault.RATE_LIMITED, problem.reason, retry_after=problem.retry_after)
    if kind.startswith(("AccountSuspended", "SendingPaused")):
        return SendError(Fault.BLOCKED, problem.reason)
    if kind.startswith(("MailFromDomainNotVerified", "InvalidSignature", "ExpiredToken")) or "not verified" in text:
        return SendError(Fault.AUTH, problem.reason)
    return problem


def posted(request: httpx.Request) -> httpx.Response:
    """The answer to a request by the safe way out. Raises `SendError`: `unknown_outcome` once the request has left."""
    try:
        with network.http_client(TIMEOUT, _MAX_ANSWER) as client:
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
