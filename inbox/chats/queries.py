"""What a visitor sees of his conversation: what was said in this chat by him and by us, and nothing else.

A visitor is shown the tickets his own browser or his own proven identity wrote in. Who else the workspace believes him
to be plays no part: believing is no proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, Q, QuerySet

from channels_adapters.contracts import Identifier
from inbox.channels.mail_models import MailAnswer
from inbox.chats.models import Visitor
from inbox.common.prepared import Given, prefetch, prepared
from inbox.common.rows import find
from inbox.customers.models import Identity
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.models import Message, Participant, Ticket

#: Messages of one page of history.
PAGE = 50
#: Tickets of which a cursor remembers how far they were seen.
_FOLLOWED = 5


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages, oldest first, and how far they go: `cursor` is opaque, `has_earlier` that there are older ones.

    `ticket` is the newest one: what the visitor writes now goes there while it is not closed. `read_up_to` is the last
    message one of us has seen.
    """

    messages: Sequence[Message]
    cursor: str
    ticket: Ticket | None = None
    has_earlier: bool = False
    read_up_to: int = 0
    tickets: Mapping[int, Ticket] = field(default_factory=dict)


def identifier_of(visitor: Visitor) -> Identifier:
    """The address under which the visitor writes."""
    value = f"user:{visitor.subject}" if visitor.subject else f"visitor:{visitor.pk}"
    return Identifier("livechat", value, visitor.channel.address, verified=bool(visitor.subject))


def identities_of(visitor: Visitor) -> list[int]:
    """Ids of the identities whose conversations this browser may see."""
    values = {f"visitor:{visitor.pk}"}
    if visitor.subject:
        same = Visitor.objects.filter(channel=visitor.channel_id, subject=visitor.subject)
        values = {f"user:{visitor.subject}", *(f"visitor:{pk}" for pk in same.values_list("pk", flat=True)[:50])}
    of_them = "kind = 'livechat' AND scope = %s AND value = ANY(%s)"
    return [identity.pk for identity in find(Identity, of_them, visitor.channel.address, sorted(values))]


def tickets_of(identities: Iterable[int]) -> QuerySet[Ticket]:
    """The chats that began with one of these identities, those in which it wrote, and where both were merged to.

    What they were merged to is theirs as long as it is the same customer's.
    """
    mine = list(identities)
    wrote = Message.objects.filter(identity__in=mine, direction=Direction.IN).values("ticket")
    # Whoever an agent made the customer later is not shown what was said to another.
    first = Participant.objects.filter(is_asker=True, joined_at=F("ticket__created_at"))
    asked = first.filter(identity__in=mine, ticket__channel__kind="livechat")
    said = wrote.union(asked.values("ticket"))
    merged = Ticket.objects.filter(pk__in=said, merged_into__customer=F("customer"))
    return Ticket.objects.filter(Q(pk__in=said) | Q(pk__in=merged.values("merged_into")), deleted_at=None)


def newest_tickets(identities: Collection[int], most: int = _FOLLOWED) -> list[Ticket]:
    """The newest of `tickets_of`, asked in one prepared statement: every look of every open page asks for them."""
    mine = list(identities)
    if not mine:
        return []
    return find(Ticket, _THEIRS, mine, mine, most, tail="ORDER BY id DESC LIMIT %s")


_THEIRS = """deleted_at IS NULL AND id IN (
    WITH said AS (
        SELECT ticket_id FROM inbox_message WHERE identity_id = ANY(%s) AND direction = 'in'
        UNION
        SELECT party.ticket_id
        FROM inbox_participant party
        JOIN inbox_ticket begun ON begun.id = party.ticket_id AND begun.created_at = party.joined_at
        JOIN inbox_channel place ON place.id = begun.channel_id AND place.kind = 'livechat'
        WHERE party.identity_id = ANY(%s) AND party.is_asker
    )
    SELECT ticket_id FROM said
    UNION
    SELECT onto.id
    FROM said
    JOIN inbox_ticket merged ON merged.id = said.ticket_id
    JOIN inbox_ticket onto ON onto.id = merged.merged_into_id AND onto.customer_id = merged.customer_id
)"""


def conversation(visitor: Visitor, *, after: str = "", before: int | None = None) -> Conversation:
    """The newest messages; those changed since the cursor `after`; or those older than the message `before`."""
    identities = identities_of(visitor)
    tickets = newest_tickets(identities)
    if not tickets:
        return Conversation([], "")
    for ticket in tickets:
        if ticket.channel_id == visitor.channel_id:
            ticket.channel = visitor.channel
    followed = {ticket.pk: ticket for ticket in tickets}
    cursor = _cursor(followed)
    if after and before is None and (known := _read(after)) and set(followed) <= set(known):
        changed = _changed(known, followed) if after != cursor else []
        messages = _changed_messages(visitor.channel_id, identities, list(followed), changed) if changed else []
        has_earlier = False
    else:
        shown = _earlier(visitor, identities, before) if before is not None else _newest(visitor, identities, followed)
        messages, has_earlier = shown[:PAGE][::-1], len(shown) > PAGE
    prefetch(messages, "attachments")
    return Conversation(messages, cursor, tickets[0], has_earlier, _read_up_to(followed), followed)


def _shown(channel: int | Given, identities: list[int] | Given) -> QuerySet[Message]:
    """What may be seen, in whichever tickets."""
    ours = Q(direction=Direction.OUT, channel=channel)
    # What he wrote here, and what he answered by mail from where we wrote to him; whom else he is believed to be, and
    # who else wrote in the ticket, is not shown to him.
    answered = MailAnswer.objects.filter(mail__identity__any=identities).values("message")
    theirs = Q(direction=Direction.IN) & (Q(identity__any=identities) | Q(pk__in=answered))
    said = Message.objects.filter(ours | theirs, kind=MessageKind.MESSAGE, withdrawn_at=None)
    return said.select_related("agent")


@prepared
def _newest_messages(channel: Given, identities: Given, tickets: Given) -> QuerySet[Message]:
    return _shown(channel, identities).filter(ticket__any=tickets).order_by("-id")[: PAGE + 1]


@prepared
def _changed_messages(channel: Given, identities: Given, tickets: Given, ids: Given) -> QuerySet[Message]:
    return _shown(channel, identities).filter(ticket__any=tickets, pk__any=ids).order_by("id")


def _newest(visitor: Visitor, identities: list[int], followed: Iterable[int]) -> list[Message]:
    return _newest_messages(visitor.channel_id, identities, list(followed))


def _earlier(visitor: Visitor, identities: list[int], before: int) -> list[Message]:
    everywhere = _shown(visitor.channel_id, identities).filter(ticket__in=tickets_of(identities).values("pk"))
    return list(everywhere.filter(pk__lt=before).order_by("-id")[: PAGE + 1])


def said_to(visitor: Visitor, ticket: Ticket) -> QuerySet[Message]:
    """What this browser may see of one of its tickets."""
    shown = _shown(visitor.channel_id, identities_of(visitor)).filter(ticket=ticket)
    return shown.select_related("channel", "delivery").prefetch_related("attachments")


def _cursor(followed: Iterable[int]) -> str:
    newest = "SELECT ticket_id, max(id) FROM inbox_ticketevent WHERE ticket_id = ANY(%s) GROUP BY 1 ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(newest, [list(followed)])
        return "-".join(f"{ticket}.{event}" for ticket, event in cursor.fetchall())


def _read_up_to(followed: Iterable[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(message_id) FROM inbox_seen WHERE ticket_id = ANY(%s)", [list(followed)])
        return int(cursor.fetchone()[0] or 0)


def _read(cursor: str) -> dict[int, int]:
    parts = [part.partition(".")[::2] for part in cursor[:400].split("-")]
    whole = all(a.isascii() and a.isdigit() and b.isascii() and b.isdigit() and len(a + b) < 36 for a, b in parts)
    return {int(ticket): int(event) for ticket, event in parts} if whole else {}


def _changed(known: Mapping[int, int], followed: Iterable[int]) -> list[int]:
    """Ids of messages that events since the cursor are about. Events of one ticket are written under its lock."""
    tickets = list(followed)
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [tickets, [min(known[ticket], 2**62) for ticket in tickets]])
        return [message for (message,) in cursor.fetchall()]


_SINCE = """
    SELECT DISTINCT event.message_id
    FROM unnest(%s::bigint[], %s::bigint[]) known (ticket_id, last)
    JOIN inbox_ticketevent event ON event.ticket_id = known.ticket_id AND event.id > known.last
    WHERE event.message_id IS NOT NULL
    LIMIT 500"""
