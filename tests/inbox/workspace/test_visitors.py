"""Who is on the site: seen, written to first, blocked, and shown beside his chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.chats.models import Visitor
from inbox.chats.starting import start_chat
from inbox.chats.visitors import ON_SITE, block
from inbox.common.clock import now
from inbox.tickets.actions import Refused, change_customer
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]
CART = {"cart": {"total": 129.9, "currency": "EUR"}, "plan": {"name": "Plus"}}


@pytest.fixture
def visitor(company: None) -> Browser:
    """Somebody looks at boots."""
    browser = Browser(cast.shop_chat())
    browser.opens(context=CART, language="ru", time_zone="Europe/Berlin")
    return browser


def listed(client: Client) -> str:
    return text_of(client.get("/visitors/", headers={"X-Pane": "visitors"}))


def beside(client: Client) -> str:
    page = client.get(f"/tickets/{Ticket.objects.get().pk}/parts/")
    return text_of(f"<aside {part(page, '<aside ', '</aside>')}")


def test_whoever_has_a_page_open_is_listed_with_where_he_is_and_what_is_in_his_cart(
    visitor: Browser, screen: Screen
) -> None:
    words = listed(screen(cast.ada()))
    told = ["1 visitor", f"Visitor {visitor.visitor.pk}", "cart 129.90 EUR", "Boots", "first visit", "Russian"]
    assert [piece for piece in told if piece not in words] == []


def test_who_left_was_blocked_or_is_another_teams_is_not(visitor: Browser, screen: Screen) -> None:
    assert "1 visitor" not in listed(screen(cast.wen()))
    client, seen = screen(cast.ada()), []
    for change in ({"seen_at": now() - ON_SITE * 2}, {"ended_at": now()}, {"blocked_at": now()}):
        before = Visitor.objects.values("seen_at", "ended_at", "blocked_at").get()
        Visitor.objects.update(**change)
        seen.append("1 visitor" in listed(client))
        Visitor.objects.update(**before)
    assert seen == [False, False, False]


def test_an_agent_writes_first_and_the_visitor_has_it_in_his_chat(visitor: Browser, screen: Screen) -> None:
    client, place = screen(cast.ada()), f"/visitors/{visitor.visitor.pk}/chat/"
    assert visitor.post("steps").json()["talks"] is False
    sent = client.post(place, {"text": "Can I help you choose?"})
    ticket = Ticket.objects.get()
    assert (sent["Location"], ticket.assignee, ticket.team) == (f"/tickets/{ticket.pk}/", cast.ada(), cast.billing())
    assert (visitor.post("steps").json()["talks"], visitor.texts()) == (True, ["Can I help you choose?"])
    visitor.says("Yes, please")
    assert (Ticket.objects.count(), visitor.texts()) == (1, ["Can I help you choose?", "Yes, please"])
    again = client.post(place, {"text": "Hello?"})
    assert (again.status_code, "is open already" in text_of(again)) == (422, True)
    assert "with Ada" in listed(client)


def test_nobody_writes_first_to_who_was_blocked(visitor: Browser) -> None:
    block(visitor.visitor, by=cast.ada())
    with pytest.raises(Refused, match="is blocked"):
        start_chat(visitor.visitor, "Hello", by=cast.ada())
    assert not Ticket.objects.exists()


def test_who_is_made_the_customer_of_anothers_chat_does_not_see_it_in_his(visitor: Browser) -> None:
    visitor.says("Where is my parcel?")
    ticket = Ticket.objects.get()
    reply(ticket, "It is with Bo.", by=cast.ada())
    other = Browser(cast.shop_chat())
    other.opens()
    other.says("Hello")
    his = other.visitor.identity
    assert his
    change_customer(ticket, his, by=cast.ada())
    assert other.texts() == ["Hello"]


def test_beside_his_chat_stands_where_he_is_and_what_is_proven(visitor: Browser, screen: Screen) -> None:
    visitor.says("Hello")
    steps = [
        {"kind": "event", "name": "coupon refused", "data": {"code": "SPRING"}},
        {"kind": "error", "name": "TypeError: x is undefined", "url": "https://shop.example/app.js"},
    ]
    visitor.post("steps", page={"url": "https://shop.example/cart", "title": "Cart"}, steps=steps)
    Visitor.objects.update(claimed_email="mia@x.example", referrer="https://search.example/?q=boots")
    words = beside(screen(cast.ada()))
    told = [
        "here now",
        "Who it is, is not proven",
        "mia@x.example said by the visitor, not proven",
        "https://search.example/?q=boots",
        "Plus",
        "Pages, the latest first",
        "coupon refused",
        "SPRING",
        "TypeError: x is undefined",
    ]
    assert [piece for piece in told if piece not in words] == []
    Visitor.objects.update(seen_at=now() - timedelta(hours=1), subject="c-71")
    words = beside(screen(cast.ada()))
    assert [piece in words for piece in ("gone", "Proven by the site", "here now")] == [True, True, False]


def test_a_visitor_is_blocked_after_a_second_look_and_let_in_again(visitor: Browser, screen: Screen) -> None:
    visitor.says("Buy cheap watches")
    client, ticket = screen(cast.ada()), Ticket.objects.get()
    place = f"/visitors/{visitor.visitor.pk}/block/?ticket={ticket.pk}"
    assert "Block this visitor?" in text_of(client.get(place))
    assert client.post(place)["Location"] == f"/tickets/{ticket.pk}/"
    blocked = visitor.says("Cheap!")["status"]
    assert "Blocked Ada" in beside(client)
    client.post(place, {"method": "delete"})
    assert (blocked, visitor.says("Sorry")["status"]) == (403, 201)


def test_unknown_visitors_at_the_address_are_refused_only_if_that_was_ticked(visitor: Browser, screen: Screen) -> None:
    client, place, statuses = screen(cast.ada()), f"/visitors/{visitor.visitor.pk}/block/", []
    neighbour = Browser(visitor.channel)
    neighbour.client.defaults["REMOTE_ADDR"] = visitor.client.defaults["REMOTE_ADDR"]
    for ticked in ({}, {"address": "1"}):
        client.post(place, ticked)
        statuses.append(neighbour.begins().status_code)
        client.post(place, {"method": "delete"})
    assert (statuses, neighbour.begins().status_code) == ([200, 403], 200)


def test_a_mail_has_nobody_on_the_site_beside_it(company: None, screen: Screen) -> None:
    asks(cast.support(), 1)
    assert "On the site" not in beside(screen(cast.ada()))


def test_the_time_where_he_is_is_his(visitor: Browser, screen: Screen) -> None:
    visitor.says("Hello")
    Visitor.objects.update(time_zone="Asia/Tokyo")
    there = datetime.now(ZoneInfo("Asia/Tokyo"))
    told = {f"Local time {at:%H:%M}" for at in (there, there + timedelta(minutes=1))}
    words = beside(screen(cast.ada()))
    assert [piece for piece in told if piece in words] != []
