"""The event stream over a real connection: who hears what, what a browser missed, and what an open stream costs."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.live.announce import announce, bell, channel
from inbox.live.presence import KEY, presence
from inbox.tickets import actions
from inbox.tickets.models import Ticket, TicketEvent
from inbox.workspace.image_links import image_link
from tests.inbox.mails import arrives, mail
from tests.web import serving, session_of

News = tuple[str, dict[str, Any], str]


@pytest.fixture(scope="module")
def _web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # Two threads and two connections for all: a stream, or a slow browser, that kept one would be noticed.
    with serving(tmp_path_factory.mktemp("web") / "log", DATABASE_POOL_SIZE="2", WEB_THREADS="2") as address:
        yield address


@pytest.fixture
def web(transactional_db: None, _web: str) -> str:
    return _web


@pytest.fixture
def ticket(web: str, support: Channel) -> Ticket:
    """Bo's question, which Billing has."""
    return arrives(support, mail()).ticket


@pytest.fixture
def elsewhere(web: str, support: Channel, shipping: Team) -> Ticket:
    """Kay's question, which Shipping has."""
    found = arrives(support, mail(sender="kay@ito.example", message_id="<2@ito.example>")).ticket
    return actions.move_to_team(found, shipping, by=found.customer)


def cookies(agent: Agent) -> dict[str, str]:
    return {settings.SESSION_COOKIE_NAME: session_of(agent)}


def get(address: str, agent: Agent | None = None, **given: Any) -> httpx.Response:
    """A page, however long it takes."""
    return httpx.get(address, verify=False, cookies=cookies(agent) if agent else None, timeout=60, **given)


@contextmanager
def stream(web: str, agent: Agent, since: int | str | None = None) -> Iterator[Iterator[News]]:
    """The agent's open stream, from behind its greeting on."""
    headers = {"Last-Event-ID": str(since)} if since is not None else {}
    with (
        httpx.Client(verify=False, cookies=cookies(agent), timeout=60) as client,
        client.stream("GET", f"{web}/live/", headers=headers) as response,
    ):
        assert response.status_code == 200
        news = heard(response.iter_lines())
        assert next(news)[0] == "hello"
        # What is rung before the server listens to Redis is not heard.
        while not bell().pubsub_numsub(channel())[0][1]:
            time.sleep(0.01)
        yield news


def heard(lines: Iterator[str]) -> Iterator[News]:
    told: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            told[name] = value
        elif "event" in told:
            yield told["event"], json.loads(told["data"]), told.get("id", "")
            told = {}


def next_ticket(news: Iterator[News]) -> dict[str, Any]:
    """The next that is said of a ticket; a `catch_up` when the server began to listen is no news of one."""
    return next(data for name, data, _ in news if name == "ticket")


def begun(news: Iterator[News], ticket: Ticket, agent: Agent) -> None:
    """The server hears Redis now: it has told of a change that was made until it did."""
    actions.tag(ticket, ["begun"], by=agent)
    assert next_ticket(news)["ticket"] == ticket.pk


def newest() -> int:
    return TicketEvent.objects.latest("id").pk


def test_whose_page_is_open_is_here(web: str, ada: Agent, carl: Agent) -> None:
    bell().delete(KEY)
    with stream(web, ada):
        assert presence().here(now()) == [ada.pk]
    assert presence().is_here(ada.pk, now() + timedelta(seconds=60))
    assert not presence().is_here(ada.pk, now() + timedelta(seconds=95))


def test_an_open_page_hears_what_changes_by_ids_only(web: str, ada: Agent, maja: Agent, ticket: Ticket) -> None:
    with stream(web, ada) as news:
        begun(news, ticket, maja)
        actions.assign(ticket, ada, by=maja)
        assert next_ticket(news) == {"ticket": ticket.pk, "event": newest(), "kinds": ["assigned"]}


def test_nobody_hears_of_tickets_he_may_not_see(
    web: str, wen: Agent, maja: Agent, ticket: Ticket, elsewhere: Ticket
) -> None:
    with stream(web, wen) as news:
        begun(news, elsewhere, maja)
        actions.tag(ticket, ["refund"], by=maja)
        actions.tag(elsewhere, ["parcel"], by=maja)
        assert next_ticket(news)["ticket"] == elsewhere.pk


def test_a_browser_that_slept_is_told_what_it_missed_and_no_more_than_it_may_see(
    web: str, ada: Agent, maja: Agent, ticket: Ticket, elsewhere: Ticket
) -> None:
    known = newest()
    TicketEvent.objects.update(
        recorded_at=ticket.created_at.replace(year=2020), occurred_at=ticket.created_at.replace(year=2020)
    )
    actions.tag(ticket, ["refund"], by=maja)
    actions.tag(elsewhere, ["parcel"], by=maja)
    actions.resolve(ticket, by=maja)
    with stream(web, ada, since=known) as news:
        told = next_ticket(news)
    assert (told["ticket"], {"resolved", "tagged"} <= set(told["kinds"])) == (ticket.pk, True)


def test_what_was_recorded_just_before_the_cursor_is_told_again_for_ids_commit_out_of_order(
    web: str, ada: Agent, maja: Agent, ticket: Ticket
) -> None:
    actions.tag(ticket, ["refund"], by=maja)
    late = TicketEvent.objects.latest("id")
    actions.tag(ticket, ["vip"], by=maja)
    answer = get(f"{web}/live/?poll=1&since={newest() - 1}", ada).json()
    assert late.pk < answer["cursor"]
    assert [(told["ticket"], told["event"]) for told in answer["events"]] == [(ticket.pk, newest())]


def test_what_happened_since_a_page_was_made_is_told_when_it_begins_to_listen(
    web: str, ada: Agent, maja: Agent, ticket: Ticket, elsewhere: Ticket
) -> None:
    TicketEvent.objects.update(
        recorded_at=ticket.created_at.replace(year=2020), occurred_at=ticket.created_at.replace(year=2020)
    )
    page = get(f"{web}/profile/", ada).text
    made_at = page.partition('data-server-time="')[2].partition('"')[0]
    actions.tag(ticket, ["refund"], by=maja)
    actions.tag(elsewhere, ["parcel"], by=maja)
    with stream(web, ada, since=made_at) as news:
        assert next_ticket(news)["ticket"] == ticket.pk
        actions.tag(ticket, ["vip"], by=maja)
        assert next_ticket(news) == {"ticket": ticket.pk, "event": newest(), "kinds": ["tagged"]}


def test_what_began_before_the_newest_event_and_was_committed_after_it_is_told(
    web: str, ada: Agent, maja: Agent, ticket: Ticket, support: Channel
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('inbox_ticketevent', 'id'))")
        [reserved] = cursor.fetchone()
    other = arrives(support, mail(sender="eva@x.example", message_id="<3@x.example>")).ticket
    known = newest()
    at = now()
    TicketEvent.objects.create(
        pk=reserved, ticket=ticket, kind="tagged", occurred_at=at, recorded_at=at, state="open", priority="normal"
    )
    answer = get(f"{web}/live/?poll=1&since={known}", ada).json()
    assert (reserved < known, {told["ticket"] for told in answer["events"]}) == (True, {ticket.pk, other.pk})


def test_who_missed_too_much_is_told_to_look_at_everything_anew(web: str, ada: Agent, ticket: Ticket) -> None:
    known, last = newest(), TicketEvent.objects.latest("id")
    TicketEvent.objects.bulk_create(
        TicketEvent(ticket=ticket, kind="tagged", occurred_at=now(), recorded_at=now(), state="open", priority="normal")
        for _ in range(201)
    )
    answer = get(f"{web}/live/?poll=1&since={known}", ada).json()
    assert (last.pk, answer["events"]) == (known, [{"topic": "catch_up"}])


def test_a_notice_rings_for_whom_it_is_alone(web: str, ada: Agent, carl: Agent, maja: Agent, ticket: Ticket) -> None:
    with stream(web, ada) as hers, stream(web, carl) as his:
        begun(hers, ticket, maja)
        next_ticket(his)
        announce("notice", {"agents": [ada.pk]})
        actions.tag(ticket, ["refund"], by=maja)
        assert ([next(hers)[:2], next(hers)[0]], next(his)[0]) == ([("notice", {}), "ticket"], "ticket")


@pytest.mark.parametrize("since", ["", "no-number", "-1", "9" * 40, "0001-01-01T00:00:00+14:00", "2026-03-02T12:00:00"])
def test_a_cursor_that_is_none_is_no_reason_to_fail(web: str, ada: Agent, ticket: Ticket, since: str) -> None:
    answer = get(f"{web}/live/", ada, params={"poll": 1, "since": since})
    assert (answer.status_code, answer.json()["events"]) == (200, [])


def test_a_stranger_gets_no_stream(web: str) -> None:
    assert get(f"{web}/live/").status_code == 401


def test_open_streams_hold_no_connection_to_the_database(web: str, ada: Agent, ticket: Ticket) -> None:
    with ExitStack() as open_streams:
        for _ in range(5):
            open_streams.enter_context(stream(web, ada))
        assert get(f"{web}/profile/", ada).status_code == 200


@contextmanager
def connection_test(web: str, agent: Agent, channel: Channel) -> Iterator[Iterator[str]]:
    """The lines of a connection test, as the page hears them."""
    token = "c" * 32
    headers = {"X-CSRFToken": token, "X-Live-Log": "1"}
    with (
        httpx.Client(verify=False, cookies={**cookies(agent), "csrftoken": token}, timeout=60) as client,
        client.stream("POST", f"{web}/channels/{channel.pk}/check/", headers=headers) as response,
    ):
        yield (line for line in response.iter_lines() if line)


def is_open(line: socket.socket) -> bool:
    """Whether the other side, which says nothing, is still there."""
    line.setblocking(False)
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True


def test_a_connection_test_tells_each_step_at_once_and_waits_without_a_database_connection(
    web: str, maja: Agent, support: Channel
) -> None:
    with ExitStack() as opened:
        silent = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        there = {"host": "127.0.0.1", "port": 1, "security": "none", "incoming": "imap", "incoming_security": "none"}
        support.settings = {**there, "incoming_host": "127.0.0.1", "incoming_port": silent.getsockname()[1]}
        support.save()
        tests = [opened.enter_context(connection_test(web, maja, support)) for _ in range(3)]
        first = [next(lines) for lines in tests]
        # As many as the process asks servers of others at once; the third waits for its turn.
        asking = [opened.enter_context(silent.accept()[0]) for _ in range(2)]
        page = get(f"{web}/channels/", maja)
        waits = [is_open(one) for one in asking]
        for one in asking:
            one.close()
        silent.accept()[0].close()
        second = [next(lines) for lines in tests]
    assert (page.status_code, waits) == (200, [True, True])
    assert ["Outgoing mail server 127.0.0.1:1" in line for line in first] == [True] * 3
    assert ["Incoming mail server 127.0.0.1" in line and "log-line over" in line for line in second] == [True] * 3


def test_browsers_that_send_or_read_slowly_hold_up_nobody(web: str, ada: Agent) -> None:
    host, port = web.removeprefix("http://").split(":")
    begun = (
        f"POST /account/login/ HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=a"
    )
    with ExitStack() as stack:
        for _ in range(8):
            slow = stack.enter_context(socket.create_connection((host, int(port)), 10))
            slow.sendall(begun.encode())
        for _ in range(8):
            stack.enter_context(stream(web, ada))
        assert get(f"{web}/account/login/").status_code == 200


def test_more_requests_than_threads_wait_for_their_turn(web: str, ada: Agent, ticket: Ticket) -> None:
    with ThreadPoolExecutor(12) as crowd, httpx.Client(verify=False, cookies=cookies(ada), timeout=60) as client:
        answers = list(crowd.map(lambda _: client.get(f"{web}/tickets/{ticket.pk}/parts/").status_code, range(24)))
    assert answers == [200] * 24


def test_servers_of_others_that_never_answer_hold_up_nobody(web: str, ada: Agent) -> None:
    host, port = web.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as stack:
        picture = image_link(f"http://127.0.0.1:{silent.getsockname()[1]}/a.gif", now())
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(ada)}"
        # Were they answered by turns, each after its time, a page would have to wait for longer than it does.
        for _ in range(32):
            asking = stack.enter_context(socket.create_connection((host, int(port)), 10))
            asking.sendall(f"GET {picture} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
        silent.accept()
        assert get(f"{web}/account/login/").status_code == 200
