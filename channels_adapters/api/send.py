"""Replies as signed requests to a company's own address."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_adapters import http_api, standard_webhooks
from channels_adapters.contract_json import written
from channels_adapters.contracts import (
    Account,
    Attachment,
    Capabilities,
    Fault,
    OutboundMessage,
    Person,
    SendError,
    Sent,
)
from channels_adapters.json_reading import text, texts
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.wording import say

_SECONDS = 15.0
_MOST_REASON = 300
#: The answers that say the channel has to be set up differently, before any message can leave.
_MISFIT = (401, 403, 404, 405, 410)
#: What a company's own answer may call the fault.
_NAMED = {str(fault): fault for fault in Fault if fault != Fault.UNKNOWN_OUTCOME}


def send(message: OutboundMessage, can: Capabilities, account: Account) -> Sent:
    """Post what earlier attempts left. Raises `SendError` with the ids of the parts that were taken before."""
    if not message.to:
        raise SendError(Fault.RECIPIENT, say("There is nobody to send it to."))
    parts = portions(message, can, files_at_once=max(len(message.attachments), 1), buttons_at_end=True) or [Portion()]
    taken: list[str] = []

    def transmit(part: Portion) -> str:
        ref = f"{message.client_ref}.{part.number}" if part.number else message.client_ref
        taken[:] = _post(ref, "message", _told(message, part, account), account)
        return taken[0]

    sent = send_parts(message, parts, transmit)
    # Of several requests each has one id: they are counted by them.
    return Sent(tuple(taken)) if len(parts) == 1 else sent


def tell_typing(message: OutboundMessage, account: Account) -> None:
    """A signed request that says to whom somebody writes. Raises `SendError`."""
    same = ("account", "to", "thread", "sender_name", "sent_at")
    told = _told(message, Portion(), account)
    _post(f"typing_{message.client_ref}", "typing", {name: told[name] for name in same}, account)


def ping(account: Account) -> None:
    """A signed request with nothing in it. Raises `SendError` unless it is taken."""
    at = datetime.now(UTC)
    _post(f"ping_{at.timestamp():.0f}", "ping", {"account": account.address, "sent_at": at.isoformat()}, account)


def _post(message_id: str, kind: str, data: Mapping[str, Any], account: Account) -> list[str]:
    """The ids the company gave it, else our own."""
    url = str(account.settings.get("url") or "")
    if not url.startswith(("https://", "http://")):
        raise SendError(Fault.NOT_ALLOWED, say("This channel has no address for replies: it only takes messages in."))
    try:
        key = standard_webhooks.key_of(account.secrets.get("signing_secret", ""))
    except ValueError as problem:
        raise SendError(Fault.AUTH, say("This channel's signing secret can't be used: %(why)s", why=problem)) from None
    body = json.dumps({"type": kind, "timestamp": data["sent_at"], "data": data}, ensure_ascii=False)
    content, at = body.encode("utf-8", "replace"), int(datetime.now(UTC).timestamp())
    headers = standard_webhooks.request_headers(key, message_id, at, content)
    # The receiver knows a repeat by its id, so one may be sent again whatever became of the last one.
    answer = http_api.call("POST", url, content=content, headers=headers, timeout=_SECONDS, is_safe=True)
    if not answer.is_success:
        raise _failure(answer)
    ids = texts(answer.data, "external_ids", most=900)
    return [*ids] or [text(answer.data, "external_id", most=900) or message_id]


def _failure(answer: http_api.Answer) -> SendError:
    """What the company's answer says went wrong: by its `fault` and `reason`, else by its status alone."""
    usual = answer.failure()
    fault, status = usual.fault, answer.status
    reason: str = say("The address for replies answers with status %(status)s.", status=status)
    if status in _MISFIT or 300 <= status < 400:
        fault = Fault.AUTH
    elif fault == Fault.UNKNOWN_OUTCOME:
        fault = Fault.TEMPORARY
    if status == 410:
        reason = say("The address for replies says that it is gone for good (status 410).")
    fault = _NAMED.get(text(answer.data, "fault"), fault)
    return SendError(fault, text(answer.data, "reason", most=_MOST_REASON) or reason, retry_after=usual.retry_after)


def _told(message: OutboundMessage, part: Portion, account: Account) -> dict[str, Any]:
    """The fields of `OutboundMessage` that are of use to others, by their names."""
    same = ("client_ref", "subject", "template", "variables", "way", "by_human", "sender_name", "language")
    return {
        "account": account.address,
        **written(message, *same),
        "part": part.number + 1,
        "is_last_part": part.is_last,
        "to": [{"role": one.role, "person": _person(one.person)} for one in message.to],
        "thread": written(message.thread, "keys", "answers", "container", "visibility"),
        "text": part.text,
        "html": message.html if part.is_last and not part.number else "",
        "attachments": [_file(one) for one in part.files],
        "buttons": [written(one, "id", "label") for one in part.buttons],
        "sent_at": (message.sent_at or datetime.now(UTC)).isoformat(),
    }


def _person(person: Person) -> dict[str, Any]:
    return {"identifiers": [written(one, "kind", "value", "scope") for one in person.identifiers], "name": person.name}


def _file(file: Attachment) -> dict[str, Any]:
    told = written(file, "kind", "filename", "content_type", "size")
    told["sha256"] = hashlib.sha256(file.content).hexdigest() if file.content is not None else file.sha256
    told["url"] = file.link
    if not file.link and file.content is not None:
        told["content"] = base64.b64encode(file.content).decode()
    return told
