"""Reading the conversation, and what both sides see of each other while it goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from inbox.chats.queries import conversation as read_conversation
from inbox.chats.talk import note_seen, type_as_visitor
from inbox.livechat.items import conversation_item
from inbox.livechat.requests import Asked, endpoint


@endpoint("GET", pace="conversation")
def conversation(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The newest messages; with `?after=` what changed since that cursor; with `?before=` older ones."""
    before = request.GET.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = read_conversation(asked.known, after=request.GET.get("after", ""), before=older_than)
    return JsonResponse(conversation_item(found, asked.known))


@endpoint("POST", pace="typing")
def typing(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The visitor writes, or stopped: {"typing": true}."""
    type_as_visitor(asked.known, is_typing=asked.data.get("typing") is True)
    return HttpResponse(status=204)


@endpoint("POST", pace="read")
def read(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Messages of ours arrived or were seen: {"up_to": 71, "seen": true}."""
    up_to = asked.data.get("up_to")
    if isinstance(up_to, int) and not isinstance(up_to, bool) and 0 < up_to < 2**62:
        note_seen(asked.known, up_to, is_read=asked.data.get("seen") is True)
    return HttpResponse(status=204)
