"""The mail that asks: a text part and an HTML part with a link for each score, and the headers of a survey."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string

from inbox.surveys.access import stop_url, survey_url
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.surveys.queries import zone_of
from inbox.surveys.wording import WORDINGS, Wording


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail that asks says."""

    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def subject_of(invitation: Invitation) -> str:
    """The subject line."""
    return _filled(_version(invitation).text("subject", invitation.language), invitation)


def question_of(invitation: Invitation) -> str:
    """What is asked, as the ticket's timeline shows it: without the links, which are the customer's alone."""
    version, language = _version(invitation), invitation.language
    choices = "\n".join(f"{score} – {meaning}" for score, meaning in version.choices(language))
    intro = _filled(version.text("intro", language), invitation)
    return f"{intro}\n\n{version.text('question', language)}\n\n{choices}"


def letter(invitation: Invitation) -> Letter:
    """The mail as it leaves; the same at every attempt. `List-Unsubscribe` is one click (RFC 8058)."""
    stop = stop_url(invitation)
    return Letter(
        text=_text(invitation, stop),
        html=_html(invitation, stop),
        headers=(
            ("Auto-Submitted", "auto-generated"),
            ("List-Unsubscribe", f"<{stop}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
    )


def brand_of(invitation: Invitation) -> str:
    """Who asks."""
    return invitation.channel.brand or invitation.channel.name


def last_day(invitation: Invitation, wording: Wording) -> str:
    """The last day on which an answer can be given and changed, by the customer's calendar."""
    if invitation.expires_at is None:
        raise LookupError("This invitation was never sent.")
    return wording.day(invitation.expires_at, zone_of(invitation.customer))


def _filled(sentence: str, invitation: Invitation) -> str:
    # No str.format: a customer's subject may hold braces.
    return sentence.replace("{brand}", brand_of(invitation)).replace("{subject}", invitation.about)


def _version(invitation: Invitation) -> SurveyVersion:
    if invitation.version is None:
        raise LookupError("Nothing is asked in this invitation.")
    return invitation.version


def _text(invitation: Invitation, stop: str) -> str:
    version, language, wording = _version(invitation), invitation.language, WORDINGS[invitation.language]
    choices = "\n\n".join(
        f"{score} – {meaning}\n{survey_url(invitation, score)}" for score, meaning in version.choices(language)
    )
    return "\n\n".join(
        (
            _filled(version.text("intro", language), invitation),
            version.text("question", language),
            choices,
            wording.answer_until.format(day=last_day(invitation, wording)),
            f"{brand_of(invitation)}\n\n{wording.stop}: {stop}\n",
        )
    )


def _html(invitation: Invitation, stop: str) -> str:
    version, language, wording = _version(invitation), invitation.language, WORDINGS[invitation.language]
    return render_to_string(
        "surveys/letter.html",
        {
            "w": wording,
            "brand": brand_of(invitation),
            "subject": subject_of(invitation),
            "intro": _filled(version.text("intro", language), invitation),
            "question": version.text("question", language),
            "choices": [
                (score, meaning, survey_url(invitation, score)) for score, meaning in version.choices(language)
            ],
            "until": wording.answer_until.format(day=last_day(invitation, wording)),
            "stop": stop,
        },
    )
