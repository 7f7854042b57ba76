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
from inbox.channels.account_models import Renewal
from inbox.channels.expiry import is_at_risk, renews
from inbox.channels.models import Channel, Poller

#: A poller that had no success for this long, or for three of its rounds, is late.
LATE = timedelta(minutes=5)
_ROUNDS = 3
_LONGEST = 300

_ADVICE: Mapping[str, str | Promise] = {
    Fault.AUTH: gettext_lazy("The server does not let us in. Check the user name and the password, or sign in again."),
    Fault.TEMPORARY: gettext_lazy("The server can't be reached at the moment. It is tried again by itself."),
    Fault.RATE_LIMITED: gettext_lazy("The server asks us to come less often. It is tried again by itself."),
    Fault.BLOCKED: gettext_lazy("The server refuses what we ask. Test the connection to see where."),
    Fault.NOT_ALLOWED: gettext_lazy("The server refuses what we ask. Test the connection to see where."),
}


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
class Access:
    """Until when the network lets us in, as far as it tells, and what is wrong with it.

    `look` is good, due or over; `lost_at` is since when it does not, `refusal` what it said to that, if it was asked;
    `error` why it could not be renewed.
    """

    look: str
    lost_at: datetime | None
    expires_at: datetime | None
    renews: bool
    error: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel at an instant, as its page and the list show it."""

    pollers: list[PollerHealth]
    token: Token | None
    waiting_for: timedelta | None
    access: Access | None = None
    stuck: int = 0
    unsure: int = 0

    @property
    def failing(self) -> list[PollerHealth]:
        """The places that can't be asked."""
        return [poller for poller in self.pollers if poller.look == "over"]

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person has to allow access (again)."""
        return bool(self.token and (self.token.is_missing or self.token.is_expired)) or self.is_shut_out

    @property
    def is_shut_out(self) -> bool:
        """Whether the network lets us in no more."""
        return bool(self.access and self.access.look == "over")

    @property
    def look(self) -> str:
        """The worst of it: over, due or good."""
        if self.needs_sign_in or self.failing or self.stuck:
            return "over"
        return "due" if self.unsure or (self.access and self.access.look == "due") else "good"


def health_of(channel: Channel, at: datetime) -> ChannelHealth:
    """How `channel` is; it comes from `channels_with_health`, and nothing further is asked of the database."""
    since: datetime | None = getattr(channel, "waiting_since", None)
    seconds = _number(channel.settings.get("poll_seconds"), 60)
    return ChannelHealth(
        pollers=[_poller(poller, seconds, at) for poller in channel.pollers.all()],
        token=_token(channel, at),
        waiting_for=max(at - since, timedelta(0)) if since else None,
        access=_access(channel, at),
        stuck=getattr(channel, "quarantined", 0) + getattr(channel, "failed", 0),
        unsure=getattr(channel, "unconfirmed", 0),
    )


def _access(channel: Channel, at: datetime) -> Access | None:
    lost_at: datetime | None = getattr(channel, "access_lost_at", None)
    refusal: str | None = getattr(channel, "access_refusal", None)
    renewal: Renewal | None = getattr(channel, "renewal", None)
    expires_at = renewal.expires_at if renewal else None
    if lost_at is None and expires_at is None:
        return None
    is_over = lost_at is not None or (expires_at is not None and expires_at <= at)
    is_due = renewal is not None and (bool(renewal.fault) or is_at_risk(renewal, at))
    return Access(
        look="over" if is_over else "due" if is_due else "good",
        lost_at=lost_at,
        expires_at=expires_at,
        renews=renews(channel),
        error=renewal.error[:_LONGEST] if renewal and renewal.fault else "",
        refusal=(refusal or "")[:_LONGEST],
    )


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
