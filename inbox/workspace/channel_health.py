"""How a channel is, in words: what came in, what is stuck, what asks its servers and how that goes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_adapters.contracts import Fault
from inbox.channels.access import account
from inbox.channels.models import Channel, Poller
from inbox.channels.queries import news_of

#: A poller that had no success for this long, or for three of its rounds, is late.
LATE = timedelta(minutes=5)
_ROUNDS = 3
_LONGEST = 300

_ADVICE: Mapping[str, str | Promise] = {
    Fault.AUTH: gettext_lazy("The server does not let us in. Check the user name and the password, or sign in again."),
    Fault.TEMPORARY: gettext_lazy("The server can't be reached at the moment. It is tried again by itself."),
    Fault.RATE_LIMITED: gettext_lazy("The server asks us to come less often. It is tried again by itself."),
    Fault.BLOCKED: gettext_lazy("The server refuses what we ask. Test the connection to see where."),
}
#: News of networks that have a name here; others are called what their network calls them.
_NEWS: Mapping[str, str | Promise] = {
    "unparsed": gettext_lazy("Something could not be read"),
    "token_revoked": gettext_lazy("Access was taken away"),
    "events_lost": gettext_lazy("The network lost events"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Something a network told of the account, or what could not be read of what it told."""

    word: str
    details: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PollerHealth:
    """One place that is asked for news: `look` is good, due or over, `cursor` the scalars of the adapter's own."""

    place: str
    look: str
    word: str
    advice: str
    error: str
    succeeded_at: datetime | None
    fetched_at: datetime | None
    fetched: int
    next_attempt_at: datetime | None
    cursor: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Token:
    """The access that a provider gave: until when (it is renewed by itself), and whether a person has to sign in."""

    provider: str
    expires_at: datetime | None
    is_missing: bool
    is_expired: bool


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel at an instant, as its page and the list show it."""

    pollers: list[PollerHealth]
    token: Token | None
    waiting_for: timedelta | None

    @property
    def failing(self) -> list[PollerHealth]:
        """The places that can't be asked."""
        return [poller for poller in self.pollers if poller.look == "over"]

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person has to allow access (again)."""
        return bool(self.token and (self.token.is_missing or self.token.is_expired))


def health_of(channel: Channel, at: datetime) -> ChannelHealth:
    """How `channel` is; it comes from `channels_with_health`, and nothing further is asked of the database."""
    since: datetime | None = getattr(channel, "waiting_since", None)
    seconds = _number(channel.settings.get("poll_seconds"), 60)
    return ChannelHealth(
        pollers=[_poller(poller, seconds, at) for poller in channel.pollers.all()],
        token=_token(channel, at),
        waiting_for=max(at - since, timedelta(0)) if since else None,
    )


def told_of(channel: Channel) -> list[Told]:
    """The newest of what a channel's network told of the account, newest first."""
    return [Told(str(_NEWS.get(one.name, one.name.replace("_", " "))), one.details, one.at) for one in news_of(channel)]


def _poller(poller: Poller, seconds: int, at: datetime) -> PollerHealth:
    late = max(LATE, timedelta(seconds=_ROUNDS * seconds))
    if poller.fault:
        look, word = ("over", _("not reached"))
    elif poller.succeeded_at is None:
        look, word = ("due", _("not asked yet"))
    elif at - poller.succeeded_at > late:
        look, word = ("over", _("late"))
    else:
        look, word = ("good", _("in order"))
    return PollerHealth(
        place=_place(poller.place),
        look=look,
        word=word,
        advice=str(_ADVICE.get(poller.fault, "")) if poller.fault else "",
        error=poller.error[:_LONGEST],
        succeeded_at=poller.succeeded_at,
        fetched_at=poller.fetched_at,
        fetched=poller.fetched,
        next_attempt_at=poller.next_attempt_at,
        cursor=_scalars(poller.cursor),
    )


def _place(place: str) -> str:
    kind, mark, name = place.partition(":")
    if not mark:
        return place or _("The account")
    return name or {"pop3": _("The mailbox, by POP3")}.get(kind, kind)


def _scalars(cursor: str) -> list[tuple[str, str]]:
    try:
        kept = json.loads(cursor)
    except ValueError:
        return [("", cursor[:_LONGEST])] if cursor else []
    if not isinstance(kept, dict):
        return [("", str(kept)[:_LONGEST])]
    return [(str(name), str(value)[:80]) for name, value in kept.items() if _is_told(value)]


def _is_told(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _token(channel: Channel, at: datetime) -> Token | None:
    provider = str(channel.settings.get("oauth_provider") or "")
    if not provider:
        return None
    secrets = account(channel).secrets
    text = secrets.get("oauth_expires_at", "")
    expires_at = datetime.fromisoformat(text) if text else None
    return Token(
        provider={"google": "Google", "microsoft": "Microsoft 365"}.get(provider, _("the provider")),
        expires_at=expires_at,
        is_missing=not secrets.get("oauth_refresh_token"),
        is_expired=expires_at is not None and expires_at < at,
    )


def _number(value: object, usual: int) -> int:
    try:
        return int(str(value or usual))
    except ValueError:
        return usual
