"""WhatsApp by way of Twilio: free answers within a day, templates afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Literal

from channels_adapters.contracts import (
    Account,
    Capabilities,
    DeliveryState,
    Fault,
    FileLimit,
    GuideStep,
    OutboundMessage,
    ReplyStep,
    SettingsField,
    Template,
)
from channels_adapters.faults import needed
from channels_adapters.json_reading import Fields, fields, items, text
from channels_adapters.outgoing_parts import Portion, portions
from channels_adapters.twilio import api
from channels_adapters.twilio.adapter import CREDENTIALS, SERVICE, STEPS, TwilioAdapter
from channels_adapters.twilio.parse import WHATSAPP
from channels_adapters.wording import say

_DAY = timedelta(hours=24)
_MEGABYTES = 1024 * 1024
_DOCS = "https://www.twilio.com/docs/whatsapp"
_QUICK, _LIST = "twilio/quick-reply", "twilio/list-picker"
#: What WhatsApp shows as buttons while a conversation is open; more of them are a list.
_MOST_QUICK, _MOST_BUTTONS = 3, 10
_MOST_LABEL = 20
_PLACE = re.compile(r"\{\{\s*([^{}]{1,60}?)\s*\}\}")
_STATES: dict[str, Literal["approved", "pending", "rejected", "paused"]] = {
    "approved": "approved",
    "rejected": "rejected",
    "disabled": "rejected",
    "paused": "paused",
    "pending": "pending",
    "received": "pending",
}


class TwilioWhatsAppAdapter(TwilioAdapter):
    """One WhatsApp sender at Twilio."""

    kind: ClassVar[str] = "twilio_whatsapp"
    label: ClassVar[str] = "WhatsApp (Twilio)"
    network: ClassVar[str] = "whatsapp"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=1600,
        attachment_limit=16 * _MEGABYTES,
        buttons=_MOST_BUTTONS,
        button_length=_MOST_LABEL,
        reply_window=(ReplyStep("free", _DAY), ReplyStep("template")),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED}),
        files=(
            FileLimit(("image/jpeg", "image/png", "image/webp"), 5 * _MEGABYTES),
            FileLimit(("audio/*", "video/mp4", "application/pdf", "text/vcard", "text/plain"), 16 * _MEGABYTES),
        ),
        templates=True,
        # Twilio itself holds back whatever is sent after a STOP.
        opt_out_covers="all",
        rate_per_second=80.0,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "address", "Phone number", "The sender's number with its country code, for example +14155550100."
        ),
        *CREDENTIALS,
        SERVICE,
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        *STEPS,
        GuideStep(
            "Register the sender",
            "Under Messaging, Senders, WhatsApp senders, register your number with WhatsApp, and wait until it is "
            "online.",
            f"{_DOCS}/self-sign-up",
            ("address",),
        ),
        GuideStep(
            "Have messages brought here",
            "Open the sender. Enter {callback} as webhook URL for incoming messages and as status callback URL, both "
            "with HTTP POST. It is done for you when you save, where Twilio lets us.",
            f"{_DOCS}/api",
        ),
        GuideStep(
            "Write templates",
            "More than a day after a customer's last message only approved templates are delivered. Create them under "
            "Messaging, Content Template Builder, and submit them for WhatsApp approval.",
            "https://www.twilio.com/docs/content",
        ),
    )

    def parts(self, message: OutboundMessage, account: Account) -> list[Portion]:
        """Texts that fit, the last one with the buttons, then each file by itself; or the one template."""
        return [Portion()] if message.template else portions(message, self.capabilities_of(account))

    def fields(self, part: Portion, message: OutboundMessage, account: Account) -> list[tuple[str, str]]:
        """What a part says; what has buttons is made at Twilio first. Raises `SendError`."""
        if message.template:
            content = self._content(message, account)
            places = _filled(content, message.variables)
            return [("ContentSid", text(content, "sid")), ("ContentVariables", json.dumps(places, ensure_ascii=False))]
        if part.buttons:
            made = api.post_json(account, f"{api.CONTENT}/Content", _asked(part, message))
            return [("ContentSid", text(made, "sid"))]
        return super().fields(part, message, account)

    def address_of(self, message: OutboundMessage) -> str:
        """His number, or his WhatsApp id where he shows none. Raises `SendError`."""
        found = [one.value for who in message.to for one in who.person.identifiers if one.kind in ("phone", "wa_bsuid")]
        reason = say("This person has neither a telephone number nor a WhatsApp id.")
        return WHATSAPP + needed(found, Fault.RECIPIENT, reason)[0]

    def sender(self, account: Account) -> tuple[str, str]:
        """Who it comes from. Raises `SendError` where that is not set."""
        name, value = super().sender(account)
        return name, value if name != "From" or value.startswith(WHATSAPP) else WHATSAPP + value

    def templates(self, account: Account) -> Sequence[Template]:
        """What was submitted to WhatsApp for approval. Raises `SendError`."""
        return [_template(content) for content in self._contents(account)]

    def register(self, account: Account, callback_url: str) -> None:
        """Set the webhooks of the sender. Raises `SendError`."""
        hook = {"callback_url": callback_url, "callback_method": "POST"}
        hook |= {"status_callback_url": callback_url, "status_callback_method": "POST"}
        url = f"{api.MESSAGING}/v2/Channels/Senders/{text(self._sender(account), 'sid')}"
        api.post_json(account, url, {"webhook": hook})

    def hook(self, account: Account) -> str:
        """Where Twilio brings messages now. Raises `SendError`."""
        return text(self._sender(account), "webhook", "callback_url")

    def _sender(self, account: Account) -> Fields:
        wanted = WHATSAPP + account.address.removeprefix(WHATSAPP)
        rows = api.listed(account, f"{api.MESSAGING}/v2/Channels/Senders", "senders", {"Channel": "whatsapp"})
        found = [one for one in rows if text(one, "sender_id") == wanted]
        return needed(found, Fault.AUTH, say("This number is no WhatsApp sender of the Twilio account."))[0]

    def _contents(self, account: Account) -> list[Fields]:
        rows = api.listed(account, f"{api.CONTENT}/ContentAndApprovals", "contents", {"PageSize": "200"})
        return [one for one in rows if text(one, "approval_requests", "status") in _STATES]

    def _content(self, message: OutboundMessage, account: Account) -> Fields:
        """The template of that name, in the language of the message where there is one."""
        named = [one for one in self._contents(account) if message.template in _names(one)]
        needed(named, Fault.NEEDS_TEMPLATE, say("Twilio knows no template of this name any more."))
        wanted = _tag(message.language)
        alike = [one for one in named if _tag(text(one, "language")) == wanted]
        return (alike or named)[0]


def _tag(language: str) -> str:
    return language.lower().replace("-", "_")


def _names(content: Fields) -> tuple[str, str]:
    return text(content, "friendly_name"), text(content, "sid")


def _says(content: Fields) -> tuple[str, Fields]:
    """A content's text, and the type of it that has it."""
    for one in fields(content, "types").values():
        if said := text(one, "body") or text(one, "title"):
            return said, fields({"": one}, "")
    return "", {}


def _places(content: Fields) -> list[str]:
    """The names of the places in a content's text, in their order: as numbers, or as they first stand there."""
    named = list(dict.fromkeys([*_PLACE.findall(_says(content)[0]), *fields(content, "variables")]))
    return sorted(named, key=int) if all(one.isascii() and one.isdecimal() for one in named) else named


def _filled(content: Fields, variables: Sequence[str]) -> dict[str, str]:
    """What stands in each place; in those outside of the text, which nobody is asked for, what the template holds."""
    asked = set(_PLACE.findall(_says(content)[0]))
    held = fields(content, "variables")
    given = dict(zip(_places(content), variables, strict=False))
    return {name: text(held, name) for name in held if name not in asked} | given


def _template(content: Fields) -> Template:
    said, kind = _says(content)
    places = _places(content)
    approval = fields(content, "approval_requests")
    return Template(
        name=text(content, "friendly_name") or text(content, "sid"),
        language=text(content, "language"),
        text=_PLACE.sub(lambda place: f"{{{{{places.index(place[1]) + 1}}}}}", said),
        state=_STATES[text(approval, "status")],
        category=text(approval, "category"),
        footer=text(kind, "subtitle") or text(kind, "footer"),
        buttons=tuple(text(one, "title") or text(one, "item") for one in items(kind, "actions")),
        reason=text(approval, "rejection_reason"),
    )


def _asked(part: Portion, message: OutboundMessage) -> dict[str, object]:
    """A question with its answers as content for an open conversation, which needs no approval."""
    labels = [(one.id, one.label[:_MOST_LABEL]) for one in part.buttons[:_MOST_BUTTONS]]
    if len(labels) <= _MOST_QUICK:
        actions = [{"title": label, "id": name} for name, label in labels]
        types: dict[str, object] = {_QUICK: {"body": part.text, "actions": actions}}
    else:
        # The label of the button that opens the list says the same in every language.
        rows = [{"item": label, "id": name} for name, label in labels]
        types = {_LIST: {"body": part.text, "button": "\u2630", "items": rows}}
    name = f"reply {message.client_ref}"
    return {"friendly_name": name, "language": message.language.partition("-")[0] or "en", "types": types}
