"""Instagram's two servers, written from the network's documentation: messages, comments, profiles, subscriptions.

graph.instagram.com takes the tokens of Instagram Login, graph.facebook.com those of Facebook Login (of the page). Both
check the token, the required fields and the limits, and answer with the documented errors.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.graph import APP_SECRET, GraphNetwork, echoed, refusal, signature, unfit_metadata
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

ACCOUNT, PAGE, CUSTOMER = "17841400000000001", "102030405060", "6543210987654321"
TOKEN, PAGE_TOKEN = "IGAA-secret-token", "EAAG-secret-token"
VERIFY_TOKEN = "raven-and-writing-desk"
_MEDIA = ("image", "video", "audio", "file")


def account(login: str = "instagram", address: str = ACCOUNT) -> Account:
    """The account of our shop, connected by one of the two kinds of login."""
    settings: dict[str, object] = {"login": login} | ({"page_id": PAGE} if login == "facebook" else {})
    token = TOKEN if login == "instagram" else PAGE_TOKEN
    secrets = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": token}
    return Account("instagram", address, settings=settings, secrets=secrets)


def signed(body: object, url: str = "", secret: str = APP_SECRET) -> Payload:
    """A webhook's request as Meta signs it."""
    raw = json.dumps(body).encode()
    return Payload(raw, {"X-Hub-Signature-256": signature(raw, secret), "Content-Type": "application/json"}, url)


def entry(*events: Mapping[str, Any], of: str = ACCOUNT, kind: str = "messaging") -> dict[str, Any]:
    """One entry of a webhook."""
    return {"id": of, "time": 1763800000000, kind: list(events)}


def webhook(*entries: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook's body."""
    return {"object": "instagram", "entry": list(entries)}


def told(
    kind: str, content: object, *, by: str = CUSTOMER, to: str = ACCOUNT, at: int = 1763800000000
) -> dict[str, Any]:
    """One event of a conversation."""
    return {"sender": {"id": by}, "recipient": {"id": to}, "timestamp": at, kind: content}


class Instagram(GraphNetwork):
    """What a customer's account, our account and its posts look like from outside."""

    hosts: ClassVar[tuple[str, ...]] = ("graph.instagram.com", "graph.facebook.com", "lookaside.fbsbx.com")
    scopes: ClassVar[tuple[str, ...]] = (
        "instagram_basic",
        "instagram_manage_messages",
        "instagram_manage_comments",
        "pages_manage_metadata",
    )

    def __init__(self) -> None:
        super().__init__()
        self.tokens = {PAGE_TOKEN}
        #: Messages the network took, and comments with the id of the one they answer.
        self.messages: list[dict[str, Any]] = []
        #: What it tells its webhook of them, for a test to bring.
        self.echoes: list[dict[str, Any]] = []
        self.replies: list[tuple[str, str]] = []
        #: Who wrote when: within a day, within seven (the tag of a person is needed), or longer ago.
        self.people: dict[str, str] = {CUSTOMER: "today"}
        self.profiles: dict[str, dict[str, Any]] = {CUSTOMER: {"name": "Bo Larsen", "username": "bo.larsen"}}
        #: Comments below our posts: `new`, `live`, or `answered` in private.
        self.comments: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.is_permitted = True
        self.is_young = False

    @property
    def said(self) -> list[str]:
        """The texts the network took, in order."""
        texts = [one["message"].get("text", "") for one in self.messages]
        return [*filter(None, texts), *(text for _, text in self.replies)]

    def answer(self, asked: Asked) -> Reply:
        """By the server that was asked."""
        if asked.host == "lookaside.fbsbx.com":
            return Reply(200, self.files[asked.path]) if asked.path in self.files else Reply(404, b"")
        if asked.host == "graph.facebook.com":
            return super().answer(asked)
        if asked.path == "/refresh_access_token":
            return self._renewed(asked)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}" or "appsecret_proof" in asked.query:
            return refusal(190, "Error validating access token: Session has expired.", subcode=463, status=401)
        path = asked.path.strip("/").partition("/")[2]
        if path.endswith("/subscribed_apps"):
            return self._subscribed(asked, "me" if path.startswith(ACCOUNT) else path.partition("/")[0])
        return self.node(asked, path)

    def node(self, asked: Asked, path: str) -> Reply:
        """What is the same on both servers, by the names each has for the account."""
        node, _, edge = path.partition("/")
        is_own = node in ({"me", ACCOUNT} if asked.host == "graph.instagram.com" else {"me", PAGE})
        if asked.method == "POST" and edge == "messages" and is_own:
            return self._sent(asked.json)
        if asked.method == "POST" and edge == "replies":
            return self._replied(node, asked.form.get("message", ""))
        if asked.method == "GET" and is_own and edge in ("conversations", "media"):
            return Reply(content={"data": []}) if self.is_permitted else refusal(10, "(#10) No permission.")
        if asked.method == "GET" and not edge:
            return self._described(node, asked)
        return super().node(asked, path)

    def _renewed(self, asked: Asked) -> Reply:
        if asked.query.get("grant_type") != "ig_refresh_token":
            return refusal(100, "Missing or invalid grant_type.")
        if asked.query.get("access_token") != TOKEN:
            return refusal(190, "Error validating access token: Session has expired.", subcode=463, status=401)
        if self.is_young:
            return refusal(100, f"The token {TOKEN} is not 24 hours old yet.")
        return Reply(content={"access_token": "IGAA-newer-token", "token_type": "bearer", "expires_in": 5184000})

    def _described(self, node: str, asked: Asked) -> Reply:
        if node == "me" and asked.host == "graph.instagram.com":
            return Reply(content={"id": "9", "user_id": ACCOUNT, "username": "nordlys"})
        if node == PAGE and "instagram_business_account{id,username}" in asked.query.get("fields", ""):
            return Reply(content={"id": PAGE, "instagram_business_account": {"id": ACCOUNT, "username": "nordlys"}})
        if node in self.profiles:
            return Reply(content={"id": node, **self.profiles[node]})
        return refusal(230, "User consent is required to access user profile.", status=403)

    def _sent(self, asked: Mapping[str, Any]) -> Reply:
        to, message = asked.get("recipient") or {}, asked.get("message") or {}
        if action := asked.get("sender_action"):
            return self._shows(action, to, message)
        if problem := self._unreachable(to, asked) or _unfit(message):
            return problem
        if comment := to.get("comment_id"):
            self.comments[comment] = "answered"
        self.messages.append(dict(asked))
        whom, mid = to.get("id", CUSTOMER), f"aWdfout{len(self.messages)}"
        self.echoes.append(told("message", echoed(mid, message, self.hosts[-1]), by=ACCOUNT, to=whom))
        return Reply(content={"recipient_id": whom, "message_id": mid})

    def _shows(self, action: str, to: Mapping[str, str], message: Mapping[str, Any]) -> Reply:
        if action != "typing_on" or message or to.get("id") not in self.people:
            return refusal(100, "(#100) Invalid parameter")
        self.shown.append(to["id"])
        return Reply(content={"recipient_id": to["id"]})

    def _unreachable(self, to: Mapping[str, str], asked: Mapping[str, Any]) -> Reply | None:
        if comment := to.get("comment_id"):
            state = self.comments.get(comment)
            if state == "answered":
                return refusal(10900, "Activity already replied to.")
            return None if state else refusal(10900, "The comment is too old, or gone.")
        wrote = self.people.get(to.get("id", ""))
        if wrote is None:
            return refusal(100, "The requested user cannot be found.", subcode=2534014)
        is_tagged = asked.get("messaging_type") == "MESSAGE_TAG" and asked.get("tag") == "HUMAN_AGENT"
        if wrote == "today" or (wrote == "this week" and is_tagged):
            return None
        return refusal(10, "This message is sent outside of allowed window.", subcode=2534022)

    def _replied(self, comment: str, said: str) -> Reply:
        if not said:
            return refusal(100, "(#100) The parameter message is required")
        if len(said) > 2200:
            return refusal(100, "(#100) The comment is longer than 2200 characters")
        if self.comments.get(comment, "live") == "live":
            return refusal(100, "Unsupported post request.", subcode=33)
        self.replies.append((comment, said))
        return Reply(content={"id": f"1799{len(self.replies):013}"})


def _unfit(message: Mapping[str, Any]) -> Reply | None:
    if problem := unfit_metadata(message):
        return problem
    text, file = message.get("text", ""), message.get("attachment")
    buttons: Sequence[Mapping[str, str]] = message.get("quick_replies") or ()
    if bool(text) == bool(file):
        return refusal(100, "Message must have either text or an attachment.")
    if len(text.encode()) > 1000:
        return refusal(100, "Length of param message[text] must be less than or equal to 1000.", subcode=2534000)
    if file and (file.get("type") not in _MEDIA or not str(file.get("payload", {}).get("url", "")).startswith("http")):
        return refusal(100, "The attachment's type or URL is wrong.", subcode=2018047)
    if len(buttons) > 13 or any(one.get("content_type") != "text" or not one.get("payload") for one in buttons):
        return refusal(100, "Invalid quick replies.")
    return None


_numbers = itertools.count(1)


def _inbound(text: str, url: str) -> Payload:
    # Now, for whoever wrote longer ago than a day can't be answered freely.
    said = told("message", {"mid": f"aWdfin{next(_numbers)}", "text": text}, at=int(time.time() * 1000))
    return signed(webhook(entry(said)), url)


def _said(fake: FakeNetwork) -> list[str]:
    assert isinstance(fake, Instagram)
    return fake.said


def _receipt(ids: Sequence[str], url: str) -> Payload:
    at = int(time.time() * 1000)
    return signed(webhook(entry(*(told("read", {"mid": one}, at=at) for one in ids))), url)


STORY = Story(account=account(), fake=Instagram, customer="", inbound=_inbound, said=_said, receipt=_receipt)
