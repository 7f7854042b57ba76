"""Visitors of our sites: who is there, writing to one first, blocking one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inbox.channels.models import Channel
from inbox.chats.on_site import on_site, visitor_for
from inbox.chats.starting import start_chat
from inbox.chats.visitors import block, unblock
from inbox.common.clock import now
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.workspace.access import AgentRequest, answerers, watchers
from inbox.workspace.answers import given, undoes
from inbox.workspace.views.inbox import fragment
from inbox.workspace.views.questions import ask
from inbox.workspace.visiting import rows

#: As many as somebody looks through.
MOST_SHOWN = 100


@require_safe
@watchers
def visitors(request: AgentRequest) -> HttpResponse:
    """Who is on our sites now; a script asks for the list alone."""
    at = now()
    here = on_site(request.user, at)
    shown = list(here[:MOST_SHOWN])
    context = {
        "rows": rows(shown, request.user),
        "total": here.count() if len(shown) == MOST_SHOWN else len(shown),
        "has_chat": bool(shown) or Channel.objects.filter(kind="livechat", is_active=True).exists(),
        "may_write": request.user.answers_customers,
        "now": at,
    }
    is_part = request.headers.get("X-Pane") == "visitors"
    return fragment(render(request, f"workspace/visitors/{'list' if is_part else 'visitors'}.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def visitor_chat(request: AgentRequest, visitor_id: int) -> HttpResponse:
    """The first words to a visitor; POST opens a chat with them."""
    visitor = visitor_for(request.user, visitor_id)
    text, problem = given(request, "text"), ""
    if request.method == "POST":
        try:
            said = start_chat(visitor, text, by=request.user)
            return redirect("workspace:ticket", said.ticket_id)
        except Refused as refusal:
            problem = str(refusal)
    row = rows([visitor], request.user)[0]
    name = row.name or _("Visitor %(number)s") % {"number": visitor.pk}
    title = _("Write to %(name)s") % {"name": name}
    status = 422 if problem else 200
    return ask(request, title, "workspace/visitors/chat.html", status=status, row=row, text=text, problem=problem)


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def visitor_block(request: AgentRequest, visitor_id: int) -> HttpResponse:
    """What blocking means; POST blocks the visitor, `method=delete` lets him write again."""
    visitor = visitor_for(request.user, visitor_id)
    back = _back(request)
    if request.method != "POST":
        title = _("Unblock this visitor?") if visitor.blocked_at else _("Block this visitor?")
        return ask(request, title, "workspace/visitors/block.html", visitor=visitor, back=back)
    if undoes(request):
        unblock(visitor, by=request.user)
        messages.success(request, _("The visitor can write again."))
    else:
        block(visitor, by=request.user, with_address="address" in request.POST)
        messages.success(request, _("The visitor is blocked."))
    return redirect(back)


def _back(request: AgentRequest) -> str:
    """The ticket from which one came, else the list of visitors."""
    number = given(request, "ticket")
    if number.isdecimal() and len(number) < 18:
        return reverse("workspace:ticket", args=[ticket_for(request.user, number).pk])
    return reverse("workspace:visitors")
