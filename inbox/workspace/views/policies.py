"""Policies: their list, what a ticket would get, making, changing, moving, switching and deleting them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from channels_adapters.registry import kinds
from inbox.agents.models import Agent, Team
from inbox.common.clock import now
from inbox.sla.escalation import steps_from
from inbox.sla.models import Policy
from inbox.sla.policies import ChangedMeanwhile, change_policy, delete_policy, make_policy, move_policy, switch_policy
from inbox.sla.queries import known_segments, listed_policies, open_tickets_by_policy
from inbox.tickets.enums import Priority
from inbox.workspace import policy_words as words
from inbox.workspace.access import AgentRequest, admins, report_readers
from inbox.workspace.policy_form import PolicyForm
from inbox.workspace.policy_history import history
from inbox.workspace.policy_list import facts_of, listing, promises, tried


@require_safe
@report_readers
def policies(request: AgentRequest) -> HttpResponse:
    """All policies in the order in which they are asked, and what a ticket would get of them."""
    return render(request, "workspace/settings/policies.html", _list(request))


@require_safe
@report_readers
def policy(request: AgentRequest, policy_id: int) -> HttpResponse:
    """One policy: what it promises to whom, what happens when that is missed, and every change so far.

    One that is deleted can still be read: tickets have it.
    """
    found = get_object_or_404(Policy, pk=policy_id)
    version = found.versions.select_related("calendar").latest("in_force_from")
    agents, teams = Agent.objects.in_bulk(), Team.objects.in_bulk()
    context = {
        "policy": found,
        "version": version,
        "conditions": words.conditions(version.conditions),
        "promises": promises(version),
        "steps": [words.step_in_words(step, agents, teams) for step in steps_from(version.escalations)],
        "history": history(found),
        "may_change": request.user.administers and found.deleted_at is None,
        "held": open_tickets_by_policy().get(found.pk, 0),
        "priorities": Priority.choices,
        "now": now(),
    }
    return render(request, "workspace/settings/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_policy(request: AgentRequest) -> HttpResponse:
    """Make a policy."""
    form = PolicyForm(request.POST if request.method == "POST" else None, None, None, now())
    if _is_sent(request) and (terms := form.terms()):
        made = make_policy(terms, by=request.user)
        messages.success(request, _("“%(name)s” applies to new tickets from now on.") % {"name": made.name})
        return redirect("workspace:policy", made.pk)
    return render(request, "workspace/settings/policy_terms.html", {"form": form, "now": form.at})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def policy_terms(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Change a policy from now on."""
    found = _policy(policy_id)
    form = PolicyForm(request.POST if request.method == "POST" else None, found, found.versions.last(), now())
    if _is_sent(request) and (terms := form.terms()):
        try:
            change_policy(found, terms, by=request.user, seen=form.seen)
        except ChangedMeanwhile as refused:
            # Saved again, it replaces what is then known.
            form.newer, form.seen = refused.newest, refused.newest.pk
        else:
            messages.success(request, _("Saved. New tickets get these terms from now on."))
            return redirect("workspace:policy", found.pk)
    context = {"form": form, "policy": found, "now": form.at}
    return render(request, "workspace/settings/policy_terms.html", context)


def _is_sent(request: AgentRequest) -> bool:
    """Whether the form is to be saved, not only drawn anew."""
    return request.method == "POST" and "redraw" not in request.POST


@require_POST
@admins
def policy_place(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Move a policy to a place of the list, counted from 0."""
    found = _policy(policy_id)
    place = request.POST.get("place", "")
    if place.removeprefix("-").isdecimal() and len(place) < 6:
        move_policy(found, int(place), by=request.user)
    said = _("%(name)s is asked as number %(place)s from now on.")
    return _told(request, found, said % {"name": found.name, "place": _place_of(found)})


@require_POST
@admins
def policy_activity(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Switch a policy on or off."""
    found = _policy(policy_id)
    switch_policy(found, on=request.POST.get("on") == "1", by=request.user)
    said = _("%(name)s is on.") if found.is_active else _("%(name)s is off. Tickets that have it keep it.")
    return _told(request, found, said % {"name": found.name})


@require_POST
@admins
def policy_deletion(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Take a policy out of the list."""
    found = _policy(policy_id)
    delete_policy(found, by=request.user)
    messages.success(request, _("%(name)s is deleted. Tickets that have it keep it.") % {"name": found.name})
    return redirect("workspace:policies")


def _policy(policy_id: int) -> Policy:
    return get_object_or_404(Policy, pk=policy_id, deleted_at=None)


def _place_of(policy: Policy) -> int:
    return [one.pk for one in listed_policies()].index(policy.pk) + 1


def _told(request: AgentRequest, policy: Policy, said: str) -> HttpResponse:
    """The list, with a word on what was done."""
    if request.htmx:
        page = render(request, "workspace/settings/policies.html", _list(request))
        return trigger_client_event(page, "toast", {"text": said})
    messages.success(request, said)
    return redirect(f"{reverse('workspace:policies')}#policy-{policy.pk}")


def _list(request: AgentRequest) -> dict[str, Any]:
    at = now()
    lines = listing(listed_policies(), open_tickets_by_policy())
    facts = facts_of(request.GET)
    return {
        "lines": lines,
        "facts": facts,
        "trial": tried(lines, {**facts, "channel": facts["channel"] or "email"}, at),
        "priorities": Priority.choices,
        "kinds": kinds(),
        "teams": Team.objects.order_by("name"),
        "segments": known_segments(),
        "languages": settings.LANGUAGES,
        "now": at,
    }
