"""The desk: views, list and ticket side by side, all of it in the address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.tickets.access import ticket_for
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.filters import Sort, from_address
from inbox.tickets.models import Ticket
from inbox.tickets.queries import page_of
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.composing import Composer
from inbox.workspace.listing import Listed, list_context, views
from inbox.workspace.panes import all_teams, answering_agents, ticket_context

_MOST_ROWS = 200


@require_safe
@agents
def home(request: AgentRequest) -> HttpResponse:
    """The agent's own tickets come first."""
    return redirect("workspace:list", "mine")


@require_safe
@agents
def ticket_list(request: AgentRequest, name: str) -> HttpResponse:
    """A view without a ticket chosen, or with `after` the stretch of rows that follows."""
    listed = listed_in(request, name)
    if any(not value for values in request.GET.lists() for value in values[1]):
        # A form sends its empty fields too; the address keeps only what means something.
        return HttpResponseRedirect(listed.url())
    if request.headers.get("HX-Request") and "after" in request.GET:
        context = list_context(listed, (), (), request.GET["after"])
        return fragment(render(request, "workspace/inbox/rows.html", context))
    return desk(request, listed)


@require_safe
@agents
def listed_ticket(request: AgentRequest, name: str, number: int) -> HttpResponse:
    """A ticket beside the list it was chosen from; it may have left that list meanwhile."""
    return desk(request, listed_in(request, name), ticket_for(request.user, number, even_deleted=True))


@require_safe
@agents
def rows(request: AgentRequest, name: str) -> HttpResponse:
    """Those of the tickets `ids` that are in the view now, as rows, and the counts: what a live page asks for."""
    listed = listed_in(request, name)
    ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal()][:_MOST_ROWS]
    tickets = listed.tickets().filter(pk__in=ids)
    found, _ = listed.rows(tickets) if ids else ([], "")
    return fragment(render(request, "workspace/inbox/news.html", {**views(listed), "rows": found, "now": listed.at}))


@require_safe
@agents
def next_breach(request: AgentRequest, name: str) -> HttpResponse:
    """The ticket of the view that breaches next."""
    listed = listed_in(request, name)
    due = listed.tickets().filter(due_at__isnull=False, state__in=UNRESOLVED)
    first = next(iter(page_of(due, Sort.NEXT_BREACH, size=1).tickets), None)
    return HttpResponseRedirect(listed.url(first))


def listed_in(request: AgentRequest, name: str) -> Listed:
    """The list the address names."""
    return Listed(request.user, name, from_address(dict(request.GET.lists())), now())


def desk(
    request: AgentRequest,
    listed: Listed,
    ticket: Ticket | None = None,
    *,
    composer: Composer | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or the panes a script asks for with the header X-Pane: `ticket` or `desk`."""
    people, teams = answering_agents(), all_teams()
    context: dict[str, Any] = {"listed": listed, "ticket": None, "now": listed.at}
    if ticket:
        context |= ticket_context(ticket, listed.agent, at=listed.at, agents=people, teams=teams, composer=composer)
    if ticket and request.headers.get("X-Pane") == "ticket":
        return fragment(render(request, "workspace/ticket/panes.html", context, status=status))
    context |= {**views(listed), **list_context(listed, people, teams, request.GET.get("after", ""))}
    whole = request.headers.get("X-Pane") != "desk"
    template = "workspace/inbox/page.html" if whole else "workspace/inbox/desk.html"
    return fragment(render(request, template, context, status=status))


def fragment(response: HttpResponse) -> HttpResponse:
    """A page that is another one for a script, and that nobody keeps for somebody else."""
    patch_vary_headers(response, ("X-Pane", "HX-Request", "Cookie"))
    patch_cache_control(response, private=True, no_cache=True)
    return response
