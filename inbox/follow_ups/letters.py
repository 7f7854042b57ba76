"""The mail that tells an agent of a follow-up that is late: in his language, with the time it was due in his zone."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from inbox.agents.models import Agent
from inbox.common.text import one_line
from inbox.escalations.letters import Notice, deadline, mail, mailbox_for, post
from inbox.surveys.models import Answer, FollowUpTask


def send(task: FollowUpTask, agent: Agent) -> None:
    """Send it, or keep it where there is no mail server. Raises `SendError`, LookupError and ValueError."""
    mailbox = mailbox_for(task.invitation.ticket)
    with override(agent.language):
        message = mail(_notice(task, agent), agent, mailbox)
    post(message, agent, mailbox)


def _notice(task: FollowUpTask, agent: Agent) -> Notice:
    customer = one_line(str(task.invitation.customer), 200)
    headline = _("Follow-up late: %(customer)s") % {"customer": customer}
    return Notice(
        name=f"follow-up {task.pk} due {task.due_at.isoformat()} agent {agent.pk}",
        about=task.pk,
        headline=headline,
        subject=one_line(headline, 200),
        facts=_facts(task, agent),
        url=f"{settings.SITE_URL}{reverse('workspace:follow_up', args=[task.pk])}",
        button=_("Open the follow-up"),
        because=_("You get this mail because a customer was unhappy and this follow-up is yours, or nobody's."),
    )


def _facts(task: FollowUpTask, agent: Agent) -> list[tuple[str, str]]:
    """Label and value. Values are words others gave, so each is one line."""
    ticket, version = task.invitation.ticket, task.invitation.version
    facts = [(_("Deadline"), deadline(task.due_at, agent))]
    if ticket:
        facts.append((_("Ticket"), one_line(f"{ticket.ref} {ticket.subject}", 300)))
    answer = Answer.objects.filter(invitation=task.invitation_id, is_current=True).first()
    if answer and version:
        meaning = dict(version.choices(agent.language)).get(answer.score, "")
        facts.append((_("Answer"), one_line(f"{answer.score} {meaning}", 100)))
        if answer.comment:
            facts.append((_("Comment"), one_line(answer.comment, 300)))
    facts.append((_("Owner"), one_line(str(task.owner), 100) if task.owner else _("nobody")))
    return facts
