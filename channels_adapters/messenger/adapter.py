"""The `messenger` channel: private messages to a Facebook page, and comments on its posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from channels_adapters.checking import Seen, tried
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    FileLimit,
    GuideStep,
    OutboundMessage,
    PublicAnswers,
    ReplyStep,
    Sent,
    SettingsField,
    Visibility,
)
from channels_adapters.json_reading import Fields, text
from channels_adapters.messenger.comments import ONE_COMMENT, below, comment_of, feed_events
from channels_adapters.meta.comments import send_publicly
from channels_adapters.meta.connecting import (
    ADD_WEBHOOK,
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
from channels_adapters.meta.messaging import Mailbox
from channels_adapters.meta.send_api import TYPING, send_privately, send_talk, tell_typing
from channels_adapters.meta.talking import TalkingAdapter
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
_PICTURES = FileLimit(("image/jpeg", "image/png", "image/gif", "image/webp"), 8 * _MEGABYTE)
PERMISSIONS = ("pages_messaging", "pages_manage_metadata", "pages_read_engagement", "pages_manage_engagement")
WEBHOOK_FIELDS = (
    "feed",
    "messages",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "messaging_policy_enforcement",
)


class MessengerAdapter(TalkingAdapter):
    """A page that an app of ours may read and write for."""

    kind: ClassVar[str] = "messenger"
    label: ClassVar[str] = "Facebook Messenger"
    object_name: ClassVar[str] = "page"
    profile_fields: ClassVar[str] = "name,profile_pic"
    person_kind: ClassVar[str] = "psid"
    nameless_kind: ClassVar[str] = ONE_COMMENT
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=2000,
        attachment_limit=25 * _MEGABYTE,
        files=(_PICTURES, FileLimit(("video/*", "audio/*", "application/*", "text/*"), 25 * _MEGABYTE)),
        buttons=13,
        typing=TYPING,
        button_length=20,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("human_tag", timedelta(days=7))),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}),
        private_reply_within=timedelta(days=7),
        public=PublicAnswers(8000, files=(_PICTURES,)),
        rate_per_second=10,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            "address", say("Page ID"), help=say("The page's number, in its settings under Page transparency.")
        ),
        *FIELDS,
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        CREATE_APP,
        GuideStep(
            say("Let the app into the page"),
            say(
                "In the Business Manager, make a system user with access to the app and the page, and a token for it "
                "with pages_messaging, pages_manage_metadata, pages_read_engagement and pages_manage_engagement. "
                "With it, read the page's own token: that is the access token. For answers after 24 hours, ask for "
                "the feature Human Agent in App Review."
            ),
            link="https://developers.facebook.com/docs/messenger-platform/getting-started/app-setup",
            fields=("address", "access_token"),
        ),
        replace(
            ADD_WEBHOOK,
            text=say(
                "Connecting gives {callback} and the verify token to Meta. To do it by hand: in the app's "
                "dashboard under Webhooks, Page; subscribe to feed, messages and the fields that begin with message."
            ),
        ),
    )

    def mailbox(self, entry: Entry, account: Account) -> Mailbox:
        """The page's, by the number under which Meta tells of it."""
        return Mailbox(entry.account_id or account.address, self.person_kind)

    def changed(self, change: Fields, box: Mailbox, arrived: datetime | None) -> Iterable[Event]:
        """What is written below the page's posts, and news of it."""
        return feed_events(change, box, arrived)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Write to a person, or answer a comment: in public, or once in private. Raises `SendError`."""
        comment = comment_of(message.thread)
        if message.thread.visibility == Visibility.PUBLIC:
            return send_publicly(message, account, self.capabilities, comment or below(message.thread), "comments")
        if comment := comment or self.nameless(message):
            # What a visitor posts has the page's own number in front.
            is_post = comment.startswith(f"{account.address}_")
            return send_privately(message, account, self.capabilities, comment, "/me/messages", is_post=is_post)
        return send_talk(message, account, self.capabilities, "/me/messages")

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it to a person whom we know by more than a comment. Raises `SendError`."""
        return not self.nameless(message) and tell_typing(message, account, "/me/messages")

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try token, permissions, the page and its webhook."""
        yield from token_lines(account, PERMISSIONS)
        yield tried(say("Facebook page"), lambda: _page(account))
        yield webhook_line(account, self.object_name, WEBHOOK_FIELDS)
        yield subscription_line(account, "/me", WEBHOOK_FIELDS)

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Give Meta our address for all pages of the app, and have this page use it."""
        return (
            register(account, self.object_name, callback_url, WEBHOOK_FIELDS),
            subscribe(account, "/me", WEBHOOK_FIELDS),
        )


def _page(account: Account) -> Seen:
    """Whether the token is that of this very page."""
    found = graph(account, "GET", "/me", params={"fields": "id,name"})
    if text(found, "id") != account.address:
        return Seen(advice=say("The token belongs to %(name)s: use the page's own.", name=text(found, "name")))
    return Seen((text(found, "name"),))
