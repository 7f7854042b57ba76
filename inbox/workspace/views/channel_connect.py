"""Connecting an account: choosing its kind, a guided page, and the first minutes until its network has written."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels_adapters.contracts import Adapter
from channels_adapters.registry import UnknownKind, adapter
from inbox.channels import actions
from inbox.channels.accounts import end_former_secret, set_aliases
from inbox.channels.hook_signs import signs_at
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.channel_form import ChannelForm
from inbox.workspace.channel_guide import cards, form_context, hook_shown, to_copy


@require_safe
@admins
def connect_channel(request: AgentRequest) -> HttpResponse:
    """What can be connected."""
    return render(request, "workspace/shell/channel_kinds.html", {"cards": cards()})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@admins
def new_channel(request: AgentRequest, kind: str) -> HttpResponse:
    """Connect an account of a kind."""
    form = ChannelForm(request.POST or None, network=network_of(kind))
    if request.method == "POST" and form.is_valid():
        made = actions.connect(kind=kind, **form.values(), hook_number=form.number)
        set_aliases(made, form.cleaned_data.get("aliases", ()))
        if kind != "email":
            return redirect("workspace:channel_connecting", made.pk)
        messages.success(request, _("%(name)s is connected. Try it with the button below.") % {"name": made.name})
        return redirect("workspace:channel", made.pk)
    return render(request, "workspace/shell/channel_settings.html", form_context(form))


@require_safe
@admins
def channel_connecting(request: AgentRequest, channel_id: int) -> HttpResponse:
    """The account just connected: it is tried, registered at its network, and waits for the first request."""
    found = get_object_or_404(Channel.objects.exclude(kind="livechat"), pk=channel_id)
    context = {"channel": found, "hook": hook_shown(found), "to_copy": to_copy(found), "signs": signs_at(found)}
    return render(request, "workspace/shell/channel_connecting.html", context)


@require_safe
@admins
def channel_signs(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Whether the network's requests arrive; asked again until the first one has."""
    found = get_object_or_404(Channel, pk=channel_id)
    context = {"channel": found, "signs": signs_at(found), "now": now()}
    return render(request, "workspace/shell/channel_signs.html", context)


@require_POST
@admins
def channel_former_secret(request: AgentRequest, channel_id: int, secret_name: str) -> HttpResponse:
    """End a secret that was replaced: what is signed with it is refused from now on."""
    found = get_object_or_404(Channel, pk=channel_id)
    end_former_secret(found, secret_name)
    messages.success(request, _("The former secret counts no more."))
    return redirect("workspace:channel_settings", found.pk)


def network_of(kind: str) -> Adapter:
    """The adapter of a kind that has a form here. Raises 404."""
    try:
        return adapter(kind)
    except UnknownKind:
        raise Http404("No such page.") from None
