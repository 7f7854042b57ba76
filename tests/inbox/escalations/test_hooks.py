"""Calls to other systems: signed, repeated until they are taken, never into networks of our own."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator

import pytest
from django.conf import settings

from channels_adapters import network
from inbox.channels.models import Channel
from inbox.escalations import hooks
from inbox.escalations.actions import can_be_tried_again, try_again
from inbox.escalations.queries import troubled
from inbox.escalations.taking import take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation
from inbox.sla.sweep import notice_due
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks
from tests.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One that fails at first, in a network we may call."""
    receiver = Receiver(503)
    network.allow(["127.0.0.1"])
    yield receiver
    network.allow(settings.OUTGOING_ALLOW)
    receiver.stop()


def breached(support: Channel, address: str) -> Ticket:
    escalates(Step(on=On.BREACHED, webhook=address))
    ticket = asks(support, 1, at=ASKED)
    notice_due(DUE + MINUTE)
    return ticket


def attempt() -> Escalation:
    """One attempt, as if its time had come."""
    Escalation.objects.update(next_attempt_at=None)
    taken = take(Escalation.objects.get().pk)
    assert taken
    return taken


def verified(headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, by the secret it was shown."""
    key = base64.b64decode(hooks.signing_secret().removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return headers["webhook-signature"] == f"v1,{wanted}"


def test_a_call_that_fails_is_made_again_under_the_same_id_until_it_is_taken(
    support: Channel, receiver: Receiver
) -> None:
    ticket = breached(support, receiver.address)
    first = attempt()
    second = attempt()
    told = json.loads(receiver.calls[1][1])
    assert (
        (first.done_at, first.error, first.next_attempt_at is not None),
        (second.done_at is not None, second.error, waiting()),
        [(headers["webhook-id"], verified(headers, body)) for headers, body in receiver.calls],
        (told["type"], told["data"]["ticket"]["ref"], told["data"]["target"], told["data"]["due_at"]),
    ) == (
        (None, f"{receiver.address}: HTTP 503", True),
        (True, "", []),
        [(f"escalation_{second.pk}", True)] * 2,
        ("ticket.escalated", ticket.ref, "first_response", DUE.isoformat()),
    )


def test_the_ticket_is_changed_once_however_often_the_call_is_made(support: Channel, receiver: Receiver) -> None:
    ticket = breached(support, receiver.address)
    attempt()
    attempt()
    assert ticket.events.filter(kind="escalated").count() == 1


def test_an_address_inside_our_own_network_is_not_called(support: Channel, receiver: Receiver) -> None:
    network.allow([])
    breached(support, receiver.address)
    taken = attempt()
    assert (receiver.calls, "OUTGOING_ALLOW" in taken.error, taken.done_at) == ([], True, None)


def test_who_says_that_he_is_gone_is_not_called_again_but_when_somebody_asks_for_it(
    support: Channel, receiver: Receiver
) -> None:
    receiver.statuses = [410]
    breached(support, receiver.address)
    gone = attempt()
    shown = [one.pk for one in troubled()]
    again = try_again(gone)
    over = attempt()
    assert (gone.done_at is not None, can_be_tried_again(gone), shown, again.done_at, over.error) == (
        True,
        True,
        [gone.pk],
        None,
        "",
    )
    with pytest.raises(Refused):
        try_again(over)


def test_after_a_day_of_failing_it_is_given_up_and_stays_in_sight(support: Channel, receiver: Receiver) -> None:
    breached(support, receiver.address)
    Escalation.objects.update(attempts=29)
    taken = attempt()
    assert (taken.done_at is not None, taken.error, troubled().count()) == (True, f"{receiver.address}: HTTP 503", 1)
