"""The first page of a live chat: what goes into the site's pages, and whether it was seen there."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from inbox.channels.models import Channel
from inbox.chats.health import health_of_chats
from inbox.chats.origins import last_foreign
from inbox.workspace.access import AgentRequest
from inbox.workspace.channel_health import health_of
from inbox.workspace.chat_examples import page_examples, policy_lines, snippet_of


def chat_overview(request: AgentRequest, channel: Channel, at: datetime) -> HttpResponse:
    """How a chat is, for `channel` as `channels_with_health` gives it; htmx gets the figures alone."""
    context = {
        "channel": channel,
        "widget": channel.widget,
        "health": health_of(channel, at),
        "chat": health_of_chats([channel], at)[channel.pk],
        "foreign": last_foreign(channel.widget),
        "snippet": snippet_of(channel),
        "policy": policy_lines(),
        "page": page_examples(),
        "now": at,
    }
    part = "figures" if request.htmx else "overview"
    return render(request, f"workspace/chat_settings/{part}.html", context)
