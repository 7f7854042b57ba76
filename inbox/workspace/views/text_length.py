"""How many messages a reply would be, asked for while it is written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from inbox.tickets.access import ticket_for
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.text_length import measured
from inbox.workspace.views.inbox import fragment


@require_POST
@answerers
def text_length(request: AgentRequest, number: int) -> HttpResponse:
    """The text posted, measured as its network measures it; nothing is kept."""
    ticket = ticket_for(request.user, number)
    given = {name: request.POST[name] for name in ("message_text", "way", "private") if name in request.POST}
    return fragment(render(request, "workspace/ticket/text_length.html", {"measured": measured(ticket, given)}))
