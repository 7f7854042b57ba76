"""Deleted tickets: out of everything, explainable, and back as if nothing had happened."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404

from inbox.agents.models import Agent
from inbox.channels.delivery import waiting
from inbox.channels.models import Channel, Delivery
from inbox.common.clock import now
from inbox.reports import queries
from inbox.reports.explain import explain_run
from inbox.reports.periods import last_days
from inbox.reports.rows import unresolved
from inbox.reports.scope import Scope
from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.sla.models import Clock, Notice
from inbox.surveys.models import Invitation
from inbox.tickets import actions, scheduled
from inbox.tickets.access import message_for, ticket_for, tickets_of
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import note, reply
from inbox.tickets.deletion import delete, restore
from inbox.tickets.filters import from_search
from inbox.tickets.lists import LISTS, tickets_in
from inbox.tickets.models import Draft, Ticket
from inbox.tickets.queries import narrowed
from inbox.tickets.snoozing import snooze, wake_due
from tests import cast
from tests.inbox.escalating import ASKED, MINUTE
from tests.inbox.questions import asks, says

DAY = timedelta(days=1)


@pytest.fixture
def ticket(support: Channel, ada: Agent) -> Ticket:
    """Bo waits for an answer, and Ada has begun one."""
    ticket = asks(support, 1)
    actions.save_draft(ticket, ada, mode="message", text="Dear Bo")
    return ticket


def lists_with(ticket: Ticket, agent: Agent) -> list[str]:
    found = {name: tickets_in(agent, name, now()) for name in LISTS}
    return [name for name, tickets in found.items() if tickets is not None and tickets.filter(pk=ticket.pk).exists()]


def test_a_deleted_ticket_is_in_no_list_but_that_of_who_may_restore_it(ticket: Ticket, maja: Agent, ada: Agent) -> None:
    delete(ticket, by=maja)
    asked = narrowed(tickets_of(maja), from_search("question"), maja)
    assert (lists_with(ticket, maja), lists_with(ticket, ada), asked.count()) == (["deleted"], [], 0)
    assert tickets_in(ada, "deleted", now()) is None


def test_only_admins_and_leads_delete_restore_and_still_look_at_it(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    lea, message = cast.lea(), ticket.messages.get()
    for agent in (ada, cast.lin(), cast.otto()):
        with pytest.raises(Refused, match="Only admins and team leads"):
            delete(ticket, by=agent)
    delete(ticket, by=lea)
    with pytest.raises(Refused, match="Only admins and team leads"):
        restore(ticket, by=ada)
    lookers = (maja, lea, cast.otto())
    assert [ticket_for(agent, ticket.pk, even_deleted=True) for agent in lookers] == [ticket] * 3
    assert message_for(lea, message.pk) == message
    for agent, even_deleted in ((ada, True), (cast.otto(), False), (maja, False)):
        with pytest.raises(Http404):
            ticket_for(agent, ticket.pk, even_deleted=even_deleted)
    with pytest.raises(Http404):
        message_for(ada, message.pk)


def test_its_clocks_are_waived_as_deleted_and_can_be_explained(support: Channel, maja: Agent) -> None:
    ticket = asks(support, 1, at=ASKED)
    delete(ticket, by=maja, at=ASKED + 30 * MINUTE)
    clocks = list(Clock.objects.order_by("id").values_list("state", "waived_because", "used_seconds"))
    explained = explain_run(ticket, "first_response", now())
    assert explained is not None
    assert (clocks, explained.used, ticket.due_at) == ([("waived", "deleted", 1800.0)] * 2, 1800.0, None)
    assert list(differences()) == []


def test_it_is_counted_beside_the_figures_and_in_none_of_them(ticket: Ticket, maja: Agent) -> None:
    delete(ticket, by=maja)
    scope = Scope(last_days(2, now().date() + DAY, ZoneInfo("UTC")), now())
    assert (queries.left_out(scope), unresolved(scope).count(), queries.right_now(scope).overdue) == (
        {"deleted": 1}, 0, 0,
    )  # fmt: skip


def test_restored_it_goes_on_as_if_it_had_never_been_deleted(support: Channel, ada: Agent, maja: Agent) -> None:
    ticket = asks(support, 1, at=ASKED)
    reply(ticket, "Soon.", by=ada, at=ASKED + MINUTE)
    before = list(Clock.objects.order_by("id").values()), replayed(ticket), lists_with(ticket, maja)
    delete(ticket, by=maja, at=ASKED + 2 * MINUTE)
    restore(ticket, by=maja, at=ASKED + 3 * MINUTE)
    restore(ticket, by=maja, at=ASKED + 4 * MINUTE)
    after = list(Clock.objects.order_by("id").values()), replayed(ticket), lists_with(ticket, maja)
    kinds = list(ticket.events.order_by("id").values_list("kind", flat=True))
    assert (after, kinds[-2:], list(differences())) == (before, ["deleted", "restored"], [])


def test_its_survey_is_not_sent(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    reply(ticket, "It is on its way.", by=ada)
    actions.resolve(ticket, by=ada)
    planned = Invitation.objects.get()
    delete(ticket, by=maja)
    invitation = Invitation.objects.get()
    assert (planned.state, invitation.state, invitation.suppressed_because, invitation.send_at) == (
        "scheduled", "suppressed", "deleted", None,
    )  # fmt: skip


def test_a_planned_reply_is_held_and_one_on_its_way_still_leaves(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    said = reply(ticket, "It is on its way.", by=ada, undo_seconds=0)
    planned = scheduled.schedule(ticket, "Did it arrive?", by=ada, send_at=now() + DAY)
    delete(ticket, by=maja)
    planned.refresh_from_db()
    draft = Draft.objects.get(ticket=ticket, agent=ada)
    assert (planned.held_because, draft.text, scheduled.say_due(now() + 2 * DAY)) == ("deleted", "Did it arrive?", 0)
    assert waiting() == [Delivery.objects.get(message=said).pk]


def test_nothing_more_is_said_in_it(ticket: Ticket, maja: Agent) -> None:
    delete(ticket, by=maja)
    with pytest.raises(Refused, match="deleted"):
        reply(ticket, "Hello?", by=maja)
    with pytest.raises(Refused, match="deleted"):
        note(ticket, "Hm.", by=maja)
    with pytest.raises(Refused, match="deleted"):
        scheduled.schedule(ticket, "Hello?", by=maja, send_at=now() + DAY)
    with pytest.raises(Refused, match="deleted"):
        snooze(ticket, now() + DAY, by=maja)
    assert ticket.messages.count() == 1


def test_what_wakes_while_it_is_deleted_tells_nobody(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    snooze(ticket, now() + DAY, by=ada)
    delete(ticket, by=maja)
    assert (wake_due(now() + 2 * DAY), Notice.objects.count()) == (1, 0)


def test_what_was_snoozed_is_still_snoozed_when_it_is_restored_in_time(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    until = now() + DAY
    snooze(ticket, until, by=ada)
    delete(ticket, by=maja)
    asleep = lists_with(ticket, maja)
    restore(ticket, by=maja)
    assert (asleep, "snoozed" in lists_with(ticket, maja), wake_due(until)) == (["deleted"], True, 1)


def test_a_message_that_came_in_while_it_was_deleted_brings_it_back(ticket: Ticket, maja: Agent) -> None:
    delete(ticket, by=maja)
    says(ticket, "And where is it now?", at=now() - timedelta(hours=1))
    ticket.refresh_from_db()
    assert (ticket.deleted_at, replayed(ticket).excluded, list(differences())) == (None, "", [])
