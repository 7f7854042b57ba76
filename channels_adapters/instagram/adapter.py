"""The `instagram` channel: private messages and public comments of a professional account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
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
    OutboundMessage,
    PublicAnswers,
    ReplyStep,
    SendError,
    Sent,
    SettingsField,
    TextUnit,
    Visibility,
)
from channels_adapters.instagram import connecting
from channels_adapters.instagram.comments import ONE_COMMENT, answered, change_events, conversation
from channels_adapters.json_reading import Fields
from channels_adapters.meta.comments import send_publicly
from channels_adapters.meta.entries import Entry
from channels_adapters.meta.messaging import Mailbox
from channels_adapters.meta.send_api import TYPING, send_privately, send_talk, tell_typing
from channels_adapters.meta.talking import TalkingAdapter
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024


class InstagramAdapter(TalkingAdapter):
    """An account that lets us in by Instagram Login, or by Facebook Login and the page it is linked to."""

    kind: ClassVar[str] = "instagram"
    label: ClassVar[str] = "Instagram"
    object_name: ClassVar[str] = "instagram"
    #: The app's part for Instagram Login has a secret of its own.
    signed_with: ClassVar[tuple[str, ...]] = ("app_secret", "instagram_app_secret")
    profile_fields: ClassVar[str] = "name,username,profile_pic"
    person_kind: ClassVar[str] = "igsid"
    nameless_kind: ClassVar[str] = ONE_COMMENT
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
        typing=TYPING,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("human_tag", timedelta(days=7))),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.READ}),
        private_reply_within=timedelta(days=7),
        public=PublicAnswers(2200),
        rate_per_second=10,
    )

    def mailbox(self, entry: Entry, account: Account) -> Mailbox:
        """The account's, under the number we know: events of pages it is linked to name another one."""
        return Mailbox(account.address or entry.account_id, self.person_kind, fetches_shares=True)

    def changed(self, change: Fields, box: Mailbox, arrived: datetime | None) -> Iterable[Event]:
        """What is written below the account's posts, and news of it."""
        return change_events(change, box, arrived)

    def host(self, account: Account) -> str:
        """By the login the account has."""
        return connecting.host_of(account)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Write to a person, or answer a comment: in public, or once in private. Raises `SendError`."""
        host, comment = self.host(account), answered(message.thread) or self.nameless(message)
        kind, top = conversation(message.thread)
        if message.thread.visibility == Visibility.PUBLIC:
            if kind == "live":
                raise SendError(
                    Fault.CONTENT,
                    say("Comments on a live video can't be answered in public: answer in private while it lasts."),
                )
            return send_publicly(message, account, self.capabilities, comment or top, "replies", host)
        path = _messages(account)
        if comment:
            return send_privately(message, account, self.capabilities, comment, path, host)
        return send_talk(message, account, self.capabilities, path, host)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it to a person whom we know by more than a comment. Raises `SendError`."""
        return not self.nameless(message) and tell_typing(message, account, _messages(account), self.host(account))

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try token, permissions and webhook, and whether the account is the one that is named."""
        return connecting.check(account)

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Subscribe to the account's events, and register our address where the login lets us."""
        return connecting.connect(account, callback_url)

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """A newer token before the old one expires. Raises `SendError`."""
        return connecting.renewed(account)


def _messages(account: Account) -> str:
    return "/me/messages" if connecting.is_by_facebook(account) else f"/{account.address}/messages"
