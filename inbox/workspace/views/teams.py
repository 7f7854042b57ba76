"""Teams: who is in them, and who leads them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inbox.agents.actions import TeamExists, make_team, set_members
from inbox.agents.models import Agent, Membership, Team
from inbox.workspace.access import AgentRequest, admins


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label=gettext_lazy("Name of the new team"), max_length=80)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def teams(request: AgentRequest) -> HttpResponse:
    """All teams by name, and a form for another."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = make_team(form.cleaned_data["name"], by=request.user)
        except TeamExists:
            form.add_error("name", _("There is a team of that name already."))
        else:
            messages.success(request, _("%(team)s is made. Choose who is in it.") % {"team": team})
            return redirect("workspace:team_members", team.pk)
    leads = Membership.objects.filter(leads=True).select_related("agent").order_by("agent__name")
    found = Team.objects.annotate(members=Count("memberships", filter=Q(memberships__agent__is_active=True)))
    listed = found.order_by("name").prefetch_related(Prefetch("memberships", leads, to_attr="leads"))
    return render(request, "workspace/settings/teams.html", {"teams": listed, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def team_members(request: AgentRequest, team_id: int) -> HttpResponse:
    """Who is in the team and who leads it: everybody with two marks."""
    team = get_object_or_404(Team, pk=team_id)
    if request.method == "POST":
        set_members(team, _chosen(request.POST), by=request.user)
        messages.success(request, _("%(team)s is saved.") % {"team": team})
        return redirect("workspace:teams")
    marks = dict(team.memberships.values_list("agent_id", "leads"))
    people = Agent.objects.filter(Q(is_active=True) | Q(pk__in=marks)).order_by("name")
    rows = [(agent, agent.pk in marks, marks.get(agent.pk, False)) for agent in people]
    return render(request, "workspace/settings/team.html", {"team": team, "rows": rows})


def _chosen(sent: QueryDict) -> dict[int, bool]:
    """Agent ids with whether each leads; who leads is a member, whatever his other mark says."""
    members, leads = _ids(sent.getlist("member")), _ids(sent.getlist("lead"))
    return {agent_id: agent_id in leads for agent_id in members | leads}


def _ids(values: list[str]) -> set[int]:
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18}
