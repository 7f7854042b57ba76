"""Customers who may be one person: merging them after a look, saying that they are two, and taking either back."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.customers.models import CustomerMerge
from inbox.tickets import likenesses
from inbox.tickets.access import ticket_for
from inbox.tickets.likenesses import likeness_for
from inbox.tickets.people import unmerge_customers
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, undoes
from inbox.workspace.views.questions import ask


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def likeness(request: AgentRequest, number: int, likeness_id: int) -> HttpResponse:
    """What merging them means; POST merges the other one with the ticket's customer."""
    found = ticket_for(request.user, number)
    alike = likeness_for(request.user, found.customer, likeness_id)
    if request.method != "POST":
        body = "workspace/ticket/likeness_body.html"
        return ask(request, _("Are they one person?"), body, ticket=found, alike=alike)
    names = {"other": str(alike.other), "name": str(found.customer)}
    told = _("%(other)s is the same person as %(name)s now.") % names
    undo = reverse("workspace:customer_merge", args=[found.pk, alike.other.pk])
    verb = partial(likenesses.agree, alike.likeness, found.customer, by=request.user)
    return act(request, found, verb, told, undo=undo, method="delete")


@require_http_methods(["POST", "DELETE"])
@answerers
def likeness_dismissal(request: AgentRequest, number: int, likeness_id: int) -> HttpResponse:
    """Say that they are two people; DELETE takes that back."""
    found = ticket_for(request.user, number)
    alike = likeness_for(request.user, found.customer, likeness_id, even_dismissed=True)
    undo = reverse("workspace:likeness_dismissal", args=[found.pk, likeness_id])
    if undoes(request):
        told = _("They may be one person.")
        return act(request, found, lambda: likenesses.reconsider(alike.likeness, by=request.user), told, undo=undo)
    told = _("%(other)s is somebody else.") % {"other": alike.other}
    verb = partial(likenesses.dismiss, alike.likeness, by=request.user)
    return act(request, found, verb, told, undo=undo, method="delete")


@require_http_methods(["POST", "DELETE"])
@answerers
def customer_merge(request: AgentRequest, number: int, source_id: int) -> HttpResponse:
    """DELETE, or a form that says so: who was merged into the ticket's customer is a customer of his own again."""
    found = ticket_for(request.user, number)
    merges = CustomerMerge.objects.filter(source=source_id, into=found.customer_id, undone_at=None)
    merge = merges.select_related("source").first()
    if merge is None or not undoes(request):
        raise Http404("There is no such merge.")
    told = _("%(name)s is a customer of their own again.") % {"name": merge.source}
    return act(request, found, lambda: unmerge_customers(merge.source, by=request.user), told)
