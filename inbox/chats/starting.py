"""An agent speaks first: the visitor's chat begins with what one of us says."""

from __future__ import annotations

import functools
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.chats.identifying import tell_devices
from inbox.chats.models import Visitor
from inbox.chats.queries import identifier_of, identities_of, tickets_of
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Customer, Identity
from inbox.tickets.actions import Refused, opening
from inbox.tickets.conversation import reply
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Message


def start_chat(visitor: Visitor, text: str, *, by: Agent, at: datetime | None = None) -> Message:
    """Open a chat with a visitor who has none, and say the first words in it. Raises `Refused`."""
    if not by.answers_customers:
        raise Refused(_("Your role does not write to customers."))
    if not text.strip():
        raise Refused(_("Write something first: an empty message can't be sent."))
    if visitor.blocked_at:
        raise Refused(_("This visitor is blocked."))
    with transaction.atomic():
        # Two agents may write to him at once; the second is told of the first.
        Visitor.objects.select_for_update().get(pk=visitor.pk)
        open_one = tickets_of(identities_of(visitor)).filter(state__in=UNRESOLVED).first()
        if open_one:
            raise Refused(_("A chat with this visitor is open already: %(ref)s.") % {"ref": open_one.ref})
        identity = _known_as(visitor, at)
        with opening(
            customer=identity.customer,
            identity=identity,
            channel_id=visitor.channel_id,
            subject="",
            by=by,
            at=at,
            team=visitor.channel.team,
            language=visitor.language,
        ) as it:
            ticket = it.ticket
        _tell_known(visitor, identity)
        return reply(ticket, text, by=by, at=at)


def _tell_known(visitor: Visitor, identity: Identity) -> None:
    """The visitor's page belongs to this customer from now on, and hears of his tickets once that is committed."""
    if visitor.identity_id != identity.pk:
        visitor.identity = identity
        visitor.save(update_fields=["identity"])
        # When it is night for him, his browser knows.
        if visitor.time_zone:
            Customer.objects.filter(pk=identity.customer_id, time_zone="").update(time_zone=visitor.time_zone)
        transaction.on_commit(functools.partial(tell_devices, visitor))


def _known_as(visitor: Visitor, at: datetime | None) -> Identity:
    me = identifier_of(visitor)
    addresses = [(me.kind, me.scope, me.value, me.verified)]
    if visitor.subject and visitor.email:
        addresses.append(("email", "", visitor.email, True))
    return recognize(addresses, name=visitor.name, language=visitor.language, at=at or now())
