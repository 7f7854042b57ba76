"""Whether and when a ticket's customer is asked for his opinion, and why not: every decision of every work cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.customers.people import one_person
from inbox.surveys.enums import HitKind, InvitationState, Suppression
from inbox.surveys.models import Invitation, Survey
from inbox.surveys.queries import asked_around, rivals
from inbox.tickets.access import tickets_of
from inbox.tickets.models import Ticket
from inbox.workspace.wording import clock_time

_MISSED = ("failed", "bounced")


@dataclass(frozen=True, slots=True)
class Asked:
    """One decision: `says` is the sentence that sums it up, `more` what else there is to know, `other` a ticket."""

    invitation: Invitation
    says: str
    is_asked: bool
    is_scheduled: bool
    more: Sequence[str] = field(default_factory=tuple)
    other: Ticket | None = None


def asked_about(ticket: Ticket, agent: Agent, at: datetime) -> list[Asked]:
    """The decisions on the ticket's work cycles, the newest first."""
    programs = Count("hits", filter=~Q(hits__kind=HitKind.VIEW))
    rows = ticket.invitations.select_related(
        "version__survey", "channel", "suppressed_by", "customer", "message__delivery", "reminder__delivery"
    )
    found = list(rows.annotate(programs=programs).order_by("-cycle"))
    shares = {survey.pk: survey.share for survey in rivals()} if found else {}
    return [_asked(one, agent, at, shares) for one in found]


def _asked(invitation: Invitation, agent: Agent, at: datetime, shares: dict[int, int]) -> Asked:
    state, other = invitation.state, None
    more = [line for line in (_survey(invitation, shares), *_after(invitation, at)) if line]
    if state == InvitationState.SUPPRESSED:
        says = _("Not asked: %(reason)s.") % {"reason": invitation.get_suppressed_because_display()}
        before = _before(invitation) if invitation.suppressed_because == Suppression.ASKED_LATELY else None
        more = [*_why(invitation, before), *more]
        if before and before.ticket_id:
            other = tickets_of(agent).filter(pk=before.ticket_id).first()
    elif state == InvitationState.CANCELLED:
        says = _("Not asked: the matter went on before the survey left.")
    elif state == InvitationState.SCHEDULED and invitation.send_at:
        says = _("Will be asked on %(time)s, in %(language)s, %(way)s.") % {
            "time": clock_time(invitation.send_at, at),
            "language": _language(invitation.language),
            "way": _way(invitation),
        }
    else:
        says = _said(invitation, at)
    is_asked = state in (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.VOIDED)
    return Asked(invitation, says, is_asked, state == InvitationState.SCHEDULED, more, other)


def _said(invitation: Invitation, at: datetime) -> str:
    sent = clock_time(invitation.sent_at, at) if invitation.sent_at else ""
    values = {"time": sent, "language": _language(invitation.language), "way": _way(invitation)}
    if invitation.state == InvitationState.ANSWERED:
        return _("Asked on %(time)s, in %(language)s, %(way)s. The customer answered.") % values
    if invitation.state == InvitationState.VOIDED:
        return _("Asked on %(time)s. The matter went on, so the link is void.") % values
    if _delivery(invitation) in _MISSED:
        return _("Asked on %(time)s, but it did not arrive.") % values
    if invitation.expires_at and at > invitation.expires_at:
        return _("Asked on %(time)s, in %(language)s, %(way)s. There was no answer.") % values
    return _("Asked on %(time)s, in %(language)s, %(way)s. No answer yet.") % values


def _after(invitation: Invitation, at: datetime) -> Sequence[str]:
    """What came after it left."""
    lines = []
    delivery = getattr(invitation.message, "delivery", None)
    if delivery is not None and delivery.status in (*_MISSED, "queued", "sending", "unconfirmed", "cancelled"):
        lines.append(f"{delivery.get_status_display()}: {delivery.reason}".removesuffix(": "))
    if invitation.reminded_at:
        lines.append(_("Reminded on %(time)s.") % {"time": clock_time(invitation.reminded_at, at)})
    elif invitation.remind_at and invitation.state == InvitationState.SENT:
        lines.append(_("Will be reminded on %(time)s.") % {"time": clock_time(invitation.remind_at, at)})
    if invitation.state == InvitationState.SENT and invitation.expires_at and at <= invitation.expires_at:
        lines.append(_("The link works until %(time)s.") % {"time": clock_time(invitation.expires_at, at)})
    count: int = getattr(invitation, "programs", 0)
    if count:
        lines.append(
            ngettext(
                "%(count)d opening by a program was ignored.", "%(count)d openings by programs were ignored.", count
            )
            % {"count": count}
        )
    return lines


def _why(invitation: Invitation, before: Invitation | None) -> Sequence[str]:
    """More of the reason not to ask."""
    survey = invitation.version.survey if invitation.version else None
    if invitation.suppressed_because == Suppression.BY_AGENT:
        who = invitation.suppressed_by.name if invitation.suppressed_by else _("Somebody")
        return [f"{who}: {invitation.suppressed_note}"]
    if invitation.suppressed_because == Suppression.SAMPLED_OUT and survey:
        return [_("Of all work cycles %(percent)d %% are asked about.") % {"percent": survey.sample_percent}]
    if before and before.sent_at and survey:
        name = before.version.survey.name if before.version else _("Somebody")
        values = {"time": clock_time(before.sent_at), "survey": name, "days": survey.throttle_days}
        return [_("Asked on %(time)s by “%(survey)s”; at least %(days)d days lie between two surveys.") % values]
    return []


def _before(invitation: Invitation) -> Invitation | None:
    """The survey because of which this one was not sent: the latest one that the same person got before it."""
    days = invitation.version.survey.throttle_days if invitation.version else 30
    asked = asked_around(one_person(invitation.customer), invitation.decided_at, timedelta(days=days))
    return asked.exclude(pk=invitation.pk).select_related("version__survey").last()


def _survey(invitation: Invitation, shares: dict[int, int]) -> str:
    survey: Survey | None = invitation.version.survey if invitation.version else None
    if survey is None:
        return ""
    total = sum(shares.values())
    if len(shares) < 2 or survey.pk not in shares:
        return _("Survey: %(name)s.") % {"name": survey.name}
    values: dict[str, Any] = {"name": survey.name, "share": round(100 * shares[survey.pk] / total)}
    return _("Survey: %(name)s, which %(share)d %% of all work cycles get by lot.") % values


def _delivery(invitation: Invitation) -> str:
    delivery = getattr(invitation.message, "delivery", None)
    return str(delivery.status) if delivery is not None else ""


def _way(invitation: Invitation) -> str:
    if invitation.channel.kind == "email":
        return _("by e-mail")
    return _("through %(channel)s") % {"channel": invitation.channel.name}


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
