"""Putting a ticket off, bringing it back, deleting and restoring it: on its page, with and without a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import moved_to, now
from inbox.tickets import actions
from inbox.tickets.conversation import reply
from inbox.tickets.deletion import delete
from inbox.tickets.models import Ticket
from inbox.tickets.snoozing import snooze, wake_due
from inbox.workspace.snoozing import offers
from tests.inbox.questions import asks, copies
from tests.inbox.workspace.pages import part, subjects, text_of

Screen = Callable[[Agent], Client]
SCRIPT = {"HX-Request": "true"}
DAY = timedelta(days=1)


@pytest.fixture
def question(support: Channel) -> Ticket:
    """A customer waits for an answer."""
    return asks(support, 1)


def until(ticket: Ticket) -> datetime | None:
    ticket.refresh_from_db()
    return ticket.snoozed_until


def offered(ticket: Ticket, at: datetime, zone: str = "UTC") -> dict[str, str]:
    with timezone.override(ZoneInfo(zone)):
        return {one.key: f"{one.label} {timezone.localtime(one.at):%a %d %H:%M}" for one in offers(ticket, at)}


def test_the_times_are_those_of_the_reader_and_of_the_hours_that_measure_the_ticket(question: Ticket) -> None:
    # Tuesday 24 November 2026; the standard hours are open from 8 to 17 from Monday to Friday.
    tuesday = datetime(2026, 11, 24, 10, 4, 31, tzinfo=UTC)
    assert offered(question, tuesday) == {
        "later": "Later today Tue 24 13:04",
        "tomorrow": "Tomorrow morning Wed 25 08:00",
        "monday": "Next Monday Mon 30 08:00",
        "week": "In a week Tue 01 08:00",
    }
    # In New York the office of Oslo opens at night: that is nobody's morning.
    assert offered(question, tuesday, "America/New_York")["tomorrow"] == "Tomorrow morning Wed 25 09:00"


def test_a_closed_morning_begins_at_nine_and_no_time_is_offered_twice(question: Ticket) -> None:
    friday, sunday = datetime(2026, 11, 27, 22, 30, tzinfo=UTC), datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    assert offered(question, friday) == {
        "later": "In three hours Sat 28 01:30",
        "tomorrow": "Tomorrow morning Sat 28 09:00",
        "monday": "Next Monday Mon 30 08:00",
        "week": "In a week Fri 04 08:00",
    }
    monday = sunday + timedelta(days=1)
    assert [list(offered(question, at)) for at in (sunday, monday)] == [["later", "tomorrow", "week"]] * 2


def test_the_dialog_shows_each_exact_time_and_the_page_without_script_does_too(
    screen: Screen, question: Ticket, ada: Agent
) -> None:
    client = screen(ada)
    with moved_to(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)):
        dialog = client.get(f"/tickets/{question.pk}/snooze/", headers={"X-Pane": "dialog"})
        page = client.get(f"/tickets/{question.pk}/snooze/")
    for response in (dialog, page):
        assert "Later today 13:00 Tomorrow morning Wed 08:00 Next Monday Mon 08:00 In a week 1 Dec 08:00" in text_of(
            response.content.decode()
        )
    assert ("<html" in dialog.content.decode(), "<html" in page.content.decode()) == (False, True)


def test_a_form_without_script_puts_it_off_and_brings_it_back(screen: Screen, question: Ticket, ada: Agent) -> None:
    client = screen(ada)
    sent = client.post(f"/tickets/{question.pk}/snooze/", {"later": "tomorrow"}, follow=True)
    asleep = until(question)
    told = text_of(sent.content.decode())
    client.post(f"/tickets/{question.pk}/snooze/", {"method": "delete"})
    assert asleep is not None
    assert asleep.date() == now().date() + DAY
    assert ("Snoozed until" in told, "Bring back" in told, until(question)) == (True, True, None)


def test_a_time_of_ones_own_is_in_the_readers_zone(screen: Screen, question: Ticket, ada: Agent) -> None:
    Agent.objects.filter(pk=ada.pk).update(time_zone="Asia/Tokyo")
    with moved_to(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)):
        screen(ada).post(f"/tickets/{question.pk}/snooze/", {"until": "2026-11-25T09:30"})
    assert until(question) == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2020-01-01T09:00", "Choose a time that is still to come."),
        ("", "Choose a day and a time."),
        ("soon", "Choose a day and a time."),
        ("2026-13-45T99:99", "Choose a day and a time."),
        ("9999-12-31T23:59", "Choose a time within a year."),
    ],
)
def test_a_time_that_can_t_be_is_refused_with_the_reason(
    screen: Screen, question: Ticket, ada: Agent, typed: str, told: str
) -> None:
    client, path = screen(ada), f"/tickets/{question.pk}/snooze/"
    page = client.post(path, {"until": typed})
    scripted = client.post(path, {"until": typed}, headers=SCRIPT)
    assert (page.status_code, told in text_of(page.content.decode())) == (422, True)
    assert (scripted.status_code, told in scripted.headers["HX-Trigger"], until(question)) == (409, True, None)


def test_each_change_can_be_undone(screen: Screen, question: Ticket, ada: Agent) -> None:
    client, path = screen(ada), f"/tickets/{question.pk}/snooze/"

    def undo(response: object) -> object:
        toast = json.loads(response.headers["HX-Trigger"])["toast"]  # type: ignore[attr-defined]
        return getattr(client, toast["undoMethod"])(toast["undo"], headers=SCRIPT)

    first = client.post(path, {"later": "tomorrow"}, headers=SCRIPT)
    before = until(question)
    moved = client.post(path, {"later": "week"}, headers=SCRIPT)
    undo(moved)
    as_first = until(question)
    back = client.delete(path, headers=SCRIPT)
    undo(back)
    again = until(question)
    undo(first)
    assert (as_first, again, until(question)) == (before, before, None)


def test_the_view_lists_what_is_put_off_with_the_time_it_comes_back(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    with moved_to(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)):
        for number, days in ((1, 2), (2, 1)):
            snooze(asks(support, number), now() + days * DAY, by=ada)
        listed = screen(ada).get("/inbox/snoozed/")
        assert subjects(listed) == ["Question 2", "Question 1"]
        assert "Snoozed until Wed 10:00" in text_of(part(listed, 'id="rows"', "</ul>"))
        assert "Snoozed 2" in text_of(part(listed, 'id="views"', "</nav>"))


def test_the_log_says_who_put_it_off_and_why_it_came_back(screen: Screen, question: Ticket, ada: Agent) -> None:
    snooze(question, now() + timedelta(hours=1), by=ada)
    wake_due(now() + timedelta(hours=2))
    lines = text_of(part(screen(ada).get(f"/inbox/open/{question.pk}/"), 'id="timeline"', "</ol>"))
    assert ("Ada snoozed until" in lines, "back from snooze: its time has come" in lines) == (True, True)
    notices = text_of(screen(ada).get("/notices/").content.decode())
    assert "Back from snooze" in notices


def test_deleting_asks_first_and_can_be_taken_back(screen: Screen, question: Ticket, maja: Agent) -> None:
    client, path = screen(maja), f"/tickets/{question.pk}/deletion/"
    asked = text_of(client.get(path, headers={"X-Pane": "dialog"}).content.decode())
    deleted = client.post(path, follow=True)
    page, markup = text_of(deleted.content.decode()), deleted.content.decode()
    listed = (subjects(client.get("/inbox/open/")), subjects(client.get("/inbox/deleted/")))
    client.post(path, {"method": "delete"})
    question.refresh_from_db()
    assert "It can be restored for 30 days" in asked
    assert ("Gone for good" in page, "Restore" in page, 'id="resolve"' in markup) == (True, True, False)
    assert (listed, question.deleted_at) == (([], ["Question 1"]), None)


def test_a_deleted_ticket_is_read_by_who_sees_all_and_changed_by_nobody(
    screen: Screen, question: Ticket, maja: Agent, ada: Agent, otto: Agent
) -> None:
    delete(question, by=maja)
    number, clock, message = question.pk, question.clocks.first().pk, question.messages.get().pk
    looked = [
        f"/tickets/{number}/parts/",
        f"/inbox/deleted/{number}/",
        f"/tickets/{number}/clocks/{clock}/",
        f"/tickets/{number}/print/",
        f"/messages/{message}/print/",
        f"/reports/explain/T-{number}/?target=first_response",
    ]
    changed = [f"/tickets/{number}/{noun}/" for noun in ("resolution", "assignee", "spam", "snooze", "messages")]
    client = screen(maja)
    assert {path: client.get(path).status_code for path in looked} == dict.fromkeys(looked, 200)
    assert {path: client.post(path).status_code for path in changed} == dict.fromkeys(changed, 404)
    assert screen(otto).get(f"/tickets/{number}/", follow=True).status_code == 200
    assert screen(ada).get(f"/inbox/open/{number}/").status_code == 404
    assert screen(ada).get("/inbox/deleted/").status_code == 404


@pytest.mark.parametrize("name", ["snoozed", "deleted"])
def test_the_lists_cost_the_same_with_one_row_and_with_fifty(
    screen: Screen, support: Channel, maja: Agent, name: str
) -> None:
    ticket = asks(support, 0)
    actions.tag(ticket, ["one"], by=maja)
    reply(ticket, "Soon.", by=maja)
    if name == "snoozed":
        snooze(ticket, now() + DAY, by=maja)
    else:
        delete(ticket, by=maja)
    ticket.refresh_from_db()
    client = screen(maja)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/inbox/{name}/").status_code == 200
        return len(queries)

    client.get("/inbox/open/")
    one = cost()
    copies(ticket, 49)
    assert (cost(), len(subjects(client.get(f"/inbox/{name}/")))) == (one, 50)
