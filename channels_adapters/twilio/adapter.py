"""SMS and MMS by Twilio."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from channels_adapters.base import BaseAdapter, total
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
    MediaRef,
    OutboundMessage,
    Payload,
    Sent,
    SettingsField,
)
from channels_adapters.faults import needed
from channels_adapters.http_api import download
from channels_adapters.json_reading import Fields, first, text
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.part_marks import mark
from channels_adapters.twilio import api, signature
from channels_adapters.twilio.parse import events
from channels_adapters.wording import say

MOST_FILES = 10
MOST_BYTES = 5 * 1024 * 1024
_DOCS = "https://www.twilio.com/docs"
_FILES = FileLimit(("image/*", "audio/*", "video/*", "text/vcard", "application/pdf"), MOST_BYTES)

CREDENTIALS: tuple[SettingsField, ...] = (
    SettingsField("account_sid", "Account SID", "Begins with AC; on the first page of the Twilio console."),
    SettingsField(
        "auth_token",
        "Auth token",
        "Below the account SID. Twilio signs with it whatever it sends us.",
        secret=True,
        verifies=True,
    ),
    SettingsField(
        "api_key_sid",
        "API key",
        "Begins with SK. Only if messages are to be sent with a key of its own.",
        required=False,
    ),
    SettingsField("api_key_secret", "Secret of the API key", "Shown once by Twilio.", secret=True, required=False),
)
SERVICE = SettingsField(
    "messaging_service_sid",
    "Messaging Service",
    "Begins with MG. If it is set, the service chooses the number to send from.",
    required=False,
)
STEPS: tuple[GuideStep, ...] = (
    GuideStep(
        "Copy the account's keys",
        "Open the Twilio console. The account SID and the auth token are on its first page, under Account Info.",
        f"{_DOCS}/usage/requests-to-twilio",
        ("account_sid", "auth_token"),
    ),
)


class TwilioAdapter(BaseAdapter):
    """One number or one Messaging Service."""

    kind: ClassVar[str] = "twilio"
    label: ClassVar[str] = "SMS (Twilio)"
    network: ClassVar[str] = "sms"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=1600,
        attachment_limit=MOST_BYTES,
        attachments_total_limit=MOST_BYTES,
        opt_out_covers="all",
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED}),
        files=(_FILES,),
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "address", "Phone number", "Your number at Twilio with its country code, for example +14155550100."
        ),
        *CREDENTIALS,
        SERVICE,
        SettingsField(
            "files",
            "Files in your answers",
            "MMS is for numbers of the United States, Canada and Australia; elsewhere customers get a link.",
            kind="choice",
            choices=(("mms", "As MMS"), ("links", "As links in the text")),
            default="mms",
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        *STEPS,
        GuideStep(
            "Have messages brought here",
            "Under Phone Numbers, Active numbers, open the number. Under Messaging, at 'A message comes in', choose "
            "Webhook and HTTP POST and enter {callback}. For a number in a Messaging Service do the same under the "
            "service's Integration. It is done for you when you save, where Twilio lets us.",
            f"{_DOCS}/messaging/guides/webhook-request",
            ("address", "messaging_service_sid"),
        ),
        GuideStep(
            "Let people unsubscribe",
            "Twilio answers STOP, START and HELP by itself; who has unsubscribed is shown here and is not written to.",
            f"{_DOCS}/messaging/tutorials/advanced-opt-out",
        ),
    )

    def capabilities_of(self, account: Account) -> Capabilities:
        """No files where they are to go as links."""
        by_link = account.settings.get("files") == "links"
        return replace(self.capabilities, files=()) if by_link else self.capabilities

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check X-Twilio-Signature. Raises `InvalidSignature`."""
        signature.check(payload, account)
        return None

    @total
    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Messages, receipts, people who stop and start, calls. Raises `Malformed` and nothing else."""
        return events(payload)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """One Twilio message for each part. Raises `SendError`."""
        to, sender = self.address_of(message), self.sender(account)
        url = f"{api.API}/{api.account_sid(account)}/Messages.json"
        parts = self.parts(message, account)

        def transmit(part: Portion) -> str:
            told = _callback(account, mark(message.client_ref, part.number, len(parts)))
            taken = api.post(account, url, [("To", to), sender, *self.fields(part, message, account), *told])
            return needed(text(taken, "sid"), Fault.UNKNOWN_OUTCOME, say("Twilio's answer names no message."))

        return send_parts(message, parts, transmit)

    def parts(self, message: OutboundMessage, account: Account) -> list[Portion]:
        """Texts that fit, the last one with as many files as one MMS takes."""
        can = self.capabilities_of(account)
        return portions(message, can, files_at_once=MOST_FILES, bytes_at_once=MOST_BYTES)

    def fields(self, part: Portion, message: OutboundMessage, account: Account) -> list[tuple[str, str]]:
        """What a part says, in Twilio's words. Raises `SendError` for a file nobody could fetch."""
        reason = say("Twilio fetches files by a link, and this one has none.")
        needed(all(one.link for one in part.files), Fault.MEDIA, reason)
        body = [("Body", part.text)] if part.text else []
        return [*body, *(("MediaUrl", one.link) for one in part.files)]

    def address_of(self, message: OutboundMessage) -> str:
        """Whom it goes to. Raises `SendError` where nobody has a number."""
        found = [one.value for who in message.to for one in who.person.identifiers if one.kind in ("phone", "twilio")]
        return needed(found, Fault.RECIPIENT, say("This person has no telephone number."))[0]

    def sender(self, account: Account) -> tuple[str, str]:
        """Who it comes from. Raises `SendError` where that is not set."""
        service = str(account.settings.get("messaging_service_sid") or "")
        if not service and account.address.startswith("MG"):
            service = account.address
        reason = say("Neither a number nor a Messaging Service is set.")
        value = needed(service or account.address, Fault.AUTH, reason)
        return ("MessagingServiceSid" if service else "From", value)

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """A file of a message. Our credentials go to Twilio alone. Raises `SendError`."""
        headers = {}
        address = urlsplit(ref.token)
        if address.scheme == "https" and (address.hostname or "").endswith(".twilio.com"):
            pair = ":".join(api.credentials(account))
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return download(ref.token, headers=headers)

    def check(self, account: Account) -> Iterator[CheckResult]:
        """The credentials, the number or service, and where it brings messages."""
        return in_turn(
            (say("Sign in to Twilio"), lambda: _signed_in(account)),
            (say("Where messages are brought"), lambda: self._brought(account)),
        )

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Have Twilio bring messages to `callback_url`."""
        return (tried(say("Have messages brought here"), lambda: self.register(account, callback_url)),)

    def register(self, account: Account, callback_url: str) -> None:
        """Set the webhook of the service or the number. Raises `SendError`."""
        name, value = self.sender(account)
        if name == "MessagingServiceSid":
            fields = [("InboundRequestUrl", callback_url), ("InboundMethod", "POST"), ("StatusCallback", callback_url)]
            api.post(account, f"{api.MESSAGING}/v1/Services/{value}", [*fields, ("UseInboundWebhookOnNumber", "false")])
            return
        base = f"{api.API}/{api.account_sid(account)}/IncomingPhoneNumbers"
        number = text(self._number(account), "sid")
        api.post(account, f"{base}/{number}.json", [("SmsUrl", callback_url), ("SmsMethod", "POST")], is_safe=True)

    def hook(self, account: Account) -> str:
        """Where Twilio brings messages now. Raises `SendError`."""
        name, value = self.sender(account)
        if name == "MessagingServiceSid":
            return text(api.get(account, f"{api.MESSAGING}/v1/Services/{value}"), "inbound_request_url")
        return text(self._number(account), "sms_url")

    def _brought(self, account: Account) -> Seen:
        address = self.hook(account)
        # The address itself is a secret.
        is_ours = f"/hooks/{self.kind}/" in address
        advice = say("Messages do not come here yet: set the webhook at Twilio as the guide says.")
        return Seen((urlsplit(address).hostname or "",), "" if is_ours else advice)

    def _number(self, account: Account) -> Fields:
        url = f"{api.API}/{api.account_sid(account)}/IncomingPhoneNumbers.json"
        found = first(api.get(account, url, {"PhoneNumber": account.address}), "incoming_phone_numbers")
        return needed(found, Fault.AUTH, say("This number is not one of the Twilio account."))


def _signed_in(account: Account) -> Seen:
    found = api.get(account, f"{api.API}/{api.account_sid(account)}.json")
    is_active = text(found, "status") == "active"
    advice = "" if is_active else say("Twilio has suspended or closed this account.")
    return Seen((text(found, "friendly_name"), text(found, "status")), advice)


def _callback(account: Account, part: str) -> list[tuple[str, str]]:
    """Where Twilio tells what became of a part; its mark comes back in the address."""
    hook = account.secrets.get("callback_url", "")
    return [("StatusCallback", f"{hook}?part={part}")] if hook else []
