"""The generic channel: whatever a company can program brings messages here and takes ours, both ways signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from channels_adapters import http_api, standard_webhooks
from channels_adapters.api import parse, send
from channels_adapters.base import BaseAdapter
from channels_adapters.checking import tried
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    GuideStep,
    Handshake,
    MediaRef,
    OutboundMessage,
    Payload,
    ReplyStep,
    Sent,
    SettingsField,
)
from channels_adapters.json_reading import integer
from channels_adapters.wording import say


class ApiAdapter(BaseAdapter):
    """Events as JSON at the channel's hook, signed as Standard Webhooks says; replies go to `url` in the same way."""

    kind: ClassVar[str] = "api"
    label: ClassVar[str] = "API"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        buttons=11,
        typing=timedelta(seconds=10),
        receipts=frozenset(DeliveryState),
        edits=True,
        idempotent_send=True,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "url", "Address for replies", "Your own webhook, which takes what agents write: https://...", required=False
        ),
        SettingsField(
            "signing_secret",
            "Signing secret",
            "It signs what you send us and what we send you (Standard Webhooks).",
            secret=True,
            verifies=True,
            drawn=True,
        ),
        SettingsField(
            "conversations",
            "Messages that name no conversation",
            "Those that name one go on in the ticket of what named the same.",
            kind="choice",
            choices=(("person", "go on in their writer's open ticket"), ("room", "open a ticket each")),
            default="person",
        ),
        SettingsField(
            "reply_window_hours",
            "Hours in which a customer can be answered",
            "After a customer's message; left empty, for good.",
            required=False,
            kind="number",
        ),
        SettingsField(
            "text_limit", "Characters a message may have", "Longer replies are sent in parts.", False, False, "number"
        ),
        SettingsField(
            "buttons",
            "Buttons a message may have",
            "0 if your side shows none: surveys are then asked with a link.",
            required=False,
            kind="number",
            default="11",
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        GuideStep(
            "Keep the secret",
            "Copy the signing secret to where your program finds it; whoever has it can write here in anybody's name.",
            fields=("signing_secret",),
        ),
        GuideStep("Send events here", "Your program posts its events to {callback}, signed with the secret."),
        GuideStep(
            "Take replies",
            "Answer our signed requests with a status of 200 to 299, and know a repeat by its webhook-id.",
            fields=("url",),
        ),
    )

    def capabilities_of(self, account: Account) -> Capabilities:
        """As its settings say."""
        hours, text_limit, buttons = (
            integer(account.settings.get(name)) for name in ("reply_window_hours", "text_limit", "buttons")
        )
        return replace(
            self.capabilities,
            threading="room" if account.settings.get("conversations") == "room" else "person",
            text_limit=max(text_limit, 20) if text_limit else None,
            buttons=self.capabilities.buttons if buttons is None else max(buttons, 0),
            reply_window=(ReplyStep("free", timedelta(hours=hours) if hours and hours > 0 else None),),
        )

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """By the secret, or for a while by the one before it."""
        secrets, at = account.valid_secrets("signing_secret"), payload.received_at or datetime.now(UTC)
        standard_webhooks.check(secrets, payload.headers, payload.body, at)
        return None

    def single_use(self, payload: Payload, account: Account) -> str:
        """The request's id and its body: customers may say the same twice, a repeated request is one."""
        return f"{payload.header('webhook-id')} {hashlib.sha256(payload.body).hexdigest()}"

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Our own events, told of one by one."""
        return parse.parse(payload, account)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Post it to the company's address; the id of the request stays the same over all attempts."""
        return send.send(message, self.capabilities_of(account), account)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Post that somebody writes, where replies are taken. Raises `SendError`."""
        has_address = bool(account.settings.get("url"))
        if has_address:
            send.tell_typing(message, account)
        return has_address

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """From the address the event told."""
        return http_api.download(ref.token)

    def check(self, account: Account) -> Iterable[CheckResult]:
        """The secret's form, and a ping at the company's address."""
        try:
            standard_webhooks.key_of(account.secrets.get("signing_secret", ""))
        except ValueError as problem:
            yield CheckResult(say("The secret can sign."), False, str(problem))
            return
        yield CheckResult(say("The secret can sign."), True)
        if account.settings.get("url"):
            yield tried(say("Your address takes a signed request."), lambda: send.ping(account))
        else:
            yield CheckResult(say("No address for replies is set: messages come in, none can leave."), True)
