"""VK's API and its Callback API, as https://dev.vk.com describes them."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.forms import Uploaded, read_form
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

TOKEN = "vk1.a.c0rrectH0rse"
SECRET = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF"
CONFIRMATION = "8d1f6a1d"
GROUP, KIM = 123456, 3527065
_RIGHTS = ("manage", "messages", "photos", "docs")
_numbers = itertools.count(1)


def account(**settings: str) -> Account:
    """The community."""
    return Account("vk", str(GROUP), settings=settings, secrets={"access_token": TOKEN, "secret": SECRET})


def event(kind: str, about: object, secret: str = SECRET, url: str = "", **more: Any) -> Payload:
    """An event as VK brings it."""
    number = next(_numbers)
    body = {
        "group_id": GROUP,
        "type": kind,
        "event_id": f"e{number:040x}",
        "v": "5.199",
        "object": about,
        "secret": secret,
    }
    return Payload(json.dumps(body | more).encode(), {"Content-Type": "application/json"}, url)


def message(number: int = 7, **content: Any) -> dict[str, Any]:
    """What Kim writes to the community."""
    return {
        "date": 1580125800,
        "from_id": KIM,
        "id": number + 5000,
        "out": 0,
        "attachments": [],
        "conversation_message_id": number,
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "peer_id": KIM,
        "random_id": 0,
        "text": "",
        **content,
    }


def wrote(url: str = "", **content: Any) -> Payload:
    """The event of a new message."""
    info = {"button_actions": ["text", "callback"], "keyboard": True, "inline_keyboard": True, "lang_id": 0}
    return event("message_new", {"message": message(**content), "client_info": info}, url=url)


class _Refused(Exception):
    def __init__(self, code: int, told: str) -> None:
        self.reply = Reply(content={"error": {"error_code": code, "error_msg": told, "request_params": []}})


class VkServer(FakeNetwork):
    """Knows one community; customers that are not named otherwise take what it sends."""

    hosts: ClassVar[tuple[str, ...]] = ("api.vk.com", "pu.vk.com", "sun9-1.userapi.com")

    def __init__(self) -> None:
        super().__init__()
        self.rights: Sequence[str] = _RIGHTS
        #: By peer: the code of an error.
        self.shut: dict[str, int] = {}
        #: Files by the last part of their address.
        self.files: dict[str, bytes] = {}
        self.servers: list[dict[str, Any]] = []
        self.chosen: dict[str, int] = {}
        self.sent: list[dict[str, Any]] = []
        self.answered: list[str] = []
        #: `conversation_message_id` by `random_id`: what comes twice is taken once.
        self._taken: dict[tuple[str, str], int] = {}

    def answer(self, asked: Asked) -> Reply:
        """An upload, a file, or what a method says."""
        if asked.host == "pu.vk.com":
            return self._uploaded(read_form(asked)[1])
        if asked.host == "sun9-1.userapi.com":
            content = self.files.get(asked.path.rpartition("/")[2])
            return Reply(404, b"") if content is None else Reply(content=content)
        given = asked.form
        try:
            if given.pop("access_token", "") != TOKEN:
                raise _Refused(5, "User authorization failed: invalid access_token (4).")
            if given.pop("v", "") != "5.199":
                raise _Refused(8, "Invalid request: v is required")
            return Reply(content={"response": self._method(asked.path.removeprefix("/method/"))(given)})
        except _Refused as refused:
            return refused.reply

    def _method(self, name: str) -> Callable[[dict[str, str]], Any]:
        known: dict[str, Callable[[dict[str, str]], Any]] = {
            "messages.send": self._send,
            "messages.setActivity": self._show,
            "messages.sendMessageEventAnswer": self._event_answer,
            "users.get": lambda given: [
                {"id": int(given["user_ids"]), "first_name": "Kim", "last_name": "Larsen", "screen_name": "kim"}
            ],
            "groups.getById": lambda given: {"groups": [{"id": int(given["group_id"]), "name": "Nordlys"}]},
            "groups.getTokenPermissions": lambda _: {"mask": 1, "permissions": [{"name": one} for one in self.rights]},
            "groups.getCallbackConfirmationCode": lambda _: {"code": CONFIRMATION},
            "groups.getCallbackServers": lambda _: {"count": len(self.servers), "items": self.servers},
            "groups.addCallbackServer": self._add_server,
            "groups.editCallbackServer": self._edit_server,
            "groups.setCallbackSettings": self._choose,
            "groups.getCallbackSettings": lambda _: {"api_version": "5.199", "events": self.chosen},
            "photos.getMessagesUploadServer": lambda given: self._upload_server(given, "photo"),
            "docs.getMessagesUploadServer": lambda given: self._upload_server(given, "doc"),
            "photos.saveMessagesPhoto": self._save_photo,
            "docs.save": self._save_doc,
        }
        if name not in known:
            raise _Refused(3, "Unknown method passed")
        return known[name]

    def _send(self, given: dict[str, str]) -> Any:
        (peer,) = given["peer_ids"].split(",")
        if not -(2**31) <= int(given.get("random_id", 2**31)) < 2**31:
            raise _Refused(100, "One of the parameters specified was missing or invalid: random_id is undefined")
        if not given.get("message") and not given.get("attachment"):
            raise _Refused(100, "One of the parameters specified was missing or invalid: message is empty")
        if len(given.get("message", "")) > 9000:
            raise _Refused(914, "Message is too long")
        if len(given.get("attachment", "").split(",")) > 10:
            raise _Refused(100, "One of the parameters specified was missing or invalid: attachment")
        _check_keyboard(json.loads(given.get("keyboard", '{"buttons": []}')))
        if code := self.shut.get(peer):
            return [{"peer_id": int(peer), "message_id": 0, "error": {"code": code, "description": "Refused"}}]
        once = (peer, given["random_id"])
        if once not in self._taken:
            self._taken[once] = 100 + len(self.sent)
            self.sent.append(given)
        number = self._taken[once]
        return [{"peer_id": int(peer), "message_id": number + 5000, "conversation_message_id": number}]

    def _show(self, given: dict[str, str]) -> int:
        if given.get("type") != "typing" or not given.get("peer_id", "").lstrip("-").isdecimal():
            raise _Refused(100, "One of the parameters specified was missing or invalid: type is undefined")
        self.shown.append(given["peer_id"])
        return 1

    def _event_answer(self, given: dict[str, str]) -> int:
        if not {"event_id", "user_id", "peer_id"} <= given.keys() or given["event_id"] == "old":
            raise _Refused(100, "One of the parameters specified was missing or invalid: event_id is incorrect")
        self.answered.append(given["event_id"])
        return 1

    def _add_server(self, given: dict[str, str]) -> Any:
        if (
            not given["url"].startswith(("https://", "http://"))
            or len(given["title"]) > 14
            or len(given.get("secret_key", "")) > 50
        ):
            raise _Refused(100, "One of the parameters specified was missing or invalid")
        self.servers.append({"id": len(self.servers) + 1, "status": "ok", **given})
        return {"server_id": len(self.servers)}

    def _edit_server(self, given: dict[str, str]) -> int:
        self.servers[int(given["server_id"]) - 1] |= {"url": given["url"], "secret_key": given["secret_key"]}
        return 1

    def _choose(self, given: dict[str, str]) -> int:
        self.chosen = {name: int(one) for name, one in given.items() if name.startswith("message_")}
        return 1

    def _upload_server(self, given: dict[str, str], kind: str) -> Any:
        return {"upload_url": f"https://pu.vk.com/{kind}?peer={given['peer_id']}"}

    def _uploaded(self, files: dict[str, Uploaded]) -> Reply:
        (name, file) = next(iter(files.items()))
        if file.filename.endswith(".exe"):
            return Reply(content={"error": "unknown error", "error_descr": "this type of files is not allowed"})
        if name == "photo":
            shown = json.dumps([{"photo": file.filename}]) if file.content.startswith(b"\x89PNG") else "[]"
            return Reply(content={"server": 7, "photo": shown, "hash": "h4sh"})
        return Reply(content={"file": f"{file.filename}|{len(file.content)}"})

    def _save_photo(self, given: dict[str, str]) -> Any:
        if given.get("hash") != "h4sh":
            raise _Refused(121, "Invalid hash")
        return [{"id": 11, "owner_id": -GROUP, "access_key": "k3y"}]

    def _save_doc(self, given: dict[str, str]) -> Any:
        return {"type": "doc", "doc": {"id": 12, "owner_id": KIM, "title": given["title"]}}


def _check_keyboard(keyboard: dict[str, Any]) -> None:
    rows = keyboard["buttons"]
    buttons = [button["action"] for row in rows for button in row]
    if len(rows) > 6 or any(len(row) > 5 for row in rows) or len(buttons) > 10:
        raise _Refused(911, "Keyboard format is invalid: too many buttons")
    if any(len(one["label"]) > 40 or len(one["payload"]) > 255 or not json.loads(one["payload"]) for one in buttons):
        raise _Refused(911, "Keyboard format is invalid: label or payload is too long")


def _said(fake: FakeNetwork) -> list[str]:
    assert isinstance(fake, VkServer)
    return [one["message"] for one in fake.sent if "message" in one]


def _receipt(ids: Sequence[str], url: str) -> Payload:
    last = max(int(one.rpartition(":")[2]) for one in ids)
    about = {"from_id": KIM, "peer_id": KIM, "read_message_id": last + 5000, "conversation_message_id": last}
    return event("message_read", about, url=url)


STORY = Story(
    account=account(),
    fake=VkServer,
    customer="Kim Larsen",
    inbound=lambda text, url: wrote(url, number=next(_numbers), text=text, date=int(time.time())),
    said=_said,
    receipt=_receipt,
)
