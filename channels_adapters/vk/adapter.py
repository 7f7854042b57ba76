"""The `vk` channel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from channels_adapters.base import BaseAdapter
from channels_adapters.checking import Seen, in_turn, tried
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    Handshake,
    Identifier,
    InvalidSignature,
    Malformed,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    Sent,
    SettingsField,
)
from channels_adapters.faults import needed
from channels_adapters.http_api import download
from channels_adapters.json_reading import Fields, document, fields, first, integer, items, joined, text
from channels_adapters.presses import acknowledge
from channels_adapters.proofs import is_one_of
from channels_adapters.vk.api import VERSION, ask
from channels_adapters.vk.parse import parse_events
from channels_adapters.vk.send import send, tell_typing
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
_RIGHTS = ("messages", "photos", "docs", "manage")
EVENTS = (
    *("message_new", "message_reply", "message_edit", "message_read", "message_event", "message_reaction_event"),
    *("message_allow", "message_deny", "message_typing_state"),
)


class VkAdapter(BaseAdapter):
    """The messages of a community."""

    kind: ClassVar[str] = "vk"
    label: ClassVar[str] = "VK"
    #: Anything else counts as a failure, and comes again.
    acknowledgement: ClassVar[bytes] = b"ok"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=9000,
        attachment_limit=200 * _MEGABYTE,
        # Documents may be anything but music and programs.
        files=(
            FileLimit(("image/jpeg", "image/png", "image/gif", "image/webp"), 50 * _MEGABYTE),
            FileLimit(("image/*", "video/*", "text/*", "application/*"), 200 * _MEGABYTE),
        ),
        buttons=10,
        typing=timedelta(seconds=10),
        button_length=40,
        receipts=frozenset({DeliveryState.SENT, DeliveryState.READ}),
        idempotent_send=True,
        rate_per_second=20.0,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "address", "Community ID", "The digits in the address club123456, or in Manage, under Community address."
        ),
        SettingsField(
            "access_token",
            "Access token",
            "Of the community, with the permissions for messages, photos, documents and management.",
            secret=True,
        ),
        SettingsField(
            "secret",
            "Secret key",
            "VK sends it along with every event, which proves that it comes from there. Up to 50 letters and digits.",
            secret=True,
            drawn=True,
            verifies=True,
        ),
        SettingsField(
            "confirmation",
            "String to be returned",
            "What VK wants to hear when it checks our address. Leave it empty to have it asked for with the token.",
            required=False,
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        GuideStep(
            "Switch on messages",
            "In the community choose Manage, Messages and switch on Community messages; below, under Bot settings, "
            "switch on Bot abilities, without which there are no buttons.",
            "https://dev.vk.com/api/bots/getting-started",
            ("address",),
        ),
        GuideStep(
            "Create an access token",
            "Choose Manage, API usage, Access tokens, Create token, and allow the management of the community, "
            "messages, photos and documents. VK asks an administrator to confirm it.",
            "https://dev.vk.com/api/access-token/community-token/in-community-settings",
            ("access_token",),
        ),
        GuideStep(
            "Events",
            "Our address is registered at VK when you connect the community, with the secret key and the events that "
            "are needed. By hand it is done under API usage, Callback API: version 5.199, the address {callback}, the "
            "secret key, and under Event types everything about messages.",
            "https://dev.vk.com/api/callback/getting-started",
            ("secret", "confirmation"),
        ),
    )

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """The community's secret in the body; the check of our address is answered with the string VK told."""
        try:
            event = document(payload.body)
        except Malformed as problem:
            raise InvalidSignature("What can't be read proves nothing.") from problem
        given = text(event, "secret")
        is_test = event.get("type") == "confirmation" and _group(account) in ("", text(event, "group_id"))
        if not is_one_of(given, account.valid_secrets("secret")) and (given or not is_test):
            raise InvalidSignature("The secret of the community is missing or wrong.")
        return Handshake(self._confirmation(account).encode()) if is_test else None

    def _confirmation(self, account: Account) -> str:
        if written := str(account.settings.get("confirmation") or "").strip():
            return written
        return text(
            ask(account, "groups.getCallbackConfirmationCode", {"group_id": _group(account)}, timeout=5), "code"
        )

    def completed(self, payload: Payload, account: Account) -> Payload:
        """Acknowledge the press of a button: the customer's app shows that it waits until then."""
        acknowledge(self.kind, lambda: _answer_press(payload, account))
        return payload

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """The events of a request, whose address names the community."""
        return parse_events(payload)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Texts and files; what is sent again with the same reference arrives once. Raises `SendError`."""
        return send(message, account, self.capabilities)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it in the conversation. Raises `SendError`."""
        return tell_typing(message, account)

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """A file at its address. Raises `SendError`."""
        return download(ref.token, max_bytes=200 * _MEGABYTE)

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Name, username and picture of a user. Raises `SendError`."""
        if identifier.kind != "vk_user":
            return None
        asked = {"user_ids": identifier.value, "fields": "screen_name,photo_100"}
        found = first(ask(account, "users.get", asked))
        name = joined(found, "first_name", "last_name", most=100)
        username, avatar = text(found, "screen_name", most=100), text(found, "photo_100", most=500)
        return Person((identifier,), name=name, username=username, avatar=avatar) if found else None

    def check(self, account: Account) -> Iterator[CheckResult]:
        """The token, what it may do, and whether VK's events reach us."""
        return in_turn(
            (say("VK knows the community"), lambda: _known(account)),
            (say("The token may do what is needed"), lambda: _allowed(account)),
            (say("Events arrive"), lambda: _arriving(account)),
        )

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Register our address with its secret and choose the events."""
        return (tried(say("The address is registered"), lambda: _register(account, callback_url)),)


def _answer_press(payload: Payload, account: Account) -> None:
    event = document(payload.body)
    if event.get("type") == "message_event":
        named = {name: text(event, "object", name) for name in ("event_id", "user_id", "peer_id")}
        ask(account, "messages.sendMessageEventAnswer", named, timeout=5)


def _group(account: Account) -> str:
    """The community's number, however it was written."""
    return re.sub(r"\D", "", account.address)


def _servers(account: Account) -> Sequence[Fields]:
    return items(ask(account, "groups.getCallbackServers", {"group_id": _group(account)}), "items")


def _register(account: Account, url: str) -> None:
    secret = needed(account.secrets.get("secret"), Fault.AUTH, say("The secret key is missing."))
    asked: dict[str, str | int] = {"group_id": _group(account), "url": url, "title": "Inbox", "secret_key": secret}
    server = next((integer(one, "id") for one in _servers(account) if text(one, "url") == url), None)
    if server is not None:
        ask(account, "groups.editCallbackServer", {**asked, "server_id": server})
    else:
        server = integer(ask(account, "groups.addCallbackServer", asked), "server_id") or 0
    told: dict[str, str | int] = {"group_id": _group(account), "server_id": server, "api_version": VERSION}
    ask(account, "groups.setCallbackSettings", {**told, **dict.fromkeys(EVENTS, 1)})


def _known(account: Account) -> Seen:
    found = ask(account, "groups.getById", {"group_id": _group(account)})
    named = items(found) or items(found, "groups")
    return Seen(tuple(text(one, "name") for one in named), passed=bool(named))


def _allowed(account: Account) -> Seen:
    granted = {text(one, "name") for one in items(ask(account, "groups.getTokenPermissions"), "permissions")}
    missing = ", ".join(sorted({*_RIGHTS} - granted))
    return Seen(advice=say("It lacks: %(rights)s", rights=missing) if missing else "")


def _arriving(account: Account) -> Seen:
    ours = [one for one in _servers(account) if "/hooks/vk/" in text(one, "url")]
    if not ours:
        return Seen(advice=say("No address of this inbox is registered: connect the community again."))
    best = next((one for one in ours if text(one, "status") == "ok"), ours[-1])
    # The path is what only VK may know.
    details = (f"{urlsplit(text(best, 'url')).hostname}: {text(best, 'status')}",)
    if text(best, "status") != "ok":
        return Seen(details, say("VK could not confirm the address: is this installation reachable from outside?"))
    asked = {"group_id": _group(account), "server_id": text(best, "id")}
    chosen = fields(ask(account, "groups.getCallbackSettings", asked), "events")
    missing = ", ".join(one for one in EVENTS if not integer(chosen, one))
    advice = say("These events are not chosen: %(events)s. Connect the community again.", events=missing)
    return Seen(details, advice if missing else "")
