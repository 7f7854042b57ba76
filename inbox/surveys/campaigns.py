"""Surveys that are about no ticket: customers of a segment, asked by a schedule.

A run decides on its customers in batches, each in a transaction of its own that also keeps how far it got: a worker
that dies in the middle leaves a run that goes on, and two workers never decide on the same customers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Lower

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.customers.models import Customer, Identity
from inbox.surveys.eligibility import Facts, plan
from inbox.surveys.enums import InvitationState, Suppression
from inbox.surveys.models import Campaign, Invitation, SurveyVersion
from inbox.surveys.queries import asked_around, latest_version, reached_by, terms_of, zone_of
from inbox.surveys.windows import closes_at
from inbox.surveys.wording import language_of
from inbox.tickets.enums import Direction
from inbox.tickets.models import Message, Ticket

BATCH = 500
#: One sweep stops after so many batches, well within the time a task has.
_MOST = 20


def run_due(at: datetime | None = None) -> int:
    """Decide on the customers of the campaigns whose time has come; how many were decided on.

    A campaign whose time came several times while nobody looked runs once.
    """
    at = at or now()
    decided = 0
    for campaign_id in list(campaigns_due(at).values_list("pk", flat=True)):
        for _ in range(_MOST):
            count = _go_on(campaign_id, at)
            decided += count
            if count < BATCH:
                break
    return decided


def campaigns_due(at: datetime) -> QuerySet[Campaign]:
    """Campaigns that are to run, or are in the middle of a run. None runs whose survey or channel is switched off."""
    asks = SurveyVersion.objects.filter(survey=OuterRef("survey"))
    on = Campaign.objects.filter(
        is_active=True,
        deleted_at=None,
        survey__is_active=True,
        survey__deleted_at=None,
        channel__is_active=True,
        next_run_at__lte=at,
    )
    return on.filter(Exists(asks)).order_by("next_run_at", "pk")


def audience(campaign: Campaign, at: datetime) -> QuerySet[Customer]:
    """The customers a campaign is for, whether or not something speaks against asking one of them."""
    people = Customer.objects.filter(merged_into=None)
    if campaign.segments:
        people = people.filter(segment__in=campaign.segments)
    if campaign.languages:
        people = people.filter(language__in=_tags(campaign))
    if campaign.active_days is not None:
        since = at - timedelta(days=campaign.active_days)
        wrote = Message.objects.filter(customer=OuterRef("pk"), direction=Direction.IN, automatic="")
        people = people.filter(Exists(wrote.filter(occurred_at__gte=since)))
    return people


def _tags(campaign: Campaign) -> list[str]:
    """What stands for the campaign's languages at customers: "zh-CN", or nothing where the channel's is one of them."""
    wanted = {one.lower() for one in campaign.languages}
    known = Customer.objects.order_by().values_list("language", flat=True).distinct()
    return [tag for tag in known if language_of(tag, campaign.channel.language) in wanted]


def next_run(planned: datetime, every_days: int | None, at: datetime) -> datetime | None:
    """When a campaign runs again that was planned for then and ran at `at`: what was missed is not made up for."""
    if not every_days:
        return None
    every = timedelta(days=every_days)
    return planned + every * max((at - planned) // every + 1, 1)


def _go_on(campaign_id: int, at: datetime) -> int:
    """The next batch of a campaign's run, which is begun if need be; how many customers it held."""
    with transaction.atomic():
        rows = campaigns_due(at).select_related("survey", "channel")
        campaign = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=campaign_id).first()
        if campaign is None or campaign.next_run_at is None:
            return 0
        if campaign.position is None:
            campaign.runs, campaign.position = campaign.runs + 1, 0
        people = list(audience(campaign, at).filter(pk__gt=campaign.position).order_by("pk")[:BATCH])
        _decide(campaign, people, at)
        if len(people) == BATCH:
            campaign.position = people[-1].pk
        else:
            campaign.position = None
            campaign.next_run_at = next_run(campaign.next_run_at, campaign.every_days, at)
        campaign.save(update_fields=["runs", "position", "next_run_at"])
        return len(people)


def _decide(campaign: Campaign, people: Sequence[Customer], at: datetime) -> None:
    version, terms = latest_version(campaign.survey_id), terms_of(campaign.survey)
    invitations = [
        Invitation(
            campaign=campaign,
            cycle=campaign.runs,
            customer=one,
            channel=campaign.channel,
            version=version,
            language=language_of(one.language, campaign.channel.language),
            decided_at=at,
        )
        for one in people
    ]
    known = campaign_facts(invitations, at, terms.throttle)
    for invitation in invitations:
        decision = plan(known[invitation.customer_id], terms, at, at)
        if isinstance(decision, Suppression):
            invitation.state, invitation.suppressed_because = InvitationState.SUPPRESSED, decision
        else:
            invitation.state, invitation.send_at = InvitationState.SCHEDULED, decision
    Invitation.objects.bulk_create(invitations, ignore_conflicts=True)


def campaign_facts(invitations: Sequence[Invitation], around: datetime, throttle: timedelta) -> dict[int, Facts]:
    """What the rules ask about the customers of one campaign's invitations, by their ids."""
    customers = {invitation.customer_id: invitation.customer for invitation in invitations}
    people = _everybody(customers)
    channel_kind = next((invitation.channel.kind for invitation in invitations), "")
    addresses = _addresses(customers)
    ours = _ours(one.value for found in addresses.values() for one in found if one.kind == "email")
    reached = reached_by(channel_kind, (one for found in addresses.values() for one in found))
    asked = _asked(invitations, people, around, throttle)
    said = Message.objects.filter(customer__in=people, direction=Direction.IN)
    by_hand, by_program = _authors(said.filter(automatic="")), _authors(said.exclude(automatic=""))
    tickets = Ticket.objects.filter(customer__in=customers)
    spam = _authors(tickets.filter(is_spam=True)) - _authors(tickets.filter(is_spam=False))
    opted_out = _found(people, Customer.objects.filter(survey_opt_out_at__isnull=False))
    erased = _found(people, Customer.objects.filter(erased_at__isnull=False))
    wrote_at = dict(said.filter(channel=invitations[0].channel_id).values_list("customer").annotate(Max("occurred_at")))
    return {
        invitation.customer_id: Facts(
            sample_key=f"campaign:{invitation.campaign_id}:{invitation.cycle}:{invitation.customer_id}",
            zone=zone_of(invitation.customer),
            is_spam=invitation.customer_id in spam,
            is_internal=any(one.value in ours for one in addresses[invitation.customer_id]),
            closes_at=closes_at(invitation.channel, wrote_at.get(invitation.customer_id)),
            # Who is known without having written may be asked; who is a program may not.
            wrote=invitation.customer_id in by_hand or invitation.customer_id not in by_program,
            wrote_automatically=invitation.customer_id in by_program,
            has_address=invitation.customer_id in reached,
            opted_out=invitation.customer_id in opted_out,
            erased=invitation.customer_id in erased,
            asked_at=asked[invitation.customer_id],
        )
        for invitation in invitations
    }


def _everybody(customers: Collection[int]) -> dict[int, int]:
    """Each of the customers and those merged into him, with the id of the former."""
    known = {pk: pk for pk in customers}
    fresh = list(known)
    while fresh:
        merged = Customer.objects.filter(merged_into__in=fresh).exclude(pk__in=known).values_list("pk", "merged_into")
        found = {pk: known[into] for pk, into in merged if into is not None}
        known |= found
        fresh = list(found)
    return known


def _found(people: dict[int, int], rows: QuerySet[Customer]) -> set[int]:
    return {people[pk] for pk in rows.filter(pk__in=people).values_list("pk", flat=True)}


def _authors(rows: QuerySet[Message] | QuerySet[Ticket]) -> set[int]:
    return set(rows.values_list("customer", flat=True).distinct())


def _addresses(customers: Collection[int]) -> dict[int, list[Identity]]:
    found: dict[int, list[Identity]] = defaultdict(list)
    for identity in Identity.objects.filter(customer__in=customers):
        found[identity.customer_id].append(identity)
    return found


def _ours(addresses: Iterable[str]) -> set[str]:
    agents = Agent.objects.filter(is_active=True).annotate(at=Lower("email"))
    return set(agents.filter(at__in=set(addresses)).values_list("at", flat=True))


def _asked(
    invitations: Sequence[Invitation], people: dict[int, int], around: datetime, throttle: timedelta
) -> dict[int, list[datetime]]:
    own = {(one.campaign_id, one.cycle) for one in invitations}
    found: dict[int, list[datetime]] = defaultdict(list)
    for asked in asked_around(people, around, throttle):
        if asked.sent_at and (asked.campaign_id, asked.cycle) not in own:
            found[people[asked.customer_id]].append(asked.sent_at)
    return found
