"""A visitor falls silent in the middle of a chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels.models import Delivery
from inbox.chats.idle import look_after_idle
from inbox.chats.models import ChatWidget, Visitor
from inbox.common.clock import moved_to
from inbox.reports.verify import differences
from inbox.sla.models import Clock, TicketFigures
from inbox.tickets.actions import set_state
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.conversation import reply, say_as_rule
from inbox.tickets.enums import AuthorKind, EventKind, State
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def browser(company: None) -> Browser:
    """Of a visitor who asked, was answered at noon, and is expected to go on."""
    browser = Browser(cast.shop_chat())
    with moved_to(NOW):
        browser.opens(language="ru")
        browser.says("Where is my parcel?")
        reply(Ticket.objects.get(), "Which number has it?", by=cast.ada(), at=NOW, then=State.OPEN)
    return browser


def is_here(at: datetime) -> None:
    Visitor.objects.update(seen_at=at, ended_at=None)


def happened() -> list[str]:
    kinds = (EventKind.CHAT_IDLE, EventKind.PENDED, EventKind.RESOLVED)
    return list(Ticket.objects.get().events.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True))


def test_who_falls_silent_is_asked_once_and_then_waited_for(browser: Browser) -> None:
    is_here(NOW + 30 * MINUTE)
    counts = [look_after_idle(NOW + 10 * MINUTE - SECOND)]
    counts += [look_after_idle(NOW + minutes * MINUTE) for minutes in (10, 10, 19, 20, 20, 30)]
    assert counts == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0)]
    assert happened() == [EventKind.CHAT_IDLE, EventKind.PENDED]
    said = Message.objects.get(author_kind=AuthorKind.SYSTEM)
    assert (said.language, Delivery.objects.get(message=said).status) == ("ru", "sent")
    assert [one["from"] for one in browser.sees()["messages"]] == ["visitor", "agent", "system"]
    browser.says("Sorry, it is 1007")
    assert Ticket.objects.get().state == State.OPEN


def test_nobody_is_asked_who_has_left_and_his_ticket_waits_for_him(browser: Browser) -> None:
    assert [look_after_idle(NOW + minutes * MINUTE) for minutes in (10, 15, 20)] == [(0, 0), (0, 0), (0, 1)]
    assert happened() == [EventKind.PENDED]


def test_who_is_asked_late_has_his_time_all_the_same(browser: Browser) -> None:
    is_here(NOW + 30 * MINUTE)
    assert [look_after_idle(NOW + minutes * MINUTE) for minutes in (18, 27, 28)] == [(1, 0), (0, 0), (0, 1)]


@pytest.mark.parametrize(("warn", "pend", "told"), [(None, 5, (0, 1)), (5, None, (1, 0)), (None, None, (0, 0))])
def test_what_the_channel_does_not_want_does_not_happen(
    browser: Browser, warn: int | None, pend: int | None, told: tuple[int, int]
) -> None:
    ChatWidget.objects.update(idle_warn_minutes=warn, idle_pend_minutes=pend)
    is_here(NOW + 30 * MINUTE)
    assert look_after_idle(NOW + 20 * MINUTE) == told


def test_who_waits_for_us_or_said_thanks_is_not_asked(browser: Browser) -> None:
    with moved_to(NOW + MINUTE):
        browser.says("Thanks!")
    is_here(NOW + 60 * MINUTE)
    counts = [look_after_idle(NOW + 30 * MINUTE)]
    with moved_to(NOW + 30 * MINUTE):
        browser.says("And where is the other one?")
    counts.append(look_after_idle(NOW + 50 * MINUTE))
    ticket = Ticket.objects.get()
    reply(ticket, "Wait", by=cast.ada(), at=NOW + 51 * MINUTE)
    set_state(ticket, State.ON_HOLD, by=cast.ada(), at=NOW + 51 * MINUTE)
    is_here(NOW + 90 * MINUTE)
    counts.append(look_after_idle(NOW + 90 * MINUTE))
    assert counts == [(0, 0)] * 3


def test_what_bots_rules_and_the_system_say_stops_no_clock(company: None) -> None:
    browser = Browser(cast.shop_chat())
    with moved_to(NOW):
        browser.opens()
        browser.says("Where is my parcel?")
    ticket = Ticket.objects.get()
    identity = Message.objects.get().identity
    assert identity
    for kind, author in (
        (EventKind.CHAT_IDLE, AuthorKind.RULE),
        (EventKind.BOT_SAID, AuthorKind.BOT),
        (EventKind.BOT_LEFT, AuthorKind.BOT),
        (EventKind.CHAT_MAILED, AuthorKind.SYSTEM),
        (EventKind.CHAT_ENDED, None),
        (EventKind.MESSAGE_EDITED, None),
        (EventKind.MESSAGE_DELETED, None),
    ):
        with change(ticket, by=SYSTEM, at=NOW + MINUTE) as it:
            said = say_as_rule(it, "A word", subject="", to=identity, language="en") if author else None
            it.record(kind, message=said, author_kind=author)
    running = list(
        Clock.objects.filter(ticket=ticket, stopped_at=None).order_by("target").values_list("target", flat=True)
    )
    figures = TicketFigures.objects.get(ticket=ticket)
    assert (running, figures.first_response_at, figures.human_replies, list(differences([ticket.pk]))) == (
        ["first_response", "resolution"],
        None,
        0,
        [],
    )
