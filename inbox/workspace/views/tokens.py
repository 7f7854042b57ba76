"""Keys to the API: an agent makes and revokes his own; admins revoke everybody's."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.agents.api_tokens import NotYours, revoke, working
from inbox.agents.models import ApiToken
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.token_form import TokenForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@agents
def tokens(request: AgentRequest) -> HttpResponse:
    """The agent's tokens, and a new one, whose secret is on this one answer and nowhere else."""
    form = TokenForm(request.POST or None)
    made = form.made(request.user) if request.method == "POST" else None
    known = working(ApiToken.objects.select_related("agent"), now()).order_by("-created_at", "-pk")
    shown = {
        "form": TokenForm() if made else form,
        "made": made,
        "own": known.filter(agent=request.user),
        "others": known.exclude(agent=request.user) if request.user.administers else known.none(),
        "base": f"{settings.SITE_URL}/api/v1/",
    }
    return render(request, "workspace/shell/tokens.html", shown)


@require_POST
@agents
def token_revocation(request: AgentRequest, token_id: int) -> HttpResponse:
    """The token opens nothing any more."""
    token = ApiToken.objects.filter(pk=token_id).first()
    try:
        if token is None:
            raise Http404("No such token.")
        revoke(token, by=request.user)
    except NotYours:
        raise Http404("No such token.") from None
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return redirect("workspace:tokens")
