"""The visitor has no more questions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from inbox.chats.ending import end_chat
from inbox.livechat.requests import Asked, endpoint


@endpoint("POST")
def end(request: HttpRequest, asked: Asked) -> HttpResponse:
    """End the conversation; answers with what became of it: {"ticket": {"state", "ref"} or null}."""
    ticket = end_chat(asked.known)
    return JsonResponse({"ticket": {"state": ticket.state, "ref": ticket.ref} if ticket else None})
