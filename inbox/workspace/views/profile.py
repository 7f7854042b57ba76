"""What an agent decides for himself: who he is, how the workspace looks and speaks, how he signs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from inbox.agents.actions import update_profile
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.forms import ProfileForm

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")
_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@agents
def profile(request: AgentRequest) -> HttpResponse:
    """Name, language, time zone and signature, and the ways to sign in."""
    form = ProfileForm(request.POST or None, agent=request.user)
    if request.method == "POST" and form.is_valid():
        update_profile(request.user, **form.cleaned_data)
        with override(request.user.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("workspace:profile")
    return render(request, "workspace/shell/profile.html", {"form": form})


@require_POST
@agents
def appearance(request: AgentRequest) -> HttpResponse:
    """Theme (kept with the agent) and density (kept on the device, in a cookie)."""
    theme, density = request.POST.get("theme"), request.POST.get("density")
    if (theme or density) is None or theme not in (None, *THEMES) or density not in (None, *DENSITIES):
        return HttpResponseBadRequest(_("There is no such theme or density."))
    if theme:
        update_profile(request.user, theme=theme)
    response = HttpResponse(status=204) if _is_script(request) else HttpResponseRedirect(_back(request))
    if density:
        response.set_cookie("density", density, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _is_script(request: AgentRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _back(request: AgentRequest) -> str:
    place = request.POST.get("next", "")
    return place if url_has_allowed_host_and_scheme(place, {request.get_host()}, request.is_secure()) else "/"
