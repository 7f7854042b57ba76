"""A ticket's nouns: each is posted to, and says what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.agents.models import Agent, Team
from inbox.chats.talk import tell_visitor
from inbox.common.clock import now
from inbox.escalations.actions import see
from inbox.reports.explain import explain_run
from inbox.sla.models import Clock
from inbox.tickets import actions
from inbox.tickets.access import ticket_for
from inbox.tickets.enums import Priority, State
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, agents, answerers
from inbox.workspace.answers import act, address, given, undoes
from inbox.workspace.explaining import explaining
from inbox.workspace.panes import (
    CHOSEN_STATES,
    all_teams,
    answering_agents,
    rest_context,
    talk_context,
    ticket_context,
)
from inbox.workspace.views.inbox import fragment


@require_safe
@agents
def ticket(request: AgentRequest, ref: str) -> HttpResponse:
    """The ticket's address for links from elsewhere ("T-42" or 42): it opens beside a list."""
    found = ticket_for(request.user, ref, even_deleted=True)
    beside = "open" if found.is_unresolved else "resolved"
    if found.deleted_at and request.user.deletes_tickets:
        beside = "deleted"
    return redirect("workspace:listed_ticket", beside, found.pk)


@require_safe
@agents
def parts(request: AgentRequest, number: int) -> HttpResponse:
    """Head, timeline and customer as they are now: what a live page asks for. The composer is not touched.

    A page wants the words first: `?of=talk` is the timeline alone, `?of=rest` what stands around it.
    """
    found, at, of = ticket_for(request.user, number, even_deleted=True), now(), request.GET.get("of")
    if of == "talk":
        return fragment(render(request, "workspace/ticket/talk.html", talk_context(found, request.user, at=at)))
    make, template = (rest_context, "rest") if of == "rest" else (ticket_context, "parts")
    context = make(found, request.user, at=at, agents=answering_agents(), teams=all_teams())
    return fragment(render(request, f"workspace/ticket/{template}.html", context))


@require_POST
@answerers
def state(request: AgentRequest, number: int) -> HttpResponse:
    """Move the ticket to another state."""
    found = ticket_for(request.user, number)
    wanted = given(request, "state")
    if wanted not in CHOSEN_STATES:
        return HttpResponseBadRequest(_("There is no such state."))
    return _set_state(request, found, State(wanted))


@require_http_methods(["POST", "DELETE"])
@answerers
def resolution(request: AgentRequest, number: int) -> HttpResponse:
    """Resolve the ticket; DELETE reopens it."""
    found = ticket_for(request.user, number)
    return _set_state(request, found, State.OPEN if undoes(request) else State.RESOLVED)


def _set_state(request: AgentRequest, found: Ticket, wanted: State) -> HttpResponse:
    before = State.OPEN if found.state == State.NEW else found.state
    told = _("%(ref)s is now: %(state)s.") % {"ref": found.ref, "state": wanted.label}
    undo = address("state", found, state=before) if before != wanted else ""
    return act(request, found, lambda: actions.set_state(found, wanted, by=request.user), told, undo=undo)


@require_POST
@answerers
def assignee(request: AgentRequest, number: int) -> HttpResponse:
    """Make somebody responsible: an agent's id, `me` or `none`."""
    found = ticket_for(request.user, number)
    wanted = given(request, "assignee")
    chosen = request.user if wanted == "me" else None if wanted == "none" else _one(Agent, wanted)
    told = _("Assigned to %(name)s.") % {"name": chosen} if chosen else _("Assigned to nobody.")
    undo = address("assignee", found, assignee=found.assignee_id or "none")
    return act(request, found, lambda: actions.assign(found, chosen, by=request.user), told, undo=undo)


@require_POST
@answerers
def team(request: AgentRequest, number: int) -> HttpResponse:
    """Hand the ticket to a team: its id, or `none`."""
    found = ticket_for(request.user, number)
    wanted = given(request, "team")
    chosen = None if wanted == "none" else _one(Team, wanted)
    told = _("Moved to %(team)s.") % {"team": chosen} if chosen else _("Taken out of its team.")
    undo = address("team", found, team=found.team_id or "none")
    return act(request, found, lambda: actions.move_to_team(found, chosen, by=request.user), told, undo=undo)


@require_POST
@answerers
def priority(request: AgentRequest, number: int) -> HttpResponse:
    """Set the priority."""
    found = ticket_for(request.user, number)
    wanted = given(request, "priority")
    if wanted not in Priority:
        return HttpResponseBadRequest(_("There is no such priority."))
    told = _("Priority: %(priority)s.") % {"priority": Priority(wanted).label}
    undo = address("priority", found, priority=found.priority)
    return act(request, found, lambda: actions.prioritize(found, Priority(wanted), by=request.user), told, undo=undo)


@require_http_methods(["POST", "DELETE"])
@answerers
def tags(request: AgentRequest, number: int) -> HttpResponse:
    """Put tags on the ticket (words with commas between them); DELETE takes one off."""
    found = ticket_for(request.user, number)
    names = [name for part in given(request, "tag").split(",") if (name := part.strip().lstrip("#").lower())][:20]
    if not names:
        return HttpResponseBadRequest(_("Which tag?"))
    told = ", ".join(f"#{name}" for name in names)
    undo = address("tags", found, tag=",".join(names))
    if undoes(request):
        told = _("Removed %(tags)s.") % {"tags": told}
        return act(
            request, found, lambda: [actions.untag(found, name, by=request.user) for name in names], told, undo=undo
        )
    told = _("Added %(tags)s.") % {"tags": told}
    return act(request, found, lambda: actions.tag(found, names, by=request.user), told, undo=undo, method="delete")


@require_http_methods(["POST", "DELETE"])
@answerers
def spam(request: AgentRequest, number: int) -> HttpResponse:
    """Set the ticket aside as spam; DELETE takes it back."""
    found = ticket_for(request.user, number)
    if undoes(request):
        told = _("Not spam after all.")
        return act(
            request, found, lambda: actions.unmark_spam(found, by=request.user), told, undo=address("spam", found)
        )
    told = _("%(ref)s is set aside as spam.") % {"ref": found.ref}
    undo = address("spam", found)
    return act(request, found, lambda: actions.mark_spam(found, by=request.user), told, undo=undo, method="delete")


@require_POST
@answerers
def subject(request: AgentRequest, number: int) -> HttpResponse:
    """Change the subject."""
    found = ticket_for(request.user, number)
    wanted = given(request, "subject").strip()
    if not wanted:
        return HttpResponseBadRequest(_("A subject can't be empty."))
    undo = address("subject", found, subject=found.subject) if found.subject else ""
    told = _("The subject is changed.")
    return act(request, found, lambda: actions.rename(found, wanted, by=request.user), told, undo=undo)


@require_POST
@answerers
def waiver(request: AgentRequest, number: int) -> HttpResponse:
    """The customer's last message needs no reply."""
    found = ticket_for(request.user, number)
    told = _("No reply is needed; the clock is waived.")
    return act(request, found, lambda: actions.waive_reply(found, by=request.user), told)


@require_POST
@agents
def seen(request: AgentRequest, number: int) -> HttpResponse:
    """The page was shown up to a message."""
    found = ticket_for(request.user, number, even_deleted=True)
    message = given(request, "message")
    if not (message.isdecimal() and len(message) < 18):
        return HttpResponseBadRequest(_("Up to which message?"))
    actions.mark_seen(found, request.user, int(message))
    if found.channel.kind == "livechat":
        tell_visitor(found)
    see(request.user, ticket=found)
    return HttpResponse(status=204)


@require_safe
@agents
def clock(request: AgentRequest, number: int, clock_id: int) -> HttpResponse:
    """Why a clock shows what it shows: the goal, what chose it, and each span that was counted or not."""
    found = ticket_for(request.user, number, even_deleted=True)
    shown = Clock.objects.filter(ticket=found, pk=clock_id).first()
    if shown is None:
        raise Http404("No such clock.")
    at = now()
    explained = explain_run(found, shown.target, at, number=shown.number)
    if explained is None:
        raise Http404("The log no longer knows this clock.")
    is_dialog = request.headers.get("X-Pane") == "dialog"
    context = {
        **explaining(found, explained, shown.target, "used"),
        "clock": shown,
        "now": at,
        "beside_the_ticket": is_dialog,
    }
    template = "workspace/ticket/clock.html" if is_dialog else "workspace/ticket/clock_page.html"
    return fragment(render(request, template, context))


def _one(model: type[Agent] | type[Team], value: str) -> Any:
    """The row with this id. Raises `Http404`."""
    found = model.objects.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 18 else None
    if found is None:
        raise Http404("Nobody of that name.")
    return found
