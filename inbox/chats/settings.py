"""The verbs by which a chat is set up: who it belongs to, how it looks, what it says and asks, when it is open.

What was changed counts from a visitor's next request on. All of them are an admin's, or the system's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inbox.agents.actions import NotAllowed
from inbox.agents.models import Agent, Team
from inbox.channels.accounts import change_account
from inbox.channels.models import Channel
from inbox.chats.actions import open_chat
from inbox.chats.enums import Side, Theme
from inbox.chats.models import ChatWidget, ChatWidgetText
from inbox.chats.origins import origins_in
from inbox.common.text import one_line, storable
from inbox.sla.defaults import ensure_chat_policy
from inbox.surveys.colours import is_colour
from inbox.surveys.logos import keep_logo
from inbox.tickets.changes import System

#: What a chat says in each language, and how many characters that may have.
TEXTS: Mapping[str, int] = {"launcher": 60, "title": 80, "greeting": 500, "closed": 500, "consent": 2000}
_LINES = ("launcher", "title")
#: Numbers with the least and the most that they may be; None where "never" is an answer.
NUMBERS: Mapping[str, tuple[int, int]] = {
    "offset_x": (0, 200),
    "offset_y": (0, 200),
    "idle_warn_minutes": (1, 1440),
    "idle_pend_minutes": (1, 1440),
    "mail_after_minutes": (1, 1440),
    "edit_minutes": (0, 1440),
}
_MAY_BE_NEVER = ("idle_warn_minutes", "idle_pend_minutes")
_CHOICES: Mapping[str, list[str]] = {"side": Side.values, "theme": Theme.values}
_NO_COLOUR = gettext_noop("Write the colour as #rrggbb, for example #2f6f5e.")
_YES_OR_NO = (
    "plays_sound",
    "shows_agents",
    "shows_reply_time",
    "shows_read_marks",
    "asks_consent",
    "follows_pages",
    "takes_files",
    "is_open_outside_hours",
    "assigns",
)


class InvalidSettings(ValueError):
    """What can't be set; `errors` are sentences by the name of what is wrong, in the language of the moment."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(sentence for said in errors.values() for sentence in said))
        self.errors = dict(errors)


def make_chat(
    *,
    name: str,
    origins: Iterable[str],
    language: str = "en",
    team: Team | None = None,
    colour: str = "#2f6f5e",
    by: Agent | System,
) -> Channel:
    """A new chat for these sites, one a line. Raises `InvalidSettings`, and then makes none.

    Answers that nobody reads leave by the mailbox of its team, or by the only one there is. With the first chat comes a
    policy for chats, whose visitors wait in front of the page.
    """
    needs_admin(by)
    found, wrong = origins_in(origins)
    errors = _wrong_name(name) | _wrong_language(language)
    if wrong or not found:
        errors["origins"] = wrong or [_("Name the site that the chat will stand on, such as https://shop.example.")]
    if not is_colour(colour):
        errors["colour"] = [_(_NO_COLOUR)]
    if errors:
        raise InvalidSettings(errors)
    with transaction.atomic():
        channel = open_chat(
            name=one_line(storable(name), 120),
            origins=found,
            language=language,
            team=team,
            widget={"colour": colour, "mailbox": _mailbox_for(team)},
        )
        ensure_chat_policy(by=by)
    return channel


def edit_chat(
    channel: Channel, *, name: str, brand: str, language: str, team: Team | None, by: Agent | System
) -> Channel:
    """Change what a chat is called, whose brand it speaks for, its own language and whose its tickets are.

    Raises `InvalidSettings`.
    """
    needs_admin(by)
    if errors := _wrong_name(name) | _wrong_language(language):
        raise InvalidSettings(errors)
    return change_account(
        channel,
        address=channel.address,
        name=one_line(storable(name), 120),
        brand=one_line(storable(brand), 120),
        language=language,
        team=team,
        settings=channel.settings,
        secrets={},
    )


def edit_widget(widget: ChatWidget, *, by: Agent | System, **values: Any) -> ChatWidget:
    """Change how a chat looks and behaves; what is not named stays. Raises `InvalidSettings`, and then changes nothing.

    `values` are fields of `ChatWidget` but for `origins` and `logo`, which have verbs of their own.
    """
    needs_admin(by)
    with transaction.atomic():
        stored = ChatWidget.objects.select_for_update().get(pk=widget.pk)
        for name, value in values.items():
            setattr(stored, name, value)
        if errors := {name: said for name in values if (said := _wrong(stored, name))} | _idle_apart(stored, values):
            raise InvalidSettings(errors)
        stored.save(update_fields=list(values))
    return stored


def set_origins(widget: ChatWidget, lines: Iterable[str], *, by: Agent | System) -> ChatWidget:
    """Let these sites, one a line, show the chat and no others. Raises `InvalidSettings`."""
    needs_admin(by)
    origins, wrong = origins_in(lines)
    if wrong:
        raise InvalidSettings({"origins": wrong})
    return _store(widget, origins=origins)


def set_logo(widget: ChatWidget, content: bytes | None, *, by: Agent | System) -> ChatWidget:
    """Show this picture in the head of the chat; None takes it away. Raises `InvalidLogo`."""
    needs_admin(by)
    return _store(widget, logo=keep_logo(content).sha256 if content is not None else "")


def set_texts(widget: ChatWidget, texts: Mapping[str, Mapping[str, str]], *, by: Agent | System) -> ChatWidget:
    """Say this, by language and name (`TEXTS`); "" is said in the product's own words, what is not named stays.

    Raises `InvalidSettings`, with errors under "<language>-<name>".
    """
    needs_admin(by)
    errors: dict[str, list[str]] = {}
    clean: dict[str, dict[str, str]] = {}
    for language, said in texts.items():
        if wrong := _wrong_language(language):
            raise InvalidSettings(wrong)
        for name, text in said.items():
            # Measured before the line is made: nothing that was typed is cut away in silence.
            plain = storable(text).strip()
            if len(plain) > TEXTS[name]:
                errors[f"{language}-{name}"] = [_("At most %(count)s characters.") % {"count": TEXTS[name]}]
            clean.setdefault(language, {})[name] = one_line(plain, TEXTS[name]) if name in _LINES else plain
    if errors:
        raise InvalidSettings(errors)
    with transaction.atomic():
        stored = ChatWidget.objects.select_for_update().get(pk=widget.pk)
        for language, values in clean.items():
            ChatWidgetText.objects.update_or_create(widget=stored, language=language, defaults=values)
        stored.texts.filter(**dict.fromkeys(TEXTS, "")).delete()
    return stored


def needs_admin(by: Agent | System) -> None:
    """Raises `NotAllowed` for everybody but admins and the clock."""
    if isinstance(by, Agent) and not by.administers:
        raise NotAllowed


def _store(widget: ChatWidget, **values: Any) -> ChatWidget:
    with transaction.atomic():
        stored = ChatWidget.objects.select_for_update().get(pk=widget.pk)
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save(update_fields=list(values))
    return stored


def _mailbox_for(team: Team | None) -> Channel | None:
    boxes = list(Channel.objects.filter(kind="email", is_active=True).order_by("id"))
    theirs = [box for box in boxes if team and box.team_id == team.pk]
    return theirs[0] if theirs else boxes[0] if len(boxes) == 1 else None


def _wrong_name(name: str) -> dict[str, list[str]]:
    is_named = bool(one_line(storable(name), 120))
    return {} if is_named else {"name": [_("Give it a name, such as “Chat on shop.example”.")]}


def _wrong_language(language: str) -> dict[str, list[str]]:
    return {} if language in dict(settings.LANGUAGES) else {"language": [_("Choose one of the languages.")]}


def _wrong(widget: ChatWidget, name: str) -> list[str]:
    value = getattr(widget, name)
    if name in NUMBERS:
        return _wrong_number(name, value)
    if name in _YES_OR_NO:
        return [] if isinstance(value, bool) else [_("Say yes or no.")]
    if name in _CHOICES:
        return [] if value in _CHOICES[name] else [_("There is no such choice.")]
    if name == "colour":
        return [] if is_colour(value) else [_(_NO_COLOUR)]
    if name == "mailbox":
        return _wrong_mailbox(value)
    if name == "calendar":
        return []
    raise TypeError(f"A widget has no {name} to edit.")


def _wrong_number(name: str, value: object) -> list[str]:
    least, most = NUMBERS[name]
    if value is None and name in _MAY_BE_NEVER:
        return []
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [_("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}]


def _wrong_mailbox(mailbox: Channel | None) -> list[str]:
    if mailbox is None:
        return []
    if mailbox.kind != "email" or not mailbox.is_active:
        return [_("Letters leave by a mailbox that is on.")]
    return []


def _idle_apart(widget: ChatWidget, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """A visitor is never put off without a warning."""
    is_asked = "idle_pend_minutes" in values or "idle_warn_minutes" in values
    if is_asked and widget.idle_pend_minutes is not None and widget.idle_warn_minutes is None:
        said = _("He is warned first: say after how many minutes, or leave both empty.")
        return {"idle_warn_minutes": [said]}
    return {}
