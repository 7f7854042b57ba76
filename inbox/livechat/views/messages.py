"""What the visitor says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from channels_adapters.livechat.adapter import MOST_FILES, MOST_TEXT
from inbox.chats.contact import Filled, InvalidForm, closed_sentence, lacks_address, sort_in, take_form
from inbox.chats.flooding import mark_flood
from inbox.chats.hours import may_write
from inbox.chats.models import Visitor
from inbox.chats.rules import answerable
from inbox.chats.talk import TooLong, say
from inbox.common.prepared import prefetch
from inbox.livechat.items import message_item
from inbox.livechat.requests import Asked, Refusal, address_of, endpoint, inner, words
from inbox.livechat.uploads import uploaded
from inbox.livechat.views.leaving import not_taken
from inbox.surveys.buttons import is_survey_button


@endpoint("POST", pace="messages")
def messages(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Take a message in: {"id": UUID, "text", "files": [upload tokens], "choice": {"id", "label"}, "context"}.

    The same id again is answered with the first message. 202: it is safe, and will be in the conversation shortly.
    """
    visitor, data = asked.known, asked.data
    client_id = _client_id(data)
    text, choice = words(data, "text", MOST_TEXT + 1), inner(data, "choice")
    given = data.get("files")
    files = uploaded(visitor, given[:MOST_FILES] if isinstance(given, list) else ())
    if not text.strip() and not files and not choice:
        raise Refusal(400, "empty", _("Write something first."))
    filled = Filled() if is_survey_button(words(choice, "id", 500)) else _admitted(asked)
    pressed = {"id": words(choice, "id", 500), "label": words(choice, "label", 200)} if choice else None
    try:
        heard = say(
            visitor,
            text or (pressed or {}).get("label", ""),
            client_id=client_id,
            files=files,
            choice=pressed,
            rule=_answered(visitor, data),
            context={**filled.context, **context_of(visitor, inner(data, "context"))},
            remote_addr=address_of(request),
        )
    except TooLong:
        sentence = _("A message can have %(count)s characters. Shorten it, or send two.") % {"count": MOST_TEXT}
        raise Refusal(413, "too_long", sentence) from None
    if heard.message and heard.outcome in ("opened", "followed_up"):
        sort_in(heard.message.ticket, filled)
    if heard.message:
        mark_flood(visitor, heard.message)
    prefetch([heard.message] if heard.message else [], "attachments")
    item = message_item(heard.message, visitor) if heard.message else None
    if item and heard.outcome == "repeated":
        # By this id the widget knows that what it sent has arrived.
        item["client_id"] = client_id.hex
    return JsonResponse({"message": item, "outcome": heard.outcome}, status=201 if heard.message else 202)


def _admitted(asked: Asked) -> Filled:
    """What the form brought, where the visitor may write now. Outside the hours we have to know where to answer."""
    visitor, widget = asked.known, asked.widget
    if closed := may_write(visitor, widget):
        opens_at = closed.opens_at.isoformat() if closed.opens_at else None
        raise Refusal(403, "closed", closed_sentence(closed, visitor), opens_at=opens_at)
    try:
        filled = take_form(visitor, widget, inner(asked.data, "form"))
    except InvalidForm as problem:
        raise not_taken(problem) from None
    if lacks_address(visitor, widget):
        sentence = _("Nobody is here right now. Leave your e-mail address, so that we can answer you.")
        raise Refusal(400, "address", sentence)
    return filled


def context_of(visitor: Visitor, told: Mapping[str, Any]) -> dict[str, Any]:
    """Where the visitor is as he writes: what the site told last, and the page."""
    page = {"url": visitor.page_url, "title": visitor.page_title}
    return {**visitor.context, "page": {**page, **inner(told, "page")}}


def _answered(visitor: Visitor, data: Mapping[str, Any]) -> int | None:
    """The rule whose message is answered."""
    number = data.get("answers")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**62:
        return None
    return answerable(visitor, number)


def _client_id(data: Mapping[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(words(data, "id", 40))
    except ValueError:
        raise Refusal(400, "no_id", _("The message has no id of its own.")) from None
