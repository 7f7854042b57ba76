"""Text messages through the product: what customers write, what we answer, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from channels_adapters.contracts import Payload
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.access import hook_address
from inbox.channels.delivery import STOPPED, send
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from inbox.tickets.sending import FilledTemplate, refuse_unreachable
from tests import cast
from tests.networks.server import LOST
from tests.networks.twilio import CUSTOMER, NUMBER, SID, TOKEN, USER_ID, Twilio, message, signed, status
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


@pytest.fixture
def number(billing: Team) -> Channel:
    secrets, settings = {"auth_token": TOKEN}, {"account_sid": SID}
    return channels.connect(kind="twilio", address=NUMBER, name="SMS", secrets=secrets, settings=settings)


def brings(payload: Payload) -> None:
    parts = urlsplit(payload.url)
    headers = {"X-Twilio-Signature": payload.headers["X-Twilio-Signature"]}
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    content_type = payload.headers["Content-Type"]
    answer = Visitor().post(path, payload.body, content_type=content_type, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    process(Envelope.objects.latest("id").pk)


def test_a_text_message_is_answered_and_the_answer_is_seen_to_arrive(network: Twilio, number: Channel) -> None:
    brings(signed(message("Where is my parcel?"), hook_address(number)))
    ticket = Ticket.objects.get()
    delivery = send(Delivery.objects.get(message=reply(ticket, "Tomorrow.", by=cast.maja(), undo_seconds=0)).pk)
    assert delivery
    callback = network.messages[0]["StatusCallback"][0]
    brings(signed(status(delivery.external_ids[0], "delivered"), callback))
    delivery.refresh_from_db()
    assert (ticket.subject, network.said(), delivery.status) == ("Where is my parcel?", ["Tomorrow."], "delivered")


def test_an_answer_whose_confirmation_was_lost_is_known_by_its_mark(network: Twilio, number: Channel) -> None:
    brings(signed(message("Hello?"), hook_address(number)))
    network.bad_days.append(LOST)
    delivery = send(Delivery.objects.get(message=reply(Ticket.objects.get(), "Hi.", by=cast.maja(), undo_seconds=0)).pk)
    assert delivery
    unsure = delivery.status
    brings(signed(status("SM99", "delivered"), network.messages[0]["StatusCallback"][0]))
    delivery.refresh_from_db()
    assert (unsure, delivery.status, delivery.external_ids) == ("unconfirmed", "delivered", ["SM99"])


def test_who_sends_stop_is_not_written_to_until_he_sends_start(network: Twilio, number: Channel) -> None:
    states = []
    for count, word in enumerate(("Hello", "STOP", "START")):
        brings(signed(message(word, count), hook_address(number)))
        states.append(Identity.objects.get(value=CUSTOMER).opted_out_at is not None)
    assert states == [False, True, False]


@pytest.fixture
def sender(billing: Team) -> Channel:
    secrets, settings = {"auth_token": TOKEN}, {"account_sid": SID}
    return channels.connect(kind="twilio_whatsapp", address=NUMBER, name="W", secrets=secrets, settings=settings)


def asked_by_both(number: Channel, sender: Channel) -> tuple[Ticket, Ticket]:
    """The same person asks by SMS and on WhatsApp."""
    brings(signed(message("Hello by SMS"), hook_address(number)))
    brings(signed(message("Hello there", 2, From=f"whatsapp:{CUSTOMER}"), hook_address(sender)))
    return Ticket.objects.get(channel=number), Ticket.objects.get(channel=sender)


def answers(*tickets: Ticket) -> list[str]:
    """What is said when each is answered: nothing, or why not."""
    told = []
    for ticket in tickets:
        try:
            reply(ticket, "Hi.", by=cast.maja(), undo_seconds=0)
        except Refused as refusal:
            told.append(str(refusal))
        else:
            told.append("")
    return told


STOPPED_SMS = (
    "This person asked for no more messages here: nothing can be sent by SMS until they ask for messages again."
)
STOPPED_WHATSAPP = STOPPED_SMS.replace("SMS", "WhatsApp")


def test_stop_by_sms_silences_sms_and_nothing_else(network: Twilio, number: Channel, sender: Channel) -> None:
    by_sms, on_whatsapp = asked_by_both(number, sender)
    brings(signed(message("STOP", 3), hook_address(number)))
    stopped = answers(by_sms, on_whatsapp)
    brings(signed(message("START", 4, From=f"whatsapp:{CUSTOMER}"), hook_address(sender)))
    started_elsewhere = answers(by_sms, on_whatsapp)
    brings(signed(message("START", 5), hook_address(number)))
    assert [stopped, started_elsewhere, answers(by_sms, on_whatsapp)] == [
        [STOPPED_SMS, ""],
        [STOPPED_SMS, ""],
        ["", ""],
    ]


def test_stop_on_whatsapp_silences_whatsapp_of_either_kind_and_no_sms(
    network: Twilio, number: Channel, sender: Channel, billing: Team
) -> None:
    by_sms, on_whatsapp = asked_by_both(number, sender)
    brings(signed(message("STOP", 3, From=f"whatsapp:{CUSTOMER}"), hook_address(sender)))
    who = Identity.objects.get(value=CUSTOMER)
    cloud = channels.connect(kind="whatsapp", address="1", name="Cloud", team=billing)
    assert answers(by_sms, on_whatsapp) == ["", STOPPED_WHATSAPP]
    with pytest.raises(Refused, match="asked for no advertising"):
        refuse_unreachable(who, cloud, FilledTemplate("sale", category="marketing"))


def test_what_twilio_refuses_for_a_stop_is_remembered_for_sms_alone(
    network: Twilio, number: Channel, sender: Channel
) -> None:
    by_sms, on_whatsapp = asked_by_both(number, sender)
    network.opted_out.add(CUSTOMER)
    send(Delivery.objects.get(message=reply(by_sms, "Hi.", by=cast.maja(), undo_seconds=0)).pk)
    assert answers(by_sms, on_whatsapp) == [STOPPED_SMS, ""]


def test_who_stopped_before_networks_were_told_apart_is_written_to_on_none_until_he_says_so_there(
    network: Twilio, number: Channel, sender: Channel
) -> None:
    by_sms, on_whatsapp = asked_by_both(number, sender)
    Identity.objects.update(opted_out_at=now())
    before = answers(by_sms, on_whatsapp)
    brings(signed(message("START", 3, From=f"whatsapp:{CUSTOMER}"), hook_address(sender)))
    assert [before, answers(by_sms, on_whatsapp)] == [[STOPPED_SMS, STOPPED_WHATSAPP], [STOPPED_SMS, ""]]


def test_what_waits_when_stop_arrives_does_not_leave(network: Twilio, number: Channel, sender: Channel) -> None:
    waiting = [
        Delivery.objects.get(message=reply(ticket, "Hi.", by=cast.maja(), undo_seconds=0))
        for ticket in asked_by_both(number, sender)
    ]
    brings(signed(message("STOP", 3), hook_address(number)))
    settled = [send(delivery.pk) for delivery in waiting]
    assert [(one and one.status, one and one.reason) for one in settled] == [("failed", STOPPED), ("sent", "")]
    assert [one["To"] for one in network.messages] == [[f"whatsapp:{CUSTOMER}"]]


def test_who_shows_no_number_on_whatsapp_is_answered_and_seen_to_read(network: Twilio, billing: Team) -> None:
    secrets, settings = {"auth_token": TOKEN}, {"account_sid": SID}
    sender = channels.connect(kind="twilio_whatsapp", address=NUMBER, name="W", secrets=secrets, settings=settings)
    hidden = message("Hello", From=f"whatsapp:{USER_ID}", ExternalUserId=USER_ID, ProfileName="Bo")
    brings(signed(hidden, hook_address(sender)))
    delivery = send(Delivery.objects.get(message=reply(Ticket.objects.get(), "Hi.", by=cast.maja(), undo_seconds=0)).pk)
    assert delivery
    callback = network.messages[0]["StatusCallback"][0]
    for state in ("read", "delivered"):
        brings(signed(status(delivery.external_ids[0], state, To=f"whatsapp:{USER_ID}"), callback))
    delivery.refresh_from_db()
    assert (network.messages[0]["To"], delivery.status) == ([f"whatsapp:{USER_ID}"], "read")
