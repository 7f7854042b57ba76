"""Deleting a ticket, after a second look, and restoring it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.tickets.access import ticket_for
from inbox.tickets.deletion import delete, restore
from inbox.workspace.access import AgentRequest, deleters
from inbox.workspace.answers import act, address, undoes
from inbox.workspace.views.inbox import fragment


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@deleters
def deletion(request: AgentRequest, number: int) -> HttpResponse:
    """What deleting means; POST deletes the ticket, DELETE restores it."""
    found = ticket_for(request.user, number, even_deleted=True)
    if request.method in ("GET", "HEAD"):
        context = {"ticket": found, "days": settings.DELETED_TICKETS_DAYS}
        is_dialog = request.headers.get("X-Pane") == "dialog"
        template = "workspace/ticket/deletion.html" if is_dialog else "workspace/ticket/deletion_page.html"
        return fragment(render(request, template, context))
    words = {"ref": found.ref}
    if undoes(request):
        told = _("%(ref)s is restored.") % words
        return act(request, found, lambda: restore(found, by=request.user), told, undo=address("deletion", found))
    told = _("%(ref)s is deleted.") % words
    undo = address("deletion", found)
    return act(request, found, lambda: delete(found, by=request.user), told, undo=undo, method="delete")
