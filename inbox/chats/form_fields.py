"""The form before a chat: what is asked, in which order and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.chats.enums import Asked
from inbox.chats.models import ChatWidget, WidgetField
from inbox.chats.settings import InvalidSettings, needs_admin
from inbox.common.text import one_line, storable
from inbox.tickets.changes import System

#: Fields one form may have; people who want to chat don't fill in questionnaires.
MOST_FIELDS = 8
MOST_CHOICES = 20
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Question:
    """A field as it is set up: `labels` and `choices` by language; empty labels are the product's own words."""

    asked: str
    is_required: bool = False
    when_closed_only: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def questions_of(widget: ChatWidget) -> list[Question]:
    """What is asked before the chat, in its order."""
    return [
        Question(one.asked, one.is_required, one.when_closed_only, one.labels, one.choices)
        for one in widget.fields.all()
    ]


def set_questions(widget: ChatWidget, questions: Sequence[Question], *, by: Agent | System) -> ChatWidget:
    """Ask this before a chat, in this order, and nothing else. Raises `InvalidSettings`, and then changes nothing.

    Errors are under "<place>.<what>", as in "0.labels" and "2.choices"; "fields" is about all of them.
    """
    needs_admin(by)
    clean = [_clean(one) for one in questions]
    language = widget.channel.language
    errors = _wrong_together(clean)
    for place, one in enumerate(clean):
        errors |= {f"{place}.{name}": said for name, said in _wrong(one, language).items()}
    if errors:
        raise InvalidSettings(errors)
    with transaction.atomic():
        stored = ChatWidget.objects.select_for_update().get(pk=widget.pk)
        stored.fields.all().delete()
        WidgetField.objects.bulk_create(
            WidgetField(
                widget=stored,
                asked=one.asked,
                position=place,
                is_required=one.is_required,
                when_closed_only=one.when_closed_only,
                labels=one.labels,
                choices=one.choices,
            )
            for place, one in enumerate(clean)
        )
    return stored


def _clean(one: Question) -> Question:
    codes = dict(settings.LANGUAGES)
    labels = {code: text for code in codes if (text := storable(one.labels.get(code, "")).strip())}
    choices = {
        code: list(dict.fromkeys(line for given in one.choices.get(code, ()) if (line := storable(given).strip())))
        for code in codes
    }
    return Question(
        one.asked,
        one.is_required,
        one.when_closed_only,
        labels,
        {code: lines for code, lines in choices.items() if lines} if one.asked in (Asked.TOPIC, Asked.OTHER) else {},
    )


def _wrong_together(questions: Sequence[Question]) -> dict[str, list[str]]:
    wrong = []
    if len(questions) > MOST_FIELDS:
        wrong.append(_("At most %(count)s fields: who has to fill in more does not chat.") % {"count": MOST_FIELDS})
    asked = [one.asked for one in questions if one.asked != Asked.OTHER]
    if not {one.asked for one in questions} <= set(Asked.values):
        wrong.append(_("There is no such field."))
    if len(asked) != len(set(asked)):
        wrong.append(_("Each thing is asked for once."))
    return {"fields": wrong} if wrong else {}


def _wrong(one: Question, language: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    name = dict(settings.LANGUAGES).get(language, language)
    if one.asked == Asked.OTHER and not one.labels.get(language):
        errors["labels"] = [_("Say in %(language)s, the chat's language, what is asked.") % {"language": name}]
    if any(len(label) > LONGEST_LABEL or one_line(label, LONGEST_LABEL) != label for label in one.labels.values()):
        errors["labels"] = [_("A label is one line of at most %(count)s characters.") % {"count": LONGEST_LABEL}]
    if one.asked == Asked.TOPIC and len(one.choices.get(language, ())) < 2:
        errors["choices"] = [
            _("Name at least two topics in %(language)s, the chat's language, one a line.") % {"language": name}
        ]
    if any(len(lines) > MOST_CHOICES for lines in one.choices.values()):
        errors["choices"] = [_("At most %(count)s to choose from.") % {"count": MOST_CHOICES}]
    if any(len(line) > LONGEST_LABEL for lines in one.choices.values() for line in lines):
        errors["choices"] = [_("At most %(count)s characters each.") % {"count": LONGEST_LABEL}]
    return errors
