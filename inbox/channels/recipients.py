"""Whom a mail may go to: addresses typed by people, those offered to them, and never our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from channels_adapters.email.addresses import Mailbox, mailboxes
from inbox.channels.access import ours_among
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets.actions import Refused
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.merged import said_in
from inbox.tickets.models import Participant, Ticket
from inbox.tickets.queries import writers_of
from inbox.tickets.recipients import UNREADABLE, asker_address
from inbox.tickets.sending import is_network

#: Most people one mail goes to.
MOST = 50
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})\Z")
_PLAIN = re.compile(r"[\w .!#$%&'*+/=?^`{|}~-]*\Z")


class BadAddress(Refused):
    """Something typed is no address that can be written to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An address a reply can go to. `value` is its identity's id, or the address itself where nobody has it yet."""

    value: str
    name: str
    address: str
    is_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """Whom a reply can go to, and who else got what it answers; `cc` as it is typed."""

    choices: tuple[Choice, ...]
    to: str
    cc: str


def typed(text: str) -> list[Mailbox]:
    """The mailboxes in a typed list (commas, semicolons or lines between them). Raises `BadAddress`, naming the one."""
    found: dict[str, Mailbox] = {}
    for piece in _pieces(text):
        # Without brackets a space is a slip: what stands behind it need not be who was meant.
        boxes = mailboxes(piece) if "<" in piece or not any(one.isspace() for one in piece) else ()
        if len(boxes) != 1 or not is_address(boxes[0].address):
            raise BadAddress(_("“%(text)s” is not a mail address.") % {"text": piece[:120]})
        found.setdefault(boxes[0].address, boxes[0])
    return list(found.values())


def is_address(address: str) -> bool:
    """Whether a canonical address is one that mail programs and servers agree on."""
    local, _at, domain = address.rpartition("@")
    is_local = 0 < len(local) <= 64 and not local.startswith((".", '"')) and not local.endswith(".")
    return is_local and ".." not in local and _DOMAIN.match(domain) is not None


def as_typed(people: Iterable[tuple[str, str]]) -> str:
    """Names and addresses as one would type them."""
    return ", ".join(_one(name, address) for name, address in people)


def identities(boxes: Iterable[Mailbox]) -> list[Identity]:
    """Who is behind these mailboxes, known from now on. Raises `BadAddress` for one of our own."""
    boxes = list(boxes)
    if len(boxes) > MOST:
        raise BadAddress(_("A mail can go to %(most)d people at most.") % {"most": MOST})
    if own := ours_among({box.address for box in boxes}):
        raise BadAddress(_("%(address)s is an address of this inbox.") % {"address": sorted(own)[0]})
    return [recognize([("email", "", box.address, False)], name=box.name) for box in boxes]


def chosen_address(ticket: Ticket, value: str) -> Identity | None:
    """Who is behind a choice's value, None for the asker as usual. Raises `BadAddress` for what is not offered."""
    if not value:
        return None
    choice = next((one for one in choices_of(ticket) if one.value == value), None)
    if choice is None:
        raise BadAddress(_("Choose one of the addresses offered."))
    if value.isdecimal():
        return Identity.objects.select_related("customer").get(pk=int(value))
    return identities([Mailbox("", choice.address)])[0]


def choices_of(ticket: Ticket) -> tuple[Choice, ...]:
    """Where a reply can go: the asker's addresses, the last used first, others who wrote, an address asked for."""
    asker = asker_address(ticket)
    theirs = Identity.objects.filter(customer=ticket.customer_id, kind=ticket.channel.kind).select_related("customer")
    people = [*([asker] if asker else []), *theirs.order_by("id")[:20], *writers_of(ticket)]
    if asker and is_network(ticket.channel):
        # Who was also written to by mail answers by mail: no address of this network.
        people = [one for one in people if (one.kind, one.scope) == (asker.kind, asker.scope)]
    offered = {one.pk: Choice(str(one.pk), one.customer.name, one.value) for one in people if one.kind != UNREADABLE}
    return (*offered.values(), *_asked_for(ticket, {one.address for one in offered.values()}))


def suggested(ticket: Ticket) -> Suggested:
    """Where a reply goes unless the agent chooses: to the asker, with those in copy who take part."""
    choices = choices_of(ticket)
    asker = asker_address(ticket)
    is_offered = asker is not None and asker.kind != UNREADABLE
    copied = _copied(ticket, asker) if ticket.channel.kind == "email" else []
    return Suggested(choices, str(asker.pk) if asker and is_offered else "", as_typed(copied))


def _asked_for(ticket: Ticket, offered: set[str]) -> list[Choice]:
    """The Reply-To of what the asker wrote last: an offer, for anybody can write anything there."""
    newest = _from_outside(ticket).filter(customer=ticket.customer_id).first()
    address = newest.reply_to.lower() if newest else ""
    if not address or address in offered or not is_address(address) or ours_among([address]):
        return []
    return [Choice(address, "", address, is_asked_for=True)]


def _copied(ticket: Ticket, asker: Identity | None) -> list[tuple[str, str]]:
    """Who else was in what is answered and takes part; a stranger who joined only once an agent wrote to him."""
    strangers = _strangers(ticket)
    message = _from_outside(ticket).exclude(customer__in=strangers).select_related("customer", "identity").first()
    if message is None:
        return []
    parties = Participant.objects.filter(ticket=ticket).exclude(customer__in=[*strangers, ticket.customer_id])
    taking_part = dict(
        Identity.objects.filter(kind="email", customer__in=parties.values("customer")).values_list(
            "value", "customer__name"
        )
    )
    named = [str(entry.get("value", "")) for entry in message.recipients if entry.get("role") in ("to", "cc")]
    author = [message.identity.value] if message.identity else []
    found = dict.fromkeys(one for one in (*author, *named) if one in taking_part)
    out = ours_among(found) | ({asker.value} if asker else set())
    return [(taking_part[one], one) for one in found if one not in out][: MOST - 1]


def _strangers(ticket: Ticket) -> set[int]:
    joined = set(said_in(ticket).filter(is_stranger=True, customer__isnull=False).values_list("customer", flat=True))
    if not joined:
        return set()
    sent = said_in(ticket).filter(direction=Direction.OUT).values_list("recipients", flat=True)
    written_to = [entry["identity"] for entries in sent for entry in entries if entry.get("identity")]
    return joined - set(Identity.objects.filter(pk__in=written_to).values_list("customer", flat=True))


def _from_outside(ticket: Ticket) -> Any:
    said = said_in(ticket).filter(direction=Direction.IN, kind=MessageKind.MESSAGE)
    return said.filter(automatic="", withdrawn_at=None).order_by("-occurred_at", "-id")


def _one(name: str, address: str) -> str:
    if not name or name == address:
        return address
    plain = name.replace("\\", "").replace('"', "'")
    return f"{plain} <{address}>" if _PLAIN.match(plain) else f'"{plain}" <{address}>'


def _pieces(text: str) -> Iterator[str]:
    """The parts of a typed list; commas in quotation marks and in angle brackets separate nothing."""
    piece, quoted, angled = "", False, False
    for character in f"{text[:20_000]}\n":
        if character == '"':
            quoted = not quoted
        elif character in "<>" and not quoted:
            angled = character == "<"
        if character in "\r\n" or (character in ",;" and not quoted and not angled):
            if piece.strip():
                yield piece.strip()
            piece, quoted, angled = "", False, False
        else:
            piece += character
