"""The desk: views, lists, search, and what a live page asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.tickets import actions
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks, copies, says
from tests.inbox.workspace.pages import part, subjects, text_of

Screen = Callable[[Agent], Client]


def test_the_inbox_opens_with_ones_own_tickets(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    actions.assign(ticket, ada, by=ada)
    response = screen(ada).get("/", follow=True)
    assert (response.redirect_chain, subjects(response)) == ([("/inbox/mine/", 302)], ["Where are my shoes?"])


def test_a_row_says_who_what_and_how_it_stands(screen: Screen, ticket: Ticket, ada: Agent, carl: Agent) -> None:
    actions.assign(ticket, carl, by=ada)
    actions.tag(ticket, ["refund"], by=ada)
    actions.prioritize(ticket, "urgent", by=ada)
    actions.save_draft(ticket, ada, mode="message", text="Dear Bo")
    Ticket.objects.filter(pk=ticket.pk).update(last_message_at=now() - timedelta(days=400))
    row = text_of(part(screen(ada).get("/inbox/open/"), f'id="row-{ticket.pk}"', "</li>"))
    for words in (
        "unread",
        "Bo Larsen",
        "Where are my shoes?",
        "My shoes did not arrive.",
        "Urgent",
        "Draft",
        "refund",
        "Billing",
        "assigned to Carl",
        "first reply due",
    ):
        assert words in row


def test_the_views_are_counted_and_those_of_other_teams_are_not_there(
    screen: Screen, ticket: Ticket, ada: Agent, wen: Agent, billing: Team, shipping: Team
) -> None:
    views = text_of(part(screen(ada).get("/inbox/mine/"), 'id="views"', "</nav>"))
    others = text_of(part(screen(wen).get("/inbox/mine/"), 'id="views"', "</nav>"))
    assert "Unassigned 1 Snoozed All open 1 Drafts" in views
    assert ("Billing 1" in views, "Shipping" in views, "Billing" in others) == (True, False, False)
    assert screen(wen).get(f"/inbox/team-{billing.pk}/").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/inbox/nothing/", "/inbox/team-0/", "/inbox/team-x/", "/inbox/mine/999999/", "/tickets/T-999999/", "/tickets/x/"],
)
def test_what_is_not_there_is_404(screen: Screen, ada: Agent, path: str) -> None:
    assert screen(ada).get(path).status_code == 404


def test_a_ticket_of_another_team_is_404_under_every_address(screen: Screen, ticket: Ticket, wen: Agent) -> None:
    message, clock = ticket.messages.get().pk, ticket.clocks.first().pk
    number = ticket.pk
    paths = [
        f"/inbox/open/{number}/",
        f"/tickets/{number}/",
        f"/tickets/T-{number}/",
        f"/tickets/{number}/parts/",
        f"/tickets/{number}/composer/",
        f"/tickets/{number}/clocks/{clock}/",
        f"/messages/{message}/original/",
        f"/messages/{message}/original/file/",
        f"/messages/{message}/frame/",
    ]
    assert {path: screen(wen).get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert "row-" not in screen(wen).get(f"/inbox/open/rows/?ids={number}").content.decode()


def test_filters_live_in_the_address_and_each_chip_drops_one(screen: Screen, support: Channel, ada: Agent) -> None:
    actions.tag(asks(support, 1), ["refund"], by=ada)
    asks(support, 2)
    response = screen(ada).get("/inbox/open/?tag=refund&assignee=none")
    chips = part(response, 'class="chips"', "</ul>")
    assert (subjects(response), text_of(f"<i{chips}")) == (
        ["Question 1"],
        "Assignee: nobody remove Tag: #refund remove",
    )
    assert 'href="/inbox/open/?tag=refund"' in chips
    assert 'href="/inbox/open/?assignee=none"' in chips


def test_a_filter_forms_empty_fields_leave_no_trace(screen: Screen, ada: Agent) -> None:
    response = screen(ada).get("/inbox/open/?state=open&priority=&team=&tag=&q=")
    assert (response.status_code, response["Location"]) == (302, "/inbox/open/?state=open")


def test_operators_typed_into_the_search_box_become_the_address(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    response = screen(ada).get("/search/?q=is:new from:bo shoes", follow=True)
    assert response.redirect_chain == [("/inbox/search/?state=new&from=bo&q=shoes", 302)]
    assert subjects(response) == ["Where are my shoes?"]
    assert screen(ada).get("/search/?q=")["Location"] == "/inbox/"


def test_more_rows_come_by_script_and_by_link(screen: Screen, support: Channel, ada: Agent) -> None:
    asks(support, 0)
    latest = asks(support, 1)
    copies(latest, 50, last_message_at=lambda number: latest.last_message_at + timedelta(minutes=1 + number))
    client = screen(ada)
    first = client.get("/inbox/open/?sort=newest")
    url = part(first, 'class="rows-more"><a class="btn quiet" href="', '"').replace("&amp;", "&")
    by_link, by_script = client.get(url), client.get(url, headers={"HX-Request": "true"})
    assert (len(subjects(first)), subjects(by_link), subjects(by_script)) == (50, *[["Question 1", "Question 0"]] * 2)
    assert "<html" not in by_script.content.decode()


def test_a_list_and_a_ticket_cost_the_same_queries_however_much_there_is(
    screen: Screen, support: Channel, ada: Agent, carl: Agent
) -> None:
    client = screen(ada)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    first = asks(support, 0)
    actions.tag(first, ["one"], by=ada)
    reply(first, "Soon.", by=ada)
    note(first, "Hm.", by=carl)
    says(first, "When?")
    paths = [
        "/inbox/open/",
        f"/inbox/open/{first.pk}/",
        f"/tickets/{first.pk}/parts/",
        f"/inbox/open/rows/?ids={first.pk}",
    ]
    client.get("/inbox/open/")
    small = {path: cost(path) for path in paths}
    for number in range(1, 4):
        actions.tag(asks(support, number), [f"tag{number}", "more"], by=ada)
    copies(first, 46)
    remarks = [note(first, "Hm again.", by=ada), note(first, "Hm.", by=carl), says(first, "And?")]
    for remark in remarks:
        copies(remark, 30, client_ref=lambda _: uuid4())
    paths[-1] = f"/inbox/open/rows/?ids={','.join(str(pk) for pk in Ticket.objects.values_list('pk', flat=True))}"
    assert list({path: cost(path) for path in paths}.values()) == list(small.values())
    assert first.messages.count() > 90


def test_a_live_page_gets_the_rows_that_belong_to_its_view_now(screen: Screen, support: Channel, ada: Agent) -> None:
    mine, others = asks(support, 1), asks(support, 2)
    actions.assign(mine, ada, by=ada)
    response = screen(ada).get(f"/inbox/mine/rows/?ids={mine.pk},{others.pk},nonsense")
    assert subjects(response) == ["Question 1"]
    assert "Mine 1" in text_of(response)


def test_news_applied_to_a_stale_page_equal_a_fresh_page(screen: Screen, support: Channel, ada: Agent) -> None:
    first, second = asks(support, 1), asks(support, 2)
    client = screen(ada)
    reply(first, "It is on its way.", by=ada)
    actions.resolve(second, by=ada)
    fresh = client.get("/inbox/open/")
    news = client.get(f"/inbox/open/rows/?ids={first.pk},{second.pk}")
    assert part(news, f'id="row-{first.pk}"', "</li>") == part(fresh, f'id="row-{first.pk}"', "</li>")
    assert subjects(news) == subjects(fresh) == ["Question 1"]


def test_the_ticket_that_breaches_next_has_an_address(screen: Screen, support: Channel, ada: Agent) -> None:
    first, second = asks(support, 1), asks(support, 2)
    Ticket.objects.filter(pk=second.pk).update(due_at=now() - timedelta(hours=1))
    assert screen(ada).get("/inbox/open/next/")["Location"] == f"/inbox/open/{second.pk}/"
    actions.resolve(first, by=ada)
    actions.resolve(second, by=ada)
    assert screen(ada).get("/inbox/open/next/")["Location"] == "/inbox/open/"


def test_a_script_gets_only_the_panes_it_asks_for(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client = screen(ada)
    path = f"/inbox/open/{ticket.pk}/"
    pane, desk, whole = (
        client.get(path, headers=headers) for headers in ({"X-Pane": "ticket"}, {"X-Pane": "desk"}, {})
    )
    marks = ("<html", 'id="list"', 'id="main"', 'id="side"')
    assert [[mark in response.content.decode() for mark in marks] for response in (pane, desk, whole)] == [
        [False, False, True, True],
        [False, True, True, True],
        [True, True, True, True],
    ]
    assert "X-Pane" in whole["Vary"]


def test_reading_changes_nothing(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client = screen(ada)
    with CaptureQueriesContext(connection) as queries:
        for path in (
            "/inbox/mine/",
            f"/inbox/open/{ticket.pk}/",
            f"/tickets/{ticket.pk}/parts/",
            "/inbox/open/rows/?ids=1",
        ):
            client.get(path)
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


def test_visitors_have_to_sign_in_first(client: Client, ticket: Ticket) -> None:
    response = client.get(f"/inbox/open/{ticket.pk}/")
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/account/login/")
