"""Writing: replies and notes, their drafts, taking a reply back, sending one again."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.http.request import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from inbox.channels.actions import retry_delivery, withdraw_reply
from inbox.channels.letters import marker
from inbox.channels.models import Delivery
from inbox.channels.recipients import suggested
from inbox.common.clock import now
from inbox.common.pictures import picture_type
from inbox.tickets import actions
from inbox.tickets.access import message_for, ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import NewerArrived, note, reply
from inbox.tickets.enums import MessageKind, State
from inbox.tickets.filenames import clean_filename
from inbox.tickets.files import StoredFile, store
from inbox.tickets.filters import from_address
from inbox.tickets.models import Message, ScheduledReply, Ticket
from inbox.tickets.queries import last_said
from inbox.tickets.recipients import entries
from inbox.tickets.scheduled import files_kept_for, schedule
from inbox.workspace.access import AgentRequest, answerers, note_writers
from inbox.workspace.answers import act, changed, is_scripted, refused
from inbox.workspace.composing import (
    LARGEST_FILE,
    LARGEST_MESSAGE,
    Composer,
    addressed,
    chosen_time,
    composer_of,
    draft_recipients,
    offered,
    saved_in_words,
)
from inbox.workspace.listing import Listed
from inbox.workspace.network_side import chosen_way, network_side
from inbox.workspace.panes import CHOSEN_STATES, ticket_context
from inbox.workspace.views.inbox import desk, fragment


@require_POST
@note_writers
def messages(request: AgentRequest, number: int) -> HttpResponse:
    """Send a reply, plan it or keep a note. What is refused stays in the composer with the reason."""
    ticket = ticket_for(request.user, number)
    listed = _listed(request)
    following = _following(request, listed, ticket)
    try:
        said = _said(request, ticket)
    except Refused as refusal:
        return _not_taken(request, listed, ticket, refusal)
    if isinstance(said, Message):
        actions.mark_seen(ticket, request.user, said.pk)
    if is_scripted(request):
        return _emptied(request, ticket, following)
    return HttpResponseRedirect(following or f"{listed.url(ticket)}#{anchor_of(said)}")


def anchor_of(said: Message | ScheduledReply) -> str:
    """The id of its element in the ticket."""
    return f"message-{said.pk}" if isinstance(said, Message) else f"planned-{said.pk}"


def _said(request: AgentRequest, ticket: Ticket) -> Message | ScheduledReply:
    given, agent = request.POST, request.user
    files = [*_kept(request, ticket), *_stored(request)]
    ref = _client_ref(given)
    if _mode(request) == MessageKind.NOTE:
        return note(ticket, given.get("note_text", ""), by=agent, files=files, client_ref=ref)
    then = given.get("then", "")
    seen = given.get("seen_message_id", "")
    common: dict[str, Any] = {
        "by": agent,
        "then": State(then) if then in CHOSEN_STATES else None,
        "seen_message_id": int(seen) if seen.isdecimal() and "anyway" not in given else None,
        "files": files,
        "quotes_history": "quotes" in given,
        "client_ref": ref,
    }
    send_at, way = chosen_time(given), chosen_way(ticket, given)
    buttons = offered(ticket, given.getlist("offer"), is_private=way.sending.is_private)
    if buttons and (way.to or way.text is not None):
        raise Refused(_("Answers to press can't be sent this way."))
    # Whoever is typed for the first time is known from now on, but only if the reply is taken.
    with transaction.atomic():
        to, cc, bcc = addressed(ticket, given)
        to, text = way.to or to, given.get("message_text", "") if way.text is None else way.text
        common |= {"sending": way.sending, "buttons": buttons}
        if send_at:
            return schedule(ticket, text, send_at=send_at, recipients=entries(to, cc, bcc), **common)
        return reply(ticket, text, to=to, cc=cc, bcc=bcc, **common)


def _mode(request: AgentRequest) -> MessageKind:
    """Who may only write notes writes notes, whatever the form says."""
    asked = request.POST.get("mode")
    may_answer = request.user.answers_customers
    return MessageKind.MESSAGE if may_answer and asked != MessageKind.NOTE else MessageKind.NOTE


def _client_ref(given: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(given.get("client_ref", ""))
    except ValueError:
        return None


def _stored(request: AgentRequest) -> list[StoredFile]:
    """The uploaded files, kept; refused together when one is too large."""
    uploads: list[UploadedFile[Any]] = [*request.FILES.getlist("files"), *request.FILES.getlist("pictures")]
    sizes = [upload.size or 0 for upload in uploads]
    if any(size > LARGEST_FILE for size in sizes) or sum(sizes) > LARGEST_MESSAGE:
        most, whole = LARGEST_FILE // 2**20, LARGEST_MESSAGE // 2**20
        raise Refused(
            _("That is too large: a file may have %(most)d MB, all together %(whole)d MB.")
            % {"most": most, "whole": whole}
        )
    placed = set() if _mode(request) == MessageKind.NOTE else {id(one) for one in request.FILES.getlist("pictures")}
    return [_kept_file(upload, request.POST.get("message_text", ""), id(upload) in placed) for upload in uploads]


def _kept_file(upload: UploadedFile[Any], text: str, is_placed: bool) -> StoredFile:
    """A file in storage. A picture put into the text, and still named there, is shown in it."""
    content = upload.read()
    picture, name = picture_type(content), clean_filename(upload.name or "")
    kind = picture or upload.content_type or "application/octet-stream"
    if picture and is_placed and marker(name) in text:
        return store(content, filename=name, content_type=kind, content_id=f"{uuid.uuid4().hex}@inbox", is_inline=True)
    return store(content, filename=name, content_type=kind)


def _kept(request: AgentRequest, ticket: Ticket) -> list[StoredFile]:
    """Files that came back with a draft and were not left out."""
    wanted = set(request.POST.getlist("kept"))
    return [file for file in files_kept_for(ticket, request.user) if file.sha256 in wanted] if wanted else []


def _listed(request: AgentRequest) -> Listed:
    """The list the ticket was opened from: the form carries it."""
    query = QueryDict(request.POST.get("list_query", ""))
    name = request.POST.get("list_name", "") or "open"
    return Listed(request.user, name, from_address(dict(query.lists())), now())


def _following(request: AgentRequest, listed: Listed, ticket: Ticket) -> str:
    """Where to go after sending and resolving: the next ticket of the list, which the ticket is about to leave."""
    if request.POST.get("then") != State.RESOLVED or _mode(request) == MessageKind.NOTE:
        return ""
    try:
        return listed.url(listed.beside(ticket))
    except Http404:
        return ""


def _emptied(request: AgentRequest, ticket: Ticket, following: str) -> HttpResponse:
    """A fresh composer, and where the script goes from here."""
    response = changed(_composer(request, ticket), ticket)
    if following:
        response.headers["X-Next"] = following
    return response


def _composer(
    request: AgentRequest, ticket: Ticket, composer: Composer | None = None, status: int = 200
) -> HttpResponse:
    context = ticket_context(ticket, request.user, at=now(), agents=(), teams=(), composer=composer)
    context["listed"] = _listed(request)
    return fragment(render(request, "workspace/ticket/composer.html", context, status=status))


def _not_taken(request: AgentRequest, listed: Listed, ticket: Ticket, refusal: Refused) -> HttpResponse:
    composer = Composer(
        seen=int(request.POST.get("seen_message_id") or 0)
        if request.POST.get("seen_message_id", "").isdecimal()
        else 0,
        client_ref=request.POST.get("client_ref", ""),
        mode=str(_mode(request)),
        texts={"message": request.POST.get("message_text", ""), "note": request.POST.get("note_text", "")},
        suggestion=suggested(ticket),
        to=request.POST.get("to", ""),
        cc=request.POST.get("cc", ""),
        bcc=request.POST.get("bcc", ""),
        quotes="quotes" in request.POST,
        offers=request.POST.getlist("offer"),
        kept=_kept(request, ticket),
        error=str(refusal),
        newer=refusal.messages if isinstance(refusal, NewerArrived) else (),
        network=network_side(ticket, now(), {name: request.POST.get(name, "") for name in request.POST}),
    )
    status = 409 if composer.newer else 422
    if is_scripted(request):
        # Only the reason: the form on the page keeps what was written and the chosen files.
        context = {"composer": composer, "ticket": ticket, "latest": last_said(ticket)}
        return fragment(render(request, "workspace/ticket/problem.html", context, status=status))
    return desk(request, listed, ticket, composer=composer, status=status)


@require_safe
@note_writers
def composer(request: AgentRequest, number: int) -> HttpResponse:
    """The composer as it would be on a fresh page."""
    ticket = ticket_for(request.user, number)
    return _composer(request, ticket, composer_of(ticket, request.user, last_said(ticket)))


@require_POST
@note_writers
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep what is written so far."""
    ticket = ticket_for(request.user, number)
    mode, ref = _mode(request), _client_ref(request.POST)
    if ref and Message.objects.filter(client_ref=ref, ticket=ticket).exists():
        # It became a message meanwhile; this copy of it was late.
        return JsonResponse({"saved": ""})
    people = draft_recipients(ticket, request.POST) if mode == MessageKind.MESSAGE else None
    saved = actions.save_draft(ticket, request.user, mode=mode, text=request.POST.get("text", ""), recipients=people)
    return JsonResponse({"saved": saved_in_words(saved.saved_at if saved else None)})


@require_POST
@answerers
def withdrawal(request: AgentRequest, message_id: int) -> HttpResponse:
    """Take a reply back before it leaves; its text is a draft again."""
    message = message_for(request.user, message_id)
    try:
        withdraw_reply(message, by=request.user)
    except Refused as refusal:
        return refused(request, message.ticket, str(refusal))
    if not is_scripted(request):
        return act(request, message.ticket, lambda: None, _("The reply is taken back; its text is your draft."))
    response = changed(HttpResponse(status=204), message.ticket, toast={"text": _("The reply is taken back.")})
    return trigger_client_event(response, "reply:withdrawn", {"ticket": message.ticket_id, "text": message.text})


@require_POST
@answerers
def attempt(request: AgentRequest, message_id: int) -> HttpResponse:
    """Send a reply again that failed or is unconfirmed."""
    message = message_for(request.user, message_id)
    delivery = Delivery.objects.filter(message=message).first()
    if delivery is None:
        return HttpResponseBadRequest(_("There is nothing to send again."))
    told = _("It is being sent again.")
    return act(request, message.ticket, lambda: retry_delivery(delivery, by=request.user), told)
