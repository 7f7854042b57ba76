"""Taking the demo's sample data away in one click, once somebody means it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inbox.demo.removal import remove_demo
from inbox.demo.workspace import sample_channel
from inbox.workspace.access import AgentRequest, admins


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def sample_data(request: AgentRequest) -> HttpResponse:
    """Say what would go; with POST, remove it. Whoever asks stays, even if he is of the demo's cast."""
    channel = sample_channel()
    if channel is None:
        raise Http404("No such page.")
    if request.method != "POST":
        return render(request, "workspace/shell/sample_data.html", {"channel": channel})
    count = remove_demo(keep=request.user)
    words = ngettext("%(count)s sample ticket is gone.", "%(count)s sample tickets are gone.", count)
    messages.success(request, words % {"count": count})
    return redirect("workspace:channels")
