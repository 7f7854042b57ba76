"""Merging and splitting in the workspace: choosing, what is told afterwards, undoing, and who may."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.models import Channel
from inbox.tickets import actions
from inbox.tickets.conversation import reply
from inbox.tickets.merging import merge
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks, says
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def older(support: Channel) -> Ticket:
    return asks(support, 1, subject="Where are my shoes?")


@pytest.fixture
def newer(support: Channel, older: Ticket) -> Ticket:
    return asks(support, 1, "Order 1007, size 42.", subject="My order number")


@pytest.fixture
def foreign(shipping: Team) -> Ticket:
    """A ticket that Ada must not see."""
    parcels = channels.connect(kind="email", address="parcels@nordlys.example", name="Parcels", team=shipping)
    return asks(parcels, 1, subject="Where are my parcels?")


def news(response: HttpResponse) -> dict[str, object]:
    return json.loads(response["HX-Trigger"])


def timeline(client: Client, ticket: Ticket) -> str:
    page = client.get(f"/tickets/{ticket.pk}/parts/")
    return text_of(f"<ol {part(page, '<ol ', '</ol>')}")


def offered(client: Client, ticket: Ticket, **asked: str) -> list[str]:
    page = client.get(f"/tickets/{ticket.pk}/merge/", asked, headers={"X-Pane": "dialog"}).content.decode()
    return [line.split('value="')[1].split('"')[0] for line in page.splitlines() if 'name="into"' in line]


def test_the_same_customer_s_open_tickets_are_offered_first_and_no_others(
    screen: Screen, older: Ticket, newer: Ticket, foreign: Ticket, support: Channel, ada: Agent
) -> None:
    asks(support, 2, subject="Somebody else's shoes")
    assert offered(screen(ada), newer) == [str(older.pk)]


def test_others_are_found_by_number_subject_and_customer_but_none_one_may_not_see(
    screen: Screen, newer: Ticket, foreign: Ticket, support: Channel, ada: Agent
) -> None:
    other = asks(support, 2, subject="Lost parcel", name="Mia Chen")
    asks(support, 3, subject="Lost for good")
    client = screen(ada)
    found = [offered(client, newer, q=text) for text in (other.ref, "lost PARCEL", "mia", "parcels", foreign.ref)]
    assert found == [[str(other.pk)]] * 3 + [[]] * 2


def test_merging_tells_leads_on_and_can_be_undone(screen: Screen, older: Ticket, newer: Ticket, ada: Agent) -> None:
    client = screen(ada)
    here = {**SCRIPT, "HX-Current-URL": f"http://testserver/inbox/mine/{newer.pk}/?q=shoes"}
    told = news(client.post(f"/tickets/{newer.pk}/merge/", {"into": older.pk}, headers=here))
    newer.refresh_from_db()
    assert (newer.merged_into, told["toast"], told["desk:visit"]) == (
        older,
        {
            "text": f"{newer.ref} is merged into {older.ref}.",
            "undo": f"/tickets/{newer.pk}/merge/?undone=1",
            "undoMethod": "delete",
        },
        {"url": f"/inbox/mine/{older.pk}/?q=shoes"},
    )
    undone = news(client.delete(told["toast"]["undo"], headers=here))
    newer.refresh_from_db()
    assert (newer.merged_into, newer.state, undone["toast"]) == (None, "new", {"text": "Undone."})


def test_the_target_shows_both_and_says_where_each_comes_from(
    screen: Screen, older: Ticket, newer: Ticket, ada: Agent
) -> None:
    merge(newer, older, by=ada)
    shown = timeline(screen(ada), older)
    assert [words in shown for words in ("Where is it?", "Order 1007, size 42.", f"from {newer.ref}")] == [True] * 3
    assert "merged another ticket into this one, whose customer waits since" in shown


def test_the_source_says_where_it_went_and_can_only_be_read(
    screen: Screen, older: Ticket, newer: Ticket, ada: Agent
) -> None:
    merge(newer, older, by=ada)
    client = screen(ada)
    page = client.get(f"/inbox/resolved/{newer.pk}/")
    shown = text_of(page)
    assert f"Merged into {older.ref} Where are my shoes? It can only be read." in shown
    assert ("is-read-only" in page.content.decode(), 'id="resolve"' in page.content.decode()) == (True, False)
    refused = client.post(f"/tickets/{newer.pk}/priority/", {"priority": "high"}, headers=SCRIPT)
    newer.refresh_from_db()
    assert (refused.status_code, newer.priority) == (409, "normal")


def test_without_scripts_it_is_a_page_that_leads_to_the_ticket_that_stays(
    screen: Screen, older: Ticket, newer: Ticket, ada: Agent
) -> None:
    client = screen(ada)
    page = client.get(f"/tickets/{newer.pk}/merge/")
    done = client.post(f"/tickets/{newer.pk}/merge/", {"into": older.ref, "keep": "this"})
    older.refresh_from_db()
    assert ("<h1>" in page.content.decode(), done["Location"], older.merged_into) == (
        True,
        f"/tickets/{newer.pk}/",
        newer,
    )


def test_what_is_refused_is_said_and_changes_nothing(screen: Screen, older: Ticket, newer: Ticket, ada: Agent) -> None:
    actions.mark_spam(older, by=ada)
    client = screen(ada)
    spam, nothing = (client.post(f"/tickets/{newer.pk}/merge/", {"into": into}) for into in (older.pk, ""))
    newer.refresh_from_db()
    assert (spam.status_code, nothing.status_code, newer.merged_into) == (422, 422, None)
    assert f"{older.ref} is spam. Take it out of the spam first." in text_of(spam)
    assert "Choose the other ticket." in text_of(nothing)


def test_a_ticket_one_may_not_see_is_no_ticket_here(screen: Screen, newer: Ticket, foreign: Ticket, ada: Agent) -> None:
    answer = screen(ada).post(f"/tickets/{newer.pk}/merge/", {"into": foreign.pk})
    foreign.refresh_from_db()
    assert ("Choose the other ticket." in text_of(answer), "parcels" in text_of(answer), foreign.state) == (
        True,
        False,
        "new",
    )


def test_who_sees_only_the_source_is_not_told_of_the_target(
    screen: Screen, newer: Ticket, foreign: Ticket, ada: Agent, maja: Agent
) -> None:
    merge(newer, foreign, by=maja)
    shown = text_of(screen(ada).get(f"/inbox/resolved/{newer.pk}/"))
    assert ("Merged into a ticket of another team" in shown, foreign.ref in shown) == (True, False)


def test_who_sees_only_the_target_reads_what_was_merged_into_it(
    screen: Screen, newer: Ticket, foreign: Ticket, ada: Agent, maja: Agent
) -> None:
    client = screen(ada)
    before = client.get(f"/tickets/{foreign.pk}/parts/").status_code
    merge(foreign, newer, by=maja)
    assert (before, client.get(f"/tickets/{foreign.pk}/parts/").status_code) == (404, 200)


def test_a_merged_ticket_is_found_by_the_search(screen: Screen, older: Ticket, newer: Ticket, ada: Agent) -> None:
    merge(newer, older, by=ada)
    rows = text_of(screen(ada).get("/inbox/search/", {"q": newer.ref}))
    assert ("My order number" in rows, "merged" in rows) == (True, True)


class TestSplitting:
    @pytest.fixture
    def second(self, older: Ticket, ada: Agent) -> int:
        reply(older, "On their way.", by=ada)
        message = says(older, "By the way, my invoice is wrong.")
        says(older, "Its number is 77.")
        return message.pk

    def test_it_is_offered_for_what_a_customer_wrote_later(
        self, screen: Screen, older: Ticket, second: int, ada: Agent
    ) -> None:
        page = screen(ada).get(f"/tickets/{older.pk}/parts/").content.decode()
        first = older.messages.order_by("id").first()
        assert (f"/messages/{second}/split/" in page, f"/messages/{first.pk}/split/" in page) == (True, False)

    def test_the_question_says_what_becomes_of_it(self, screen: Screen, older: Ticket, second: int, ada: Agent) -> None:
        shown = text_of(screen(ada).get(f"/messages/{second}/split/", headers={"X-Pane": "dialog"}))
        assert "my invoice is wrong" in shown
        assert "With the 1 later message of customers" in shown

    def test_split_off_it_is_another_ticket_and_merging_that_undoes_it(
        self, screen: Screen, older: Ticket, second: int, ada: Agent
    ) -> None:
        client = screen(ada)
        told = news(client.post(f"/messages/{second}/split/", {"and_later": "1"}, headers=SCRIPT))
        new = Ticket.objects.order_by("id").last()
        assert (told["toast"]["text"], [one.text for one in new.messages.order_by("id")]) == (
            f"Split off as {new.ref}.",
            ["By the way, my invoice is wrong.", "Its number is 77."],
        )
        assert f"moved 2 messages to a new ticket {new.ref}" in timeline(client, older)
        assert f"split off from another ticket {older.ref}" in timeline(client, new)
        client.post(told["toast"]["undo"], headers=SCRIPT)
        new.refresh_from_db()
        assert new.merged_into == older

    def test_the_first_message_stays(self, screen: Screen, older: Ticket, ada: Agent) -> None:
        first = older.messages.get()
        answer = screen(ada).post(f"/messages/{first.pk}/split/")
        assert (answer.status_code, Ticket.objects.count()) == (422, 1)
        assert "The ticket began with this message" in text_of(answer)


def test_a_clock_tells_from_where_its_customer_waits(screen: Screen, older: Ticket, newer: Ticket, ada: Agent) -> None:
    merge(older, newer, by=ada)
    client = screen(ada)
    clock = newer.clocks.get(target="first_response")
    explained = text_of(client.get(f"/tickets/{newer.pk}/clocks/{clock.pk}/", headers={"X-Pane": "dialog"}))
    page = text_of(client.get(f"/inbox/open/{newer.pk}/"))
    assert (f"From {older.ref}, merged: waiting since" in explained, f", from {older.ref}" in page) == (True, True)
