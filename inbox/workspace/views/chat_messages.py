"""What one of us said in a chat, said otherwise or taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.chats.editing import delete, edit
from inbox.tickets.access import message_for
from inbox.tickets.actions import Refused
from inbox.tickets.models import Message
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import act, given, is_scripted, refused
from inbox.workspace.views.questions import ask


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def message_text(request: AgentRequest, message_id: int) -> HttpResponse:
    """The words, to be changed; POST says the new ones."""
    message = message_for(request.user, message_id)
    text = given(request, "text")

    def question(problem: str = "", status: int = 200) -> HttpResponse:
        body = "workspace/ticket/message_text.html"
        told = {"message": message, "text": text or message.text, "problem": problem}
        return ask(request, _("Change the message"), body, status=status, **told)

    if request.method != "POST":
        return question()
    return _done(request, message, lambda: edit(message, text, by=request.user), _("The message is changed."), question)


@require_http_methods(["GET", "HEAD", "POST"])
@answerers
def message_removal(request: AgentRequest, message_id: int) -> HttpResponse:
    """What deleting a message means; POST deletes it."""
    message = message_for(request.user, message_id)

    def question(problem: str = "", status: int = 200) -> HttpResponse:
        body = "workspace/ticket/message_removal.html"
        return ask(request, _("Delete the message?"), body, status=status, message=message, problem=problem)

    if request.method != "POST":
        return question()
    return _done(request, message, lambda: delete(message, by=request.user), _("The message is deleted."), question)


def _done(
    request: AgentRequest,
    message: Message,
    verb: Callable[[], Message],
    told: str,
    question: Callable[[str, int], HttpResponse],
) -> HttpResponse:
    try:
        verb()
    except Refused as refusal:
        return refused(request, message.ticket, str(refusal)) if is_scripted(request) else question(str(refusal), 422)
    return act(request, message.ticket, lambda: None, told)
