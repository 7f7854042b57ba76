"""Reads of surveys, named for what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from channels_adapters.registry import network_of
from inbox.agents.models import Agent
from inbox.customers.models import Customer, Identity
from inbox.customers.people import one_person
from inbox.surveys.eligibility import Facts, Terms, arm
from inbox.surveys.enums import InvitationState, SurveyMoment
from inbox.surveys.models import Answer, Invitation, Survey, SurveyVersion
from inbox.surveys.windows import is_reviews, window_of
from inbox.tickets.enums import AuthorKind, Direction, EventKind
from inbox.tickets.models import Message, Ticket
from inbox.tickets.recipients import asker_address
from inbox.tickets.sending import is_network


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


def cycle_key(ticket: Ticket, cycle: WorkCycle) -> str:
    """What names a work cycle when lots are drawn."""
    return f"{ticket.pk}:{cycle.number}"


def current_version(key: str) -> SurveyVersion | None:
    """What is asked about the work cycle `key` now: the latest version of the survey that falls to it, if any does."""
    return latest_version(arm(key, rivals().values_list("pk", "share")))


def rivals() -> QuerySet[Survey]:
    """The surveys that share the work cycles among them."""
    on = Survey.objects.filter(moment=SurveyMoment.RESOLUTION, is_active=True, deleted_at=None, share__gt=0)
    return on.filter(Exists(SurveyVersion.objects.filter(survey=OuterRef("pk")))).order_by("pk")


def latest_version(survey_id: int | None) -> SurveyVersion | None:
    """What a survey asks now."""
    return SurveyVersion.objects.filter(survey=survey_id).select_related("survey").order_by("-number").first()


def terms_of(survey: Survey | None) -> Terms:
    """The rules of a survey; without one, rules under which nobody is asked.

    `SURVEY_DELAY_SECONDS` is for demonstrations: whoever sets it waits for the mail, so no hour is quiet then.
    """
    if survey is None:
        return Terms(is_active=False)
    is_hurried = settings.SURVEY_DELAY_SECONDS is not None
    return Terms(
        is_active=survey.is_active and survey.deleted_at is None,
        throttle=timedelta(days=survey.throttle_days),
        sample_percent=survey.sample_percent,
        quiet_from_hour=0 if is_hurried else survey.quiet_from_hour,
        quiet_until_hour=0 if is_hurried else survey.quiet_until_hour,
    )


def facts_of(ticket: Ticket, cycle: WorkCycle, around: datetime, throttle: timedelta) -> Facts:
    """What the rules ask about a cycle, with the customer's other surveys within `throttle` of an instant."""
    customer = ticket.customer
    people = one_person(customer)
    said = set(ticket.messages.filter(direction=Direction.IN).values_list("automatic", "is_public"))
    written = {automatic for automatic, _ in said}
    addresses = set(customer.identities.values_list("kind", "value"))
    return Facts(
        sample_key=cycle_key(ticket, cycle),
        zone=zone_of(customer),
        is_spam=ticket.is_spam,
        is_merged=ticket.merged_into_id is not None,
        is_deleted=ticket.deleted_at is not None,
        is_public=any(is_public for _, is_public in said) or is_reviews(ticket.channel),
        is_internal=are_ours({value for kind, value in addresses if kind == "email"}),
        closes_at=window_of(ticket),
        wrote="" in written and cycle.number > 0,
        wrote_automatically=bool(written - {""}),
        human_replies=cycle.human_replies,
        has_address=is_reached(ticket, {kind for kind, _ in addresses}),
        **standing_of(people),
        asked_at=[
            asked.sent_at
            for asked in asked_around(people, around, throttle)
            if asked.sent_at and (asked.ticket_id, asked.cycle) != (ticket.pk, cycle.number)
        ],
    )


def is_reached(ticket: Ticket, kinds: Collection[str]) -> bool:
    """Whether the asker can be written to: on a network by whatever it knows him, unless he shut us out there."""
    if not is_network(ticket.channel):
        return ticket.channel.kind in kinds
    asker = asker_address(ticket)
    return asker is not None and not _is_shut(asker, ticket.channel.kind)


def reached_by(kind: str, identities: Iterable[Identity]) -> set[int]:
    """Ids of the customers who have an address of a channel's kind, and have not shut us out there."""
    return {one.customer_id for one in identities if one.kind == kind and not _is_shut(one, kind)}


def _is_shut(identity: Identity, kind: str) -> bool:
    network = network_of(kind)
    return identity.is_blocked_on(network) or identity.is_opted_out_on(network)


def standing_of(people: Collection[int]) -> dict[str, bool]:
    """Whether a person, whoever of these customers he was, is not to be asked any more."""
    rows = Customer.objects.filter(pk__in=people).values_list("survey_opt_out_at", "erased_at")
    stands = list(rows)
    return {
        "opted_out": any(opted_out for opted_out, _ in stands),
        "erased": any(erased for _, erased in stands),
    }


def asked_around(people: Collection[int], around: datetime, throttle: timedelta) -> QuerySet[Invitation]:
    """The surveys that a person was sent within `throttle` of an instant, by any channel and any campaign.

    A reminder is no other survey. There is room for the night that may lie between the instant and the sending.
    """
    reach = throttle + timedelta(days=3)
    asked = Invitation.objects.filter(customer__in=people, sent_at__range=(around - reach, around + reach))
    return asked.order_by("sent_at", "pk")


def are_ours(addresses: Collection[str]) -> bool:
    """True when one of these mail addresses is that of an agent."""
    return bool(addresses) and Agent.objects.alias(at=Lower("email")).filter(at__in=addresses, is_active=True).exists()


def zone_of(customer: Customer) -> ZoneInfo:
    """The customer's time zone, the installation's where it is not known."""
    try:
        return ZoneInfo(customer.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def due(at: datetime) -> QuerySet[Invitation]:
    """Invitations whose time to leave has come."""
    return Invitation.objects.filter(state=InvitationState.SCHEDULED, send_at__lte=at).order_by("send_at", "id")


def to_remind(at: datetime) -> QuerySet[Invitation]:
    """Invitations that nobody answered and whose customers are to be reminded by now."""
    return Invitation.objects.filter(state=InvitationState.SENT, remind_at__lte=at).order_by("remind_at", "id")


def has_missed(invitation: Invitation) -> bool:
    """True when what asked came back, or never left for good."""
    missed = ("failed", "bounced", "cancelled")
    how = Q(message__delivery__status__in=missed) | Q(direct_mail__status__in=missed)
    return Invitation.objects.filter(how, pk=invitation.pk).exists()


def invitation_of(message: Message) -> Invitation:
    """The invitation that a survey's message carries, or reminds of. Raises LookupError when there is none."""
    asked = Invitation.objects.select_related("version", "agent", "ticket", "channel", "customer")
    invitation = asked.filter(Q(message=message) | Q(reminder=message), ticket=message.ticket_id).first()
    if invitation is None:
        raise LookupError("The survey of this message was removed.")
    return invitation


def current_answer(invitation: Invitation) -> Answer | None:
    """The answer that counts, if there is one."""
    return invitation.answers.filter(is_current=True).first()
