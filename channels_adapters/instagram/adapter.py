"""The `instagram` channel: private messages and public comments of a professional account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

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
    OutboundMessage,
    Payload,
    Person,
    ReplyStep,
    SendError,
    Sent,
    SettingsField,
    TextUnit,
    Visibility,
)
from channels_adapters.instagram import connecting
from channels_adapters.instagram.comments import answered, change_events, conversation
from channels_adapters.json_reading import text
from channels_adapters.meta.adapter import MetaAdapter
from channels_adapters.meta.entries import distinct, entries, for_account
from channels_adapters.meta.graph import graph
from channels_adapters.meta.messaging import Mailbox, talk_events
from channels_adapters.meta.people import profile
from channels_adapters.meta.send_api import send_privately, send_talk
from channels_adapters.outgoing_parts import Part, send_parts, text_and_files
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
#: The most characters a comment has.
_COMMENT = 2200


class InstagramAdapter(MetaAdapter):
    """An account that lets us in by Instagram Login, or by Facebook Login and the page it is linked to."""

    kind: ClassVar[str] = "instagram"
    label: ClassVar[str] = "Instagram"
    object_name: ClassVar[str] = "instagram"
    settings_fields: ClassVar[tuple[SettingsField, ...]] = connecting.FIELDS
    guide: ClassVar[tuple[GuideStep, ...]] = connecting.GUIDE
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=1000,
        text_unit=TextUnit.BYTES,
        attachment_limit=25 * _MEGABYTE,
        files=(
            FileLimit(("image/png", "image/jpeg", "image/gif"), 8 * _MEGABYTE),
            FileLimit(("audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav"), 25 * _MEGABYTE),
            FileLimit(("video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"), 25 * _MEGABYTE),
            FileLimit(("application/pdf",), 25 * _MEGABYTE),
        ),
        buttons=13,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("human_tag", timedelta(days=7))),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.READ}),
        private_reply_within=timedelta(days=7),
        rate_per_second=10,
    )

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check by the secret of the app, or of its part for Instagram Login. Raises `InvalidSignature`."""
        try:
            return super().verify(payload, account)
        except InvalidSignature:
            other = {
                name.removeprefix("instagram_"): secret
                for name, secret in account.secrets.items()
                if name.startswith("instagram_app_secret")
            }
            if not other or payload.method == "GET":
                raise
            return super().verify(payload, replace(account, secrets=other))

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Messages, changes of them, receipts and comments. Raises `Malformed`."""
        events: list[Event] = []
        for entry in for_account(entries(payload), account):
            box = Mailbox(account.address or entry.account_id, "igsid", fetches_shares=True)
            for talk in (*entry.messaging, *entry.standby):
                events += talk_events(talk, box, entry.at)
            for change in entry.changes:
                events += change_events(change, box, entry.at)
        return distinct(events)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Write to a person, or answer a comment: in public, or once in private. Raises `SendError`."""
        host, comment = connecting.host_of(account), answered(message)
        kind, top = conversation(message.thread)
        if message.thread.visibility == Visibility.PUBLIC:
            return self._comment(message, account, comment or top, is_live=kind == "live")
        path = "/me/messages" if connecting.is_by_facebook(account) else f"/{account.address}/messages"
        if comment:
            return send_privately(message, account, self.capabilities, comment, path, host)
        return send_talk(message, account, self.capabilities, path, host)

    def _comment(self, message: OutboundMessage, account: Account, comment: str, *, is_live: bool) -> Sent:
        if is_live:
            raise SendError(
                Fault.CONTENT,
                say("Comments on a live video can't be answered in public: answer in private while it lasts."),
            )
        if not comment:
            raise SendError(Fault.RECIPIENT, say("There is no comment to answer."))
        can = replace(self.capabilities, files=(), text_limit=_COMMENT, text_unit=TextUnit.CHARACTERS)

        def transmit(part: Part) -> str:
            asked = {"message": str(part)}
            return text(
                graph(account, "POST", f"/{comment}/replies", host=connecting.host_of(account), data=asked), "id"
            )

        return send_parts(message, text_and_files(message, can), transmit)

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Name, user name and picture; None until the person has written to us, which is how he agrees to it."""
        if identifier.kind != "igsid":
            return None
        return profile(identifier, account, "name,username,profile_pic", connecting.host_of(account))

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try token, permissions and webhook, and whether the account is the one that is named."""
        return connecting.check(account)

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Subscribe to the account's events, and register our address where the login lets us."""
        return connecting.connect(account, callback_url)

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """A newer token before the old one expires. Raises `SendError`."""
        return connecting.renewed(account)
