"""What a surface says after somebody acted: to scripts by events, to plain forms by a redirect."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket


def act(
    request: HttpRequest, ticket: Ticket, verb: Callable[[], object], told: str, *, undo: str = "", method: str = "post"
) -> HttpResponse:
    """Do `verb` and say so with `told`, offering `undo` (an address); a refusal is said and nothing is changed."""
    try:
        verb()
    except Refused as refusal:
        return refused(request, ticket, str(refusal))
    if not is_scripted(request):
        messages.success(request, told)
        return HttpResponseRedirect(back_to(request, ticket))
    toast: dict[str, object] = {"text": told}
    if undo and "undone" not in request.GET:
        toast |= {"undo": f"{undo}{'&' if '?' in undo else '?'}undone=1", "undoMethod": method}
    elif "undone" in request.GET:
        toast["text"] = _("Undone.")
    return changed(HttpResponse(status=204), ticket, toast=toast)


def refused(request: HttpRequest, ticket: Ticket, reason: str) -> HttpResponse:
    """Say why not; the page goes back to what the server knows."""
    if not is_scripted(request):
        messages.error(request, reason)
        return HttpResponseRedirect(back_to(request, ticket))
    return changed(HttpResponse(status=409), ticket, toast={"text": reason, "kind": "refused"})


def changed(response: HttpResponse, ticket: Ticket, *, toast: dict[str, object] | None = None) -> HttpResponse:
    """Let the page that asked fetch what shows this ticket, as it does when the news come by the live stream."""
    trigger_client_event(response, "live:ticket", {"ticket": ticket.pk})
    return trigger_client_event(response, "toast", toast) if toast else response


def is_scripted(request: HttpRequest) -> bool:
    """True when a script asked, which takes fragments and events instead of pages."""
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Pane"))


def back_to(request: HttpRequest, ticket: Ticket) -> str:
    """The page the form stood on, if it is one of the inbox, else the ticket's own."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        split = urlsplit(referer)
        if split.path.startswith(reverse("workspace:inbox")):
            return f"{split.path}?{split.query}" if split.query else split.path
    return reverse("workspace:ticket", args=[ticket.pk])


def given(request: HttpRequest, name: str) -> str:
    """A value from the form, or from the address of an undo."""
    return str(request.POST.get(name) or request.GET.get(name) or "")


def undoes(request: HttpRequest) -> bool:
    """True when a noun is taken away: by DELETE, or by a form that can only POST and says so."""
    return request.method == "DELETE" or given(request, "method") == "delete"


def address(route: str, ticket: Ticket, **values: object) -> str:
    """The address of a noun of the ticket, with values for an undo."""
    path = reverse(f"workspace:{route}", args=[ticket.pk])
    return f"{path}?{urlencode(values)}" if values else path
