"""Reads of surveys, named for what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q, QuerySet

from inbox.customers.models import Customer
from inbox.surveys.eligibility import Facts, Terms
from inbox.surveys.enums import InvitationState
from inbox.surveys.models import Answer, Invitation, Survey, SurveyVersion
from inbox.tickets.enums import AuthorKind, Direction, EventKind
from inbox.tickets.models import Message, Ticket


@dataclass(frozen=True, slots=True)
class WorkCycle:
    """A ticket's latest work cycle (0: the customer never wrote) and who is scored for it."""

    number: int
    human_replies: int
    agent_id: int | None
    team_id: int | None


def latest_cycle(ticket: Ticket) -> WorkCycle:
    """The cycle that the clocks were in last; scored is who sent its last human reply, and his team at that time."""
    run = ticket.clocks.filter(target="resolution").order_by("-cycle").first()
    if run is None:
        return WorkCycle(0, 0, None, None)
    answers = list(
        ticket.events.filter(
            Q(kind=EventKind.REPLIED, author_kind=AuthorKind.HUMAN) | Q(kind=EventKind.CALLED),
            occurred_at__gte=run.started_at,
            message__withdrawn_at=None,
        )
        .order_by("occurred_at", "id")
        .values_list("agent_id", "team_id")
    )
    return WorkCycle(run.cycle, len(answers), *(answers[-1] if answers else (None, None)))


def current_version() -> SurveyVersion | None:
    """What is asked now: the latest version of the survey that is switched on."""
    active = SurveyVersion.objects.filter(survey__is_active=True).select_related("survey")
    return active.order_by("survey_id", "-number").first()


def terms_of(survey: Survey | None) -> Terms:
    """The rules of a survey; without one, rules under which nobody is asked.

    `SURVEY_DELAY_SECONDS` is for demonstrations: whoever sets it waits for the mail, so no hour is quiet then.
    """
    if survey is None:
        return Terms(is_active=False)
    is_hurried = settings.SURVEY_DELAY_SECONDS is not None
    return Terms(
        is_active=survey.is_active,
        throttle=timedelta(days=survey.throttle_days),
        sample_percent=survey.sample_percent,
        quiet_from_hour=0 if is_hurried else survey.quiet_from_hour,
        quiet_until_hour=0 if is_hurried else survey.quiet_until_hour,
    )


def facts_of(ticket: Ticket, cycle: WorkCycle, around: datetime, throttle: timedelta) -> Facts:
    """What the rules ask about a cycle, with the customer's other surveys within `throttle` of an instant."""
    customer = ticket.customer
    written = set(ticket.messages.filter(direction=Direction.IN).values_list("automatic", flat=True))
    # Room for the night that may lie between the instant and the sending.
    reach = throttle + timedelta(days=3)
    asked = Invitation.objects.filter(customer=customer, sent_at__range=(around - reach, around + reach)).exclude(
        ticket=ticket, cycle=cycle.number
    )
    return Facts(
        sample_key=f"{ticket.pk}:{cycle.number}",
        zone=zone_of(customer),
        is_spam=ticket.is_spam,
        wrote="" in written and cycle.number > 0,
        wrote_automatically=bool(written - {""}),
        human_replies=cycle.human_replies,
        has_address=customer.identities.filter(kind=ticket.channel.kind).exists(),
        opted_out=customer.survey_opt_out_at is not None,
        erased=customer.erased_at is not None,
        asked_at=[sent_at for sent_at in asked.values_list("sent_at", flat=True) if sent_at],
    )


def zone_of(customer: Customer) -> ZoneInfo:
    """The customer's time zone, the installation's where it is not known."""
    try:
        return ZoneInfo(customer.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def due(at: datetime) -> QuerySet[Invitation]:
    """Invitations whose time to leave has come."""
    return Invitation.objects.filter(state=InvitationState.SCHEDULED, send_at__lte=at).order_by("send_at", "id")


def invitation_of(message: Message) -> Invitation:
    """The invitation that a survey's message carries. Raises LookupError when there is none."""
    asked = Invitation.objects.select_related("version", "agent", "ticket", "channel", "customer")
    invitation = asked.filter(message=message).first()
    if invitation is None:
        raise LookupError("The survey of this message was removed.")
    return invitation


def current_answer(invitation: Invitation) -> Answer | None:
    """The answer that counts, if there is one."""
    return invitation.answers.filter(is_current=True).first()
