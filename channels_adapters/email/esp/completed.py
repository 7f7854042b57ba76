"""Webhooks that only point at a mail, with the mail fetched from the provider and put where the parser looks for it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, Malformed, Payload, SendError
from channels_adapters.email.esp import sns
from channels_adapters.email.esp.inbound import CONTENT
from channels_adapters.email.esp.providers import provider_of
from channels_adapters.email.esp.request import is_form, json_of
from channels_adapters.email.esp.sigv4 import Key, signed
from channels_adapters.email.mime import MAX_MAIL
from channels_adapters.wording import say

_TIMEOUT = 30.0
_MAX_ATTACHMENTS = 100
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")


def complete(payload: Payload, account: Account) -> Payload:
    """The request with all that belongs to it. Raises `SendError` when the provider can't be asked now."""
    try:
        name = provider_of(payload, account)
        body = {} if is_form(payload) or name not in _WAYS else json_of(payload)
    except Malformed:
        # Nothing to be fetched for what can't be read: the parser says so, with its own words.
        return payload
    if not isinstance(body, dict) or name not in _WAYS or not _WAYS[name](body, account):
        return payload
    return replace(payload, body=json.dumps(body).encode())


def _resend(body: dict[str, Any], account: Account) -> bool:
    """The mail is asked for by its id: whole, else its parts."""
    data = body.get("data")
    if body.get("type") != "email.received" or not isinstance(data, dict) or not data.get("email_id"):
        return False
    base = _base(account, "https://api.resend.com")
    headers = {"Authorization": f"Bearer {_api_key(account)}"}
    answer = _got(f"{base}/emails/receiving/{quote(str(data['email_id']), safe='')}", headers)
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as problem:
        raise SendError(Fault.TEMPORARY, say("Resend's answer is no JSON.")) from problem
    if not isinstance(found, dict):
        raise SendError(Fault.TEMPORARY, say("Resend's answer is no mail."))
    raw = found.get("raw")
    if isinstance(raw, dict) and raw.get("download_url"):
        data[CONTENT] = _coded(_got(str(raw["download_url"]), {}))
        return True
    data.update(found)
    data.setdefault("text", "")
    _fetch_each(data.get("attachments"), lambda one: (str(one.get("download_url") or ""), {}))
    return True


def _brevo(body: dict[str, Any], account: Account) -> bool:
    """Attachments are fetched one by one, by their tokens."""
    items = [one for one in body.get("items") or () if isinstance(one, dict)] if "items" in body else []
    if not any(item.get("Attachments") for item in items):
        return False
    base = _base(account, "https://api.brevo.com/v3")
    headers = {"api-key": _api_key(account)}
    for item in items:
        _fetch_each(
            item.get("Attachments"),
            lambda one: (f"{base}/inbound/attachments/{quote(str(one.get('DownloadToken') or ''), safe='')}", headers),
        )
    return True


def _amazon_ses(body: dict[str, Any], account: Account) -> bool:
    """A mail in S3 is fetched; a subscription to the account's topic is confirmed."""
    if sns.is_wanted_subscription(body, account):
        sns.confirm(body)
        return False
    event = sns.event_in(body)
    receipt = event.get("receipt") if event else None
    action = receipt.get("action") if isinstance(receipt, dict) else None
    if (
        not isinstance(event, dict)
        or not isinstance(action, dict)
        or action.get("type") != "S3"
        or event.get("content")
    ):
        return False
    event["content"] = _coded(_from_s3(str(action.get("bucketName")), str(action.get("objectKey")), account))
    action["encoding"] = "BASE64"
    body["Message"] = json.dumps(event)
    return True


_WAYS = {"amazon_ses": _amazon_ses, "brevo": _brevo, "resend": _resend}


def _from_s3(bucket: str, name: str, account: Account) -> bytes:
    key = Key.of(account)
    if not _BUCKET.match(bucket):
        raise SendError(Fault.CONTENT, say("%(bucket)s is not the name of a bucket.", bucket=repr(bucket[:80])))
    base = _base(account, f"https://s3.{key.region}.amazonaws.com")
    url = f"{base}/{bucket}/{quote(name, safe='/-_.~')}"
    return _got(url, signed(key, "s3", "GET", url))


def _fetch_each(listed: Any, where: Any) -> None:
    for one in (listed if isinstance(listed, list) else [])[:_MAX_ATTACHMENTS]:
        if isinstance(one, dict):
            url, headers = where(one)
            one[CONTENT] = _coded(_got(url, headers))


def _got(url: str, headers: Mapping[str, str]) -> bytes:
    try:
        answer = network.fetch(url, MAX_MAIL, timeout=_TIMEOUT, headers=headers)
    except network.TooLarge as problem:
        raise SendError(
            Fault.TOO_LARGE, say("The content of the mail is too large: %(problem)s", problem=problem)
        ) from problem
    except network.NetworkError as problem:
        raise SendError(
            Fault.TEMPORARY, say("The content of the mail can't be fetched: %(problem)s", problem=problem)
        ) from problem
    if answer.status == 200:
        return answer.body
    fault = {401: Fault.AUTH, 403: Fault.AUTH, 404: Fault.MEDIA, 410: Fault.MEDIA, 429: Fault.RATE_LIMITED}
    raise SendError(
        fault.get(answer.status, Fault.TEMPORARY),
        say("The content of the mail can't be fetched: status %(status)s.", status=answer.status),
    )


def _api_key(account: Account) -> str:
    if key := account.secrets.get("webhook_api_key", "").strip():
        return key
    raise SendError(Fault.AUTH, say("No API key is set to fetch the content of mails with."))


def _base(account: Account, usual: str) -> str:
    return (str(account.settings.get("webhook_api_url") or "").strip() or usual).rstrip("/")


def _coded(content: bytes) -> str:
    return b64encode(content).decode()
