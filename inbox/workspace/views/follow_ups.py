"""Follow-ups: the lists, one task by itself, and its nouns: owner and outcome."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.follow_ups import actions
from inbox.follow_ups.access import task_for
from inbox.follow_ups.queries import STANDING, WHOSE, listed, loads, owners_for
from inbox.surveys.models import FollowUpTask
from inbox.tickets.access import tickets_of
from inbox.tickets.actions import Refused
from inbox.workspace.access import AgentRequest, agents, answerers
from inbox.workspace.answers import act, given, is_scripted, undoes
from inbox.workspace.follow_ups import addresses_of, rows_of
from inbox.workspace.panes import answering_agents

_WHOSE_LABELS = {"mine": gettext_lazy("Mine"), "team": gettext_lazy("My teams"), "all": gettext_lazy("All")}
_STANDING_LABELS = {"open": gettext_lazy("Open"), "late": gettext_lazy("Late"), "done": gettext_lazy("Done")}


@require_safe
@agents
def follow_ups(request: AgentRequest) -> HttpResponse:
    """The tasks of one list, what is due first at its top."""
    at = now()
    whose, standing = _one_of(WHOSE, request.GET.get("whose")), _one_of(STANDING, request.GET.get("standing"))
    page = Paginator(listed(request.user, whose, standing, at), 25).get_page(request.GET.get("page"))
    counts = loads(request.user, at)
    context = {
        "page": page,
        "rows": rows_of(page, at),
        "whose": whose,
        "standing": standing,
        "lists": [(name, label, counts[name]) for name, label in _WHOSE_LABELS.items()],
        "standings": [
            (name, label, {"open": counts[whose].open, "late": counts[whose].late}.get(name))
            for name, label in _STANDING_LABELS.items()
        ],
        "others_open": counts["all"].open,
        "agents": answering_agents(),
        "may_act": request.user.answers_customers,
        "now": at,
    }
    return render(request, "workspace/follow_ups/follow_ups.html", context)


@require_safe
@agents
def follow_up(request: AgentRequest, task_id: int) -> HttpResponse:
    """One task, with where its customer can be written to and what he asked before."""
    task, at = task_for(request.user, task_id), now()
    others = tickets_of(request.user).filter(customer=task.invitation.customer_id).order_by("-last_message_at")
    context = {
        "row": rows_of([task], at)[0],
        "addresses": addresses_of(task),
        "others": others[:5],
        "agents": owners_for(task),
        "may_act": request.user.answers_customers,
        "now": at,
    }
    return render(request, "workspace/follow_ups/follow_up.html", context)


@require_POST
@answerers
def follow_up_owner(request: AgentRequest, task_id: int) -> HttpResponse:
    """Who gets back to the customer: an agent's id, `me` or `none`."""
    task, wanted = task_for(request.user, task_id), given(request, "owner")
    chosen = request.user if wanted == "me" else None if wanted == "none" else _agent(wanted)
    told = _("%(name)s follows up.") % {"name": chosen} if chosen else _("Nobody has this follow-up now.")
    return _act(request, task, lambda: actions.assign(task, chosen, by=request.user), told)


@require_http_methods(["POST", "DELETE"])
@answerers
def follow_up_outcome(request: AgentRequest, task_id: int) -> HttpResponse:
    """The task is done, with a word on how it went; DELETE reopens it."""
    task = task_for(request.user, task_id)
    if undoes(request):
        return _act(request, task, lambda: actions.reopen(task, by=request.user), _("The follow-up is open again."))
    outcome = given(request, "outcome")
    return _act(request, task, lambda: actions.finish(task, outcome, by=request.user), _("Followed up. Well done."))


def _act(request: AgentRequest, task: FollowUpTask, verb: Callable[[], object], told: str) -> HttpResponse:
    """Do it; beside a ticket its page is told, on the pages of follow-ups one is led back."""
    ticket = task.invitation.ticket
    if ticket and is_scripted(request):
        return act(request, ticket, verb, told)
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal), extra_tags="refused")
    else:
        messages.success(request, told)
    return HttpResponseRedirect(_back(request))


def _back(request: AgentRequest) -> str:
    place = given(request, "next")
    is_ours = url_has_allowed_host_and_scheme(place, {request.get_host()}, request.is_secure())
    return place if is_ours else reverse("workspace:follow_ups")


def _one_of(known: tuple[str, ...], wanted: str | None) -> str:
    return wanted if wanted in known else known[0]


def _agent(wanted: str) -> Agent:
    found = Agent.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    if found is None:
        raise Http404("Nobody of that name.")
    return found
