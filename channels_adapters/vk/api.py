"""Calls to VK's API, which answers errors with status 200, and what they mean to us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels_adapters.contracts import Account, Attachment, Fault, SendError
from channels_adapters.faults import needed
from channels_adapters.http_api import call
from channels_adapters.json_reading import fields, first, integer, text
from channels_adapters.wording import say

VERSION = "5.199"
_API = "https://api.vk.com/method/"
_UPLOAD_SECONDS = 180.0
_TOKEN = (Fault.AUTH, say("VK does not take the access token: create a new one in the community's settings."))
_RIGHTS = (
    Fault.NOT_ALLOWED,
    say("The access token lacks a permission: it needs messages, photos, documents and management."),
)
_KEYBOARD = (Fault.CONTENT, say("VK does not take the buttons: switch on the abilities of bots in the settings."))
_NOT_ALLOWED = (Fault.RECIPIENT, say("The customer does not allow messages of the community. He has to write first."))
_GONE = (Fault.RECIPIENT, say("VK knows no such conversation, or the community has left it."))
_FAULTS: Mapping[int, tuple[Fault, str]] = {
    1: (Fault.TEMPORARY, say("VK has trouble at the moment.")),
    10: (Fault.TEMPORARY, say("VK has trouble at the moment.")),
    **dict.fromkeys((4, 5, 27, 28), _TOKEN),
    **dict.fromkeys((7, 15, 200, 203), _RIGHTS),
    6: (Fault.RATE_LIMITED, say("VK asks for a pause.")),
    9: (Fault.RATE_LIMITED, say("VK finds that too much of the same is sent.")),
    14: (Fault.RATE_LIMITED, say("VK wants to see that no program is writing. It lets up after a while.")),
    29: (Fault.RATE_LIMITED, say("The calls that VK allows a day are used up.")),
    18: (Fault.RECIPIENT, say("The customer's page was deleted or blocked.")),
    113: (Fault.RECIPIENT, say("VK knows no such customer.")),
    900: (Fault.BLOCKED, say("The customer is on the community's blacklist, or has it on his.")),
    **dict.fromkeys((901, 902), _NOT_ALLOWED),
    **dict.fromkeys((911, 912), _KEYBOARD),
    914: (Fault.TOO_LARGE, say("The message is longer than VK allows.")),
    **dict.fromkeys((917, 922, 927, 936, 945), _GONE),
    950: (Fault.WINDOW_CLOSED, say("VK's time for an answer is over. The customer has to write again.")),
}
_WAITS = {6: timedelta(seconds=1), 9: timedelta(minutes=5), 14: timedelta(hours=1), 29: timedelta(hours=1)}


def ask(
    account: Account,
    method: str,
    asked: Mapping[str, str | int] | None = None,
    *,
    timeout: float = 30.0,
    is_safe: bool = True,
) -> Any:
    """The response of a method. Raises `SendError`."""
    token = account.secrets.get("access_token", "").strip()
    needed(token, Fault.AUTH, say("No access token is set for this community."))
    form = {name: str(one) for name, one in (asked or {}).items()} | {"access_token": token, "v": VERSION}
    answer = call("POST", _API + method, data=form, timeout=timeout, is_safe=is_safe)
    if not answer.is_success:
        raise answer.failure()
    if error := fields(answer.data, "error"):
        raise fault_of(integer(error, "error_code") or 0, text(error, "error_msg", most=300))
    if "response" not in answer.data:
        raise SendError(Fault.TEMPORARY if is_safe else Fault.UNKNOWN_OUTCOME, say("VK's answer can't be read."))
    return answer.data["response"]


def fault_of(code: int, told: str) -> SendError:
    """What an error code says, in words; of one nobody knows here VK's own."""
    unknown = (Fault.CONTENT, say("VK refuses it: %(why)s (%(code)s)", why=told, code=code))
    fault, reason = _FAULTS.get(code, unknown)
    return SendError(fault, reason, retry_after=_WAITS.get(code))


def upload(account: Account, file: Attachment, peer: str) -> str:
    """Bring a file to VK; the name under which a message can hold it. Raises `SendError`."""
    is_photo = file.content_type in ("image/jpeg", "image/png", "image/gif", "image/webp")
    method = "photos.getMessagesUploadServer" if is_photo else "docs.getMessagesUploadServer"
    url = text(ask(account, method, {"peer_id": peer} | ({} if is_photo else {"type": "doc"})), "upload_url")
    name = "photo" if is_photo else "file"
    uploaded = {name: (file.filename or "file", file.content or b"", file.content_type)}
    took = call("POST", url, files=uploaded, timeout=_UPLOAD_SECONDS, is_safe=True)
    if not took.is_success:
        problem = took.failure()
        # The address alone lets us in there: one that does not says nothing about the account.
        problem.fault = Fault.MEDIA if problem.fault is Fault.AUTH else problem.fault
        raise problem
    if text(took.data, name) in ("", "[]"):
        why = text(took.data, "error_descr", most=200) or text(took.data, "error", most=200)
        raise SendError(Fault.MEDIA, say("VK can't use the file %(name)s. %(why)s", name=file.filename, why=why))
    if is_photo:
        given = {one: text(took.data, one) for one in ("server", "photo", "hash")}
        return _named("photo", first(ask(account, "photos.saveMessagesPhoto", given)))
    saved = ask(account, "docs.save", {"file": text(took.data, "file"), "title": file.filename})
    return _named("doc", fields(saved, text(saved, "type") or "doc"))


def _named(kind: str, saved: object) -> str:
    owner, number, key = (text(saved, name) for name in ("owner_id", "id", "access_key"))
    needed(owner and number, Fault.MEDIA, say("VK did not keep the file."))
    return f"{kind}{owner}_{number}" + (f"_{key}" if key else "")


def as_json(value: object) -> str:
    """An object as the API wants it in a form."""
    return json.dumps(value, ensure_ascii=False)
