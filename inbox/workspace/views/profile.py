"""What an agent decides for himself: who he is, how the workspace looks and speaks, how he signs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.agents.actions import update_profile
from inbox.tickets.portraits import LONGEST, InvalidPicture, picture_of, set_picture
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
def picture(request: AgentRequest) -> HttpResponse:
    """The agent's own picture; with `remove` none."""
    file = request.FILES.get("picture")
    # One byte more than may be tells that it is too many, whatever was sent.
    content = None if request.POST.get("remove") else file.read(LONGEST + 1) if file else b""
    try:
        set_picture(request.user, content, by=request.user)
    except InvalidPicture as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your picture is gone.") if content is None else _("Your picture is saved."))
    return redirect("workspace:profile")


@require_safe
@agents
def agent_picture(request: AgentRequest, sha256: str) -> HttpResponse:
    """The picture of a colleague."""
    found = picture_of(sha256)
    if found is None:
        raise Http404("No such picture.")
    response = HttpResponse(found[0], content_type=found[1])
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


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
