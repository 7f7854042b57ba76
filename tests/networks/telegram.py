"""The Bot API, as https://core.telegram.org/bots/api describes it."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.forms import Uploaded, read_form
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "k3ySent_With-EveryWebhook"
BOT = {
    "id": 110201543,
    "is_bot": True,
    "first_name": "Nordlys",
    "username": "nordlys_help_bot",
    "can_read_all_group_messages": True,
}
KIM = {
    "id": 3527065,
    "is_bot": False,
    "first_name": "Kim",
    "last_name": "Larsen",
    "username": "kim",
    "language_code": "da",
}
CHAT = {"id": 3527065, "first_name": "Kim", "last_name": "Larsen", "username": "kim", "type": "private"}
_MEGABYTE = 1024 * 1024
_FILES = {"sendPhoto": "photo", "sendDocument": "document", "sendVideo": "video", "sendAudio": "audio"}
_updates = itertools.count(900946525)


def account(**settings: str) -> Account:
    """The bot, connected by webhook unless `settings` say otherwise."""
    return Account(
        "telegram",
        "nordlys_help_bot",
        settings={"receiving": "webhook", **settings},
        secrets={"bot_token": TOKEN, "secret_token": SECRET},
    )


def update(**content: Any) -> dict[str, Any]:
    """An update of its own number."""
    return {"update_id": next(_updates), **content}


def message(number: int = 85, **content: Any) -> dict[str, Any]:
    """A message of Kim's to the bot."""
    return {"message_id": number, "from": KIM, "chat": CHAT, "date": 1493843318, **content}


def webhook(body: object, url: str = "", secret: str = SECRET) -> Payload:
    """An update as Telegram brings it."""
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    return Payload(json.dumps(body).encode(), headers, url)


class _Refused(Exception):
    def __init__(self, status: int, description: str, **parameters: int) -> None:
        self.reply = Reply(status, {"ok": False, "error_code": status, "description": description})
        if parameters:
            self.reply.content["parameters"] = parameters


class TelegramServer(FakeNetwork):
    """Knows one bot; chats that are not named otherwise take what it sends."""

    hosts: ClassVar[tuple[str, ...]] = ("api.telegram.org",)

    def __init__(self) -> None:
        super().__init__()
        #: Updates nobody has confirmed, oldest first.
        self.updates: list[dict[str, Any]] = []
        #: Files by id.
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        #: Trouble that `getWebhookInfo` tells of.
        self.trouble: dict[str, Any] = {}
        #: By chat: `blocked`, `deactivated`, `kicked`, `unknown`, `quiet` (a business chat nobody wrote in of late),
        #: or the id it has moved to.
        self.chats: dict[str, str] = {}
        self.sent: list[dict[str, Any]] = []
        self.answered: list[str] = []
        self._numbers = itertools.count(1000)

    def answer(self, asked: Asked) -> Reply:
        """A file, or what a method of the bot says."""
        match asked.path.split("/"):
            case ["", "file", token, *path] if token == f"bot{TOKEN}":
                content = self.files.get(path[-1])
                return Reply(404, b"") if content is None else Reply(content=content)
            case ["", token, method] if token == f"bot{TOKEN}" and asked.method == "POST":
                given, files = read_form(asked)
                written = given | asked.json
                try:
                    return Reply(content={"ok": True, "result": self._methods(method)(method, written, files)})
                except _Refused as refused:
                    return refused.reply
            case ["", token, _] if re.fullmatch(r"bot\d+:[\w-]+", token):
                return Reply(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        return Reply(404, {"ok": False, "error_code": 404, "description": "Not Found"})

    def _methods(self, name: str) -> Callable[[str, dict[str, Any], dict[str, Uploaded]], Any]:
        known = {
            "getMe": lambda *_: BOT,
            "getWebhookInfo": lambda *_: {"url": "", "pending_update_count": 0, **self.webhook, **self.trouble},
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda *_: self.webhook.clear() or True,
            "getUpdates": self._get_updates,
            "getFile": self._get_file,
            "getChat": self._get_chat,
            "answerCallbackQuery": self._answer_callback,
            "sendMessage": self._send_text,
            "sendChatAction": self._show,
            **dict.fromkeys(_FILES, self._send_file),
        }
        if name not in known:
            raise _Refused(404, "Not Found")
        return known[name]

    def _set_webhook(self, _: str, given: dict[str, Any], files: object) -> bool:
        if not str(given.get("url", "")).startswith("https://"):
            raise _Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", str(given.get("secret_token", "x"))):
            raise _Refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = {"url": given["url"], "allowed_updates": given.get("allowed_updates", [])}
        self.secret = given.get("secret_token", "")
        return True

    def _get_updates(self, _: str, given: dict[str, Any], files: object) -> list[dict[str, Any]]:
        if self.webhook:
            told = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise _Refused(409, f"Conflict: {told}")
        if offset := given.get("offset"):
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
        return self.updates[: given.get("limit", 100)]

    def _get_file(self, _: str, given: dict[str, Any], files: object) -> dict[str, Any]:
        found = self.files.get(given.get("file_id", ""))
        if found is None:
            raise _Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(found) > 20 * _MEGABYTE:
            raise _Refused(400, "Bad Request: file is too big")
        return {"file_id": given["file_id"], "file_size": len(found), "file_path": f"documents/{given['file_id']}"}

    def _get_chat(self, _: str, given: dict[str, Any], files: object) -> dict[str, Any]:
        self._open(given)
        return {**CHAT, "id": int(given["chat_id"]), "accent_color_id": 3}

    def _answer_callback(self, _: str, given: dict[str, Any], files: object) -> bool:
        if given.get("callback_query_id", "old") == "old":
            raise _Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(given["callback_query_id"])
        return True

    def _show(self, _: str, given: dict[str, Any], files: object) -> bool:
        self._open(given)
        if given.get("action") != "typing":
            raise _Refused(400, "Bad Request: wrong parameter action in request")
        self.shown.append(str(given["chat_id"]))
        return True

    def _send_text(self, method: str, given: dict[str, Any], files: object) -> dict[str, Any]:
        text = str(given.get("text", ""))
        if not text.strip():
            raise _Refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise _Refused(400, "Bad Request: message is too long")
        return self._take(method, given, {"text": text})

    def _send_file(self, method: str, given: dict[str, Any], files: dict[str, Uploaded]) -> dict[str, Any]:
        name = _FILES[method]
        if name not in files:
            raise _Refused(400, f"Bad Request: there is no {name} in the request")
        file = files[name]
        if len(file.content) > (10 if name == "photo" else 50) * _MEGABYTE:
            raise _Refused(413, "Request Entity Too Large")
        if name == "photo" and not file.content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise _Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._take(method, given, {name: file})

    def _take(self, method: str, given: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        self._open(given)
        markup, quoted = (_read(given.get(name)) for name in ("reply_markup", "reply_parameters"))
        for button in itertools.chain(*(markup or {}).get("inline_keyboard", [])):
            if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
                raise _Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        number = next(self._numbers)
        kept = {name: one for name, one in given.items() if name not in ("text", "reply_markup", "reply_parameters")}
        self.sent.append({"method": method, **kept, **content, "markup": markup, "quoted": quoted, "number": number})
        return {"message_id": number, "from": BOT, "chat": {"id": int(given["chat_id"])}, "date": 1493843400}

    def _open(self, given: dict[str, Any]) -> None:
        state = self.chats.get(str(given.get("chat_id", "")), "" if given.get("chat_id") else "unknown")
        refusals = {
            "blocked": _Refused(403, "Forbidden: bot was blocked by the user"),
            "deactivated": _Refused(403, "Forbidden: user is deactivated"),
            "kicked": _Refused(403, "Forbidden: bot was kicked from the supergroup chat"),
            "unknown": _Refused(400, "Bad Request: chat not found"),
            "quiet": _Refused(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING"),
            "closed": _Refused(400, "Bad Request: TOPIC_CLOSED"),
            "silent": _Refused(400, "Bad Request: not enough rights to send text messages to the chat"),
        }
        if state in refusals:
            raise refusals[state]
        if state:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            raise _Refused(400, told, migrate_to_chat_id=int(state))


def _read(value: Any) -> Any:
    """Forms hold objects as JSON."""
    return json.loads(value) if isinstance(value, str) else value


def _said(fake: FakeNetwork) -> list[str]:
    assert isinstance(fake, TelegramServer)
    return [one["text"] for one in fake.sent if "text" in one]


STORY = Story(
    account=account(),
    fake=TelegramServer,
    customer="Kim Larsen",
    inbound=lambda text, url: webhook(update(message=message(next(_updates), text=text, date=int(time.time()))), url),
    said=_said,
)
