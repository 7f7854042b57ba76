"""Where else a customer can be written to, when a network does not take what there is to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox.channels.models import Channel
from inbox.customers.models import Identity
from inbox.tickets.changes import Refused
from inbox.tickets.enums import Direction
from inbox.tickets.models import Message, Ticket
from inbox.tickets.recipients import UNREADABLE, current
from inbox.tickets.reply_windows import Rung, rungs_of
from inbox.tickets.sending import refuse_unreachable

_MOST = 5
#: Kinds of channels at which anybody can be written to first, and of the addresses he has there.
_REACH = (("email", "email"), ("twilio", "phone"))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another channel, his address there, and the way in which it takes words now."""

    channel: Channel
    identity: Identity
    rung: Rung

    @property
    def key(self) -> str:
        """Its name in forms."""
        return f"channel-{self.channel.pk}"


def elsewhere(ticket: Ticket, at: datetime) -> list[Elsewhere]:
    """The other channels the ticket's customer can be reached on now, those he wrote to last first; at most five."""
    heard = (
        Message.objects.filter(customer=ticket.customer_id, direction=Direction.IN, automatic="", is_public=False)
        .filter(identity__isnull=False, channel__is_active=True)
        .exclude(channel=ticket.channel_id)
        .exclude(channel__kind="livechat")
        .order_by("channel", "-occurred_at")
        .distinct("channel")
        .select_related("channel", "identity__customer")
    )
    latest = sorted(heard, key=lambda one: one.occurred_at, reverse=True)
    found = [(one.channel, current(one.identity)) for one in latest if one.channel and one.identity]
    for kind, identity_kind in _REACH:
        if kind != ticket.channel.kind and not any(channel.kind == kind for channel, _one in found):
            found += _unheard(ticket, kind, identity_kind)
    reached = [_reached(channel, one, at) for channel, one in found[:_MOST]]
    return [one for one in reached if one]


def _reached(channel: Channel, identity: Identity, at: datetime) -> Elsewhere | None:
    if identity.kind == UNREADABLE or not _takes_words(channel, identity):
        return None
    rungs = rungs_of(identity.customer_id, channel, at=at)
    usual = next((one for one in rungs if one.way in ("free", "human_tag")), None)
    return Elsewhere(channel, identity, usual) if usual else None


def _takes_words(channel: Channel, identity: Identity) -> bool:
    try:
        refuse_unreachable(identity, channel)
    except Refused:
        return False
    return True


def _unheard(ticket: Ticket, kind: str, identity_kind: str) -> list[tuple[Channel, Identity]]:
    """An address of his where nobody has heard of him yet, from the account of the ticket's team if it has one."""
    theirs = Identity.objects.filter(customer=ticket.customer_id, kind=identity_kind, replaced_by=None)
    address = theirs.select_related("customer").order_by("-verified", "-id").first()
    accounts = list(Channel.objects.filter(kind=kind, is_active=True).order_by("id")) if address else []
    best = sorted(accounts, key=lambda one: (one.team_id != ticket.team_id, one.brand != ticket.channel.brand, one.pk))
    return [(best[0], address)] if best and address else []
