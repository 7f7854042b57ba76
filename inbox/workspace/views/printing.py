"""A ticket or a message on paper: one document without scripts, frames or fetches from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.tickets.access import message_for, ticket_for
from inbox.tickets.albums import files_before
from inbox.tickets.enums import AuthorKind, Direction
from inbox.tickets.html import Look, is_formatted
from inbox.tickets.merged import said_in
from inbox.tickets.models import Attachment, Message, Ticket
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.letterhead import Letterhead, letterhead
from inbox.workspace.meetings import Meeting, meetings
from inbox.workspace.prose import prose
from inbox.workspace.views.mail_frame import shown_html

#: As for the mail frame: mails are in it. `allow-modals` is for the browser's own print dialog.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-modals allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message as it is printed."""

    message: Message
    who: str
    body: SafeString
    is_laid_out: bool
    head: Letterhead
    meetings: list[Meeting]
    files: list[Attachment]


@require_safe
@agents
def ticket_print(request: AgentRequest, number: int) -> HttpResponse:
    """All that was said in a ticket, in order; notes too, for they are for those who print."""
    found = ticket_for(request.user, number, even_deleted=True)
    said = said_in(found).filter(withdrawn_at=None).exclude(author_kind=AuthorKind.SURVEY)
    return _printed(request, found, said)


@require_safe
@agents
def message_print(request: AgentRequest, message_id: int) -> HttpResponse:
    """One message."""
    message = message_for(request.user, message_id)
    return _printed(request, message.ticket, Message.objects.filter(pk=message.pk))


def _printed(request: AgentRequest, ticket: Ticket, said: QuerySet[Message]) -> HttpResponse:
    messages = (
        said.select_related("agent", "customer", "identity", "channel")
        .prefetch_related("attachments")
        .order_by("occurred_at", "id")
    )
    context = {"ticket": ticket, "sheets": [_sheet(message) for message in messages], "now": now()}
    response = render(request, "workspace/ticket/print.html", context)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sheet(message: Message) -> Sheet:
    shown_before = files_before(message)
    body, files = prose(message.text), [one for one in message.attachments.all() if one.pk not in shown_before]
    is_laid_out = message.direction == Direction.IN and is_formatted(message.html)
    if is_laid_out:
        # The sanitiser was the last to touch it.
        body = mark_safe(shown_html(message, look=Look.SENT).html)  # noqa: S308
        files = [file for file in files if not (file.is_inline and file.content_id)]
    who = str(message.agent or message.customer or "")
    return Sheet(message, who, body, is_laid_out, letterhead(message), meetings(message.calendar), files)
