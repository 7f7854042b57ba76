"""How a visitor is reached once he has left: his address, the conversation by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from inbox.chats.contact import LONGEST_ANSWER, InvalidForm, claim
from inbox.chats.transcripts import NoTranscript, send_transcript
from inbox.livechat.requests import Asked, Refusal, endpoint, words


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


def not_taken(problem: InvalidForm) -> Refusal:
    """The answer to a form in which something is missing or wrong: a sentence for all, and one for each field."""
    return Refusal(400, "form", str(problem), fields=problem.errors)
