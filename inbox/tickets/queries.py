"""Reads of tickets, named for what they hold. What an agent may see was decided before: by `access.tickets_of`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce, Greatest, StrIndex, Substr
from django.utils import timezone

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.prepared import Given, prefetch, prepared
from inbox.customers.models import Customer, Identity
from inbox.tickets.enums import UNRESOLVED, AuthorKind, Direction, State
from inbox.tickets.filters import Filters, Sort, words_of
from inbox.tickets.merged import said_in
from inbox.tickets.models import Draft, Message, Participant, Seen, Tag, Ticket, TicketChannel, TicketEvent
from inbox.tickets.readers import reader, visible_to_reader

PAGE = 50
#: What is due within it needs somebody now.
SOON = timedelta(minutes=30)


def to_close(at: datetime | None = None) -> QuerySet[Ticket]:
    """Tickets that have been resolved for as many days as the installation waits before it closes them."""
    settled_before = (at or now()) - timedelta(days=settings.CLOSE_AFTER_DAYS)
    return Ticket.objects.filter(state=State.RESOLVED, resolved_at__lt=settled_before).order_by("resolved_at")[:200]


def narrowed(tickets: QuerySet[Ticket], filters: Filters, agent: Agent) -> QuerySet[Ticket]:
    """Those of `tickets` the filters leave; values of one field are alternatives, but every tag must be there."""
    for condition in (
        _any(filters.of("state"), lambda value: Q(state=value)),
        _any(filters.of("priority"), lambda value: Q(priority=value)),
        _any(filters.of("team"), _in_team),
        _any(filters.of("assignee"), lambda value: _assigned_to(value, agent)),
        _any(filters.of("channel"), lambda value: Q(channel__kind__iexact=value) | Q(channel__address__iexact=value)),
        _any(filters.of("from"), _from),
    ):
        tickets = tickets.filter(condition)
    for tag in filters.of("tag"):
        tickets = tickets.filter(Exists(Tag.objects.filter(name=tag, ticket_tags__ticket=OuterRef("pk"))))
    for flag in filters.of("is"):
        tickets = tickets.filter(_flagged(flag, agent))
    if first := filters.day("after"):
        tickets = tickets.filter(last_message_at__gte=_start_of(first))
    if last := filters.day("before"):
        tickets = tickets.filter(last_message_at__lt=_start_of(last))
    for word in words_of(filters.text):
        tickets = tickets.filter(pk__in=_mentioning(word))
    return tickets


def _any(values: tuple[str, ...], condition_of: Callable[[str], Q]) -> Q:
    condition = Q()
    for value in values:
        condition |= condition_of(value)
    return condition


def _in_team(value: str) -> Q:
    if value == "none":
        return Q(team=None)
    return Q(team=int(value)) if _is_id(value) else Q(team__name__iexact=value)


def _assigned_to(value: str, agent: Agent) -> Q:
    if value in ("none", "me"):
        return Q(assignee=None if value == "none" else agent)
    if _is_id(value):
        return Q(assignee=int(value))
    return Q(assignee__name__istartswith=value) | Q(assignee__email__iexact=value)


def _from(value: str) -> Q:
    people = Customer.objects.filter(name__icontains=value).values("pk")
    addresses = Identity.objects.filter(value__icontains=value).values("customer")
    return Q(customer__in=people.union(addresses, all=True))


def _flagged(flag: str, agent: Agent) -> Q:
    if flag == "unread":
        return Q(Exists(_unread_by(agent)))
    if flag == "overdue":
        return Q(due_at__lt=now(), state__in=UNRESOLVED)
    if flag == "soon":
        return Q(due_at__gte=now(), due_at__lte=now() + SOON, state__in=UNRESOLVED)
    return {
        "waiting": Q(waiting_since__isnull=False),
        "snoozed": Q(snoozed_until__isnull=False),
        "spam": Q(is_spam=True),
    }[flag]


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 18


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _mentioning(word: str) -> QuerySet[Ticket, Any]:
    """Ids of the tickets with `word` in what they are about; each part is found by its own trigram index."""
    tickets = Ticket.objects.values("pk")
    number = word.lower().removeprefix("t-").removeprefix("#")
    return tickets.filter(subject__icontains=word).union(
        Message.objects.filter(text__icontains=word, withdrawn_at=None).values("ticket"),
        tickets.filter(customer__in=Customer.objects.filter(name__icontains=word)),
        tickets.filter(customer__in=Identity.objects.filter(value__icontains=word).values("customer")),
        tickets.filter(tags__name=word.lower()),
        *([tickets.filter(pk=int(number))] if _is_id(number) else ()),
        all=True,
    )


def _unread_by(agent: Agent) -> QuerySet[Message]:
    """What others said in the outer ticket since the agent last looked."""
    mark = Seen.objects.filter(agent=agent, ticket=OuterRef("ticket")).values("message_id")
    told = Q(direction=Direction.IN) | Q(author_kind=AuthorKind.HUMAN)
    return Message.objects.filter(
        told, ticket=OuterRef("pk"), withdrawn_at=None, id__gt=Coalesce(Subquery(mark), 0)
    ).exclude(agent=agent)


def _heard_last() -> QuerySet[Message]:
    """What was said from outside in the outer ticket, the last first."""
    return Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.IN).order_by("-occurred_at", "-id")


def as_rows(tickets: QuerySet[Ticket], agent: Agent) -> QuerySet[Ticket]:
    """With all that a row of a list shows: people, tags, clocks, `has_draft`, `is_unread`, `is_public`; three queries.

    Only what is unresolved can be unread: nobody has to look through what is done.
    """
    return (
        tickets.select_related("customer", "channel", "team", "assignee")
        .annotate(
            is_unread=Q(state__in=UNRESOLVED) & Q(Exists(_unread_by(agent))),
            is_public=Coalesce(Subquery(_heard_last().values("is_public")[:1]), False),
            has_draft=Exists(Draft.objects.filter(agent=agent, ticket=OuterRef("pk"))),
        )
        .prefetch_related(Prefetch("tags", queryset=Tag.objects.order_by("name")), "clocks")
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, and the cursor after which the next one begins ("" at the end)."""

    tickets: list[Ticket]
    following: str


def page_of(tickets: QuerySet[Ticket], sort: Sort, *, after: str = "", size: int = PAGE) -> Page:
    """The tickets after a cursor in an order; a cursor that can't be read begins at the start."""
    found: list[Ticket] = []
    for part in _after(tickets, sort, after):
        if len(found) <= size:
            found += in_order(part, sort)[: size + 1 - len(found)]
    return Page(found[:size], cursor_of(found[size - 1], sort) if len(found) > size else "")


def in_order(tickets: QuerySet[Ticket], sort: Sort) -> QuerySet[Ticket]:
    """The tickets in an order; the id decides between equals."""
    return tickets.order_by(*_ORDER[sort])


_COLUMN = {
    Sort.NEWEST: "last_message_at",
    Sort.NEXT_BREACH: "due_at",
    Sort.WAITING_LONGEST: "waiting_since",
    Sort.WINDOW_CLOSES: "window_closes_at",
    Sort.BACK_SOONEST: "snoozed_until",
    Sort.DELETED_LAST: "deleted_at",
}
#: The orders that begin with the latest; all tickets of their lists have the column.
DOWNWARD = (Sort.NEWEST, Sort.DELETED_LAST)
_ORDER = {
    Sort.NEWEST: (F("last_message_at").desc(), F("id").desc()),
    Sort.DELETED_LAST: (F("deleted_at").desc(), F("id").desc()),
    Sort.BACK_SOONEST: (F("snoozed_until").asc(), F("id").asc()),
    Sort.NEXT_BREACH: (F("due_at").asc(nulls_last=True), F("id").asc()),
    Sort.WAITING_LONGEST: (F("waiting_since").asc(nulls_last=True), F("id").asc()),
    Sort.WINDOW_CLOSES: (F("window_closes_at").asc(nulls_last=True), F("id").asc()),
}
_FORMAT = "%Y%m%dT%H%M%S.%f"


def cursor_of(ticket: Ticket, sort: Sort) -> str:
    """Where a ticket stands in an order, as text that itself sorts in that order (`DOWNWARD`: in reverse)."""
    instant = getattr(ticket, _COLUMN[sort])
    return f"{instant.astimezone(UTC).strftime(_FORMAT) if instant else '~'}_{ticket.pk:019d}"


def _after(tickets: QuerySet[Ticket], sort: Sort, cursor: str) -> list[QuerySet[Ticket]]:
    """What comes after a cursor: parts one after the other, in each of which an index starts where the part does."""
    text, _, number = cursor.partition("_")
    if not _is_id(number.lstrip("0")):
        return [tickets]
    column, key = _COLUMN[sort], int(number)
    if text == "~":
        return [tickets.filter(**{column: None}, id__gt=key)]
    try:
        at = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return [tickets]
    # As one comparison of rows: an index starts right behind the last ticket, and nothing is sorted.
    place, last = Tuple(F(column), F("id")), (at, key)
    if sort in DOWNWARD:
        return [tickets.filter(TupleLessThan(place, last))]
    return [tickets.filter(TupleGreaterThan(place, last)), tickets.filter(**{column: None})]


def conversation(ticket: Ticket) -> list[Message]:
    """All that was said in a ticket and in those merged into it, in order; at most four queries.

    With authors, files, reactions, deliveries, the mails that told of it elsewhere, and `html_start`.
    """
    messages = _said(ticket.pk)
    prefetch(messages, "attachments")
    prefetch(messages, "reactions", "identity__customer")
    prefetch([message.delivery for message in messages if hasattr(message, "delivery")], "receipts")
    return messages


@prepared
def _said(ticket: Given) -> QuerySet[Message]:
    return (
        said_in(ticket)
        .select_related("agent", "customer", "identity", "channel", "delivery", "mailed__mail")
        .defer("html", "mailed__mail__text", "mailed__mail__html")
        # A long style sheet may stand before the body.
        .annotate(html_start=Substr("html", Greatest(StrIndex("html", Value("<body")), 1), 20_000))
        .order_by("occurred_at", "id")
    )


def log_of(ticket: Ticket) -> list[TicketEvent]:
    """What happened to a ticket, in order, with who did it."""
    log = _log(ticket.pk)
    for event in log:
        event.ticket = ticket
    return log


@prepared
def _log(ticket: Given) -> QuerySet[TicketEvent]:
    told = TicketEvent.objects.filter(ticket=ticket).select_related("agent", "customer", "team", "assignee")
    return told.order_by("occurred_at", "id")


def is_public(ticket: Ticket) -> bool:
    """Whether strangers read what the customer wrote last."""
    return bool(_last_is_public.first(ticket.pk))


@prepared
def _last_is_public(ticket: Given) -> QuerySet[Message, bool]:
    last = Message.objects.filter(ticket=ticket, direction=Direction.IN).order_by("-occurred_at", "-id")
    return last.values_list("is_public", flat=True)[:1]


@prepared
def also_in(ticket: Given) -> QuerySet[TicketChannel]:
    """The other channels a ticket belongs to as well, given its id."""
    return TicketChannel.objects.filter(ticket=ticket).select_related("channel").order_by("id")


@prepared
def tags_on(ticket: Given) -> QuerySet[Tag]:
    """The tags of a ticket, given its id."""
    return Tag.objects.filter(ticket_tags__ticket=ticket).order_by("name")


def writers_of(ticket: Ticket) -> list[Identity]:
    """The addresses participants wrote from, the latest writer first: those a reply can go to."""
    latest = said_in(ticket).filter(direction=Direction.IN, identity=OuterRef("pk")).order_by("-id").values("id")[:1]
    return list(
        Identity.objects.annotate(wrote=Subquery(latest))
        .filter(wrote__isnull=False)
        .exclude(kind="unreadable")
        .select_related("customer")
        .order_by("-wrote")[:20]
    )


def participants_of(ticket: Ticket) -> list[Participant]:
    """Who else takes part in a ticket beside its customer, in the order they came; at most thirty."""
    return _participants(ticket.pk, ticket.customer_id)


@prepared
def _participants(ticket: Given, customer: Given) -> QuerySet[Participant]:
    others = Participant.objects.filter(ticket=ticket).exclude(customer=customer)
    return others.select_related("customer", "identity").order_by("id")[:30]


def others_of(agent: Agent, ticket: Ticket) -> list[Ticket]:
    """The same customer's other tickets that an agent sees, unresolved ones first, then the newest; at most eight."""
    return _others(*reader(agent), ticket.customer_id, ticket.pk)


@prepared
def _others(sees_all: Given, agent: Given, teams: Given, customer: Given, but: Given) -> QuerySet[Ticket]:
    theirs = Ticket.objects.filter(customer=customer, is_spam=False, deleted_at=None).exclude(pk=but)
    seen = theirs.filter(visible_to_reader(sees_all, agent, teams))
    is_resolved = Q(state__in=(State.RESOLVED, State.CLOSED))
    return seen.annotate(is_over=is_resolved).order_by("is_over", "-last_message_at", "-id")[:8]


def drafts_of(ticket: Ticket, agent: Agent) -> dict[str, Draft]:
    """The agent's unfinished texts in a ticket, by mode."""
    return {draft.mode: draft for draft in Draft.objects.filter(ticket=ticket, agent=agent)}


def last_said(ticket: Ticket) -> int:
    """The id of the newest public message or note, 0 when nothing was said."""
    said = said_in(ticket).filter(withdrawn_at=None).exclude(author_kind=AuthorKind.SURVEY)
    return said.order_by("-id").values_list("id", flat=True).first() or 0
