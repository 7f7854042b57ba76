"""Lists of tickets: what is in them, in which order, page by page."""

from __future__ import annotations

from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.tickets import actions
from inbox.tickets.access import tickets_of
from inbox.tickets.conversation import note, reply
from inbox.tickets.enums import Priority, State
from inbox.tickets.filters import Filters, Sort, from_search
from inbox.tickets.lists import counts, order_of, teams_of, tickets_in
from inbox.tickets.models import Ticket
from inbox.tickets.queries import DOWNWARD, as_rows, cursor_of, last_said, narrowed, page_of
from tests.inbox.questions import asks

COLUMNS = {
    Sort.NEXT_BREACH: "due_at",
    Sort.NEWEST: "last_message_at",
    Sort.WAITING_LONGEST: "waiting_since",
    Sort.WINDOW_CLOSES: "window_closes_at",
    Sort.BACK_SOONEST: "snoozed_until",
    Sort.DELETED_LAST: "deleted_at",
}


def found(agent: Agent, typed: str) -> list[str]:
    """The subjects a search gives."""
    tickets = narrowed(tickets_of(agent), from_search(typed), agent)
    return [ticket.subject for ticket in page_of(tickets, Sort.NEWEST).tickets]


def test_each_list_holds_what_its_count_says(support: Channel, ada: Agent, carl: Agent, billing: Team) -> None:
    tickets = [asks(support, number) for number in range(6)]
    actions.assign(tickets[0], ada, by=carl)
    actions.set_state(tickets[1], State.PENDING, by=carl)
    actions.set_state(tickets[2], State.ON_HOLD, by=carl)
    actions.resolve(tickets[3], by=carl)
    actions.mark_spam(tickets[4], by=carl)
    actions.save_draft(tickets[3], ada, mode="message", text="Dear")
    Ticket.objects.filter(pk=tickets[5].pk).update(due_at=now() + timedelta(minutes=29))
    counted = counts(ada, teams_of(ada), now())
    assert counted == {
        "mine": 1,
        "unassigned": 3,
        "snoozed": 0,
        "open": 4,
        "drafts": 1,
        "risk": 1,
        "waiting": 1,
        "hold": 1,
        f"team-{billing.pk}": 4,
    }
    assert {name: tickets_in(ada, name, now()).count() for name in counted} == counted
    assert [tickets_in(ada, name, now()).get() for name in ("resolved", "spam", "mine")] == [
        tickets[3],
        tickets[4],
        tickets[0],
    ]


def test_all_counts_are_one_query(
    support: Channel, ada: Agent, billing: Team, django_assert_num_queries: object
) -> None:
    asks(support, 1)
    teams = teams_of(ada)
    with CaptureQueriesContext(connection) as queries:
        counts(ada, teams, now())
    assert len([query for query in queries if "COUNT" in query["sql"]]) == 1
    assert len(queries) == 2  # the other one asks for the agent's teams, once a request


def test_another_teams_tickets_are_in_no_list_and_no_count(support: Channel, wen: Agent, maja: Agent) -> None:
    asks(support, 1)
    assert (counts(wen, teams_of(wen), now())["open"], counts(maja, teams_of(maja), now())["open"]) == (0, 1)
    assert tickets_in(wen, f"team-{support.team_id}", now()) is None
    assert (found(wen, "question"), found(maja, "question")) == ([], ["Question 1"])


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_put_together_are_the_whole_list_in_order(support: Channel, ada: Agent, sort: Sort) -> None:
    for number in range(7):
        asks(support, number)
    base = now()
    for index, ticket in enumerate(Ticket.objects.order_by("id")):
        # Equal instants and missing ones: the id decides, and nothing is shown twice or skipped.
        has_none = sort in (Sort.NEXT_BREACH, Sort.WAITING_LONGEST, Sort.WINDOW_CLOSES)
        instant = None if index in (2, 5) and has_none else base + timedelta(minutes=index // 2)
        Ticket.objects.filter(pk=ticket.pk).update(**{COLUMNS[sort]: instant})
    whole = page_of(Ticket.objects.all(), sort).tickets
    pages, after = [], ""
    while True:
        page = page_of(Ticket.objects.all(), sort, after=after, size=2)
        pages += page.tickets
        after = page.following
        if not after:
            break
    keys = [cursor_of(ticket, sort) for ticket in whole]
    assert pages == whole
    assert len(whole) == 7
    assert keys == sorted(keys, reverse=sort in DOWNWARD)


def test_a_broken_cursor_begins_at_the_start(support: Channel) -> None:
    ticket = asks(support, 1)
    for cursor in ("", "x", "x_1", "~_", "20260101_00"):
        assert page_of(Ticket.objects.all(), Sort.NEWEST, after=cursor).tickets == [ticket]


def test_words_are_found_in_subject_text_names_addresses_tags_and_numbers(support: Channel, ada: Agent) -> None:
    ticket = asks(
        support, 1, "退货标签必须自己打印吗？", subject="Blue LACES", name="Иван Петров", address="ivan@Mail.example"
    )
    other = asks(support, 2)
    actions.tag(ticket, ["returns"], by=ada)
    words = ("laces", "打印", "иван", "ivan@mail", "returns", f"T-{ticket.pk}", "laces иван", '"blue laces"')
    assert {word: found(ada, word) for word in words} == {word: ["Blue LACES"] for word in words}
    assert (found(ada, "laces question"), found(ada, other.ref)) == ([], ["Question 2"])


def test_operators_narrow_together(support: Channel, ada: Agent, carl: Agent) -> None:
    first, second = asks(support, 1), asks(support, 2)
    actions.assign(first, carl, by=ada)
    actions.prioritize(second, Priority.URGENT, by=ada)
    actions.tag(second, ["gift card", "vip"], by=ada)
    expected = {
        "assignee:carl": ["Question 1"],
        "is:unassigned": ["Question 2"],
        "is:urgent tag:vip": ["Question 2"],
        'tag:vip tag:"gift card"': ["Question 2"],
        "tag:vip tag:refund": [],
        "is:new": ["Question 2", "Question 1"],
        "from:c1@x": ["Question 1"],
        "channel:email team:billing": ["Question 2", "Question 1"],
        "channel:telegram": [],
        "after:2026-01-01 before:2026-01-02": [],
        "is:waiting": ["Question 2", "Question 1"],
        "is:overdue": [],
        "is:resolved": [],
    }
    assert {typed: found(ada, typed) for typed in expected} == expected


def test_what_is_due_soon_is_not_what_is_overdue(support: Channel, ada: Agent) -> None:
    for n, minutes in ((1, -1), (2, 29), (3, 31)):
        Ticket.objects.filter(pk=asks(support, n).pk).update(due_at=now() + timedelta(minutes=minutes))
    assert (found(ada, "is:overdue"), found(ada, "is:soon")) == (["Question 1"], ["Question 2"])


def test_a_search_leaves_spam_out_unless_it_asks_for_it(support: Channel, ada: Agent) -> None:
    actions.mark_spam(asks(support, 1), by=ada)
    plain, asking = Filters(text="question"), from_search("question is:spam")
    assert not narrowed(tickets_in(ada, "search", now(), plain), plain, ada).exists()
    assert narrowed(tickets_in(ada, "search", now(), asking), asking, ada).exists()


def test_the_text_indexes_serve_the_search(support: Channel, ada: Agent) -> None:
    used = ("ticket_subject_trgm", "message_text_trgm", "customer_name_trgm", "identity_value_trgm")
    ticket = asks(support, 1)
    # With so few rows that all of them cost as little as an index, the plan would be a matter of luck.
    ticket.pk = None
    Ticket.objects.bulk_create(copy(ticket) for _ in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = narrowed(tickets_of(ada), Filters(text="laces"), ada).explain()
    assert [name for name in used if name not in plan] == []


def test_a_row_is_unread_until_the_agent_has_seen_what_others_said(support: Channel, ada: Agent, carl: Agent) -> None:
    ticket = asks(support, 1)

    def unread() -> list[bool]:
        return [as_rows(tickets_of(agent), agent).get(pk=ticket.pk).is_unread for agent in (ada, carl)]

    fresh = unread()
    actions.mark_seen(ticket, ada, last_said(ticket))
    seen = unread()
    note(ticket, "Look at this.", by=ada)
    noted = unread()
    actions.mark_seen(ticket, carl, last_said(ticket))
    reply(ticket, "It is on its way.", by=carl)
    assert (fresh, seen, noted, unread()) == ([True, True], [False, True], [False, True], [True, False])


def test_rows_cost_the_same_however_many_there_are(support: Channel, ada: Agent) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            for ticket in page_of(as_rows(tickets_of(ada), ada), Sort.NEXT_BREACH).tickets:
                assert "vip" in [tag.name for tag in ticket.tags.all()]
                assert [clock.state for clock in ticket.clocks.all()] == ["running", "running"]
                assert (ticket.customer.name[:8], ticket.channel.kind, ticket.has_draft) == ("Customer", "email", False)
        return len(queries)

    actions.tag(asks(support, 0), ["vip"], by=ada)
    ada.team_ids  # noqa: B018
    one = cost()
    for number in range(1, 5):
        actions.tag(asks(support, number), ["vip", f"tag{number}"], by=ada)
    assert (one, cost()) == (3, 3)


def test_only_unresolved_lists_can_be_sorted_by_what_is_due() -> None:
    chosen = Filters(sort=Sort.NEXT_BREACH)
    assert [order_of(name, chosen) for name in ("mine", "team-1", "resolved", "search")] == [
        Sort.NEXT_BREACH,
        Sort.NEXT_BREACH,
        Sort.NEWEST,
        Sort.NEWEST,
    ]
