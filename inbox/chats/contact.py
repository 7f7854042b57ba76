"""What a visitor says of himself: his name, addresses, and what the form before a chat asks. Claims, all of it.

A claim never makes an identity and never opens anything: mail goes to a claimed address, and that is all. What a site
proved with a token is not overridden by what is typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels_adapters.email.addresses import canonical
from inbox.channels.access import ours_among
from inbox.channels.recipients import is_address
from inbox.chats.enums import Asked
from inbox.chats.hours import Hours, hours_of
from inbox.chats.letters import known_address, look_at
from inbox.chats.models import ChatWidget, Visitor, WidgetField
from inbox.chats.queries import identities_of, newest_tickets, tickets_of
from inbox.chats.whereabouts import zone_of
from inbox.common.clock import now
from inbox.common.prepared import prefetch
from inbox.common.text import one_line, storable
from inbox.tickets.actions import tag
from inbox.tickets.changes import SYSTEM
from inbox.tickets.enums import UNRESOLVED, State
from inbox.tickets.models import Ticket

LONGEST_ANSWER = 500
_PHONE = re.compile(r"\+?[0-9 ()/.\-]{5,30}\Z")


class InvalidForm(ValueError):
    """Something typed can't be taken; `errors` are sentences by the field's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form brings to the message it came with: `context` as the agent reads it, and the topic chosen."""

    context: Mapping[str, Any] = field(default_factory=dict)
    topic: str = ""


def claim(visitor: Visitor, *, email: str = "", name: str = "", phone: str = "", at: datetime | None = None) -> Visitor:
    """Keep what a visitor says of himself; what is empty stays as it was. Raises `InvalidForm`."""
    errors = {}
    if email and (wrong := _wrong_address(email)):
        errors["email"] = wrong
    if phone and not _PHONE.match(phone.strip()):
        errors["phone"] = _("This does not look like a phone number.")
    if errors:
        raise InvalidForm(errors)
    _keep(visitor, {Asked.EMAIL: email.strip(), Asked.NAME: name, Asked.PHONE: phone.strip()})
    if email:
        _mail_what_waits(visitor, at or now())
    return visitor


def take_form(visitor: Visitor, widget: ChatWidget, form: Mapping[str, Any], *, at: datetime | None = None) -> Filled:
    """Keep what the form before a chat brought. Raises `InvalidForm` where something needed is missing or wrong.

    Fields are required of who begins his first conversation; later they are taken where they come.
    """
    asked = fields_asked(widget, hours_of(widget, at))
    if not asked:
        return Filled()
    answers = {name_of(one): _answer(form.get(name_of(one))) for one in asked}
    begins = not visitor.subject and not newest_tickets(identities_of(visitor), 1)
    errors: dict[str, str] = {}
    for one in asked:
        name = name_of(one)
        if begins and one.is_required and not answers[name] and not _is_known(visitor, one):
            errors[name] = _("This is needed.")
        elif answers[name] and (wrong := _wrong(one, answers[name])):
            errors[name] = wrong
    if errors:
        raise InvalidForm(errors)
    given = {name: answer for name, answer in answers.items() if answer}
    if not given:
        return Filled()
    _keep(visitor, given)
    said = {_label(one, widget, visitor): given[name_of(one)] for one in asked if name_of(one) in given}
    context: dict[str, Any] = {"form": said}
    if number := given.get(Asked.ORDER):
        context["order"] = {"number": number}
    topic = next((one for one in asked if one.asked == Asked.TOPIC), None)
    return Filled(context, _topic(topic, widget, given.get(Asked.TOPIC, "")) if topic else "")


def sort_in(ticket: Ticket, filled: Filled) -> None:
    """Put the topic that a visitor chose on the ticket which his message opened."""
    if filled.topic:
        tag(ticket, [filled.topic], by=SYSTEM)


def fields_asked(widget: ChatWidget, hours: Hours) -> list[WidgetField]:
    """The form as it is now: outside the hours it asks where to answer, whatever else it does."""
    prefetch([widget], "fields")
    fields = [one for one in widget.fields.all() if not (one.when_closed_only and hours.is_open)]
    if hours.is_open or not hours.takes_messages:
        return fields
    found = next((one for one in fields if one.asked == Asked.EMAIL), None)
    if found is None:
        return [*fields, WidgetField(widget=widget, asked=Asked.EMAIL, is_required=True)]
    found.is_required = True
    return fields


def name_of(one: WidgetField) -> str:
    """What the answer to a field is called in a request."""
    return f"{one.asked}-{one.pk}" if one.asked == Asked.OTHER else one.asked


def lacks_address(visitor: Visitor, widget: ChatWidget, at: datetime | None = None) -> bool:
    """Whether nobody is here to answer him, and nobody would know later where to."""
    found = hours_of(widget, at)
    if found.is_open or known_address(visitor):
        return False
    return not tickets_of(identities_of(visitor)).filter(state__in=UNRESOLVED).exists()


def closed_sentence(hours: Hours, visitor: Visitor) -> str:
    """That nobody is here, and when somebody will be, by the visitor's clock."""
    if hours.opens_at is None:
        return _("The chat is closed now.")
    local = timezone.localtime(hours.opens_at, zone_of(visitor))
    when = {"day": date_format(local, "l j F"), "time": f"{local:%H:%M}"}
    return _("The chat is closed now. It opens on %(day)s at %(time)s.") % when


def _wrong_address(text: str) -> str:
    address = address_in(text)
    if not address:
        return _("This is no e-mail address.")
    return _("This is our own address.") if ours_among([address]) else ""


def address_in(text: str) -> str:
    """The mail address that somebody typed, as it is kept and written to; "" where it is none."""
    address = canonical(text.lower())
    return address if len(address) <= 320 and is_address(address) else ""


def _answer(value: object) -> str:
    return storable(value).strip()[:LONGEST_ANSWER] if isinstance(value, str) else ""


def _wrong(one: WidgetField, answer: str) -> str:
    if one.asked == Asked.EMAIL:
        return _wrong_address(answer)
    if one.asked == Asked.PHONE and not _PHONE.match(answer):
        return _("This does not look like a phone number.")
    choices = {line for lines in one.choices.values() for line in lines}
    return _("Choose one of those offered.") if choices and answer not in choices else ""


def _is_known(visitor: Visitor, one: WidgetField) -> bool:
    if one.asked == Asked.EMAIL:
        return known_address(visitor) is not None
    return bool(visitor.name) if one.asked == Asked.NAME else name_of(one) in visitor.told


def _keep(visitor: Visitor, given: Mapping[str, str]) -> None:
    """What is about himself becomes the visitor's; a proven one keeps what his site says of him."""
    changed: dict[str, Any] = {}
    if (email := given.get(Asked.EMAIL, "")) and not (visitor.subject and visitor.email):
        changed["claimed_email"] = address_in(email)
    if (name := one_line(storable(given.get(Asked.NAME, "")), 200)) and not visitor.subject:
        changed["name"] = name
    rest = {name: answer for name, answer in given.items() if answer and name not in (Asked.EMAIL, Asked.NAME)}
    if rest:
        changed["told"] = {**visitor.told, **rest}
    for name, value in changed.items():
        setattr(visitor, name, value)
    if changed:
        visitor.save(update_fields=list(changed))


def _mail_what_waits(visitor: Visitor, at: datetime) -> None:
    """What he has not seen of our answers can be mailed from now on."""
    going_on = tickets_of(identities_of(visitor)).exclude(state=State.CLOSED).order_by("-id")
    for ticket in going_on[:5]:
        look_at(ticket, at)


def _label(one: WidgetField, widget: ChatWidget, visitor: Visitor) -> str:
    """A field's label in the channel's language, which is the agents'."""
    own = one.labels.get(widget.channel.language) or next(iter(one.labels.values()), "")
    return str(own or Asked(one.asked).label)


def _topic(one: WidgetField, widget: ChatWidget, answer: str) -> str:
    """The topic in the channel's language: the choice at the place of the visitor's."""
    own = list(_lines(one.choices, widget.channel.language))
    for lines in one.choices.values():
        if answer in lines and lines.index(answer) < len(own):
            return str(own[lines.index(answer)])
    return answer if answer in own else ""


def _lines(choices: Mapping[str, Sequence[str]], language: str) -> Sequence[str]:
    return choices.get(language) or next(iter(choices.values()), ())
