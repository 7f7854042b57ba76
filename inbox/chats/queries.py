"""What a visitor sees of his conversation: what was said in this chat by him and by us, and nothing else.

A visitor is shown the tickets his own browser or his own proven identity wrote in. Who else the workspace believes him
to be plays no part: believing is no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Max, Q, QuerySet

from channels_adapters.contracts import Identifier
from inbox.channels.mail_models import MailAnswer
from inbox.chats.models import Visitor
from inbox.customers.models import Identity
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.models import Message, Participant, Seen, Ticket, TicketEvent

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
    mine = Identity.objects.filter(kind="livechat", scope=visitor.channel.address, value__in=values)
    return list(mine.values_list("pk", flat=True))


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


def conversation(visitor: Visitor, *, after: str = "", before: int | None = None) -> Conversation:
    """The newest messages; those changed since the cursor `after`; or those older than the message `before`."""
    identities = identities_of(visitor)
    tickets = list(tickets_of(identities).order_by("-id")[:_FOLLOWED]) if identities else []
    if not tickets:
        return Conversation([], "")
    followed = {ticket.pk: ticket for ticket in tickets}
    cursor = _cursor(followed)
    shown = _shown(identities, None if before is not None else followed)
    if after and before is None and (known := _read(after)) and set(followed) <= set(known):
        changed = _changed(known, followed)
        messages = list(shown.filter(pk__in=changed).order_by("id")) if changed else []
        has_earlier = False
    else:
        page = shown.filter(pk__lt=before) if before is not None else shown
        newest = list(page.order_by("-id")[: PAGE + 1])
        messages, has_earlier = newest[:PAGE][::-1], len(newest) > PAGE
    read = Seen.objects.filter(ticket__in=followed).aggregate(Max("message_id"))["message_id__max"] or 0
    return Conversation(messages, cursor, tickets[0], has_earlier, read, followed)


def _shown(identities: Sequence[int], followed: Mapping[int, Ticket] | None) -> QuerySet[Message]:
    """What may be seen of these tickets (None: of all that are theirs)."""
    tickets = Ticket.objects.filter(pk__in=list(followed)) if followed is not None else tickets_of(identities)
    address = Identity.objects.filter(pk__in=identities).values_list("scope", flat=True).first() or ""
    ours = Q(direction=Direction.OUT, channel__kind="livechat", channel__address=address)
    # What he wrote here, and what he answered by mail from where we wrote to him; whom else he is believed to be, and
    # who else wrote in the ticket, is not shown to him.
    answered = MailAnswer.objects.filter(mail__identity__in=identities).values("message")
    theirs = Q(direction=Direction.IN) & (Q(identity__in=identities) | Q(pk__in=answered))
    said = Message.objects.filter(
        ours | theirs, ticket__in=tickets.values("pk"), kind=MessageKind.MESSAGE, withdrawn_at=None
    )
    return said.select_related("agent", "channel", "delivery").prefetch_related("attachments")


def said_to(visitor: Visitor, ticket: Ticket) -> QuerySet[Message]:
    """What this browser may see of one of its tickets."""
    return _shown(identities_of(visitor), {ticket.pk: ticket})


def _cursor(followed: Iterable[int]) -> str:
    newest = TicketEvent.objects.filter(ticket__in=list(followed)).values_list("ticket").annotate(Max("id"))
    return "-".join(f"{ticket}.{event}" for ticket, event in sorted(newest))


def _read(cursor: str) -> dict[int, int]:
    parts = [part.partition(".")[::2] for part in cursor[:400].split("-")]
    whole = all(a.isascii() and a.isdigit() and b.isascii() and b.isdigit() and len(a + b) < 36 for a, b in parts)
    return {int(ticket): int(event) for ticket, event in parts} if whole else {}


def _changed(known: Mapping[int, int], followed: Iterable[int]) -> list[int]:
    """Ids of messages that events since the cursor are about. Events of one ticket are written under its lock."""
    since = Q(pk__in=())
    for ticket in followed:
        since |= Q(ticket=ticket, pk__gt=min(known[ticket], 2**62))
    events = TicketEvent.objects.filter(since, message__isnull=False)
    return list(events.values_list("message_id", flat=True).distinct()[:500])
