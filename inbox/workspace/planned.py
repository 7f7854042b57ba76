"""Planned replies as the ticket shows them: with whom they go to, how they leave and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inbox.channels.models import Channel
from inbox.tickets.enums import State
from inbox.tickets.models import ScheduledReply, Ticket
from inbox.tickets.scheduled import shown_in
from inbox.tickets.sending import Sending
from inbox.workspace.letterhead import ROLES


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """One thing that was chosen, in words."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned reply with what was chosen for it."""

    reply: ScheduledReply
    notes: Sequence[PlannedNote]

    @property
    def buttons(self) -> Sequence[str]:
        """The answers to press that go with it."""
        labels: Sequence[str] = self.reply.sending.get("buttons", ())
        return labels


def planned_in(ticket: Ticket) -> list[Planned]:
    """What `shown_in` names, as the ticket shows it."""
    replies = shown_in(ticket)
    wanted = {chosen for one in replies if (chosen := Sending.again(one.sending).channel_id)}
    channels = Channel.objects.in_bulk(wanted) if wanted else {}
    return [Planned(one, list(_notes(one, channels))) for one in replies]


def _notes(planned: ScheduledReply, channels: Mapping[int, Channel]) -> Iterator[PlannedNote]:
    sending = Sending.again(planned.sending)
    if sending.template:
        told = (sending.template.name, sending.template.language, sending.template.category)
        yield PlannedNote("layout-template", _("Template: %(name)s") % {"name": " · ".join(filter(None, told))})
    elif sending.way == "human_tag":
        yield PlannedNote("user-round-check", _("As a person's answer"))
    elif sending.way == "paid":
        yield PlannedNote("coins", _("As a paid message"))
    if sending.is_private:
        yield PlannedNote("lock", _("Answer in private"))
    if sending.channel_id and (channel := channels.get(sending.channel_id)):
        yield PlannedNote("corner-up-right", _("By %(channel)s") % {"channel": channel.name})
    for role, label in ROLES.items():
        if people := [one["name"] or one["value"] for one in planned.recipients if one.get("role") == role]:
            yield PlannedNote("mail", f"{label}: {', '.join(people)}")
    if planned.quotes_history and planned.ticket.channel.kind == "email":
        yield PlannedNote("text-quote", _("Quotes what is answered"))
    if planned.then:
        yield PlannedNote("check", _("The ticket is then: %(state)s") % {"state": State(planned.then).label})
