"""Who takes part in what arrives, and where it belongs: copies, aliases, two channels, colleagues, old mail."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import channel_at, ours_among
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, ChannelAlias, Envelope, MailImport, ReceivedEvent
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.sla.models import Clock, TicketFigures
from inbox.tickets.access import ticket_for, tickets_of
from inbox.tickets.actions import change_customer
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Participant, Ticket
from tests.inbox.mails import arrives, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcels(shipping: Team) -> Channel:
    return channels.connect(kind="email", address="parcels@nordlys.example", name="Parcels", team=shipping)


def _participants(ticket: Ticket) -> list[tuple[str, bool, bool]]:
    people = Participant.objects.filter(ticket=ticket).order_by("id").select_related("identity")
    return [(str(one.identity), one.is_asker, one.is_copied) for one in people]


def test_whoever_is_in_copy_takes_part_and_our_own_addresses_do_not(support: Channel, parcels: Channel) -> None:
    copied = "Eva <eva@larsen.example>, parcels+tag@nordlys.example, support@nordlys.example, bo@larsen.example"
    ticket = arrives(support, mail(Cc=copied)).ticket
    assert _participants(ticket) == [("bo@larsen.example", True, False), ("eva@larsen.example", False, True)]


def test_an_answer_of_someone_in_copy_joins_as_his_own_and_is_no_stranger(support: Channel) -> None:
    first = arrives(support, mail(Cc="Eva <eva@larsen.example>"))
    said = mail("Me too.", sender="eva@larsen.example", message_id="<2@l.example>", answers="<first@larsen.example>")
    second = arrives(support, said)
    message = Message.objects.get(envelope=second)
    assert (second.ticket, str(message.identity), message.is_stranger, _participants(first.ticket)[1]) == (
        first.ticket,
        "eva@larsen.example",
        False,
        ("eva@larsen.example", False, False),
    )


def test_a_reference_alone_joins_no_stranger_to_a_ticket(support: Channel) -> None:
    first = arrives(support, mail())
    said = mail("Tell me.", sender="eve@evil.example", message_id="<2@e.example>", answers="<first@larsen.example>")
    assert arrives(support, said).ticket != first.ticket


def test_an_automatic_mail_puts_nobody_in_copy(support: Channel) -> None:
    ticket = arrives(support, mail(Cc="eva@larsen.example", Auto_Submitted="auto-replied")).ticket
    assert [address for address, _, _ in _participants(ticket)] == ["bo@larsen.example"]


def test_a_mail_to_two_of_our_channels_is_one_ticket_that_both_teams_see(
    support: Channel, parcels: Channel, ada: Agent, wen: Agent
) -> None:
    body = mail(to="support@nordlys.example, parcels@nordlys.example")
    first, second = arrives(support, body), arrives(parcels, b"Received: by another.route\r\n" + body)
    assert first.ticket == second.ticket == ticket_for(ada, first.ticket_id) == ticket_for(wen, first.ticket_id)
    assert (
        Message.objects.count(),
        list(ReceivedEvent.objects.order_by("id").values_list("outcome", flat=True)),
        list(tickets_of(wen)),
    ) == (1, ["opened", "also"], [first.ticket])


def test_an_answer_to_the_other_channel_joins_the_ticket_of_the_first(support: Channel, parcels: Channel) -> None:
    first = arrives(support, mail())
    said = mail("And?", to="parcels@nordlys.example", message_id="<2@l.example>", answers="<first@larsen.example>")
    second = arrives(parcels, said)
    assert (second.ticket, [one.channel for one in first.ticket.also_in.all()]) == (first.ticket, [parcels])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Support+x7@nordlys.example", "support"),
        ("SALES@nordlys.example", "parcels"),
        ("sales+tag@nordlys.example", "parcels"),
        ("anyone@shoes.example", "support"),
        ("parcels@shoes.example", "support"),
        ("anyone@nordlys.example", None),
    ],
)
def test_an_address_leads_to_its_channel_by_name_alias_or_catch_all(
    support: Channel, parcels: Channel, address: str, found: str | None
) -> None:
    ChannelAlias.objects.create(channel=parcels, address="Sales@nordlys.example")
    ChannelAlias.objects.create(channel=support, address="*@shoes.example")
    channel = channel_at(address, "email")
    assert (channel.address.partition("@")[0] if channel else None) == found
    assert bool(ours_among([address.lower()])) is (found is not None)


def test_a_reply_written_in_another_mail_program_answers_the_customer(support: Channel, ada: Agent) -> None:
    support.settings = {"authserv_id": "mx.nordlys.example"}
    support.save()
    first = arrives(support, mail())
    copy = mail(
        "Tomorrow.",
        sender="support@nordlys.example",
        to="bo@larsen.example",
        message_id="<from-phone@nordlys.example>",
        answers="<first@larsen.example>",
        Authentication_Results="mx.nordlys.example; dmarc=pass header.from=nordlys.example",
    )
    arrives(support, copy)
    ticket = first.ticket
    ticket.refresh_from_db()
    said = ticket.messages.order_by("id").last()
    assert (said.text.strip(), said.direction, said.author_kind, ticket.state, ticket.waiting_since) == (
        "Tomorrow.",
        "out",
        "human",
        "pending",
        None,
    )
    assert not hasattr(said, "delivery")
    assert Clock.objects.get(ticket=ticket, target="first_response").state == "met"


def test_a_colleagues_mail_that_belongs_to_no_ticket_makes_none(support: Channel) -> None:
    support.settings = {"authserv_id": "mx.nordlys.example"}
    support.save()
    passed = "mx.nordlys.example; dmarc=pass header.from=nordlys.example"
    envelope = arrives(support, mail(sender="support@nordlys.example", Authentication_Results=passed))
    assert (envelope.state, Ticket.objects.count(), ReceivedEvent.objects.get().outcome) == ("done", 0, "unrelated")


def test_our_own_reply_that_comes_back_is_an_echo(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "Tomorrow.", by=ada)
    envelope = arrives(support, mail("Tomorrow.", sender="list@larsen.example", message_id=answer.external_id))
    assert (envelope.ticket, Message.objects.count()) == (ticket, 2)


def _imported(job: MailImport, body: bytes) -> Envelope:
    accepted = accept(job.channel, Payload(body=body), place="import", mail_import=job)
    process(accepted.envelope_id)
    return Envelope.objects.select_related("ticket").get(pk=accepted.envelope_id)


def test_imported_mail_is_history_it_starts_no_clock_and_its_conversation_stays_together(support: Channel) -> None:
    job = MailImport.objects.create(channel=support, filename="old.mbox", blob="0" * 64, size=1, created_at=now())
    first = _imported(job, mail(date="Mon, 3 Mar 2025 09:00:00 +0000"))
    ours = mail(
        "On its way.",
        sender="support@nordlys.example",
        to="bo@larsen.example",
        message_id="<ours@nordlys.example>",
        answers="<first@larsen.example>",
        date="Mon, 3 Mar 2025 11:00:00 +0000",
    )
    thanks = mail(
        "Great!", message_id="<3@l.example>", answers="<ours@nordlys.example>", date="Tue, 4 Mar 2025 09:00 +0000"
    )
    _imported(job, ours)
    _imported(job, thanks)
    ticket = Ticket.objects.get()
    assert (
        first.ticket,
        ticket.state,
        ticket.created_at.year,
        [(message.direction, message.text.strip()) for message in ticket.messages.order_by("occurred_at")],
        list(ticket.events.order_by("id").values_list("kind", flat=True)),
        Clock.objects.count(),
        TicketFigures.objects.get(ticket=ticket).excluded,
    ) == (
        ticket,
        "closed",
        2025,
        [("in", "My shoes did not arrive."), ("out", "On its way."), ("in", "Great!")],
        ["created", "policy_applied", "imported", "closed", "imported", "imported"],
        0,
        "imported",
    )


def test_a_ticket_can_become_someone_elses_matter(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail(sender="Reception <desk@partner.example>")).ticket
    change_customer(ticket, recognize([("email", "", "bo@larsen.example", False)], name="Bo Larsen"), by=ada)
    again = change_customer(ticket, recognize([("email", "", "bo@larsen.example", False)]), by=ada)
    event = ticket.events.get(kind="customer_changed")
    assert (again.customer.name, _participants(ticket), event.details["before"], event.details["name"]) == (
        "Bo Larsen",
        [("desk@partner.example", False, False), ("bo@larsen.example", True, False)],
        "Reception",
        "Bo Larsen",
    )
