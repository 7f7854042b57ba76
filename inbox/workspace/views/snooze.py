"""Putting a ticket off and bringing it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.common.clock import now
from inbox.tickets import snoozing
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, address, is_scripted, refused, undoes
from inbox.workspace.snoozing import chosen_until, offers
from inbox.workspace.views.inbox import fragment
from inbox.workspace.wording import clock_time


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@answerers
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    """The times to choose from; POST puts the ticket off, DELETE brings it back."""
    found = ticket_for(request.user, number)
    if request.method in ("GET", "HEAD"):
        return _choices(request, found)
    back = address("snooze", found, until=found.snoozed_until.isoformat()) if found.snoozed_until else ""
    if undoes(request):
        told = _("Back from snooze.")
        return act(request, found, lambda: snoozing.unsnooze(found, by=request.user), told, undo=back)
    try:
        until = chosen_until(found, {**request.GET.dict(), **request.POST.dict()})
        told = _("Snoozed until %(time)s.") % {"time": clock_time(until)}
        undo, method = (back, "post") if back else (address("snooze", found), "delete")
        snoozing.snooze(found, until, by=request.user)
    except Refused as refusal:
        if is_scripted(request):
            return refused(request, found, str(refusal))
        return _choices(request, found, str(refusal), 422)
    return act(request, found, lambda: None, told, undo=undo, method=method)


def _choices(request: AgentRequest, found: Ticket, problem: str = "", status: int = 200) -> HttpResponse:
    at = now()
    context = {"ticket": found, "offers": offers(found, at), "problem": problem, "now": at}
    is_dialog = request.headers.get("X-Pane") == "dialog"
    template = "workspace/ticket/snooze.html" if is_dialog else "workspace/ticket/snooze_page.html"
    return fragment(render(request, template, context, status=status))
