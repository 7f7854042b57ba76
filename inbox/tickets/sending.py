"""How a reply leaves a network: by which way, in whose words, before whose eyes. What can't be is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_adapters.contracts import Capabilities
from channels_adapters.registry import UnknownKind, network_name, network_of
from channels_adapters.splitting import length, split
from inbox.customers.models import Identity
from inbox.tickets.changes import Refused
from inbox.tickets.enums import Direction
from inbox.tickets.models import Message, Ticket
from inbox.tickets.networks import Connected, capabilities_of
from inbox.tickets.recipients import asker_address, recipients_of
from inbox.tickets.reply_windows import Account, Rung, answering_rungs, last_heard, rungs_of


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """An approved text by the name its network knows it by, and what stands in its places."""

    name: str
    language: str = ""
    variables: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What an agent chose: a `way` ("": the best one that takes words), a template, another channel, in private."""

    way: str = ""
    template: FilledTemplate | None = None
    channel_id: int | None = None
    is_private: bool = False

    def kept(self) -> dict[str, Any]:
        """As it is stored; empty where nothing was chosen."""
        chosen: dict[str, Any] = {"way": self.way, "channel": self.channel_id, "is_private": self.is_private}
        if self.template:
            chosen["template"] = stored_template(self.template) | {"category": self.template.category}
        return {name: value for name, value in chosen.items() if value}

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> Self:
        """What was kept."""
        one = kept.get("template")
        template = (
            FilledTemplate(one["name"], one["language"], tuple(one["variables"]), one.get("category", ""))
            if one
            else None
        )
        return cls(kept.get("way", ""), template, kept.get("channel"), kept.get("is_private", False))


AS_EVER = Sending()


@dataclass(frozen=True, slots=True)
class Agreed:
    """By which account a reply goes, by which rung of its ladder, and whether everybody can read it."""

    channel_id: int
    way: str = ""
    is_public: bool = False


def stored_template(one: FilledTemplate) -> dict[str, Any]:
    """A template as `Message.template` keeps it."""
    return {"name": one.name, "language": one.language, "variables": list(one.variables)}


def can(channel: Connected) -> Capabilities | None:
    """What an account can do; None while its adapter is not installed."""
    try:
        return capabilities_of(channel)
    except UnknownKind:
        return None


def is_network(channel: Connected) -> bool:
    """True for networks of others with rules of their own: all but mail and our own chat."""
    found = can(channel)
    return found is None or not (found.is_our_own or found.threading == "headers")


class _TooLate(Refused):
    """The network takes it this way at another time only."""


def agree(ticket: Ticket, sending: Sending, to: Identity | None, text: str, files: int, *, at: datetime) -> Agreed:
    """What a reply may be sent as `at` an instant. Raises `Refused` with the sentence that says why not."""
    if sending.channel_id and sending.channel_id != ticket.channel_id:
        return _agree_elsewhere(sending, to, text, files, at)
    channel = ticket.channel
    if not is_network(channel):
        return Agreed(channel.pk)
    able = can(channel)
    if able is None:
        raise Refused(_("The network lets nobody answer here any more until the customer writes again."))
    refuse_unreachable(to or asker_address(ticket), channel, sending.template)
    if sending.template and files:
        raise Refused(_("A template takes no files. Leave them out."))
    asked = last_heard(ticket)
    if sending.is_private:
        _check_private(ticket, able, asked, at, text, files)
        return Agreed(channel.pk)
    rung, is_public = _rung(answering_rungs(ticket, asked, at=at), sending), bool(asked and asked.is_public)
    _check_size(limits(able, is_public=is_public), rung, text, files)
    return Agreed(channel.pk, "" if rung.way == "free" else rung.way, is_public)


def _agree_elsewhere(sending: Sending, to: Identity | None, text: str, files: int, at: datetime) -> Agreed:
    channel = _other_channel(sending)
    able = can(channel) if channel else None
    if to is None or channel is None or able is None or able.is_our_own:
        raise Refused(_("The customer can't be reached by this channel."))
    refuse_unreachable(to, channel, sending.template)
    rung = _rung(rungs_of(to.customer_id, channel, at=at), sending)
    if is_network(channel):
        _check_size(able, rung, text, files)
    return Agreed(channel.pk, "" if rung.way == "free" else rung.way)


def _other_channel(sending: Sending) -> Account | None:
    """The other channel that was chosen; None when it is gone or off."""
    accounts: Any = Ticket._meta.get_field("channel").related_model
    found: Account | None = accounts.objects.filter(pk=sending.channel_id, is_active=True).first()
    return found


def refuse_unreachable(identity: Identity | None, channel: Connected, template: FilledTemplate | None = None) -> None:
    """Raises `Refused` for who shut us out, or asked for nothing more, or for no advertising where this is some.

    What somebody said on another network does not count: his telephone number is on several.
    """
    network = network_of(channel.kind)
    where = {"network": network_name(network)}
    if identity and identity.is_blocked_on(network):
        raise Refused(
            _("This person has blocked us here: nothing can be sent by %(network)s until they let us in again.") % where
        )
    if refuses_all(identity, channel):
        raise Refused(
            _(
                "This person asked for no more messages here: nothing can be sent by %(network)s until they ask for "
                "messages again."
            )
            % where
        )
    if identity and identity.is_opted_out_on(network) and template and is_marketing(template.category):
        raise Refused(_("This person asked for no advertising. Choose a template of another kind."))


def refuses_all(identity: Identity | None, channel: Connected) -> bool:
    """Whether somebody asked for nothing more on a channel's network, where that is not about advertising alone."""
    if identity is None or not identity.is_opted_out_on(network_of(channel.kind)):
        return False
    able = can(channel)
    return able is None or able.opt_out_covers == "all"


def is_marketing(category: str) -> bool:
    """Whether a template of a category is advertising, as networks call it."""
    return category.strip().lower() == "marketing"


def private_until(ticket: Ticket, able: Capabilities, asked: Message | None) -> datetime | None:
    """Until when a public comment can be answered privately, which is done once; None where it can't."""
    within: timedelta | None = able.private_reply_within
    if within is None or asked is None or not asked.is_public:
        return None
    said = ticket.messages.filter(direction=Direction.OUT, channel=ticket.channel_id, is_public=False)
    said = said.filter(withdrawn_at=None, occurred_at__gte=asked.occurred_at).exclude(delivery__status="failed")
    return None if said.exists() else asked.occurred_at + within


def _check_private(
    ticket: Ticket, able: Capabilities, asked: Message | None, at: datetime, text: str, files: int
) -> None:
    until = private_until(ticket, able, asked)
    if until is None:
        raise Refused(_("The network takes no private answer to this, or no second one."))
    if at >= until:
        raise _TooLate(_("It is too late for a private answer."))
    if files or len(parts_of(limits(able, is_private=True), text)) > 1:
        raise Refused(_("A private answer is one message without files: this is more."))


def _rung(rungs: list[Rung], sending: Sending) -> Rung:
    """The rung that was chosen, or the best one that takes words and costs nothing."""
    wanted = "template" if sending.template else sending.way
    if sending.way == "template" and not sending.template:
        raise Refused(_("Choose a template."))
    if found := next((one for one in rungs if one.way == wanted or (not wanted and _is_usual(one))), None):
        return found
    if not rungs:
        raise _TooLate(_("The network lets nobody answer here any more until the customer writes again."))
    if any(one.takes_text for one in rungs):
        raise _TooLate(_("The network does not take it this way any more. Choose how it is sent."))
    raise _TooLate(_("The network takes only approved templates here until the customer writes again."))


def _is_usual(rung: Rung) -> bool:
    return rung.way in ("free", "human_tag")


def check_time(
    ticket: Ticket, sending: Sending, to: Identity | None, text: str, files: int, *, send_at: datetime
) -> None:
    """Raises `Refused` where the network would not take a reply at `send_at`, should the customer not write before."""
    try:
        agree(ticket, sending, to, text, files, at=send_at)
    except _TooLate:
        raise Refused(_("The network takes no answer then any more. Choose an earlier time or another way.")) from None


def check_again(message: Message) -> None:
    """Raises `Refused` where the network would not take a message of ours once more."""
    ticket, channel = message.ticket, message.channel
    if channel is None or message.is_public or not is_network(channel):
        return
    refuse_unreachable(next((one for _role, one in recipients_of(message)), None), channel)
    if not message.template:
        _rung(rungs_of(ticket.customer_id, channel), Sending(way="paid" if message.way == "paid" else ""))


def limits(able: Capabilities, *, is_public: bool = False, is_private: bool = False) -> Capabilities:
    """What an answer may have: one that everybody reads, one to a public comment in private, any other."""
    if is_private:
        return able.once_in_private()
    return able.in_public() if is_public else able


def parts_of(able: Capabilities, text: str) -> list[str]:
    """The messages a text becomes at the network."""
    return split(text, able.text_limit, able.text_unit)


def _check_size(able: Capabilities, rung: Rung, text: str, files: int) -> None:
    if rung.way == "template":
        return
    parts = len(parts_of(able, text)) + files
    if able.one_reply_only and parts > 1:
        most = able.text_limit or length(text, able.text_unit)
        raise Refused(_("The network takes one answer here, of %(most)d characters at most.") % {"most": most})
    if rung.left is not None and parts > rung.left:
        raise Refused(
            ngettext(
                "The network takes %(left)d more message until the customer writes again; this would be %(parts)d.",
                "The network takes %(left)d more messages until the customer writes again; this would be %(parts)d.",
                rung.left,
            )
            % {"left": rung.left, "parts": parts}
        )
