"""Calls to the Bot API, and what it refuses as a fault with a sentence for people.

The token is a part of every address: no address may ever be told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.faults import needed
from channels_adapters.http_api import Answer, call, download
from channels_adapters.json_reading import fields, integer, text
from channels_adapters.wording import say

_HOST = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
#: What bots may load (getFile).
MOST_LOADED = 20 * 1024 * 1024
_UPLOAD_SECONDS = 180.0

#: By what the description holds (lower case); statuses that tell enough by themselves come after.
_FAULTS = (
    ("blocked by the user", Fault.BLOCKED, say("The customer has blocked the bot.")),
    ("user is deactivated", Fault.RECIPIENT, say("The customer's Telegram account was deleted.")),
    ("can't initiate", Fault.RECIPIENT, say("A bot can't write first: the customer has to write to it.")),
    ("bot was kicked", Fault.RECIPIENT, say("The bot is no longer in this group.")),
    ("not a member", Fault.RECIPIENT, say("The bot is no longer in this group.")),
    (
        "business_peer_usage_missing",
        Fault.WINDOW_CLOSED,
        say("A business bot may answer for 24 hours after a message."),
    ),
    ("business", Fault.RECIPIENT, say("The business account does not let the bot answer for it any more.")),
    ("chat not found", Fault.RECIPIENT, say("Telegram knows no such chat.")),
    ("peer_id_invalid", Fault.RECIPIENT, say("Telegram knows no such chat.")),
    ("rights", Fault.RECIPIENT, say("The bot may not write in this chat.")),
    ("write_forbidden", Fault.RECIPIENT, say("The bot may not write in this chat.")),
    ("topic", Fault.RECIPIENT, say("The topic was closed or removed.")),
    ("thread not found", Fault.RECIPIENT, say("The topic was closed or removed.")),
    ("too long", Fault.TOO_LARGE, say("The message is longer than Telegram allows.")),
    ("too big", Fault.TOO_LARGE, say("The file is larger than Telegram allows.")),
    ("too large", Fault.TOO_LARGE, say("The file is larger than Telegram allows.")),
    ("photo_", Fault.MEDIA, say("Telegram can't use this file.")),
    ("image_process", Fault.MEDIA, say("Telegram can't use this file.")),
    ("wrong file", Fault.MEDIA, say("Telegram can't use this file.")),
    ("webhook is active", Fault.AUTH, say("A webhook is set for this bot, so it can't be polled. Connect it again.")),
    ("other getupdates", Fault.TEMPORARY, say("Somebody else is polling this bot.")),
)


class Migrated(SendError):
    """The group became a supergroup, which is `chat_id` from now on."""

    def __init__(self, chat_id: str) -> None:
        super().__init__(Fault.RECIPIENT, say("The group became another one."))
        self.chat_id = chat_id


def ask(
    account: Account,
    method: str,
    asked: Mapping[str, object] | None = None,
    *,
    file: tuple[str, tuple[str, bytes, str]] | None = None,
    timeout: float = 30.0,
    is_safe: bool = False,
) -> Any:
    """The result of a method of the API. Raises `SendError`, and `Migrated` where the chat has moved."""
    url, given = f"{_HOST}/bot{_token(account)}/{method}", dict(asked or {})
    if file is None:
        answer = call("POST", url, json=given, timeout=timeout, is_safe=is_safe)
    else:
        written = {name: one if isinstance(one, str) else json.dumps(one) for name, one in given.items()}
        answer = call("POST", url, data=written, files=dict([file]), timeout=_UPLOAD_SECONDS)
    if answer.data.get("ok") is True:
        return answer.data.get("result")
    raise _refusal(answer)


def load(account: Account, file_id: str) -> bytes:
    """The bytes of a file that a message names. Raises `SendError`."""
    path = text(ask(account, "getFile", {"file_id": file_id}, is_safe=True), "file_path")
    needed(path, Fault.MEDIA, say("Telegram does not have this file any more."))
    return download(f"{_HOST}/file/bot{_token(account)}/{path}", max_bytes=MOST_LOADED)


def _token(account: Account) -> str:
    token = account.secrets.get("bot_token", "").strip()
    reason = say("The bot's token is missing, or is not what @BotFather gave.")
    return needed(_TOKEN.fullmatch(token), Fault.AUTH, reason)[0]


def _refusal(answer: Answer) -> SendError:
    told = text(answer.data, "description", most=300)
    if moved := text(fields(answer.data, "parameters"), "migrate_to_chat_id"):
        return Migrated(moved)
    if answer.is_success:
        return SendError(Fault.UNKNOWN_OUTCOME, say("Telegram's answer can't be read."))
    if answer.status == 429:
        seconds = integer(answer.data, "parameters", "retry_after")
        wait = timedelta(seconds=min(seconds, 86400)) if seconds is not None else answer.retry_after
        return SendError(Fault.RATE_LIMITED, say("Telegram asks for a pause."), retry_after=wait)
    if answer.status in (401, 404):
        return SendError(Fault.AUTH, say("Telegram does not know this bot: its token is wrong or was revoked."))
    for mark, fault, sentence in _FAULTS:
        if mark in told.lower():
            return SendError(fault, sentence)
    if answer.status == 403:
        return SendError(Fault.RECIPIENT, say("The bot may not write to this customer: %(why)s", why=told))
    return answer.failure(say("Telegram refuses it: %(why)s", why=told) if told else "")
