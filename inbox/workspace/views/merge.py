"""Merging a ticket with another one, after a look at both, and undoing that."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from inbox.tickets import merging
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, address, given, is_scripted, refused, undoes
from inbox.workspace.merging import candidates
from inbox.workspace.views.inbox import fragment

_LISTED = re.compile(r"^/inbox/([\w-]+)/(\d+)/$")


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@answerers
def merge(request: AgentRequest, number: int) -> HttpResponse:
    """The tickets to choose from; POST merges with the one chosen, DELETE undoes the merge of this one."""
    found = ticket_for(request.user, number)
    if request.method in ("GET", "HEAD"):
        return _choices(request, found)
    if undoes(request):
        return _undone(request, found)
    try:
        other = ticket_for(request.user, given(request, "into"))
    except Http404:
        return _refused(request, found, _("Choose the other ticket."))
    source, into = (other, found) if given(request, "keep") == "this" else (found, other)
    told = _("%(source)s is merged into %(target)s.") % {"source": source.ref, "target": into.ref}
    undo = address("merge", source)
    try:
        merging.merge(source, into, by=request.user)
    except Refused as refusal:
        return _refused(request, found, str(refusal))
    return _shown(request, act(request, into, lambda: None, told, undo=undo, method="delete"), into)


def _undone(request: AgentRequest, source: Ticket) -> HttpResponse:
    into = source.merged_into
    told = _("%(ref)s is a ticket of its own again.") % {"ref": source.ref}
    # Undone from the timeline of the target, one stays there.
    beside = into if into and _open_number(request) == into.pk and "undone" not in request.GET else source
    response = act(request, beside, lambda: merging.unmerge(source, by=request.user), told)
    return _shown(request, response, source) if beside is source else response


def _shown(request: AgentRequest, response: HttpResponse, ticket: Ticket) -> HttpResponse:
    """Let the desk show a ticket, beside the list that it shows."""
    listed = _LISTED.match(urlsplit(request.htmx.current_url or "").path)
    if response.status_code != 204 or not listed:
        return response
    query = urlsplit(request.htmx.current_url or "").query
    path = reverse("workspace:listed_ticket", args=[listed[1], ticket.pk])
    return trigger_client_event(response, "desk:visit", {"url": f"{path}?{query}" if query else path})


def _open_number(request: AgentRequest) -> int | None:
    listed = _LISTED.match(urlsplit(request.htmx.current_url or request.headers.get("Referer", "")).path)
    return int(listed[2]) if listed else None


def _refused(request: AgentRequest, found: Ticket, reason: str) -> HttpResponse:
    return refused(request, found, reason) if is_scripted(request) else _choices(request, found, reason, 422)


def _choices(request: AgentRequest, found: Ticket, problem: str = "", status: int = 200) -> HttpResponse:
    asked = given(request, "q").strip()
    context = {
        "ticket": found,
        "asked": asked,
        "candidates": candidates(request.user, found, asked),
        "problem": problem,
    }
    is_dialog = request.headers.get("X-Pane") == "dialog"
    template = "workspace/ticket/merge.html" if is_dialog else "workspace/ticket/merge_page.html"
    return fragment(render(request, template, context, status=status))
