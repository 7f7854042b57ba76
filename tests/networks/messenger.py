"""A Facebook page's server, written from the network's documentation: the Send API, comments, profiles, files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.graph import APP_SECRET, TOKEN, GraphNetwork, echoed, refusal, signature, unfit_metadata
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

PAGE, CUSTOMER, VERIFY_TOKEN = "448242228374517", "3383290475046708", "raven-and-writing-desk"
POST = f"{PAGE}_122131676912594941"
#: When all of it happens, in milliseconds: now, for customers can be answered for a day only.
AT = int(datetime.now(UTC).timestamp()) * 1000
_FILES = ("image", "video", "audio", "file")


def account(address: str = PAGE) -> Account:
    """The page of our shop."""
    secrets = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": TOKEN}
    return Account("messenger", address, secrets=secrets)


def signed(body: object, url: str = "", secret: str = APP_SECRET) -> Payload:
    """A webhook's request as Meta signs it."""
    raw = json.dumps(body).encode()
    headers = {"X-Hub-Signature-256": signature(raw, secret), "Content-Type": "application/json"}
    return Payload(raw, headers, url)


def webhook(*entries: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook's body."""
    return {"object": "page", "entry": list(entries)}


def entry(*events: Mapping[str, Any], of: str = PAGE, kind: str = "messaging") -> dict[str, Any]:
    """One entry of a webhook."""
    return {"id": of, "time": AT, kind: list(events)}


def told(kind: str, content: object, *, by: str = CUSTOMER, to: str = PAGE, at: int = AT) -> dict[str, Any]:
    """One event of a conversation."""
    return {"sender": {"id": by}, "recipient": {"id": to}, "timestamp": at, kind: content}


def below(comment: str = "122131676912594941_1", **value: Any) -> dict[str, Any]:
    """A comment of somebody on our post, or what else happens there."""
    usual = {
        "item": "comment",
        "verb": "add",
        "comment_id": comment,
        "post_id": POST,
        "parent_id": POST,
        "from": {"id": "77", "name": "Ida Berg"},
        "message": "Is it in stock?",
        "created_time": AT // 1000,
    }
    given = {name: one for name, one in {**usual, **value}.items() if one is not None}
    return {"field": "feed", "value": given}


class Messenger(GraphNetwork):
    """What a customer, our page and its posts look like from outside."""

    hosts: ClassVar[tuple[str, ...]] = ("graph.facebook.com", "cdn.fbsbx.com")
    scopes: ClassVar[tuple[str, ...]] = (
        "pages_messaging",
        "pages_manage_metadata",
        "pages_read_engagement",
        "pages_manage_engagement",
    )

    def __init__(self) -> None:
        super().__init__()
        #: Messages the network took, and public answers with the comment they stand below.
        self.messages: list[dict[str, Any]] = []
        #: What it tells its webhook of them, for a test to bring.
        self.echoes: list[dict[str, Any]] = []
        self.replies: list[tuple[str, dict[str, str]]] = []
        #: Who wrote when: within a day, within seven (the tag of a person is needed), longer ago, or left.
        self.people: dict[str, str] = {CUSTOMER: "today"}
        #: Comments by what can be done with them: "" for everything, `answered`, `old`, `gone`.
        self.comments: dict[str, str] = {}
        self.files: dict[str, bytes] = {}

    @property
    def said(self) -> list[str]:
        """The texts the network took, in order."""
        texts = [one["message"].get("text", "") for one in self.messages]
        return [*filter(None, texts), *(one["message"] for _, one in self.replies if "message" in one)]

    def answer(self, asked: Asked) -> Reply:
        """Files lie open at addresses that work for a while; the rest needs the token."""
        if asked.host == "cdn.fbsbx.com":
            return (
                Reply(200, self.files[asked.path]) if asked.path in self.files else Reply(403, b"URL signature expired")
            )
        return super().answer(asked)

    def node(self, asked: Asked, path: str) -> Reply:
        """As documented, per path."""
        node, _, edge = path.partition("/")
        if asked.method == "POST" and path in ("me/messages", f"{PAGE}/messages"):
            return self._sent(asked.json)
        if asked.method == "POST" and edge == "comments":
            return self._replied(node, asked.form)
        if asked.method == "GET" and path in ("me", PAGE):
            return Reply(content={"id": PAGE, "name": "Nordlys"})
        if asked.method == "GET" and node in self.people:
            return Reply(content={"id": node, "name": "Bo Larsen", "profile_pic": "https://cdn.fbsbx.com/bo.jpg"})
        return super().node(asked, path)

    def _sent(self, asked: Mapping[str, Any]) -> Reply:
        to, message = asked.get("recipient") or {}, asked.get("message") or {}
        if action := asked.get("sender_action"):
            return self._shows(action, to, message)
        if problem := self._unreachable(to, asked) or _unfit(message):
            return problem
        if comment := to.get("comment_id") or to.get("post_id"):
            self.comments[comment] = "answered"
        self.messages.append(dict(asked))
        whom, mid = to.get("id", CUSTOMER), f"m_out{len(self.messages)}"
        self.echoes.append(told("message", echoed(mid, message, self.hosts[-1]), by=PAGE, to=whom))
        return Reply(content={"recipient_id": whom, "message_id": mid})

    def _shows(self, action: str, to: Mapping[str, str], message: Mapping[str, Any]) -> Reply:
        if action != "typing_on" or message or to.get("id") not in self.people:
            return refusal(100, "(#100) Invalid parameter")
        self.shown.append(to["id"])
        return Reply(content={"recipient_id": to["id"]})

    def _unreachable(self, to: Mapping[str, str], asked: Mapping[str, Any]) -> Reply | None:
        if comment := to.get("comment_id") or to.get("post_id"):
            if ("post_id" in to) != comment.startswith(f"{PAGE}_"):
                return refusal(100, "(#100) Param recipient does not fit the object")
            if self.comments.get(comment) == "answered":
                return refusal(10900, "(#10900) Activity already replied to")
            return None if self.comments.get(comment) == "" else refusal(10901, "(#10901) Activity is too old")
        if asked.get("messaging_type") not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"):
            return refusal(100, "(#100) messaging_type is required")
        wrote, is_tagged = self.people.get(to.get("id", "")), asked.get("tag") == "HUMAN_AGENT"
        if wrote is None:
            return refusal(100, "(#100) No matching user found", subcode=2018001)
        if wrote == "left":
            return refusal(551, "(#551) This person isn't available right now.", subcode=1545041)
        if wrote == "today" or (wrote == "this week" and is_tagged and asked["messaging_type"] == "MESSAGE_TAG"):
            return None
        return refusal(10, "(#10) This message is sent outside of allowed window.", subcode=2018278)

    def _replied(self, comment: str, form: Mapping[str, str]) -> Reply:
        if self.comments.get(comment, "gone") == "gone":
            return refusal(100, f"Unsupported post request. Object with ID '{comment}' does not exist", subcode=33)
        if not form.get("message") and not form.get("attachment_url"):
            return refusal(100, "(#100) One of message, attachment_id, attachment_url is required")
        if len(form.get("message", "")) > 8000:
            return refusal(100, "(#100) Param message is too long")
        self.replies.append((comment, dict(form)))
        return Reply(content={"id": f"122131676912594941_90{len(self.replies)}"})


def _unfit(message: Mapping[str, Any]) -> Reply | None:
    if problem := unfit_metadata(message):
        return problem
    text, file = message.get("text", ""), message.get("attachment")
    buttons: Sequence[Mapping[str, str]] = message.get("quick_replies") or ()
    if bool(text) == bool(file):
        return refusal(100, "(#100) Message must have either text or an attachment")
    if len(text) > 2000:
        return refusal(100, "(#100) Length of param message[text] must be less than or equal to 2000")
    if file and (file.get("type") not in _FILES or not str(file.get("payload", {}).get("url", "")).startswith("http")):
        return refusal(100, "(#100) Upload attachment failure.", subcode=2018047)
    if len(buttons) > 13 or any(len(one.get("title", "")) not in range(1, 21) or not one["payload"] for one in buttons):
        return refusal(100, "(#100) Invalid quick replies")
    return None


def _inbound(text: str, url: str) -> Payload:
    mid = "m_" + hashlib.sha256(text.encode()).hexdigest()[:16]
    return signed(webhook(entry(told("message", {"mid": mid, "text": text}))), url)


def _said(fake: FakeNetwork) -> list[str]:
    assert isinstance(fake, Messenger)
    return fake.said


def _receipt(ids: Sequence[str], url: str) -> Payload:
    """He has read all up to now; what was sent this very moment, too."""
    until = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp() * 1000)
    return signed(webhook(entry(told("read", {"watermark": until}))), url)


STORY = Story(account=account(), fake=Messenger, customer="", inbound=_inbound, said=_said, receipt=_receipt)
