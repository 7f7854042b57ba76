"""What is told of surveys: ids, names, scores and words; nothing of anonymous answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from inbox.escalations.hooks import ticket_address
from inbox.surveys.models import Answer, FollowUpTask, Invitation
from inbox.tickets.enums import EventKind as Kind
from inbox.tickets.models import Ticket, TicketEvent
from inbox.webhooks.actions import tell
from inbox.webhooks.enums import News
from inbox.webhooks.models import Webhook

_OF_INVITATIONS = {
    Kind.SURVEY_SCHEDULED: News.SCHEDULED,
    Kind.SURVEY_SUPPRESSED: News.SUPPRESSED,
    Kind.SURVEY_SENT: News.SENT,
    Kind.SURVEY_REMINDED: News.REMINDED,
    Kind.SURVEY_CANCELLED: News.CANCELLED,
}
_OF_TASKS = {Kind.TASK_OPENED: News.FOLLOW_UP_OPENED, Kind.TASK_DONE: News.FOLLOW_UP_DONE}


def happened(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Tell of what happened to a ticket's surveys and follow-ups."""
    if not Webhook.objects.filter(is_active=True).exists():
        return
    for event in events:
        kind = Kind(event.kind)
        if kind in _OF_INVITATIONS:
            _tell_of(_OF_INVITATIONS[kind], event.details.get("invitation"))
        elif kind in _OF_TASKS:
            task = _task(ticket, event)
            if task is not None:
                tell(
                    _OF_TASKS[kind], {"follow_up": follow_up_told(task), "invitation": invitation_told(task.invitation)}
                )


def posted(invitation: Invitation, is_reminder: bool) -> None:
    """Tell of a survey that belongs to no ticket and leaves."""
    tell(News.REMINDED if is_reminder else News.SENT, {"invitation": invitation_told(invitation)})


def answered(invitation: Invitation, given: Answer, before: Answer | None, at: datetime) -> None:
    """Tell of an answer."""
    if invitation.version is None or invitation.version.is_anonymous:
        return
    kind = News.CHANGED if before else News.ANSWERED
    tell(kind, {"answer": answer_told(given), "invitation": invitation_told(invitation)})


def _tell_of(kind: News, invitation_id: object) -> None:
    found = Invitation.objects.select_related("version__survey", "ticket", "campaign", "channel", "agent", "team")
    invitation = found.filter(pk=invitation_id).first() if isinstance(invitation_id, int) else None
    if invitation is not None:
        tell(kind, {"invitation": invitation_told(invitation)})


def _task(ticket: Ticket, event: TicketEvent) -> FollowUpTask | None:
    tasks = FollowUpTask.objects.select_related("invitation__version__survey", "owner", "team", "done_by")
    wanted = {"invitation__ticket": ticket}
    if isinstance(event.details.get("invitation"), int):
        wanted["invitation"] = event.details["invitation"]
    return tasks.filter(**wanted).order_by("-pk").first()


def invitation_told(invitation: Invitation) -> dict[str, Any]:
    """An invitation in a call and in the API's news: the decision on asking, and how far it got."""
    version, ticket = invitation.version, invitation.ticket
    return {
        "id": invitation.pk,
        "survey": None if version is None else {**(_named(version.survey) or {}), "kind": version.survey.kind},
        "version": None if version is None else version.number,
        "ticket": None if ticket is None else {"id": ticket.pk, "ref": ticket.ref, "url": ticket_address(ticket)},
        "campaign": _named(invitation.campaign),
        "cycle": invitation.cycle,
        "state": invitation.state,
        "not_asked_because": invitation.suppressed_because,
        "customer": {"id": invitation.customer_id},
        "channel": _named(invitation.channel),
        "language": invitation.language,
        "agent": _named(invitation.agent),
        "team": _named(invitation.team),
        "decided_at": _instant(invitation.decided_at),
        "send_at": _instant(invitation.send_at),
        "sent_at": _instant(invitation.sent_at),
        "expires_at": _instant(invitation.expires_at),
    }


def answer_told(given: Answer) -> dict[str, Any]:
    """An answer in a call."""
    version = given.invitation.version
    return {
        "id": given.pk,
        "score": given.score,
        "scale": None
        if version is None
        else {"from": version.scale_min, "to": version.scale_max, "low_is_good": version.low_is_good},
        "ease": given.ease,
        "sentiment": given.sentiment,
        "comment": given.comment,
        "said": given.said,
        "language": given.language,
        "source": given.source,
        "answered_at": _instant(given.answered_at),
    }


def follow_up_told(task: FollowUpTask) -> dict[str, Any]:
    """A follow-up task in a call."""
    return {
        "id": task.pk,
        "owner": _named(task.owner),
        "team": _named(task.team),
        "opened_at": _instant(task.opened_at),
        "due_at": _instant(task.due_at),
        "done_at": _instant(task.done_at),
        "done_by": _named(task.done_by),
        "outcome": task.outcome,
    }


def _named(row: Any) -> dict[str, Any] | None:
    return None if row is None else {"id": row.pk, "name": str(row)}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
