"""Other systems that are told of surveys: their addresses, what each hears, and how its calls went."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.escalations.hooks import signing_secret
from inbox.webhooks.actions import (
    InvalidWebhook,
    call_again,
    change_webhook,
    delete_webhook,
    make_webhook,
    switch_webhook,
    try_webhook,
)
from inbox.webhooks.enums import SUBSCRIBED
from inbox.webhooks.models import Webhook, WebhookCall
from inbox.workspace.access import AgentRequest, admins

_CALLS = 30


class WebhookForm(forms.Form):
    """Where to call, and what for."""

    name = forms.CharField(label=gettext_lazy("Name"))
    address = forms.CharField(
        label=gettext_lazy("Address"), widget=forms.URLInput({"placeholder": "https://", "autocomplete": "off"})
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("It is told when"),
        choices=[(str(kind), kind.label) for kind in SUBSCRIBED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def saved(self, webhook: Webhook | None, by: Agent) -> Webhook | None:
        """The webhook as it is now; None when something is wrong, which the fields tell."""
        if not self.is_valid():
            return None
        try:
            if webhook is None:
                return make_webhook(**self.cleaned_data, by=by)
            return change_webhook(webhook, **self.cleaned_data, by=by)
        except InvalidWebhook as problem:
            for field, sentence in problem.errors.items():
                self.add_error(field, sentence)
        return None


def _found(webhook_id: int) -> Webhook:
    return get_object_or_404(Webhook, pk=webhook_id, deleted_at=None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def webhooks(request: AgentRequest) -> HttpResponse:
    """All addresses, and a form for another."""
    form = WebhookForm(request.POST or None, initial={"kinds": [str(kind) for kind in SUBSCRIBED]})
    if request.method == "POST" and (made := form.saved(None, request.user)):
        messages.success(request, _("%(name)s is told from now on. Try it with a test.") % {"name": made})
        return redirect("workspace:webhook", made.pk)
    waiting = Count("calls", filter=Q(calls__done_at=None))
    failed = Count("calls", filter=Q(calls__done_at__isnull=False) & ~Q(calls__error=""))
    found = Webhook.objects.filter(deleted_at=None).annotate(
        waiting=waiting, failed=failed, last=Max("calls__done_at", filter=Q(calls__error=""))
    )
    shown = {"webhooks": found.order_by("name", "pk"), "form": form, "secret": signing_secret(), "now": now()}
    return render(request, "workspace/settings/webhooks.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def webhook(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """One address: what it is told, and its calls of the last 30 days."""
    found = _found(webhook_id)
    known = {"name": found.name, "address": found.address, "kinds": found.kinds}
    form = WebhookForm(request.POST or None, initial=known)
    if request.method == "POST" and form.saved(found, request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": found})
        return redirect("workspace:webhook", found.pk)
    page = Paginator(found.calls.order_by("-pk"), _CALLS).get_page(request.GET.get("page"))
    rows = [(call, json.dumps(call.data, ensure_ascii=False, indent=2)) for call in page]
    shown = {"webhook": found, "form": form, "page": page, "rows": rows, "now": now()}
    return render(request, "workspace/settings/webhook.html", shown)


@require_POST
@admins
def webhook_switch(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Switch it on or off."""
    found = switch_webhook(_found(webhook_id), request.POST.get("on") == "1", by=request.user)
    told = _("%(name)s is told again.") if found.is_active else _("%(name)s is told nothing more.")
    messages.success(request, told % {"name": found})
    return redirect("workspace:webhook", found.pk)


@require_POST
@admins
def webhook_test(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Call it once with nothing but a greeting."""
    found = _found(webhook_id)
    try_webhook(found, by=request.user)
    messages.success(request, _("%(name)s is being called. Look here again in a moment.") % {"name": found})
    return redirect("workspace:webhook", found.pk)


@require_POST
@admins
def webhook_removal(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Tell it nothing more, for good."""
    found = _found(webhook_id)
    delete_webhook(found, by=request.user)
    messages.success(request, _("%(name)s is deleted.") % {"name": found})
    return redirect("workspace:webhooks")


@require_POST
@admins
def webhook_attempt(request: AgentRequest, call_id: int) -> HttpResponse:
    """Let a call that was given up be made again."""
    call = get_object_or_404(WebhookCall.objects.select_related("webhook"), pk=call_id, webhook__deleted_at=None)
    call_again(call, by=request.user)
    messages.success(request, _("It is being tried again."))
    return redirect("workspace:webhook", call.webhook_id)
