"""Replies that are said later, or held back; never lost and never said twice."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery
from inbox.channels.recipients import identities, typed
from inbox.common.clock import now
from inbox.tickets import actions, scheduled
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import NewerArrived, note, reply
from inbox.tickets.files import store
from inbox.tickets.models import Draft, ScheduledReply, Ticket
from inbox.tickets.recipients import entries
from tests.inbox.questions import asks, says


@pytest.fixture
def ticket(support: Channel) -> Ticket:
    """Bo waits for an answer."""
    return asks(support, 1, address="bo@x.example")


def tomorrow() -> datetime:
    return now() + timedelta(days=1)


def sweep() -> int:
    """A sweep when the time has come."""
    return scheduled.say_due(now() + timedelta(days=2))


def said(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(direction="out", kind="message").order_by("id").values_list("text", flat=True))


def test_until_its_time_nothing_changes_for_anybody(ticket: Ticket, ada: Agent) -> None:
    actions.save_draft(ticket, ada, mode="message", text="Soon.")
    scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    too_early = scheduled.say_due()
    ticket.refresh_from_db()
    assert (too_early, said(ticket), ticket.state, ticket.assignee, ticket.waiting_since is None) == (
        0, [], "new", None, False,
    )  # fmt: skip
    assert not Draft.objects.exists()


def test_at_its_time_it_is_said_once_as_any_reply_is(ticket: Ticket, ada: Agent) -> None:
    bill = store(b"%PDF", filename="bill.pdf", content_type="application/pdf")
    eva = identities(typed("Eva <eva@x.example>"))
    planned = scheduled.schedule(
        ticket, "Soon.", by=ada, send_at=tomorrow(), recipients=entries(ticket.customer.identities.get(), eva),
        files=[bill], then="resolved", quotes_history=True, client_ref=uuid.uuid4(),
    )  # fmt: skip
    sweeps = [sweep(), sweep()]
    ticket.refresh_from_db()
    message = ticket.messages.get(direction="out")
    planned.refresh_from_db()
    assert (sweeps, ticket.state, ticket.assignee, message.client_ref) == ([1, 0], "resolved", ada, planned.client_ref)
    assert (
        [entry["role"] for entry in message.recipients],
        [file.filename for file in message.attachments.all()],
        Delivery.objects.get().status,
        planned.settled_at is None,
        message.recorded_at < planned.send_at,
    ) == (["to", "cc"], ["bill.pdf"], "queued", False, True)


def test_what_the_writer_has_begun_since_stays_his_draft(ticket: Ticket, ada: Agent) -> None:
    scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    actions.save_draft(ticket, ada, mode="message", text="By the way")
    sweep()
    assert (said(ticket), Draft.objects.get().text) == (["Soon."], "By the way")


@pytest.mark.parametrize("who", ["customer", "colleague"])
def test_when_somebody_wrote_meanwhile_it_is_held_back_and_is_a_draft_again(
    ticket: Ticket, ada: Agent, carl: Agent, who: str
) -> None:
    bill = store(b"%PDF", filename="bill.pdf", content_type="application/pdf")
    scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow(), files=[bill])
    actions.save_draft(ticket, ada, mode="message", text="By the way")
    says(ticket, "Never mind!") if who == "customer" else reply(ticket, "I have it.", by=carl)
    sweeps = [sweep(), sweep()]
    held = ticket.events.get(kind="reply_held")
    assert (sweeps, "Soon." in said(ticket), Draft.objects.get().text, held.details["reason"]) == (
        [0, 0], False, "Soon.\n\nBy the way", "newer",
    )  # fmt: skip
    assert ([row.held_because for row in scheduled.shown_in(ticket)], scheduled.files_kept_for(ticket, ada)) == (
        ["newer"], [bill],
    )  # fmt: skip
    reply(ticket, "Now then.", by=ada)
    assert (scheduled.shown_in(ticket), scheduled.files_kept_for(ticket, ada)) == ([], [])


def test_a_note_and_the_writers_own_reply_hold_nothing_back(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    note(ticket, "Hm.", by=carl)
    reply(ticket, "First this.", by=ada)
    assert (sweep(), said(ticket)) == (1, ["First this.", "Soon."])


def test_a_writer_who_left_and_a_closed_ticket_hold_it_back(ticket: Ticket, ada: Agent, support: Channel) -> None:
    other = asks(support, 2)
    for one in (ticket, other):
        scheduled.schedule(one, "Soon.", by=ada, send_at=tomorrow())
    actions.set_state(other, "closed", by=ada)
    sweep()
    Agent.objects.filter(pk=ada.pk).update(is_active=False)
    third = asks(support, 3)
    scheduled.schedule(third, "Soon.", by=ada, send_at=tomorrow())
    sweep()
    reasons = {row.ticket_id: row.held_because for row in ScheduledReply.objects.all()}
    assert (reasons[ticket.pk], "closed" in reasons[other.pk], reasons[third.pk]) == ("", True, "left")


def test_the_same_form_twice_is_planned_once_and_sent_at_once_is_never_said_again(ticket: Ticket, ada: Agent) -> None:
    ref = uuid.uuid4()
    first, second = (scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow(), client_ref=ref) for _ in range(2))
    reply(ticket, "Soon.", by=ada, client_ref=ref)
    sweep()
    assert (first.pk == second.pk, said(ticket)) == (True, ["Soon."])
    with pytest.raises(Refused):
        scheduled.schedule(asks(ticket.channel, 2), "Soon.", by=ada, send_at=tomorrow(), client_ref=ref)


def test_its_writer_says_it_now_or_at_another_time(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    planned = scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    with pytest.raises(Refused):
        scheduled.say_now(planned, by=carl)
    scheduled.reschedule(planned, now() + timedelta(days=4), by=ada)
    later = sweep()
    scheduled.say_now(planned, by=ada)
    with pytest.raises(Refused):
        scheduled.say_now(planned, by=ada)
    assert (later, said(ticket)) == (0, ["Soon."])


def test_said_now_past_something_new_it_is_refused_and_stays_planned(ticket: Ticket, ada: Agent) -> None:
    planned = scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    says(ticket, "Never mind!")
    with pytest.raises(NewerArrived):
        scheduled.say_now(planned, by=ada)
    assert (said(ticket), [row.pk for row in scheduled.shown_in(ticket)]) == ([], [planned.pk])


def test_a_colleague_stops_it_and_the_text_is_its_writers_again(ticket: Ticket, ada: Agent, carl: Agent) -> None:
    planned = scheduled.schedule(ticket, "Soon.", by=ada, send_at=tomorrow())
    stops = [scheduled.cancel(planned, by=carl), scheduled.cancel(planned, by=carl)]
    draft = Draft.objects.get()
    assert (sweep(), stops, draft.agent, draft.text, scheduled.shown_in(ticket)) == (
        0, [draft, None], ada, "Soon.", [],
    )  # fmt: skip


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(days=400)])
def test_times_that_make_no_sense_are_refused(ticket: Ticket, ada: Agent, away: timedelta) -> None:
    with pytest.raises(Refused):
        scheduled.schedule(ticket, "Soon.", by=ada, send_at=now() + away)
    assert not ScheduledReply.objects.exists()
