"""What was deleted long ago goes for good: rows, files that nobody else holds, raw payloads; nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery, Envelope, OutboxMail
from inbox.channels.purging import purge
from inbox.common.clock import now
from inbox.customers.models import Customer
from inbox.surveys.models import Invitation
from inbox.tickets import actions
from inbox.tickets.conversation import note, reply
from inbox.tickets.deletion import delete, restore
from inbox.tickets.files import path_of, store
from inbox.tickets.models import Message, Ticket, TicketEvent
from inbox.tickets.scheduled import schedule
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import asks

LATER = timedelta(days=31)


@pytest.fixture
def ticket(support: Channel) -> Ticket:
    """Bo's mail."""
    return arrives(support, mail()).ticket


def there(sha256: str) -> bool:
    return default_storage.exists(path_of(sha256))


def test_after_its_days_nothing_of_a_ticket_is_left_but_that_it_came(
    ticket: Ticket,
    support: Channel,
    ada: Agent,
    maja: Agent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    own, shared = (store(text, filename="a.txt", content_type="text/plain") for text in (b"its own", b"shared"))
    planned = store(b"planned", filename="p.txt", content_type="text/plain")
    note(ticket, "See here.", by=ada, files=[own, shared])
    other = asks(support, 2)
    note(other, "Here too.", by=ada, files=[shared])
    schedule(ticket, "Later.", by=ada, send_at=now() + timedelta(days=1), files=[planned])
    actions.resolve(ticket, by=ada)
    delete(ticket, by=maja)
    with django_capture_on_commit_callbacks(execute=True):
        counts = [purge(now() + timedelta(days=29)), purge(now() + LATER), purge(now() + LATER)]
    envelope = Envelope.objects.get()
    assert (counts, list(Ticket.objects.all()), [there(one.sha256) for one in (own, shared, planned)]) == (
        [0, 1, 0], [other], [False, True, False],
    )  # fmt: skip
    assert (bytes(envelope.body), envelope.size, envelope.headers, envelope.state) == (b"", 0, {}, "done")
    left = [model.objects.exclude(ticket=other).count() for model in (Message, TicketEvent, Invitation)]
    assert (left, Customer.objects.filter(name="Bo Larsen").count()) == ([0, 0, 0], 1)


def test_fetched_again_the_mail_brings_nothing_back(ticket: Ticket, support: Channel, maja: Agent) -> None:
    delete(ticket, by=maja)
    purge(now() + LATER)
    again = arrives(support, mail())
    assert (Ticket.objects.count(), Envelope.objects.count(), bytes(again.body)) == (0, 1, b"")


def test_what_was_restored_or_never_deleted_stays(ticket: Ticket, support: Channel, maja: Agent) -> None:
    delete(ticket, by=maja)
    restore(ticket, by=maja)
    asks(support, 2)
    assert (purge(now() + LATER), Ticket.objects.count()) == (0, 2)


def test_zero_days_keep_for_ever(ticket: Ticket, maja: Agent, settings: Any) -> None:
    settings.DELETED_TICKETS_DAYS = 0
    delete(ticket, by=maja)
    assert (purge(now() + 999 * LATER), Ticket.objects.count()) == (0, 1)


def test_a_reply_that_is_still_to_leave_holds_its_ticket(ticket: Ticket, ada: Agent, maja: Agent) -> None:
    reply(ticket, "On its way.", by=ada)
    delete(ticket, by=maja)
    held = purge(now() + LATER)
    Delivery.objects.update(status="sent")
    assert (held, purge(now() + LATER), OutboxMail.objects.count()) == (0, 1, 0)


def test_a_payload_that_another_ticket_needs_stays_whole(ticket: Ticket, support: Channel, maja: Agent) -> None:
    other = asks(support, 2)
    envelope = Envelope.objects.get()
    other.messages.update(envelope=envelope)
    delete(ticket, by=maja)
    purge(now() + LATER)
    envelope.refresh_from_db()
    assert bytes(envelope.body) == mail()


def test_a_payload_in_quarantine_is_still_there_to_be_read(ticket: Ticket, maja: Agent) -> None:
    Envelope.objects.update(state="quarantined")
    delete(ticket, by=maja)
    purge(now() + LATER)
    assert bytes(Envelope.objects.get().body) == mail()


def test_many_go_in_batches(support: Channel, maja: Agent) -> None:
    for number in range(3):
        delete(asks(support, number), by=maja)
    Ticket.objects.update(deleted_at=now() - LATER)
    assert (purge(), Ticket.objects.count()) == (3, 0)


def test_a_message_to_a_deleted_ticket_opens_a_new_one_that_follows_it(
    ticket: Ticket, support: Channel, maja: Agent
) -> None:
    delete(ticket, by=maja)
    answer = mail("And now?", message_id="<second@larsen.example>", answers="<first@larsen.example>")
    arrives(support, answer)
    new = Ticket.objects.exclude(pk=ticket.pk).get()
    ticket.refresh_from_db()
    assert (new.follows, new.messages.get().text.strip(), ticket.messages.count()) == (ticket, "And now?", 1)
    assert ticket.deleted_at is not None
    # What comes after that joins what it opened.
    third = mail("Hello?", message_id="<third@larsen.example>", answers="<first@larsen.example>")
    assert (arrives(support, third).ticket, new.messages.count(), Ticket.objects.count()) == (new, 2, 2)
    purge(now() + LATER)
    new.refresh_from_db()
    assert new.follows is None
