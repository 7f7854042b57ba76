"""Who a message goes to, and who was part of one: only they may see it again, as a quotation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, Q, QuerySet

from inbox.customers.models import Identity
from inbox.tickets.actions import join
from inbox.tickets.changes import Change
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.merged import said_in
from inbox.tickets.models import Message, Ticket

#: An address nobody can be written to: of a mail whose sender could not be read.
UNREADABLE = "unreadable"
_LOOKED_AT = 20


def entries(to: Identity | None, cc: Sequence[Identity] = (), bcc: Sequence[Identity] = ()) -> list[dict[str, Any]]:
    """Recipients as `Message.recipients` keeps them; whoever is named twice has the more open role."""
    roles: dict[int, dict[str, Any]] = {}
    for role, identities in (("to", (to,) if to else ()), ("cc", cc), ("bcc", bcc)):
        for one in identities:
            roles.setdefault(one.pk, {"role": role, "identity": one.pk, "name": one.customer.name, "value": one.value})
    return list(roles.values())


def chosen(recipients: Sequence[dict[str, Any]]) -> list[tuple[str, Identity]]:
    """Roles and identities of what `entries` made, without those that are gone."""
    wanted = [(entry.get("role", "to"), entry["identity"]) for entry in recipients if entry.get("identity")]
    found = Identity.objects.select_related("customer").in_bulk([pk for _, pk in wanted])
    return [(role, found[pk]) for role, pk in wanted if pk in found]


def in_role(role: str, recipients: Sequence[dict[str, Any]]) -> list[Identity]:
    """The identities in one role."""
    return [identity for its_role, identity in chosen(recipients) if its_role == role]


def asker_address(ticket: Ticket) -> Identity | None:
    """Where the asker is answered: the address he wrote from last, else one of his on this kind of channel."""
    said = said_in(ticket).filter(direction=Direction.IN, customer=ticket.customer_id).exclude(identity=None)
    # A person of a network can also be written to elsewhere, and answers there: that is no address of this channel.
    said = said.filter(Q(channel=ticket.channel_id) | Exists(_by_mail_or_chat(ticket)))
    last = said.order_by("-occurred_at", "-id").select_related("identity__customer").first()
    if last and last.identity and last.identity.kind != UNREADABLE:
        return current(last.identity)
    theirs = Identity.objects.filter(customer=ticket.customer_id, kind=ticket.channel.kind)
    return theirs.select_related("customer").order_by("id").first()


def _by_mail_or_chat(ticket: Ticket) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk=ticket.pk, channel__kind__in=("email", "livechat"))


def current(identity: Identity) -> Identity:
    """The address that is in use: where a network replaced it by another, that one."""
    for _ in range(_LOOKED_AT):
        if identity.replaced_by is None:
            break
        identity = identity.replaced_by
    return identity


def recipients_of(message: Message) -> list[tuple[str, Identity]]:
    """Roles and identities a message of ours goes to: those chosen, else the asker. Empty when nobody is left."""
    if picked := chosen(message.recipients):
        return picked
    asker = asker_address(message.ticket)
    return [("to", asker)] if asker and asker.kind != UNREADABLE else []


def answered(ticket: Ticket, people: Collection[Identity], *, before: Message | None = None) -> Message | None:
    """The newest message from outside that all of `people` were part of: what they may be shown once more.

    `before`: among those that were there when it was said.
    """
    said = (
        said_in(ticket)
        .filter(direction=Direction.IN, kind=MessageKind.MESSAGE, withdrawn_at=None, automatic="")
        .select_related("customer", "identity")
    )
    if before:
        said = said.filter(pk__lt=before.pk)
    newest = said.order_by("-occurred_at", "-id")[:_LOOKED_AT]
    return next((message for message in newest if all(_was_part(one, message) for one in people)), None)


def _was_part(one: Identity, message: Message) -> bool:
    return one.customer_id == message.customer_id or one.value in {
        str(entry.get("value", "")).lower() for entry in message.recipients
    }


def put_in_copy(it: Change, copied: Sequence[Identity]) -> None:
    """Make those in Cc participants, as part of a larger change: what they write belongs here from now on."""
    for one in copied:
        join(it, one.customer, one, is_copied=True)
