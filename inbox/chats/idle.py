"""Chats in which the visitor fell silent: he is asked once whether he is still there; then the ticket waits for him.

Nothing is resolved by silence, and the question answers nobody. What the visitor writes brings the ticket back as ever.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.visitors import ON_SITE
from inbox.common.clock import now
from inbox.tickets.actions import move
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.conversation import say_as_letter
from inbox.tickets.enums import AuthorKind, EventKind, MessageKind, State
from inbox.tickets.models import ACTIVE, Ticket, TicketEvent

#: Silence that is noticed so much too late is left alone.
_ASKED_WITHIN, _PUT_ASIDE_WITHIN = timedelta(hours=1), timedelta(days=1)
_AT_ONCE = 200
log = logging.getLogger(__name__)


def look_after_idle(at: datetime | None = None) -> tuple[int, int]:
    """Ask visitors who fell silent, and let tickets wait for those who said nothing more; how many of each.

    Two sweeps at once do each once.
    """
    at = at or now()
    asked = put_aside = 0
    for widget in ChatWidget.objects.filter(channel__is_active=True).select_related("channel"):
        if widget.idle_warn_minutes is not None:
            asked += _each(_to_ask(widget, at), _ask, at)
        if widget.idle_pend_minutes is not None:
            put_aside += _each(_to_put_aside(widget, at), _put_aside, at)
    return asked, put_aside


def _to_ask(widget: ChatWidget, at: datetime) -> QuerySet[Ticket]:
    """Those whose visitor has the site open, says nothing, and was not asked yet."""
    until = at - timedelta(minutes=widget.idle_warn_minutes or 0)
    asked = _questions(OuterRef("pk")).filter(occurred_at__gte=OuterRef("last_message_at"))
    silent = _silent(widget, until - _ASKED_WITHIN, until)
    return silent.filter(~Exists(asked), Exists(_here(OuterRef("channel"), OuterRef("customer"), at)))


def _to_put_aside(widget: ChatWidget, at: datetime) -> QuerySet[Ticket]:
    """Those open ones whose visitor left, or had the time to answer once he was asked."""
    grace = timedelta(minutes=widget.idle_pend_minutes or 0)
    until = at - grace - timedelta(minutes=widget.idle_warn_minutes or 0)
    lately = _questions(OuterRef("pk")).filter(occurred_at__gt=at - grace)
    silent = _silent(widget, until - _PUT_ASIDE_WITHIN, until)
    return silent.filter(~Exists(lately), state=State.OPEN)


def _silent(widget: ChatWidget, since: datetime, until: datetime) -> QuerySet[Ticket]:
    """Conversations in which nobody waits for us, and whose last word fell between these instants."""
    return Ticket.objects.filter(
        ACTIVE,
        channel=widget.channel_id,
        state__in=(State.OPEN, State.PENDING),
        waiting_since=None,
        last_message_at__gt=since,
        last_message_at__lte=until,
    )


def _questions(ticket: Any) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(ticket=ticket, kind=EventKind.CHAT_IDLE)


def _here(channel: Any, customer: Any, at: datetime) -> QuerySet[Visitor]:
    """The customer's browsers that have the site open."""
    return Visitor.objects.filter(
        channel=channel, identity__customer=customer, ended_at=None, blocked_at=None, seen_at__gte=at - ON_SITE
    )


def _each(tickets: QuerySet[Ticket], act: Callable[[Change], bool], at: datetime) -> int:
    return sum(_once(pk, tickets, act, at) for pk in tickets.values_list("pk", flat=True)[:_AT_ONCE])


def _once(pk: int, tickets: QuerySet[Ticket], act: Callable[[Change], bool], at: datetime) -> bool:
    try:
        with transaction.atomic():
            # Only under its lock: he may have written, or another sweep been here.
            ticket = tickets.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if ticket is None or not _we_spoke_last(ticket):
                return False
            with change(ticket, by=SYSTEM, at=at) as it:
                return act(it)
    except Exception:
        # It is tried again by every sweep; the others do not wait for it.
        log.exception("chats: the silence in ticket %s could not be dealt with", pk)
        return False


def _we_spoke_last(ticket: Ticket) -> bool:
    """Whether the last word is one of ours: not a bot's, not a rule's, and no thanks of the visitor's."""
    by_people = (AuthorKind.HUMAN, AuthorKind.CUSTOMER)
    said = ticket.messages.filter(kind=MessageKind.MESSAGE, author_kind__in=by_people, withdrawn_at=None, automatic="")
    last = said.order_by("occurred_at", "id").last()
    return last is not None and last.author_kind == AuthorKind.HUMAN


def _ask(it: Change) -> bool:
    ticket = it.ticket
    found = _here(ticket.channel_id, ticket.customer_id, it.at).select_related("channel")
    visitor = found.order_by("-seen_at").first()
    if visitor is None:
        return False
    language = _language(visitor, ticket)
    with translation.override(language):
        text = _("Are you still there? Take your time: just write here when you want to go on.")
    message = say_as_letter(it, text, language=language)
    it.record(EventKind.CHAT_IDLE, message=message, author_kind=AuthorKind.SYSTEM)
    return True


def _language(visitor: Visitor, ticket: Ticket) -> str:
    for one in (visitor.language, ticket.language, visitor.channel.language):
        try:
            if one:
                return translation.get_supported_language_variant(one)
        except LookupError:
            continue
    return "en"


def _put_aside(it: Change) -> bool:
    move(it, State.PENDING, idle=True)
    return True
