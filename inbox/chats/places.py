"""What a visitor is told while nobody has his chat yet: his place, as long as it is true."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from inbox.chats.hours import hours_of
from inbox.chats.talk import tell_visitor
from inbox.chats.waiting import Place, place_of, queued_chats, taking_chats
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.live.presence import presence
from inbox.tickets.models import Ticket

_TOLD = "inbox:chat-places"
_MOST = 300
log = logging.getLogger(__name__)


def place_in_words(ticket: Ticket | None, at: datetime | None = None) -> str:
    """The sentence for a visitor whose chat waits to be given to somebody; "" when it does not, or it is closed."""
    at = at or now()
    place = place_of(ticket, at) if ticket else None
    if ticket is None or place is None or not hours_of(ticket.channel.widget, at).is_open:
        return ""
    if not place.is_somebody_here:
        return _("Nobody is free to chat at the moment. Your message is kept, and will be answered.")
    if not place.before:
        return _("You are next.")
    words = ngettext("%(n)s person is before you.", "%(n)s people are before you.", place.before)
    return words % {"n": place.before}


def tell_places(at: datetime | None = None) -> int:
    """Have the pages of those who wait look again whose place is another one than a while ago; how many."""
    at = at or now()
    places = _places(at)
    try:
        told = cast("dict[bytes, bytes]", bell().hgetall(_TOLD))
        before = {int(ticket_id): place.decode() for ticket_id, place in told.items()}
        current = {ticket.pk: f"{place.before}/{place.is_somebody_here}" for ticket, place in places}
        if current != before:
            with bell().pipeline() as pipe:
                pipe.delete(_TOLD)
                for ticket_id, place in current.items():
                    pipe.hset(_TOLD, str(ticket_id), place)
                pipe.execute()
    except RedisError as error:
        log.warning("chats: nobody could be told of his place: %s", error)
        return 0
    moved = [ticket for ticket, _place in places if before.get(ticket.pk) != current[ticket.pk]]
    for ticket in moved:
        tell_visitor(ticket)
    return len(moved)


def _places(at: datetime) -> list[tuple[Ticket, Place]]:
    here = presence()
    before: Counter[int | None] = Counter()
    staffed: dict[int | None, bool] = {}
    found = []
    for ticket in queued_chats()[:_MOST]:
        team = ticket.team_id
        if team not in staffed:
            staffed[team] = taking_chats(team, here, at).exists()
        found.append((ticket, Place(before[team], staffed[team])))
        before[team] += 1
    return found
