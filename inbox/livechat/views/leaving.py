"""How a visitor is reached once he has left: his address, the conversation by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from inbox.chats.asking import comment
from inbox.chats.contact import LONGEST_ANSWER, InvalidForm, claim
from inbox.chats.transcripts import NoTranscript, send_transcript
from inbox.livechat.items import survey_item
from inbox.livechat.requests import Asked, Refusal, endpoint, words
from inbox.surveys.actions import COMMENT_LIMIT, SurveyClosed
from inbox.tickets.actions import Refused


@endpoint("POST", pace="letters")
def contact(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Keep what the visitor says of himself: {"email", "name", "phone"}, each as far as it is there."""
    email, name, phone = (words(asked.data, one, LONGEST_ANSWER).strip() for one in ("email", "name", "phone"))
    try:
        visitor = claim(asked.known, email=email, name=name, phone=phone)
    except InvalidForm as problem:
        raise not_taken(problem) from None
    return JsonResponse({"visitor": {"name": visitor.name, "email": visitor.email or visitor.claimed_email}})


@endpoint("POST", pace="letters")
def transcript(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Mail the conversation to the visitor's own address: {"email"}. Answers with where it goes: {"email"}."""
    address = words(asked.data, "email", LONGEST_ANSWER).strip()
    try:
        mail = send_transcript(asked.known, address)
    except InvalidForm as problem:
        raise not_taken(problem) from None
    except NoTranscript as refusal:
        raise Refusal(refusal.status, refusal.code, str(refusal)) from None
    return JsonResponse({"email": mail.address}, status=202)


@endpoint("POST")
def survey(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Words to an answer: {"message": the survey's id, "comment", "score"?}. Answers with the survey as it is then.

    A score alone is given as a button is pressed: as a message with a choice.
    """
    given = asked.data.get("comment")
    text = words(asked.data, "comment", COMMENT_LIMIT + 1) if isinstance(given, str) else None
    try:
        found = comment(asked.known, _number(asked.data, "message") or 0, text, score=_number(asked.data, "score"))
    except SurveyClosed:
        raise Refusal(410, "closed", _("This question is closed.")) from None
    except Refused:
        sentence = _("Choose a score; a comment can have %(count)s characters.") % {"count": COMMENT_LIMIT}
        raise Refusal(400, "no_answer", sentence) from None
    if found is None:
        raise Refusal(404, "no_survey", _("There is no such question."))
    return JsonResponse({"survey": survey_item(found)})


def _number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62 else None


def not_taken(problem: InvalidForm) -> Refusal:
    """The answer to a form in which something is missing or wrong: a sentence for all, and one for each field."""
    return Refusal(400, "form", str(problem), fields=problem.errors)
