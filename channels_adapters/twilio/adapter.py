"""SMS and MMS by Twilio."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlsplit

from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Attachment,
    Button,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    Handshake,
    Malformed,
    MediaRef,
    OutboundMessage,
    Payload,
    SendError,
    Sent,
    SettingsField,
)
from channels_adapters.http_api import download
from channels_adapters.json_reading import Fields, items, text
from channels_adapters.outgoing_parts import send_parts, text_and_files
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


@dataclass(frozen=True, slots=True)
class TwilioPart:
    """One message for Twilio: a text, files, or both; a text with buttons; or a template."""

    text: str = ""
    files: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    template: str = ""


class TwilioAdapter(BaseAdapter):
    """One number or one Messaging Service."""

    kind: ClassVar[str] = "twilio"
    label: ClassVar[str] = "SMS (Twilio)"
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

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Messages, receipts, people who stop and start, calls. Raises `Malformed` and nothing else."""
        try:
            return events(payload)
        except Malformed:
            raise
        except Exception as bug:
            # Total by contract: a request that finds a bug of ours goes to quarantine, with the bug's name on it.
            raise Malformed(f"The request could not be read: {type(bug).__name__}.") from bug

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """One Twilio message for each part. Raises `SendError`."""
        to, sender = self.address_of(message), self.sender(account)
        url = f"{api.API}/{api.account_sid(account)}/Messages.json"
        parts = self.parts(message, account)
        told = _callback(message, account, len(parts))

        def transmit(part: TwilioPart) -> str:
            taken = api.post(account, url, [("To", to), sender, *self.fields(part, message, account), *told])
            if not (sid := text(taken, "sid")):
                raise SendError(Fault.UNKNOWN_OUTCOME, say("Twilio's answer names no message."))
            return sid

        return send_parts(message, parts, transmit)

    def parts(self, message: OutboundMessage, account: Account) -> list[TwilioPart]:
        """Texts that fit, the last one with as many files as one MMS takes."""
        pieces = text_and_files(message, self.capabilities_of(account))
        found = [TwilioPart(one) for one in pieces if isinstance(one, str)]
        groups = list(_groups([one for one in pieces if isinstance(one, Attachment)]))
        if found and groups:
            found[-1] = replace(found[-1], files=groups.pop(0))
        return [*found, *(TwilioPart(files=group) for group in groups)]

    def fields(self, part: TwilioPart, message: OutboundMessage, account: Account) -> list[tuple[str, str]]:
        """What a part says, in Twilio's words. Raises `SendError` for a file nobody could fetch."""
        if any(not one.link for one in part.files):
            raise SendError(Fault.MEDIA, say("Twilio fetches files by a link, and this one has none."))
        body = [("Body", part.text)] if part.text else []
        return [*body, *(("MediaUrl", one.link) for one in part.files)]

    def address_of(self, message: OutboundMessage) -> str:
        """Whom it goes to. Raises `SendError` where nobody has a number."""
        found = [one for who in message.to for one in who.person.identifiers if one.kind in ("phone", "twilio")]
        if not found:
            raise SendError(Fault.RECIPIENT, say("This person has no telephone number."))
        return found[0].value

    def sender(self, account: Account) -> tuple[str, str]:
        """Who it comes from. Raises `SendError` where that is not set."""
        service = str(account.settings.get("messaging_service_sid") or "")
        if not service and account.address.startswith("MG"):
            service = account.address
        if not service and not account.address:
            raise SendError(Fault.AUTH, say("Neither a number nor a Messaging Service is set."))
        return ("MessagingServiceSid", service) if service else ("From", account.address)

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
        try:
            found = api.get(account, f"{api.API}/{api.account_sid(account)}.json")
        except SendError as problem:
            yield CheckResult(say("Sign in to Twilio"), False, problem.reason)
            return
        is_active = text(found, "status") == "active"
        details = (text(found, "friendly_name"), text(found, "status"))
        advice = "" if is_active else say("Twilio has suspended or closed this account.")
        yield CheckResult(say("Sign in to Twilio"), is_active, advice, details)
        yield from self._checked_hook(account)

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Have Twilio bring messages to `callback_url`."""
        label = say("Have messages brought here")
        try:
            self.register(account, callback_url)
        except SendError as problem:
            return (CheckResult(label, False, problem.reason),)
        return (CheckResult(label, True),)

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

    def _checked_hook(self, account: Account) -> Iterable[CheckResult]:
        label = say("Where messages are brought")
        try:
            address = self.hook(account)
        except SendError as problem:
            return (CheckResult(label, False, problem.reason),)
        # The address itself is a secret.
        is_ours = f"/hooks/{self.kind}/" in address
        advice = "" if is_ours else say("Messages do not come here yet: set the webhook at Twilio as the guide says.")
        return (CheckResult(label, is_ours, advice, (urlsplit(address).hostname or "",)),)

    def _number(self, account: Account) -> Fields:
        url = f"{api.API}/{api.account_sid(account)}/IncomingPhoneNumbers.json"
        found = items(api.get(account, url, {"PhoneNumber": account.address}), "incoming_phone_numbers")
        if not found:
            raise SendError(Fault.AUTH, say("This number is not one of the Twilio account."))
        return found[0]


def _callback(message: OutboundMessage, account: Account, parts: int) -> list[tuple[str, str]]:
    """Where Twilio tells what became of it, with our reference, which does not name one of several."""
    hook = account.secrets.get("callback_url", "")
    return [("StatusCallback", f"{hook}?ref={message.client_ref}{'&part=1' if parts > 1 else ''}")] if hook else []


def _groups(files: Sequence[Attachment]) -> Iterator[tuple[Attachment, ...]]:
    """Files as one message each can take them, together."""
    group: list[Attachment] = []
    for one in files:
        if group and (len(group) == MOST_FILES or sum(file.size for file in group) + one.size > MOST_BYTES):
            yield tuple(group)
            group = []
        group.append(one)
    if group:
        yield tuple(group)
