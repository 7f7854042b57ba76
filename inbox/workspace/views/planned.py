"""Replies that are said later: at another time, now, or not."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from inbox.tickets import scheduled
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.models import ScheduledReply
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, changed, is_scripted, refused
from inbox.workspace.composing import chosen_time
from inbox.workspace.wording import clock_time


def _planned(request: AgentRequest, planned_id: int) -> ScheduledReply:
    """A planned reply in a ticket the agent may see. Raises `Http404`."""
    found = ScheduledReply.objects.select_related("agent").filter(pk=planned_id).first()
    if found is None:
        raise Http404("No such reply.")
    found.ticket = ticket_for(request.user, found.ticket_id)
    return found


@require_POST
@answerers
def sending(request: AgentRequest, planned_id: int) -> HttpResponse:
    """Say a planned reply now."""
    planned = _planned(request, planned_id)
    told = _("It is being sent.")
    return act(request, planned.ticket, lambda: scheduled.say_now(planned, by=request.user), told)


@require_POST
@answerers
def time(request: AgentRequest, planned_id: int) -> HttpResponse:
    """Say a planned reply at another time."""
    planned = _planned(request, planned_id)
    try:
        at = chosen_time(request.POST)
        if at is None:
            raise Refused(_("Choose a day and a time."))
    except Refused as refusal:
        return refused(request, planned.ticket, str(refusal))
    told = _("Planned for %(time)s.") % {"time": clock_time(at)}
    return act(request, planned.ticket, lambda: scheduled.reschedule(planned, at, by=request.user), told)


@require_POST
@answerers
def cancellation(request: AgentRequest, planned_id: int) -> HttpResponse:
    """Don't say a planned reply; its text is its writer's draft again."""
    planned = _planned(request, planned_id)
    mine = planned.agent_id == request.user.pk
    told = _("It will not be sent; its text is your draft.") if mine else _("It will not be sent.")
    if not is_scripted(request):
        return act(request, planned.ticket, lambda: scheduled.cancel(planned, by=request.user), told)
    scheduled.cancel(planned, by=request.user)
    response = changed(HttpResponse(status=204), planned.ticket, toast={"text": told})
    return (
        trigger_client_event(response, "reply:withdrawn", {"ticket": planned.ticket_id, "text": planned.text})
        if mine
        else response
    )
