"""Mails that belong to a ticket that was merged or split: they find where the matter goes on."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels import delivery
from inbox.channels.models import Channel, Delivery
from inbox.channels.outgoing import outbound
from inbox.channels.threading import reply_token
from inbox.common.clock import now
from inbox.tickets.actions import close_settled
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Message, Ticket
from inbox.tickets.splitting import split
from tests.inbox.mails import arrives, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(support: Channel) -> Ticket:
    return arrives(support, mail()).ticket


@pytest.fixture
def target(support: Channel) -> Ticket:
    """Somebody else's question about the same order."""
    body = mail("And mine?", sender="eva@larsen.example", message_id="<eva@larsen.example>")
    return arrives(support, body).ticket


def answer(support: Channel, number: int, **headers: str) -> Ticket:
    body = mail(f"Number {number}.", message_id=f"<{number}@larsen.example>", **headers)
    return arrives(support, body).ticket


def test_an_answer_to_the_source_is_a_message_of_the_target(
    support: Channel, source: Ticket, target: Ticket, ada: Agent
) -> None:
    said = reply(source, "What size?", by=ada)
    said.refresh_from_db()
    merge(source, target, by=ada)
    came = [
        answer(support, 1, to=f"support+{reply_token(source)}@nordlys.example"),
        answer(support, 2, answers=said.external_id),
        answer(support, 3, answers="<first@larsen.example>"),
    ]
    assert came == [target] * 3
    assert [message.is_stranger for message in target.messages.order_by("id")] == [False] * 4


def test_at_the_end_of_a_chain_it_joins_the_last(support: Channel, source: Ticket, target: Ticket, ada: Agent) -> None:
    last = arrives(support, mail("Me too.", sender="mia@larsen.example", message_id="<mia@larsen.example>")).ticket
    merge(source, target, by=ada)
    merge(target, last, by=ada)
    assert answer(support, 1, answers="<first@larsen.example>") == last


def test_undone_it_is_the_source_s_again(support: Channel, source: Ticket, target: Ticket, ada: Agent) -> None:
    merge(source, target, by=ada)
    unmerge(source, by=ada)
    assert answer(support, 1, answers="<first@larsen.example>") == source


def test_with_the_target_closed_it_opens_a_follow_up_of_that(
    support: Channel, source: Ticket, target: Ticket, ada: Agent
) -> None:
    merge(source, target, by=ada)
    reply(target, "Done.", by=ada, then=State.RESOLVED)
    close_settled(target)
    assert answer(support, 1, answers="<first@larsen.example>").follows == target


def test_a_reply_in_the_target_answers_what_was_said_in_the_source(source: Ticket, target: Ticket, ada: Agent) -> None:
    merge(source, target, by=ada)
    bo = source.customer.identities.get()
    said = reply(target, "Both are on their way.", by=ada, to=bo, quotes_history=True)
    sent = outbound(Message.objects.get(pk=said.pk).delivery)
    assert (sent.thread.answers, sent.to[0].person.primary.value) == ("mid:<first@larsen.example>", "bo@larsen.example")
    assert "> My shoes did not arrive." in sent.text
    assert "And mine?" not in sent.text


def test_what_the_source_has_still_to_send_leaves_as_it_was_written(source: Ticket, target: Ticket, ada: Agent) -> None:
    said = reply(source, "What size?", by=ada)
    merge(source, target, by=ada)
    Delivery.objects.update(next_attempt_at=now())
    delivery.send(said.delivery.pk)
    sent = Delivery.objects.get(message=said)
    assert (sent.status, sent.ticket, source.events.last().kind) == ("sent", source, "delivery_settled")


def test_an_answer_to_a_message_that_was_split_off_joins_the_new_ticket(
    support: Channel, source: Ticket, ada: Agent
) -> None:
    said = reply(source, "What size?", by=ada)
    said.refresh_from_db()
    about = answer(support, 1, answers=said.external_id)
    message = Message.objects.get(ticket=source, external_id="<1@larsen.example>")
    new = split(message, by=ada)
    # Their mail program names all that came before, our own reply among it.
    chain = {"In_Reply_To": "<1@larsen.example>", "References": f"{said.external_id} <1@larsen.example>"}
    again = arrives(support, mail("And?", message_id="<2@larsen.example>", **chain)).ticket
    other = answer(support, 3, answers=said.external_id)
    assert (about, again, other) == (source, new, source)
