"""Clocks as programs read them: what is due, how it went, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent
from inbox.sla.models import Clock
from inbox.tickets.actions import waive_reply
from inbox.tickets.conversation import reply
from tests.inbox.api.calls import Caller, problem
from tests.inbox.questions import asks, copies
from tests.inbox.reports.stories import NOW, Week, asked, on


@pytest.fixture(autouse=True)
def _friday_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def told(clock: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(clock[name] for name in names)


def test_a_run_that_is_over_tells_its_promise_and_its_two_durations(tickets: Week, ada: Agent) -> None:
    clock = Caller(ada).reads(f"tickets/{tickets.overnight.pk}/clocks/")[0]
    policy = clock.pop("policy")
    assert (policy["name"], clock.pop("agent")["name"], clock.pop("team")["name"]) == ("Standard", "Ada", "Billing")
    assert clock.pop("id")
    assert clock == {
        "ticket": tickets.overnight.pk,
        "target": "first_response",
        "cycle": 1,
        "number": 1,
        "state": "met",
        "priority": "normal",
        "goal_seconds": 4 * 3600,
        "used_seconds": 3 * 3600,
        "elapsed_seconds": 18 * 3600,
        "business_seconds": 3 * 3600,
        "started_at": "2026-03-09T16:00:00Z",
        "stopped_at": "2026-03-10T10:00:00Z",
        "due_at": None,
        "warn_at": None,
        "breached_at": None,
        "waived_because": "",
    }


def test_a_deadline_that_passed_is_missed_whether_anybody_noticed_or_not(tickets: Week, ada: Agent) -> None:
    overdue = Caller(ada).reads(f"tickets/{tickets.overdue.pk}/clocks/")[0]
    assert Clock.objects.get(pk=overdue["id"]).noticed_at is None
    assert told(overdue, "state", "due_at", "breached_at", "used_seconds", "elapsed_seconds") == (
        "breached",
        "2026-03-12T13:00:00Z",
        "2026-03-12T13:00:00Z",
        None,
        None,
    )


def test_a_waived_run_tells_why(tickets: Week, ada: Agent) -> None:
    first = Caller(ada).reads(f"tickets/{tickets.waived.pk}/clocks/")[0]
    assert told(first, "state", "waived_because") == ("waived", "no reply needed")


def test_what_is_due_next_comes_first_and_pages_neither_skip_nor_repeat(tickets: Week, ada: Agent) -> None:
    caller, path, seen = Caller(ada), "clocks/?limit=2", []
    while path:
        page = caller.reads(path)
        seen += [(clock["due_at"], clock["id"]) for clock in page["results"]]
        path = page["next"]
    due = Clock.objects.filter(stopped_at=None, due_at__isnull=False).order_by("due_at", "id")
    assert [number for _at, number in seen] == list(due.values_list("id", flat=True))
    assert len(seen) > 4
    assert seen[0][0] == "2026-03-12T13:00:00Z"


@pytest.mark.parametrize(
    ("asked_for", "tickets_found"),
    [
        ("state=breached&target=first_response", ["late", "overdue"]),
        ("state=running&target=first_response", ["fresh"]),
        ("target=first_response&due_before=2026-03-13T12:00:00Z", ["overdue"]),
        ("state=waived&target=first_response", ["waived", "spam"]),
    ],
)
def test_clocks_are_found_by_state_target_and_deadline(
    tickets: Week, ada: Agent, asked_for: str, tickets_found: list[str]
) -> None:
    found = {clock["ticket"] for clock in Caller(ada).reads(f"clocks/?{asked_for}")["results"]}
    assert found == {getattr(tickets, name).pk for name in tickets_found}


def test_an_agent_of_another_team_sees_nothing_of_it(tickets: Week, wen: Agent, ada: Agent) -> None:
    number = tickets.prompt.pk
    clock = tickets.prompt.clocks.first()
    caller = Caller(wen)
    paths = (f"tickets/{number}/clocks/", f"tickets/{number}/events/")
    answers = [caller.call("GET", path) for path in (*paths, f"tickets/{number}/clocks/{clock.pk}/explanation/")]
    assert [problem(answer)[0] for answer in answers] == [404] * 3
    assert (caller.reads("clocks/")["results"], caller.reads("clocks/?state=met")["results"]) == ([], [])


def test_the_intervals_of_an_explanation_add_up_to_the_clocks_figures(tickets: Week, ada: Agent) -> None:
    caller = Caller(ada)
    clocks = Clock.objects.filter(stopped_at__isnull=False).exclude(waived_because__gt="")
    sums = {}
    for clock in clocks:
        explained = caller.reads(f"tickets/{clock.ticket_id}/clocks/{clock.pk}/explanation/")
        sums[clock.pk] = tuple(
            sum(interval[name] for interval in explained["intervals"]) for name in ("elapsed_seconds", "used_seconds")
        )
        assert sums[clock.pk] == told(explained["clock"], "elapsed_seconds", "used_seconds")
    assert len(sums) >= 4


def test_an_explanation_tells_what_counted_and_which_events_set_the_edges(tickets: Week, ada: Agent) -> None:
    clock = tickets.overnight.clocks.get(target="first_response")
    explained = Caller(ada).reads(f"tickets/{tickets.overnight.pk}/clocks/{clock.pk}/explanation/")
    assert [
        (
            interval["start"],
            interval["reason"],
            interval["elapsed_seconds"],
            interval["business_seconds"],
            interval["used_seconds"],
            interval["started_by"] and interval["started_by"]["kind"],
            interval["stopped_by"] and interval["stopped_by"]["kind"],
        )
        for interval in explained["intervals"]
    ] == [
        ("2026-03-09T16:00:00Z", "open", 3600, 3600, 3600, "received", None),
        ("2026-03-09T17:00:00Z", "closed hours", 15 * 3600, 0, 0, None, None),
        ("2026-03-10T08:00:00Z", "open", 7200, 7200, 7200, None, "replied"),
    ]


def test_whole_seconds_of_the_intervals_add_up_to_the_whole_seconds_of_the_figure(support: Any, ada: Agent) -> None:
    ticket = asked(support, on(9, 16) + timedelta(milliseconds=700), "Kay")
    reply(ticket, "Tomorrow.", by=ada, at=on(10, 10) + timedelta(milliseconds=600))
    clock = ticket.clocks.get(target="first_response")
    explained = Caller(ada).reads(f"tickets/{ticket.pk}/clocks/{clock.pk}/explanation/")
    assert [interval["used_seconds"] for interval in explained["intervals"]] == [3599, 0, 7200]
    assert told(explained, "used_seconds", "elapsed_seconds") == (int(clock.used_seconds), int(clock.elapsed_seconds))


def test_a_running_clock_is_explained_up_to_now(tickets: Week, ada: Agent) -> None:
    clock = tickets.fresh.clocks.get(target="first_response")
    explained = Caller(ada).reads(f"tickets/{tickets.fresh.pk}/clocks/{clock.pk}/explanation/")
    assert told(explained, "is_over", "as_of", "used_seconds") == (False, "2026-03-13T12:00:00Z", 3600)


def test_the_clock_of_another_ticket_is_not_explained_here(tickets: Week, ada: Agent) -> None:
    clock = tickets.prompt.clocks.first()
    answer = Caller(ada).call("GET", f"tickets/{tickets.fresh.pk}/clocks/{clock.pk}/explanation/")
    assert problem(answer)[0] == 404


def test_the_log_tells_what_happened_in_its_order(tickets: Week, ada: Agent) -> None:
    page = Caller(ada).reads(f"tickets/{tickets.prompt.pk}/events/")
    kinds = [event["kind"] for event in page["results"]]
    answered = page["results"][kinds.index("replied")]
    assert told(answered, "occurred_at", "author_kind", "state") == ("2026-03-09T10:00:00Z", "human", "new")
    assert (kinds[0], kinds[2], answered["agent"]["name"], page["next"]) == ("created", "received", "Ada", None)


def test_the_log_comes_in_pages(tickets: Week, ada: Agent) -> None:
    caller, path, seen = Caller(ada), f"tickets/{tickets.prompt.pk}/events/?limit=2", []
    while path:
        page = caller.reads(path)
        seen += [event["id"] for event in page["results"]]
        path = page["next"]
    log = tickets.prompt.events.order_by("occurred_at", "id")
    assert seen == list(log.values_list("id", flat=True))


def test_a_list_takes_as_many_queries_for_twenty_rows_as_for_one(support: Any, ada: Agent) -> None:
    caller = Caller(ada)
    ticket = asks(support, 1)
    waive_reply(ticket, by=ada)
    clock, event = ticket.clocks.filter(target="resolution").get(), ticket.events.last()
    paths = ("clocks/", f"tickets/{ticket.pk}/clocks/", f"tickets/{ticket.pk}/events/")
    caller.reads(paths[0])

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                caller.reads(path)
            counts.append(len(queries))
        return counts

    alone = counted()
    copies(clock, 19, number=lambda number: number + 10)
    copies(event, 19)
    assert counted() == alone
