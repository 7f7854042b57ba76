"""Rules by which a live chat speaks first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.chats.rule_editing import add_rule, edit_rule, move_rule, remove_rule, with_figures
from inbox.chats.rule_models import ChatRule
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.greeter_forms import RuleForm
from inbox.workspace.views.chat_settings import chat_of


@require_safe
@admins
def chat_rules(request: AgentRequest, chat_id: int) -> HttpResponse:
    """All rules in their order, with what came of them."""
    widget = chat_of(chat_id)
    shown = {"channel": widget.channel, "widget": widget, "rules": with_figures(widget.channel)}
    return render(request, "workspace/chat_settings/rules.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_chat_rule(request: AgentRequest, chat_id: int) -> HttpResponse:
    """Write a rule."""
    widget = chat_of(chat_id)
    form = RuleForm(request.POST or None, ChatRule(channel=widget.channel, is_active=True), widget.channel.language)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.done(lambda: add_rule(widget.channel, **form.values(), by=request.user))
    ):
        return _saved(request, chat_id)
    shown = {"channel": widget.channel, "widget": widget, "form": form, "rule": None}
    return render(request, "workspace/chat_settings/rule.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_rule(request: AgentRequest, chat_id: int, rule_id: int) -> HttpResponse:
    """Change a rule."""
    widget, rule = chat_of(chat_id), _rule(chat_id, rule_id)
    form = RuleForm(request.POST or None, rule, widget.channel.language)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.done(lambda: edit_rule(rule, **form.values(), by=request.user))
    ):
        return _saved(request, chat_id)
    shown = {"channel": widget.channel, "widget": widget, "form": form, "rule": rule}
    return render(request, "workspace/chat_settings/rule.html", shown)


@require_POST
@admins
def chat_rule_place(request: AgentRequest, chat_id: int, rule_id: int) -> HttpResponse:
    """Move a rule up or down (`by` is -1 or 1)."""
    rule, places = _rule(chat_id, rule_id), request.POST.get("by")
    if places not in ("-1", "1"):
        return HttpResponseBadRequest()
    move_rule(rule, int(places), by=request.user)
    return redirect("workspace:chat_rules", chat_id)


@require_POST
@admins
def chat_rule_removal(request: AgentRequest, chat_id: int, rule_id: int) -> HttpResponse:
    """Remove a rule."""
    rule = _rule(chat_id, rule_id)
    remove_rule(rule, by=request.user)
    messages.success(request, _("“%(name)s” is removed.") % {"name": rule.name})
    return redirect("workspace:chat_rules", chat_id)


def _rule(chat_id: int, rule_id: int) -> ChatRule:
    return get_object_or_404(ChatRule.objects.select_related("channel"), pk=rule_id, channel=chat_id)


def _saved(request: AgentRequest, chat_id: int) -> HttpResponse:
    messages.success(request, _("Saved. Visitors see it from their next page on."))
    return redirect("workspace:chat_rules", chat_id)
