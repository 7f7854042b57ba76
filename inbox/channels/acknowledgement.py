"""Telling whoever opens a ticket that it arrived: off by default, once a day to an address, and never in a loop.

Nothing of what the sender wrote is repeated, neither text nor subject nor name: else anybody could have us send his
words to strangers. Programs, lists and doubtful senders get nothing (RFC 3834).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from channels_adapters.contracts import Verdict
from inbox.channels.access import ours_among
from inbox.channels.languages import best, received_words
from inbox.channels.models import Channel
from inbox.customers.models import Identity
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.conversation import say_as_rule
from inbox.tickets.enums import AuthorKind, Direction, EventKind
from inbox.tickets.models import Message, Ticket, TicketEvent

ONCE_WITHIN = timedelta(hours=24)
_SEPARATORS = str.maketrans("", "", "-_.")
_BEGIN = ("noreply", "donotreply", "donotrespond", "noresponder", "nichtantworten", "nepasrepondre", "bounce")
_END = ("noreply", "donotreply", "bounces", "daemon")
_WHOLE = {"postmaster", "root", "listserv", "majordomo", "mailman", "notification", "notifications"}


def acknowledge(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Answer the message that opened a ticket automatically, where its channel does that and its sender is a person."""
    message = events[0].message
    if message is None or message.channel is None or not message.channel.acknowledges:
        return
    if "split_from" in events[0].details:
        # It was answered when it came.
        return
    identity = message.identity
    if identity is None or not _is_for_a_person(ticket, message, identity):
        return
    at = events[0].recorded_at
    if not _is_first_today(identity, at):
        return
    language, subject, text = _words(message.channel, ticket, message)
    with change(ticket, by=SYSTEM, at=at) as it:
        answer = say_as_rule(it, text, subject=subject, to=identity, language=language)
        it.record(EventKind.ACKNOWLEDGED, message=answer, author_kind=AuthorKind.RULE)


def _is_for_a_person(ticket: Ticket, message: Message, identity: Identity) -> bool:
    local = identity.value.partition("@")[0]
    return (
        identity.kind == "email"
        and not (message.automatic or message.mailing_list or ticket.is_spam)
        and message.authenticity != Verdict.FAILED
        and not _is_nobody(local)
        and ticket.messages.filter(direction=Direction.IN).count() == 1
        and not ours_among([identity.value])
    )


def _is_nobody(local: str) -> bool:
    """Whether the local part of an address is one behind which programs write, or lists."""
    plain = local.partition("+")[0].partition("=")[0].translate(_SEPARATORS)
    is_list = local.startswith("owner-") or local.endswith(("-owner", "-request"))
    return is_list or plain in _WHOLE or plain.startswith(_BEGIN) or plain.endswith(_END)


def _is_first_today(identity: Identity, at: datetime) -> bool:
    """Claim the address's answer of the day; the database decides between several who want it at once."""
    free = Q(acknowledged_at=None) | Q(acknowledged_at__lte=at - ONCE_WITHIN)
    return bool(Identity.objects.filter(free, pk=identity.pk).update(acknowledged_at=at))


def _words(channel: Channel, ticket: Ticket, message: Message) -> tuple[str, str, str]:
    wanted = [tag for tag in (message.language, ticket.language, ticket.customer.language, channel.language) if tag]
    own = {one.language: one for one in channel.texts.all() if one.acknowledgement.strip()}
    language, subject, text = received_words(*wanted)
    if chosen := own.get(best(own, *wanted)):
        language, text = chosen.language, chosen.acknowledgement.strip()
        subject = chosen.acknowledgement_subject.strip() or received_words(chosen.language)[1]
    return language, _filled(subject, channel, ticket), _filled(text, channel, ticket)


def _filled(words: str, channel: Channel, ticket: Ticket) -> str:
    # No str.format: these are people's words and may hold braces of their own.
    return words.replace("{brand}", channel.brand or channel.name).replace("{ticket}", ticket.ref)
