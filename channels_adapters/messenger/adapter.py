"""The `messenger` channel: private messages to a Facebook page, and comments on its posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    Identifier,
    OutboundMessage,
    Payload,
    Person,
    ReplyStep,
    SendError,
    Sent,
    SettingsField,
    Visibility,
)
from channels_adapters.json_reading import text
from channels_adapters.messenger.comments import ONE_COMMENT, below, comment_of, feed_events
from channels_adapters.meta.adapter import MetaAdapter
from channels_adapters.meta.connecting import (
    ADD_WEBHOOK,
    CREATE_APP,
    FIELDS,
    register,
    subscribe,
    subscription_lines,
    token_lines,
    webhook_lines,
)
from channels_adapters.meta.entries import distinct, entries, for_account
from channels_adapters.meta.graph import graph
from channels_adapters.meta.messaging import Mailbox, talk_events
from channels_adapters.meta.people import profile
from channels_adapters.meta.send_api import send_privately, send_talk
from channels_adapters.outgoing_parts import Part, send_parts, text_and_files
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
_PICTURES = FileLimit(("image/jpeg", "image/png", "image/gif", "image/webp"), 8 * _MEGABYTE)
#: The most characters a comment may have.
_COMMENT = 8000
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


class MessengerAdapter(MetaAdapter):
    """A page that an app of ours may read and write for."""

    kind: ClassVar[str] = "messenger"
    label: ClassVar[str] = "Facebook Messenger"
    object_name: ClassVar[str] = "page"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=2000,
        attachment_limit=25 * _MEGABYTE,
        files=(_PICTURES, FileLimit(("video/*", "audio/*", "application/*", "text/*"), 25 * _MEGABYTE)),
        buttons=13,
        button_length=20,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("human_tag", timedelta(days=7))),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}),
        private_reply_within=timedelta(days=7),
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

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Messages, changes of them, receipts, comments and news of the page. Raises `Malformed`."""
        events: list[Event] = []
        for entry in for_account(entries(payload), account):
            box = Mailbox(entry.account_id or account.address, "psid")
            for talk in (*entry.messaging, *entry.standby):
                events += talk_events(talk, box, entry.at)
            for change in entry.changes:
                events += feed_events(change, box, entry.at)
        return distinct(events)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Write to a person, or answer a comment: in public, or once in private. Raises `SendError`."""
        comment = comment_of(message.thread)
        if message.thread.visibility == Visibility.PUBLIC:
            return self._comment(message, account, comment or below(message.thread))
        nameless = [one.person.primary for one in message.to if one.person.primary.kind == ONE_COMMENT]
        if comment or nameless:
            comment = comment or nameless[0].value
            # What a visitor posts has the page's own number in front.
            is_post = comment.startswith(f"{account.address}_")
            return send_privately(message, account, self.capabilities, comment, "/me/messages", is_post=is_post)
        return send_talk(message, account, self.capabilities, "/me/messages")

    def _comment(self, message: OutboundMessage, account: Account, comment: str) -> Sent:
        """Below a comment everybody reads; pictures are comments of their own."""
        if not comment:
            raise SendError(Fault.RECIPIENT, say("There is no comment to answer."))
        can = replace(self.capabilities, text_limit=_COMMENT, files=(_PICTURES,))

        def transmit(part: Part) -> str:
            asked = {"message": part} if isinstance(part, str) else {"attachment_url": part.link}
            return text(graph(account, "POST", f"/{quote(comment, safe='')}/comments", data=asked), "id")

        return send_parts(message, text_and_files(message, can), transmit)

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """His name and picture; None where Meta tells nothing."""
        return profile(identifier, account, "name,profile_pic") if identifier.kind == "psid" else None

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try token, permissions, the page and its webhook."""
        yield from token_lines(account, PERMISSIONS)
        yield _page(account)
        yield from webhook_lines(account, self.object_name, WEBHOOK_FIELDS)
        yield from subscription_lines(account, "/me", WEBHOOK_FIELDS)

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Give Meta our address for all pages of the app, and have this page use it."""
        return (
            register(account, self.object_name, callback_url, WEBHOOK_FIELDS),
            subscribe(account, "/me", WEBHOOK_FIELDS),
        )


def _page(account: Account) -> CheckResult:
    """Whether the token is that of this very page."""
    label = say("Facebook page")
    try:
        found = graph(account, "GET", "/me", params={"fields": "id,name"})
    except SendError as problem:
        return CheckResult(label, False, problem.reason)
    if text(found, "id") != account.address:
        return CheckResult(
            label, False, say("The token belongs to %(name)s: use the page's own.", name=text(found, "name"))
        )
    return CheckResult(label, True, details=(text(found, "name"),))
