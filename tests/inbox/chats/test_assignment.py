"""Who is given a chat, who is not, and what happens when he goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.assignment import give, give_waiting, go_available, go_away, take_back_from_gone
from inbox.chats.models import ChatWidget
from inbox.chats.waiting import Place, is_anybody_free, open_chats, place_of
from inbox.live.announce import bell
from inbox.live.presence import KEY, note_here, presence
from inbox.reports.verify import differences
from inbox.sla.calendars import make_calendar
from inbox.sla.opening import OpeningHours
from inbox.tickets.actions import Refused, assign, resolve
from inbox.tickets.conversation import reply
from inbox.tickets.enums import EventKind, State
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.django_db
#: A Tuesday.
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nobody_here() -> Iterator[None]:
    bell().delete(KEY)
    yield
    bell().delete(KEY)


@pytest.fixture
def chat(company: None) -> Channel:
    return cast.shop_chat()


def takes(agent: Agent, most: int = 4, at: datetime = NOW) -> Agent:
    """The agent is here and takes chats."""
    Agent.objects.filter(pk=agent.pk).update(most_chats=most)
    note_here(agent.pk, at)
    return go_available(agent)


def given_to(*tickets: Ticket) -> list[str]:
    return [Ticket.objects.get(pk=ticket.pk).assignee.name if _has(ticket) else "" for ticket in tickets]  # type: ignore[union-attr]


def _has(ticket: Ticket) -> bool:
    return Ticket.objects.filter(pk=ticket.pk, assignee__isnull=False).exists()


def whys(ticket: Ticket) -> list[tuple[str, str]]:
    handed = ticket.events.filter(kind=EventKind.ASSIGNED).order_by("id")
    return [(event.details["name"], event.details.get("why", "")) for event in handed]


def test_chats_go_to_who_is_here_takes_chats_and_has_the_fewest(chat: Channel, ada: Agent, carl: Agent) -> None:
    takes(ada), takes(carl), takes(cast.wen()), takes(cast.maja())
    tickets = [asks(chat, number, at=NOW + number * SECOND) for number in range(3)]
    assert give_waiting(NOW + MINUTE) == 3
    reply(tickets[1], "Hello", by=carl, at=NOW + MINUTE, then=State.RESOLVED)
    tickets.append(asks(chat, 4, at=NOW + MINUTE))
    give_waiting(NOW + MINUTE)
    assert given_to(*tickets) == ["Ada", "Carl", "Ada", "Carl"]
    assert whys(tickets[0]) == [("Ada", "free")]
    assert list(differences([ticket.pk for ticket in tickets])) == []


def test_who_is_not_here_or_takes_no_chats_is_given_none(chat: Channel, ada: Agent, carl: Agent) -> None:
    takes(ada, at=NOW - 2 * MINUTE)
    go_away(takes(carl))
    ticket = asks(chat, 1, at=NOW)
    assert (give_waiting(NOW), is_anybody_free(chat.team_id, NOW), whys(ticket)) == (0, False, [])
    note_here(ada.pk, NOW)
    assert (give_waiting(NOW), is_anybody_free(chat.team_id, NOW), given_to(ticket)) == (1, True, ["Ada"])


def test_nobody_gets_more_chats_than_he_takes_and_the_queue_moves_oldest_first(chat: Channel, ada: Agent) -> None:
    takes(ada, most=1)
    first, second, third = (asks(chat, number, at=NOW + number * SECOND) for number in range(3))
    assert give_waiting(NOW + MINUTE) == 1
    places = [place_of(Ticket.objects.get(pk=one.pk), NOW + MINUTE) for one in (first, second, third)]
    assert places == [None, Place(0, True), Place(1, True)]
    reply(first, "Hello", by=ada, at=NOW + MINUTE)
    assert (give_waiting(NOW + MINUTE), open_chats([ada.pk], NOW + MINUTE)) == (0, {ada.pk: 1})
    later = NOW + 17 * MINUTE
    note_here(ada.pk, later)
    assert (give_waiting(later), given_to(first, second, third)) == (1, ["Ada", "Ada", ""])


def test_with_nobody_here_the_place_in_the_queue_says_so(chat: Channel) -> None:
    assert place_of(asks(chat, 1, at=NOW), NOW) == Place(0, False)


def test_where_chats_are_not_given_out_they_wait_for_who_takes_them(chat: Channel, ada: Agent) -> None:
    takes(ada)
    ChatWidget.objects.update(assigns=False)
    ticket = asks(chat, 1, at=NOW)
    assert (give_waiting(NOW), place_of(ticket, NOW), given_to(ticket)) == (0, None, [""])


def test_a_light_agent_takes_no_chats(company: None) -> None:
    with pytest.raises(Refused):
        go_available(cast.lin())
    assert not Agent.objects.filter(takes_chats=True).exists()


def test_an_unanswered_chat_is_taken_back_from_who_is_gone(chat: Channel, ada: Agent, carl: Agent) -> None:
    takes(ada)
    ticket = asks(chat, 1, at=NOW)
    give_waiting(NOW)
    takes(carl, at=NOW + 3 * MINUTE)
    assert take_back_from_gone(NOW + 3 * MINUTE - SECOND) == 0
    assert [take_back_from_gone(NOW + 3 * MINUTE) for _ in range(2)] == [1, 0]
    give_waiting(NOW + 3 * MINUTE)
    assert whys(ticket) == [("Ada", "free"), ("", "gone"), ("Carl", "free")]


def test_an_answered_chat_and_one_after_hours_stay_whose_they_are(chat: Channel, ada: Agent, maja: Agent) -> None:
    takes(ada)
    answered, late = asks(chat, 1, at=NOW), asks(chat, 2, at=NOW)
    give_waiting(NOW)
    reply(answered, "Hello", by=ada, at=NOW)
    mornings = OpeningHours("UTC", {"1": [["08:00", "12:00"]]})
    calendar = make_calendar("Mornings", mornings, by=maja, at=NOW - MINUTE)
    ChatWidget.objects.update(calendar=calendar)
    assert (take_back_from_gone(NOW + 9 * MINUTE), given_to(answered, late)) == (0, ["Ada", "Ada"])


def test_nobody_is_gone_who_redis_has_only_forgotten(chat: Channel, ada: Agent, carl: Agent) -> None:
    takes(ada)
    asks(chat, 1, at=NOW)
    give_waiting(NOW)
    bell().delete(KEY)
    assert take_back_from_gone(NOW + 5 * MINUTE) == 0
    note_here(carl.pk, NOW + 5 * MINUTE)
    gone = presence().gone_for(ada.pk, NOW + 6 * MINUTE)
    assert (gone, take_back_from_gone(NOW + 6 * MINUTE), take_back_from_gone(NOW + 8 * MINUTE)) == (MINUTE, 0, 1)


def test_a_chat_reopened_while_its_agent_is_away_goes_to_another(chat: Channel, ada: Agent, carl: Agent) -> None:
    ticket = asks(chat, 1, at=NOW)
    takes(ada)
    give_waiting(NOW)
    resolve(ticket, by=ada, at=NOW)
    go_away(ada), takes(carl)
    says(ticket, "It came back", at=NOW + SECOND)
    assert [give(ticket.pk, NOW + SECOND), give(ticket.pk, NOW + SECOND)] == [carl, None]
    assert whys(ticket) == [("Ada", "free"), ("Carl", "free")]


def test_reopened_with_nobody_free_it_waits_in_the_queue(chat: Channel, ada: Agent) -> None:
    ticket = asks(chat, 1, at=NOW)
    takes(ada)
    give_waiting(NOW)
    resolve(ticket, by=ada, at=NOW)
    go_away(ada)
    says(ticket, "It came back", at=NOW + SECOND)
    assert (give(ticket.pk, NOW + SECOND), whys(ticket)) == (None, [("Ada", "free"), ("", "away")])
    assert place_of(Ticket.objects.get(pk=ticket.pk), NOW + SECOND) == Place(0, False)


def test_who_gives_a_chat_back_is_not_given_it_again_at_once(chat: Channel, ada: Agent, carl: Agent) -> None:
    ticket = asks(chat, 1, at=NOW)
    takes(ada)
    give_waiting(NOW)
    assign(ticket, None, by=ada, at=NOW)
    assert give_waiting(NOW) == 0
    takes(carl)
    assert (give_waiting(NOW), given_to(ticket)) == (1, ["Carl"])


_STEP = st.tuples(st.sampled_from(["asks", "answers", "leaves", "comes", "sweeps"]), st.integers(0, 3))


# Each example is taken back at its end.
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(_STEP, min_size=6, max_size=12), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_never_too_many_nobody_of_another_team_and_no_chat_forgotten(
    company: None, steps: list[tuple[str, int]], most: list[int]
) -> None:
    with transaction.atomic():
        chat, agents = cast.shop_chat(), [cast.ada(), cast.carl(), cast.wen()]
        bell().delete(KEY)
        at = NOW
        for agent, count in zip(agents, most, strict=True):
            takes(agent, most=count)
        for number, (what, whose) in enumerate(steps):
            at += SECOND
            agent = agents[whose % 3]
            if what == "asks":
                asks(chat, number, at=at)
            elif what == "answers" and (ticket := Ticket.objects.filter(assignee=agent, state="new").first()):
                reply(ticket, "Hello", by=agent, at=at, then=State.RESOLVED)
            elif what == "leaves":
                go_away(agent)
            elif what == "comes":
                takes(agent, most=most[whose % 3], at=at)
            else:
                before = open_chats([one.pk for one in agents], at)
                give_waiting(at)
                has = open_chats([one.pk for one in agents], at)
                full = [
                    has.get(one.pk, 0) <= max(limit, before.get(one.pk, 0))
                    for one, limit in zip(agents, most, strict=True)
                ]
                free = is_anybody_free(chat.team_id, at)
                waits = Ticket.objects.filter(assignee=None, state=State.NEW).exists()
                assert (all(full), has.get(agents[2].pk, 0), free and waits) == (True, 0, False)
        transaction.set_rollback(True)
