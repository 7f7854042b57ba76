"""Tickets that are put off: out of the open lists until their time, or until something happens in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.sla.models import Clock, Notice
from inbox.sla.sweep import notice_due
from inbox.tickets import actions
from inbox.tickets.access import tickets_of
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import receive, reply, withdraw
from inbox.tickets.enums import State
from inbox.tickets.filters import Filters, Sort, from_search
from inbox.tickets.lists import counts, order_of, tickets_in
from inbox.tickets.models import Message, Ticket
from inbox.tickets.queries import as_rows, in_order, last_said, narrowed, page_of
from inbox.tickets.snoozing import snooze, unsnooze, wake_due
from tests import cast
from tests.inbox.escalating import ASKED, DUE, MINUTE, WARNED
from tests.inbox.questions import asks, copies, says

DAY = timedelta(days=1)
VIEWS = ("mine", "unassigned", "snoozed", "open", "risk", "waiting", "hold")


@pytest.fixture
def ticket(support: Channel, ada: Agent) -> Ticket:
    """Bo waits for an answer, and Ada has him."""
    return actions.assign(asks(support, 1), ada, by=ada)


def tomorrow() -> datetime:
    return now() + DAY


def views_with(ticket: Ticket, agent: Agent, at: datetime | None = None) -> list[str]:
    return [name for name in VIEWS if tickets_in(agent, name, at or now()).filter(pk=ticket.pk).exists()]


def told(ticket: Ticket) -> list[tuple[str, str]]:
    """What the log says of snoozing: the kind, and why it came back."""
    log = ticket.events.filter(kind__in=("snoozed", "unsnoozed")).order_by("id")
    return [(event.kind, event.details.get("because", "")) for event in log]


def test_a_snoozed_ticket_is_in_its_own_view_and_comes_back_once_at_its_time(
    ticket: Ticket, ada: Agent, billing: Team
) -> None:
    until = tomorrow()
    snooze(ticket, until, by=ada)
    away = (views_with(ticket, ada), counts(ada, [billing], now()))
    sweeps = [wake_due(until - MINUTE), wake_due(until), wake_due(until)]
    assert (away, sweeps, views_with(ticket, ada), told(ticket)) == (
        (
            ["snoozed"],
            dict.fromkeys([*VIEWS, "drafts", f"team-{billing.pk}"], 0) | {"snoozed": 1},
        ),
        [0, 1, 0],
        ["mine", "open"],
        [("snoozed", ""), ("unsnoozed", "time")],
    )


def test_after_three_days_without_a_worker_everything_wakes_late_and_once(support: Channel, ada: Agent) -> None:
    tickets = [snooze(asks(support, number), now() + number * DAY, by=ada) for number in (1, 2, 3, 9)]
    woken = [wake_due(now() + 4 * DAY), wake_due(now() + 4 * DAY)]
    assert (woken, [len(told(ticket)) for ticket in tickets]) == ([3, 0], [2, 2, 2, 1])


def test_no_clock_stops_and_no_cycle_starts(ticket: Ticket, ada: Agent) -> None:
    def figures() -> object:
        return list(Clock.objects.order_by("id").values()), replayed(ticket)

    before = figures()
    snooze(ticket, tomorrow(), by=ada)
    asleep = figures()
    unsnooze(ticket, by=ada)
    ticket.refresh_from_db()
    assert (asleep, figures(), list(differences()), ticket.due_at is None) == (before, before, [], False)


def automatic(ticket: Ticket) -> Message:
    message = Message(
        identity=ticket.customer.identities.get(), channel_id=ticket.channel_id, text="I am on holiday.",
        occurred_at=now(), automatic="auto-reply",
    )  # fmt: skip
    return receive(ticket, message, customer=ticket.customer)


WAKES: dict[str, Callable[[Ticket, Agent, Agent, Team], object]] = {
    "customer": lambda ticket, ada, carl, shipping: says(ticket, "And now?"),
    "opened": lambda ticket, ada, carl, shipping: actions.set_state(ticket, State.OPEN, by=ada),
    "assigned": lambda ticket, ada, carl, shipping: actions.assign(ticket, carl, by=ada),
    "moved": lambda ticket, ada, carl, shipping: actions.move_to_team(ticket, shipping, by=ada),
    "hand": lambda ticket, ada, carl, shipping: unsnooze(ticket, by=ada),
    "done": lambda ticket, ada, carl, shipping: actions.resolve(ticket, by=ada),
}


@pytest.mark.parametrize("because", WAKES)
def test_it_comes_back_at_once_when_it_must_not_wait(
    ticket: Ticket, ada: Agent, carl: Agent, shipping: Team, because: str
) -> None:
    snooze(ticket, tomorrow(), by=ada)
    WAKES[because](ticket, ada, carl, shipping)
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.snoozed_by, told(ticket)[1:]) == (None, None, [("unsnoozed", because)])


def test_a_plain_thanks_wakes_it_too_and_a_program_does_not(ticket: Ticket, ada: Agent) -> None:
    reply(ticket, "It is on its way.", by=ada)
    snooze(ticket, tomorrow(), by=ada)
    automatic(ticket)
    asleep = views_with(ticket, ada)
    says(ticket, "Thanks!")
    assert (asleep, views_with(ticket, ada), told(ticket)[-1]) == (
        ["snoozed"], ["mine", "open", "waiting"], ("unsnoozed", "customer"),
    )  # fmt: skip


def test_what_the_snoozer_does_in_it_leaves_it_where_it_is(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    actions.assign(ticket, carl, by=carl)
    snooze(ticket, tomorrow(), by=ada)
    actions.assign(ticket, ada, by=ada)
    withdraw(reply(ticket, "On its way.", by=ada), by=ada)
    actions.tag(ticket, ["vip"], by=ada)
    actions.mark_spam(ticket, by=ada)
    spam = views_with(ticket, ada)
    actions.unmark_spam(ticket, by=ada)
    assert (spam, views_with(ticket, ada)) == ([], ["snoozed"])


@pytest.mark.parametrize(("sweep", "because"), [(WARNED + MINUTE, "warned"), (DUE + MINUTE, "breached")])
def test_a_target_that_comes_close_or_passes_brings_it_back_and_says_so(
    support: Channel, ada: Agent, sweep: datetime, because: str
) -> None:
    ticket = asks(support, 1, at=ASKED)
    snooze(ticket, ASKED + 9 * DAY, by=ada, at=ASKED + MINUTE)
    notice_due(sweep)
    woken = ticket.events.filter(kind="unsnoozed").get()
    assert (woken.details["because"], woken.details["target"], notice_due(sweep)) == (
        because, "first_response", (0, 0),
    )  # fmt: skip


def test_what_was_overdue_already_is_at_risk_while_it_sleeps(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, at=ASKED)
    notice_due(DUE + MINUTE)
    snooze(ticket, tomorrow(), by=ada)
    notice_due(DUE + 2 * MINUTE)
    ticket.refresh_from_db()
    assert (views_with(ticket, ada), ticket.due_at) == (["snoozed", "risk"], DUE)


def test_who_has_it_and_who_put_it_off_hear_of_it_and_find_it_unread(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    snooze(ticket, tomorrow(), by=carl)
    for agent in (ada, carl):
        actions.mark_seen(ticket, agent, last_said(ticket))
    wake_due(tomorrow() + MINUTE)
    unread = [as_rows(tickets_of(agent), agent).get(pk=ticket.pk).is_unread for agent in (ada, carl)]
    notices = [(notice.agent, notice.ticket) for notice in Notice.objects.order_by("agent__name")]
    assert (unread, notices) == ([True, True], [(ada, ticket), (carl, ticket)])


def test_who_brings_it_back_himself_is_told_nothing(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    snooze(ticket, tomorrow(), by=ada)
    unsnooze(ticket, by=carl)
    snooze(ticket, tomorrow(), by=ada)
    actions.assign(ticket, carl, by=ada)
    assert [notice.agent for notice in Notice.objects.all()] == [carl]


def test_putting_it_off_again_moves_its_time_and_the_same_time_twice_is_once(ticket: Ticket, ada: Agent) -> None:
    first, later = tomorrow(), tomorrow() + DAY
    for until in (first, first, later):
        snooze(ticket, until, by=ada)
    assert (wake_due(first), [kind for kind, _ in told(ticket)]) == (0, ["snoozed", "snoozed"])


@pytest.mark.parametrize(
    ("until", "because"),
    [
        (-MINUTE, "Choose a time that is still to come."),
        (timedelta(0), "Choose a time that is still to come."),
        (400 * DAY, "Choose a time within a year."),
    ],
)
def test_a_time_that_is_over_or_far_off_is_refused_and_nothing_changes(
    ticket: Ticket, ada: Agent, until: timedelta, because: str
) -> None:
    at = now()
    with pytest.raises(Refused, match=because):
        snooze(ticket, at + until, by=ada, at=at)
    assert (told(ticket), views_with(ticket, ada)) == ([], ["mine", "open"])


@pytest.mark.parametrize("verb", [actions.resolve, actions.mark_spam])
def test_only_what_waits_for_somebody_can_be_put_off(ticket: Ticket, ada: Agent, verb: Callable[..., object]) -> None:
    verb(ticket, by=ada)
    with pytest.raises(Refused, match="still waits for somebody"):
        snooze(ticket, tomorrow(), by=ada)
    assert told(ticket) == []


def test_who_does_not_answer_customers_puts_nothing_off(ticket: Ticket) -> None:
    for agent in (cast.lin(), cast.otto()):
        with pytest.raises(Refused, match="Your role"):
            snooze(ticket, tomorrow(), by=agent)
    assert told(ticket) == []


def test_the_view_of_snoozed_tickets_begins_with_the_one_that_is_back_soonest(support: Channel, ada: Agent) -> None:
    for number, days in ((1, 3), (2, 1), (3, 2)):
        snooze(asks(support, number), now() + days * DAY, by=ada)
    found = narrowed(tickets_of(ada), from_search("is:snoozed"), ada)
    listed = page_of(tickets_in(ada, "snoozed", now()), order_of("snoozed", Filters())).tickets
    assert ([ticket.subject for ticket in listed], found.count()) == (["Question 2", "Question 3", "Question 1"], 3)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("mine", "ticket_active_assignee"),
        ("open", "ticket_active_breach"),
        ("risk", "ticket_next_breach"),
        ("snoozed", "ticket_snoozed"),
        ("deleted", "ticket_deleted"),
    ],
)
def test_each_list_walks_an_index_that_holds_nothing_else(support: Channel, maja: Agent, name: str, index: str) -> None:
    filters = Filters(sort=Sort.NEWEST if name == "mine" else None)
    # Where little is put off, an index with that in it is as good as one without.
    copies(
        asks(support, 1),
        1000,
        assignee=lambda number: maja if number % 50 == 0 else None,
        snoozed_until=lambda number: None if number % 10 == 0 else tomorrow(),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_ticket")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    tickets = tickets_in(maja, name, now())
    assert f"Index Scan using {index} " in in_order(tickets, order_of(name, filters))[:51].explain()
