"""WhatsApp by Meta's Cloud API: one business number is an account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import httpx

from channels_adapters import http_api
from channels_adapters.checking import Seen, tried
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    MediaRef,
    OutboundMessage,
    Payload,
    ReplyStep,
    SendError,
    Sent,
    SettingsField,
    Template,
)
from channels_adapters.json_reading import integer, text
from channels_adapters.meta.adapter import MetaAdapter
from channels_adapters.meta.connecting import (
    CREATE_APP,
    FIELDS,
    register,
    subscribe,
    subscription_line,
    token_lines,
    webhook_line,
)
from channels_adapters.meta.entries import Entry
from channels_adapters.meta.graph import graph
from channels_adapters.whatsapp.parse import changes_of, events_of
from channels_adapters.whatsapp.send import MOST_ROW_LABEL, MOST_ROWS, send, tell_typing
from channels_adapters.whatsapp.templates import definitions
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCUMENTS = (
    *("text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel"),
    *("application/vnd.ms-powerpoint", f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"),
    f"{_OFFICE}presentationml.presentation",
)
_FILES = (
    FileLimit(("image/jpeg", "image/png"), 5 * _MEGABYTE),
    FileLimit(("video/mp4", "video/3gpp"), 16 * _MEGABYTE),
    FileLimit(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * _MEGABYTE),
    FileLimit(_DOCUMENTS, 100 * _MEGABYTE),
)
_MOST_BYTES = 100 * _MEGABYTE
#: Only these are shown the access token when a file is fetched.
_HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net", ".fbcdn.net")
#: What no id of a file has.
_UNSAFE = re.compile(r"[^\w-]")
_OBJECT = "whatsapp_business_account"
_PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
_WEBHOOK_FIELDS = (
    *("messages", "smb_message_echoes", "calls", "user_preferences", "account_update", "account_review_update"),
    *("account_alerts", "message_template_status_update", "message_template_quality_update"),
    *("template_category_update", "phone_number_quality_update", "phone_number_name_update"),
    "business_capability_update",
)
#: Without these an account can't be used; the others tell more.
_NEEDED_FIELDS = ("messages", "message_template_status_update", "account_update")
_DOCS = "https://developers.facebook.com/documentation/business-messaging/whatsapp"


class WhatsAppAdapter(MetaAdapter):
    """One business number: answers within a day of the customer's last message, approved templates afterwards."""

    kind: ClassVar[str] = "whatsapp"
    label: ClassVar[str] = "WhatsApp"
    object_name: ClassVar[str] = _OBJECT
    #: Templates and restrictions are told for all numbers of a business account at once.
    also_named_by: ClassVar[tuple[str, ...]] = ("waba_id",)
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=4096,
        attachment_limit=_MOST_BYTES,
        files=_FILES,
        buttons=MOST_ROWS,
        typing=timedelta(seconds=25),
        button_length=MOST_ROW_LABEL,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("template")),
        templates=True,
        opt_out_covers="marketing",
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED}),
        rate_per_second=80.0,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "address",
            say("Phone number ID"),
            help=say(
                "In the app's dashboard under WhatsApp, API Setup, below the number. It is not the number itself."
            ),
        ),
        SettingsField(
            "waba_id",
            say("WhatsApp Business Account ID"),
            help=say("On the same page. Templates belong to it, and news of the account come from it."),
        ),
        *FIELDS,
        SettingsField(
            "pace",
            say("Messages a second"),
            help=say("What Meta lets your number send; answers leave no faster."),
            kind="choice",
            choices=(
                ("20", say("20: the number is used in the WhatsApp app on a phone as well")),
                ("80", say("80: usual")),
                ("1000", say("1000: Meta has raised it")),
            ),
            default="80",
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        CREATE_APP,
        GuideStep(
            say("Add WhatsApp to the app and your number to WhatsApp"),
            say(
                "Add the product WhatsApp, then add your number under API Setup. Copy the two ids that are shown there."
            ),
            link=f"{_DOCS}/get-started",
            fields=("address", "waba_id"),
        ),
        GuideStep(
            say("Make a token that does not expire"),
            say(
                "In the Business Manager under System users make one, give it full control of the app and the WhatsApp "
                "account, and generate a token with whatsapp_business_messaging and whatsapp_business_management."
            ),
            link=f"{_DOCS}/access-tokens",
            fields=("access_token",),
        ),
        GuideStep(
            say("Add the webhook"),
            say(
                "In the app's dashboard under WhatsApp, Configuration, give {callback} as callback URL and the verify "
                "token, and subscribe to the field messages. Subscribe to smb_message_echoes as well if the number is "
                "used on a phone, and to the fields about templates, the account and quality to see their news here."
            ),
            link=f"{_DOCS}/webhooks/overview",
            fields=("verify_token",),
        ),
    )

    def capabilities_of(self, account: Account) -> Capabilities:
        """The same for all numbers but for how many messages a second they may send."""
        pace = integer(account.settings.get("pace"))
        return replace(self.capabilities, rate_per_second=float(pace)) if pace else self.capabilities

    def addresses_in(self, entry: Entry) -> Iterable[str]:
        """The numbers an entry is for, and the business account where it is for all of its numbers."""
        return (one.account for one in changes_of(entry))

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Everything for this number and its business account. Raises `Malformed` and nothing else."""
        return events_of(payload, account)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Transmit once. Raises `SendError`."""
        return send(message, account, self.capabilities)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it below what is answered, which is marked as read with it. Raises `SendError`."""
        return tell_typing(message, account)

    def templates(self, account: Account) -> Sequence[Template]:
        """The business account's templates in all their languages. Raises `SendError`."""
        return [one.template for one in definitions(account)]

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """The file by its id, or at the address that came with it. Raises `SendError`."""
        number, _, told = ref.token.rpartition(" ") if "://" in ref.token else (ref.token, "", "")
        url = (_address_of(number, told, account) if number else "") or told
        if not url.startswith("https://"):
            raise SendError(Fault.MEDIA, say("WhatsApp does not say where the file is."))
        is_theirs = f".{httpx.URL(url).host}".endswith(_HOSTS)
        token = {"Authorization": f"Bearer {account.secrets.get('access_token', '')}"} if is_theirs else {}
        return http_api.download(url, headers=token, max_bytes=_MOST_BYTES)

    def check(self, account: Account) -> Iterator[CheckResult]:
        """Try the token, the number, the templates, the app's webhook and the account's subscription."""
        yield from token_lines(account, _PERMISSIONS)
        yield tried(say("Phone number"), lambda: _number(account))
        yield tried(say("Templates"), lambda: _templates(account))
        yield webhook_line(account, _OBJECT, _NEEDED_FIELDS)
        yield subscription_line(account, _business(account), ())

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Register our address for the app, and for this business account whatever else the app serves."""
        return (
            register(account, _OBJECT, callback_url, _WEBHOOK_FIELDS),
            subscribe(account, _business(account), callback_url=callback_url),
        )


def _address_of(number: str, told: str, account: Account) -> str:
    """Where a file lies for the next five minutes; "" where only `told` can lead to it."""
    try:
        return text(graph(account, "GET", f"/{_UNSAFE.sub('', number)}"), "url")
    except SendError as problem:
        if problem.fault.retryable or problem.fault in (Fault.AUTH, Fault.NOT_ALLOWED):
            raise
        if not told:
            raise SendError(Fault.MEDIA, problem.reason) from problem
        return ""


def _number(account: Account) -> Seen:
    asked = "display_phone_number,verified_name,quality_rating,status"
    seen = graph(account, "GET", f"/{account.address}", params={"fields": asked})
    quality, status = text(seen, "quality_rating").upper(), text(seen, "status").upper()
    details = (
        " ".join(filter(None, (text(seen, "verified_name"), text(seen, "display_phone_number")))),
        say("Status: %(status)s", status=status or "-"),
        say("Quality: %(quality)s", quality=quality or "-"),
    )
    if status not in ("", "CONNECTED"):
        return Seen(details, say("The number is not connected: finish its registration at Meta."))
    if quality == "RED":
        return Seen(details, say("Customers report or block your messages: Meta will soon let you send fewer of them."))
    return Seen(details)


def _templates(account: Account) -> Seen:
    if not account.settings.get("waba_id"):
        return Seen(advice=say("Without the WhatsApp Business Account ID no template can be sent."))
    found = definitions(account)
    usable = sum(one.template.state == "approved" for one in found)
    return Seen((say("%(usable)s of %(count)s approved", usable=usable, count=len(found)),))


def _business(account: Account) -> str:
    """Where the business account is."""
    return f"/{text(account.settings.get('waba_id'))}"
