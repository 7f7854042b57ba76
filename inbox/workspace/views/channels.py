"""Connected accounts and how they are; connecting, changing, trying and switching them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels_adapters.contracts import Adapter
from channels_adapters.registry import UnknownKind, adapter, kinds
from inbox.channels import actions
from inbox.channels.access import account, has_transport
from inbox.channels.accounts import change_account, switch
from inbox.channels.models import Channel
from inbox.channels.queries import channels_with_health, quarantined
from inbox.common.clock import now
from inbox.demo.workspace import sample_channel
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.channel_form import ChannelForm


@require_safe
@admins
def channels(request: AgentRequest) -> HttpResponse:
    """All connected accounts with their health, worst news in sight."""
    at = now()
    found = list(channels_with_health(at))
    return render(
        request,
        "workspace/shell/channels.html",
        {
            "channels": [(channel, has_transport(channel)) for channel in found],
            "quarantined": quarantined().count(),
            "kinds": [adapter(kind) for kind in kinds()],
            "has_sample": sample_channel() is not None,
            "now": at,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@admins
def new_channel(request: AgentRequest, kind: str) -> HttpResponse:
    """Connect an account of a kind."""
    network = _network(kind)
    form = ChannelForm(request.POST or None, network=network)
    if request.method == "POST" and form.is_valid():
        channel = actions.connect(kind=kind, **form.values())
        messages.success(request, _("%(name)s is connected. Try it with the button below.") % {"name": channel.name})
        return redirect("workspace:channel", channel.pk)
    return render(request, "workspace/shell/channel.html", {"form": form, "network": network})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@admins
def channel(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Change a connected account. Stored secrets are never shown; an empty field keeps them."""
    found = get_object_or_404(channels_with_health(now()), pk=channel_id)
    network = _network(found.kind)
    form = ChannelForm(request.POST or None, network=network, channel=found)
    if request.method == "POST" and form.is_valid():
        change_account(found, **form.values())
        messages.success(request, _("The channel is saved."))
        return redirect("workspace:channel", found.pk)
    context = {"form": form, "network": network, "channel": found, "has_transport": has_transport(found), "now": now()}
    return render(request, "workspace/shell/channel.html", context)


@require_POST
@admins
def channel_check(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Try the stored settings; nothing is sent and nothing changes."""
    found = get_object_or_404(Channel, pk=channel_id)
    results = adapter(found.kind).check(account(found)) if has_transport(found) else ()
    return render(
        request,
        "workspace/shell/channel_check.html",
        {"channel": found, "results": results, "has_transport": has_transport(found)},
    )


@require_POST
@admins
def channel_activity(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Switch a channel on or off."""
    found = get_object_or_404(Channel, pk=channel_id)
    switch(found, on=request.POST.get("on") == "1")
    words = _("%(name)s is on.") if found.is_active else _("%(name)s is off and takes nothing in.")
    messages.success(request, words % {"name": found.name})
    return redirect("workspace:channel", found.pk)


def _network(kind: str) -> Adapter:
    try:
        return adapter(kind)
    except UnknownKind:
        raise Http404("No such page.") from None
