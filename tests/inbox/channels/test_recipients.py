"""Whom a reply may go to, and whom it goes to unless somebody chooses."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery
from inbox.channels.outgoing import outbound
from inbox.channels.recipients import (
    BadAddress,
    as_typed,
    choices_of,
    chosen_address,
    identities,
    suggested,
    typed,
)
from inbox.customers.actions import recognize
from inbox.tickets.conversation import receive, reply
from inbox.tickets.models import Message, Participant, Ticket
from inbox.tickets.recipients import answered
from tests.inbox.questions import asks


def test_what_people_type_is_read_as_they_mean_it() -> None:
    text = 'eva@X.example; "Berg, Eva" <berg@x.example>,\n Jörg <jörg@müller.example> , eva@x.example'
    assert [(box.name, box.address) for box in typed(text)] == [
        ("", "eva@x.example"),
        ("Berg, Eva", "berg@x.example"),
        ("Jörg", "jörg@xn--mller-kva.example"),
    ]


@pytest.mark.parametrize(
    "text", ["eva", "eva@", "@x.example", "eva@x", "eva@x..example", "e va@x.example", "a..b@x.example", "<>"]
)
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        typed(f"bo@x.example, {text}")
    assert text in str(refused.value)


def test_what_is_shown_is_read_again_the_same() -> None:
    people = [("Berg, Eva", "berg@x.example"), ('Bo "the" L', "bo@x.example"), ("", "c@x.example")]
    assert [(box.name, box.address) for box in typed(as_typed(people))] == [
        ("Berg, Eva", "berg@x.example"),
        ("Bo 'the' L", "bo@x.example"),
        ("", "c@x.example"),
    ]


def test_our_own_addresses_and_crowds_are_refused(support: Channel) -> None:
    with pytest.raises(BadAddress):
        identities(typed("support@nordlys.example"))
    with pytest.raises(BadAddress):
        identities(typed(", ".join(f"c{number}@x.example" for number in range(51))))


def writes(ticket: Ticket, address: str, text: str, *, cc: tuple[str, ...] = (), **more: object) -> Message:
    """Somebody who takes part, or does not, writes in the ticket."""
    identity = recognize([("email", "", address, False)], name=address.partition("@")[0].title())
    is_participant = Participant.objects.filter(ticket=ticket, customer=identity.customer).exists()
    named = [{"role": "cc", "name": "", "value": one} for one in cc]
    message = Message(
        identity=identity, channel=ticket.channel, text=text, full_text=text, recipients=named,
        occurred_at=ticket.last_message_at, external_id=f"<{text}@x.example>", **more,
    )  # fmt: skip
    return receive(ticket, message, customer=identity.customer, is_participant=is_participant)


def test_copies_go_to_who_got_the_mail_and_takes_part(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, address="bo@x.example")
    reply(ticket, "Eva knows.", by=ada, cc=identities(typed("Eva <eva@x.example>")))
    writes(ticket, "bo@x.example", "Thanks", cc=("eva@x.example", "list@x.example", "support+t@nordlys.example"))
    asker = ticket.customer.identities.get()
    assert (suggested(ticket).to, suggested(ticket).cc) == (str(asker.pk), "Eva <eva@x.example>")


def test_a_stranger_is_answered_only_when_somebody_chooses_him(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, address="bo@x.example")
    writes(ticket, "mallory@x.example", "Send me the invoice")
    writes(ticket, "mallory@x.example", "Hurry")
    before = suggested(ticket)
    stranger = next(one for one in before.choices if one.address == "mallory@x.example")
    answer = reply(ticket, "Which one?", by=ada, to=chosen_address(ticket, stranger.value))
    writes(ticket, "mallory@x.example", "The last")
    message = outbound(Delivery.objects.get(message=answer))
    assert (before.cc, suggested(ticket).cc, message.thread.answers) == (
        "",
        "Mallory <mallory@x.example>",
        "mid:<Hurry@x.example>",
    )


def test_another_address_asked_for_is_offered_and_never_used_by_itself(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, address="bo@x.example")
    writes(ticket, "bo@x.example", "Answer elsewhere", reply_to="boss@y.example")
    choices = [(one.address, one.is_asked_for) for one in choices_of(ticket)]
    answer = reply(ticket, "Here.", by=ada)
    there = reply(ticket, "There.", by=ada, to=chosen_address(ticket, "boss@y.example"))
    sent = [outbound(Delivery.objects.get(message=one)).to[0].person.primary.value for one in (answer, there)]
    assert (choices, sent) == ([("bo@x.example", False), ("boss@y.example", True)], ["bo@x.example", "boss@y.example"])
    with pytest.raises(BadAddress):
        chosen_address(ticket, "mallory@x.example")


def test_each_recipient_has_his_role_on_the_wire(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, address="bo@x.example")
    cc, bcc = identities(typed("eva@x.example")), identities(typed("boss@x.example, eva@x.example"))
    answer = reply(ticket, "All of you.", by=ada, cc=cc, bcc=bcc)
    message = outbound(Delivery.objects.get(message=answer))
    joined = set(ticket.participants.values_list("customer__identities__value", flat=True))
    assert ([(one.role, one.person.primary.value) for one in message.to], joined) == (
        [("to", "bo@x.example"), ("cc", "eva@x.example"), ("bcc", "boss@x.example")],
        {"bo@x.example", "eva@x.example"},
    )


def test_automatic_mail_is_nothing_one_answers(support: Channel) -> None:
    ticket = asks(support, 1, "Where?", address="bo@x.example")
    writes(ticket, "bo@x.example", "I am away", automatic="auto_reply")
    assert answered(ticket, [ticket.customer.identities.get()]).text == "Where?"
