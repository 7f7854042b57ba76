"""The mail that tells an agent of an escalation: in his language, with the deadline in his time zone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from channels_adapters.contracts import Identifier, OutboundMessage, Person, Recipient
from channels_adapters.email.compose import compose
from channels_adapters.registry import adapter
from inbox.agents.models import Agent
from inbox.channels.access import account, has_transport
from inbox.channels.admission import asking, note_admission
from inbox.channels.credentials import fresh_account
from inbox.channels.models import Channel, OutboxMail
from inbox.common import tokens
from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.common.text import one_line
from inbox.escalations.hooks import ticket_address
from inbox.sla.enums import TargetKind
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation
from inbox.tickets.enums import Priority
from inbox.tickets.models import Ticket


def send(escalation: Escalation, step: Step, ticket: Ticket, agent: Agent) -> None:
    """Send the mail by the mailbox the ticket came by, else by the first there is; without a server it is kept.

    Raises `SendError`; LookupError without a mailbox; ValueError for a mail server that is named wrongly.
    """
    mailbox = mailbox_for(ticket)
    post(letter(escalation, step, ticket, agent, mailbox), agent, mailbox)


def post(message: OutboundMessage, agent: Agent, mailbox: Channel) -> None:
    """Send a mail to an agent; without a mail server it is kept, once. Raises as `send` does."""
    if has_transport(mailbox):
        began = now()
        with asking(mailbox):
            adapter("email").send(message, fresh_account(mailbox))
        note_admission(mailbox, since=began)
        return
    kept = OutboxMail(
        channel=mailbox,
        client_ref=uuid.UUID(message.client_ref),
        recipients=[agent.email],
        body=compose(message, account(mailbox)),
        kept_at=now(),
    )
    insert_new(kept, "inbox_outboxmail_client_ref_key")


def letter(escalation: Escalation, step: Step, ticket: Ticket, agent: Agent, mailbox: Channel) -> OutboundMessage:
    """The mail, the same at every attempt: its Message-ID is of the escalation and the agent."""
    with override(agent.language):
        headline = _headline(escalation, step)
        notice = Notice(
            name=f"escalation {escalation.pk} agent {agent.pk}",
            about=ticket.pk,
            headline=headline,
            subject=one_line(f"{headline} · {ticket.ref} {ticket.subject}", 200),
            facts=_facts(escalation, ticket, agent),
            url=ticket_address(ticket),
            button=_("Open the ticket"),
            because=_("You get this mail because the policy “%(policy)s” says so.")
            % {"policy": escalation.policy_version.policy.name},
        )
        return mail(notice, agent, mailbox)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail to an agent says. `name` is of what it is about, and of the agent: the same one is the same mail.

    `about` is the id of a row, for the mark by which we know our own mails.
    """

    name: str
    about: int
    headline: str
    subject: str
    facts: Sequence[tuple[str, str]]
    url: str
    button: str
    because: str


def mail(notice: Notice, agent: Agent, mailbox: Channel) -> OutboundMessage:
    """The mail, the same at every attempt."""
    client_ref = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL} {notice.name}")
    html = render_to_string("escalations/letter.html", {"language": agent.language, **asdict(notice)})
    lines = "\n".join(f"{label}: {value}" for label, value in notice.facts)
    return OutboundMessage(
        client_ref=str(client_ref),
        to=(Recipient(Person((Identifier("email", agent.email),), name=agent.name), "to"),),
        subject=notice.subject,
        text=f"{notice.headline}\n\n{lines}\n\n{notice.url}\n\n{notice.because}\n",
        html=html,
        by_human=False,
        sender_name=mailbox.brand or mailbox.name,
        language=agent.language,
        message_id=f"<{client_ref.hex}@{mailbox.address.rpartition('@')[2]}>",
        headers=(
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Inbox-Loop", tokens.sign("loop", notice.about)),
        ),
    )


def mailbox_for(ticket: Ticket | None) -> Channel:
    """The mailbox that a mail about this ticket leaves by. Raises LookupError without any."""
    mailboxes = Channel.objects.filter(kind="email", is_active=True)
    found = (mailboxes.filter(pk=ticket.channel_id).first() if ticket else None) or mailboxes.order_by("id").first()
    if found is None:
        raise LookupError("There is no mailbox that a mail to an agent could leave by.")
    return found


def _headline(escalation: Escalation, step: Step) -> str:
    target = TargetKind(escalation.outcome["target"]).label
    if step.on == On.BREACHED:
        return _("Target missed: %(target)s") % {"target": target}
    return _("Due soon: %(target)s") % {"target": target}


def _facts(escalation: Escalation, ticket: Ticket, agent: Agent) -> list[tuple[str, str]]:
    """Label and value. Values are names others gave, so each is one line."""
    return [
        (_("Deadline"), deadline(escalation.due_at, agent)),
        (_("Ticket"), one_line(f"{ticket.ref} {ticket.subject}", 300)),
        (_("Customer"), one_line(str(ticket.customer), 200)),
        (_("Priority"), str(Priority(ticket.priority).label)),
        (_("Team"), one_line(str(ticket.team), 100) if ticket.team else "–"),
        (_("Assignee"), one_line(str(ticket.assignee), 100) if ticket.assignee else _("nobody")),
    ]


def deadline(at: datetime, agent: Agent) -> str:
    """An instant in the agent's time zone, which is named."""
    zone = _zone(agent)
    return f"{date_format(at.astimezone(zone), pgettext('deadline in a mail', 'l j F Y, H:i'))} ({zone.key})"


def _zone(agent: Agent) -> ZoneInfo:
    try:
        return ZoneInfo(agent.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
