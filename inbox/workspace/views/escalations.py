"""How escalations do: what could not be carried out, and what receivers of webhooks check signatures with."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.common.clock import now
from inbox.escalations.actions import can_be_tried_again, try_again
from inbox.escalations.hooks import signing_secret
from inbox.escalations.queries import troubled
from inbox.sla.models import Escalation
from inbox.tickets.actions import Refused
from inbox.workspace.access import AgentRequest, admins


@require_safe
@admins
def escalations(request: AgentRequest) -> HttpResponse:
    """Those in trouble, newest first, and the signing secret."""
    page = Paginator(troubled(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, can_be_tried_again(one)) for one in page],
        "secret": signing_secret(),
        "now": now(),
    }
    return render(request, "workspace/settings/escalations.html", context)


@require_POST
@admins
def escalation_attempt(request: AgentRequest, escalation_id: int) -> HttpResponse:
    """Let what was given up be tried again."""
    try:
        try_again(get_object_or_404(Escalation, pk=escalation_id))
    except Refused as refused:
        messages.error(request, str(refused), extra_tags="refused")
    else:
        messages.success(request, _("It is being tried again."))
    return redirect("workspace:escalations")
