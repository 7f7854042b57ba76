"""A mail on its way in."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.sla.models import Clock
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import arrives, mail


def test_a_mail_becomes_a_ticket_with_its_customer_and_running_clocks(support: Channel) -> None:
    envelope = arrives(support, mail())
    ticket = envelope.ticket
    assert (
        envelope.state,
        ticket.subject,
        ticket.state,
        ticket.team.name,
        ticket.customer.name,
        [identity.value for identity in ticket.customer.identities.all()],
        list(ticket.messages.values_list("text", flat=True)),
        list(ticket.events.values_list("kind", flat=True)),
        sorted(Clock.objects.filter(ticket=ticket).values_list("target", "state")),
        ticket.due_at is not None,
    ) == (
        "done",
        "Where are my shoes?",
        "new",
        "Billing",
        "Bo Larsen",
        ["bo@larsen.example"],
        ["My shoes did not arrive."],
        ["created", "policy_applied", "received"],
        [("first_response", "running"), ("resolution", "running")],
        True,
    )


def test_the_same_mail_twice_is_one_message(support: Channel) -> None:
    arrives(support, mail())
    arrives(support, mail())
    assert (Envelope.objects.count(), Ticket.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_the_same_message_id_with_other_content_is_another_message(support: Channel) -> None:
    arrives(support, mail("One."))
    arrives(support, mail("Two."))
    assert sorted(Message.objects.values_list("text", flat=True)) == ["One.", "Two."]


def test_the_customers_answer_to_our_reply_joins_the_ticket(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    arrives(support, mail("Great, and when do they arrive?", message_id="<2@x.example>", answers=answer.external_id))
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.state, ticket.messages.count()) == (1, "open", 3)


def test_an_answer_reopens_a_resolved_ticket_and_a_plain_thanks_does_not(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They arrived, didn't they?", by=ada)
    resolve(ticket, by=ada)
    arrives(support, mail("Thank you very much!", message_id="<2@x.example>", answers=answer.external_id))
    ticket.refresh_from_db()
    thanked = ticket.state
    arrives(support, mail("No, they did not.", message_id="<3@x.example>", answers=answer.external_id))
    ticket.refresh_from_db()
    assert (thanked, ticket.state) == ("resolved", "open")


def test_a_reply_lies_in_the_outbox_with_its_ticket(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    assert list(Delivery.objects.values_list("message", "status")) == [(answer.pk, "queued")]


@pytest.mark.parametrize("body", [b"", b"\0\0\0", b"\n\n"])
def test_what_cannot_be_read_goes_to_quarantine_with_a_ticket(support: Channel, body: bytes) -> None:
    envelope = arrives(support, body)
    assert (envelope.state, envelope.ticket.subject, envelope.ticket.messages.get().attachments.count()) == (
        "quarantined",
        "This message could not be read",
        1,
    )
