"""LINE's Messaging API, as its reference tells: tokens, retry keys, limits of messages, errors in its own words."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.server import Asked, FakeNetwork, Reply

BO = "U206d25c2ea6bd87c17655609a1c37cb8"
ACCOUNT = Account("line", "@nordlys", secrets={"channel_secret": "channel_secret", "access_token": "long-lived-token"})


class Line(FakeNetwork):
    """One official account, with Bo as its friend."""

    hosts: ClassVar[tuple[str, ...]] = ("api.line.me", "api-data.line.me")

    def __init__(self) -> None:
        super().__init__()
        #: Pushed message objects, each with whom it is for, in order.
        self.pushed: list[tuple[str, dict[str, Any]]] = []
        self.endpoint = ""
        self.preparing = 0
        self._taken: dict[str, Reply] = {}

    def answer(self, asked: Asked) -> Reply:
        """As the reference of each endpoint says."""
        if asked.headers.get("authorization") != f"Bearer {ACCOUNT.secrets['access_token']}":
            return Reply(401, {"message": "Authentication failed due to the following reason: invalid token."})
        match asked.method, asked.path.removeprefix("/v2/bot/").split("/"):
            case "POST", ["message", "push"]:
                return self._push(asked)
            case "GET", ["message", _, "content", "transcoding"]:
                self.preparing -= 1
                return Reply(200, {"status": "processing" if self.preparing >= 0 else "succeeded"})
            case "GET", ["message", number, "content"] if asked.host == "api-data.line.me":
                return Reply(200, f"bytes of {number}".encode())
            case "GET", ["profile", person]:
                found = {"userId": BO, "displayName": "Bo", "pictureUrl": "https://profile.line-scdn.net/bo"}
                return Reply(200, {**found, "language": "da"}) if person == BO else Reply(404, {"message": "Not found"})
            case "GET", ["info"]:
                return Reply(200, {"userId": "U1", "basicId": "@nordlys", "displayName": "Nordlys"})
            case "GET", ["channel", "webhook", "endpoint"]:
                return Reply(200, {"endpoint": self.endpoint, "active": bool(self.endpoint)})
            case "PUT", ["channel", "webhook", "endpoint"]:
                self.endpoint = asked.json["endpoint"]
                return Reply(200, {})
            case "POST", ["channel", "webhook", "test"]:
                return Reply(200, {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"})
        return Reply(404, {"message": "Not found"})

    def _push(self, asked: Asked) -> Reply:
        key = asked.headers.get("x-line-retry-key", "")
        if key and key != str(uuid.UUID(key)):
            return _wrong("X-Line-Retry-Key", "Invalid retry key")
        if earlier := self._taken.get(key):
            return Reply(409, {"message": "The retry key is already accepted", **earlier.content})
        to, messages = str(asked.json.get("to", "")), asked.json.get("messages") or []
        if not to.startswith(("U", "C", "R")):
            return _wrong("to", "The property, 'to', in the request body is invalid")
        if not 1 <= len(messages) <= 5:
            return _wrong("messages", "Size must be between 1 and 5")
        for number, one in enumerate(messages):
            if problem := _problem(one):
                return _wrong(f"messages[{number}].{problem}", "May not be like this")
        ids = [str(461230966842064897 + len(self.pushed) + number) for number in range(len(messages))]
        self.pushed += [(to, one) for one in messages]
        self._taken[key] = Reply(200, {"sentMessages": [{"id": one, "quoteToken": "q"} for one in ids]})
        return self._taken[key]


def _problem(message: dict[str, Any]) -> str:
    """The property that breaks a limit, "" where none does."""
    match message["type"]:
        case "text":
            size = len(message["text"].encode("utf-16-le")) // 2
            if not 1 <= size <= 5000:
                return "text"
        case "image":
            for name in ("originalContentUrl", "previewImageUrl"):
                if not message[name].startswith("https://") or len(message[name]) > 2000:
                    return name
        case _:
            return "type"
    quick = message.get("quickReply", {"items": [{"action": {"type": "postback", "label": "-", "data": "-"}}]})["items"]
    fit = [
        one["action"]["label"] and len(one["action"]["label"]) <= 20 and len(one["action"]["data"]) <= 300
        for one in quick
    ]
    return "" if 1 <= len(quick) <= 13 and all(fit) else "quickReply"


def _wrong(where: str, why: str) -> Reply:
    problem = {"message": why, "property": where}
    return Reply(400, {"message": "The request body has 1 error(s)", "details": [problem]})


def signed(events: Sequence[dict[str, Any]] | bytes, url: str = "") -> Payload:
    """A webhook with these events, or with this body."""
    body = events if isinstance(events, bytes) else json.dumps({"destination": "U1", "events": events}).encode()
    signature = hmac.digest(ACCOUNT.secrets["channel_secret"].encode(), body, "sha256")
    headers = {"Content-Type": "application/json", "X-Line-Signature": base64.b64encode(signature).decode()}
    return Payload(body=body, headers=headers, url=url)


def event(kind: str = "message", number: int = 1, **fields: Any) -> dict[str, Any]:
    """Something Bo did; `message` fields come as `message`."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1795341600000 + number,
        "source": {"type": "user", "userId": BO},
        "webhookEventId": f"01HEVENT{number:018}",
        "deliveryContext": {"isRedelivery": False},
        **fields,
    }


def written(text: str, number: int = 1) -> dict[str, Any]:
    """A text of Bo's."""
    return event(number=number, message={"id": str(325708 + number), "type": "text", "text": text})
