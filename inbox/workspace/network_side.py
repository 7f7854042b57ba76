"""What an agent knows of a network before he sends: until when, how, before whose eyes; and what he chose of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_adapters.contracts import Capabilities
from channels_adapters.registry import network_of
from inbox.channels.elsewhere import Elsewhere, elsewhere
from inbox.channels.message_templates import offered_templates
from inbox.channels.models import Channel
from inbox.channels.template_models import MessageTemplate
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.actions import Refused
from inbox.tickets.enums import Direction
from inbox.tickets.models import Ticket
from inbox.tickets.recipients import asker_address
from inbox.tickets.reply_windows import CLOSING, Rung, answering_rungs, last_heard
from inbox.tickets.sending import Sending, can, is_marketing, is_network, limits, private_until, refuse_unreachable
from inbox.tickets.template_words import fill, places_in
from inbox.workspace.wording import clock_time

#: More places of a template are not asked for.
_MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class WayOffered:
    """One way to send a reply, by the name the form knows it by."""

    key: str
    label: str
    note: str = ""
    icon: str = "send"


@dataclass(frozen=True, slots=True)
class Place:
    """A variable of a template: the name of its field, and what is typed there so far."""

    number: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TemplateOffered:
    """A template in the picker."""

    template: MessageTemplate
    places: Sequence[Place]
    is_chosen: bool


@dataclass
class NetworkSide:
    """The network's rules for a ticket at an instant; `given` is what the form said when it was not taken.

    `able` is what the usual answer may have: a public one where everybody reads what was asked.
    """

    ticket: Ticket
    at: datetime
    able: Capabilities
    rungs: Sequence[Rung]
    others: Sequence[Elsewhere]
    refusal: str = ""
    is_public: bool = False
    wants_no_marketing: bool = False
    private_until: datetime | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ways(self) -> list[WayOffered]:
        """What may be chosen, the best first; what is impossible is not there."""
        here = [] if self.refusal else [_way(rung, self.at) for rung in self.rungs]
        keys = {one.key for one in here}
        # While anything may be said, nobody needs a reason or money to say it.
        idle = ({"human_tag", "paid"} if "free" in keys else set()) | (set() if self.templates else {"template"})
        here = [one for one in here if one.key not in idle]
        return here + [_other(one) for one in self.others]

    @cached_property
    def chosen(self) -> str:
        """The way that is chosen: what the form said, where the customer wrote last, else the best."""
        wanted = self.given.get("way") or self._last_used
        keys = [one.key for one in self.ways]
        return wanted if wanted in keys else next(iter(keys), "")

    @property
    def _last_used(self) -> str:
        if not self.others:
            return ""
        heard = self.ticket.messages.filter(direction=Direction.IN, automatic="").order_by("-id")
        return f"channel-{heard.values_list('channel', flat=True).first()}"

    @property
    def is_usual(self) -> bool:
        """True when nothing has to be decided: the best way is open and chosen."""
        return self.chosen == "free"

    @property
    def is_shut(self) -> bool:
        """True when nothing can be sent at all."""
        return not self.ways

    @property
    def is_private(self) -> bool:
        """Whether a private answer was asked for."""
        return "private" in self.given

    @property
    def window(self) -> Rung | None:
        """The best rung that is open."""
        return self.rungs[0] if self.rungs and not self.refusal else None

    @property
    def warn_at(self) -> datetime | None:
        """From when on it is amber."""
        return self.window.until - CLOSING if self.window and self.window.until else None

    @property
    def is_closing(self) -> bool:
        """Whether the window closes soon, or takes one message more."""
        is_soon = self.warn_at is not None and self.at >= self.warn_at
        return is_soon or bool(self.window and self.window.left == 1)

    @property
    def left(self) -> str:
        """How many messages the network still takes, in words; "" where it does not count them."""
        left = self.window.left if self.window else None
        if left is None:
            return ""
        return ngettext("%(n)d message left", "%(n)d messages left", left) % {"n": left}

    @property
    def then(self) -> str:
        """What is possible after the window."""
        following = self.rungs[1].way if len(self.rungs) > 1 else "closed"
        return str(_then(following))

    @property
    def seconds_left(self) -> float:
        """How long the window is still open."""
        return (self.window.until - self.at).total_seconds() if self.window and self.window.until else 0.0

    @property
    def until(self) -> str:
        """When the window closes, in words."""
        return clock_time(self.window.until, self.at) if self.window and self.window.until else ""

    @property
    def is_limited(self) -> bool:
        """Whether there is a line about the window to show."""
        window = self.window
        return window is None or window.way != "free" or window.until is not None or window.left is not None

    @cached_property
    def templates(self) -> list[TemplateOffered]:
        """The picker: those in the customer's language first."""
        if self.refusal or not any(rung.way == "template" for rung in self.rungs):
            return []
        ticket = self.ticket
        found = offered_templates(ticket.channel, (ticket.language, ticket.customer.language, ticket.channel.language))
        found = [one for one in found if not (self.wants_no_marketing and is_marketing(one.category))]
        chosen = self.given.get("template", "") or (str(found[0].pk) if len(found) == 1 else "")
        return [TemplateOffered(one, _places(one, self.given), str(one.pk) == chosen) for one in found]

    @property
    def taken(self) -> str:
        """The files the network takes, for the script; "" where it takes any."""
        if self.able.files is not None:
            return json.dumps([{"types": one.types, "most": one.most_bytes} for one in self.able.files])
        most = self.able.attachment_limit
        return json.dumps([{"types": ["*/*"], "most": most}]) if most else ""


def network_side(ticket: Ticket, at: datetime, given: Mapping[str, str] | None = None) -> NetworkSide | None:
    """The network's rules; None for mail and our own chat, which have none."""
    channel = ticket.channel
    able = can(channel)
    if able is None or not is_network(channel):
        return None
    heard, address = last_heard(ticket), asker_address(ticket)
    ends_at = private_until(ticket, able, heard)
    return NetworkSide(
        ticket=ticket,
        at=at,
        able=limits(able, is_public=bool(heard and heard.is_public)),
        rungs=answering_rungs(ticket, heard, at=at),
        others=elsewhere(ticket, at),
        refusal=_refusal(address, channel),
        wants_no_marketing=bool(address and address.is_opted_out_on(network_of(channel.kind))),
        is_public=bool(heard and heard.is_public),
        private_until=ends_at if ends_at and ends_at > at else None,
        given=given or {},
    )


def _refusal(address: Identity | None, channel: Channel) -> str:
    try:
        refuse_unreachable(address, channel)
    except Refused as refusal:
        return str(refusal)
    return ""


def _way(rung: Rung, at: datetime) -> WayOffered:
    until = clock_time(rung.until, at) if rung.until else ""
    if rung.way == "human_tag":
        note = _("Only what a person wrote may leave this way, until %(time)s.") % {"time": until}
        return WayOffered("human_tag", _("As a person's answer"), note if until else "", "user-round-check")
    if rung.way == "template":
        return WayOffered("template", _("A message template"), _("A text the network approved."), "layout-template")
    if rung.way == "paid":
        return WayOffered("paid", _("As a paid message"), _("The network charges for it."), "coins")
    return WayOffered("free", _("As usual"))


def _other(one: Elsewhere) -> WayOffered:
    is_mail = one.channel.kind == "email"
    plain = {"email": _("By mail"), "twilio": _("By SMS")}
    label = plain.get(one.channel.kind) or _("By %(channel)s") % {"channel": one.channel.name}
    note = _("to %(address)s") % {"address": one.identity.value}
    return WayOffered(one.key, label, note, "mail" if is_mail else "corner-up-right")


def _then(way: str) -> str:
    return {
        "human_tag": _("then only what a person wrote"),
        "template": _("then only message templates"),
        "paid": _("then only paid messages"),
    }.get(way, _("then nothing until the customer writes again"))


def _places(template: MessageTemplate, given: Mapping[str, str]) -> list[Place]:
    names = [
        (number, f"place-{template.pk}-{number}") for number in range(1, min(places_in(template), _MOST_PLACES) + 1)
    ]
    return [Place(number, name, given.get(name, "")) for number, name in names]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form asks for: how it leaves, to whom where that is elsewhere, and the words of a template."""

    sending: Sending
    to: Identity | None = None
    text: str | None = None


def chosen_way(ticket: Ticket, given: Mapping[str, str]) -> Chosen:
    """How a form wants its reply to leave. Raises `Refused` for what is not offered."""
    way = given.get("way", "")
    if not is_network(ticket.channel):
        return Chosen(Sending())
    if way.startswith("channel-"):
        other = next((one for one in elsewhere(ticket, now()) if one.key == way), None)
        if other is None:
            raise Refused(_("The customer can't be reached by this channel."))
        rung = "" if other.rung.way == "free" else other.rung.way
        return Chosen(Sending(way=rung, channel_id=other.channel.pk), to=other.identity)
    if way == "template":
        return _filled(ticket.channel, given)
    return Chosen(Sending(way=way if way in ("human_tag", "paid") else "", is_private="private" in given))


def chosen_again(channel: Channel, sending: Sending) -> dict[str, str]:
    """What a form said that asked for this: a planned reply that is written on offers what was chosen for it."""
    if sending.template:
        known = channel.message_templates.filter(name=sending.template.name, language=sending.template.language).first()
        if known is None:
            return {}
        names = [place.name for place in _places(known, {})]
        values = dict(zip(names, sending.template.variables, strict=False))
        return {"way": "template", "template": str(known.pk), **values}
    private = {"private": "1"} if sending.is_private else {}
    return {"way": f"channel-{sending.channel_id}" if sending.channel_id else sending.way or "free", **private}


def _filled(channel: Channel, given: Mapping[str, str]) -> Chosen:
    number = given.get("template", "")
    found = channel.message_templates.filter(pk=int(number)).first() if _is_id(number) else None
    if found is None:
        raise Refused(_("Choose a template."))
    text, template = fill(found, [place.value for place in _places(found, given)])
    return Chosen(Sending(way="template", template=template), text=text)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
