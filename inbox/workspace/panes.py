"""The ticket side of the desk: head, timeline, composer and the customer beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, Q, QuerySet
from django.utils.functional import SimpleLazyObject

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Team
from inbox.chats.flow_queries import run_of
from inbox.common.prepared import Given, prefetch, prepared
from inbox.customers.models import Customer, Identity
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.access import tickets_of
from inbox.tickets.enums import Direction, EventKind, Priority, State
from inbox.tickets.likenesses import alike_to, merges_into
from inbox.tickets.models import Ticket, TicketEvent
from inbox.tickets.queries import also_in, conversation, is_public, log_of, others_of, participants_of, tags_on
from inbox.workspace.answer_words import shown
from inbox.workspace.asked import asked_about
from inbox.workspace.clocks import head_clocks, side_clocks
from inbox.workspace.composing import LARGEST_FILE, LARGEST_MESSAGE, Composer, Offers, composer_of, laters, offers_of
from inbox.workspace.follow_ups import answered_in
from inbox.workspace.network_side import NetworkSide
from inbox.workspace.planned import planned_in
from inbox.workspace.timeline import timeline
from inbox.workspace.visiting import beside, language_name, local_time

#: The states an agent may choose; new and closed come by themselves.
CHOSEN_STATES = (State.OPEN, State.PENDING, State.ON_HOLD, State.RESOLVED)


def answering_agents() -> list[Agent]:
    """Those who can be responsible for a ticket."""
    return _answering()


@prepared
def _answering() -> QuerySet[Agent]:
    return Agent.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.LEAD, Role.AGENT)).order_by("name")


def all_teams() -> list[Team]:
    """Every team, by name."""
    return _teams()


@prepared
def _teams() -> QuerySet[Team]:
    return Team.objects.order_by("name")


def ticket_context(
    ticket: Ticket,
    agent: Agent,
    *,
    at: datetime,
    agents: Sequence[Agent],
    teams: Sequence[Team],
    composer: Composer | None = None,
) -> dict[str, Any]:
    """Everything the ticket's panes show."""
    talk = talk_context(ticket, agent, at=at)
    rest = rest_context(ticket, agent, at=at, agents=agents, teams=teams, talk=talk)
    seen = talk["seen"]
    # Only some of the pages that are made from this have a composer.
    composing = composer or SimpleLazyObject(lambda: composer_of(ticket, agent, seen))
    offers = SimpleLazyObject(lambda: _offers(ticket, composing.network))
    return {
        **talk,
        **rest,
        "composer": composing,
        "laters": laters(at),
        "offers": offers,
        "largest_file": LARGEST_FILE,
        "largest_message": LARGEST_MESSAGE,
    }


def _offers(ticket: Ticket, side: NetworkSide | None) -> Offers:
    return offers_of(
        ticket.channel,
        is_public=bool(side and side.is_public),
        may_be_private=bool(side and side.private_until),
    )


def talk_context(ticket: Ticket, agent: Agent, *, at: datetime) -> dict[str, Any]:
    """What was said and done in the ticket: its timeline alone."""
    messages, log = conversation(ticket), log_of(ticket)
    own_addresses = {one.value for one in _identities(ticket.customer_id)}
    return {
        "ticket": ticket,
        "log": log,
        "items": timeline(ticket, messages, log, agent, own_addresses, at),
        "is_public": next((one.is_public for one in reversed(messages) if one.direction == Direction.IN), False),
        "seen": max((message.pk for message in messages), default=0),
        "planned_replies": planned_in(ticket),
        "may_act": agent.answers_customers and not _is_only_read(ticket),
        "may_note": agent.writes_notes,
        "now": at,
    }


def rest_context(
    ticket: Ticket,
    agent: Agent,
    *,
    at: datetime,
    agents: Sequence[Agent],
    teams: Sequence[Team],
    talk: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What stands around the conversation (`talk`, if it is known): the ticket's head, and the customer beside it."""
    talk = talk or {"log": log_of(ticket), "is_public": is_public(ticket)}
    prefetch([ticket], "clocks", "started_by")
    goes_on = tickets_of(agent).filter(pk=ticket.merged_into_id).first() if ticket.merged_into_id else None
    is_only_read = _is_only_read(ticket)
    follows = tickets_of(agent).filter(pk=ticket.follows_id).first() if ticket.follows_id else None
    # Most were never asked, and looking for their answers is the dearest part of it all.
    invited = set(_invited(ticket.customer_id, ticket.pk))
    is_asked = ticket.pk in invited
    return {
        "ticket": ticket,
        "follows": follows,
        "is_public": talk["is_public"],
        "participants": participants_of(ticket),
        "also_in": [one.channel for one in also_in(ticket.pk)],
        "clocks": head_clocks(ticket),
        "all_clocks": side_clocks(ticket),
        "applied": _applied(talk["log"]),
        "may_read_terms": agent.reads_reports,
        "ticket_tags": tags_on(ticket.pk),
        "answered": answered_in(ticket, at) if is_asked else [],
        "asked": asked_about(ticket, agent, at) if is_asked else [],
        "browser": beside(ticket, at),
        "greeted": run_of(ticket) if ticket.channel.kind == "livechat" else None,
        "may_hold_back": agent.sees_all and agent.answers_customers and not is_only_read,
        "agents": agents,
        "teams": teams,
        "chosen_states": [(state.value, state.label) for state in CHOSEN_STATES],
        "priorities": Priority.choices,
        "may_act": agent.answers_customers and not is_only_read,
        "may_note": agent.writes_notes,
        "goes_on": goes_on,
        "may_unmerge": agent.answers_customers and goes_on is not None and goes_on.merged_into_id is None,
        "may_delete": agent.deletes_tickets,
        "gone_at": _gone_at(ticket),
        "now": at,
        **customer_context(ticket.customer, agent, at, ticket, is_known=bool(invited)),
    }


def _is_only_read(ticket: Ticket) -> bool:
    return ticket.deleted_at is not None or ticket.merged_into_id is not None


@prepared
def _invited(customer: Given, ticket: Given) -> QuerySet[Invitation, int | None]:
    """The tickets about which the customer was or might have been asked, this one among them."""
    theirs = Invitation.objects.filter(Q(customer=customer) | Q(ticket=ticket))
    return theirs.values_list("ticket_id", flat=True)


def _applied(log: Sequence[TicketEvent]) -> TicketEvent | None:
    """The event by which the ticket got its policy."""
    return next((event for event in reversed(log) if event.kind == EventKind.POLICY_APPLIED), None)


def _gone_at(ticket: Ticket) -> datetime | None:
    """When a deleted ticket is purged; None for one that is kept."""
    if ticket.deleted_at is None or not settings.DELETED_TICKETS_DAYS:
        return None
    return ticket.deleted_at + timedelta(days=settings.DELETED_TICKETS_DAYS)


def customer_context(
    customer: Customer, agent: Agent, at: datetime, ticket: Ticket, *, is_known: bool
) -> dict[str, Any]:
    """Who the customer is: addresses, how easy he finds us (if he was ever to be asked), what else he asked."""
    answers = _answers_of(customer) if is_known else Answer.objects.none()
    last = answers.select_related("invitation__version").order_by("-answered_at", "-id").first()
    merged = merges_into(customer) if agent.answers_customers else []
    return {
        "customer": customer,
        "identities": _identities(customer.pk),
        "ease": answers.aggregate(mean=Avg("ease"), n=Count("ease")) if last else {"mean": None, "n": 0},
        "last_answer": shown(last.invitation, last) if last else None,
        "language_name": language_name(customer.language),
        "others": others_of(agent, ticket),
        "merged_people": merged,
        "alike": alike_to(customer, agent, merged=merged) if agent.answers_customers else [],
        "local_time": local_time(customer.time_zone, at),
    }


def _answers_of(customer: Customer) -> QuerySet[Answer]:
    theirs = Answer.objects.filter(is_current=True, invitation__customer=customer)
    named = theirs.filter(invitation__version__is_anonymous=False)
    return named.exclude(invitation__ticket__deleted_at__isnull=False)


@prepared
def _identities(customer: Given) -> QuerySet[Identity]:
    return Identity.objects.filter(customer=customer).order_by("id")
