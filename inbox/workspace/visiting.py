"""A visitor as agents see him: beside his chat, and in the list of those on the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import get_language_info

from inbox.agents.models import Agent
from inbox.chats.models import Visitor, VisitorStep
from inbox.chats.on_site import chats_with, is_on_site, trail_of, visitor_behind
from inbox.tickets.access import visible_to
from inbox.tickets.models import Ticket
from inbox.workspace.situations import Fact, Situation, cart_brief, order_brief, path_of, safe_link, situation_of

_SHOWN_PAGES, _SHOWN_EVENTS = 12, 6


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of his: where, or what the site said of it."""

    title: str
    url: str
    at: datetime
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """All that stands beside a chat about the browser it comes from."""

    visitor: Visitor
    is_here: bool
    page: Stop | None
    referrer: Stop | None
    language: str
    local_time: datetime | None
    situation: Situation | None
    told: tuple[Fact, ...]
    pages: list[Stop]
    events: list[Stop]
    errors: list[Stop]


@dataclass(frozen=True, slots=True)
class Here:
    """A row of the list of those on the site."""

    visitor: Visitor
    name: str
    page: Stop | None
    language: str
    brief: str
    chat: Ticket | None
    sees_chat: bool


def beside(ticket: Ticket, at: datetime) -> Beside | None:
    """The visitor whose chat a ticket is; None where it is no chat, or he was forgotten."""
    visitor = visitor_behind(ticket.customer) if ticket.channel.kind == "livechat" else None
    if visitor is None:
        return None
    trail = trail_of(visitor)
    told = situation_of({"told": visitor.told}) if visitor.told else None
    return Beside(
        visitor=visitor,
        is_here=is_on_site(visitor, at),
        page=_page(visitor),
        referrer=_stop(visitor.referrer, visitor.referrer, visitor.first_seen_at) if visitor.referrer else None,
        language=language_name(visitor.language),
        local_time=local_time(visitor.time_zone, at),
        situation=situation_of({key: value for key, value in visitor.context.items() if key != "page"}),
        told=told.parts[0].facts if told else (),
        pages=[_stop(one.title or path_of(one.url), one.url, one.at) for one in trail.pages[:_SHOWN_PAGES]],
        events=[_happened(one) for one in trail.events[:_SHOWN_EVENTS]],
        errors=[_happened(one) for one in trail.errors[:_SHOWN_EVENTS]],
    )


def rows(visitors: Sequence[Visitor], agent: Agent) -> list[Here]:
    """The list of those on the site, with the chats they have; two queries."""
    chats = chats_with(visitors)
    seen = set(
        Ticket.objects.filter(visible_to(agent), pk__in=[one.pk for one in chats.values()]).values_list("pk", flat=True)
    )
    return [_here(visitor, chats.get(visitor.pk), seen) for visitor in visitors]


def _here(visitor: Visitor, chat: Ticket | None, seen: set[int]) -> Here:
    briefs = (cart_brief(visitor.context), order_brief(visitor.context))
    return Here(
        visitor=visitor,
        name=visitor.name or (str(visitor.identity.customer) if visitor.identity else ""),
        page=_page(visitor),
        language=language_name(visitor.language),
        brief=" · ".join(brief for brief in briefs if brief),
        chat=chat,
        sees_chat=chat is not None and chat.pk in seen,
    )


def language_name(code: str) -> str:
    """The language's name in the reader's language; the code itself where Django does not know it."""
    try:
        return str(get_language_info(code.lower())["name_translated"]) if code else ""
    except KeyError:
        return code


def local_time(zone: str, at: datetime) -> datetime | None:
    """What the clocks say there, without a zone; None where that is not known."""
    try:
        # A template would turn an instant with a zone into the reader's own.
        return timezone.localtime(at, ZoneInfo(zone)).replace(tzinfo=None) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _page(visitor: Visitor) -> Stop | None:
    if not visitor.page_url:
        return None
    title = visitor.page_title or path_of(visitor.page_url)
    return _stop(title, visitor.page_url, visitor.page_since or visitor.seen_at)


def _stop(title: str, url: str, at: datetime) -> Stop:
    return Stop(title, safe_link(url), at)


def _happened(step: VisitorStep) -> Stop:
    found = situation_of({"data": step.data}) if step.data else None
    return Stop(step.title or path_of(step.url), safe_link(step.url), step.at, found.parts[0].facts if found else ())
