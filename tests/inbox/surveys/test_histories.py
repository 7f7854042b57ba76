"""Any history of resolving, reopening, merging people and switching things, over days when the clocks change.

Whatever happens: nobody is asked twice about a cycle or within the throttle, nobody at night, whoever is not asked has
a reason, and the decisions add up to the cycles that were resolved. `SURVEY_HISTORIES` tells how many histories.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.models import Customer, CustomerMerge
from inbox.surveys.actions import answer, hold_back, remind_due, run_due, send_due, stop_surveys
from inbox.surveys.enums import SurveyMoment
from inbox.surveys.models import Campaign, Invitation, Survey
from inbox.tickets.actions import Refused, mark_spam, reopen, resolve, unmark_spam
from inbox.tickets.conversation import reply
from inbox.tickets.enums import UNRESOLVED, State
from inbox.tickets.models import Message, Ticket, TicketEvent
from inbox.tickets.people import merge_customers, unmerge_customers
from tests import cast
from tests.inbox.questions import asks, says

#: Two days before the clocks of Oslo go forward; the clocks of the others change on other days or never.
START = datetime(2026, 3, 27, 10, tzinfo=UTC)
ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe")
#: Of tickets.
MOST = 12
THROTTLE = timedelta(days=4)
PICK = st.integers(0, 10_000)
WAITS = st.sampled_from([timedelta(minutes=20), timedelta(hours=7), timedelta(hours=26), timedelta(days=3)])


class Histories(RuleBasedStateMachine):
    """Customers in several zones, a survey for resolutions (two, by lot), and one by a schedule."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.at = START
        self.number = 0
        self.asked: set[tuple[int, bool]] = set()
        self.at_night: list[int] = []

    @initialize()
    def begin(self) -> None:
        self.ada, self.lea, self.support = cast.ada(), cast.lea(), cast.support()
        first = Survey.objects.get()
        texts = first.versions.get().texts
        for name, moment in (("Other", SurveyMoment.RESOLUTION), ("Scheduled", SurveyMoment.SCHEDULE)):
            survey = Survey.objects.create(name=name, moment=moment)
            survey.versions.create(number=1, texts=texts, good_scores=[4, 5], unhappy_scores=[1], created_at=START)
        Survey.objects.update(throttle_days=THROTTLE.days, reminder_days=2, valid_days=6)
        Campaign.objects.create(
            survey=Survey.objects.get(name="Scheduled"),
            name="All",
            channel=self.support,
            every_days=5,
            next_run_at=START + timedelta(days=2),
        )
        for number, zone in enumerate(ZONES):
            customer = asks(self.support, number, at=self.at).customer
            Customer.objects.filter(pk=customer.pk).update(time_zone=zone)

    def ticket(self, pick: int, **which: object) -> Ticket | None:
        found = list(Ticket.objects.filter(**which).order_by("pk"))
        return found[pick % len(found)] if found else None

    def passes(self, wait: timedelta) -> None:
        self.at += wait

    @rule(pick=PICK)
    def somebody_asks(self, pick: int) -> None:
        self.number += 1
        if Ticket.objects.count() < MOST:
            asks(self.support, pick % len(ZONES), f"Question {self.number}?", at=self.at)

    @rule(pick=PICK)
    def the_customer_writes_again(self, pick: int) -> None:
        self.number += 1
        ticket = self.ticket(pick, state__in=[*UNRESOLVED, State.RESOLVED])
        if ticket:
            identity = ticket.participants.get(is_asker=True).identity
            says(ticket, f"And what of {self.number}?", at=self.at, identity=identity)

    @rule(pick=PICK, wait=WAITS)
    def it_is_answered_and_resolved(self, pick: int, wait: timedelta) -> None:
        ticket = self.ticket(pick, state__in=UNRESOLVED)
        if ticket:
            reply(ticket, "So it is.", by=self.ada, at=self.at)
            resolve(ticket, by=self.ada, at=self.at + timedelta(minutes=1))
            self.passes(wait)

    @rule(pick=PICK)
    def a_matter_is_settled_in_a_day(self, pick: int) -> None:
        self.number += 1
        if Ticket.objects.count() < MOST:
            ticket = asks(self.support, pick % len(ZONES), f"Question {self.number}?", at=self.at)
            reply(ticket, "So it is.", by=self.ada, at=self.at)
            resolve(ticket, by=self.ada, at=self.at + timedelta(minutes=1))
            self.passes(timedelta(hours=26))
            self.sweeps()

    @rule(pick=PICK)
    def it_is_resolved_without_a_word(self, pick: int) -> None:
        ticket = self.ticket(pick, state__in=UNRESOLVED)
        if ticket:
            resolve(ticket, by=self.ada, at=self.at)

    @rule(pick=PICK)
    def an_agent_reopens(self, pick: int) -> None:
        ticket = self.ticket(pick, state=State.RESOLVED)
        if ticket:
            reopen(ticket, by=self.ada, at=self.at)

    @rule(pick=PICK)
    def it_is_spam_or_not(self, pick: int) -> None:
        ticket = self.ticket(pick)
        if ticket:
            (unmark_spam if ticket.is_spam else mark_spam)(ticket, by=self.ada, at=self.at)

    @rule(first=PICK, second=PICK)
    def two_are_one(self, first: int, second: int) -> None:
        people = list(Customer.objects.order_by("pk"))
        try:
            merge_customers(people[first % len(people)], people[second % len(people)], by=self.ada, at=self.at)
        except Refused:
            return

    @precondition(lambda self: CustomerMerge.objects.filter(undone_at=None).exists())
    @rule(pick=PICK)
    def they_are_two_after_all(self, pick: int) -> None:
        merges = list(CustomerMerge.objects.filter(undone_at=None).select_related("source").order_by("pk"))
        try:
            unmerge_customers(merges[pick % len(merges)].source, by=self.ada, at=self.at)
        except Refused:
            return

    @rule(pick=PICK)
    def a_customer_answers(self, pick: int) -> None:
        sent = list(Invitation.objects.filter(state="sent", expires_at__gt=self.at).order_by("pk"))
        if sent:
            answer(sent[pick % len(sent)], pick % 5 + 1, at=self.at)

    @rule(pick=PICK)
    def a_lead_holds_back(self, pick: int) -> None:
        waiting = list(Invitation.objects.filter(state="scheduled").order_by("pk"))
        if waiting:
            hold_back(waiting[pick % len(waiting)], by=self.lea, note="For a reason", at=self.at)

    @rule(pick=st.integers(0, 40))
    def somebody_wants_no_more(self, pick: int) -> None:
        if pick < len(ZONES):
            stop_surveys(Customer.objects.order_by("pk")[pick], at=self.at)

    @rule(wait=WAITS)
    def time_passes(self, wait: timedelta) -> None:
        self.passes(wait)
        self.sweeps()

    @rule()
    def sweeps(self) -> None:
        run_due(self.at)
        send_due(self.at)
        remind_due(self.at)
        # Looked at while it happens: found to be somebody else later, the customer may live elsewhere.
        for one in Invitation.objects.exclude(sent_at=None).select_related("customer"):
            for is_reminder, at in ((False, one.sent_at), (True, one.reminded_at)):
                if at and (one.pk, is_reminder) not in self.asked:
                    self.asked.add((one.pk, is_reminder))
                    self.at_night += [] if _is_day(one, at) else [one.pk]

    def teardown(self) -> None:
        # Nothing of what is looked at ever goes away: once, at the end, is enough.
        try:
            rows = list(Invitation.objects.select_related("customer").order_by("sent_at", "pk"))
            assert (_promises(rows), self.at_night, _undecided(rows)) == (_KEPT, [], set())
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)


_KEPT: dict[str, list[int]] = {"twice": [], "too soon": [], "no reason": [], "no mail": []}


def _promises(rows: list[Invitation]) -> dict[str, list[int]]:
    """The invitations that break a promise."""
    of_whom = Counter((one.ticket_id, one.campaign_id, one.cycle, one.campaign_id and one.customer_id) for one in rows)
    twice = [one.pk for one in rows if of_whom[_key(one)] > 1]
    sent = [one for one in rows if one.sent_at]
    too_soon = []
    for customer in {one.customer_id for one in sent}:
        own = [one for one in sent if one.customer_id == customer]
        # Two who were found to be one were each asked before.
        too_soon += [
            later.pk
            for earlier, later in pairwise(own)
            if later.sent_at - earlier.sent_at < THROTTLE and not _came_together(customer, later.sent_at)
        ]
    no_reason = [one.pk for one in rows if (one.state == "suppressed") != bool(one.suppressed_because)]
    no_reason += [one.pk for one in rows if one.state == "suppressed" and one.sent_at]
    in_tickets = [one for one in sent if one.ticket_id]
    mails = Message.objects.filter(author_kind="survey").count()
    wanted = len(in_tickets) + sum(1 for one in in_tickets if one.reminded_at)
    return {
        "twice": twice,
        "too soon": too_soon,
        "no reason": no_reason,
        "no mail": [] if mails == wanted else [mails, wanted],
    }


def _key(one: Invitation) -> tuple[object, ...]:
    return (one.ticket_id, one.campaign_id, one.cycle, one.campaign_id and one.customer_id)


def _came_together(customer: int, sent_at: datetime) -> bool:
    return CustomerMerge.objects.filter(into=customer, merged_at__gt=sent_at).exists() or (
        CustomerMerge.objects.filter(source=customer, undone_at__gt=sent_at).exists()
    )


def _is_day(one: Invitation, at: datetime) -> bool:
    return 9 <= at.astimezone(ZoneInfo(one.customer.time_zone or "UTC")).hour < 20


def _undecided(rows: list[Invitation]) -> set[int]:
    """The tickets of which some cycle was resolved and not decided on, or decided on and never resolved."""
    resolved = set(TicketEvent.objects.filter(kind="resolved").values_list("ticket", flat=True))
    decided = {one.ticket_id for one in rows if one.ticket_id}
    return resolved ^ decided


def test_whatever_happens_the_promises_about_asking_are_kept(company: None, ada: Agent, support: Channel) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=int(os.environ.get("SURVEY_HISTORIES", "2")),
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
