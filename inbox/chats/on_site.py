"""Who is on our sites now, as far as an agent may see it, and what one did there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from inbox.agents.models import Agent
from inbox.chats.enums import StepKind
from inbox.chats.models import Visitor, VisitorStep
from inbox.chats.visitors import ON_SITE
from inbox.common.prepared import Given, prepared
from inbox.customers.models import Customer
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Ticket

#: Steps that are looked through for a trail.
_MOST_STEPS = 80


@dataclass(frozen=True, slots=True)
class Trail:
    """What a visitor did, the latest first: pages, events the site reports, errors he met."""

    pages: list[VisitorStep]
    events: list[VisitorStep]
    errors: list[VisitorStep]


def visitors_of(agent: Agent) -> QuerySet[Visitor]:
    """The visitors of the sites whose chats the agent answers."""
    if agent.sees_all:
        return Visitor.objects.all()
    return Visitor.objects.filter(Q(channel__team=None) | Q(channel__team__in=agent.team_ids))


def visitor_for(agent: Agent, visitor_id: int) -> Visitor:
    """A visitor the agent may see. Raises `Http404`."""
    found = visitors_of(agent).select_related("channel", "identity__customer").filter(pk=visitor_id).first()
    if found is None:
        raise Http404("No such visitor.")
    return found


def on_site(agent: Agent, at: datetime) -> QuerySet[Visitor]:
    """Those of them who are there at `at`, who came to his page last first."""
    here = visitors_of(agent).filter(seen_at__gte=at - ON_SITE, ended_at=None, blocked_at=None)
    return here.select_related("channel", "identity__customer").order_by("-page_since", "-id")


def is_on_site(visitor: Visitor, at: datetime) -> bool:
    """Whether a page of his is open."""
    return visitor.ended_at is None and at - visitor.seen_at <= ON_SITE


def visitor_behind(customer: Customer) -> Visitor | None:
    """The browser from which a customer chatted last; None when he never did."""
    return _chatted_last.first(customer.pk)


@prepared
def _chatted_last(customer: Given) -> QuerySet[Visitor]:
    known = Visitor.objects.filter(identity__customer=customer).select_related("channel", "identity", "blocked_by")
    return known.order_by("-seen_at", "-id")[:1]


def chats_with(visitors: Sequence[Visitor]) -> dict[int, Ticket]:
    """The chat that is open with each of these visitors, by visitor."""
    customers = {one.identity.customer_id for one in visitors if one.identity}
    open_ones = Ticket.objects.filter(
        customer__in=customers, channel__kind="livechat", state__in=UNRESOLVED, deleted_at=None
    )
    found = {one.customer_id: one for one in open_ones.select_related("assignee").order_by("id")}
    known = {visitor.pk: visitor.identity.customer_id for visitor in visitors if visitor.identity}
    return {pk: found[customer] for pk, customer in known.items() if customer in found}


def trail_of(visitor: Visitor) -> Trail:
    """His latest steps."""
    steps = _latest_steps(visitor.pk)
    return Trail(*([one for one in steps if one.kind == kind] for kind in StepKind))


@prepared
def _latest_steps(visitor: Given) -> QuerySet[VisitorStep]:
    return VisitorStep.objects.filter(visitor=visitor).order_by("-at", "-id")[:_MOST_STEPS]
