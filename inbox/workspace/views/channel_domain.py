"""Will our mail arrive? What the DNS of a channel's domain says, and what it should say."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from inbox.channels.advice import advice_for, domain_of
from inbox.channels.models import Channel
from inbox.workspace.access import AgentRequest, admins


@require_safe
@admins
def channel_domain(request: AgentRequest, channel_id: int) -> HttpResponse:
    """The page at once; the findings when asked for, because name servers may take seconds."""
    found = get_object_or_404(Channel, pk=channel_id)
    if found.kind != "email":
        raise Http404("Only mail has a domain.")
    selectors = request.GET.get("selector", "")
    wanted = "selector" in request.GET or request.htmx
    context = {
        "channel": found,
        "domain": domain_of(found),
        "selectors": selectors[:200],
        "findings": advice_for(found, selectors.replace(",", " ").split()) if wanted else None,
    }
    part = "channel_findings" if request.htmx else "channel_domain"
    return render(request, f"workspace/shell/{part}.html", context)
