"""A survey as its customer would get it, of a version that need not be stored: its pages and its mail."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from channels_adapters.contracts import Identifier, OutboundMessage, Person, Recipient
from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.models import Customer
from inbox.escalations.letters import post
from inbox.surveys.access import stop_url, survey_url, trap_url
from inbox.surveys.enums import InvitationState, SurveyMoment
from inbox.surveys.letters import letter, subject_of
from inbox.surveys.models import Campaign, Invitation, SurveyVersion
from inbox.surveys.questions import QuestionKind, StepKind
from inbox.surveys.showing import framed, question_page, thanks_page
from inbox.surveys.wording import WORDINGS
from inbox.tickets.models import Ticket

#: For the frame alone: nothing runs and nothing is sent; mails bring their styles in their own attributes.
FRAME_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_SCRIPT = re.compile(r"<script[^>]*></script>")
PAGE, THANKS, MAIL = "page", "thanks", "mail"
#: What a customer might have written about.
_SUBJECTS = {
    "en": "Return of order 1007",
    "zh-hans": "订单 1007 的退货",
    "zh-hant": "訂單 1007 的退貨",
    "ru": "Возврат заказа 1007",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown: the page, the thanks or the mail; in which language and direction; with which score."""

    what: str
    language: str
    direction: str
    score: int | None

    @classmethod
    def of(cls, given: Mapping[str, Any], version: SurveyVersion) -> Wanted:
        """As the fields of a form or an address say; what makes no sense is as usual."""
        score, language = str(given.get("a", "")), str(given.get("p-lang", ""))
        number = int(score) if score.isascii() and score.isdecimal() and len(score) < 3 else None
        what = str(given.get("p-what", PAGE))
        return cls(
            what=what if what in (PAGE, THANKS, MAIL) else PAGE,
            language=language if language in WORDINGS else "en",
            direction="rtl" if given.get("p-rtl") else "",
            score=number if number is not None and version.scale.holds(number) else None,
        )


def drafted(version: SurveyVersion, values: Mapping[str, Any]) -> SurveyVersion:
    """An unsaved version with what is typed, right or not; English where a text is missing."""
    texts: dict[str, Any] = {"en": values["texts"]["en"]}
    for language, said in values["texts"].items():
        if language != "en" and said["question"].strip():
            anchors = {one: said["anchors"][one] or meaning for one, meaning in texts["en"]["anchors"].items()}
            texts[language] = {name: text or texts["en"].get(name, "") for name, text in said.items()}
            texts[language]["anchors"] = anchors
    return SurveyVersion(
        survey=version.survey,
        number=version.number,
        scale_min=version.scale_min,
        scale_max=version.scale_max,
        low_is_good=values["low_is_good"],
        good_scores=values["good_scores"],
        unhappy_scores=values["unhappy_scores"],
        is_anonymous=values["is_anonymous"],
        texts=texts,
        follow_ups=[sound for one in values["follow_ups"] if (sound := _sound(one))],
        next_steps=[one for one in values["next_steps"] if one["kind"] in set(StepKind)],
    )


def _sound(question: Mapping[str, Any]) -> dict[str, Any] | None:
    """The question as far as it can be drawn."""
    if question["kind"] not in set(QuestionKind):
        return None
    texts = {language: said for language, said in question["texts"].items() if said["question"].strip()}
    english = question["texts"]["en"]
    # An answer without words would be shown by its id.
    words = {one: text or "…" for one, text in english["options"].items()}
    return dict(question) | _numbers(question) | {"texts": texts | {"en": english | {"options": words}}}


def _numbers(question: Mapping[str, Any]) -> dict[str, int]:
    usual = {"min": 0, "max": 10, "step": 1}
    numbers = {}
    for name, value in usual.items():
        text = str(question.get(name, "")).strip()
        is_number = text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 7
        numbers[name] = int(text) if is_number else value
    numbers["step"] = max(numbers["step"], 1)
    return numbers


def frame(request: HttpRequest, version: SurveyVersion, wanted: Wanted, at: datetime) -> HttpResponse:
    """The document for the sandboxed frame."""
    if wanted.what == MAIL:
        sample = _sample(version, wanted.language, at)
        html = _led_to(letter(sample).html, sample, "#")
        response = HttpResponse(html.replace('dir="ltr"', 'dir="rtl"', 1) if wanted.direction else html)
    else:
        # The browser would complain of each script that the frame keeps from running.
        response = HttpResponse(_SCRIPT.sub("", _page(request, version, wanted, at)))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = wanted.language
    return response


def _page(request: HttpRequest, version: SurveyVersion, wanted: Wanted, at: datetime) -> str:
    wording, survey = WORDINGS[wanted.language], version.survey
    until = wording.day(at + timedelta(days=survey.valid_days), ZoneInfo(settings.TIME_ZONE))
    about = wording.about.replace("{subject}", _SUBJECTS[wanted.language])
    shown = framed(
        version,
        wording,
        brand=brand(),
        about=about if survey.moment == SurveyMoment.RESOLUTION else "",
        logo=reverse("workspace:survey_logo", args=[survey.pk]) if survey.logo else "",
        direction=wanted.direction,
    )
    # Nothing leads anywhere: the frame shows what it looks like.
    shown |= {"action": "#", "change": "#", "more": "#", "stop": "#", "mailto": "#"}
    shown |= {"until": wording.until.format(day=until), "kept_until": wording.kept.format(day=until)}
    if wanted.what == PAGE:
        return render_to_string(
            "portal/survey.html", shown | question_page(version, wording, score=wanted.score), request
        )
    score = wanted.score if wanted.score is not None else _best(version)
    return render_to_string("portal/thanks.html", shown | thanks_page(version, wording, score=score), request)


def _best(version: SurveyVersion) -> int:
    return version.scale_min if version.low_is_good else version.scale_max


def brand() -> str:
    """Whose name stands on the preview: that of the first mailbox."""
    box = _mailbox()
    return (box.brand or box.name) if box else "Nordlys"


def _mailbox() -> Channel | None:
    return Channel.objects.filter(kind="email", is_active=True).order_by("id").first()


def _sample(version: SurveyVersion, language: str, at: datetime) -> Invitation:
    """An invitation of nobody, stored nowhere."""
    is_about_a_ticket = version.survey.moment == SurveyMoment.RESOLUTION
    invitation = Invitation(
        ticket=Ticket(subject=_SUBJECTS[language]) if is_about_a_ticket else None,
        campaign=None if is_about_a_ticket else Campaign(name=""),
        cycle=1,
        customer=Customer(name=""),
        channel=_mailbox() or Channel(kind="email", address="support@example.com", name="Nordlys"),
        version=version,
        state=InvitationState.SENT,
        language=language,
        sent_at=at,
        expires_at=at + timedelta(days=version.survey.valid_days),
    )
    # No row ever has this id, so its links open nothing.
    invitation.pk = 0
    return invitation


def send_trial(version: SurveyVersion, language: str, agent: Agent, at: datetime) -> str:
    """Send an admin the mail that customers get; its links open the preview. The mailbox it left by.

    Raises LookupError without a mailbox, and `SendError`.
    """
    box = _mailbox()
    if box is None:
        raise LookupError("no mailbox is switched on")
    sample = _sample(version, language, at)
    written, client_ref = letter(sample), uuid.uuid4()
    shown = f"{settings.SITE_URL}{reverse('workspace:survey_preview', args=[version.survey_id])}"
    message = OutboundMessage(
        client_ref=str(client_ref),
        to=(Recipient(Person((Identifier("email", agent.email),), name=agent.name), "to"),),
        subject=subject_of(sample),
        text=_led_to(written.text, sample, shown),
        html=_led_to(written.html, sample, shown),
        by_human=False,
        sender_name=box.brand or box.name,
        language=language,
        message_id=f"<{client_ref.hex}@{box.address.rpartition('@')[2]}>",
        headers=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
    )
    post(message, agent, box)
    return box.address


def _led_to(text: str, sample: Invitation, address: str) -> str:
    # The address of the question is the beginning of the trap's.
    for link in (trap_url(sample), survey_url(sample), stop_url(sample)):
        text = text.replace(link, address)
    return text
