"""Connected accounts: how they are, connecting and changing them, what they say, switching them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels_adapters.registry import kinds
from inbox.channels.access import has_transport
from inbox.channels.accounts import change_account, change_texts, renew_hook, set_aliases, switch
from inbox.channels.hook_signs import signs_at
from inbox.channels.models import Channel
from inbox.channels.queries import channels_with_health, quarantined
from inbox.chats.health import health_of_chats
from inbox.common.clock import now
from inbox.demo.workspace import sample_channel
from inbox.workspace.access import AgentRequest, admins, leads
from inbox.workspace.account_news import told_of
from inbox.workspace.channel_form import ChannelForm
from inbox.workspace.channel_guide import form_context, hook_shown, is_shared
from inbox.workspace.channel_health import health_of
from inbox.workspace.channel_list import grouped
from inbox.workspace.channel_texts import ChannelTextsForm
from inbox.workspace.views.channel_connect import network_of
from inbox.workspace.views.chat_overview import chat_overview


@require_safe
@leads
def channels(request: AgentRequest) -> HttpResponse:
    """All connected accounts with their health, worst news in sight."""
    at = now()
    found = list(channels_with_health(at))
    chats = health_of_chats(found, at)
    context = {
        "groups": grouped(found, chats, at),
        "quarantined": quarantined().count(),
        "has_sample": request.user.administers and sample_channel() is not None,
        "now": at,
    }
    return render(request, "workspace/shell/channels.html", context)


@require_safe
@leads
def channel(request: AgentRequest, channel_id: int) -> HttpResponse:
    """One account: how it is now, and for admins what can be tried and where its settings are."""
    at = now()
    found = get_object_or_404(channels_with_health(at), pk=channel_id)
    if found.kind == "livechat":
        return chat_overview(request, found, at)
    context = {
        "channel": found,
        "health": health_of(found, at),
        "has_transport": has_transport(found),
        "told": told_of(found),
        "is_missing": found.kind not in kinds(),
        "hook": hook_shown(found) if request.user.administers else "",
        "is_shared": is_shared(found),
        "signs": signs_at(found),
        "now": at,
    }
    part = "channel_figures" if request.htmx else "channel"
    return render(request, f"workspace/shell/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@admins
def channel_settings(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Change a connected account. Stored secrets are never shown; an empty field keeps them."""
    found = get_object_or_404(Channel, pk=channel_id)
    if found.kind == "livechat":
        return redirect("workspace:chat_general", found.pk)
    form = ChannelForm(request.POST or None, network=network_of(found.kind), channel=found)
    if request.method == "POST" and form.is_valid():
        change_account(found, **form.values())
        set_aliases(found, form.cleaned_data.get("aliases", ()))
        messages.success(request, _("The channel is saved."))
        return redirect("workspace:channel_settings", found.pk)
    return render(request, "workspace/shell/channel_settings.html", form_context(form))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def channel_texts(request: AgentRequest, channel_id: int) -> HttpResponse:
    """What the channel says by itself: its signature and its automatic answer, by language."""
    found = get_object_or_404(Channel.objects.exclude(kind="livechat"), pk=channel_id)
    form = ChannelTextsForm(request.POST or None, channel=found)
    if request.method == "POST" and form.is_valid():
        change_texts(found, acknowledges=form.cleaned_data["acknowledges"], texts=form.texts())
        messages.success(request, _("The texts are saved."))
        return redirect("workspace:channel_texts", found.pk)
    return render(request, "workspace/shell/channel_texts.html", {"form": form, "channel": found})


@require_POST
@admins
def channel_hook(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Make a new address for webhooks; the old one is refused from now on."""
    found = get_object_or_404(Channel, pk=channel_id)
    version = request.POST.get("version", "")
    renew_hook(found, version=int(version) if version.isascii() and version.isdigit() else found.hook_version)
    messages.success(request, _("This channel has a new webhook address. Enter it at your provider."))
    return redirect(reverse("workspace:channel", args=[found.pk]) + "#hook")


@require_POST
@admins
def channel_activity(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Switch a channel on or off."""
    found = get_object_or_404(Channel, pk=channel_id)
    switch(found, on=request.POST.get("on") == "1")
    words = _("%(name)s is on.") if found.is_active else _("%(name)s is off and takes nothing in.")
    messages.success(request, words % {"name": found.name})
    return redirect("workspace:channel", found.pk)
