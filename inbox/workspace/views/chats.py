"""What goes on in a chat beside its messages."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from inbox.channels.writing import show_writing
from inbox.chats.models import ChatWidget
from inbox.chats.talk import type_as_agent
from inbox.tickets.access import ticket_for
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import given


@require_POST
@answerers
def agent_typing(request: AgentRequest, number: int) -> HttpResponse:
    """Somebody of us writes, or stopped: `typing` is 1 or 0."""
    found, is_typing = ticket_for(request.user, number), given(request, "typing") == "1"
    widget = ChatWidget.objects.filter(channel=found.channel_id).first()
    if widget:
        type_as_agent(found, request.user.first_name if widget.shows_agents else "", is_typing=is_typing)
    elif is_typing:
        show_writing(found)
    return HttpResponse(status=204)
