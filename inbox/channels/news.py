"""What networks tell besides messages: changes, deletions, reactions, receipts, new numbers, news of the account.

Networks tell in any order. What speaks of a message nobody has seen yet is `TooEarly`: its payload comes round again a
few times, and is kept without effect when the message never comes.
"""

from __future__ import annotations

import functools
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from channels_adapters.contracts import (
    AccountEvent,
    CallEvent,
    DeliveryUpdate,
    Event,
    Fault,
    Identifier,
    IdentityChanged,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    ReachChanged,
    Typing,
)
from channels_adapters.registry import network_of
from inbox.channels.actions import ring_poller, ring_templates
from inbox.channels.echoes import settle_by_receipt
from inbox.channels.enums import ACCESS_LOST, EVENTS_LOST, AccountWarning, DeliveryStatus
from inbox.channels.erasing import erase_payloads
from inbox.channels.expiry import tell_admins
from inbox.channels.media import stored
from inbox.channels.models import AccountNews, Channel, Delivery, Envelope, ReceivedEvent
from inbox.channels.receipts import record_update, record_watermark
from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.customers.actions import recognize, renumber, set_reach
from inbox.customers.models import Identity
from inbox.live.announce import announce
from inbox.tickets.albums import ALBUM, amend_part, take_back_part
from inbox.tickets.amending import amend, react
from inbox.tickets.changes import SYSTEM, Actor
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Message, Ticket

_PART = "(part) "
_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.UNCONFIRMED)


class TooEarly(LookupError):
    """What it speaks of is not known yet; it may still come."""


def take_news(channel: Channel, event: Event, *, is_last_try: bool) -> tuple[Message | None, str]:
    """Do what the event says; the message it is about, and the outcome. Raises `TooEarly` unless it is the last try."""
    match event:
        case MessageEdited() | MessageDeleted() | MessageReaction():
            return _about_a_message(channel, event, is_last_try=is_last_try)
        case DeliveryUpdate():
            return _receipt(channel, event, is_last_try=is_last_try)
        case IdentityChanged():
            return None, _renumbered(channel, event)
        case ReachChanged():
            return None, _reach(channel, event)
        case Typing():
            return None, _typing(channel, event)
        case AccountEvent():
            return None, _noted(channel, event)
        case CallEvent():
            return None, "kept"
    return None, "kept"


def _noted(channel: Channel, event: AccountEvent) -> str:
    """Keep it for the channel's page; admins hear of access that is lost, and what was not told is asked for."""
    at = _at(event.occurred_at)
    AccountNews.objects.create(channel=channel, name=event.name[:60], details=event.details[:2000], at=at)
    if event.name in ACCESS_LOST:
        tell_admins(channel, AccountWarning.REVOKED, at, at=now())
    if event.name == EVENTS_LOST:
        channel.pollers.update(next_attempt_at=None)
        for poller_id in channel.pollers.values_list("id", flat=True):
            transaction.on_commit(functools.partial(ring_poller, poller_id))
    if event.name.startswith("template_"):
        transaction.on_commit(functools.partial(ring_templates, channel.pk))
    return "noted"


def _about_a_message(
    channel: Channel, event: MessageEdited | MessageDeleted | MessageReaction, *, is_last_try: bool
) -> tuple[Message | None, str]:
    message = message_at(channel, event.external_id)
    if message is None:
        if is_last_try:
            return None, "unknown"
        raise TooEarly(f"No message has the id {event.external_id[:100]} yet.")
    by: Actor = message.customer or SYSTEM
    at = _at(event.occurred_at)
    match event:
        case MessageEdited():
            _amend(message, event, by, at)
            return message, "edited"
        case MessageDeleted():
            take_back_part(message, event.external_id, by=by, erase=event.must_erase, at=at)
            if event.must_erase:
                erase_payloads(message)
            return message, "erased" if event.must_erase else "deleted"
        case MessageReaction():
            person = event.author
            identity = recognize(
                [(one.kind, one.scope, one.value, one.verified) for one in person.identifiers],
                name=person.name or person.username,
                at=at,
            )
            react(message, identity, event.emoji, is_removed=event.removed, at=at)
            return message, "reacted"


def _amend(message: Message, event: MessageEdited, by: Actor, at: datetime) -> None:
    # What we sent keeps the files that we sent: the network only has copies of them.
    is_sent = message.external_id == "" and ALBUM not in message.context
    if is_sent or (event.attachments is None and ALBUM not in message.context):
        amend(message, event.text, by=by, at=at)
        return
    files = None if event.attachments is None else [stored(one) for one in event.attachments]
    amend_part(message, event.external_id, event.text, files=files, by=by, at=at)


def remember_part(channel: Channel, envelope: Envelope, external_id: str, message: Message) -> None:
    """From now on the network's id of a part that came apart (another picture of an album) leads to its message."""
    event_id = f"{_PART}{external_id}"[:600]
    known = ReceivedEvent(
        channel=channel, event_id=event_id, kind="Part", envelope=envelope, message=message, outcome="kept"
    )
    insert_new(known, "an_event_arrives_once")


def message_at(channel: Channel, external_id: str) -> Message | None:
    """The message a network knows by this id: one that came, a part of one, or a part of one of ours."""
    if not external_id:
        return None
    came = Message.objects.filter(channel=channel, external_id=external_id).select_related("customer", "ticket").first()
    if came:
        return came
    sent = Delivery.objects.filter(channel=channel, external_ids__contains=[external_id])
    found = sent.select_related("message__customer", "message__ticket").first()
    if found:
        return found.message
    parts = ReceivedEvent.objects.filter(channel=channel, event_id=f"{_PART}{external_id}"[:600])
    part = parts.select_related("message__customer", "message__ticket").first()
    return part.message if part else None


def is_in_flight(channel: Channel) -> bool:
    """Whether something of ours has been handed over of which we don't know all ids yet; mails have theirs before."""
    sent = Delivery.objects.filter(channel=channel, status__in=_IN_FLIGHT, sent_at=None, message__external_id="")
    # What repeats without harm waits to be sent again, and may have left already.
    return sent.filter(Q(handed_over_at__isnull=False) | Q(fault=Fault.UNKNOWN_OUTCOME)).exists()


def _receipt(channel: Channel, event: DeliveryUpdate, *, is_last_try: bool) -> tuple[Message | None, str]:
    if event.watermark is not None:
        return record_watermark(channel, event, _identity(event.recipient))
    settle_by_receipt(channel, event)
    message, outcome = record_update(channel, event)
    if outcome == "unknown" and not is_last_try and is_in_flight(channel):
        raise TooEarly("It tells of a message that may still be on its way.")
    return message, outcome


def _renumbered(channel: Channel, event: IdentityChanged) -> str:
    """Most ids hold inside one account; phone numbers and mail addresses hold everywhere."""
    old, new = event.old, event.new
    inside = channel.address if _identity(old) is None else ""
    was = (old.kind, old.scope or inside, old.value)
    now_at = (new.kind, new.scope or inside, new.value)
    return renumber(was, now_at, network=network_of(channel.kind), at=_at(event.occurred_at))


def _reach(channel: Channel, event: ReachChanged) -> str:
    """It holds for all that the network knows him by: he may be answered by any of them."""
    found = [identity for one in event.person.identifiers if (identity := _identity(one))]
    for identity in sorted(found, key=lambda one: one.pk):
        set_reach(
            identity,
            is_blocked=event.state == "blocked",
            is_opted_out=event.state == "opted_out",
            at=_at(event.occurred_at),
            network=network_of(channel.kind),
        )
    return event.state if found else "unknown"


def _typing(channel: Channel, event: Typing) -> str:
    identity = _identity(event.author.primary)
    open_ones = Ticket.objects.filter(channel=channel, customer=identity.customer_id if identity else None)
    ticket = open_ones.filter(state__in=UNRESOLVED).order_by("-last_message_at").first() if identity else None
    if ticket is None:
        return "unknown"
    announce(
        "chatting",
        {"ticket": ticket.pk, "team": ticket.team_id, "assignee": ticket.assignee_id, "doing": "typing", "also": []},
    )
    return "told"


def _identity(named: Identifier | None) -> Identity | None:
    if named is None:
        return None
    return Identity.objects.filter(kind=named.kind, scope=named.scope, value=named.value).first()


def _at(told: datetime | None) -> datetime:
    return min(told, now()) if told else now()
