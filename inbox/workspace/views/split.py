"""Making a customer's message a ticket of its own, after a second look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.tickets import splitting
from inbox.tickets.access import message_for
from inbox.tickets.actions import Refused
from inbox.tickets.models import Message
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, address, given, is_scripted, refused
from inbox.workspace.views.inbox import fragment


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def split(request: AgentRequest, message_id: int) -> HttpResponse:
    """What becomes of the message, and whether later ones go with it; POST splits it off."""
    message = message_for(request.user, message_id)
    if request.method in ("GET", "HEAD"):
        return _question(request, message)
    old = message.ticket
    try:
        new = splitting.split(message, by=request.user, and_later=bool(given(request, "and_later")))
    except Refused as refusal:
        reason = str(refusal)
        return refused(request, old, reason) if is_scripted(request) else _question(request, message, reason, 422)
    told = _("Split off as %(ref)s.") % {"ref": new.ref}
    return act(request, old, lambda: None, told, undo=address("merge", new, into=old.pk))


def _question(request: AgentRequest, message: Message, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "ticket": message.ticket,
        "message": message,
        "later": splitting.later_than(message).count(),
        "problem": problem,
    }
    is_dialog = request.headers.get("X-Pane") == "dialog"
    template = "workspace/ticket/split.html" if is_dialog else "workspace/ticket/split_page.html"
    return fragment(render(request, template, context, status=status))
