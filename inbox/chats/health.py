"""How the chats on our sites are: who was there last, who is there now, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from inbox.channels.models import Channel
from inbox.chats.models import Visitor
from inbox.chats.visitors import ON_SITE
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class ChatHealth:
    """A chat at an instant, and its sites. `last` is the visitor seen last on a site, not where the chat is tried.

    `ago`: how long before the instant that was.
    """

    last: Visitor | None
    on_site: int
    open_chats: int
    origins: Sequence[str] = ()
    ago: timedelta | None = None


def health_of_chats(channels: Iterable[Channel], at: datetime) -> dict[int, ChatHealth]:
    """How each live-chat channel among these is, by its id; four queries for all of them."""
    chats = {one.pk: one for one in channels if one.kind == "livechat"}
    if not chats:
        return {}
    newest = _on_sites(Visitor.objects.filter(channel=OuterRef("pk"))).order_by("-seen_at").values("pk")[:1]
    asked = Channel.objects.filter(pk__in=chats).annotate(last=Subquery(newest))
    known = {pk: (last, origins) for pk, last, origins in asked.values_list("pk", "last", "widget__origins")}
    visitors = Visitor.objects.in_bulk([last for last, _origins in known.values() if last])
    here = Visitor.objects.filter(channel__in=chats, seen_at__gte=at - ON_SITE, ended_at=None, blocked_at=None)
    on_site = _counted(here)
    open_chats = _counted(Ticket.objects.filter(channel__in=chats, state__in=UNRESOLVED, deleted_at=None))
    found = {}
    for pk, (last, origins) in known.items():
        seen = visitors.get(last or 0)
        ago = max(at - seen.seen_at, timedelta(0)) if seen else None
        found[pk] = ChatHealth(seen, on_site.get(pk, 0), open_chats.get(pk, 0), origins or (), ago)
    return found


def _on_sites(visitors: QuerySet[Visitor]) -> QuerySet[Visitor]:
    return visitors.exclude(Q(page_url="") | Q(page_url__startswith=f"{settings.SITE_URL}/"))


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("channel").annotate(Count("pk")))
