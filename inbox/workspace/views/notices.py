"""What an agent was told about clocks: the bell of the rail, and the list behind it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from inbox.common.clock import now
from inbox.escalations.actions import see
from inbox.escalations.queries import notices_of, unseen
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.bell import bell_of, said_of


@require_safe
@agents
def notices(request: AgentRequest) -> HttpResponse:
    """All of his notices, newest first."""
    page = Paginator(notices_of(request.user), 50).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "unseen": unseen(request.user).count(), "now": now()}
    return render(request, "workspace/shell/notices.html", context)


@require_safe
@agents
def bell(request: AgentRequest) -> HttpResponse:
    """The bell as it is now; what came after the notice `known` is said aloud once."""
    path = request.htmx.current_url_abs_path or ""
    response = render(request, "workspace/shell/bell.html", bell_of(request.user, path))
    known = request.GET.get("known", "")
    if known.isdecimal() and len(known) < 18:
        new = list(notices_of(request.user).filter(seen_at=None, pk__gt=int(known))[:100])
        if new:
            text = (
                said_of(new[0])
                if len(new) == 1
                else ngettext("%(count)s new notice", "%(count)s new notices", len(new)) % {"count": len(new)}
            )
            trigger_client_event(response, "toast", {"text": text, "kind": "refused" if new[0].is_breach else ""})
    return response


@require_POST
@agents
def notices_seen(request: AgentRequest) -> HttpResponse:
    """He has seen them all."""
    see(request.user)
    return redirect("workspace:notices")
