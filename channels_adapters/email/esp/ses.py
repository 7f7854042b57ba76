"""Sending by Amazon SES v2: `SendEmail` with the whole mail as we wrote it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import httpx

from channels_adapters.contracts import Account, Fault, OutboundMessage, Recipient, SendError, Sent
from channels_adapters.email.compose import compose, message_id_of, sender_of
from channels_adapters.email.esp.api import external_ids, posted, refusal
from channels_adapters.email.esp.sigv4 import Key, signed
from channels_adapters.wording import say


def send_by_ses(message: OutboundMessage, account: Account, people: Mapping[str, Recipient]) -> Sent:
    """Send by the account's region. Raises `SendError`."""
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
    if kind.startswith(("InvalidSignature", "ExpiredToken")):
        return SendError(Fault.AUTH, problem.reason)
    if kind.startswith("MailFromDomainNotVerified") or "not verified" in text:
        # The sender's address; or the recipient's, while the account is on trial.
        return SendError(Fault.NOT_ALLOWED, problem.reason)
    return problem
