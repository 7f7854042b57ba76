"""What asks: by mail a text part and an HTML part with a link for each score, elsewhere a text with one link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.template.loader import render_to_string

from inbox.surveys.access import stop_url, survey_url, trap_url
from inbox.surveys.colours import accent_of
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.surveys.queries import zone_of
from inbox.surveys.showing import question_page, wording_in
from inbox.surveys.wording import Wording

#: How a survey in a conversation is answered.
ShortWay = Literal["link", "buttons", "bare", "number"]
#: Numbers in a row of a grid.
_ROW = 6
#: By language: the subject of a reminder, and how it begins.
_REMINDER = {
    "en": (
        "Reminder: {subject}",
        "We asked you on {day} and have not heard from you yet. This is our only reminder.",
    ),
    "zh-hans": ("提醒：{subject}", "我们曾于{day}向您提问，尚未收到答复。这是唯一一次提醒。"),
    "zh-hant": ("提醒：{subject}", "我們曾於{day}向您提問，尚未收到答覆。這是唯一一次提醒。"),
    "ru": (
        "Напоминание: {subject}",
        "Мы спрашивали вас {day} и пока не получили ответа. Больше напоминать не будем.",
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail that asks says."""

    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def subject_of(invitation: Invitation) -> str:
    """The subject line."""
    return _filled(_version(invitation).text("subject", invitation.language), invitation)


def reminder_subject_of(invitation: Invitation) -> str:
    """The subject line of a reminder."""
    return _REMINDER[_said(invitation)[2]][0].replace("{subject}", subject_of(invitation))


def question_of(invitation: Invitation) -> str:
    """What is asked, as the ticket's timeline shows it: without the links, which are the customer's alone."""
    version, language = _version(invitation), invitation.language
    choices = "\n".join(f"{score} – {meaning}" for score, meaning in version.choices(language))
    intro = _filled(version.text("intro", language), invitation)
    return f"{intro}\n\n{version.text('question', language)}\n\n{choices}"


def intro_of(invitation: Invitation) -> str:
    """What leads to the question."""
    return _filled(_version(invitation).text("intro", invitation.language), invitation)


def letter(invitation: Invitation, *, is_reminder: bool = False) -> Letter:
    """The mail as it leaves; the same at every attempt. `List-Unsubscribe` is one click (RFC 8058).

    Programs that answer for who is away are asked not to (what `Auto-Submitted` tells, RFC 3834, Exchange reads in a
    header of its own); reports of mail that does not arrive are wanted.
    """
    stop = stop_url(invitation)
    return Letter(
        text=_text(invitation, stop, is_reminder),
        html=_html(invitation, stop, is_reminder),
        headers=(
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
            ("List-Unsubscribe", f"<{stop}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
    )


def short_text(invitation: Invitation, *, is_reminder: bool = False, way: ShortWay = "link") -> str:
    """What asks where people chat: with one link, with buttons (bare ones: scores alone), or for a number to write.

    One can stop it.
    """
    version, wording, language = _said(invitation)
    question = version.text("question", language)
    if way == "link":
        answering: tuple[str, ...] = (survey_url(invitation),)
    elif way == "number":
        answering = (_asks_number(version, wording, language),)
    else:
        answering = ("\n".join(label for _, label in labels_of(invitation)),) if way == "bare" else ()
    return "\n\n".join(
        (_intro(invitation, is_reminder), question, *answering, f"{wording.stop}: {stop_url(invitation)}")
    )


def _asks_number(version: SurveyVersion, wording: Wording, language: str) -> str:
    """The ends of the scale with their meanings: who pays by the character is asked shortly."""
    ends = sorted(version.choices(language))
    (low, lowest), (high, highest) = ends[0], ends[-1]
    told = ", ".join(f"{score} = {meaning}" for score, meaning in ((low, lowest), (high, highest)) if meaning)
    asked = wording.write_number.replace("{low}", str(low)).replace("{high}", str(high))
    return asked.replace("{ends}", f" ({told})" if told else "")


def labels_of(invitation: Invitation) -> list[tuple[int, str]]:
    """The buttons that can be pressed in place of opening the link: each score with its meaning."""
    choices = _version(invitation).choices(invitation.language)
    return [(score, f"{score} – {meaning}" if meaning else str(score)) for score, meaning in choices]


def brand_of(invitation: Invitation) -> str:
    """Who asks."""
    return invitation.channel.brand or invitation.channel.name


def last_day(invitation: Invitation, wording: Wording) -> str:
    """The last day on which an answer can be given and changed, by the customer's calendar."""
    if invitation.expires_at is None:
        raise LookupError("This invitation was never sent.")
    return wording.day(invitation.expires_at, zone_of(invitation.customer))


def _intro(invitation: Invitation, is_reminder: bool) -> str:
    intro = _filled(_version(invitation).text("intro", invitation.language), invitation)
    if not is_reminder or invitation.sent_at is None:
        return intro
    _, wording, language = _said(invitation)
    day = wording.day(invitation.sent_at, zone_of(invitation.customer))
    return f"{_REMINDER[language][1].replace('{day}', day)} {intro}"


def _filled(sentence: str, invitation: Invitation) -> str:
    # No str.format: a customer's subject may hold braces.
    return sentence.replace("{brand}", brand_of(invitation)).replace("{subject}", invitation.about)


def _version(invitation: Invitation) -> SurveyVersion:
    if invitation.version is None:
        raise LookupError("Nothing is asked in this invitation.")
    return invitation.version


def _said(invitation: Invitation) -> tuple[SurveyVersion, Wording, str]:
    """What is asked, and in which language: English where the survey was not translated."""
    version = _version(invitation)
    wording = wording_in(version, invitation.language)
    return version, wording, wording.language


def _text(invitation: Invitation, stop: str, is_reminder: bool) -> str:
    version, wording, language = _said(invitation)
    choices = "\n\n".join(
        f"{score} – {meaning}\n{survey_url(invitation, score)}" for score, meaning in version.choices(language)
    )
    return "\n\n".join(
        (
            _intro(invitation, is_reminder),
            version.text("question", language),
            choices,
            wording.answer_until.format(day=last_day(invitation, wording)),
            *((wording.anonymous.replace("{brand}", brand_of(invitation)),) if version.is_anonymous else ()),
            f"{brand_of(invitation)}\n\n{wording.stop}: {stop}\n",
        )
    )


def _html(invitation: Invitation, stop: str, is_reminder: bool) -> str:
    version, wording, _ = _said(invitation)
    brand, asked = brand_of(invitation), question_page(version, wording)
    choices = [(score, meaning, survey_url(invitation, score)) for score, meaning, _ in asked["choices"]]
    return render_to_string(
        "surveys/letter.html",
        {
            "w": wording,
            "language": wording.language,
            "direction": wording.direction,
            "accent": accent_of(version.survey.accent),
            "brand": brand,
            "subject": subject_of(invitation),
            "intro": _intro(invitation, is_reminder),
            "question": asked["question"],
            "choices": choices,
            "is_grid": asked["is_grid"],
            "rows": [choices[start : start + _ROW] for start in range(0, len(choices), _ROW)],
            "ends": asked["ends"],
            "until": wording.answer_until.format(day=last_day(invitation, wording)),
            "anonymous": wording.anonymous.replace("{brand}", brand) if version.is_anonymous else "",
            "trap": trap_url(invitation),
            "stop": stop,
        },
    )
