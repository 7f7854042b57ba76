"""Handing a ticket over to a colleague or a team, with a note."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.agents.models import Agent, Team
from inbox.chats.waiting import open_chats
from inbox.common.clock import now
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.handing_over import hand_over
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, given, is_scripted, refused
from inbox.workspace.panes import all_teams, answering_agents
from inbox.workspace.views.questions import ask


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def handing_over(request: AgentRequest, number: int) -> HttpResponse:
    """To whom, and what they should know; POST hands it over: `to` is `agent-5` or `team-2`."""
    found = ticket_for(request.user, number)
    if request.method != "POST":
        return _question(request, found)
    try:
        to = _chosen(given(request, "to"))
        hand_over(found, to, note_text=given(request, "note"), by=request.user)
    except Refused as refusal:
        reason = str(refusal)
        return refused(request, found, reason) if is_scripted(request) else _question(request, found, reason, 422)
    return act(request, found, lambda: None, _("Handed over to %(name)s.") % {"name": to})


def _question(request: AgentRequest, found: Ticket, problem: str = "", status: int = 200) -> HttpResponse:
    colleagues = [agent for agent in answering_agents() if agent != request.user]
    has = open_chats([agent.pk for agent in colleagues], now())
    return ask(
        request,
        _("Hand over %(ref)s") % {"ref": found.ref},
        "workspace/ticket/handing_over.html",
        status=status,
        ticket=found,
        colleagues=[(agent, has.get(agent.pk, 0)) for agent in colleagues],
        teams=all_teams(),
        to=given(request, "to"),
        note=given(request, "note"),
        problem=problem,
    )


def _chosen(value: str) -> Agent | Team:
    """Whom the form names. Raises `Refused`."""
    kind, _dash, number = value.partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    found = Agent.objects.filter(pk=pk).first() if kind == "agent" else Team.objects.filter(pk=pk).first()
    if found is None:
        raise Refused(_("Choose a colleague or a team."))
    return found
