"""Two customers found to be one person, and taking that back.

Whatever belongs to one goes over to the other, and what went is kept so that it can go back. Who wants no surveys, or
was erased, as either of them, stays so as both. Locks are taken in one order: tickets, invitations, customers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.customers.models import Customer, CustomerMerge
from inbox.live.announce import announce
from inbox.tickets.access import teams_beside
from inbox.tickets.changes import Refused, System, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Participant, Ticket

_STRICT = ("survey_opt_out_at", "erased_at")
#: Of a customer with more tickets, the older ones are hardly open on a screen.
_SHOWN = 10


def merge_customers(
    source: Customer, into: Customer, *, by: Agent | System, at: datetime | None = None, reason: str = ""
) -> Customer:
    """`source` is the same person as `into`, who is returned and to whom all that is known of both belongs now.

    `reason` is what proves it: nobody in particular merges without one.
    """
    at = at or now()
    with transaction.atomic():
        _lock(source)
        _lock_customers(source, into)
        if source.merged_into_id == into.pk:
            return into
        _check(source, into, by, reason)
        moved = {
            "identities": _move(source.identities.all(), into),
            "messages": _move(source.messages.all(), into),
            "invitations": _move(_free(source, into), into),
            "tickets": [_hand_over(ticket, source, into, by, at) for ticket in source.tickets.order_by("pk")],
        }
        joined = Participant.objects.filter(customer=into).values("ticket")
        moved["participations"] = _move(source.participations.exclude(ticket__in=joined), into)
        CustomerMerge.objects.create(
            source=source, into=into, by=by if isinstance(by, Agent) else None, reason=reason, merged_at=at, moved=moved
        )
        _be_strict(into, source)
        source.merged_into = into
        source.save(update_fields=["merged_into"])
    return into


def unmerge_customers(source: Customer, *, by: Agent, at: datetime | None = None) -> Customer:
    """They are two after all: what came from `source` is his again, and so is what his addresses brought since."""
    at = at or now()
    with transaction.atomic():
        merge = CustomerMerge.objects.filter(source=source, undone_at=None).select_related("into").first()
        if merge is None:
            raise Refused(_("%(name)s is not merged with another customer.") % {"name": source})
        into, moved = merge.into, merge.moved
        _lock(into)
        _lock_customers(source, into)
        if not by.answers_customers:
            raise Refused(_("Your role does not change customers."))
        if into.merged_into_id is not None:
            raise Refused(_("%(name)s is merged with another customer as well. Undo that first.") % {"name": into})
        his = Q(identity__in=moved["identities"])
        asked = Participant.objects.filter(his, customer=into, is_asker=True, ticket__created_at__gte=merge.merged_at)
        going = Q(pk__in=moved["tickets"]) | Q(pk__in=list(asked.values_list("ticket", flat=True)))
        back = [_hand_over(ticket, into, source, by, at) for ticket in into.tickets.filter(going).order_by("pk")]
        _move(into.identities.filter(pk__in=moved["identities"]), source)
        _move(into.messages.filter(his | Q(pk__in=moved["messages"])), source)
        _move(into.invitations.filter(Q(pk__in=moved["invitations"]) | Q(ticket__in=back)), source)
        joined = Participant.objects.filter(customer=source).values("ticket")
        theirs = into.participations.filter(Q(pk__in=moved["participations"]) | his, is_asker=False)
        _move(theirs.exclude(ticket__in=joined), source)
        _be_strict(source, into)
        source.merged_into = None
        source.save(update_fields=["merged_into"])
        merge.undone_at = at
        merge.save(update_fields=["undone_at"])
    return source


def tell_pages(customer: Customer) -> None:
    """Have open pages show the customer as he is known now. Call it after commit."""
    for ticket in customer.tickets.filter(deleted_at=None).order_by("-last_message_at")[:_SHOWN]:
        seen_by = {"team": ticket.team_id, "assignee": ticket.assignee_id, "also": teams_beside(ticket)}
        announce("ticket", {"ticket": ticket.pk, "kinds": ["customer_known"], **seen_by})


def _lock(customer: Customer) -> None:
    """What the customer has, so that nothing is decided on it at the same time."""
    list(customer.tickets.select_for_update().order_by("pk").values_list("pk"))
    list(customer.invitations.select_for_update().order_by("pk").values_list("pk"))


def _lock_customers(*customers: Customer) -> None:
    wanted = {customer.pk: customer for customer in customers}
    # Nobody else adds to them meanwhile: what refers to a customer waits for this lock.
    for row in Customer.objects.select_for_update().filter(pk__in=wanted).order_by("pk"):
        customer = wanted[row.pk]
        customer.merged_into = row.merged_into
        for name in _STRICT:
            setattr(customer, name, getattr(row, name))


def _check(source: Customer, into: Customer, by: Agent | System, reason: str) -> None:
    if not (by.answers_customers if isinstance(by, Agent) else reason):
        raise Refused(_("Your role does not change customers."))
    if source.pk == into.pk:
        raise Refused(_("A customer can't be merged with himself."))
    for one in (source, into):
        if one.merged_into_id is not None:
            raise Refused(_("%(name)s is merged with another customer already.") % {"name": one})


def _free(source: Customer, into: Customer) -> QuerySet[Any]:
    """The source's invitations but for those of a run of a campaign in which the other has one of his own."""
    rows = source.invitations.all()
    for campaign, cycle in into.invitations.exclude(campaign=None).values_list("campaign", "cycle"):
        rows = rows.exclude(campaign=campaign, cycle=cycle)
    return rows


def _move(rows: QuerySet[Any], to: Customer) -> list[int]:
    """Give rows to a customer; their ids."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=ids).update(customer=to)
    return ids


def _hand_over(ticket: Ticket, before: Customer, to: Customer, by: Agent | System, at: datetime) -> int:
    """The ticket is the matter of `to`, who asks in it in place of `before`."""
    with change(ticket, by=by, at=at, even_merged=True) as it:
        it.set(customer=to)
        asker = ticket.participants.filter(customer=before, is_asker=True).first()
        if asker and ticket.participants.filter(customer=to).exists():
            ticket.participants.filter(pk=asker.pk).update(is_asker=False)
            ticket.participants.filter(customer=to).update(is_asker=True)
        elif asker:
            ticket.participants.filter(pk=asker.pk).update(customer=to)
        it.record(EventKind.CUSTOMER_CHANGED, {"from": before.pk, "to": to.pk, "name": str(to), "before": str(before)})
    return ticket.pk


def _be_strict(one: Customer, other: Customer) -> None:
    """What either of them does not want any more, `one` does not want."""
    for name in _STRICT:
        setattr(one, name, _earliest((getattr(one, name), getattr(other, name))))
    one.save(update_fields=list(_STRICT))


def _earliest(instants: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)
