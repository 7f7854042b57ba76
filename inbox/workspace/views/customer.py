"""Whose matter a ticket is: whoever wrote what somebody forwarded can become its customer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets import actions
from inbox.tickets.access import ticket_for
from inbox.tickets.merged import said_in
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, address, given


@require_POST
@answerers
def customer(request: AgentRequest, number: int) -> HttpResponse:
    """Make the first writer of a forwarded `message` the customer, or back again whose `identity` takes part."""
    found = ticket_for(request.user, number)
    before = found.participants.filter(customer=found.customer, identity__isnull=False).first()
    chosen = _chosen(found, given(request, "message"), given(request, "identity"))
    told = _("%(name)s is the customer now.") % {"name": chosen.customer}
    undo = address("customer", found, identity=before.identity_id) if before else ""
    return act(request, found, lambda: actions.change_customer(found, chosen, by=request.user), told, undo=undo)


def _chosen(ticket: Ticket, message: str, identity: str) -> Identity:
    """Raises `Http404` for anybody who is not part of the ticket in one of the two ways."""
    if identity.isdecimal() and len(identity) < 18:
        taking_part = ticket.participants.filter(identity=int(identity)).select_related("identity__customer").first()
        if taking_part and taking_part.identity:
            return taking_part.identity
    if message.isdecimal() and len(message) < 18:
        passed_on = said_in(ticket).filter(pk=int(message)).exclude(forwarded_from="").first()
        if passed_on:
            key = ("email", "", passed_on.forwarded_from, False)
            return recognize([key], name=passed_on.forwarded_name, language=passed_on.language, at=now())
    raise Http404("Nobody of that name.")
