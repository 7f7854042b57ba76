"""The first admin of a new installation. The page is gone for ever once there is one."""

from __future__ import annotations

import hmac

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from inbox.agents.actions import AdminExists, has_admin, make_first_admin
from inbox.workspace.forms import FirstAdminForm
from inbox.workspace.setup_code import plain, setup_code

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password", "code")
def setup(request: HttpRequest) -> HttpResponse:
    """Make the first admin, who proves with the code that he can read the server's terminal."""
    if has_admin():
        raise Http404("No such page.")
    form = FirstAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _knows_code(form):
        values = form.cleaned_data
        try:
            agent = make_first_admin(
                name=values["name"],
                email=values["email"],
                password=values["password"],
                language=request.LANGUAGE_CODE,
                time_zone=values["time_zone"],
            )
        except AdminExists:
            raise Http404("No such page.") from None
        login(request, agent, backend=_BACKEND)
        return redirect("workspace:channels")
    return render(request, "workspace/shell/setup.html", {"form": form})


def _knows_code(form: FirstAdminForm) -> bool:
    if hmac.compare_digest(plain(form.cleaned_data["code"]).encode(), plain(setup_code()).encode()):
        return True
    form.add_error("code", _("That is not the code. It is printed by: python manage.py first_admin_code"))
    return False
