"""The mail that tells an agent of an escalation: in his language, with the deadline in his time zone."""

from __future__ import annotations

import uuid
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
    mailbox = _mailbox(ticket)
    message = letter(escalation, step, ticket, agent, mailbox)
    if has_transport(mailbox):
        adapter("email").send(message, fresh_account(mailbox))
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
    name = f"{settings.SITE_URL} escalation {escalation.pk} agent {agent.pk}"
    client_ref = uuid.uuid5(uuid.NAMESPACE_URL, name)
    with override(agent.language):
        facts = _facts(escalation, ticket, agent)
        headline = _headline(escalation, step)
        subject = one_line(f"{headline} · {ticket.ref} {ticket.subject}", 200)
        because = _("You get this mail because the policy “%(policy)s” says so.") % {
            "policy": escalation.policy_version.policy.name
        }
        context = {
            "language": agent.language,
            "subject": subject,
            "headline": headline,
            "facts": facts,
            "url": ticket_address(ticket),
            "button": _("Open the ticket"),
            "because": because,
        }
        html = render_to_string("escalations/letter.html", context)
    lines = "\n".join(f"{label}: {value}" for label, value in facts)
    return OutboundMessage(
        client_ref=str(client_ref),
        to=(Recipient(Person((Identifier("email", agent.email),), name=agent.name), "to"),),
        subject=subject,
        text=f"{headline}\n\n{lines}\n\n{context['url']}\n\n{because}\n",
        html=html,
        by_human=False,
        sender_name=mailbox.brand or mailbox.name,
        language=agent.language,
        message_id=f"<{client_ref.hex}@{mailbox.address.rpartition('@')[2]}>",
        headers=(
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Inbox-Loop", tokens.sign("loop", ticket.pk)),
        ),
    )


def _mailbox(ticket: Ticket) -> Channel:
    mailboxes = Channel.objects.filter(kind="email", is_active=True)
    found = mailboxes.filter(pk=ticket.channel_id).first() or mailboxes.order_by("id").first()
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
    zone = _zone(agent)
    due = date_format(escalation.due_at.astimezone(zone), pgettext("deadline in a mail", "l j F Y, H:i"))
    return [
        (_("Deadline"), f"{due} ({zone.key})"),
        (_("Ticket"), one_line(f"{ticket.ref} {ticket.subject}", 300)),
        (_("Customer"), one_line(str(ticket.customer), 200)),
        (_("Priority"), str(Priority(ticket.priority).label)),
        (_("Team"), one_line(str(ticket.team), 100) if ticket.team else "–"),
        (_("Assignee"), one_line(str(ticket.assignee), 100) if ticket.assignee else _("nobody")),
    ]


def _zone(agent: Agent) -> ZoneInfo:
    try:
        return ZoneInfo(agent.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
