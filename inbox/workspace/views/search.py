"""The search box: what was typed becomes an address."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from inbox.tickets.filters import Filters, from_address, from_search
from inbox.workspace.access import AgentRequest, agents


@require_safe
@agents
def search(request: AgentRequest) -> HttpResponse:
    """Operators become filters beside those already chosen; nothing typed and nothing chosen is the inbox."""
    chosen = from_address({name: values for name, values in request.GET.lists() if name != "q"})
    typed = from_search(request.GET.get("q", ""))
    filters = Filters(chosen.chosen, typed.text)
    for field, value in typed.chosen:
        filters = filters.adding(field, value) if (field, value) not in filters.chosen else filters
    if not filters.narrows:
        return HttpResponseRedirect(reverse("workspace:inbox"))
    return HttpResponseRedirect(f"{reverse('workspace:list', args=['search'])}?{filters.query()}")
