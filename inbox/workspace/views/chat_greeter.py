"""Writing the greeter of a live chat: when it greets, its steps, and a walk through what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.chats.examples import demo_flow
from inbox.chats.flow_editing import (
    InvalidFlow,
    add_step,
    edit_step,
    move_step,
    problems,
    remove_step,
    set_flow,
    unreached,
)
from inbox.chats.flow_enums import FlowKind, RunEnd
from inbox.chats.flow_models import Flow, FlowRun, FlowStep
from inbox.chats.flow_queries import flow_of, script_of
from inbox.chats.flow_words import words_in
from inbox.chats.script import Script
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.greeter_forms import FlowForm, StepForm
from inbox.workspace.greeter_walk import walk_of
from inbox.workspace.views.chat_settings import chat_of

_COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """A step in the list: what it says in the chat's language, and where it leads, as label and key."""

    row: FlowStep
    text: str
    ways: list[tuple[str, str]]
    is_reached: bool


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_greeter(request: AgentRequest, chat_id: int) -> HttpResponse:
    """The script, with a walk through it: `?walk=` is what was pressed so far, `?lang=` in which language."""
    widget = chat_of(chat_id)
    channel, flow = widget.channel, flow_of(chat_id)
    form = FlowForm(request.POST or None, initial=FlowForm.stored(flow))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.done(lambda: set_flow(channel, **form.cleaned_data, by=request.user))
    ):
        messages.success(request, _("Saved. Visitors see it from their next page on."))
        return redirect("workspace:chat_greeter", chat_id)
    script = script_of(flow) if flow else Script(())
    language = request.GET.get("lang") or channel.language
    shown = {
        "channel": channel,
        "widget": widget,
        "form": form,
        "flow": flow,
        "lines": _lines(flow, script, channel.language) if flow else [],
        "problems": problems(flow) if flow and script.steps else [],
        "kinds": FlowKind.choices,
        "walk": walk_of(script, request.GET.get("walk", "")[:600], language, channel.language),
        "language": language,
        "counts": _counts(flow) if flow else None,
    }
    return render(request, "workspace/chat_settings/greeter.html", shown)


@require_POST
@admins
def chat_greeter_steps(request: AgentRequest, chat_id: int) -> HttpResponse:
    """Add a step, or with `kind=example` those of a shop."""
    channel, kind = chat_of(chat_id).channel, request.POST.get("kind", "")
    if kind == "example" and not FlowStep.objects.filter(flow__channel=channel).exists():
        demo_flow(channel, is_active=False, by=request.user)
        return redirect("workspace:chat_greeter", chat_id)
    try:
        step = add_step(channel, kind, by=request.user)
    except InvalidFlow as refused:
        messages.error(request, str(refused))
        return redirect("workspace:chat_greeter", chat_id)
    return redirect("workspace:chat_greeter_step", chat_id, step.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_greeter_step(request: AgentRequest, chat_id: int, step_id: int) -> HttpResponse:
    """What a step says and where it leads."""
    widget, step = chat_of(chat_id), _step(chat_id, step_id)
    form = StepForm(request.POST or None, step, list(step.flow.steps.all()), widget.channel.language)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.done(lambda: edit_step(step, form.draft(), by=request.user))
    ):
        messages.success(request, _("The step is saved."))
        again = request.POST.get("do") == "stay"
        return redirect("workspace:chat_greeter_step", chat_id, step_id) if again else _back(chat_id, step.key)
    shown = {"channel": widget.channel, "widget": widget, "form": form, "step": step}
    return render(request, "workspace/chat_settings/greeter_step.html", shown)


@require_POST
@admins
def chat_greeter_place(request: AgentRequest, chat_id: int, step_id: int) -> HttpResponse:
    """Move a step up or down (`by` is -1 or 1)."""
    step, places = _step(chat_id, step_id), request.POST.get("by")
    if places not in ("-1", "1"):
        return HttpResponseBadRequest()
    _tried(request, lambda: move_step(step, int(places), by=request.user))
    return _back(chat_id, step.key)


@require_POST
@admins
def chat_greeter_removal(request: AgentRequest, chat_id: int, step_id: int) -> HttpResponse:
    """Remove a step."""
    step = _step(chat_id, step_id)
    if _tried(request, lambda: remove_step(step, by=request.user)):
        messages.success(request, _("The step is removed. What led to it hands over to a person."))
        return redirect("workspace:chat_greeter", chat_id)
    return redirect("workspace:chat_greeter_step", chat_id, step_id)


def _tried(request: AgentRequest, verb: Callable[[], object]) -> bool:
    try:
        verb()
    except InvalidFlow as refused:
        messages.error(request, " ".join([_("Nothing is changed."), *refused.errors.get("", [])]))
        return False
    return True


def _step(chat_id: int, step_id: int) -> FlowStep:
    found = FlowStep.objects.select_related("flow__channel", "next").prefetch_related("texts", "options__texts")
    return get_object_or_404(found, pk=step_id, flow__channel=chat_id)


def _back(chat_id: int, key: str) -> HttpResponse:
    response = redirect("workspace:chat_greeter", chat_id)
    response["Location"] += f"#step-{key}"
    return response


def _lines(flow: Flow, script: Script, language: str) -> list[Line]:
    lost = set(unreached(flow))
    found = []
    for row, step in zip(flow.steps.all(), script.steps, strict=True):
        ways = [(words_in(one.labels, language) or "–", one.next or "") for one in step.options]
        if step.kind == FlowKind.ASK:
            ways = [(_("answered"), step.next or "")]
        elif step.kind == FlowKind.ANSWER:
            ways = [(_("it did not help"), step.next or "")]
        found.append(Line(row, words_in(step.texts, language), ways, step.key not in lost))
    return found


def _counts(flow: Flow) -> dict[str, int]:
    """How many visitors it met lately, and how that ended."""
    lately = FlowRun.objects.filter(flow=flow, started_at__gte=now() - _COUNTED)
    return lately.aggregate(
        met=Count("pk"),
        wished=Count("pk", filter=Q(why=RunEnd.WISHED)),
        script=Count("pk", filter=Q(why=RunEnd.SCRIPT)),
        helped=Count("pk", filter=Q(why=RunEnd.HELPED)),
    )
