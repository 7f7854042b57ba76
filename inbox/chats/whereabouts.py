"""Who is at the other end of a chat, and whether he has a page of ours open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q

from inbox.chats.models import Visitor
from inbox.chats.queries import identities_of, tickets_of
from inbox.chats.visitors import ON_SITE
from inbox.tickets.enums import Direction
from inbox.tickets.merged import said_in
from inbox.tickets.models import Ticket


def visitors_of(ticket: Ticket) -> list[Visitor]:
    """The browsers that are shown this ticket and from which nobody was blocked, the one seen last first."""
    if ticket.channel.kind != "livechat":
        return []
    spoke = said_in(ticket).filter(direction=Direction.IN, identity__kind="livechat")
    names = spoke.filter(identity__scope=ticket.channel.address).values_list("identity__value", flat=True).distinct()
    own, proven = _named(names)
    known = Visitor.objects.filter(Q(pk__in=own) | Q(subject__in=proven), channel=ticket.channel_id, blocked_at=None)
    found = known.select_related("channel__widget", "identity__customer").order_by("-seen_at", "-id")[:20]
    return [one for one in found if tickets_of(identities_of(one)).filter(pk=ticket.pk).exists()]


def _named(names: Iterable[str]) -> tuple[list[int], list[str]]:
    """The browsers and the proven people behind identities of a chat."""
    parts = [name.partition(":")[::2] for name in names]
    own = [int(value) for kind, value in parts if kind == "visitor" and value.isascii() and value.isdigit()]
    return own, [value for kind, value in parts if kind == "user" and value]


def gone_since(visitors: Iterable[Visitor], at: datetime) -> datetime | None:
    """Since when none of them has a page open; None while one has."""
    since = [one.ended_at or min(one.seen_at + ON_SITE, at) for one in visitors]
    there = any(one.ended_at is None and one.seen_at + ON_SITE >= at for one in visitors)
    return None if there or not since else max(since)


def is_there(ticket: Ticket, at: datetime) -> bool:
    """Whether the ticket's visitor has a page of ours open."""
    visitors = visitors_of(ticket)
    return bool(visitors) and gone_since(visitors, at) is None


def zone_of(visitor: Visitor) -> ZoneInfo:
    """The visitor's time zone as his browser tells it, the installation's where it does not."""
    try:
        return ZoneInfo(visitor.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
