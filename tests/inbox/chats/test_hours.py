"""When a chat is open: by its calendar, honestly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inbox.agents.models import Agent
from inbox.chats.hours import Hours, hours_of
from inbox.chats.models import ChatWidget
from inbox.common.clock import moved_to
from inbox.sla.calendars import change_hours, make_calendar
from inbox.sla.opening import OpeningHours
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

MADE = datetime(2026, 6, 1, 6, tzinfo=UTC)
#: Friday and Saturday of that week.
FRIDAY_NOON, FRIDAY_NIGHT = datetime(2026, 6, 5, 10, tzinfo=UTC), datetime(2026, 6, 5, 20, tzinfo=UTC)
MONDAY_NINE, FRIDAY_FIVE = datetime(2026, 6, 8, 7, tzinfo=UTC), datetime(2026, 6, 5, 15, tzinfo=UTC)
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def widget(maja: Agent) -> ChatWidget:
    """Of a chat from 9 to 17 in Oslo, from Monday to Friday."""
    widget = cast.shop_chat().widget
    widget.calendar = make_calendar("Oslo", OpeningHours("Europe/Oslo", OFFICE), by=maja, at=MADE)
    widget.save(update_fields=["calendar"])
    return widget


def test_a_chat_is_open_by_its_calendar_and_says_when_that_changes(widget: ChatWidget) -> None:
    assert (hours_of(widget, FRIDAY_NOON), hours_of(widget, FRIDAY_FIVE), hours_of(widget, FRIDAY_NIGHT)) == (
        Hours(is_open=True, closes_at=FRIDAY_FIVE),
        Hours(is_open=False, opens_at=MONDAY_NINE),
        Hours(is_open=False, opens_at=MONDAY_NINE),
    )


def test_a_closure_is_closed_and_hours_that_change_count_from_then_on(widget: ChatWidget, maja: Agent) -> None:
    assert widget.calendar
    whit_monday = [{"from": "2026-06-08", "until": "2026-06-08", "name": "Party"}]
    later = OpeningHours("Europe/Oslo", {**OFFICE, "1": [["10:00", "17:00"]]}, whit_monday)
    change_hours(widget.calendar, later, by=maja, at=FRIDAY_NOON, in_force_from=FRIDAY_NIGHT)
    assert hours_of(widget, FRIDAY_NIGHT).opens_at == datetime(2026, 6, 9, 8, tzinfo=UTC)


def test_without_a_calendar_a_chat_is_always_open_and_round_the_clock_closes_never(
    widget: ChatWidget, maja: Agent
) -> None:
    always = {str(day): [["00:00", "00:00"]] for day in range(7)}
    widget.calendar = make_calendar("Always", OpeningHours("Europe/Oslo", always), by=maja, at=MADE)
    assert hours_of(widget, FRIDAY_NIGHT) == Hours(is_open=True)
    widget.calendar = None
    assert hours_of(widget, FRIDAY_NIGHT) == Hours(is_open=True)


def test_outside_the_hours_a_message_is_taken_or_refused_as_the_channel_says(widget: ChatWidget) -> None:
    said = []
    with moved_to(FRIDAY_NIGHT):
        for takes in (True, False):
            ChatWidget.objects.update(is_open_outside_hours=takes)
            browser = Browser(widget.channel)
            browser.opens()
            answer = browser.says("Is anybody there?", form={"email": "bo@larsen.example"})
            said.append((answer["status"], answer.get("error"), answer.get("opens_at")))
    assert said == [(201, None, None), (403, "closed", MONDAY_NINE.isoformat())]
    assert Ticket.objects.count() == 1


def test_who_is_in_a_conversation_finishes_it_after_hours(widget: ChatWidget) -> None:
    ChatWidget.objects.update(is_open_outside_hours=False)
    browser = Browser(widget.channel)
    with moved_to(FRIDAY_NOON):
        browser.opens()
        browser.says("Is anybody there?")
    with moved_to(FRIDAY_NIGHT):
        assert browser.says("Hello?")["status"] == 201
