"""Tickets one by one for programs: read, put off, brought back, deleted and restored, by the rules of the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.tickets import actions
from inbox.tickets.models import Ticket
from tests.inbox.api.calls import Caller, problem
from tests.inbox.questions import asks

DAY = timedelta(days=1)


@pytest.fixture
def ticket(support: Channel, ada: Agent) -> Ticket:
    """A customer waits for Ada."""
    ticket = actions.assign(asks(support, 1), ada, by=ada)
    return actions.tag(ticket, ["vip"], by=ada)


def test_a_ticket_is_read_whole(ticket: Ticket, ada: Agent) -> None:
    read = Caller(ada).reads(f"tickets/{ticket.pk}/")
    told = {name: read[name] for name in ("id", "ref", "state", "assignee", "tags", "snoozed_until", "deleted_at")}
    assert told == {
        "id": ticket.pk,
        "ref": ticket.ref,
        "state": "new",
        "assignee": {"id": ada.pk, "name": "Ada"},
        "tags": ["vip"],
        "snoozed_until": None,
        "deleted_at": None,
    }


def test_it_is_put_off_and_brought_back(ticket: Ticket, ada: Agent) -> None:
    caller, path = Caller(ada), f"tickets/{ticket.pk}/snooze/"
    until = (now() + DAY).replace(microsecond=0)
    sent = caller.call("POST", path, {"until": until.isoformat()})
    asleep = sent.json()
    back = caller.call("DELETE", path)
    read = caller.reads(f"tickets/{ticket.pk}/")
    assert (sent.status_code, asleep["snoozed_until"], asleep["snoozed_by"]["name"]) == (
        200,
        until.isoformat().replace("+00:00", "Z"),
        "Ada",
    )
    assert (back.status_code, read["snoozed_until"], read["snoozed_by"]) == (204, None, None)


def test_what_can_t_be_is_refused_by_its_field_or_its_standing(ticket: Ticket, ada: Agent) -> None:
    caller, path = Caller(ada), f"tickets/{ticket.pk}/snooze/"
    over = caller.call("POST", path, {"until": (now() - DAY).isoformat()})
    naive = caller.call("POST", path, {"until": "2030-01-01T09:00:00"})
    nothing = caller.call("POST", path, {})
    actions.resolve(ticket, by=ada)
    resolved = caller.call("POST", path, {"until": (now() + DAY).isoformat()})
    assert problem(over) == (400, "invalid", {"/until": ["Choose a time that is still to come."]})
    assert [problem(one)[0] for one in (naive, nothing)] == [400, 400]
    assert problem(resolved)[:2] == (409, "conflict")
    assert not ticket.events.filter(kind="snoozed").exists()


def test_deleted_it_is_there_for_who_may_restore_it(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    admin, agent, path = Caller(maja), Caller(ada), f"tickets/{ticket.pk}/"
    clock = ticket.clocks.first().pk
    refused = agent.call("DELETE", path).status_code
    gone = [admin.call("DELETE", path).status_code for _ in range(2)]
    statuses = [caller.call("GET", path).status_code for caller in (admin, agent)]
    explained = admin.reads(f"{path}clocks/{clock}/explanation/")["clock"]
    waiting = admin.call("POST", f"{path}snooze/", {"until": (now() + DAY).isoformat()}).status_code
    listed = admin.reads("clocks/?state=waived")["results"]
    restored = admin.call("POST", f"{path}restore/").json()
    assert (refused, gone, statuses, waiting, listed) == (403, [204, 204], [200, 404], 404, [])
    assert (explained["state"], explained["waived_because"]) == ("waived", "deleted")
    assert (restored["deleted_at"], agent.call("GET", path).status_code) == (None, 200)
