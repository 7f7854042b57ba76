"""Whatever is done to tickets, in whatever order: what is stored is what the log says, and the time adds up.

`HISTORIES=300` tries so many, and longer ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.sla.calendars import change_hours
from inbox.sla.forms import Terms
from inbox.sla.models import BusinessCalendar, PolicyVersion
from inbox.sla.opening import OpeningHours
from inbox.sla.policies import change_policy, make_policy
from inbox.sla.reckoning import reckon_anew
from inbox.sla.sweep import notice_due
from inbox.tickets import actions
from inbox.tickets.changes import change
from inbox.tickets.conversation import note, reply, withdraw
from inbox.tickets.deletion import delete, restore
from inbox.tickets.enums import AuthorKind, EventKind, Priority, State
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Message, Ticket
from inbox.tickets.snoozing import snooze, unsnooze, wake_due
from inbox.tickets.splitting import split
from tests.inbox.questions import asks, says

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZERO = timedelta(0)

gaps = st.one_of(
    st.sampled_from([ZERO, timedelta(seconds=1), 4 * HOUR, 9 * HOUR, DAY]), st.timedeltas(ZERO, timedelta(hours=40))
)
people = st.sampled_from(["ada", "carl"])


class History(RuleBasedStateMachine):
    """One ticket and its surroundings; `cast` is who takes part."""

    cast: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = MONDAY
        self.pk = asks(self.cast["support"], 1, at=self.at).pk
        self.last_reply: Message | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.pk)

    def does(self, verb: Callable[..., Any], *values: Any, gap: timedelta, who: str = "ada", **more: Any) -> Any:
        """What comes of it; None when it is refused, as replying to a closed ticket is."""
        self.at += gap
        try:
            return verb(self.ticket, *values, by=self.cast[who], at=self.at, **more)
        except actions.Refused:
            return None

    @rule(gap=gaps, late=st.sampled_from([ZERO, ZERO, timedelta(minutes=20), 30 * HOUR]))
    def the_customer_writes(self, gap: timedelta, late: timedelta) -> None:
        """Perhaps the message took its time to arrive."""
        self.at += gap
        says(self.ticket, "And where is it now?", at=self.at - late)

    @rule(gap=gaps, who=people, then=st.sampled_from([None, State.PENDING, State.RESOLVED]))
    def somebody_replies(self, gap: timedelta, who: str, then: State | None) -> None:
        self.last_reply = self.does(reply, "On its way.", gap=gap, who=who, then=then)

    @precondition(lambda self: self.last_reply is not None)
    @rule(gap=st.timedeltas(ZERO, timedelta(seconds=10)))
    def the_reply_is_taken_back(self, gap: timedelta) -> None:
        """Not any more once the ticket was merged into another: then it is refused."""
        self.at += gap
        with suppress(actions.Refused):
            withdraw(Message.objects.get(pk=self.last_reply.pk), by=self.last_reply.agent, at=self.at)
        self.last_reply = None

    @rule(gap=gaps, who=people)
    def somebody_calls(self, gap: timedelta, who: str) -> None:
        self.at += gap
        with suppress(actions.Refused), change(self.ticket, by=self.cast[who], at=self.at) as it:
            it.record(EventKind.CALLED, author_kind=AuthorKind.HUMAN)

    @rule(gap=gaps)
    def somebody_notes(self, gap: timedelta) -> None:
        self.does(note, "Careful.", gap=gap)

    @rule(gap=gaps, state=st.sampled_from([State.OPEN, State.PENDING, State.ON_HOLD]))
    def it_waits_or_goes_on(self, gap: timedelta, state: State) -> None:
        self.does(actions.set_state, state, gap=gap)

    @rule(gap=gaps, verb=st.sampled_from([actions.resolve, actions.reopen, actions.waive_reply]))
    def it_is_done_or_not(self, gap: timedelta, verb: Callable[..., Any]) -> None:
        self.does(verb, gap=gap)

    @precondition(lambda self: self.ticket.state == State.RESOLVED)
    @rule(gap=gaps)
    def it_is_closed(self, gap: timedelta) -> None:
        self.at += gap
        actions.close_settled(self.ticket, at=self.at)

    @rule(gap=gaps, verb=st.sampled_from([actions.mark_spam, actions.unmark_spam]))
    def it_is_spam_or_not(self, gap: timedelta, verb: Callable[..., Any]) -> None:
        self.does(verb, gap=gap)

    @rule(gap=gaps, verb=st.sampled_from([delete, restore]))
    def it_is_deleted_or_restored(self, gap: timedelta, verb: Callable[..., Any]) -> None:
        self.does(verb, gap=gap, who="maja")

    @rule(gap=gaps, sleep=st.sampled_from([HOUR, DAY, 9 * DAY]), who=people)
    def it_is_put_off(self, gap: timedelta, sleep: timedelta, who: str) -> None:
        self.does(snooze, self.at + gap + sleep, gap=gap, who=who)

    @rule(gap=gaps)
    def it_is_brought_back(self, gap: timedelta) -> None:
        self.does(unsnooze, gap=gap)

    @rule(gap=gaps, priority=st.sampled_from(Priority))
    def it_becomes_more_or_less_urgent(self, gap: timedelta, priority: Priority) -> None:
        self.does(actions.prioritize, priority, gap=gap)

    @rule(gap=gaps, to=st.sampled_from(["ada", "carl", None]))
    def it_changes_hands(self, gap: timedelta, to: str | None) -> None:
        self.does(actions.assign, self.cast.get(to) if to else None, gap=gap)

    @rule(gap=gaps, into=st.booleans(), answered=st.booleans())
    def another_ticket_is_merged(self, gap: timedelta, into: bool, answered: bool) -> None:
        """Either way round; of the same customer, who may still wait in it."""
        self.at += gap
        other = asks(self.cast["support"], 1, at=self.at)
        if answered:
            reply(other, "On its way.", by=self.cast["carl"], at=self.at)
        source, target = (other, self.ticket) if into else (self.ticket, other)
        try:
            merge(source, target, by=self.cast["maja"], at=self.at + HOUR)
        except actions.Refused:
            return
        self.at += HOUR
        self.pk = target.pk

    @rule(gap=gaps)
    def a_merge_is_undone(self, gap: timedelta) -> None:
        self.at += gap
        merged = Ticket.objects.exclude(merged_into=None).order_by("-pk").first()
        if merged is not None:
            try:
                unmerge(merged, by=self.cast["maja"], at=self.at)
            except actions.Refused:
                return

    @rule(gap=gaps, later=st.booleans())
    def a_message_is_split_off(self, gap: timedelta, later: bool) -> None:
        self.at += gap
        message = self.ticket.messages.filter(direction="in").order_by("-id").first()
        try:
            split(message, by=self.cast["maja"], and_later=later, at=self.at)
        except actions.Refused:
            return

    @rule(gap=gaps, team=st.sampled_from(["billing", "shipping"]))
    def it_changes_teams(self, gap: timedelta, team: str) -> None:
        self.does(actions.move_to_team, self.cast[team], gap=gap)

    @rule(gap=gaps)
    def it_is_tagged(self, gap: timedelta) -> None:
        self.does(actions.tag, ["vip"], gap=gap)

    @rule(gap=gaps)
    def its_tag_is_removed(self, gap: timedelta) -> None:
        self.does(actions.untag, "vip", gap=gap)

    @rule(
        gap=gaps,
        field=st.sampled_from([("tag", "vip"), ("team", "Shipping"), ("priority", "urgent")]),
        hours=st.sampled_from([1, 4, 30]),
        basis=st.sampled_from(["business", "calendar"]),
        pauses=st.booleans(),
    )
    def a_policy_comes_or_changes(
        self, gap: timedelta, field: tuple[str, str], hours: int, basis: str, pauses: bool
    ) -> None:
        self.at += gap
        target = {"basis": basis, "warn_share": 0.75, "within": dict.fromkeys(Priority.values, hours * 3600)}
        terms = Terms(
            name=field[0],
            calendar_id=BusinessCalendar.objects.get().pk,
            conditions=[{"field": field[0], "values": [field[1]]}],
            targets={"first_response": target, "resolution": target},
            pauses_on_hold=pauses,
        )
        version = PolicyVersion.objects.filter(policy__name=field[0]).first()
        if version is None:
            make_policy(terms, by=self.cast["maja"], at=self.at)
        else:
            change_policy(version.policy, terms, by=self.cast["maja"], at=self.at)

    @rule(gap=gaps, opens=st.sampled_from(["06:00", "08:00", "12:00"]), zone=st.sampled_from(["UTC", "Europe/Oslo"]))
    def the_hours_change(self, gap: timedelta, opens: str, zone: str) -> None:
        self.at += gap + timedelta(seconds=1)
        weekly = {str(day): [[opens, "17:00"]] for day in range(5)}
        change_hours(BusinessCalendar.objects.get(), OpeningHours(zone, weekly), by=self.cast["maja"], at=self.at)
        reckon_anew(self.at)

    @rule(gap=gaps)
    def the_sweep_comes_by(self, gap: timedelta) -> None:
        self.at += gap
        notice_due(self.at)
        wake_due(self.at)
        assert self.ticket.snoozed_until is None or self.ticket.snoozed_until > self.at

    @invariant()
    def what_is_stored_is_what_the_log_says(self) -> None:
        assert list(differences()) == []

    @invariant()
    def who_waits_is_who_the_clocks_wait_for(self) -> None:
        for ticket in Ticket.objects.filter(is_spam=False):
            runs = [run for run in replayed(ticket).runs if run.stopped_at is None and run.target != "resolution"]
            waits = min((run.started_at for run in runs), default=None) if ticket.is_unresolved else None
            assert ticket.waiting_since == waits

    @invariant()
    def the_time_until_the_last_resolution_adds_up(self) -> None:
        for ticket in Ticket.objects.all():
            figures = replayed(ticket)
            if figures.last_resolved_at is not None:
                waits = figures.requester_wait + figures.agent_wait + figures.resolved_before
                assert waits == figures.last_resolved_at - figures.created_at


def test_after_any_history_the_stored_clocks_and_figures_are_those_of_its_replay(
    support: Channel, ada: Agent, carl: Agent, maja: Agent, billing: Team, shipping: Team
) -> None:
    History.cast = {
        "support": support,
        "ada": ada,
        "carl": carl,
        "maja": maja,
        "billing": billing,
        "shipping": shipping,
    }
    histories = int(os.environ.get("HISTORIES", 3))
    steps = 8 if histories == 3 else 30
    run_state_machine_as_test(
        History, settings=settings(max_examples=histories, stateful_step_count=steps, deadline=None)
    )
