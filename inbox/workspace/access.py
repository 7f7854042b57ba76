"""Who may open a page. Forbidden looks like missing: 404, except for a visitor who has yet to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from inbox.agents.models import Agent

View = Callable[..., HttpResponseBase]


class AgentRequest(HttpRequest):
    """The request of a signed-in agent, as views behind these doors get it."""

    user: Agent
    htmx: HtmxDetails
    LANGUAGE_CODE: str


def only(may: Callable[[Agent], bool]) -> Callable[[View], View]:
    """Open the view to signed-in agents for whom `may` holds; to others there is no such page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not may(request.user):
                raise Http404("No such page.")
            return view(request, *args, **kwargs)

        return opened

    return decorate


#: Every agent.
agents = only(lambda agent: True)
#: Those who write to customers and change tickets.
answerers = only(lambda agent: agent.answers_customers)
#: Those who answer customers, and those who look over their shoulders.
watchers = only(lambda agent: agent.answers_customers or agent.reads_reports)
#: Those who write notes.
note_writers = only(lambda agent: agent.writes_notes)
#: Those who delete tickets and restore them.
deleters = only(lambda agent: agent.deletes_tickets)
#: Those who read reports.
report_readers = only(lambda agent: agent.reads_reports)
#: Those who change the installation.
admins = only(lambda agent: agent.administers)
#: Those who look after others' work: admins and team leads.
leads = only(lambda agent: agent.sees_all and agent.answers_customers)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # A fragment can't hold the sign-in page: the whole page goes there and comes back.
        back = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(redirect_to_login(back, resolve_url("account_login")).url)
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
