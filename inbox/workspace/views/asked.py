"""Holding back a survey that is waiting to be sent."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.surveys.actions import hold_back
from inbox.tickets.access import ticket_for
from inbox.workspace.access import AgentRequest, leads
from inbox.workspace.answers import act


@require_POST
@leads
def survey_hold(request: AgentRequest, number: int, invitation_id: int) -> HttpResponse:
    """Do not ask this customer after all; the reason is in the form."""
    found = ticket_for(request.user, number)
    invitation = found.invitations.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404("No such survey.")
    note = request.POST.get("note", "")
    return act(request, found, lambda: hold_back(invitation, by=request.user, note=note), _("Survey held back."))
