"""That somebody of us writes, as the customer's network shows it: news of the moment, told once or not at all."""

from __future__ import annotations

import logging
import uuid

from django.core.cache import cache

from channels_adapters.contracts import SendError
from channels_adapters.registry import adapter
from inbox.channels.access import is_sample
from inbox.channels.actions import ring_typing
from inbox.channels.credentials import fresh_account
from inbox.channels.outgoing import unwritten
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket
from inbox.tickets.recipients import asker_address
from inbox.tickets.reply_windows import answering_rungs, last_heard
from inbox.tickets.sending import can, is_network, refuse_unreachable

log = logging.getLogger(__name__)


def show_writing(ticket: Ticket) -> None:
    """Have the customer see that he is being answered, where his network shows it; again when it shows it no more."""
    able = can(ticket.channel)
    if able is None or able.typing is None or not is_network(ticket.channel):
        return
    if cache.add(f"writing:{ticket.pk}", True, able.typing.total_seconds()):
        ring_typing(ticket.pk)


def tell(ticket_id: int) -> bool:
    """Tell the network, where a reply could leave now; whether it was told."""
    ticket = Ticket.objects.select_related("channel").get(pk=ticket_id)
    channel, to, heard = ticket.channel, asker_address(ticket), last_heard(ticket)
    if to is None or heard is None or heard.is_public or not channel.is_active or is_sample(channel):
        return False
    if not any(rung.way == "free" for rung in answering_rungs(ticket, heard)):
        return False
    try:
        refuse_unreachable(to, channel)
        reply = unwritten(ticket, to, client_ref=uuid.uuid4())
        return adapter(channel.kind).tell_typing(reply, fresh_account(channel))
    except Refused:
        return False
    except SendError as problem:
        # What is wrong with the account is told when something has to leave.
        log.info("writing: %s was not told of ticket %s: %s", channel, ticket.pk, problem.reason)
        return False
