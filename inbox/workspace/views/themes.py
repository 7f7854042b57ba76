"""Themes: what customers say again and again, the words that tell of it, and what may be a theme."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.surveys import themes as verbs
from inbox.surveys.action_items import add_action
from inbox.surveys.models import Invitation, Theme
from inbox.surveys.theme_queries import (
    actions_of,
    answers_with,
    comments_of,
    spoken_days,
    suggestions,
    themes_with_counts,
)
from inbox.tickets.access import tickets_of
from inbox.tickets.changes import Refused
from inbox.workspace.access import AgentRequest, answerers, leads, report_readers
from inbox.workspace.answers import act, given, undoes
from inbox.workspace.theme_forms import ActionForm, ThemeForm, language_name

_DAYS = (30, 90, 365)


@require_safe
@report_readers
def themes(request: AgentRequest) -> HttpResponse:
    """The themes with how often they are spoken of, and what may be one."""
    at, days = now(), _days(request)
    since = at - timedelta(days=days)
    found = [(language_name(one.language), one) for one in suggestions(since)]
    context = {
        "themes": themes_with_counts(since),
        "suggestions": found,
        "days": days,
        "all_days": _DAYS,
        "may_lead": _may_lead(request.user),
        "now": at,
    }
    return render(request, "workspace/themes/themes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@leads
def new_theme(request: AgentRequest) -> HttpResponse:
    """A new theme; `phrase` and `language` in the address are its first words."""
    phrase, language = request.GET.get("phrase", "")[:60], request.GET.get("language", "")
    words = {language: [phrase]} if phrase else {}
    initial = {"name": phrase.rstrip("*")} if phrase else {}
    return _form(request, None, ThemeForm(request.POST or None, theme=None, words=words, initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
@leads
def theme_words(request: AgentRequest, theme_id: int) -> HttpResponse:
    """A theme's name and words."""
    theme = get_object_or_404(Theme, pk=theme_id)
    return _form(request, theme, ThemeForm(request.POST or None, theme=theme, words=theme.words))


def _form(request: AgentRequest, theme: Theme | None, form: ThemeForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            saved = verbs.save_theme(
                theme, name=values["name"], words=form.words(), is_active=values["is_active"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The theme is saved; past answers are being searched for it."))
            return redirect("workspace:theme", saved.pk)
    return render(request, "workspace/themes/theme_form.html", {"form": form, "theme": theme})


@require_safe
@report_readers
def theme(request: AgentRequest, theme_id: int) -> HttpResponse:
    """What was said, and what is done about it."""
    found, at = get_object_or_404(Theme, pk=theme_id), now()
    return _theme_page(request, found, ActionForm() if _may_lead(request.user) else None, at)


def _theme_page(request: AgentRequest, found: Theme, form: ActionForm | None, at: object) -> HttpResponse:
    page = Paginator(answers_with(found), 20).get_page(request.GET.get("page"))
    weeks = spoken_days(found, now())
    most = max(count for _start, count in weeks)
    context = {
        "theme": found,
        "words": [(language_name(code), phrases) for code, phrases in sorted(found.words.items())],
        "page": page,
        "comments": comments_of(found, list(page)),
        "weeks": [(start, count, round(100 * count / most) if most else 0) for start, count in weeks],
        "spoken": sum(count for _start, count in weeks),
        "actions": actions_of(found),
        "form": form,
        "may_lead": _may_lead(request.user),
        "now": at,
    }
    return render(request, "workspace/themes/theme.html", context)


@require_POST
@leads
def theme_actions(request: AgentRequest, theme_id: int) -> HttpResponse:
    """Something is to be done about it."""
    found, form = get_object_or_404(Theme, pk=theme_id), ActionForm(request.POST)
    if not form.is_valid():
        return _theme_page(request, found, form, now())
    item = add_action(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Planned: %(title)s") % {"title": item.title})
    return redirect("workspace:theme", found.pk)


@require_http_methods(["POST", "DELETE"])
@answerers
def mention(request: AgentRequest, invitation_id: int) -> HttpResponse:
    """A customer speaks of a theme, though his words don't say so; DELETE says that he does not."""
    asked = _asked_for(request.user, invitation_id)
    chosen = _theme(given(request, "theme"))
    verb = verbs.deny_mention if undoes(request) else verbs.add_mention
    words = {"theme": chosen.name}
    told = _("Not about “%(theme)s”.") % words if undoes(request) else _("About “%(theme)s”.") % words
    ticket = asked.ticket
    if ticket is None:
        raise Http404("No such answer.")
    return act(request, ticket, lambda: verb(chosen, asked, by=request.user), told)


def _asked_for(agent: Agent, invitation_id: int) -> Invitation:
    asked = Invitation.objects.select_related("version", "ticket").filter(ticket__in=tickets_of(agent))
    return get_object_or_404(asked, pk=invitation_id)


def _theme(wanted: str) -> Theme:
    return get_object_or_404(Theme, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0)


def _days(request: AgentRequest) -> int:
    wanted = request.GET.get("days", "")
    return int(wanted) if wanted in map(str, _DAYS) else 90


def _may_lead(agent: Agent) -> bool:
    return agent.sees_all and agent.answers_customers
