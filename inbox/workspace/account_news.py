"""What networks tell of accounts, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inbox.channels.enums import ACCESS_LOST
from inbox.channels.models import AccountNews, Channel
from inbox.channels.queries import news_of

_WORDS: Mapping[str, tuple[str, str]] = {
    "token_revoked": ("over", gettext_noop("Our access was taken away: connect the account again")),
    "permissions_revoked": ("over", gettext_noop("Permissions were taken away: connect the account again")),
    "access_refused": ("over", gettext_noop("The network refused to let us in")),
    "app_deauthorized": ("over", gettext_noop("The app was removed from the account: connect it again")),
    "subscription_ended": ("over", gettext_noop("The network sends us no events any more: connect the account again")),
    "subscription_confirmed": ("good", gettext_noop("The network sends us events")),
    "subscription_unconfirmed": ("due", gettext_noop("Somebody wanted to send events here and was not let in")),
    "account_deleted": ("over", gettext_noop("The account was deleted at the network")),
    "account_disabled": ("over", gettext_noop("The network has disabled the account")),
    "account_disabled_update": ("over", gettext_noop("The network has disabled the account")),
    "account_partner_removed": ("over", gettext_noop("The app was removed from the account: connect it again")),
    "account_partner_app_uninstalled": ("over", gettext_noop("The app was removed from the account: connect it again")),
    "account_violation": ("due", gettext_noop("The network says that the account broke its rules")),
    "account_restriction": ("due", gettext_noop("The network restricts the account")),
    "account_alert": ("due", gettext_noop("The network warns of the account")),
    "account_review": ("", gettext_noop("The network has reviewed the account")),
    "account_verified_account": ("good", gettext_noop("The network has verified the account")),
    "template_approved": ("good", gettext_noop("A message template was approved")),
    "template_rejected": ("due", gettext_noop("A message template was rejected")),
    "template_paused": ("due", gettext_noop("A message template was paused")),
    "template_disabled": ("due", gettext_noop("A message template was disabled")),
    "template_flagged": ("due", gettext_noop("A message template may soon be disabled")),
    "template_reinstated": ("good", gettext_noop("A message template can be used again")),
    "template_pending_deletion": ("due", gettext_noop("A message template is being deleted")),
    "template_quality": ("", gettext_noop("The quality of a message template has changed")),
    "template_category": ("due", gettext_noop("A message template has another category: it may cost more")),
    "template_changed": ("", gettext_noop("A message template was changed")),
    "quality": ("due", gettext_noop("The quality of the number, or what it may send, has changed")),
    "limits": ("", gettext_noop("How much may be sent has changed")),
    "name_review": ("", gettext_noop("The name that is shown was reviewed")),
    "business_status": ("", gettext_noop("The state of the business has changed")),
    "business_connected": ("good", gettext_noop("A business account was connected to the bot")),
    "business_disconnected": ("due", gettext_noop("A business account was disconnected from the bot")),
    "bot_added": ("", gettext_noop("The bot was added to a group")),
    "bot_removed": ("due", gettext_noop("The bot was removed from a group")),
    "events_lost": ("due", gettext_noop("The network could not bring everything; it was asked again where that works")),
    "alert": ("due", gettext_noop("The network warns of an error")),
    "error": ("due", gettext_noop("The network tells of an error")),
    "service_message": ("", gettext_noop("Something happened in a conversation that is no message")),
    "unsubscribed": ("", gettext_noop("Somebody wants no more mail")),
    "unparsed": ("", gettext_noop("Something came that we don't know; it is kept as it is")),
}
_MOST = 300


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of news: `look` is over, due, good or "". One that nobody has words for has its own name."""

    look: str
    words: str
    details: str
    at: datetime
    is_settled: bool


def told_of(channel: Channel) -> Sequence[Told]:
    """The newest of what a channel's network told of the account, newest first, in the reader's words."""
    return [_told(one) for one in news_of(channel)]


def _told(news: AccountNews) -> Told:
    look, words = _WORDS.get(news.name, ("", ""))
    is_settled = news.settled_at is not None and news.name in ACCESS_LOST
    return Told("" if is_settled else look, _(words) if words else news.name, news.details[:_MOST], news.at, is_settled)
